package schema_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestPathValues wants values in a path that lead to another call refused, as clients refuse
// them, and those elsewhere not.
func TestPathValues(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(os.DirFS("../client/trial"), "places")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, i := range set.Systems[0].Interfaces {
		for f := range i.Request.All() {
			if f.IsClosed() {
				continue
			}
			text, err := json.Marshal(schema.Value(f))
			if err != nil {
				t.Fatal(err)
			}
			refuses := strings.Contains(string(text), `{"not":{"enum":[".",".."]}}`)
			if want := f.Place() == "path" && f.Type.IsText(); refuses != want {
				t.Errorf("%s %s: %s", i.Cmd, f.Name, text)
			} else if want {
				found++
			}
		}
	}
	if found == 0 {
		t.Error("no interface has a value in its path")
	}
}
