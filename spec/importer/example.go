package importer

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// judge compares the examples of each interface with its tables: a member that no table
// has is a finding, and no field.
func (d *drafter) judge() {
	known := map[string]bool{}
	for _, s := range d.draft.Shared {
		for _, f := range s.Fields {
			known[f.Name()] = true
		}
	}
	for _, i := range d.draft.Interfaces {
		for n, side := range []string{"request", "response"} {
			d.judgeOne(i, side, i.Example[n], [][]*Field{i.Request, i.Response}[n], known)
		}
	}
}

// judgeOne compares one example.
func (d *drafter) judgeOne(i *Interface, side, example string, fields []*Field, known map[string]bool) {
	if example == "" || len(fields) == 0 {
		return
	}
	value, ok := lenient(example)
	if !ok {
		d.find(Finding{Kind: "example", Interface: i.Cmd, Text: fmt.Sprintf("the example of the %s is no JSON", side), Places: []string{i.Place}})
		return
	}
	names := maps.Clone(known)
	for _, f := range fields {
		names[f.Name()] = true
	}
	unknown := map[string]bool{}
	open := map[string]bool{}
	for _, f := range fields { // what is below an object without members is free
		open[f.Name()] = !slices.ContainsFunc(fields, func(o *Field) bool { return len(o.Path) > len(f.Path) && slices.Equal(o.Path[:len(f.Path)], f.Path) })
	}
	members(value, names, open, unknown)
	if list := slices.Sorted(maps.Keys(unknown)); len(list) > 0 {
		d.find(Finding{Kind: "example", Interface: i.Cmd, Text: fmt.Sprintf("in the example of the %s and in no table: %s", side, strings.Join(list, ", ")), Says: map[string]string{"request": "请求", "response": "返回"}[side] + "示例中有" + strings.Join(list, "、") + "，参数表没有。", Places: []string{i.Place}})
	}
}

// members collects the names of an example that are not known.
func members(value any, names, open, unknown map[string]bool) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			members(item, names, open, unknown)
		}
	case map[string]any:
		for name, inner := range v {
			if !names[name] {
				unknown[name] = true
			}
			if names[name] && !open[name] || !names[name] && wraps(inner, names) {
				members(inner, names, open, unknown)
			}
		}
	}
}

// wraps says whether a member holds fields of the table, like the data of a reply.
func wraps(value any, names map[string]bool) bool {
	switch v := value.(type) {
	case []any:
		return len(v) > 0 && wraps(v[0], names)
	case map[string]any:
		for name := range v {
			if names[name] {
				return true
			}
		}
	}
	return false
}

var (
	lineComment = regexp.MustCompile(`(?m)(^|[\s,{}\[\]"0-9el])//[^\n"]*$`)
	lastComma   = regexp.MustCompile(`,(\s*[}\]])`)
)

// lenient reads JSON as documents print it: with comments, and commas before the end.
func lenient(text string) (value any, ok bool) {
	text = lineComment.ReplaceAllString(text, "$1")
	text = lastComma.ReplaceAllString(strings.NewReplacer("“", `"`, "”", `"`, "\u00a0", " ").Replace(text), "$1")
	err := json.Unmarshal([]byte(text), &value)
	return value, err == nil
}
