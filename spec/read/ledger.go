package read

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
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
	d.Ledger = []*spec.LedgerEntry{}
	for _, item := range v.Items {
		e := &spec.LedgerEntry{
			Places: item.Places(item.Pos), Section: item.Str("section"), Field: item.Str("field"), Says: item.Str("says"),
		}
		for _, key := range spec.Carriers() {
			if e.Carrier == "" && item.Get(key) != nil {
				e.Carrier, e.By = key, item.Strs(key)
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
func (d *linker) inSection(section string) *spec.Interface {
	var best *spec.Interface
	for _, x := range d.Interfaces {
		if strings.HasPrefix(section+".", x.Section+".") && (best == nil || len(x.Section) > len(best.Section)) {
			best = x
		}
	}
	return best
}
