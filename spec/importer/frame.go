package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// framed finds the members that the replies of all interfaces have around their payload, as
// the examples show them: a code, a text, and a member that holds the rest. Where a table
// has the code as a row, the replies are as the tables say.
func (d *drafter) framed() {
	var replies []map[string]any
	for _, i := range d.draft.Interfaces {
		if i.Callback {
			continue
		}
		if value, ok := sample.Parse(i.Example[1]); ok {
			if m, is := value.(map[string]any); is {
				replies = append(replies, m)
			}
		}
	}
	if n := len(replies); n == 0 || n == 1 && len(d.draft.Interfaces) > 1 {
		return
	}
	code, text := most(replies, d.words.Code, isScalar), most(replies, d.words.Text, isText)
	if code == "" || slices.ContainsFunc(d.draft.Interfaces, func(i *draft.Interface) bool { return hasRow(i.Response, code) }) {
		return
	}
	codes := values(replies, code)
	if len(codes) == 0 { // it is null everywhere
		return
	}
	f := &draft.Frame{Code: code, Text: text}
	if f.Success, f.Number = plain(codes[0]); f.Success == "" { // no code says success
		return
	}
	full := slices.DeleteFunc(slices.Clone(replies), func(m map[string]any) bool { return len(m) < 2 || len(m) == 2 && m[text] != nil })
	f.Holder = most(full, nil, func(name string, v any) bool { return name != code && name != text && !isScalar(name, v) })
	if text != "" {
		good := slices.DeleteFunc(slices.Clone(replies), func(m map[string]any) bool { return raw(m[code]) != codes[0] })
		for _, one := range values(good, text) {
			if says, number := plain(one); !number && says != "" {
				f.Says = append(f.Says, says)
			}
		}
	}
	d.draft.Frame = f
	for _, s := range d.draft.Shared {
		if hasRow(s.Fields, code) && !slices.ContainsFunc(s.Fields, func(one *draft.Field) bool { return one.Name() != code && one.Name() != text }) {
			f.Fields, s.Used = s.Fields, true
		}
	}
	d.draft.Codes = d.numbered(d.draft.Codes)
	for _, i := range d.draft.Interfaces {
		i.Codes = d.numbered(i.Codes)
		if !i.Callback {
			i.Response = inFrame(i, f)
		}
	}
}

// numbered takes out what tables list as codes and replies cannot have, where their code is
// a number: names of states, for one.
func (d *drafter) numbered(codes []draft.Code) []draft.Code {
	if !d.draft.Frame.Number {
		return codes
	}
	return slices.DeleteFunc(codes, func(c draft.Code) bool {
		_, err := strconv.Atoi(c.Code)
		if err != nil {
			d.leaveRow(c.Place, "the code of replies is a number in the examples")
		}
		return err != nil
	})
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
		return text, false
	}
	return value, true
}

// hasRow says whether a row of a table has a name, beside all others.
func hasRow(fields []*draft.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f *draft.Field) bool { return !f.Sampled && len(f.Path) == 1 && f.Name() == name })
}

// inFrame is the payload of a reply: its rows are in the member that holds them.
func inFrame(i *draft.Interface, f *draft.Frame) []*draft.Field {
	var out []*draft.Field
	rows := false
	for _, one := range i.Response {
		if one.Sampled && len(one.Path) == 1 && (one.Name() == f.Code || one.Name() == f.Text) {
			continue
		}
		out = append(out, one)
		rows = rows || !one.Sampled
	}
	if !rows || f.Holder == "" || i.Shapes[1] == nil || slices.ContainsFunc(out, func(one *draft.Field) bool { return one.Path[0] == f.Holder || one.Path[0] == "" }) {
		return out
	}
	kind, root := i.Shapes[1].Around(names(out))
	if len(root) != 1 || root[0] != f.Holder {
		return out
	}
	for _, one := range out {
		one.Path = append([]string{f.Holder}, one.Path...)
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
