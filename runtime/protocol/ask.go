package protocol

import (
	"bytes"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// sized is how many bytes pieces take, -1 where that depends on their texts, or where
// a literal among them can be searched for.
func sized(pieces []piece) int {
	n := 0
	for i := range pieces {
		p := &pieces[i]
		if p.slot < 0 || len(p.steps) == 0 || p.steps[len(p.steps)-1].do.Size == 0 {
			return -1
		}
		n += p.steps[len(p.steps)-1].do.Size
	}
	return n
}

// quotes reports whether the texts of pairs stand in quotes, within which nothing
// separates.
func (e *expr) quotes() bool {
	for i := range e.pair {
		if bytes.IndexByte(e.pair[i].lit, '"') >= 0 {
			return true
		}
		for _, u := range e.pair[i].steps {
			if u.do.Name == "quoted" {
				return true
			}
		}
	}
	return false
}

func (f *form) needsURL() bool { return f.url }

// allowsBlank: a place that is a whole payload may be blank.
func (it *item) allowsBlank() bool { return it.whole }

// halves notes which halves of a pair a form takes.
func (f *form) halves(key int, sends bool, into map[step.Half]bool) {
	note := func(list []*use) {
		for _, u := range list {
			if u.pair == key {
				half := u.do.UndoBy
				if sends {
					half = u.do.ApplyBy
				}
				into[half] = true
			}
		}
	}
	for _, it := range f.items {
		for _, e := range append([]*expr{it.expr}, it.accept...) {
			note(e.steps)
			for i := range e.pieces {
				note(e.pieces[i].steps)
			}
		}
	}
}

// bound reports whether a place of the message gives a name.
func (f *form) bound(at int) bool {
	for i := range f.receive {
		if o := &f.receive[i]; o.kind == opMatch || o.kind == opUndo {
			for j := range o.expr.pieces {
				if o.expr.pieces[j].slot == at {
					return true
				}
			}
		}
	}
	return false
}

// statusOf is the HTTP status of an outcome: of its code, of success, or of all
// others.
func statusOf(list []declare.Status, code string, ok bool) int {
	status, others := 200, 0
	for _, one := range list {
		switch {
		case one.Code == code && code != "":
			return one.Status
		case one.Code == "success" && ok:
			status, others = one.Status, -1
		case one.Code == "*" && others == 0:
			status = one.Status
		}
	}
	return status
}

// contradicts reports whether the HTTP status of a reply tells another outcome than
// the variant has.
func (f *form) contradicts(status int) bool {
	success, others := 0, false
	for _, one := range f.status {
		if one.Code == "success" {
			success = one.Status
		} else if one.Status == status {
			others = true
		}
	}
	if success == 0 || status == 0 {
		return false
	}
	for _, w := range f.when {
		if w.outcome == "success" && status != success || w.outcome != "" && w.outcome != "success" && status == success && !others {
			return true
		}
	}
	return false
}

// uses reports whether any template has a name.
func (f *form) uses(at int) bool {
	for _, it := range f.items {
		for _, one := range f.deps(it.expr) {
			if one == at {
				return true
			}
		}
	}
	return false
}

// verifies reports whether a form proves anything.
func (f *form) verifies() bool {
	for i := range f.receive {
		switch o := &f.receive[i]; o.kind {
		case opCompare, opVerify, opUndo:
			if secretly, _ := f.reachesSecret(o.expr, nil); secretly {
				return true
			}
		}
	}
	return false
}

// holds reports whether a text is one of the constant's.
func (c *constant) holds(b []byte) bool {
	for _, t := range c.texts {
		if string(t.b) == string(b) {
			return true
		}
	}
	return false
}

// refuse is the code of a guard's refusal.
func (g *guard) refuse() string {
	if g.Else != "" {
		return g.Else
	}
	switch g.Kind {
	case "once":
		return string(problem.Repeated)
	case "like":
		return string(problem.Format)
	}
	return string(problem.Auth)
}

// asks reports whether a form has conditions about values.
func (f *form) asks() bool {
	for i := range f.when {
		if f.when[i].later {
			return true
		}
	}
	return false
}

// keyedBy reports whether a step takes the slot as its key.
func (e *expr) keyedBy(at int) bool {
	for _, u := range e.steps {
		if u.key == at {
			return true
		}
	}
	for i := range e.pieces {
		for _, u := range e.pieces[i].steps {
			if u.key == at {
				return true
			}
		}
	}
	return false
}
