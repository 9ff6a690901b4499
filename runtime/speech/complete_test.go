package speech_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// failures are the calls that make errors.
var failures = []string{"errors.New", "fmt.Errorf"}

// speaker is a package and where its texts are.
type speaker struct {
	folder string
	calls  []string
}

// speakers are the packages that say more than errors, with the calls whose arguments are
// texts, or the types whose literals have them; none: every sentence in the package is one.
// Every other package has the texts of its errors.
var speakers = []speaker{
	{"spec", nil},
	{"spec/check", nil},
	{"spec/check/*", nil},
	{"spec/diff", []string{"Add"}},
	{"spec/diff/accepted", []string{"Add"}},
	{"spec/format", nil},
	{"spec/importer", nil},
	{"spec/importer/again", nil},
	{"spec/importer/draft", nil},
	{"spec/importer/report", nil},
	{"spec/importer/rows", nil},
	{"spec/importer/sheets", nil},
	{"spec/importer/signature", nil},
	{"spec/listen", nil},
	{"spec/load", nil},
	{"spec/read", nil},
	{"spec/read/paging", nil},
	{"spec/read/picking", nil},
	{"spec/rule", nil},
	{"spec/waiver", nil},
	{"spec/yamltree", nil},
	{"gen", []string{"Refuse", "refuse", "nameError", "Refusal"}},
	{"gen/bind", []string{"spec.Finding"}},
	{"gen/bind/doubt", nil},
	{"gen/bind/hopeless", nil},
	{"gen/disk", []string{"ErrWay"}},
	{"gen/export/download", nil},
	{"gen/golang", []string{"Refuse", "refuse"}},
	{"gen/migration", []string{"Refuse", "refuse"}},
	{"gen/prove", []string{"Refuse", "refuse", "add"}},
	{"gen/statement", []string{"fail"}},
	{"runtime/protocol/declare", []string{"add"}},
	{"runtime/protocol/plan", []string{"add", "weak"}},
	{"runtime/command", nil},
	{"runtime/server", nil},
	{"runtime/server/operate", nil},
	{"testkit/caller", nil},
	{"testkit/dialect", nil},
	{"testkit/dialect/writer", nil},
	{"testkit/explain", nil},
	{"testkit/expect", nil},
	{"testkit/fire", nil},
	{"testkit/twin", []string{"wrong", "expect.Difference"}},
	{"testkit/fixture/files", []string{"Misused"}},
	{"testkit/mock", []string{"Failed", "Misused", "Hinted"}},
	{"testkit/offer", nil},
	{"testkit/project", nil},
	{"testkit/standin", nil},
	{"cmd/jiekou", nil},
}

// quiet are the packages that say nothing to anybody who reads Chinese, and why.
var quiet = map[string]string{
	"cmd/jiekoud/stage":             "tests alone use it",
	"gen/client/trial":              "tests alone use it",
	"runtime/postgres/postgrestest": "tests alone use it",
	"runtime/store":                 "the log has them, in one wording for programs that search it",
	"testkit":                       "go test prints them as they are",
	"testkit/address":               "tests alone use it",
	"testkit/tamper":                "a tamperer that is wrong is our bug; what it finds is said by fire",
}

// words finds what may be a sentence: two words, or a word beside a placeholder.
var words = regexp.MustCompile(`[A-Za-z]{2,}[,;:.]? +[A-Za-z%"]|[A-Za-z]{2,},? %|%[sqdv] [a-z]{2,}`)

// typed is what people and programs write, not what they are told: SQL, command lines, and
// names of operations in front of what failed.
var typed = regexp.MustCompile(`^(select|alter|create|insert|update|delete|drop) [^A-Z]|^(  )?jiekoud? [a-z]|^--[a-z-]+ [^ ]+$|^(%s/)?[A-Za-z_.]+( %s)*:( %[ws]:?)+$`)

// TestComplete collects the texts of the sources and wants each of them in the table. A
// text of cobra's Example, YAML of a rule, and what testdata/unsaid.txt lists are no texts.
func TestComplete(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, e := range speech.Entries() {
		known[e.English] = true
	}
	used := map[string]bool{}
	unsaid := map[string]bool{}
	list, err := os.ReadFile("testdata/unsaid.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if text, err := strconv.Unquote(strings.TrimSpace(line)); err == nil {
			unsaid[text] = true
		}
	}
	said := func(text, place string) {
		used[text] = true
		if !known[text] && !unsaid[text] && !typed.MatchString(text) {
			t.Errorf("%s: %q has no Chinese: add it to runtime/speech/zh, or to testdata/unsaid.txt where nobody reads it", place, text)
		}
	}
	for _, s := range everybody(t) {
		files, err := filepath.Glob("../../" + s.folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(s.folder, err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				collect(t, name, s.calls, said)
			}
		}
	}
	for _, name := range []string{"testkit/fire/page.html"} {
		for _, m := range spoken.FindAllStringSubmatch(source(t, name), -1) {
			text := m[1]
			used[text] = true
			if !known[text] {
				t.Errorf("%s: %q has no Chinese: add it to runtime/speech/zh", name, text)
			}
		}
	}
	for _, text := range descriptions(t) {
		used[text] = true
		if !known[text] {
			t.Errorf("spec/language.schema.json: %q has no Chinese: add it to runtime/speech/zh/language.po", text)
		}
	}
	for _, e := range speech.Entries() {
		file := filepath.Base(e.Place[:strings.LastIndex(e.Place, ":")])
		if !used[e.English] && file != "words.po" && file != "cobra.po" {
			t.Errorf("%s: nothing says %q any more", e.Place, e.English)
		}
	}
	for text := range unsaid {
		if !used[text] {
			t.Errorf("testdata/unsaid.txt: nothing says %q any more", text)
		}
	}
}

// everybody is the speakers and the packages that only make errors.
func everybody(t *testing.T) []speaker {
	t.Helper()
	all, named := slices.Clone(speakers), map[string]bool{}
	for _, s := range speakers {
		folders, err := filepath.Glob("../../" + s.folder)
		if err != nil || len(folders) == 0 {
			t.Fatal(s.folder, err)
		}
		for _, f := range folders {
			named[strings.TrimPrefix(filepath.ToSlash(f), "../../")] = true
		}
	}
	for _, root := range []string{"cmd", "gen", "runtime", "spec", "testkit"} {
		err := filepath.WalkDir("../../"+root, func(name string, d fs.DirEntry, err error) error {
			folder := strings.TrimPrefix(filepath.ToSlash(name), "../../")
			sources, _ := filepath.Glob(name + "/*.go")
			switch {
			case err != nil || !d.IsDir():
			case d.Name() == "testdata":
				return fs.SkipDir
			case len(sources) > 0 && !named[folder] && quiet[folder] == "":
				all = append(all, speaker{folder, failures})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// spoken finds the texts of a template.
var spoken = regexp.MustCompile(`\bsay "([^"]*)"`)

// source is a file of the repository.
func source(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// collect finds the texts of a file.
func collect(t *testing.T, name string, calls []string, said func(text, place string)) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{said: func(at ast.Node, text string) {
		if words.MatchString(text) {
			said(text, set.Position(at.Pos()).String())
		}
	}}
	if calls == nil {
		ast.Inspect(file, c.visit)
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if made, ok := n.(*ast.CompositeLit); ok && slices.Contains(calls, madeOf(made)) {
			for _, e := range made.Elts {
				ast.Inspect(e, c.visit)
			}
			return false
		}
		call, ok := n.(*ast.CallExpr)
		if !ok || !slices.Contains(calls, called(call)) && !slices.Contains(calls, calledOf(call)) {
			return true
		}
		for _, arg := range call.Args {
			ast.Inspect(arg, c.visit)
		}
		return false
	})
}

// madeOf is the type of a literal, with its package where it is another one.
func madeOf(made *ast.CompositeLit) string {
	if of, ok := made.Type.(*ast.Ident); ok {
		return of.Name
	}
	if of, ok := made.Type.(*ast.SelectorExpr); ok {
		if from, ok := of.X.(*ast.Ident); ok {
			return from.Name + "." + of.Sel.Name
		}
	}
	return ""
}

// called is the name of the function of a call, without its package or receiver.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// calledOf is the name with the package or receiver in front of it.
func calledOf(call *ast.CallExpr) string {
	if f, ok := call.Fun.(*ast.SelectorExpr); ok {
		if of, ok := f.X.(*ast.Ident); ok {
			return of.Name + "." + f.Sel.Name
		}
	}
	return ""
}

type collector struct {
	said func(at ast.Node, text string)
}

// visit finds the texts below a node.
func (c *collector) visit(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.Field: // its tag is none
		if x.Tag != nil {
			ast.Inspect(x.Type, c.visit)
			return false
		}
	case *ast.KeyValueExpr:
		if key, ok := x.Key.(*ast.Ident); ok && (key.Name == "Example" || key.Name == "Use") {
			return false
		}
	case *ast.CompositeLit:
		if rule(x) { // its YAML is none
			for _, e := range append([]ast.Expr{x.Elts[1], x.Elts[2]}, x.Elts[5:]...) {
				ast.Inspect(e, c.visit)
			}
			return false
		}
	case *ast.BinaryExpr:
		if text, ok := folded(x); ok {
			c.said(x, text)
			c.operands(x)
			return false
		}
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			text, _ := strconv.Unquote(x.Value) // the parser took it
			c.said(x, text)
		}
	}
	return true
}

// operands visits what a sum of texts holds beside its literals.
func (c *collector) operands(e ast.Expr) {
	switch x := e.(type) {
	case *ast.BinaryExpr:
		c.operands(x.X)
		c.operands(x.Y)
	case *ast.ParenExpr:
		c.operands(x.X)
	case *ast.BasicLit:
	default:
		ast.Inspect(e, c.visit)
	}
}

// rule says whether a literal is a rule of check: id, title, why, wrong, right.
func rule(x *ast.CompositeLit) bool {
	if len(x.Elts) < 5 {
		return false
	}
	id, ok := x.Elts[0].(*ast.BasicLit)
	return ok && strings.HasPrefix(id.Value, `"JK`)
}

// folded is a sum of texts as one format, and whether a literal is in it.
func folded(e ast.Expr) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			text, _ := strconv.Unquote(x.Value) // the parser took it
			return text, true
		}
	case *ast.ParenExpr:
		return folded(x.X)
	case *ast.CallExpr:
		switch called(x) {
		case "Quote":
			return "%q", false
		case "Itoa":
			return "%d", false
		}
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			left, l := folded(x.X)
			right, r := folded(x.Y)
			return left + right, l || r
		}
	}
	return "%s", false
}

// descriptions are the texts of the language's schema, as entries have them.
func descriptions(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../spec/language.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				if s, ok := member.(string); ok && key == "description" {
					out = append(out, strings.ReplaceAll(s, "%", "%%"))
				}
				walk(member)
			}
		case []any:
			for _, member := range v {
				walk(member)
			}
		}
	}
	walk(tree)
	return out
}

// TestFindings says the findings of every case of a wrong YAML: none of their sentences, nor
// one inside another, stays English.
func TestFindings(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../spec/testdata/bad/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	finding := regexp.MustCompile(`^\S+:\d+:\d+: JK\d+ (.*)$`)
	quoted := regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|\\{[^{}]*\\}|'[^']*'")
	english := regexp.MustCompile(`[a-z]{2,} [a-z]{2,} [a-z]{2,}`)
	said := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSuffix(line, "\n")
			if m := finding.FindStringSubmatch(line); m != nil {
				line = m[1]
			} else if !strings.HasPrefix(line, "hint: ") {
				continue
			}
			said++
			got := speech.Chinese.Say(line)
			if got == line || english.MatchString(quoted.ReplaceAllString(got, "")) {
				t.Errorf("%s: %q is said as %q", filepath.Base(name), line, got)
			}
		}
	}
	if said < 500 {
		t.Errorf("%d sentences were found in the cases", said)
	}
}
