package gen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// split parts the steps of a report: those of its statement, and those that come
// behind it and read what it left.
func split(a *spec.Answer) (write, read []*spec.AnswerStep) {
	last := len(a.Steps)
	for n, s := range a.Steps {
		if s.Writes() {
			last = n + 1
		}
	}
	return a.Steps[:last], a.Steps[last:]
}

// readAfter prints the reads behind the statement of a report, or nothing.
func readAfter(f *file, i *spec.Interface) (*reading, error) {
	_, steps := split(i.Answer)
	if len(steps) == 0 {
		return nil, nil
	}
	r := &reading{f: f, i: i, steps: steps}
	r.objects()
	if err := r.constants(); err != nil {
		return nil, err
	}
	for _, s := range steps {
		if err := r.step(lowerName(i.Cmd)+goName(s.Name), s); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// fill reports whether reads, or the lines before them, fill what a fills.
func fill(reads []*spec.AnswerStep, a *spec.Assign) bool {
	switch {
	case len(reads) == 0:
		return false
	case a.Step != "":
		return stepOf(reads, a.Step) != nil
	}
	return a.Field != nil && a.Map == nil || a.Value != nil || a.SQL != "" && single(reads) != nil
}

// call is the call of the store that writes and reads.
func (r *reading) call(name string, codes, args jen.Code, dest []jen.Code) jen.Code {
	list := append([]jen.Code{jen.Id("ctx"), jen.Id(name), codes, args, anySlice(dest)}, r.reads...)
	return jen.Id("a").Dot("db").Dot("WriteRead").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, list...)
}

// again is a column of the row of another step, which a statement of its own has
// to look up.
func (q *query) again(a *spec.Assign) string {
	s := stepOf(q.steps, a.Step)
	where := s.Where
	if s.Verb == "upsert" {
		where = filling(s, s.Matched())
	}
	return fmt.Sprintf("(select s.%s from %s s where %s limit 1)", a.Column, qualified(s.Table), q.where("s", where, s.Table))
}

// refind looks for rows of other steps in the conditions of a step that no
// request can name again.
func (q *query) refind(s *spec.AnswerStep) error {
	for _, a := range s.Where {
		if a.Step == "" {
			continue
		}
		other := stepOf(q.steps, a.Step)
		if other == nil || other.Verb != "get" && other.Verb != "update" && (other.Verb != "upsert" || other.Each != nil) {
			return fmt.Errorf("%s: the row of the step %s cannot be looked up again by the request; name fields of the request", a.Pos, a.Step)
		}
	}
	return nil
}

// stepOf finds a step by its name.
func stepOf(steps []*spec.AnswerStep, name string) *spec.AnswerStep {
	for _, s := range steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}
