package check

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// pageWidth is how many columns the sentences of a page take at most.
const pageWidth = 78

// Page is everything about the rule, for people: why it is there, with YAML that breaks
// it and YAML that keeps it. say puts it into another language.
func (r Rule) Page(say func(string) string) string {
	indented := func(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
	return fmt.Sprintf("%s: %s\n\n%s\n\n%s\n%s\n\n%s\n%s\n",
		r.ID, say(r.Title), spec.Wrapped(say(r.Why), pageWidth), say("Wrong:"), indented(r.Wrong), say("Right:"), indented(r.Right))
}
