package spec

import (
	"slices"
	"strings"
)

// TemplatePart is {x:filter:filter} of a template.
type TemplatePart struct {
	Raw     string // as it is written, with its braces
	Value   string
	Filters []string
	Nth     int // of the same text in the template, from 0
}

// Template reads a template: {x:filter:filter} between texts, and {{ and }} for
// braces themselves. bad is the unreadable rest, from its first brace on; empty:
// all could be read.
func Template(text string) (list []TemplatePart, bad string) {
	seen := map[string]int{}
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '}':
		default:
			continue
		}
		if at+1 < len(text) && text[at+1] == text[at] {
			at++
			continue
		}
		end := strings.IndexByte(text[at:], '}')
		if text[at] == '}' || end < 0 || strings.Contains(text[at+1:at+end], "{") {
			return list, text[at:]
		}
		raw := text[at : at+end+1]
		words := strings.Split(raw[1:len(raw)-1], ":")
		list = append(list, TemplatePart{Raw: raw, Value: words[0], Filters: words[1:], Nth: seen[raw]})
		seen[raw]++
		at += end
	}
	return list, ""
}

// Parts lists the references in the braces of Over, each once, in order.
func (s *SignStep) Parts() []TemplatePart {
	list, _ := Template(s.Over)
	return slices.DeleteFunc(list, func(p TemplatePart) bool { return p.Nth > 0 })
}
