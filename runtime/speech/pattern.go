package speech

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// verb is a placeholder of package fmt.
type verb struct {
	text  string // "%s", "%[2]q"
	kind  byte   // 's'
	index int    // of the argument, from 0
}

// placeholder finds placeholders, and %% which is none.
var placeholder = regexp.MustCompile(`%%|%[-+# 0]*(?:\*|\d+)?(?:\.\d+)?(?:\[(\d+)\])?([a-zA-Z])`)

// split cuts a format into its literal parts and the verbs between them.
func split(format string) (literals []string, verbs []verb) {
	last, next, literal := 0, 0, ""
	for _, m := range placeholder.FindAllStringSubmatchIndex(format, -1) {
		literal += format[last:m[0]]
		last = m[1]
		if format[m[0]:m[1]] == "%%" {
			literal += "%"
			continue
		}
		v := verb{text: format[m[0]:m[1]], kind: format[m[4]], index: next}
		if m[2] >= 0 {
			n, _ := strconv.Atoi(format[m[2]:m[3]]) // digits
			v.index = n - 1
		}
		next = v.index + 1
		literals, verbs, literal = append(literals, literal), append(verbs, v), ""
	}
	return append(literals, literal+format[last:]), verbs
}

// unescaped is a format without placeholders as what it prints.
func unescaped(format string) string { return strings.ReplaceAll(format, "%%", "%") }

// says tells whether a value in the verb's place may be a text of ours.
func (v verb) says() bool { return v.kind == 's' || v.kind == 'v' || v.kind == 'w' }

// expression is what the verb prints, as a regular expression; text is that of any text.
func (v verb) expression(text string) string {
	switch v.kind {
	case 'd':
		return `(\s*[-+]?\d+\s*)`
	case 'q':
		return "(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|'(?:[^'\\\\]|\\\\.)+')"
	case 'g', 'f', 'x', 'o', 'c', 'X', 'e':
		return `(\S+?)`
	case 't':
		return `(true|false)`
	}
	return text
}

// pattern is an entry whose texts have parts of their own.
type pattern struct {
	literals []string
	verbs    []verb // of the English text, in its order
	chinese  []string
	order    []verb // of the Chinese text
	letters  int    // of the literals: more of them are more particular
	compiled func() *regexp.Regexp
}

// enough letters beside its placeholders let a pattern that begins with one take a text
// with any parts: "%s of %s" has less.
const enough = 12

// newPattern returns nil for an entry without placeholders.
func newPattern(e Entry) *pattern {
	p := &pattern{}
	p.literals, p.verbs = split(e.English)
	if len(p.verbs) == 0 {
		return nil
	}
	p.chinese, p.order = split(e.Chinese)
	for _, l := range p.literals {
		p.letters += len(l)
	}
	text := `(.*?)`
	switch {
	case strings.Contains(e.English, "\t"):
		text = `([^\t]*)` // a cell of a row
	case p.literals[0] == "" && p.letters < enough:
		text = `("[^"]*"|\S+?)` // a word: everything else would fit
	}
	expression := regexp.QuoteMeta(p.literals[0])
	for i, v := range p.verbs {
		expression += v.expression(text) + regexp.QuoteMeta(p.literals[i+1])
	}
	p.compiled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)^` + expression + `$`) })
	return p
}

// opens is 1 for a pattern that begins with a placeholder: those that begin with a text
// come first, since that text says whose words follow.
func (p *pattern) opens() int {
	if p.literals[0] == "" {
		return 1
	}
	return 0
}

// match returns the parts of a text that fits, else nil.
func (p *pattern) match(text string) []string {
	if !strings.HasPrefix(text, p.literals[0]) || !strings.HasSuffix(text, p.literals[len(p.literals)-1]) {
		return nil
	}
	if m := p.compiled().FindStringSubmatch(text); m != nil {
		return m[1:]
	}
	return nil
}

// fill is the Chinese text with the parts in their places.
func (p *pattern) fill(parts []string) string {
	var b strings.Builder
	for i, literal := range p.chinese {
		b.WriteString(literal)
		if i < len(p.order) {
			b.WriteString(parts[p.part(p.order[i].index)])
		}
	}
	return b.String()
}

// part is the place of an argument among the verbs of the English text.
func (p *pattern) part(argument int) int {
	return slices.IndexFunc(p.verbs, func(v verb) bool { return v.index == argument })
}
