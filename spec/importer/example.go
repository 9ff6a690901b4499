package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// judge compares the examples of each interface with its tables: a member that no table
// has is a finding, and no field.
func (d *drafter) judge() {
	known := map[string]bool{}
	if f := d.draft.Frame; f != nil {
		known[f.Code], known[f.Text] = true, true
	}
	for _, s := range d.draft.Shared {
		for _, f := range s.Fields {
			known[f.Name()] = true
		}
	}
	for _, i := range d.draft.Interfaces {
		for n, side := range []string{"request", "response"} {
			d.judgeOne(i, side, i.Example[n], [][]*draft.Field{i.Request, i.Response}[n], known)
		}
	}
}

// shown gives a side without a table the members of its example.
func (d *drafter) shown(members func(i *draft.Interface, side int) []sample.Member) {
	for _, i := range d.draft.Interfaces {
		for n, to := range []*[]*draft.Field{&i.Request, &i.Response} {
			list := members(i, n)
			if slices.ContainsFunc(*to, func(f *draft.Field) bool { return f.InBody() || f.In == "form" }) {
				list = nil
			}
			for _, m := range slices.DeleteFunc(list, isMapKey) {
				f := &draft.Field{Path: m.Path, List: m.List, Shown: m.Kind, Sampled: m.Comment == "", Required: wording.Unstated, Place: fmt.Sprintf("%s, line %d of the example", i.Place, m.Line)}
				rows.Describe(f, map[wording.Role]string{wording.Label: m.Comment}, "", d.words, true, true, true)
				*to = append(*to, f)
			}
		}
	}
}

// asked gives a request without rows the parameters that its URL shows: /user?name=XXX. What
// says which interface is called is none.
func (d *drafter) asked() {
	for _, i := range d.draft.Interfaces {
		_, query, ok := strings.Cut(i.URL, "?")
		if !ok || len(i.Request) > 0 || i.Example[0] != "" || naming.Called(query) != "" {
			continue
		}
		for _, m := range sample.Pairs(query) {
			i.Request = append(i.Request, &draft.Field{Path: m.Path, Shown: m.Kind, Sampled: true, In: "query", Required: wording.Unstated, Place: i.Place + ", the URL"})
		}
	}
}

// isMapKey says whether a member, or one around it, is called like no member of a body: it is
// the key of a map.
func isMapKey(m sample.Member) bool {
	return slices.ContainsFunc(m.Path, func(name string) bool { return !naming.Name.MatchString(name) })
}

// judgeOne compares one example.
func (d *drafter) judgeOne(i *draft.Interface, side, example string, fields []*draft.Field, known map[string]bool) {
	if example == "" || len(fields) == 0 || sample.ArePairs(example) {
		return
	}
	value, ok := sample.Parse(example)
	if !ok {
		d.find(draft.Finding{Kind: "example", Interface: i.Cmd, Text: fmt.Sprintf("the example of the %s is no JSON", side), Places: []string{i.Place}})
		return
	}
	names := maps.Clone(known)
	for _, f := range fields {
		names[f.Name()] = true
	}
	open := map[string]bool{}
	for _, f := range fields { // what is below an object without members is free
		open[f.Name()] = !slices.ContainsFunc(fields, func(o *draft.Field) bool {
			return len(o.Path) > len(f.Path) && slices.Equal(o.Path[:len(f.Path)], f.Path)
		})
	}
	if list := sample.Unknown(value, names, open); len(list) > 0 {
		d.find(draft.Finding{Kind: "example", Interface: i.Cmd, Text: fmt.Sprintf("in the example of the %s and in no table: %s", side, strings.Join(list, ", ")), Says: map[string]string{"request": "请求", "response": "返回"}[side] + "示例中有" + strings.Join(list, "、") + "，参数表没有。", Places: []string{i.Place}})
	}
}

// nestAsShown puts the rows of a table without levels where the example has them.
func (d *drafter) nestAsShown(list []*draft.Field, shape *sample.Shape) {
	if shape == nil {
		return
	}
	var body []*draft.Field
	var names []string
	for _, f := range list {
		if len(f.Path) > 1 || d.structOf(f.Type) != nil {
			return // the document says it itself
		}
		if f.In == "" || f.In == "body" {
			body, names = append(body, f), append(names, f.Name())
		}
	}
	for n, path := range shape.Nest(names) {
		body[n].Path = path
	}
}

// examplesIn takes the cells of JSON that nothing else was made of as examples of the side
// that the cell before or above them says.
func (d *drafter) examplesIn(t *draft.Table) {
	if d.current == nil {
		return
	}
	for c := range t.Cells {
		text := exampleBelow(c.Text)
		if fate, _ := t.Fate(c); fate != draft.Left {
			continue
		}
		if _, query, ok := strings.Cut(text, "?"); ok && strings.HasPrefix(text, "http") && sample.ArePairs(query) && d.current.Example[0] == "" {
			d.current.Example[0] = query
			t.Uses[c] = []draft.Use{{Fate: draft.Read, As: "example"}}
			continue
		}
		before, taken := d.side, false
		for _, one := range sample.Captioned(text) {
			if d.side = cmp.Or(d.words.Side(one[0]), d.sideBeside(t, c)); d.side != "" {
				d.example(one[1])
				taken = true
			}
		}
		if d.side = before; taken {
			t.Uses[c] = []draft.Use{{Fate: draft.Read, As: "example"}}
			if key := t.At(c.Row, 0); key != nil && key != c && (d.words.Side(key.Text) != "" || d.words.IsWeak(key.Text)) {
				t.Uses[key] = []draft.Use{{Fate: draft.Read, As: "head"}}
			}
		}
	}
}

// exampleBelow is the text of a cell without a first line that says that it is an example.
func exampleBelow(text string) string {
	text = strings.TrimSpace(text)
	if title, rest, ok := strings.Cut(text, "\n"); ok && len([]rune(title)) < 12 && exampleWord.MatchString(title) {
		return strings.TrimSpace(rest)
	}
	return text
}

var exampleWord = pattern.New(`(?i)示例|样例|例子|例如|^例\s*[:：]?$|如下|example|sample`)

// sideBeside is the side that the cells before and above one say.
func (d *drafter) sideBeside(t *draft.Table, c *document.Cell) string {
	keys := []*document.Cell{t.At(c.Row, c.Col-1), t.At(c.Row, 0), t.At(c.Row-1, 0)}
	if key := keys[0]; key != nil && len([]rune(key.Text)) < 20 && wording.PlaceOf(key.Text) == "header" {
		return "" // it shows no body
	}
	for _, key := range keys {
		if key == nil || key == c || len([]rune(key.Text)) >= 20 {
			continue
		}
		if side := d.words.Side(key.Text); side != "" {
			return side
		}
	}
	for row := c.Row - 1; row >= 0; row-- { // a title among the rows
		if over := t.Table.Distinct(row); len(over) == 1 && t.At(row, t.Width()-1) == over[0] && d.words.Side(over[0].Text) != "" {
			return d.words.Side(over[0].Text)
		}
	}
	for _, key := range keys {
		if key != nil && key != c && len([]rune(key.Text)) < 20 && d.words.IsWeak(key.Text) {
			return "request"
		}
	}
	return ""
}

// aStatus is a status of HTTP, with or without its words.
var aStatus = pattern.New(`^([1-5]\d\d)(?:\s+[A-Za-z ]+)?$`)

// replies takes a table of statuses of HTTP with what comes back with each: 200 | {"token": "…"}.
func (d *drafter) replies(t *draft.Table) bool {
	from := 0
	if first := t.At(0, 0); first != nil && !aStatus.MatchString(strings.TrimSpace(first.Text)) {
		from = 1
	}
	shown := false
	for row := from; row < len(t.Rows); row++ {
		status, body := t.At(row, 0), t.At(row, 1)
		if d.current == nil || t.Width() != 2 || status == nil || body == nil || !aStatus.MatchString(strings.TrimSpace(status.Text)) {
			return false
		}
		shown = shown || sample.ShapeOf(strings.TrimSpace(body.Text)) != nil
	}
	if !shown {
		return false
	}
	d.side = "response"
	for row := range t.Rows {
		t.Use(t.At(row, 0), draft.Use{Fate: draft.Read, As: "status of HTTP"})
		t.Use(t.At(row, 1), draft.Use{Fate: draft.Read, As: "example"})
		if row >= from && strings.TrimSpace(t.At(row, 0).Text)[0] == '2' {
			d.example(strings.TrimSpace(t.At(row, 1).Text))
		}
	}
	return true
}
