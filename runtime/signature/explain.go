package signature

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Explain verifies like Parse and Verify and returns every intermediate string of
// the receiver's side, in the order of sending: parameters, hashes, the string that
// is signed, the digest, its text, and what came. It goes on after a step that does
// not hold, and of a request that lacks values it shows what it can. Where a
// signature differs it says which usual mistake of a sender would explain what
// came. theirs is the string that the sender says it signed, as far as it is known:
// it is compared to ours, and may write [appkey] for the secret.
//
// Line breaks show as \n, a backslash as \\. A secret shows as its name in
// brackets; everything else of the request shows in full, so the lines are for
// people who may see it, not for logs. The error is the refusal of Parse or Verify.
func (c *Codec) Explain(r *Request, k *Keys, now time.Time, theirs string) ([]Line, error) {
	mat, err := k.of(c)
	if err != nil {
		return nil, err
	}
	e := explainer{c: c, r: r, k: mat, theirs: theirs}
	unread := c.Parse(r, &e.m)
	if unread != nil {
		e.add("request", "refused: "+unread.Error())
		if problem.From(unread).Rule == problem.JSON {
			return e.lines, unread
		}
	}
	e.opened = e.m
	e.opened.values, e.opened.pairs = slices.Clone(e.m.values), slices.Clone(e.m.pairs)
	e.opened.list, e.opened.room = nil, nil
	refused := cmp.Or(unread, c.Verify(&e.opened, k, now))
	for i := range c.steps {
		e.step(i)
	}
	e.time(now)
	if refused != nil {
		e.add("result", "refused: "+refused.Error())
		return e.lines, refused
	}
	e.add("payload", visible(string(e.opened.Payload())))
	return e.lines, nil
}

// explainer collects lines about one request.
type explainer struct {
	c      *Codec
	r      *Request
	m      Message // as it came
	opened Message // decrypted
	k      *material
	theirs string
	lines  []Line
}

func (e *explainer) add(step, text string) { e.lines = append(e.lines, Line{step, e.hide(text)}) }

// title names a step: its operation, numbered where there are several.
func (c *Codec) title(i int) string {
	n, at := 0, 0
	for j := range c.steps {
		if c.steps[j].Op == c.steps[i].Op {
			n++
			if j <= i {
				at = n
			}
		}
	}
	if n == 1 {
		return c.steps[i].Op
	}
	return c.steps[i].Op + " " + strconv.Itoa(at)
}

func (e *explainer) step(i int) {
	s, title := &e.c.steps[i], e.c.title(i)
	switch s.Op {
	case "compare":
		verdict := "equals"
		if e.c.undo(i, &e.m, e.k) != nil {
			verdict = "differs from"
		}
		e.add(title+", "+s.Value, verdict+" ["+s.With+"]")
	case "token":
		e.add(title+", "+s.Value, "[issued token], "+strconv.Itoa(len(e.c.first(&e.m, s)))+" bytes")
	case "encrypt":
		e.encrypted(title, s)
	case "sign":
		e.signed(i, title)
	}
}

// encrypted shows what an encrypt step made.
func (e *explainer) encrypted(title string, s *step) {
	m := e.m
	raw, iv, err := e.c.cipherText(&m, e.k)
	if err != nil {
		e.add(title+", "+s.To, "refused: "+err.Error())
		return
	}
	shown := hex.EncodeToString(raw)
	if len(iv) > 0 && s.IV != "key" && s.iv.place != inSecret {
		e.add(title+", iv", hex.EncodeToString(iv))
	}
	plain, err := s.suite.open(e.k.block, iv, raw)
	if err != nil {
		e.add(title+", plain text", "refused: "+err.Error())
	} else {
		e.add(title+", plain text", visible(string(plain)))
	}
	e.add(title+", cipher text", shown)
	e.add(title+", "+s.To, m.values[s.to.at])
}

// signed shows what a sign step made, in the first form that holds, or in all.
func (e *explainer) signed(i int, title string) {
	s, m := &e.c.steps[i], e.before(i)
	got := m.values[s.to.at]
	holds := slices.IndexFunc(s.over, func(t template) bool {
		return string(e.c.signature(nil, i, t, m, e.k)) == got
	})
	for j, t := range s.over {
		if holds >= 0 && holds != j {
			continue
		}
		name := title
		if j > 0 {
			name += ", accepted form " + strconv.Itoa(j)
		}
		e.form(i, name, t, m)
	}
	if holds >= 0 {
		return
	}
	e.add(title+", received", visible(got))
	if got == "" {
		return
	}
	e.lines = append(e.lines, e.why(i, m, got)...)
}

// before is the message as the step saw it: decrypted where it came before encrypt.
func (e *explainer) before(i int) *Message {
	if i < e.c.crypt {
		return &e.opened
	}
	return &e.m
}

// form shows one form of a sign step.
func (e *explainer) form(i int, title string, t template, m *Message) {
	s := &e.c.steps[i]
	w := writer{c: e.c, m: m, k: e.k, params: s.params, mask: true}
	for _, p := range t.parts {
		if p.params {
			e.add(title+", parameters", visible(string(w.pairs(nil))))
		}
		if len(p.filters) > 0 && (p.params || p.ref.place != inSecret) {
			e.add(title+", "+p.shown, visible(string(w.part(nil, &p))))
		}
	}
	e.add(title+", string to sign", visible(string(w.write(nil, t))))
	w.mask = false
	e.add(title+", digest", hex.EncodeToString(s.digest(nil, i, w.write(nil, t), e.k)))
	e.add(title+", "+s.To, string(e.c.signature(nil, i, t, m, e.k)))
}

// time shows how old the request is.
func (e *explainer) time(now time.Time) {
	t := e.c.spec.Time
	if t == nil {
		return
	}
	title, sent := "time, "+t.Value, e.m.values[e.c.time.at]
	at, err := readTime(t.Unit, sent)
	if err != nil {
		e.add(title, fmt.Sprintf("%q is not written in %s", sent, t.Unit))
		for _, unit := range units() {
			if other, err := readTime(unit, sent); err == nil && now.Sub(other).Abs() < 24*time.Hour {
				e.add("hint", "the sender writes the time in "+unit+", it must be "+t.Unit)
			}
		}
		return
	}
	e.add(title, sent+" = "+at.In(china()).Format(time.RFC3339)+", "+age(now.Sub(at), t.Window))
	for _, unit := range units() {
		other, err := readTime(unit, sent)
		if err == nil && now.Sub(at).Abs() > t.Window && now.Sub(other).Abs() <= t.Window {
			e.add("hint", "the sender writes the time in "+unit+", it must be "+t.Unit)
		}
	}
}

// age says how far a time is from ours, and whether that is within the window.
func age(old, window time.Duration) string {
	side, verdict := "behind our clock", "within"
	if old < 0 {
		side = "ahead of our clock"
	}
	if old.Abs() > window {
		verdict = "outside"
	}
	far := old.Abs().Round(time.Millisecond).String()
	if old.Abs() > 10*365*24*time.Hour {
		far = "more than ten years"
	}
	return fmt.Sprintf("%s %s, %s the window of %s", far, side, verdict, window)
}

// hide replaces the app's secrets and its issued token in a text by their names.
func (e *explainer) hide(text string) string {
	if issued, wanted := e.c.Token(&e.m); wanted && issued != "" {
		text = strings.ReplaceAll(text, issued, "[issued token]")
	}
	for _, name := range secretNames() {
		if secret := e.k.all[name]; secret != "" {
			text = strings.ReplaceAll(text, visible(secret), "["+name+"]")
			text = strings.ReplaceAll(text, string(escape(nil, secret)), "["+name+"]")
		}
	}
	return text
}

// visible writes what cannot be seen in a text: \n, \r, \t, \\, and \xNN for other
// control characters and bytes that are not UTF-8.
func visible(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r == '\u00a0' || r == '\u3000' || r == '\ufeff' || r == '\u200b':
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
