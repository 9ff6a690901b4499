package app

import (
	"errors"
	"strings"
	"testing"
)

// TestProfile: a running server follows the profile of an app; the protocol's own
// holds for apps that have no other one.
func TestProfile(t *testing.T) {
	t.Parallel()
	text := acme + "profiles: {strict: [{like: body, pattern: \"x.*\", else: STRICT}]}\nprofile: strict\n"
	text = strings.ReplaceAll(text, "salt: system text", "salt: text")
	d, ctx := newDesk(t, text), t.Context()
	made, err := d.admin.Add(ctx, New{System: "bank", ID: "one", Making: d.how})
	if err != nil {
		t.Fatal(err)
	}
	s := of(made)
	none, strict, unknown := "", "strict", "other"
	for _, tt := range []struct {
		profile *string
		fine    bool
	}{{nil, false}, {&none, true}, {&strict, false}, {&none, true}, {nil, false}, {&none, true}, {&unknown, false}} {
		if err := d.admin.SetProfile(ctx, "bank", "one", tt.profile); err != nil {
			t.Fatal(err)
		}
		d.follows(t, "a profile", "one", s, tt.fine)
		info, err := d.admin.Show(ctx, "bank", "one")
		if err != nil || (info.Profile == nil) != (tt.profile == nil) || tt.profile != nil && *info.Profile != *tt.profile {
			t.Errorf("%v %v", info.Profile, err)
		}
	}
	if err := d.admin.SetProfile(ctx, "bank", "two", nil); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}
