package ballot

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"smallchanges/internal/fault"

	_ "modernc.org/sqlite" // the driver named below
)

// Settings travel with the connection string. TRUNCATE leaves no journal of a reply behind
// (a WAL would hold replies one by one), secure_delete overwrites, FULL keeps a counted
// reply through a power cut, and nothing is ever put into a temporary file.
const settings = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(TRUNCATE)&_pragma=secure_delete(1)" +
	"&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)&_pragma=trusted_schema(0)&_dqs=0&_txlock=immediate"

// The files of one pulse: "17.key", "17.ballot" and, while a reply is counted, its journal.
// The key comes first, so that it is the first to be destroyed.
var endings = []string{".key", ".ballot", ".ballot-journal"}

const keyBytes = 32

// New uses a folder for ballots, and makes it, for its owner only, when there is none.
// It must be used for nothing else, and never be backed up.
func New(dir string) (*Ballots, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The folder "+dir+" for ballots cannot be made. Check that it may be written to.")
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("close the folder of ballots to others: %w", err)
	}
	return &Ballots{dir: dir}, nil
}

// lane waits for the pulse's turn; the returned function ends it.
func (b *Ballots) lane(pulse int64) (leave func()) {
	lane := &b.lanes[uint64(pulse)%lanes]
	lane.Lock()
	return lane.Unlock
}

func (b *Ballots) path(pulse int64, ending string) string {
	return filepath.Join(b.dir, strconv.FormatInt(pulse, 10)+ending)
}

// key reads a pulse's key. Without it there is no ballot any more, whatever else is there.
func (b *Ballots) key(pulse int64) ([]byte, error) {
	key, err := os.ReadFile(b.path(pulse, ".key"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(key) != keyBytes {
		return nil, fault.Hide(fault.Closed, err, "This pulse is not open. Nothing was counted.")
	}
	return key, err
}

// makeKey makes the random key of a new pulse, or reads the one that is there. The key gets
// its name when it is whole and on disk, so that a crash leaves a whole key or none.
func (b *Ballots) makeKey(pulse int64) ([]byte, error) {
	key, err := b.key(pulse)
	if !fault.Is(err, fault.Closed) {
		return key, err
	}
	if _, err := os.Lstat(b.path(pulse, ".ballot")); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fault.New(fault.Closed, "This pulse has closed. Nothing reopens it."), err)
	}
	key = make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	draft := b.path(pulse, ".key-draft")
	if err := write(draft, key); err != nil {
		return nil, err
	}
	return key, errors.Join(os.Rename(draft, b.path(pulse, ".key")), b.sync())
}

// makeFile makes an empty file for SQLite, so that only its owner can ever read it. SQLite
// gives its journal the same rights.
func (b *Ballots) makeFile(pulse int64) error {
	file, err := os.OpenFile(b.path(pulse, ".ballot"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), b.sync())
}

func write(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Sync(), file.Close())
}

// within does work on a pulse's ballot in one transaction: all of it, or nothing when it
// returns an error. The file is open only for this long.
func (b *Ballots) within(ctx context.Context, pulse int64, work func(tx *sql.Tx) error) (err error) {
	path := (&url.URL{Path: filepath.ToSlash(b.path(pulse, ".ballot"))}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+path+settings+"&mode=rw")
	if err != nil {
		return fmt.Errorf("open the ballot of pulse %d: %w", pulse, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("open the ballot of pulse %d: %w", pulse, err)
	}
	if err := work(tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
}

// Destroy ends a ballot: key, file and journal are overwritten and removed. Destroying what
// is gone already is no error, so it can be repeated until it succeeds.
func (b *Ballots) Destroy(ctx context.Context, pulse int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer b.lane(pulse)()
	var errs []error
	for _, ending := range append(slices.Clone(endings), ".key-draft") {
		errs = append(errs, wipe(b.path(pulse, ending)))
	}
	if err := errors.Join(append(errs, b.sync())...); err != nil {
		return fmt.Errorf("destroy the ballot of pulse %d: %w", pulse, err)
	}
	return nil
}

// wipe overwrites a file with noise and removes it.
func wipe(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		noise := make([]byte, info.Size())
		_, _ = rand.Read(noise) // never fails (crypto/rand)
		_, err = file.WriteAt(noise, 0)
	}
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(path))
}

// Sweep destroys every ballot of the folder whose pulse is not among the open ones: those
// that a crash left behind. It asks which are open after it has seen what ballots there are:
// a pulse is open before it has a ballot, so one that another process makes meanwhile is safe.
func (b *Ballots) Sweep(ctx context.Context, openPulses func(context.Context) ([]int64, error)) error {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return fmt.Errorf("look for old ballots: %w", err)
	}
	open, err := openPulses(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		name, _, _ := strings.Cut(entry.Name(), ".")
		if pulse, err := strconv.ParseInt(name, 10, 64); err == nil && !slices.Contains(open, pulse) {
			errs = append(errs, b.Destroy(ctx, pulse))
		}
	}
	return errors.Join(errs...)
}

// sync makes names that came or went last through a power cut, where folders can be synced.
func (b *Ballots) sync() error {
	folder, err := os.Open(b.dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}
