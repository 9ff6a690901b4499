package download_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestFiles offers on the site what jiekou export writes, byte for byte but for the address
// of the server, and nothing of it where the site is for one partner.
func TestFiles(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range set.Systems {
		files, err := download.Files("generated", s)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := docs.Pages(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		source := portal.Source{Name: s.Name, Read: func(page string) ([]byte, error) {
			if text, ok := files[s.Name+"/docs/"+page]; ok {
				return text, nil
			}
			for _, p := range pages {
				if p.Name == page {
					return []byte(p.Text), nil
				}
			}
			return nil, fs.ErrNotExist
		}}
		const host = "https://api.example.com"
		site, err := portal.New([]portal.Source{source}, portal.Options{Host: host})
		if err != nil {
			t.Fatal(err)
		}
		index, err := site.Page(s.Name + "/index.html")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range download.Formats() {
			name := s.Name + "." + f.Ending
			text, err := site.Page(s.Name + "/download/" + name)
			if err != nil {
				t.Fatal(err)
			}
			silent := f.Title == "" || f.Name == "asyncapi" && text == nil
			if listed := bytes.Contains(index, []byte(`href="download/`+name+`"`)); listed == silent || (text == nil) != silent {
				t.Errorf("%s: listed %t, %d bytes", name, listed, len(text))
			}
			if silent || bytes.HasPrefix(text, []byte("PK")) && bytes.Contains(text, []byte(".bru")) {
				continue // the parts of the collection have the address
			}
			n++
			want, err := f.Write(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(string(text), host, portal.SampleHost); got != string(want) {
				t.Errorf("%s: %d bytes, not the %d of the export", name, len(got), len(want))
			}
		}
		for one, may := range map[string]bool{"nothing": false, "all": true} {
			site, err := portal.New([]portal.Source{source}, portal.Options{May: func(string, string) bool { return may }})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range site.Names() {
				if strings.Contains(name, "download") {
					t.Errorf("a partner who may call %s is given %s", one, name)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d files", n)
	}
}
