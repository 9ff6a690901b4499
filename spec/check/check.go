// Package check holds the static rules of the language, which every system must
// keep beyond the shape of its files. Each rule has an id, a page and a case with
// its exact text.
package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/row"
)

// Rule is one thing that every system must keep. Findings carry its ID.
type Rule struct {
	ID    string `json:"id"`    // "JK0103"
	Title string `json:"title"` // the fault, in a few words
	Why   string `json:"why"`   // why it matters, in two or three sentences
	Wrong string `json:"wrong"` // YAML that breaks it
	Right string `json:"right"` // the same, fixed

	check func(*checked) // nil: found while reading and linking
}

// Rules returns all rules in the order of their ids: JK00 files, JK01 fields,
// JK02 interfaces, JK03 tables, JK04 answers, JK05 systems, JK06 errors,
// errata and the ledger, JK07 what is generated, waivers and what nothing uses.
func Rules() []Rule {
	list := slices.Concat(faultRules(), takenRules, unusedRules, waiverRules, planRules)
	slices.SortStableFunc(list, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// faultRules are about what is wrong by itself.
func faultRules() []Rule {
	return slices.Concat(fileRules, fieldRules, interfaceRules, placeRules, revisionRules, tableRules, answerRules, storageRules, systemRules,
		demoRules, protocolRules, scopeRules, carriedRules, errorRules, proofRules)
}

// checked is a linked system while the rules run over it.
type checked struct {
	*spec.Collector
	*spec.System
}

// System runs the rules over a linked system and reports its faults.
func System(to *spec.Collector, s *spec.System) { run(to, s, faultRules()) }

// Unused reports what is said in a system and has no effect, and what else would mostly
// follow from another fault. So it is asked where nothing else was found.
func Unused(to *spec.Collector, s *spec.System) { run(to, s, slices.Concat(takenRules, unusedRules)) }

func run(to *spec.Collector, s *spec.System, rules []Rule) {
	for _, rule := range rules {
		if rule.check != nil {
			rule.check(&checked{to, s})
		}
	}
}

// place is a field with its neighbours.
type place = row.Row

// everyRow turns a check of a row beside others into a check of a system.
func everyRow(visit func(to *spec.Collector, p place)) func(*checked) {
	return everyField(func(d *checked, p place) { visit(d.Collector, p) })
}

// everyField turns a check of one field into a check of a system. The rows of
// the shared frame are visited once.
func everyField(visit func(d *checked, p place)) func(*checked) {
	return func(d *checked) {
		everyList(func(d *checked, list spec.Fields, incoming bool) {
			for _, f := range list {
				visit(d, place{Field: f, Siblings: list, Incoming: incoming})
			}
		})(d)
	}
}

// everyList turns a check of one list of fields into a check of a system.
func everyList(visit func(d *checked, list spec.Fields, incoming bool)) func(*checked) {
	return func(d *checked) {
		var deep func(list spec.Fields, incoming bool)
		deep = func(list spec.Fields, incoming bool) {
			visit(d, list, incoming)
			for _, f := range list {
				if len(f.Fields) > 0 {
					deep(f.Fields, incoming)
				}
			}
		}
		if d.Protocol != nil {
			deep(d.Protocol.Request, true)
		}
		deep(d.Reply.Fields, false)
		for _, x := range d.Interfaces {
			deep(x.Request, x.Kind != spec.Notify)
			deep(x.Response, false)
			own := slices.DeleteFunc(slices.Clone(x.Frame), func(f *spec.Field) bool { return slices.Contains(d.Reply.Fields, f) })
			deep(own, false)
		}
	}
}

// everyInterface turns a check of one interface into a check of a system.
func everyInterface(visit func(d *checked, x *spec.Interface)) func(*checked) {
	return func(d *checked) {
		for _, x := range d.Interfaces {
			visit(d, x)
		}
	}
}

// everyStep turns a check of one step of an answer into a check of a system.
func everyStep(visit func(d *checked, x *spec.Interface, st *spec.AnswerStep)) func(*checked) {
	return everyInterface(func(d *checked, x *spec.Interface) {
		if x.Answer == nil {
			return
		}
		for _, st := range x.Answer.Steps {
			visit(d, x, st)
		}
	})
}

// everyTable turns a check of one table into a check of a system.
func everyTable(visit func(d *checked, t *spec.Table)) func(*checked) {
	return func(d *checked) {
		for _, t := range d.Tables {
			visit(d, t)
		}
	}
}
