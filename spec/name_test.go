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
