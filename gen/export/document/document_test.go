package document_test

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

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

// reads are fields of whose words an import makes more than their transcriber did: a default,
// and a condition beside a mark that says no.
var reads = map[string]string{
	"lianfa attribute_template_query attachs/input":    "values 1:手动输入 2:单选 3:多选 for 1:手动输入，默认 2:单选 3:多选",
	"lianfa proj_attach_list_v2 attachs/input":         "values 1:手动输入 2:单选 3:多选 for 1:手动输入（默认值） 2:单选 3:多选",
	"lianfa proj_attach_list_v2 attachs/showType":      "values 0:二级平面 1:树状分局 for 0:二级平面（默认值） 1:树状分局",
	"lianfa proj_attach_list_v2 attachs/requiredLevel": "values 0:否 1:是 for 0:否（默认值），非必需 1:是，必填",
	"lianfa cst_identify isBlack":                      "default 0 for ",
	"lianfa base_agencyCompany_list companyId":         "required conditional for no",
}

// TestRoundTrip imports the exported documents of the built-in systems and of the one that
// docs/language-tour.md writes: every field is found again with its type, length, mark,
// values with what they mean, default and label.
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
			found := drafted(t, name, text)
			if found.Title != s.Title {
				t.Errorf("%s is titled %q, want %q", name, found.Title, s.Title)
			}
			var frame []*draft.Field // the rows of all replies
			for _, shared := range found.Shared {
				frame = append(frame, shared.Fields...)
			}
			told := map[string]bool{}
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
					known := fields(append(slices.Clone(frame), side.got...))
					for _, f := range side.want {
						one := known[plain(f.Path)]
						if one == nil {
							one = known[plain(f.DocPath)]
						}
						if one == nil {
							t.Errorf("%s: %s has no %s", name, want.Cmd, f.Path)
							continue
						}
						why, at := differs(f, one), want.Cmd+" "+f.Path
						if told[at] = true; why != reads[s.Name+" "+at] {
							t.Errorf("%s: %s: %s", name, at, why)
						}
					}
				}
			}
			if len(told) == 0 {
				t.Errorf("%s: nothing was compared", name)
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
		values = append(values, v.Value+":"+cmp.Or(v.Label, v.Value))
	}
	for _, v := range got.Enum {
		found = append(found, v.Value+":"+cmp.Or(v.Label, v.Value))
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
	case squeezed(norm.NFKC.String(want.Default)) != squeezed(norm.NFKC.String(got.Default)):
		return "default " + got.Default + " for " + want.Default
	case !strings.Contains(squeezed(norm.NFKC.String(got.Note)), squeezed(norm.NFKC.String(want.Label))):
		return "label " + got.Note + " for " + want.Label
	}
	return ""
}

func squeezed(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// TestLinks wants the words of a label to stay words: no link is made of them.
func TestLinks(t *testing.T) {
	t.Parallel()
	own, err := load.Systems(os.DirFS("../../../cmd/jiekou/testdata/exercise"), "spec")
	if err != nil {
		t.Fatal(err)
	}
	s := own.Systems[0]
	const label = "编号[见此](https://e.example/x)"
	s.Interfaces[0].Request[0].Label = label
	text, err := document.Markdown(s)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "|") && strings.Contains(line, "](") {
			t.Errorf("a label is a link: %s", line)
		}
	}
	doc, err := read.Read("a.md", text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := importer.From([]*read.Document{doc}, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := found.Interfaces[0].Request[0]; !strings.Contains(got.Note, label) {
		t.Errorf("the description is %q, want %q in it", got.Note, label)
	}
}
