// Package foresight writes down what a message leads to, by a model of the system: the
// members of the reply, the rows that are written, a row that must stay as it is, and the
// notifications. It is for people and for tools that do not have the model.
//
// What differs from run to run has a name: {{now}} and {{today}}, {{made:1}} for the first
// id that a server makes, {{token}}, {{hash}}, and the slots of the request.
package foresight

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Foresight is what a message leads to.
type Foresight struct {
	// Like is the case that leads to the same, but for Set and Drop; empty: Whole has all.
	Like string   `json:"like,omitempty"`
	Set  []At     `json:"set,omitempty"`
	Drop []string `json:"drop,omitempty"`
	// Whole has the members reply (those that the YAML tells; the paths of the others are
	// in unsure), rows, keep and told.
	Whole *tree.Value `json:"whole,omitempty"`
}

// At is a value at a path, such as rows/0/is/mobile.
type At struct {
	Path  string      `json:"path"`
	Value *tree.Value `json:"value"`
}

// noon is the time at which the model carries out messages: one that no row has.
var noon = time.Date(2033, 3, 3, 3, 3, 3, 0, time.UTC)

// Config is that of a world whose ids and times can be told from all others. The zone is
// the system's.
func Config(zone string) model.Config {
	at := noon
	if loc, err := time.LoadLocation(zone); err == nil {
		at = time.Date(2033, 3, 3, 3, 3, 3, 0, loc)
	}
	made := 0
	return model.Config{
		Now: func() time.Time { return at },
		GUID: func() string {
			made++
			return fmt.Sprintf("00000000-0000-4000-8000-%012d", made)
		},
		Hash: func(password string) string {
			if password == "" {
				return ""
			}
			return "$hash$"
		},
		Token: func(string, time.Time) string { return "$token$" },
	}
}

var (
	made    = regexp.MustCompile(`00000000-0000-4000-8000-\d{12}`)
	instant = regexp.MustCompile(`2033-03-03[ T]03:03:03(?:\.0+)?(?:Z|[+-]\d\d:\d\d)?|20330303030303`)
	day     = regexp.MustCompile(`2033-03-03|20330303`)
)

// named puts names in the place of what differs from run to run.
func named(text string, slots map[string]string) string {
	var ids []string
	text = made.ReplaceAllStringFunc(text, func(id string) string {
		n := slices.Index(ids, id)
		if n < 0 {
			ids = append(ids, id)
			n = len(ids) - 1
		}
		return "{{made:" + strconv.Itoa(n+1) + "}}"
	})
	text = instant.ReplaceAllString(text, "{{now}}")
	text = day.ReplaceAllString(text, "{{today}}")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "$hash$", "{{hash}}"), "$token$", "{{token}}")
	names := slices.SortedFunc(maps.Keys(slots), func(a, b string) int { // one may be part of another
		return cmp.Or(len(slots[b])-len(slots[a]), strings.Compare(a, b))
	})
	for _, slot := range names {
		if value := slots[slot]; len(value) >= 6 { // a shorter one may be part of anything
			text = strings.ReplaceAll(text, value, slot)
		}
	}
	return text
}

// Of writes an outcome down. slots are the texts that the slots of the request had.
func Of(w *model.World, out *model.Outcome, slots map[string]string) (*tree.Value, error) {
	whole := &tree.Value{Members: []tree.Member{}}
	add := func(name string, v *tree.Value) {
		whole.Members = append(whole.Members, tree.Member{Name: name, Value: v})
	}
	if out.Reply != nil && len(out.Reply.Members) > 0 {
		add("reply", out.Reply)
	}
	if len(out.Unsure) > 0 {
		add("unsure", texts(out.Unsure))
	}
	var rows, keep []*tree.Value
	kept := map[*spec.Table]bool{}
	for _, c := range out.Changes {
		rows = append(rows, row(w, c))
		if twin := other(w, c.Table, out.Changes); twin != nil && !kept[c.Table] {
			keep = append(keep, object("table", tree.Text(c.Table.Name), "key", cells(w, c.Table, twin, nil, true)))
		}
		kept[c.Table] = true
	}
	if len(rows) > 0 {
		add("rows", &tree.Value{Items: rows})
	}
	if len(keep) > 0 {
		add("keep", &tree.Value{Items: keep})
	}
	var told []*tree.Value
	for _, t := range out.Told {
		one := object("notification", tree.Text(t.Of.Cmd))
		if t.Project != "" {
			one.Members = append(one.Members, tree.Member{Name: "project", Value: tree.Text(t.Project)})
		}
		one.Members = append(one.Members, tree.Member{Name: "body", Value: t.Body})
		told = append(told, one)
	}
	if len(told) > 0 {
		add("told", &tree.Value{Items: told})
	}
	return tree.Parse([]byte(named(whole.String(), slots)))
}

// row is a row that is written, or is gone.
func row(w *model.World, c model.Change) *tree.Value {
	v := object("table", tree.Text(c.Table.Name))
	if c.Before != nil {
		v.Members = append(v.Members, tree.Member{Name: "key", Value: cells(w, c.Table, c.Before, nil, true)})
	}
	if c.After == nil {
		v.Members = append(v.Members, tree.Member{Name: "gone", Value: tree.Raw("true")})
		return v
	}
	v.Members = append(v.Members, tree.Member{Name: "is", Value: cells(w, c.Table, c.After, c.Before, false)})
	return v
}

// cells are the values of a row: those of its key, or those that differ from a row before.
func cells(w *model.World, t *spec.Table, r, before model.Row, key bool) *tree.Value {
	v := &tree.Value{Members: []tree.Member{}}
	for n, c := range t.Columns {
		if key && !slices.Contains(t.Key, c.Name) || before == nil && r[n] == nil || before != nil && model.Same(before[n], r[n]) {
			continue
		}
		text, ok := w.Text(r[n])
		one := tree.Raw("null")
		if ok {
			one = tree.Text(text)
		}
		v.Members = append(v.Members, tree.Member{Name: c.Name, Value: one})
	}
	return v
}

// other is a row of a table that no change is of; nil where there is none.
func other(w *model.World, t *spec.Table, changes []model.Change) model.Row {
	_, all := w.Rows(t.Name)
	for _, r := range all {
		of := func(c model.Change) bool {
			return c.Table == t && (c.Before != nil && slices.EqualFunc(model.Key(t, c.Before), model.Key(t, r), model.Same) ||
				c.After != nil && slices.EqualFunc(model.Key(t, c.After), model.Key(t, r), model.Same))
		}
		if !slices.ContainsFunc(changes, of) {
			return r
		}
	}
	return nil
}

func object(pairs ...any) *tree.Value {
	v := &tree.Value{Members: []tree.Member{}}
	for n := 0; n < len(pairs); n += 2 {
		v.Members = append(v.Members, tree.Member{Name: pairs[n].(string), Value: pairs[n+1].(*tree.Value)})
	}
	return v
}

func texts(list []string) *tree.Value {
	v := &tree.Value{Items: []*tree.Value{}}
	for _, s := range list {
		v.Items = append(v.Items, tree.Text(s))
	}
	return v
}
