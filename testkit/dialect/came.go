package dialect

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// damages are what happens to a value on its way: each undoes one.
func damages() []writer {
	front := regexp.MustCompile(`^[A-Za-z0-9-]{1,16}[=: ]\s*`)
	const sent = "send the value as it was made"
	return []writer{
		{"", "a + of it arrived as a blank", "escape the + as %2B where it is sent", common, swap(" ", "+")},
		{"", "it was escaped for URLs twice", "escape it once", common, text(func(s string) string {
			out, err := url.QueryUnescape(s)
			if err != nil {
				return s
			}
			return out
		})},
		{"", "it has % escapes in it", sent, usual, func(b []byte) []byte { return unescape(b, false) }},
		{"", "it has blanks or line ends at its ends", "trim it", common, bytes.TrimSpace},
		{"", "it has line ends inside", "write base64 in one line (Base64.NO_WRAP, getEncoder not getMimeEncoder)", common, swap("\r", "", "\n", "")},
		{"", "it has blanks inside", sent, usual, swap(" ", "")},
		{"", "it stands in quotes", "leave the quotes out", common, func(b []byte) []byte { return bytes.Trim(b, `"'`) }},
		{"", "it is in upper case", "write it in lower case", common, bytes.ToLower},
		{"", "it is in lower case", "write it in upper case", common, bytes.ToUpper},
		{"", "something stands in front of it", "send the value alone", usual, func(b []byte) []byte { return front.ReplaceAll(b, nil) }},
		{"", "0x stands in front of it", "send the digits alone", usual, func(b []byte) []byte { return bytes.TrimPrefix(bytes.TrimPrefix(b, []byte("0x")), []byte("0X")) }},
		{"", "it has entities (&amp;)", "send the value as it was made", possible, text(html.UnescapeString)},
		{"", `it has \/ for /`, sent, possible, swap(`\/`, `/`)},
		{"", "its padding is missing", "keep the = at the end", usual, text(func(s string) string {
			return s + strings.Repeat("=", (4-len(s)%4)%4)
		})},
		{"", "it is written in base64 for URLs", "take the usual base64 with + and /", usual, text(func(s string) string {
			s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
			return s + strings.Repeat("=", (4-len(s)%4)%4)
		})},
		{"", "it is written in the usual base64, with + and /", "take base64 for URLs", usual, swap("+", "-", "/", "_", "=", "")},
	}
}

// came are changes of the value that came.
func (h *hunt) came() (out []change) {
	at, it := h.f.Op.Slot, h.f.Op.Item
	text := h.q.Text(at)
	for _, w := range damages() {
		b := w.write(text)
		if len(b) == 0 || bytes.Equal(b, text) || strings.HasSuffix(w.name, "er case") && h.protected() {
			continue // of a digest its forms say it
		}
		out = append(out, change{
			kind: "came", place: it.Name, name: w.name, fix: w.fix, rank: w.rank,
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
				item: it, kind: "parts", place: it.Name, name: s.name + " is sent", fix: "send the declared value", rank: common,
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

// Damage says how a text that came was another one before, empty where nothing usual
// makes them equal.
func Damage(got, want string) (cause, fix string) {
	for _, w := range damages() {
		if got != want && string(w.write([]byte(got))) == want {
			return w.name, w.fix
		}
	}
	switch {
	case got != want && strings.EqualFold(got, want):
		return "its letter case differs", "leave its letters as they are"
	case got != "" && strings.HasPrefix(want, got):
		return "its end is cut off", "send all of it"
	}
	return "", ""
}
