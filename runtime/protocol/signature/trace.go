package signature

import (
	"cmp"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Trace is a codec's work on one request, step by step: for known answers, and for
// tools that explain it to people. Its lines name secrets in brackets and have
// everything else of the request in full, so they are for people who may see it,
// not for logs.
type Trace struct {
	c       *Codec
	k       *material
	secrets map[string]string
	sent    Message // as it came
	opened  Message // decrypted
	unread  error
	refusal error
}

// Trace reads and verifies a request at a time, under the secrets of an app. It goes
// on after a step that does not hold. An error is about the secrets; see Codec.Keys.
func (c *Codec) Trace(r *Request, app string, secrets map[string]string, now time.Time) (*Trace, error) {
	k, err := c.material(app, secrets)
	if err != nil {
		return nil, err
	}
	t := &Trace{c: c, k: k, secrets: secrets}
	t.unread = c.Parse(r, &t.sent)
	t.opened = t.sent
	t.opened.values, t.opened.pairs = slices.Clone(t.sent.values), slices.Clone(t.sent.pairs)
	t.opened.list, t.opened.room = nil, nil
	if t.refusal = t.unread; !t.Unreadable() {
		t.refusal = cmp.Or(t.unread, c.check(&t.opened, k, now))
	}
	return t, nil
}

// Unreadable reports whether the request could not be read at all: it has no values.
func (t *Trace) Unreadable() bool {
	return t.unread != nil && problem.From(t.unread).Rule == problem.JSON
}

// Refusal is the refusal of the request, as far as it is known without the issued
// tokens and the used nonces; nil: it holds.
func (t *Trace) Refusal() error { return t.refusal }

// Unread is the refusal of the request as it was read, before any step.
func (t *Trace) Unread() error { return t.unread }

// App is the app that the request names.
func (t *Trace) App() string { return t.c.App(&t.sent) }

// Value is a value as it came, by its declared name.
func (t *Trace) Value(full string) string { return t.sent.Value(full) }

// Payload is the JSON of the request's fields, decrypted where that was possible.
func (t *Trace) Payload() []byte { return t.opened.Payload() }

// Sent is the received value of a step: the compared value, the token, the
// ciphertext or the signature.
func (t *Trace) Sent(step int) string {
	s := &t.c.steps[step]
	if len(s.sent) > 0 {
		return t.c.first(&t.sent, s)
	}
	return t.sent.values[s.to.at]
}

// Put gives a step that is guessed at another value than came.
func (t *Trace) Put(full, value string) {
	for i, v := range t.c.values {
		if v.full == full {
			t.c.replace(&t.sent, ref{v.place, i}, value)
		}
	}
}

// Title names a step: its operation, numbered where there are several.
func (c *Codec) Title(step int) string {
	n, at := 0, 0
	for j := range c.steps {
		if c.steps[j].Op == c.steps[step].Op {
			n++
			if j <= step {
				at = n
			}
		}
	}
	if n == 1 {
		return c.steps[step].Op
	}
	return c.steps[step].Op + " " + strconv.Itoa(at)
}

// Step returns the intermediate results of a step in the order of sending, and why
// it does not hold; a token, which only the server knows, always does.
func (t *Trace) Step(step int) (lines []crypt.Line, err error) {
	s := &t.c.steps[step]
	switch s.Op {
	case "compare":
		says := "equals ["
		if err = t.c.undo(step, &t.sent, t.k); err != nil {
			says = "differs from ["
		}
		lines = []crypt.Line{{Step: s.Value, Text: says + s.With + "]"}}
	case "token":
		lines = []crypt.Line{{Step: s.Value, Text: "[issued token], " + strconv.Itoa(len(t.Sent(step))) + " bytes"}}
	case "encrypt":
		lines, err = t.encrypted(s)
	case "sign":
		lines, err = t.signed(step)
	}
	for i := range lines {
		lines[i].Text = t.Hide(lines[i].Text)
	}
	return lines, err
}

// encrypted are the results of an encrypt step.
func (t *Trace) encrypted(s *step) (lines []crypt.Line, err error) {
	add := func(name, text string) { lines = append(lines, crypt.Line{Step: name, Text: text}) }
	m := t.sent
	raw, iv, err := t.c.cipherText(&m, t.k)
	if err != nil {
		add(s.To, "refused: "+err.Error())
		return lines, err
	}
	if len(iv) > 0 && s.IV != "key" && s.iv.place != inSecret {
		add("iv", hex.EncodeToString(iv))
	}
	shown := hex.EncodeToString(raw)
	plain, err := s.suite.Open(t.k.block, iv, raw) // in place
	if err != nil {
		add("plain text", "refused: "+err.Error())
	} else {
		add("plain text", crypt.Visible(string(plain)))
	}
	add("cipher text", shown)
	add(s.To, m.values[s.to.at])
	return lines, err
}

// Decrypt returns the plaintext of an encrypt step's received value.
func (t *Trace) Decrypt(step int) ([]byte, error) {
	raw, iv, err := t.c.cipherText(&t.sent, t.k)
	if err != nil {
		return nil, err
	}
	return t.c.steps[step].suite.Open(t.k.block, iv, raw)
}

// IV is the initialisation vector that came with the cipher text; nil without one.
func (t *Trace) IV() []byte {
	if t.c.crypt < 0 {
		return nil
	}
	_, iv, _ := t.c.cipherText(&t.sent, t.k) // of a text that cannot be decoded there is none
	return slices.Clone(iv)
}

// signed are the results of a sign step, in the first form that holds, or in all.
func (t *Trace) signed(step int) (lines []crypt.Line, err error) {
	s := &t.c.steps[step]
	holds := slices.IndexFunc(s.over, func(form template) bool {
		return string(t.c.signature(nil, step, form, t.before(step), t.k)) == t.Sent(step)
	})
	for i := range s.over {
		if holds >= 0 && holds != i {
			continue
		}
		name := ""
		if i > 0 {
			name = "accepted form " + strconv.Itoa(i) + ", "
		}
		lines = append(lines, t.form(step, i, name)...)
	}
	if holds < 0 {
		lines = append(lines, crypt.Line{Step: "received", Text: crypt.Visible(t.Sent(step))})
		return lines, errors.New("the signature differs")
	}
	return lines, nil
}

// form are the results of one form of a sign step.
func (t *Trace) form(step, form int, name string) (lines []crypt.Line) {
	add := func(what, text string) { lines = append(lines, crypt.Line{Step: name + what, Text: text}) }
	s := &t.c.steps[step]
	w := writer{c: t.c, m: t.before(step), k: t.k, params: s.params, mask: true}
	for i := range s.over[form].parts {
		p := &s.over[form].parts[i]
		if p.params {
			add("parameters", crypt.Visible(string(w.pairs(nil))))
		}
		if len(p.filters) > 0 && (p.params || p.ref.place != inSecret) {
			add(p.shown, crypt.Visible(string(w.part(nil, p))))
		}
	}
	add("string to sign", crypt.Visible(t.Text(step, form, true)))
	digest, result := t.Sign(step, t.Text(step, form, false))
	add("digest", hex.EncodeToString(digest))
	add(s.To, result)
	return lines
}

// Text is the string that a form of a sign step covers; form 0 is the one that we
// send, 1 and on are those of Accept. With names, secrets are replaced by their
// names.
func (t *Trace) Text(step, form int, names bool) string {
	s := &t.c.steps[step]
	w := writer{c: t.c, m: t.before(step), k: t.k, params: s.params, mask: names}
	return string(w.write(nil, s.over[form]))
}

// Sign returns the result of a sign step for a text: the digest, and its text.
func (t *Trace) Sign(step int, text string) (digest []byte, result string) {
	s := &t.c.steps[step]
	digest = s.digest(nil, step, []byte(text), t.k)
	return digest, string(crypt.Encode(nil, s.Encoding, digest))
}

// before is the message as the step saw it: decrypted where it came before encrypt.
func (t *Trace) before(step int) *Message {
	if step < t.c.crypt {
		return &t.opened
	}
	return &t.sent
}

// Hide replaces the app's secrets and its issued token in a text by their names.
func (t *Trace) Hide(text string) string {
	if issued, wanted := t.c.token(&t.sent); wanted && issued != "" {
		text = strings.ReplaceAll(text, issued, "[issued token]")
	}
	for _, name := range crypt.SecretNames() {
		secret := t.secrets[name]
		if secret == "" {
			continue
		}
		for _, form := range []string{
			crypt.Visible(secret), string(escape(nil, secret)), url.QueryEscape(secret),
			strings.ToUpper(secret), strings.ToLower(secret),
		} {
			text = strings.ReplaceAll(text, form, "["+name+"]")
		}
	}
	return text
}

// Single compiles one step alone, whatever it proves: a guess at a sender's
// declaration.
func Single(s Step) (*Codec, error) {
	c := &Codec{spec: Spec{Steps: []Step{s}}, crypt: -1}
	if err := c.compileStep(s); err != nil {
		return nil, err
	}
	c.findJSON()
	return c, nil
}

// Put writes a value into a request, by its declared name.
func (c *Codec) Put(r *Request, full, text string) error {
	i := slices.IndexFunc(c.values, func(v value) bool { return v.full == full })
	if i < 0 {
		return errors.New(full + " is not declared")
	}
	return c.set(r, ref{c.values[i].place, i}, text)
}
