package near_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec/near"
)

// TestNames tells names that are one from others, in either order.
func TestNames(t *testing.T) {
	t.Parallel()
	for names, want := range map[[2]string]bool{
		{"user_name", "userName"}: true, {"mobile", "mobil"}: true, {"mobile", "mobyle"}: true, {"status", "stauts"}: true, {"phone", "phones"}: true,
		{"id", "ID"}: true, {"id", "ids"}: false, {"abc", "abd"}: false, {"mobile", "mole"}: false, {"status", "satuts"}: false, {"phone", "mobile"}: false, {"", ""}: true, {"", "name"}: false,
	} {
		if near.Names(names[0], names[1]) != want || near.Names(names[1], names[0]) != want {
			t.Errorf("%q: not %v", names, want)
		}
	}
}
