package docs_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// TestRows loads the rows that a document shows as examples.
func TestRows(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?ms)^```yaml rows\n(.*?)^```$")
	for name, text := range documents(t) {
		for _, m := range blocks.FindAllStringSubmatch(text, -1) {
			if err := loadRows(t, m[1]); err != nil {
				t.Errorf("%s: %v\n%s", name, err, m[1])
			}
		}
	}
}

// loadRows reads a system with one interface whose request has the rows.
func loadRows(t *testing.T, rows string) error {
	t.Helper()
	files, err := scaffold.System(scaffold.SystemOptions{Name: "probe", Title: "探测", Version: "V1"})
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Text, err = scaffold.Group(files[0].Text, "one", "一", "1.1"); err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"spec/probe/one/probe.yaml": {Data: []byte(
		"interface: probe\ntitle: 探测\nsection: 1.1.1\nkind: report\nstatus: unimplemented\nrequest:\n  " +
			strings.ReplaceAll(strings.TrimSpace(rows), "\n", "\n  ") + "\nresponse: {}\n",
	)}}
	for _, f := range files {
		fsys["spec/"+f.Path] = &fstest.MapFile{Data: f.Text}
	}
	_, err = load.Systems(fsys, "spec")
	return err
}
