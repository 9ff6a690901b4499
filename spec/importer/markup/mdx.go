package markup

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	// component is an element of a page's own in Markdown, over one or several lines.
	component   = pattern.New(`<[A-Z]\w*(?:\s+[\w-]+(?:=(?:"[^"]*"|'[^']*'|\{[^{}]*\}))?)*\s*/>|<[A-Z]\w*(?:\s+[\w-]+=(?:"[^"]*"|'[^']*'|\{[^{}]*\}))+\s*>`)
	attribute   = pattern.New(`([\w-]+)=["']([^"']*)["']`)
	quotedHole  = pattern.New("\\$?`([A-Za-z_]\\w*)`")
	fenceInside = pattern.New("(?m)^\\s*(?:```|~~~)")
)

// WithoutComponents takes the components out of Markdown, as far as it is no code. One that has a method
// and an address is the line that says both.
func WithoutComponents(text string) string {
	var out strings.Builder
	last, looked, fences := 0, 0, 0
	for _, at := range component.FindAllStringSubmatchIndex(text, -1) {
		fences += len(fenceInside.FindAllStringSubmatchIndex(text[looked:at[0]], -1))
		if looked = at[0]; fences%2 == 1 { // inside of code
			continue
		}
		said := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(text[at[0]:at[1]], -1) {
			said[strings.ToLower(m[1])] = m[2]
		}
		out.WriteString(text[last:at[0]])
		for _, name := range []string{"url", "path", "endpoint"} {
			if url := quotedHole.ReplaceAllString(said[name], "{$1}"); url != "" && said["method"] != "" {
				out.WriteString(strings.ToUpper(said["method"]) + " " + url)
				break
			}
		}
		out.WriteString(strings.Repeat("\n", strings.Count(text[at[0]:at[1]], "\n")))
		last = at[1]
	}
	return out.String() + text[last:]
}
