package dialect

import (
	"bytes"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// came are changes of the value that came.
func (h *hunt) came() (out []change) {
	at, it := h.f.Op.Slot, h.f.Op.Item
	text := h.q.Text(at)
	for _, w := range writer.Damages() {
		b := w.Write(text)
		if len(b) == 0 || bytes.Equal(b, text) || strings.HasSuffix(w.Name, "er case") && h.protected() {
			continue // of a digest its forms say it
		}
		out = append(out, change{
			kind: "came", place: it.Name, name: w.Name, fix: w.Fix, rank: w.Rank,
			edit: func(d *draft) bool { d.texts[at] = b; return true },
			look: func() (string, string) { return string(b), string(text) },
		})
	}
	return out
}

// plain are other texts of a value that is compared as it is: a token, a hash of
// something that came.
func (h *hunt) plain() (out []change) {
	it, at := h.f.Op.Item, h.f.Op.Slot
	got := h.q.Text(at)
	for _, s := range h.secrets {
		if bytes.Equal(s.text, got) {
			out = append(out, change{
				item: it, kind: "parts", place: it.Name, name: s.name + " is sent", fix: "send the declared value", rank: writer.Common,
				edit: func(d *draft) bool {
					e := d.expr(it, 0)
					if e == nil {
						return false
					}
					e.Kind, e.Pieces, e.Steps = plan.FromTemplate, []plan.Piece{lit(s.text)}, nil
					return true
				},
				look: func() (string, string) { return "", "" },
			})
		}
	}
	return out
}
