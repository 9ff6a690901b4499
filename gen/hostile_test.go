package gen

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/yuin/goldmark"
	gast "github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// hostileTexts are texts as no document should have them. None has a marker;
// hostileYAML adds one so that every use can be found again.
func hostileTexts() map[string]string {
	return map[string]string{
		"comment end":   "a */ var X = 1 /* b",
		"line comment":  "// b",
		"directive":     "//go:linkname now time.now",
		"new line":      "a\nfunc init() { panic(1) }\n//go:embed x",
		"return":        "a\rfunc init() {}",
		"separator":     "a\u2028b\u0085c",
		"backquote":     "a` + evil() + `b",
		"quotes":        `a"b'c\d\"`,
		"substitution":  "${HOME} $(id) {{.}} %s %d",
		"bar":           "a|b || c",
		"escaped bar":   `a\|b`,
		"script":        "<script>alert(1)</script>",
		"image":         "<img src=x onerror=alert(1)> <!-- x",
		"autolink":      "<javascript:alert(1)>",
		"link":          "[a](javascript:alert(1)) ![b](x)",
		"heading":       "a\n# b\n\n- c\n1. d",
		"fence":         "```\n</code><b>x</b>\n~~~",
		"entity":        "&lt;b&gt; &#60;i&#62;",
		"comment in go": "/* a",
		"no width":      "a\ufeffb\u200bc\u202ed",
	}
}

// hostileYAML is a system whose every text is said.
func hostileYAML(t testing.TB, said string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range parseArchive(t, "testdata/base/hostile.txtar").Files {
		text := string(f.Data)
		for n := 1; strings.Contains(text, "HOSTILE"); n++ {
			text = strings.Replace(text, "HOSTILE", yamlQuote(fmt.Sprintf("%s MARK%d", said, n)), 1)
		}
		fsys[f.Name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// yamlQuote writes a text in double quotes; every escape of it is one of YAML.
func yamlQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0x85 || r == 0x2028 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// TestHostileTexts generates a system full of such texts: Go that compiles and
// declares nothing else, pages that keep their form, and SQL that says the same.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	plain, err := Generate(mustLoad(t, hostileYAML(t, "plain")), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	compiled := compile(t, plain)
	for name, said := range hostileTexts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, err := Generate(mustLoad(t, hostileYAML(t, said)), testOptions())
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, files)
			sameDeclarations(t, compiled, p)
			wellFormed(t, files)
			for _, name := range files.Paths() {
				if path.Ext(name) == ".md" {
					samePage(t, name, plain[name], files[name])
				}
			}
			sameConstants(t, p, said)
		})
	}
}

// sameConstants runs the migrations, and selects each constant of a statement
// that holds a text: it must come out as it was written.
func sameConstants(t *testing.T, p *program, said string) {
	t.Helper()
	pool := migrated(t, p.files)
	var title string
	err := pool.QueryRow(t.Context(), `select obj_description('mini.goods'::regclass)`).Scan(&title)
	if err != nil || !strings.HasPrefix(title, said) {
		t.Errorf("the table's title is %q (%v), want %q", title, err, said)
	}
	found := 0
	for _, call := range p.calls(t) {
		call.prepare(t, pool)
		for _, literal := range sqlConstant.FindAllString(call.sql, -1) {
			if !strings.Contains(literal, "MARK") {
				continue
			}
			found++
			var got string
			err := pool.QueryRow(t.Context(), "select "+literal+"::text").Scan(&got)
			if err != nil || !strings.HasPrefix(got, said+" MARK") {
				t.Errorf("%s: the constant %s is %q (%v), want %q", call.name, literal, got, err, said)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d constants were found in the statements", found)
	}
}

// sqlConstant is a text in SQL, in either form.
var sqlConstant = regexp.MustCompile(`(?s)(?i:\be)'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'`)

func mustLoad(t testing.TB, fsys fstest.MapFS) *spec.Set {
	t.Helper()
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// sameDeclarations holds the names that two programs declare and the directives
// in their comments against each other.
func sameDeclarations(t *testing.T, want, got *program) {
	t.Helper()
	for _, folder := range want.folders() {
		for i, file := range want.syntax[folder] {
			if i >= len(got.syntax[folder]) {
				t.Errorf("%s lacks a file", folder)
				continue
			}
			a, b := outline(file), outline(got.syntax[folder][i])
			if a != b {
				t.Errorf("%s declares otherwise:\nplain:   %s\nhostile: %s", folder, a, b)
			}
		}
	}
}

// outline is what a file declares, and its directives.
func outline(file *ast.File) string {
	var parts []string
	for _, d := range file.Decls {
		name, _ := declared(d)
		parts = append(parts, name)
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "//line") || strings.HasPrefix(c.Text, "/*") ||
				strings.HasPrefix(c.Text, "//export") || strings.HasPrefix(c.Text, "//nolint") {
				parts = append(parts, c.Text)
			}
		}
	}
	return strings.Join(parts, " ")
}

// samePage renders two pages as goldmark does by itself and holds their forms
// against each other.
func samePage(t *testing.T, name string, plain, hostile []byte) {
	t.Helper()
	want, got := pageForm(plain), pageForm(hostile)
	if want.shape != got.shape {
		t.Errorf("%s has other tables:\nplain:   %s\nhostile: %s\n%s", name, want.shape, got.shape, hostile)
	}
	if got.raw != "" {
		t.Errorf("%s shows %s", name, got.raw)
	}
	for i := range min(len(want.marks), len(got.marks)) {
		if want.marks[i] != got.marks[i] {
			t.Errorf("%s: cell %d holds %q, want %q", name, i, got.marks[i], want.marks[i])
		}
	}
}

// form is what a page consists of.
type form struct {
	shape string   // the numbers of cells of the rows of its tables
	raw   string   // raw HTML, and links that nobody wrote as such
	marks []string // the markers in each cell of the tables
}

// pageForm parses a page with tables, as the docs are shown.
func pageForm(source []byte) form {
	markdown := goldmark.New(goldmark.WithExtensions(extension.Table))
	var out form
	var shape []string
	root := markdown.Parser().Parse(text.NewReader(source))
	_ = gast.Walk(root, func(n gast.Node, entering bool) (gast.WalkStatus, error) {
		if !entering {
			return gast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *gast.RawHTML, *gast.HTMLBlock:
			out.raw += n.Kind().String() + " "
		case *gast.AutoLink:
			out.raw += "link to " + string(n.URL(source)) + " "
		case *east.TableRow, *east.TableHeader:
			shape = append(shape, fmt.Sprint(n.ChildCount()))
		case *east.TableCell:
			out.marks = append(out.marks, marks(string(inner(n, source))))
		}
		return gast.WalkContinue, nil
	})
	out.shape = strings.Join(shape, " ")
	return out
}

// inner is the text below a node.
func inner(n gast.Node, source []byte) []byte {
	var out []byte
	_ = gast.Walk(n, func(n gast.Node, entering bool) (gast.WalkStatus, error) {
		if leaf, ok := n.(*gast.Text); ok && entering {
			out = append(out, leaf.Segment.Value(source)...)
			out = append(out, ' ')
		}
		return gast.WalkContinue, nil
	})
	return out
}

// marks are the markers in a text.
func marks(s string) string {
	var list []string
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		if strings.HasPrefix(word, "MARK") {
			list = append(list, word)
		}
	}
	return strings.Join(list, " ")
}
