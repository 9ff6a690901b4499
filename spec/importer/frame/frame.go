// Package frame finds what the replies of a document have around what is an interface's
// own: a code, a text, and a member that holds the rest.
package frame

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// Find finds the members that the replies of all interfaces have around their payload, as
// the examples show them, with a table of all replies where the document has one. It is nil
// where there are none, and where tables have the code as a row: the replies are as they say.
func Find(d *draft.Draft, words *wording.Words) *draft.Frame {
	replies := examples(d, false)
	in := outcome(d, words, replies)
	inner := within(replies, in)
	code, text := most(inner, words.Code, isScalar), most(inner, words.Text, isText)
	if code == "" || slices.ContainsFunc(d.Interfaces, func(i *draft.Interface) bool { return hasRow(i.Response, under(in, code)...) }) {
		return nil
	}
	codes := values(inner, code)
	if len(codes) == 0 { // it is null everywhere
		return nil
	}
	f := &draft.Frame{In: in, Code: code, Text: text}
	if f.Success, f.Number = plain(codes[0]); f.Success == "" { // no code says success
		return nil
	}
	common := commonOf(d, f)
	if full := slices.DeleteFunc(slices.Clone(replies), func(m map[string]any) bool { return len(m) < 2 || len(m) == 2 && m[text] != nil }); in == "" && f.Holder == "" {
		f.Holder = most(full, nil, func(name string, v any) bool { return name != code && name != text && !isScalar(name, v) })
	}
	if text != "" {
		good := slices.DeleteFunc(slices.Clone(inner), func(m map[string]any) bool { return raw(m[code]) != codes[0] })
		for _, one := range values(good, text) {
			if says, number := plain(one); !number && says != "" {
				f.Says = append(f.Says, says)
			}
		}
	}
	if common != nil {
		f.Fields, common.Used = slices.DeleteFunc(slices.Clone(common.Fields), func(one *draft.Field) bool { return !f.Has(one) }), true
	}
	for _, i := range d.Interfaces {
		if !i.Callback {
			i.Response = inFrame(i, f)
		}
	}
	return f
}

// examples are the replies that the document shows, or the answers to notifications; nil where
// one reply is all of several.
func examples(d *draft.Draft, callbacks bool) []map[string]any {
	var replies []map[string]any
	for _, i := range d.Interfaces {
		if i.Callback != callbacks {
			continue
		}
		if value, ok := sample.Parse(i.Example[1]); ok {
			if m, is := value.(map[string]any); is {
				replies = append(replies, m)
			}
		}
	}
	if len(replies) == 1 && len(d.Interfaces) > 1 && !callbacks {
		return nil
	}
	return replies
}

// commonOf is the table that has the rows of a frame for all replies: the code, the text,
// and the member that holds what is an interface's own. Where it names that member, the
// rows of every interface are in it.
func commonOf(d *draft.Draft, f *draft.Frame) *draft.Shared {
	for _, s := range d.Shared {
		rest := slices.DeleteFunc(slices.Clone(s.Fields), f.Has)
		if !hasRow(s.Fields, under(f.In, f.Code)...) || len(rest) > 1 || len(rest) == 1 && len(rest[0].Path) > 1 {
			continue
		}
		if len(rest) == 1 {
			if f.Holder = rest[0].Name(); slices.ContainsFunc(d.Interfaces, func(i *draft.Interface) bool { return !i.Callback && !heldBy(i, f.Holder) }) {
				f.Holder = ""
				continue
			}
			f.Held = true
		}
		return s
	}
	return nil
}

// heldBy says whether the rows of a reply are in a member of its example, as far as it is seen.
func heldBy(i *draft.Interface, holder string) bool {
	own := slices.DeleteFunc(slices.Clone(i.Response), func(one *draft.Field) bool { return one.Sampled || one.Path[0] == holder })
	if len(own) == 0 || i.Shapes[1] == nil {
		return true
	}
	_, root := i.Shapes[1].Around(names(own))
	return len(root) == 1 && root[0] == holder
}

// outcome is the member of the replies that a table of all replies has the code in; empty
// where the code is a member of the reply itself.
func outcome(d *draft.Draft, words *wording.Words, replies []map[string]any) string {
	for _, s := range d.Shared {
		for _, f := range s.Fields {
			if len(f.Path) == 2 && slices.Contains(words.Code, wording.Fold(f.Name())) && most(within(replies, f.Path[0]), words.Code, isScalar) == f.Name() {
				return f.Path[0]
			}
		}
	}
	return ""
}

// within are the members of replies that have a name, as objects; the replies themselves
// where it is empty.
func within(replies []map[string]any, name string) []map[string]any {
	if name == "" {
		return replies
	}
	var out []map[string]any
	for _, m := range replies {
		if inner, ok := m[name].(map[string]any); ok {
			out = append(out, inner)
		}
	}
	return out
}

// under is the path of a member of the reply, or of one in it.
func under(in, name string) []string {
	if in == "" {
		return []string{name}
	}
	return []string{in, name}
}

// most is the member that most replies have, that is named so, and that a test accepts: four of five of them.
func most(replies []map[string]any, named []string, accept func(name string, v any) bool) string {
	count := map[string]int{}
	for _, m := range replies {
		for name, v := range m {
			if (named == nil || slices.Contains(named, wording.Fold(name))) && (v == nil || accept(name, v)) {
				count[name]++
			}
		}
	}
	best := ""
	for name, n := range count {
		if n*5 >= len(replies)*4 && (n > count[best] || n == count[best] && name < best) {
			best = name
		}
	}
	return best
}

func isText(_ string, v any) bool { _, ok := v.(string); return ok }

func isScalar(_ string, v any) bool {
	switch v.(type) {
	case string, float64:
		return true
	}
	return false
}

// values are those that a member has, as JSON, the commonest first.
func values(replies []map[string]any, name string) []string {
	count := map[string]int{}
	for _, m := range replies {
		if m[name] != nil {
			count[raw(m[name])]++
		}
	}
	return slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
}

// raw is a value of an example as JSON.
func raw(v any) string {
	out, _ := json.Marshal(v) // it came from JSON
	return string(out)
}

// plain is the text of a value as JSON, and whether it is a number.
func plain(value string) (text string, number bool) {
	if json.Unmarshal([]byte(value), &text) == nil {
		return strings.TrimSpace(text), false
	}
	return value, true
}

// hasRow says whether a row of a table has a path.
func hasRow(fields []*draft.Field, path ...string) bool {
	return slices.ContainsFunc(fields, func(f *draft.Field) bool { return !f.Sampled && slices.Equal(f.Path, path) })
}

// inFrame is the payload of a reply: its rows are in the member that holds them.
func inFrame(i *draft.Interface, f *draft.Frame) []*draft.Field {
	var out []*draft.Field
	rows := false
	for _, one := range i.Response {
		if one.Sampled && f.Has(one) {
			continue
		}
		if f.Held && one.Path[0] == f.Holder {
			if len(one.Path) == 1 {
				continue
			}
			one.Path = one.Path[1:]
		}
		out = append(out, one)
		rows = rows || !one.Sampled
	}
	if !rows || f.Held || f.Holder == "" || i.Shapes[1] == nil || slices.ContainsFunc(out, func(one *draft.Field) bool { return one.Path[0] == f.Holder || one.Path[0] == "" }) {
		return out
	}
	kind, root := i.Shapes[1].Around(names(out))
	if len(root) != 1 || root[0] != f.Holder {
		return out
	}
	for _, one := range out {
		if one.InBody() {
			one.Path = append([]string{f.Holder}, one.Path...)
		}
	}
	return append([]*draft.Field{{Path: root, Shown: kind, List: kind == "array", Type: kind, Parent: true, Required: wording.Unstated, Place: fmt.Sprintf("%s, the example", i.Place)}}, out...)
}

func names(fields []*draft.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Path[0])
	}
	return out
}

// Answer is what the answers to all notifications are, by their examples; nil where these have
// no code, or members of which the frame of replies has no rows.
func Answer(d *draft.Draft, words *wording.Words) *draft.Frame {
	answers := examples(d, true)
	code, text := most(answers, words.Code, isScalar), most(answers, words.Text, isText)
	codes := values(answers, code)
	if d.Frame == nil || code == "" || len(codes) == 0 {
		return nil
	}
	f := &draft.Frame{Code: code, Text: text}
	if f.Success, f.Number = plain(codes[0]); f.Success == "" || !hasRow(d.Frame.Fields, code) || text != "" && !hasRow(d.Frame.Fields, text) {
		return nil
	}
	for _, one := range values(answers, text) {
		if says, number := plain(one); !number && says != "" {
			f.Says = append(f.Says, says)
		}
	}
	for _, s := range d.Shared {
		s.Used = s.Used || len(s.Fields) > 0 && !slices.ContainsFunc(s.Fields, func(one *draft.Field) bool { return !f.Has(one) })
	}
	for _, i := range d.Interfaces {
		if i.Callback {
			i.Response = slices.DeleteFunc(i.Response, f.Has)
		}
	}
	return f
}
