package example_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
	"github.com/jiekou-dev/jiekou/spec/reference"
)

// systems are those of the repository, the examples of the manual, and those of tests of
// clients and emitters.
func systems(t *testing.T) []*spec.System {
	t.Helper()
	var out []*spec.System
	for _, from := range []struct {
		fsys fs.FS
		root string
	}{{spec.Embedded(), "spec"}, {reference.Own(), "example"}, {os.DirFS("../export/document/testdata"), "spec"}} {
		set, err := load.Systems(from.fsys, from.root)
		if err != nil {
			t.Fatal(from.root, err)
		}
		out = append(out, set.Systems...)
	}
	out = append(append(out, trial.Names(t).Systems...), trial.Places(t).Systems...)
	out = append(out, trial.System(t, ""))
	archives, err := filepath.Glob("../testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		fsys := fstest.MapFS{}
		for _, part := range []string{"../testdata/base/mini.txtar", name} {
			archive, err := txtar.ParseFile(part)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range archive.Files {
				if fsys[f.Name] = (&fstest.MapFile{Data: f.Data}); len(f.Data) == 0 {
					delete(fsys, f.Name)
				}
			}
		}
		if set, err := loadtest.Systems(fsys, "spec"); err == nil {
			out = append(out, set.Systems...)
		}
	}
	return out
}

// packed is a typed sample as it travels.
func packed(t *testing.T, fields spec.Fields, sample ordered.Object) ordered.Object {
	t.Helper()
	out := ordered.Object{}
	for _, f := range fields {
		v, ok := sample.Of(f.Name)
		if !ok {
			continue
		}
		switch inner := v.(type) {
		case ordered.Object:
			if f.Shape() == spec.Record {
				v = packed(t, f.Fields, inner)
			}
		case []any:
			for n, one := range inner {
				if member, ok := one.(ordered.Object); ok {
					inner[n] = packed(t, f.Fields, member)
				}
			}
		}
		if f.IsPacked() {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			v = string(text)
		}
		out = append(out, ordered.Member{f.Name, v})
	}
	return out
}

// TestSound holds every sample to the rules of its rows: of requests, replies and
// notifications, all of them and the least.
func TestSound(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range systems(t) {
		for _, i := range s.Interfaces {
			for side, fields := range map[string]spec.Fields{"request": i.Request, "response": i.Response} {
				judge, err := bind.NewJudge(s, fields)
				if err != nil {
					t.Fatal(s.Name, i.Cmd, err)
				}
				for _, sample := range []any{example.Object(fields), packed(t, fields, example.Typed(fields))} {
					text, err := json.Marshal(sample)
					if err != nil {
						t.Fatal(s.Name, i.Cmd, err)
					}
					if err := judge.Check(text); err != nil {
						t.Errorf("%s %s: the sample of the %s: %v\n%s", s.Name, i.Cmd, side, err, text)
					}
					n++
				}
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d samples", n)
	}
}

// TestPayload has every required row that is in the body of a request in the sample of what a
// protocol carries, of JSON and of forms.
func TestPayload(t *testing.T) {
	t.Parallel()
	forms := 0
	for _, s := range systems(t) {
		for _, i := range s.Interfaces {
			if i.Kind == spec.Notify || i.IsBodyless() {
				continue
			}
			text, err := example.Payload(i)
			if err != nil {
				t.Fatal(s.Name, i.Cmd, err)
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(text, &members); err != nil {
				t.Fatal(s.Name, i.Cmd, err)
			}
			for _, f := range i.Request {
				if f.IsRequired() && (f.In == "body" || f.In == "form") && members[f.Name] == nil {
					t.Errorf("%s %s: the sample has no %s, which is in the %s: %s", s.Name, i.Cmd, f.Name, f.In, text)
				}
				if f.In == "form" {
					forms++
				}
			}
		}
	}
	if forms == 0 {
		t.Error("no form was seen")
	}
}
