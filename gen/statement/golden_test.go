package statement

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

var update = flag.Bool("update", false, "rewrite what the cases in testdata expect")

// want begins the name of a section with all statements of an interface.
const want = "want: "

// TestGolden holds the statements of small systems against the files that show them:
// the YAML of a case lies over testdata/base.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive := parse(t, file)
			system := system(t, archive)
			for n := range archive.Files {
				section := &archive.Files[n]
				cmd, ok := strings.CutPrefix(section.Name, want)
				if !ok {
					continue
				}
				got := compiled(system, cmd)
				narrow(t, got)
				if *update {
					section.Data = []byte(got)
				} else if diff := cmp.Diff(string(section.Data), got); diff != "" {
					t.Errorf("%s: %s (-want +got; -update rewrites):\n%s", file, cmd, diff)
				}
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func parse(t *testing.T, file string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// system loads a case.
func system(t *testing.T, archive *txtar.Archive) *spec.System {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range append(parse(t, "testdata/base/shop.txtar").Files, archive.Files...) {
		if !strings.HasPrefix(f.Name, want) {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	set, err := loadtest.Systems(fsys, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems[0]
}

// compiled shows all that is compiled for an interface, or why it is not.
func compiled(system *spec.System, cmd string) string {
	i := system.Interfaces[slices.IndexFunc(system.Interfaces, func(i *spec.Interface) bool { return i.Cmd == cmd })]
	if i.Kind == spec.Notify {
		n, err := Notify(i)
		if err != nil {
			return shown(err)
		}
		return notificationText(n)
	}
	a, err := Compile(i)
	if err != nil {
		return shown(err)
	}
	var out []string
	for _, f := range a.Fixed {
		out = append(out, "fixed: "+fixedText(f)+"\n")
	}
	for _, s := range a.Statements() {
		out = append(out, statementText(s))
	}
	for _, r := range a.Reads {
		if r.Into != nil || r.Missing != "" {
			out = append(out, fmt.Sprintf("read %q: into %s, missing %q, marked %v\n", r.Name, pathOf(r.Into), r.Missing, r.Marked))
		}
	}
	return shown(nil, out...)
}

func shown(err error, parts ...string) string {
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return strings.Join(parts, "\n")
}

func pathOf(f *spec.Field) string {
	if f == nil {
		return "the response"
	}
	return f.Path
}

func fixedText(f Fixed) string {
	if f.From != nil {
		return f.To.Path + " <- " + f.From.Path
	}
	return fmt.Sprintf("%s <- %q", f.To.Path, f.Value)
}

// statementText shows a statement: what it does, its arguments, where its columns
// go, and its text.
func statementText(s *Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %s\n", s.Name, s.Doc)
	for n, a := range s.Args {
		fmt.Fprintf(&b, "$%d %s: %s\n", n+1, a.Type, sourceText(a.Source))
	}
	if s.Refuses {
		b.WriteString("-> refusal\n")
	}
	for _, c := range s.Columns {
		switch {
		case c.Field == nil:
			b.WriteString("-> the store\n")
		case c.JSON:
			fmt.Fprintf(&b, "-> %s, JSON\n", c.Field.Path)
		default:
			fmt.Fprintf(&b, "-> %s\n", c.Field.Path)
		}
	}
	for _, c := range s.Taken {
		fmt.Fprintf(&b, "%s: %s\n", c.Name, c.Value)
	}
	for _, u := range s.Uses {
		fmt.Fprintf(&b, "uses %s: %s\n", u.Table.Name, strings.Join(u.Columns, ", "))
	}
	b.WriteString("\n")
	for _, p := range s.SQL {
		if p.Body != nil {
			fmt.Fprintf(&b, "<content of %s>", p.Body.Of.Cmd)
		}
		b.WriteString(p.SQL)
	}
	return b.String() + "\n"
}

// narrow holds lines of SQL, and all others but those of messages, to 120 characters.
func narrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		message := strings.HasPrefix(line, `"`) || strings.HasPrefix(line, "error: ")
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 120 && !message {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

// sourceText shows where the value of a parameter comes from.
func sourceText(source Source) string {
	switch source := source.(type) {
	case App:
		return "app"
	case Sid:
		return "sid"
	case Value:
		return source.Field.Path
	case Blank:
		return source.Field.Path + " is blank"
	case Hash:
		return "hash of " + source.Field.Path
	case Member:
		return source.Field.Path + " of each " + source.Each.Path
	case Given:
		return "given " + source.Name
	}
	return "unknown"
}

func notificationText(n *Notification) string {
	out := []string{fmt.Sprintf("about a project: %v, in field %q\n", n.About, n.Project)}
	for _, one := range n.Inexact {
		out = append(out, fmt.Sprintf("%+v\n", one))
	}
	out = append(out, n.Body.SQL+"\n", statementText(n.Queue))
	if n.History != nil {
		out = append(out, statementText(n.History))
	}
	return shown(nil, out...)
}
