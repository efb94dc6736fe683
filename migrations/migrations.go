// Package migrations is the history of the database schema: numbered files that are
// never edited once released, embedded in the program.
//
// It knows SQL and nothing else. It must not know the domain's rules or who applies it.
//
//	goose.NewProvider(goose.DialectSQLite3, db, migrations.SQLite())
//
// Why one folder an engine (November 2026): what tables hold is the same on SQLite and
// PostgreSQL, but full-text search, triggers and identity columns are written differently.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed sqlite/*.sql
var files embed.FS

// SQLite is the folder of SQLite's migrations, 0001_start.sql and on.
func SQLite() fs.FS {
	folder, err := fs.Sub(files, "sqlite")
	if err != nil {
		panic("the embedded migrations are broken: " + err.Error()) // a broken build, found by any test
	}
	return folder
}
