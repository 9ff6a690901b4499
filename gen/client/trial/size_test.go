package trial_test

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/native"
	"github.com/jiekou-dev/jiekou/gen/client/ts"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSizes holds the sizes that docs/clients.md tells to the clients that are written.
func TestSizes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	languages := []struct {
		name  string
		files func(*spec.System) (map[string][]byte, error)
	}{{"TypeScript", ts.Files}, {"Python", native.Python}, {"Java", native.Java}, {"PHP", native.PHP}, {"C#", native.CSharp}}
	row := "| lines for lianfa, in how many files |"
	for _, s := range set.Systems {
		for _, l := range languages {
			files, err := l.files(s)
			if err != nil {
				t.Fatal(err)
			}
			switch size := sized(files); s.Name {
			case "lianfa":
				row += " " + size + " |"
			case "baas":
				if one := "| " + l.name + " | " + size + " | "; !strings.Contains(strings.ReplaceAll(string(page), "| lines, in how many files: ", "| "), one) {
					t.Errorf("docs/clients.md does not have %s", one)
				}
			}
		}
	}
	if !strings.Contains(string(page), row+"\n") {
		t.Errorf("docs/clients.md does not have %s", row)
	}
}

// sized is how many hundred lines there are in how many files of source.
func sized(files map[string][]byte) string {
	lines, count := 0, 0
	for name, text := range files {
		if slices.Contains([]string{".ts", ".py", ".java", ".php", ".cs"}, path.Ext(name)) {
			lines += bytes.Count(text, []byte("\n"))
			count++
		}
	}
	hundreds := (lines + 50) / 100
	if hundreds < 10 {
		return fmt.Sprintf("%d00 in %d", hundreds, count)
	}
	return fmt.Sprintf("%d,%d00 in %d", hundreds/10, hundreds%10, count)
}
