package example

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// mostTries bounds the search for rows of demo data that fit together.
const mostTries = 20_000

// Stored are values of fields of a request with which it is answered where there is the demo
// data of its system: they find the rows that the answer demands, those of the document's own
// sample if they are there, and are not taken where they must be new. It has none where no
// rows fit together.
func Stored(i *spec.Interface) map[*spec.Field]string {
	if i.Answer == nil {
		return nil
	}
	f := finder{known: documented(i)}
	for _, c := range i.Answer.Checks {
		if !c.Absent && c.Table != nil {
			f.demand(rows(c.Table), c.Where)
		}
	}
	for _, st := range i.Answer.Steps {
		if st.Table != nil && (st.Verb == "update" && st.Missing != "" || st.Verb == "get" && i.Answer.Missing != "") {
			f.demand(rows(st.Table), st.Where)
		}
	}
	found, ok := f.find(map[*spec.Field]string{}, 0)
	if !ok {
		return nil
	}
	for _, st := range i.Answer.Steps {
		for _, a := range st.Set {
			if text := fresh(st, a); text != "" && found[a.Field] == "" {
				found[a.Field] = text
			}
		}
	}
	return found
}

// fresh is a value for a column that must be new, of no row that there is. It is empty where
// the usual sample is one, or where none is found.
func fresh(st *spec.AnswerStep, a *spec.Assign) string {
	if st.Verb != "insert" || a.Field == nil || !slices.ContainsFunc(st.Unique, func(t *spec.Taken) bool { return slices.Equal(t.Columns, []string{a.To}) }) {
		return ""
	}
	rows := rows(st.Table)
	text, ok := Value(a.Field).(string)
	taken := func() bool {
		return slices.ContainsFunc(rows, func(row map[string]string) bool { return row[a.To] == text })
	}
	if !ok || !taken() {
		return ""
	}
	digits := len(text) - len(strings.TrimRight(text, "0123456789"))
	for tail := min(digits, 4); taken() && tail > 0; {
		n, _ := strconv.Atoi(text[len(text)-tail:])
		if n+1 >= int(math.Pow10(tail)) {
			return ""
		}
		text = fmt.Sprintf("%s%0*d", text[:len(text)-tail], tail, n+1)
	}
	return text
}

// rows is the demo data of a table.
func rows(t *spec.Table) (out []map[string]string) {
	s := t.System
	at := slices.IndexFunc(s.Demo.Rows, func(r *spec.DemoRows) bool { return r.Table == t.Name })
	if at < 0 {
		return nil
	}
	lines, err := csv.NewReader(bytes.NewReader(s.Demo.Rows[at].CSV)).ReadAll()
	if err != nil || len(lines) == 0 {
		return nil // check says so
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for n, name := range lines[0] {
			row[name] = line[n]
		}
		out = append(out, row)
	}
	return out
}

// demanded is a row that an answer demands, and the rows of demo data that it may be.
type demanded struct {
	where []*spec.Assign
	rows  []map[string]string
}

// finder looks for rows that fit together.
type finder struct {
	known map[string]json.RawMessage // the document's own sample
	list  []demanded
	tries int
}

// demand adds a row, where its table has demo data and fields of the request name it.
func (f *finder) demand(rows []map[string]string, where []*spec.Assign) {
	if len(rows) == 0 || !slices.ContainsFunc(where, func(a *spec.Assign) bool { return a.Field != nil }) {
		return
	}
	slices.SortStableFunc(rows, func(a, b map[string]string) int { return f.shown(b, where) - f.shown(a, where) })
	f.list = append(f.list, demanded{where, rows})
}

// shown is how many values of a row the document's own sample has.
func (f *finder) shown(row map[string]string, where []*spec.Assign) (n int) {
	for _, a := range where {
		var text string
		if a.Field != nil && json.Unmarshal(f.known[a.Field.Name], &text) == nil && text == row[a.To] {
			n++
		}
	}
	return n
}

// find takes the first row for each demand from the n-th on that goes with what was found.
func (f *finder) find(found map[*spec.Field]string, n int) (map[*spec.Field]string, bool) {
	if n == len(f.list) {
		return found, true
	}
	for _, row := range f.list[n].rows {
		if f.tries++; f.tries > mostTries {
			break
		}
		if more, fits := f.list[n].with(row, found); fits {
			if all, ok := f.find(more, n+1); ok {
				return all, true
			}
		}
	}
	return nil, false
}

// with is what was found with the values of a row, if they go together.
func (d demanded) with(row map[string]string, found map[*spec.Field]string) (map[*spec.Field]string, bool) {
	more := maps.Clone(found)
	for _, a := range d.where {
		value := row[a.To]
		switch {
		case a.Value != nil && *a.Value != value && value != "":
			return nil, false
		case a.Field == nil || a.Map != nil:
		case value == "":
			return nil, false
		default:
			if known, ok := more[a.Field]; ok && known != value {
				return nil, false
			}
			more[a.Field] = value
		}
	}
	return more, true
}
