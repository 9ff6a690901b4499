package spec

import (
	"maps"
	"slices"
	"strings"
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

// TestHeirs holds what becomes of names: they may stay, move, move in a row and change
// places, and a was: of before means nothing.
func TestHeirs(t *testing.T) {
	t.Parallel()
	list := func(text string) (out []Named) {
		for one := range strings.FieldsSeq(text) {
			name, was, _ := strings.Cut(one, "<")
			out = append(out, Named{name, was})
		}
		return out
	}
	for _, c := range []struct{ before, after, want string }{
		{"a b", "a b", "a>a b>b"},
		{"a b", "b a", "a>a b>b"},
		{"a", "b<a", "a>b"},
		{"a", "b", ""},
		{"a", "a b<a", "a>a"},             // it is still there
		{"b", "b<a a", "b>b"},             // a new one under an old name
		{"b<a", "b<a", "b>b"},             // said again
		{"b<a a", "b<a a", "a>a b>b"},     // said again
		{"a b", "a<b b<a", "a>b b>a"},     // change places
		{"a<b b<a", "a<b b<a", "a>a b>b"}, // said again
		{"a b c", "a<b b<c c<a", "a>c b>a c>b"},
		{"a b", "b<a c<b", "a>b b>c"}, // in a row
		{"a b", "b<a", "a>b"},         // b is gone
		{"b c", "b<a c<b", "b>b c>c"}, // from before
		{"a", "b<a c<a", "a>b"},       // one of them
		{"a", "a<a", "a>a"},
		{"b<a", "a", "b>a"}, // backwards
		{"b<a", "b a", "b>b"},
	} {
		heirs := Heirs(list(c.before), list(c.after))
		var got []string
		for _, name := range slices.Sorted(maps.Keys(heirs)) {
			got = append(got, name+">"+heirs[name])
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s becomes %s: %s, want %s", c.before, c.after, text, c.want)
		}
	}
}
