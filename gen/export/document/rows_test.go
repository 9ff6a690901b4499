package document_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/export/document"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// everywhere are the systems of this repository.
func everywhere(t *testing.T) []*spec.System {
	t.Helper()
	var out []*spec.System
	at := func(dir, folder string) {
		set, err := load.Systems(os.DirFS(dir), folder)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, set.Systems...)
	}
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, set.Systems...)
	at("../../../spec/reference", "example")
	for _, folder := range []string{"names", "places", "pushes", "login", "rules", "spec"} {
		at("../../client/trial", folder)
	}
	for _, dir := range []string{"jiekoud/faults/testdata/freight", "jiekoud/faults/testdata/outlet", "jiekoud/faults/testdata/clinic", "jiekou/testdata/handlers", "jiekou/testdata/exercise", "jiekou/testdata/release/2026-11"} {
		at("../../../cmd/"+dir, "spec")
	}
	at("testdata", "spec")
	return out
}

// rows are what a document says of the fields of an interface, by where they are below the
// member that holds what is an interface's own.
func rows(list spec.Fields) map[string]string {
	out := map[string]string{}
	var add func(list spec.Fields, above string)
	add = func(list spec.Fields, above string) {
		for _, f := range list {
			name := f.DocPath
			if above != "" {
				name = above + "/" + name[strings.LastIndexByte(name, '/')+1:]
			}
			d := f.Document
			var values []string
			if d.Enum != nil {
				values = append(values, fmt.Sprint("open ", d.Enum.Open))
				for _, v := range d.Enum.Values {
					values = append(values, v.Value+":"+strings.TrimPrefix(v.Label, v.Value))
				}
			}
			holds := d.Required == spec.Unstated && len(f.Fields) > 0 && f.Label == "" // no row says it
			if !f.Ours && !holds && (f.Label != "" || d.Required != spec.Unstated) {
				out[plain(name)] = fmt.Sprint(d.Type, " ", f.Of, " ", d.Required, " ", strings.Join(values, " "), " default ", d.Default, " ", f.Place(), " ", f.Example, " ", d.Format, d.Pattern, d.Min, d.Max)
			}
			if f.Ours {
				name = ""
			}
			add(f.Fields, name)
		}
	}
	add(list, "")
	return out
}

// unlike are rows that come back in other words or not at all, with what a document cannot
// say or an import cannot know. docs/export.md has the kinds.
var unlike = map[string]string{
	"gateway file_put response xml":                           "a frame in XML",
	"gateway order_pay response xml":                          "a frame in XML",
	"gateway order_query response xml":                        "a frame in XML",
	"tagged order_find response err":                          "a frame in XML",
	"tagged order_pay response err":                           "a frame in XML",
	"hooks order_changed response":                            "no sample of an answer has the frame",
	"hooks order_report response":                             "no sample of a reply has the frame",
	"hard OrderAdd request 2fa":                               "a number in front of a name numbers the row",
	"hard OrderAdd response 2fa":                              "a number in front of a name numbers the row",
	"hard OrderAdd request word":                              "a value that is nothing cannot be listed",
	"hard OrderAdd response word":                             "a value that is nothing cannot be listed",
	"hard OrderAdd request a":                                 "a dot leads to a member",
	"hard OrderAdd response a":                                "a dot leads to a member",
	"hard get2 request q[]":                                   "brackets are a list of what else has the name",
	"lianfa attribute_template_query response attachs/input":  "the words of a value say a default",
	"lianfa proj_attach_list_v2 response attachs/":            "the words of a value say a default",
	"lianfa proj_attach_list_v2 request page":                 "a default of what is required is a remark",
	"ruled put request all":                                   "a default of what is required is a remark",
	"ruled put request why":                                   "a default of what is required is a remark",
	"lianfa base_agencyCompany_list request companyId":        "the words of the mark say a condition",
	"lianfa base_consultantProj_list response list/createdOn": "the words of the label say a form",
	"lianfa cst_follow_notify request remark":                 "a default in words is a remark",
	"lianfa notify_proj_publish request projInfos":            "the document calls text what has members, and lists values of a time",
	"lianfa opportunity_info_query response list":             "the document calls text what has members",
}

// TestSameRows exports every system of this repository as Word and as Markdown and imports
// that: each row is there again, at the same place of the message, and no other.
func TestSameRows(t *testing.T) {
	t.Parallel()
	for _, s := range everywhere(t) {
		for name, export := range map[string]func(*spec.System) ([]byte, error){s.Name + ".md": document.Markdown, s.Name + ".docx": document.DOCX} {
			text, err := export(s)
			if err != nil {
				t.Fatal(err)
			}
			again := imported(t, s.Name, name, text)
			for _, i := range s.Interfaces {
				if i.Ours {
					continue
				}
				at := slices.IndexFunc(again.Interfaces, func(j *spec.Interface) bool { return i.Cmd == j.Cmd })
				if at < 0 {
					t.Errorf("%s: no interface %s", name, i.Cmd)
					continue
				}
				j := again.Interfaces[at]
				if i.Kind == spec.Notify != (j.Kind == spec.Notify) {
					t.Errorf("%s: %s is %s for %s", name, i.Cmd, j.Kind, i.Kind)
				}
				same(t, name, i.Cmd+" request", rows(i.Request), rows(j.Request))
				same(t, name, i.Cmd+" response", rows(slices.Concat(i.Frame, i.Response)), rows(slices.Concat(j.Frame, j.Response)))
			}
		}
	}
}

// same compares the rows of one side of an interface.
func same(t *testing.T, file, at string, want, got map[string]string) {
	t.Helper()
	system, _, _ := strings.Cut(file, ".")
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if got[path] != want[path] && !known(system+" "+at+" "+path) {
			t.Errorf("%s: %s %s: exported %q, imported %q", file, at, path, want[path], got[path])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(got)) {
		if want[path] == "" && !known(system+" "+at+" "+path) {
			t.Errorf("%s: %s %s: imported %q", file, at, path, got[path])
		}
	}
}

func known(row string) bool {
	for one := range unlike {
		if strings.HasPrefix(row, one) {
			return true
		}
	}
	return false
}
