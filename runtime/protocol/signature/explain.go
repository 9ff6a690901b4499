package signature

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// Examine verifies like Parse and Verify and reports every intermediate string of
// the receiver's side, in the order of sending: parameters, hashes, the string that
// is signed, the digest, its text, and what came. It goes on after a step that does
// not hold, and of a request that lacks values it shows what it can. Where a
// signature differs it says which usual mistakes of a sender would explain what
// came. theirs is the string that the sender says it signed, as far as it is known:
// it is compared to ours, and may write [appkey] for the secret.
//
// Line breaks show as \n, a backslash as \\. A secret shows as its name in
// brackets; everything else of the request shows in full, so the report is for
// people who may see it, not for logs. The error is about keys of another codec.
func (c *Codec) Examine(r *Request, k *Keys, now time.Time, theirs string) (*Report, error) {
	mat, err := k.of(c)
	if err != nil {
		return nil, err
	}
	e := explainer{c: c, r: r, k: mat, theirs: theirs}
	unread := c.Parse(r, &e.m)
	if unread != nil {
		e.begin("request", Refused, unread.Error())
		if problem.From(unread).Rule == problem.JSON {
			e.report.Refusal = unread
			return &e.report, nil
		}
	}
	e.report.App = c.App(&e.m)
	e.opened = e.m
	e.opened.values, e.opened.pairs = slices.Clone(e.m.values), slices.Clone(e.m.pairs)
	e.opened.list, e.opened.room = nil, nil
	e.report.Refusal = cmp.Or(unread, c.Verify(&e.opened, k, now))
	for i := range c.steps {
		e.step(i)
	}
	e.time(now)
	e.nonce()
	if e.report.Refusal == nil {
		e.report.Payload = e.hide(visible(string(e.opened.Payload())))
	}
	return &e.report, nil
}

// RefusedBy returns the title of the step that a refusal is of: "request" where the
// request could not be read.
func RefusedBy(refusal error) string {
	if by, ok := errors.AsType[*stepError](refusal); ok {
		return by.step
	}
	return "request"
}

// explainer writes the report about one request.
type explainer struct {
	c      *Codec
	r      *Request
	m      Message // as it came
	opened Message // decrypted
	k      *material
	theirs string
	report Report
	at     *StepReport // the step that is being written
}

// begin begins a step.
func (e *explainer) begin(title string, v Verdict, why string) {
	e.report.Steps = append(e.report.Steps, StepReport{Title: title, Verdict: v, Why: why})
	e.at = &e.report.Steps[len(e.report.Steps)-1]
}

// refuse notes that the step does not hold.
func (e *explainer) refuse(why string) { e.at.Verdict, e.at.Why = Refused, why }

// add adds an intermediate result.
func (e *explainer) add(name, text string) {
	e.at.Lines = append(e.at.Lines, Line{name, e.hide(text)})
}

// cause adds what a sender may have done.
func (e *explainer) cause(text, proof string) {
	e.at.Causes = append(e.at.Causes, Cause{text, proof})
}

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
	s := &e.c.steps[i]
	e.begin(e.c.title(i), Holds, "")
	switch s.Op {
	case "compare":
		if e.c.undo(i, &e.m, e.k) == nil {
			e.add(s.Value, "equals ["+s.With+"]")
			return
		}
		e.add(s.Value, "differs from ["+s.With+"]")
		e.refuse("what came is not the " + s.With)
		e.unequal(e.c.first(&e.m, s), s.With)
	case "token":
		sent := e.c.first(&e.m, s)
		e.add(s.Value, "[issued token], "+strconv.Itoa(len(sent))+" bytes")
		e.at.Verdict, e.at.Why = Open, "only the server knows which tokens were issued and still hold"
		if own := e.k.all["token"]; own != "" && own != sent {
			e.at.Why += "; it is not the token of the app that is known here"
			e.unequal(sent, "token")
		}
	case "encrypt":
		e.encrypted(s)
	case "sign":
		e.signed(i)
	}
}

// encrypted shows what an encrypt step made.
func (e *explainer) encrypted(s *step) {
	m := e.m
	raw, iv, err := e.c.cipherText(&m, e.k)
	if err != nil {
		e.add(s.To, "refused: "+err.Error())
		e.refuse(err.Error())
		e.undecrypted(s)
		return
	}
	if len(iv) > 0 && s.IV != "key" && s.iv.place != inSecret {
		e.add("iv", hex.EncodeToString(iv))
	}
	shown := hex.EncodeToString(raw)
	plain, err := s.suite.open(e.k.block, iv, raw) // in place
	if err != nil {
		e.add("plain text", "refused: "+err.Error())
		e.refuse(err.Error())
		defer e.undecrypted(s)
	} else {
		e.add("plain text", visible(string(plain)))
		if !isObject(plain) {
			e.at.Why = "but the plain text is no JSON object"
			defer e.undecrypted(s)
		}
	}
	e.add("cipher text", shown)
	e.add(s.To, m.values[s.to.at])
}

// signed shows what a sign step made, in the first form that holds, or in all.
func (e *explainer) signed(i int) {
	s, m := &e.c.steps[i], e.before(i)
	got := m.values[s.to.at]
	holds := slices.IndexFunc(s.over, func(t template) bool {
		return string(e.c.signature(nil, i, t, m, e.k)) == got
	})
	for j, t := range s.over {
		if holds >= 0 && holds != j {
			continue
		}
		form := ""
		if j > 0 {
			form = "accepted form " + strconv.Itoa(j) + ", "
		}
		e.form(i, form, t, m)
	}
	if holds >= 0 {
		return
	}
	e.add("received", visible(got))
	if got == "" {
		e.refuse("no signature came")
		return
	}
	e.refuse("the signature that came is another one")
	e.why(i, m, got)
}

// before is the message as the step saw it: decrypted where it came before encrypt.
func (e *explainer) before(i int) *Message {
	if i < e.c.crypt {
		return &e.opened
	}
	return &e.m
}

// form shows one form of a sign step; name stands before the names of its results.
func (e *explainer) form(i int, name string, t template, m *Message) {
	s := &e.c.steps[i]
	w := writer{c: e.c, m: m, k: e.k, params: s.params, mask: true}
	for _, p := range t.parts {
		if p.params {
			e.add(name+"parameters", visible(string(w.pairs(nil))))
		}
		if len(p.filters) > 0 && (p.params || p.ref.place != inSecret) {
			e.add(name+p.shown, visible(string(w.part(nil, &p))))
		}
	}
	e.add(name+"string to sign", visible(string(w.write(nil, t))))
	w.mask = false
	e.add(name+"digest", hex.EncodeToString(s.digest(nil, i, w.write(nil, t), e.k)))
	e.add(name+s.To, string(e.c.signature(nil, i, t, m, e.k)))
}

// time shows how old the request is.
func (e *explainer) time(now time.Time) {
	t := e.c.spec.Time
	if t == nil {
		return
	}
	sent := e.m.values[e.c.time.at]
	e.begin("time", Holds, "")
	at, err := readTime(t.Unit, sent)
	switch {
	case err != nil:
		e.add(t.Value, fmt.Sprintf("%q is not written in %s", sent, t.Unit))
		e.refuse(err.Error())
	default:
		e.add(t.Value, sent+" = "+at.In(china()).Format(time.RFC3339)+", "+age(now.Sub(at), t.Window))
		if now.Sub(at).Abs() <= t.Window {
			return
		}
		e.refuse(errStale.Error())
	}
	reach := t.Window
	if err != nil {
		reach = 24 * time.Hour
	}
	for _, unit := range units() {
		if other, err := readTime(unit, sent); err == nil && unit != t.Unit && now.Sub(other).Abs() <= reach {
			e.cause("the sender writes the time in "+unit+", it must be "+t.Unit, "read so it is "+other.In(china()).Format(time.RFC3339))
		}
	}
}

// nonce says which value may not come again.
func (e *explainer) nonce() {
	if n := e.c.spec.Nonce; n != nil {
		e.begin("nonce", Open, "the server takes each "+n.Value+" once; whether this one came before only it can tell")
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
		secret := e.k.all[name]
		if secret == "" {
			continue
		}
		for _, form := range []string{
			visible(secret), string(escape(nil, secret)), url.QueryEscape(secret), strings.ToUpper(secret), strings.ToLower(secret),
		} {
			text = strings.ReplaceAll(text, form, "["+name+"]")
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
