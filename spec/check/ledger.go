package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/parts"
)

// checkLedger wants every row of the ledger carried by exactly one thing.
func checkLedger(d *checked) {
	for _, e := range d.Ledger {
		var have []string
		for _, key := range spec.Carriers() {
			if e.Has(key) {
				have = append(have, key)
			}
		}
		switch {
		case len(have) == 0:
			d.Add("JK0609", e.Pos, "add one of "+strings.Join(spec.Carriers(), ", "), "nothing carries %q", e.Says)
		case len(have) > 1:
			d.Add("JK0609", e.At(have[1]), "keep one; the others can say so in rows of their own",
				"%q has two carriers, %s and %s", e.Says, have[0], have[1])
		}
	}
}

// checkLedgerPlaces wants rows about existing sections and fields, in the order of
// the document. While a file is broken it looks at the order only: the definitions
// of that file are not reported as missing.
func checkLedgerPlaces(d *checked) {
	last := ""
	for _, e := range d.Ledger {
		switch {
		case !d.Whole():
		case e.Section == "" && !e.Has("interface"):
			d.Add("JK0610", e.Pos, "add section or interface", "the row has no subject")
		case e.Has("section") && !sectionForm.MatchString(e.Section):
			d.Add("JK0610", e.At("section"), "write the document's number, like 4.2.6", "%q is no section number", e.Section)
		case e.Interface == nil && !e.Has("interface") && d.ofGroup(e.Section):
			d.Add("JK0610", e.At("section"), "", "there is no interface in section %s", e.Section)
		case e.Field != "" && len(parts.Fields(d.System, e)) == 0 && (e.Interface != nil || !e.Has("interface")):
			d.Add("JK0610", e.At("field"), spec.Meant(e.Field, parts.Names(d.System, e)), "unknown field %q", e.Field)
		}
		if last != "" && e.Section != "" && spec.CompareSections(e.Section, last) < 0 {
			d.Add("JK0613", e.Pos, "move the row to its place", "section %s comes after section %s", e.Section, last)
		}
		last = e.Section
	}
}

// ofGroup says whether a section is inside the chapter of a group, where only
// interfaces have sections.
func (d *checked) ofGroup(section string) bool {
	return slices.ContainsFunc(d.Groups, func(g *spec.Group) bool {
		return g.Section != "" && strings.HasPrefix(section, g.Section+".")
	})
}

// checkCarriers wants rules, parts of answers and notes that are there. A broken
// file may have them.
func checkCarriers(d *checked) {
	if !d.Whole() {
		return
	}
	for _, e := range d.Ledger {
		if d.lost(e) {
			continue // reported
		}
		switch e.Carrier {
		case "rule":
			d.carried(e, "rule", parts.Rules(d.System, e))
		case "answer":
			d.carried(e, "part of the answer", parts.Answer(d.System, e))
		case "note":
			if e.Interface == nil || e.Interface.Note == "" {
				d.Add("JK0611", e.At("note"), "write the note, or name another carrier", "the interface has no note")
			}
		case "erratum":
			d.carriedByErratum(e)
		}
	}
}

// lost says whether a row is about nothing that is there.
func (d *checked) lost(e *spec.LedgerEntry) bool {
	if e.Field != "" && len(parts.Fields(d.System, e)) == 0 {
		return true
	}
	named := e.Has("interface")
	return e.Interface == nil && (named || !sectionForm.MatchString(e.Section) || d.ofGroup(e.Section))
}

// carriedByErratum wants a decision that touches the interface: its docs show
// it.
func (d *checked) carriedByErratum(e *spec.LedgerEntry) {
	id := e.Written("erratum").Text
	known := slices.ContainsFunc(d.Errata, func(one *spec.Erratum) bool { return one.ID == id })
	if e.Interface == nil || !known {
		return
	}
	if !slices.ContainsFunc(e.Interface.Errata, func(one *spec.Erratum) bool { return one.ID == id }) {
		d.Add("JK0611", e.At("erratum"), "name it at the field or at the interface",
			"the erratum %q does not touch %s", id, e.Interface.Cmd)
	}
}

// carried reports every carrier that a row names and the model does not have.
func (d *checked) carried(e *spec.LedgerEntry, what string, there []string) {
	for _, item := range e.List(e.Carrier) {
		if !slices.Contains(there, item.Text) {
			d.Add("JK0611", item.Pos, spec.OneOrNone(item.Text, there, "there is none"), "no %s %q", what, item.Text)
		}
	}
}

// checkLedgerWhole wants a row about every interface of the document, once a
// ledger is kept. The section of a broken interface would go to another one.
func checkLedgerWhole(d *checked) {
	if d.Ledger == nil || !d.Whole() {
		return
	}
	for _, x := range d.Interfaces {
		if !x.Ours && !slices.ContainsFunc(d.Ledger, func(e *spec.LedgerEntry) bool { return e.Interface == x }) {
			d.Add("JK0612", x.At("interface"), "read its section again; ours: true when no document has it",
				"no row of ledger.yaml is about %s", x.Cmd)
		}
	}
}
