package spec

import (
	"cmp"
	"strings"
)

// readLedger reads ledger.yaml, which a system need not have.
func (d *reader) readLedger() {
	if !d.exists("ledger.yaml") {
		return
	}
	v := d.read("ledger.yaml", "ledger")
	if v == nil {
		return
	}
	d.Ledger = []*LedgerEntry{}
	for _, item := range v.items {
		e := &LedgerEntry{
			Places: item.places(item.pos), Section: item.str("section"), Field: item.str("field"), Says: item.str("says"),
		}
		for _, key := range Carriers() {
			if e.Carrier == "" && item.get(key) != nil {
				e.Carrier, e.By = key, item.strs(key)
			}
		}
		d.Ledger = append(d.Ledger, e)
	}
}

// linkLedger finds the interface of each row, by its name or by its section.
func (d *linker) linkLedger() {
	for _, e := range d.Ledger {
		for _, named := range e.List("erratum") {
			d.erratum(named)
		}
		if !e.Has("interface") {
			e.Interface = d.inSection(e.Section)
		}
		for _, named := range e.List("interface") {
			if e.Interface = d.Interface(named.Text); e.Interface == nil && d.Whole() {
				d.unknownInterface("JK0610", named, "unknown interface %q")
			}
		}
		if e.Interface != nil {
			e.Section = cmp.Or(e.Section, e.Interface.Section)
		}
	}
}

// inSection returns the interface that a section is about: the one with that
// number, or with the longest number that the section's begins with.
func (d *linker) inSection(section string) *Interface {
	var best *Interface
	for _, x := range d.Interfaces {
		if strings.HasPrefix(section+".", x.Section+".") && (best == nil || len(x.Section) > len(best.Section)) {
			best = x
		}
	}
	return best
}
