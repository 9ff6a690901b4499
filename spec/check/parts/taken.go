package parts

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Uncoded are the unique sets of a step's table, each with + between its columns, that a
// message may find taken and for which no code is said.
func Uncoded(x *spec.Interface, st *spec.AnswerStep) []string {
	if !slices.Contains([]string{"insert", "append", "update", "upsert", "replace"}, st.Verb) {
		return nil
	}
	var sets [][]string
	for _, u := range append([]*spec.Index{{Columns: st.Table.Key}}, st.Table.Unique...) {
		if !slices.ContainsFunc(sets, func(set []string) bool { return sameColumns(set, u.Columns) }) {
			sets = append(sets, u.Columns)
		}
	}
	var open []string
	for _, set := range sets {
		if len(set) == 0 || st.Verb == "upsert" && sameColumns(set, st.Matched()) || !mayBeTaken(x, st, set) ||
			slices.ContainsFunc(st.Unique, func(u *spec.Taken) bool { return sameColumns(set, u.Columns) }) || coveredByCheck(x, st, set) {
			continue
		}
		open = append(open, strings.Join(set, "+"))
	}
	return open
}

func sameColumns(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// mayBeTaken reports whether what a step writes into a unique set may be in another row:
// all of it comes with messages, and none of it is new. Of several rows at once, what is the
// same for all of them does not tell them apart, new or not.
func mayBeTaken(x *spec.Interface, st *spec.AnswerStep, set []string) bool {
	changes := st.Verb != "update"
	for _, column := range set {
		a := st.Filled(column)
		if a == nil {
			c := st.Table.Column(column)
			if st.Verb != "update" && (c == nil || c.Default == "" || c.Default == "guid" || c.Default == "now") {
				return false // new, or null
			}
			continue
		}
		if a.SQL != "" || a.Now || a.Hash != nil || a.Step != "" && st.Each == nil && isNew(x, a.Step, a.Column) {
			return false
		}
		if !slices.ContainsFunc(st.Where, func(w *spec.Assign) bool { return w.To == column && w.Field != nil && w.Field == a.Field }) {
			changes = true
		}
	}
	return changes && slices.ContainsFunc(set, func(column string) bool { return st.Filled(column) != nil })
}

// isNew reports whether a step makes a value that no row has.
func isNew(x *spec.Interface, step, column string) bool {
	return slices.ContainsFunc(x.Answer.Steps, func(st *spec.AnswerStep) bool {
		return st.Name == step && (st.SQL != "" || st.Verb == "insert" && st.Table != nil && st.Filled(column) == nil)
	})
}

// coveredByCheck reports whether a check refuses what is there before the step writes.
func coveredByCheck(x *spec.Interface, st *spec.AnswerStep, set []string) bool {
	return slices.ContainsFunc(x.Answer.Checks, func(c *spec.Check) bool {
		return c.Absent && c.Table == st.Table && !slices.ContainsFunc(c.Where, func(w *spec.Assign) bool {
			return !slices.Contains(set, w.To) || !slices.ContainsFunc(st.Set, func(a *spec.Assign) bool { return a.To == w.To && a.Field == w.Field })
		})
	})
}
