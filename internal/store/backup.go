package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"smallchanges/internal/fault"
)

// Lock takes a database for this process alone, until unlock or the end of the process.
// It is a file beside the database, so that it can be taken before the database is opened.
// Another process that has it is fault.Busy.
func Lock(databaseURL string) (unlock func() error, err error) {
	path, err := Path(databaseURL)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Hide(fault.Invalid, err, "The file "+path+".lock cannot be made. Check that its folder exists and may be written to.")
	}
	if err := lockFile(file); err != nil {
		return nil, errors.Join(fault.Hide(fault.Busy, err,
			"Another process is already serving "+path+". Stop it first, or use another database."), file.Close())
	}
	return file.Close, nil
}

// Backup writes a whole copy of the database to a new file while work goes on. The copy is
// checked and on disk before it gets its name. An existing file is refused. Open ballots
// are not in the database, and so never in a backup. Nor are the dots of an open round of
// choosing: whoever put them was told that they are deleted.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Invalid, "There is already a file "+file+". Choose another name for the backup.")
	}
	draft, err := os.CreateTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return fault.Hide(fault.Invalid, err, "The backup cannot be written there. Check that its folder exists and may be written to.")
	}
	defer os.Remove(draft.Name()) // gone already when all went well
	if err := s.copyInto(ctx, draft.Name()); err != nil {
		return errors.Join(fmt.Errorf("copy the database: %w", err), draft.Close())
	}
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("save the copy: %w", err)
	}
	if err := checkCopy(ctx, draft.Name()); err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}

// copyInto writes the database as it is at one moment into an empty file. Writers hardly
// notice, since a reader does it.
func (s *Store) copyInto(ctx context.Context, file string) error {
	if err := copyDatabase(ctx, s.path, file); err != nil {
		return err
	}
	return withoutDots(ctx, file)
}

// withoutDots overwrites the dots in a copy. It needs no journal: a copy that breaks is not kept.
func withoutDots(ctx context.Context, file string) error {
	db, err := pool(file, "?_pragma=journal_mode(OFF)&_pragma=secure_delete(1)", 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `DELETE FROM dot`)
	return errors.Join(err, db.Close())
}

func checkCopy(ctx context.Context, path string) error {
	db, err := pool(path, readerSettings, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	wrong, err := integrity(ctx, db)
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("the copy is damaged: %s", strings.Join(wrong, "; "))
	}
	return err
}

// syncFolder makes a rename last through a power cut, where folders can be synced.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("save the backup's name: %w", err)
	}
	return nil
}

// Check looks for damage: pages and indexes, rows that refer to nothing, an old schema.
// It returns what is wrong, one line each, and nothing when all is well.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	wrong, err := integrity(ctx, s.read)
	if err != nil {
		return nil, fmt.Errorf("check the database: %w", err)
	}
	orphans, err := all(ctx, s.read, orphan, `PRAGMA foreign_key_check`)
	if err != nil {
		return nil, fmt.Errorf("check references: %w", err)
	}
	wrong = append(wrong, orphans...)
	have, newest, err := s.versions(ctx)
	if err != nil {
		return nil, fmt.Errorf("check the schema: %w", err)
	}
	if have != newest {
		wrong = append(wrong, fmt.Sprintf("the schema is %d, and the program needs %d: start it once to bring it up to date", have, newest))
	}
	return wrong, nil
}

func integrity(ctx context.Context, q querier) ([]string, error) {
	lines, err := all(ctx, q, word, `PRAGMA integrity_check`)
	if len(lines) == 1 && lines[0] == "ok" {
		return nil, err
	}
	return lines, err
}

func orphan(row scanner) (string, error) {
	var table, parent string
	var rowID, key sql.NullInt64
	if err := row.Scan(&table, &rowID, &parent, &key); err != nil {
		return "", err
	}
	return fmt.Sprintf("row %d of %s refers to a missing %s", rowID.Int64, table, parent), nil
}
