package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/parts"
)

// checkReadLast holds a report to its order: it writes, then it reads.
func checkReadLast(d *checked, x *spec.Interface) {
	if x.Answer == nil || x.Kind != spec.Report {
		return
	}
	last := -1
	for i, st := range x.Answer.Steps {
		if st.Writes() {
			last = i
		}
	}
	for i, st := range x.Answer.Steps {
		switch {
		case last < 0 || st.Writes():
		case i < last:
			d.Add("JK0428", st.Pos, "move it behind the steps that write", "%s %s reads before %s writes",
				st.Verb, st.Name, x.Answer.Steps[last].Name)
		case st.Missing != "":
			d.Add("JK0428", st.At("missing"), "give the code in a step that writes, or in check",
				"%s %s comes after the writes, when no code can refuse them", st.Verb, st.Name)
		}
	}
}

func checkDrop(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if st.Drop == nil {
		return
	}
	f := st.Drop.Field
	switch {
	case !f.Takes(st.Drop.Value):
		d.Add("JK0430", st.Drop.Pos, "write a value of the field's type", "%s never has the value %q", f.Name, st.Drop.Value)
	case f.IsClosed() && !f.Enum.Lists(st.Drop.Value):
		d.Add("JK0430", st.Drop.Pos, spec.OneOf(st.Drop.Value, f.Enum.Texts()), "%s never has the value %q", f.Name, st.Drop.Value)
	}
}

func checkEachKey(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if st.Verb != "upsert" || st.Each == nil || st.Table == nil {
		return
	}
	for _, column := range st.Matched() {
		a := st.Filled(column)
		if a == nil || a.Within(st.Each) {
			return // not filled at all: JK0419
		}
	}
	d.Add("JK0431", st.At("each"), "fill a column of the key from the members, or name others with match:",
		"all members of %s would be one row of %s", st.Each.Path, st.Table.Name)
}

func checkEmpty(d *checked, x *spec.Interface) {
	updated := keptFields(x.Answer)
	for _, list := range []spec.Fields{x.Request, x.Response} {
		for f := range list.All() {
			switch {
			case f.Empty == "":
			case len(f.Decided()) == 0 && !d.Unread["errata"]:
				d.Add("JK0127", f.At("empty"), "add errata: [id]", "no erratum says why %s is to %s", f.Name, f.Empty)
			case !slices.Contains(updated, f) && (x.Answer == nil || !x.Answer.Handler) && d.Whole():
				d.Add("JK0127", f.At("empty"), "leave it out", "no update changes a column by the optional field %s", f.Name)
			}
		}
	}
}

// keptFields lists the fields whose columns keep their values where the request
// leaves the fields out.
func keptFields(a *spec.Answer) spec.Fields {
	if a == nil {
		return nil
	}
	var out spec.Fields
	for _, st := range a.Steps {
		for _, set := range st.Set {
			if set.Keep {
				out = append(out, set.Field)
			}
		}
	}
	return out
}

// checkTaken demands a code for every unique set that a message may find taken: without
// one it would be an internal error.
func checkTaken(d *checked, x *spec.Interface, st *spec.AnswerStep) {
	if st.Table == nil || lostEach(st) {
		return
	}
	if open := parts.Uncoded(x, st); len(open) > 0 {
		d.Add("JK0438", st.Pos, "unique: {"+strings.Join(open, ": CODE, ")+": CODE}, or fill the columns with what no row has",
			"%s %s may give %s the values of another row, and no code answers that", st.Verb, st.Name, strings.Join(open, " and "))
	}
}
