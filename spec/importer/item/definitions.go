package item

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Definition is a type as a document defines it in TypeScript.
type Definition struct {
	Name  string
	Above string // the comment above it: GET /orders
	Items []Item
}

var (
	defines     = pattern.New(`^\s*(?:export\s+)?(?:interface\s+([A-Za-z_]\w*)(?:\s+extends\s+([A-Za-z_]\w*))?[^{=]*|type\s+([A-Za-z_]\w*)[^{=]*=\s*)\{\s*$`)
	definedItem = pattern.New(`^\s*(?:readonly\s+)?["']?([A-Za-z_]\w*)["']?(\?)?\s*:\s*(.+?)\s*[;,]?\s*$`)
	definedEnd  = pattern.New(`^\s*\}(\[\])?\s*[;,]?\s*$`)
	listedTexts = pattern.New(`^(?:'[^']*'|"[^"]*")(?:\s*\|\s*(?:'[^']*'|"[^"]*"))*$`) // 'a' | 'b'
	orNothing   = pattern.New(`\s*\|\s*(?:null|undefined)\b`)
	saidBehind  = pattern.New(`\s*(?://+|/\*+)\s*(.*?)\s*(?:\*/)?\s*$`)
	saidAbove   = pattern.New(`^\s*(?://+|/?\*+)\s*(.*?)\s*(?:\*/)?\s*$`)
)

// Definitions are the types that a text defines in TypeScript, one after another: interface
// Order { id: string; note?: string } over several lines. A member with ? may be left out, and a
// comment says what a member is. A type that extends one above it has its members. It is nil where
// the text has none, or one that does not end.
func Definitions(text string) (out []Definition) {
	r := &definer{}
	for line := range strings.SplitSeq(norm.NFKC.String(text), "\n") {
		r.line(line)
	}
	if r.depth != 0 {
		return nil
	}
	return r.out
}

// definer keeps where it is in a text, and what the comment before the next line says.
type definer struct {
	out   []Definition
	depth int // of braces
	said  string
}

// line reads a line: the first of a type, a comment, a member, or an end.
func (r *definer) line(line string) {
	if m := saidAbove.FindStringSubmatch(line); m != nil {
		r.said = strings.TrimSpace(r.said + " " + m[1])
		return
	}
	if m := defines.FindStringSubmatch(line); r.depth == 0 && m != nil {
		one := Definition{Name: m[1] + m[3], Above: r.said}
		if at := slices.IndexFunc(r.out, func(d Definition) bool { return d.Name == m[2] }); at >= 0 {
			one.Items = slices.Clone(r.out[at].Items)
		}
		r.out, r.depth = append(r.out, one), 1
	} else if m := definedEnd.FindStringSubmatch(saidBehind.ReplaceAllString(line, "")); r.depth > 0 && m != nil {
		if r.depth--; m[1] != "" {
			r.out[len(r.out)-1].listed(r.depth)
		}
	} else if r.depth > 0 {
		r.member(line)
	}
	r.said = ""
}

// member reads a line with a member, which another of its name in the type that is extended gives
// way to.
func (r *definer) member(line string) {
	if m := saidBehind.FindStringSubmatch(line); m != nil {
		r.said = m[1]
	}
	m := definedItem.FindStringSubmatch(saidBehind.ReplaceAllString(line, ""))
	if m == nil {
		return
	}
	one := Item{Name: m[1], Kind: m[3], Mark: map[bool]string{true: "否", false: "是"}[m[2] != ""], Label: r.said, Indent: r.depth * 1000}
	last := &r.out[len(r.out)-1]
	if r.depth == 1 {
		last.Items = slices.DeleteFunc(last.Items, func(i Item) bool { return i.Indent == one.Indent && i.Name == one.Name })
	}
	if one.Kind == "{" {
		one.Kind = "object"
		r.depth++
	}
	kind := orNothing.ReplaceAllString(one.Kind, "")
	if listedTexts.MatchString(kind) {
		kind = "string"
	}
	if kind != one.Kind { // what the type says beside it stays in words
		one.Kind, one.Label = kind, strings.TrimSpace(one.Label+" "+one.Kind)
	}
	last.Items = append(last.Items, one)
}

// listed makes a list of the member whose members have just ended.
func (d *Definition) listed(depth int) {
	for n := len(d.Items) - 1; n >= 0; n-- {
		if d.Items[n].Indent == depth*1000 {
			d.Items[n].Kind = "object[]"
			return
		}
	}
}
