package read

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

func TestTypeName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		written string
		name    spec.Type
		length  int
		ok      bool
	}{
		{"String", "string", 0, true},
		{"varchar(64)", "string", 64, true},
		{"jsonArray", "array", 0, true},
		{"Int", "int", 0, true},
		{"list", "array", 0, true},
		{"boolean", "bool", 0, true},
		{"strng", "strng", 0, false},
		{"array<x>", "array<x>", 0, false},
	} {
		name, length, ok := typeName(c.written)
		if name != c.name || length != c.length || ok != c.ok {
			t.Errorf("typeName(%q) = %q, %d, %v", c.written, name, length, ok)
		}
	}
}
