package download_test

import (
	"errors"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/export/console"
	"github.com/jiekou-dev/jiekou/gen/export/download"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture/files"
)

// TestPushesAlone generates a system that has notifications and no interfaces that partners call:
// formats of calls say so, and nothing else is missing.
func TestPushesAlone(t *testing.T) {
	t.Parallel()
	s := withRow(t, "Blank", "notify type: string, required: true")
	for _, f := range download.Formats() {
		if _, err := f.Write(s); err != nil && !errors.Is(err, download.ErrUncalled) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	out, err := gen.Generate(&spec.Set{Systems: []*spec.System{s}}, gen.Options{Module: "example.com/pushes", Artefacts: []gen.Artefact{
		{Name: "console", Files: console.Generate}, {Name: "downloads", Files: download.Files}, {Name: "fixtures", Files: files.Generate},
	}})
	if err != nil || len(out) == 0 {
		t.Fatal(len(out), err)
	}
}
