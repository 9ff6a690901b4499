package matching_test

import (
	"regexp"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/matching"
)

// TestText holds that patterns are sampled by texts that they take, and that others are
// said.
func TestText(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"[0-9]{16,20}", "a|b", "(ab)+c?", "[A-Z][a-z]*", `\d{4}-\d{2}`, "x{2,3}", ".", "(?i)abc", "^ab$", "[^a]"} {
		re := regexp.MustCompile("^(?:" + pattern + ")$")
		for name, find := range map[string]func(string) (string, error){"short": matching.Text, "long": matching.Longest} {
			if s, err := find(pattern); err != nil || !re.MatchString(s) {
				t.Errorf("%s (%s): %q, %v", pattern, name, s, err)
			}
		}
	}
	for _, pattern := range []string{"[", `a\b`, `[^\x00-\x{10FFFF}]`} {
		if s, err := matching.Text(pattern); err == nil {
			t.Errorf("%s: %q", pattern, s)
		}
	}
}

// TestFormats wants a sample of each format that a pattern says, and a pattern that all
// readers of schemas understand.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, format := range spec.Formats() {
		pattern := spec.FormatPattern(format)
		if pattern == "" {
			continue
		}
		if _, err := spec.SharedPattern(pattern); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		text, err := matching.Text(pattern)
		if err != nil || !regexp.MustCompile("^(?:"+pattern+")$").MatchString(text) {
			t.Errorf("%s: %q, %v", format, text, err)
		}
	}
}
