package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"smallchanges/internal/ballot"
	"smallchanges/internal/fault"
	"smallchanges/internal/programme"
	"smallchanges/internal/schedule"
	"smallchanges/internal/store"
)

// withStore runs work on the database, brought up to date first.
func (p *program) withStore(work func(*store.Store) error) (err error) {
	db, err := store.Open(p.ctx, p.config.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(p.ctx); err != nil {
		return err
	}
	return work(db)
}

// withRunner runs work on the database and its clockwork.
func (p *program) withRunner(work func(*store.Store, *schedule.Runner) error) error {
	log, err := p.config.logger()
	if err != nil {
		return err
	}
	ballots, err := p.ballots()
	if err != nil {
		return err
	}
	return p.withStore(func(db *store.Store) error {
		return work(db, schedule.New(db, ballots, time.Now, log))
	})
}

// ballots are the open pulses, beside the database.
func (p *program) ballots() (*ballot.Ballots, error) {
	dir, err := p.config.ballotDir()
	if err != nil {
		return nil, err
	}
	return ballot.New(dir)
}

// team finds a team by its name in any council here.
func (p *program) team(db *store.Store, name string) (programme.Team, error) {
	councils, err := db.Councils(p.ctx)
	if err != nil {
		return programme.Team{}, err
	}
	return p.teamIn(db, councils, name)
}

// teamIn finds a team by its name in some councils, or says which teams there are.
func (p *program) teamIn(db *store.Store, councils []programme.Council, name string) (programme.Team, error) {
	var names []string
	for _, c := range councils {
		teams, err := db.Teams(p.ctx, c.ID)
		if err != nil {
			return programme.Team{}, err
		}
		for _, t := range teams {
			if strings.EqualFold(t.Name, name) {
				return t, nil
			}
			names = append(names, t.Name)
		}
	}
	say := fmt.Sprintf("There is no team called %q. ", name)
	if len(names) == 0 {
		return programme.Team{}, fault.New(fault.Missing, say+"Declare it in the council file, then: smallchanges apply FILE.yaml")
	}
	return programme.Team{}, fault.New(fault.Missing, say+"The teams are "+and(names)+".")
}
