package app

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A binding is with the app, and narrows what its subscriptions get to what is within; what
// they ask for stays, for when it is bound to more.
func TestScope(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	if err := errors.Join(b.admin.Subscribe(ctx, "lianfa", "301", "all_notify", "http://h/"),
		b.admin.Subscribe(ctx, "lianfa", "301", "some_notify", "http://h/", "p1", "p2")); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name      string
		do        func() error
		scopes    Scopes
		all, some []string // projects that are queued for
	}{
		{"never bound", func() error { return nil }, Scopes{}, []string{}, []string{"p1", "p2"}},
		{
			"to two", func() error {
				return b.admin.SetScope(ctx, "lianfa", "301", "project", []string{"p3", "p2", "p3"}, true)
			},
			Scopes{"project": {"p2", "p3"}},
			[]string{"p2", "p3"},
			[]string{"p2"},
		},
		{
			"asks for one outside", func() error { return b.admin.Subscribe(ctx, "lianfa", "301", "some_notify", "http://h/", "p1") },
			Scopes{"project": {"p2", "p3"}},
			[]string{"p2", "p3"},
			[]string{" "},
		},
		{
			"to none", func() error { return b.admin.SetScope(ctx, "lianfa", "301", "project", []string{}, true) },
			Scopes{"project": {}},
			[]string{" "},
			[]string{" "},
		},
		{
			"another scope", func() error { return b.admin.SetScope(ctx, "lianfa", "301", "tenant", []string{"t1"}, false) },
			Scopes{"project": {}, "tenant": {"t1"}},
			[]string{" "},
			[]string{" "},
		},
		{
			"free", func() error { return b.admin.SetScope(ctx, "lianfa", "301", "project", nil, true) },
			Scopes{"tenant": {"t1"}},
			[]string{},
			[]string{"p1"},
		},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		info, err := b.admin.Show(ctx, "lianfa", "301")
		if err != nil || !cmp.Equal(info.Scopes, step.scopes) {
			t.Errorf("%s: %v, want %v: %v", step.name, info.Scopes, step.scopes, err)
		}
		a, ok := b.registry(t).Lookup(ctx, "lianfa", "301")
		if !ok || !cmp.Equal(a.Scopes, step.scopes) {
			t.Errorf("%s: the server knows %v", step.name, a)
		}
		for cmd, want := range map[string][]string{"all_notify": step.all, "some_notify": step.some} {
			var got []string
			if err := b.pool.QueryRow(ctx, `select projects from jiekou.subscription where cmd = $1`, cmd).Scan(&got); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%s: %s gets %q, want %q: %v", step.name, cmd, got, want, err)
			}
		}
	}
	for _, values := range [][]string{{""}, {"a b"}, {"a\n"}, make([]string, maxScope+1)} {
		if err := b.admin.SetScope(ctx, "lianfa", "301", "project", values, true); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d values: %v", len(values), err)
		}
	}
	if err := b.admin.SetScope(ctx, "lianfa", "999", "project", nil, true); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	var audited int
	if err := b.pool.QueryRow(ctx, `select count(*) from jiekou.audit where action = 'scope' and detail ? 'values'`).Scan(&audited); err != nil || audited != 4 {
		t.Errorf("%d bindings in the audit: %v", audited, err)
	}
}
