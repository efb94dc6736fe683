// Package archtest holds the import rules of this program: who may import whom.
//
// It knows folders and import lines only, read from the sources. It must not know what a
// package does, and nothing may import it. A package that is not in its table fails the
// test: whoever adds one says first what it may import. For example
//
//	"internal/store": {"internal/programme", "internal/fault", "migrations"},
//
// Why a test and not a linter's setting (November 2026): it runs wherever the tests run,
// and says in one sentence what to do.
package archtest
