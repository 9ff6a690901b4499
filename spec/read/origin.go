package read

import (
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readOrigin reads origin.yaml, which a system has that was imported. A row about what is
// no longer there says nothing.
func (d *reader) readOrigin() {
	if !d.exists("origin.yaml") {
		return
	}
	v := d.read("origin.yaml", "origin")
	if v == nil {
		return
	}
	for _, m := range v.Get("origin").Members {
		x := d.Interface(m.Name)
		if x == nil {
			continue
		}
		x.Origin = m.Str("at")
		origins(x.Request, m.Get("request"))
		origins(x.Frame, m.Get("response"))
		origins(x.Response, m.Get("response"))
	}
}

// origins gives fields the places that are beside their paths.
func origins(fields spec.Fields, at *yamltree.Value) {
	if at == nil {
		return
	}
	for _, row := range at.Members {
		if f := fields.At(row.Name); f != nil {
			f.Origin = row.Text
		}
	}
}
