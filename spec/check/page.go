package check

import (
	"fmt"
	"strings"
)

// pageWidth is how many columns the sentences of a page take at most.
const pageWidth = 78

// Page is everything about the rule, for people: why it is there, with YAML that breaks
// it and YAML that keeps it.
func (r Rule) Page() string {
	indented := func(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
	return fmt.Sprintf("%s: %s\n\n%s\n\nWrong:\n%s\n\nRight:\n%s\n", r.ID, r.Title, wrapped(r.Why), indented(r.Wrong), indented(r.Right))
}

// wrapped breaks text into lines of a page.
func wrapped(text string) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > pageWidth {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}
