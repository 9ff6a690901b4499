// Package pattern holds regular expressions that are compiled when they are first used.
// An import has hundreds of them, and most runs of the program import nothing.
package pattern

import (
	"regexp"
	"sync"

	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// Pattern is a regular expression. Its methods are those of [regexp.Regexp], but that a text in
// traditional characters matches where it would in simplified ones. What they return is the text's.
type Pattern struct{ compiled func() *regexp.Regexp }

// New returns the pattern of an expression. One that is wrong panics at its first use.
func New(expression string) *Pattern {
	return &Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
}

// MatchString reports whether the text has a match.
func (p *Pattern) MatchString(s string) bool { return p.compiled().MatchString(han.Simple(s)) }

// FindString returns the first match, "" if there is none.
func (p *Pattern) FindString(s string) string {
	if at := p.FindStringIndex(s); at != nil {
		return s[at[0]:at[1]]
	}
	return ""
}

// FindStringIndex returns where the first match begins and ends, nil if there is none.
func (p *Pattern) FindStringIndex(s string) []int {
	return p.compiled().FindStringIndex(han.Simple(s))
}

// FindStringSubmatch returns the first match and its groups, nil if there is none.
func (p *Pattern) FindStringSubmatch(s string) []string {
	return groups(s, p.FindStringSubmatchIndex(s))
}

// FindStringSubmatchIndex returns where the first match and its groups begin and end, nil
// if there is none.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.compiled().FindStringSubmatchIndex(han.Simple(s))
}

// FindAllString returns the first n matches; all of them where n is below 0.
func (p *Pattern) FindAllString(s string, n int) (out []string) {
	for _, at := range p.compiled().FindAllStringIndex(han.Simple(s), n) {
		out = append(out, s[at[0]:at[1]])
	}
	return out
}

// FindAllStringSubmatch returns the first n matches with their groups; all of them where n
// is below 0.
func (p *Pattern) FindAllStringSubmatch(s string, n int) (out [][]string) {
	for _, at := range p.FindAllStringSubmatchIndex(s, n) {
		out = append(out, groups(s, at))
	}
	return out
}

// FindAllStringSubmatchIndex returns where the first n matches and their groups begin and
// end; of all of them where n is below 0.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compiled().FindAllStringSubmatchIndex(han.Simple(s), n)
}

// ReplaceAllString replaces each match by a text, in which $1 is a group.
func (p *Pattern) ReplaceAllString(s, with string) string {
	var out []byte
	last := 0
	for _, at := range p.FindAllStringSubmatchIndex(s, -1) {
		out = p.compiled().ExpandString(append(out, s[last:at[0]]...), with, s, at)
		last = at[1]
	}
	return string(append(out, s[last:]...))
}

// ReplaceAllStringFunc replaces each match by what a function makes of it.
func (p *Pattern) ReplaceAllStringFunc(s string, with func(string) string) string {
	var out []byte
	last := 0
	for _, at := range p.compiled().FindAllStringIndex(han.Simple(s), -1) {
		out = append(append(out, s[last:at[0]]...), with(s[at[0]:at[1]])...)
		last = at[1]
	}
	return string(append(out, s[last:]...))
}

// Split returns the parts between the matches.
func (p *Pattern) Split(s string) (out []string) {
	last := 0
	for _, at := range p.compiled().FindAllStringIndex(han.Simple(s), -1) {
		if at[1] > 0 {
			out = append(out, s[last:at[0]])
		}
		last = at[1]
	}
	return append(out, s[last:])
}

// groups are the texts of a match and its groups.
func groups(s string, at []int) (out []string) {
	for n := 0; n < len(at); n += 2 {
		group := ""
		if at[n] >= 0 {
			group = s[at[n]:at[n+1]]
		}
		out = append(out, group)
	}
	return out
}
