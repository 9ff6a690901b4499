// Package format rewrites YAML of the language in its canonical form.
package format

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// attributes is the order of keys on the line of a field or a column.
var attributes = []string{
	"type", "except", "of", "as", "length", "min_length", "length_in", "places", "rounded", "min", "max", "min_items", "max_items", "keys", "default", "required", "blank", "condition", "unchecked", "required_if", "required_unless",
	"required_with", "required_without", "required_without_all", "present_if", "absent_if", "absent_with", "one_of", "any_of", "together", "in", "doc", "doc_type", "doc_length", "label", "enum", "open", "separator",
	"format", "format_if", "pattern", "starts_with", "example",
	"alias", "empty", "pii", "hash", "ours", "nullable", "unit", "deprecated", "read_only", "note", "since", "was", "fields", "follow", "errata", "erratum",
}

// named are the keys whose members are rows with names: fields, columns,
// groups. Their one-line rows are aligned.
var named = []string{"request", "response", "fields", "header", "columns", "groups"}

// role is the purpose of a mapping.
type role int

const (
	plain    role = iota // its keys stay in order
	rows                 // its members are rows with names
	row                  // its keys are attributes
	sample               // it and all below stay in order: messages as they are sent
	carriage             // the protocol: its members are messages
	message              // of a protocol; it and all below stay in order, but for its rows in fields
)

// under is the role of the value of a key.
func (r role) under(key string) role {
	switch {
	case r == message && key == "fields":
		return rows
	case r == carriage && key != "keys":
		return message
	case r == plain && key == "protocol":
		return carriage
	case r >= sample, r == plain && key == "vectors":
		return sample
	case r == rows, r == row && key == "follow":
		return row
	case r == plain && slices.Contains(named, key), r == row && key == "fields":
		return rows
	}
	return plain
}

// each is the role of the elements of a list.
func (r role) each() role {
	if r >= sample {
		return sample
	}
	return plain
}

// YAML returns the canonical form of a YAML file of the language: two spaces
// a level, lists one level below their key, one line for a row that is written
// in braces, its keys in the order of attributes and its values aligned with
// the rows beside it, at most one blank line in a row, comments kept. It never
// changes what the file means, and formatting twice changes nothing more.
//
// It returns an error for text that is no YAML, holds tags, or cannot be
// rewritten safely.
func YAML(src []byte) ([]byte, error) {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	if bytes.ContainsAny(src, "\r\u0085\u2028\u2029\ufeff") {
		return nil, errors.New("lines end with a newline and nothing else")
	}
	doc, err := yamltree.Node(src)
	if err != nil {
		pos, text := yamltree.SyntaxError("", err)
		return nil, fmt.Errorf("%d:%d: %s", pos.Line, pos.Col, text)
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the file holds no YAML")
	}
	root := doc.Content[0]
	f := &formatter{comments: scanComments(src, root), last: 0}
	if err := f.refuse(root, 0); err != nil {
		return nil, err
	}
	f.block(root, 0, plain)
	f.trivia(f.comments.lines+1, 0)
	out := []byte(strings.TrimRight(f.out.String(), "\n") + "\n")
	return out, f.same(root, out)
}

// same holds the result against the source: values and comments.
func (f *formatter) same(root *yaml.Node, out []byte) error {
	again, err := yamltree.Node(out)
	if err != nil || len(again.Content) != 1 {
		return fmt.Errorf("the result is no YAML: %w", err)
	}
	if meaning(root, plain) != meaning(again.Content[0], plain) {
		return errors.New("the file would change its meaning")
	}
	if got := scanComments(out, again.Content[0]); !slices.Equal(got.texts(), f.comments.texts()) {
		return errors.New("a comment would be lost; move it to a line of its own")
	}
	return nil
}

// meaning is a value as text; only the order of attributes does not count.
func meaning(n *yaml.Node, as role) string {
	switch n.Kind {
	case yaml.AliasNode:
		return "*" + n.Value
	case yaml.MappingNode:
		var keys []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			keys = append(keys, meaning(k, plain)+":"+meaning(n.Content[i+1], as.under(k.Value)))
		}
		if as == row {
			slices.Sort(keys)
		}
		return "&" + n.Anchor + "{" + strings.Join(keys, ",") + "}"
	case yaml.SequenceNode:
		var items []string
		for _, c := range n.Content {
			items = append(items, meaning(c, as.each()))
		}
		return "&" + n.Anchor + "[" + strings.Join(items, ",") + "]"
	}
	return fmt.Sprintf("&%s%s%q", n.Anchor, n.ShortTag(), n.Value)
}

// formatter writes one file.
type formatter struct {
	out      strings.Builder
	comments *comments
	last     int // the last line of the source that has been written
}

// refuse returns an error for YAML that the language does not have.
func (f *formatter) refuse(n *yaml.Node, depth int) error {
	if n.Style&yaml.TaggedStyle != 0 {
		return fmt.Errorf("%d:%d: tags are not part of the language", n.Line, n.Column)
	}
	if depth > yamltree.MaxDepth {
		return fmt.Errorf("%d:%d: too deep", n.Line, n.Column)
	}
	for _, c := range n.Content {
		if err := f.refuse(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// trivia writes the comments and blank lines of the source before a line.
func (f *formatter) trivia(line, depth int) {
	blank := false
	for i := f.last + 1; i < line; i++ {
		text, comment := f.comments.whole[i]
		if comment {
			if blank && f.out.Len() > 0 {
				f.out.WriteByte('\n')
			}
			f.out.WriteString(indent(depth) + text + "\n")
		}
		blank = f.comments.blank[i] || blank && !comment
	}
	if blank && f.out.Len() > 0 {
		f.out.WriteByte('\n')
	}
	f.last = max(f.last, line-1)
}

func indent(depth int) string { return strings.Repeat("  ", depth) }

// block writes a collection on lines of its own.
func (f *formatter) block(n *yaml.Node, depth int, as role) {
	switch {
	case n.Kind == yaml.MappingNode && !f.inline(n):
		f.mapping(n, depth, as, false)
	case n.Kind == yaml.SequenceNode && !f.inline(n):
		for _, c := range n.Content {
			f.trivia(c.Line, depth)
			f.out.WriteString(indent(depth) + "-")
			f.item(c, depth, as.each())
		}
	default:
		f.trivia(n.Line, depth)
		f.out.WriteString(indent(depth))
		f.scalar(n, depth, as)
	}
}

// item writes an element behind its dash.
func (f *formatter) item(c *yaml.Node, depth int, as role) {
	switch {
	case c.Kind == yaml.MappingNode && !f.inline(c) && c.Anchor == "":
		f.out.WriteByte(' ')
		f.mapping(c, depth+1, as, true)
	case c.Kind == yaml.SequenceNode && !f.inline(c) || c.Kind == yaml.MappingNode && !f.inline(c):
		f.out.WriteString(strings.TrimRight(" "+anchor(c), " ") + f.ahead(c) + "\n")
		f.block(c, depth+1, as)
	default:
		f.out.WriteByte(' ')
		f.scalar(c, depth, as)
	}
}

// mapping writes key: value lines; begun says that the first line is started.
func (f *formatter) mapping(n *yaml.Node, depth int, as role, begun bool) {
	width := f.width(n, as)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if begun && i == 0 {
			f.last = max(f.last, k.Line-1)
		} else {
			f.trivia(k.Line, depth)
			f.out.WriteString(indent(depth))
		}
		key := inlineText(k, plain) + ":"
		f.out.WriteString(key)
		if v.Kind != yaml.AliasNode && (v.Kind == yaml.MappingNode || v.Kind == yaml.SequenceNode) && !f.inline(v) {
			f.out.WriteString(strings.TrimRight(" "+anchor(v), " ") + f.trailing(k.Line) + "\n")
			f.last = max(f.last, k.Line)
			f.block(v, depth+1, as.under(k.Value))
			continue
		}
		pad := " "
		if width > 0 && v.Kind == yaml.MappingNode {
			pad = strings.Repeat(" ", max(1, width+1-spec.Width([]rune(key))))
		}
		f.out.WriteString(pad)
		f.scalar(v, depth, as.under(k.Value))
	}
}

// width is how wide the keys of aligned rows are, or 0.
func (f *formatter) width(n *yaml.Node, as role) int {
	if as != rows {
		return 0
	}
	most := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		if v := n.Content[i+1]; v.Kind == yaml.MappingNode && f.inline(v) {
			most = max(most, spec.Width([]rune(inlineText(n.Content[i], plain)+":")))
		}
	}
	return most
}

// inline says whether a collection stays in braces: it was written so or is empty,
// and has no comment inside.
func (f *formatter) inline(n *yaml.Node) bool {
	if len(n.Content) == 0 {
		return true
	}
	if n.Style&yaml.FlowStyle == 0 {
		return false
	}
	first, last := lines(n)
	for i := first; i <= last; i++ {
		_, whole := f.comments.whole[i]
		if whole || f.comments.behind[i] && i < last {
			return false
		}
	}
	return true
}

// lines returns the first and last line that a value's nodes begin on.
func lines(n *yaml.Node) (first, last int) {
	first, last = n.Line, n.Line
	for _, c := range n.Content {
		_, end := lines(c)
		last = max(last, end)
	}
	return first, last
}

// scalar writes a value after its key, with its comment.
func (f *formatter) scalar(n *yaml.Node, depth int, as role) {
	_, last := lines(n)
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && literalSafe(n.Value) {
		f.out.WriteString(anchor(n) + "|" + chomping(n.Value) + f.trailing(n.Line) + "\n")
		for line := range strings.SplitSeq(strings.TrimRight(n.Value, "\n"), "\n") {
			f.out.WriteString(strings.TrimRight(indent(depth+1)+line, " ") + "\n")
		}
		for range strings.Count(n.Value, "\n") - strings.Count(strings.TrimRight(n.Value, "\n"), "\n") - 1 {
			f.out.WriteByte('\n')
		}
	} else {
		f.out.WriteString(inlineText(n, as) + f.trailing(max(last, f.comments.end[n])) + "\n")
	}
	f.last = max(f.last, last, f.comments.end[n])
}

// trailing takes the comment at the end of a line.
func (f *formatter) trailing(line int) string {
	text, ok := f.comments.trailing[line]
	if !ok {
		return ""
	}
	delete(f.comments.trailing, line)
	return " " + text
}

// ahead takes the comment behind the dash of a collection that begins on a
// later line.
func (f *formatter) ahead(n *yaml.Node) string {
	for i := f.last + 1; i < n.Line; i++ {
		if f.comments.behind[i] {
			return f.trailing(i)
		}
	}
	return ""
}

// anchor is "&name " where the node has one.
func anchor(n *yaml.Node) string {
	if n.Anchor == "" || n.Kind == yaml.AliasNode {
		return ""
	}
	return "&" + n.Anchor + " "
}

// inlineText is a value on one line.
func inlineText(n *yaml.Node, as role) string {
	switch n.Kind {
	case yaml.AliasNode:
		return "*" + n.Value
	case yaml.SequenceNode:
		var items []string
		for _, c := range n.Content {
			items = append(items, inlineText(c, as.each()))
		}
		return anchor(n) + "[" + strings.Join(items, ", ") + "]"
	case yaml.MappingNode:
		return anchor(n) + "{" + strings.Join(inlineKeys(n, as), ", ") + "}"
	}
	return anchor(n) + scalarText(n)
}

// inlineKeys are the members of a mapping in braces, those of a row in the
// order of attributes.
func inlineKeys(n *yaml.Node, as role) []string {
	type entry struct {
		place int
		text  string
	}
	var list []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		place := 0
		if as == row {
			if place = slices.Index(attributes, k.Value); place < 0 {
				place = len(attributes)
			}
		}
		sep := ": "
		if k.Kind == yaml.AliasNode {
			sep = " : "
		}
		list = append(list, entry{place, inlineText(k, plain) + sep + inlineText(v, as.under(k.Value))})
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.place, b.place) })
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.text
	}
	return out
}
