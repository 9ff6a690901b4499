package document_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/catalog"
	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer"
	read "github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// plain is a path without the member of the frame that documents write in front, and
// without marks.
func plain(path string) string {
	for _, front := range []string{"data/", "content/"} {
		path = strings.TrimPrefix(path, front)
	}
	return path
}

// fields are the fields that an import found, by their paths.
func fields(list []*draft.Field) map[string]*draft.Field {
	out := map[string]*draft.Field{}
	for _, f := range list {
		if path := plain(strings.Join(f.Path, "/")); out[path] == nil {
			out[path] = f
		}
	}
	return out
}

// TestRoundTrip imports the exported documents of the built-in systems and of the one that
// docs/language-tour.md writes: every field is found again, and nearly all with its type,
// length, mark and values.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	own, err := load.Systems(os.DirFS("../../../cmd/jiekou/testdata/exercise"), "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(set.Systems, own.Systems...) {
		for name, write := range map[string]func(*spec.System) ([]byte, error){s.Name + ".md": document.Markdown, s.Name + ".docx": document.DOCX} {
			text, err := write(s)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := write(s); !slices.Equal(text, again) {
				t.Errorf("%s is other bytes each time", name)
			}
			doc, err := read.Read(name, text)
			if err != nil {
				t.Fatal(err)
			}
			found, err := importer.From([]*read.Document{doc}, importer.Options{})
			if err != nil {
				t.Fatal(err)
			}
			total, exact := 0, 0
			for _, want := range catalog.Of([]*spec.System{s}).Systems[0].Interfaces {
				at := slices.IndexFunc(found.Interfaces, func(i *draft.Interface) bool { return i.Cmd == want.Cmd })
				if at < 0 {
					t.Errorf("%s: no interface %s", name, want.Cmd)
					continue
				}
				got := found.Interfaces[at]
				for _, side := range []struct {
					want []catalog.Field
					got  []*draft.Field
				}{{want.Request, got.Request}, {want.Response, got.Response}} {
					known := fields(side.got)
					for _, f := range side.want {
						total++
						one := known[plain(f.Path)]
						if one == nil {
							one = known[plain(f.DocPath)]
						}
						if one == nil {
							t.Errorf("%s: %s has no %s", name, want.Cmd, f.Path)
							continue
						}
						if why := differs(f, one); why == "" {
							exact++
						} else {
							t.Logf("%s: %s %s: %s", name, want.Cmd, f.Path, why)
						}
					}
				}
			}
			if share := 100 * float64(exact) / float64(total); share < 99 {
				t.Errorf("%s: %d of %d fields are exact, %.1f %%", name, exact, total, share)
			}
		}
	}
}

// differs says in what an imported field differs from the document's.
func differs(want catalog.Field, got *draft.Field) string {
	kind := want.DocType
	if kind == "" {
		kind = want.Type
		if want.Of != "" {
			kind += "<" + want.Of + ">"
		}
	}
	length := want.DocLength
	if length == "" && want.Length != nil {
		length = strconv.Itoa(*want.Length)
	}
	var values, found []string
	for _, v := range want.Enum {
		values = append(values, v.Value)
	}
	for _, v := range got.Enum {
		found = append(found, v.Value)
	}
	switch {
	case squeezed(kind) != squeezed(got.Type):
		return "type " + got.Type + " for " + kind
	case squeezed(length) != squeezed(got.Length):
		return "length " + got.Length + " for " + length
	case want.Required != got.Required:
		return "required " + got.Required + " for " + want.Required
	case !slices.Equal(values, found):
		return "values " + strings.Join(found, " ") + " for " + strings.Join(values, " ")
	}
	return ""
}

func squeezed(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
