package pattern

import "testing"

// TestCompare compares what patterns take.
func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ was, is, want string }{
		{"[0-9]+", "[0-9]+", ""},
		{"[0-9]+", "[0-9]{1,}", ""},
		{"a|b", "[ab]", ""},
		{"[0-9]{20}", "[0-9]{16,20}", "loosened"},
		{"[a-z]+", "[a-y]+", "tightened"},
		{"[a-z]+", "[a-z0-9]+", "loosened"},
		{"[a-z]+", "[b-z0-9]+", "changed"},
		{"abc", "(?i)abc", "loosened"},
		{"a.b", "(?s)a.b", "loosened"},
		{"^a$", "a", ""},
		{"a*", "a+", "tightened"},
		{`\d{4}-\d{2}`, `\d{4}-(0[1-9]|1[0-2])`, "tightened"},
		{`\pL+`, `[\pL0-9_]+`, "loosened"},
		{"(a|b)*abb", "(a|b)*abb(a|b)*", "loosened"},
		{"[a", "a", "changed"},
		{"x", "y", "changed"},
		{"[0-9]{16,20}|[a-f0-9]{32}", "[a-f0-9]{32}", "tightened"},
	} {
		if got := Compare(c.was, c.is); got != c.want {
			t.Errorf("%s becomes %s: %q, want %q", c.was, c.is, got, c.want)
		}
		back := map[string]string{"loosened": "tightened", "tightened": "loosened"}[c.want]
		if back == "" {
			back = c.want
		}
		if got := Compare(c.is, c.was); got != back {
			t.Errorf("%s becomes %s: %q, want %q", c.is, c.was, got, back)
		}
	}
}
