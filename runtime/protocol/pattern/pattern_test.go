package pattern

import (
	"regexp"
	"testing"
)

// A pattern that needs no regular expression says what the regular expression says.
func TestPattern(t *testing.T) {
	t.Parallel()
	texts := []string{"", "-", "--1", "-1", "1", "12", "1-2", "0123456789012345", "01234567890123456789", "012345678901234567890", "a", "é", "-a", "1é"}
	for _, pattern := range []string{"[0-9]{16,20}", "-?[0-9]{1,18}", "-?[-0-9]{1,2}", "a?[a-z]*", "^[a-z]+$", "x?", "é?[0-9]+", "(?i)-?[a-z]{1,3}"} {
		match, err := Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		want := regexp.MustCompile(`\A(?:` + pattern + `)\z`)
		for _, text := range texts {
			if got := match(text); got != want.MatchString(text) {
				t.Errorf("%s on %q: %v", pattern, text, got)
			}
		}
	}
}
