package spec

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSnake(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"projGUID": "proj_guid", "cstGUID": "cst_guid", "isDisabeld": "is_disabeld",
		"GJJLName": "gjjl_name", "Mobile": "mobile",
		"cstGUID1": "cst_guid1", "cst1Name": "cst1_name", "ModifyDate": "modify_date", "self_define1": "self_define1",
		"cardID": "card_id", "a-b": "a_b", "exist": "exist", "ID": "id", "Self_Define": "self_define", "": "",
	} {
		if got := Snake(name); got != want {
			t.Errorf("Snake(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestCompareSections(t *testing.T) {
	t.Parallel()
	got := []string{"4.2.10", "4.10", "4.2", "x", "4.2.9", "4.2.9.1"}
	slices.SortFunc(got, CompareSections)
	if diff := cmp.Diff([]string{"4.2", "4.2.9", "4.2.9.1", "4.2.10", "4.10", "x"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTypeName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		written, name string
		length        int
		ok            bool
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
