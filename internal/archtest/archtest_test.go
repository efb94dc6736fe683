package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "smallchanges/"

// rules say what each package may import of this program; "*" is everything. Tests may
// import more, and are not looked at.
var rules = map[string][]string{
	"cmd/smallchanges": {"*"},
	"bot":              {"internal/chat", "internal/programme", "internal/fault", "internal/guard"},

	"internal/slack":          {"internal/chat", "internal/fault", "internal/slack/blockkit"},
	"internal/slack/blockkit": {},
	"internal/teams":          {"internal/chat", "internal/fault"},
	"internal/offline":        {"internal/chat", "internal/fault", "internal/slack/blockkit"},

	"internal/outbox":   {"internal/chat", "internal/programme", "internal/fault"},
	"internal/schedule": {"internal/chat", "internal/programme", "internal/fault"},
	"internal/store":    {"internal/programme", "internal/fault", "migrations"},
	"internal/ballot":   {"internal/programme", "internal/fault", "migrations"},
	"internal/report":   {"internal/programme", "internal/fault"},
	"internal/web":      {"internal/chat", "internal/programme", "internal/report", "internal/fault"},

	"internal/programme": {"internal/fault"},
	"internal/guard":     {"internal/fault"},
	"internal/chat":      {},
	"internal/fault":     {},
	"migrations":         {},
	"docs":               {},

	// These serve tests, and no package of the program may import them.
	"internal/chattest":        {"internal/chat", "internal/fault"},
	"internal/store/storetest": {"internal/store", "internal/programme", "internal/fault"},
	"internal/archtest":        {},
}

// TestImportsGoOneWay reads every source file of the program and compares its imports with the rules.
func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	for file, imports := range sources(t, os.DirFS("../..")) {
		for _, problem := range problems(path.Dir(file), imports) {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

// problems are what is wrong with a file of a package that has these imports.
func problems(from string, imports []string) []string {
	allowed, known := rules[from]
	if !known {
		return []string{"package " + from + " is not in the table of internal/archtest. Add it, with what it may import."}
	}
	var wrong []string
	for _, imported := range imports {
		to, ours := strings.CutPrefix(imported, module)
		if !ours || slices.Contains(allowed, to) || slices.Contains(allowed, "*") && !strings.HasSuffix(to, "test") {
			continue
		}
		wrong = append(wrong, from+" may not import "+to+". Declare an interface where it is called, or move the code.")
	}
	return wrong
}

// sources are the program's Go files, without tests, and what each imports.
func sources(t *testing.T, root fs.FS) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if entry.IsDir() {
			if base != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		found[name], err = importsOf(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no source file was found")
	}
	return found
}

func importsOf(root fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, imported)
	}
	return imports, nil
}

// TestRulesCanFail tries imports that must be refused, and some that must not.
func TestRulesCanFail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		refused  bool
	}{
		{"bot", "internal/store", true},
		{"bot", "internal/slack", true},
		{"internal/slack", "internal/programme", true},
		{"internal/store", "internal/chat", true},
		{"internal/programme", "internal/chat", true},
		{"cmd/smallchanges", "internal/store/storetest", true},
		{"internal/unheard", "internal/fault", true},
		{"cmd/smallchanges", "internal/store", false},
		{"internal/offline", "internal/slack/blockkit", false},
		{"internal/store", "migrations", false},
	} {
		if got := problems(test.from, []string{module + test.to}); (len(got) > 0) != test.refused {
			t.Errorf("%s importing %s: %v, want refused %v", test.from, test.to, got, test.refused)
		}
	}
	if got := problems("internal/fault", []string{"errors", "github.com/google/go-cmp/cmp"}); got != nil {
		t.Errorf("imports of others are not this test's business, but: %v", got)
	}
}

// TestRulesNameRealDirections finds circles in the table itself.
func TestRulesNameRealDirections(t *testing.T) {
	t.Parallel()
	for from, allowed := range rules {
		for _, to := range allowed {
			if _, known := rules[to]; !known && to != "*" {
				t.Errorf("%s may import %s, which is not in the table", from, to)
			}
			if slices.Contains(rules[to], from) {
				t.Errorf("%s and %s may import each other", from, to)
			}
		}
	}
}
