package spec

import (
	"cmp"
	"strings"
)

// carriers are the keys of a row of the ledger that say what carries it.
var carriers = []string{"rule", "answer", "erratum", "note", "unchecked"}

// readLedger reads ledger.yaml, which a system need not have.
func (d *draft) readLedger() {
	if !d.exists("ledger.yaml") {
		return
	}
	v := d.read("ledger.yaml", "ledger")
	if v == nil {
		return
	}
	for _, item := range v.items {
		e := &LedgerEntry{
			Places: item.places(item.pos), Section: item.str("section"), Field: item.str("field"), Says: item.str("says"),
		}
		for _, key := range carriers {
			if e.Carrier == "" && item.get(key) != nil {
				e.Carrier, e.By = key, item.strs(key)
			}
		}
		d.ledger[e] = item
		d.Ledger = append(d.Ledger, e)
	}
}

// linkLedger finds the interface of each row, by its name or by its section.
func (d *draft) linkLedger() {
	for _, e := range d.Ledger {
		item := d.ledger[e]
		if at := item.get("erratum"); at != nil {
			d.erratum(at)
		}
		if at := item.get("interface"); at != nil {
			if e.Interface = d.find(at.text); e.Interface == nil && len(d.broken) == 0 {
				d.unknownInterface("JK0610", at, "unknown interface %q")
			}
		} else {
			e.Interface = d.inSection(e.Section)
		}
		if e.Interface != nil {
			e.Section = cmp.Or(e.Section, e.Interface.Section)
		}
	}
}

// inSection returns the interface that a section is about: the one with that
// number, or with the longest number that the section's begins with.
func (d *draft) inSection(section string) *Interface {
	var best *Interface
	for _, x := range d.Interfaces {
		if strings.HasPrefix(section+".", x.Section+".") && (best == nil || len(x.Section) > len(best.Section)) {
			best = x
		}
	}
	return best
}
