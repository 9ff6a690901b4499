package envelope

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// ExplainSeal seals like Seal and returns every intermediate result in the order
// of the steps, with the complete message as the last line. A secret shows as its
// name in brackets; the payload shows in full, so the lines are for people who may
// see it, not for logs.
func (c *Codec) ExplainSeal(h Header, plain []byte, k *Keys) ([]Line, []byte, error) {
	sealed, err := c.Seal(nil, h, plain, k)
	if err != nil {
		return nil, nil, err
	}
	var m Message
	if err := c.Parse(sealed, &m); err != nil {
		return nil, nil, err
	}
	e := explainer{c: c, m: &m, k: k.m()}
	e.payload("payload", plain)
	for i := range c.steps {
		e.sealStep(&c.steps[i], plain)
	}
	e.add("message", e.hideSent(string(sealed)))
	return e.lines, sealed, nil
}

// ExplainOpen opens like Open and returns every intermediate result in the order
// of opening. It goes on after a step that does not hold, and says which usual
// mistake of a sender would explain the code that came. The payload is nil and the
// error is that of Open where Open refuses; the lines are whole as far as possible.
func (c *Codec) ExplainOpen(m *Message, k *Keys) ([]Line, []byte, error) {
	mat, err := k.of(c)
	if err != nil {
		return nil, nil, err
	}
	if m.codec != c {
		return nil, nil, errForeign
	}
	e := explainer{c: c, m: m, k: mat}
	for i := len(c.steps) - 1; i >= 0; i-- {
		e.openStep(&c.steps[i])
	}
	e.grammar()
	plain, err := c.Open(nil, m, k)
	if err != nil {
		e.add("result", "refused: "+err.Error())
		return e.lines, nil, err
	}
	e.payload("payload", plain)
	return e.lines, plain, nil
}

// explainer collects lines about one message.
type explainer struct {
	c     *Codec
	m     *Message
	k     *material
	lines []Line
}

func (e *explainer) add(step, text string) { e.lines = append(e.lines, Line{step, text}) }

func (e *explainer) payload(step string, plain []byte) {
	switch {
	case len(plain) == 0:
		e.add(step, "(empty)")
	case readable(plain):
		e.add(step, string(plain))
	default:
		e.add(step, "(no text: is the key right?)")
	}
	e.add(step+", bytes", spaced(plain))
}

func (e *explainer) sealStep(s *step, plain []byte) {
	switch s.Op {
	case "encrypt":
		e.add("encrypt, "+s.Algorithm+" with ["+s.Key+"]", spaced(e.cipher(plain)))
	case "encode":
		e.add("encode, "+s.Algorithm+" -> "+s.To, string(e.m.data))
	case "digest":
		e.join(s, s.orders[0])
		e.add(digestTitle(s), e.m.values[s.to])
	case "compare":
		e.add("compare "+s.Value, "["+s.With+"]")
	}
}

func (e *explainer) openStep(s *step) {
	switch s.Op {
	case "encrypt":
		if raw, err := e.decoded(); err == nil {
			e.add("decrypt, "+s.Algorithm+" with ["+s.Key+"]", spaced(e.cipher(raw)))
		}
	case "encode":
		raw, err := e.decoded()
		if err != nil {
			e.add("decode, "+s.Algorithm, "refused: "+s.cause.Error())
			return
		}
		e.add("decode, "+s.Algorithm, spaced(raw))
	case "digest":
		e.openDigest(s)
	case "compare":
		verdict := "equals"
		if !s.holds(e.m, e.k) {
			verdict = "differs from"
		}
		e.add("compare "+s.Value, verdict+" ["+s.With+"]")
	}
}

func (e *explainer) openDigest(s *step) {
	got := e.m.values[s.to]
	for _, sorted := range s.orders {
		e.join(s, sorted)
		want := s.digest(sorted, e.m.values[:], e.m.data, e.k)
		if want.equal(got) {
			e.add(digestTitle(s), string(want[:])+" = received")
			return
		}
		e.add(digestTitle(s), fmt.Sprintf("%s, but received %q", want[:], got))
	}
	if hint := e.hint(s, got); hint != "" {
		e.add("hint", hint)
	}
}

// join shows what a digest is taken over.
func (e *explainer) join(s *step, sorted bool) {
	if len(s.over) == 1 {
		return
	}
	var list [maxParts]string
	parts := s.parts(&list, sorted, e.m.values[:], e.m.data, e.k)
	order := "listed"
	if sorted {
		order = "sorted"
	}
	e.add("join for "+s.To+", "+order, strings.Join(e.mask(s, parts), " + "))
}

// mask replaces secrets among the values by their names.
func (e *explainer) mask(s *step, parts []string) []string {
	shown := make([]string, len(parts))
	for i, v := range parts {
		shown[i] = v
		for _, r := range s.over {
			if r.kind == fromSecret && e.k.secrets[r.at] == v {
				shown[i] = "[" + e.c.secrets[r.at] + "]"
			}
		}
	}
	return shown
}

// hideSent masks the secrets that a message carries because a compare wants them.
func (e *explainer) hideSent(sealed string) string {
	for i := range e.c.steps {
		if s := &e.c.steps[i]; s.Op == "compare" {
			sealed = strings.ReplaceAll(sealed, e.k.secrets[s.with.at], "["+s.With+"]")
		}
	}
	return sealed
}

// hint finds the usual mistake that explains a code, empty where none does.
func (e *explainer) hint(s *step, got string) string {
	if len(s.over) == 1 && s.over[0].kind == fromData {
		return e.dataHint(got)
	}
	if len(s.over) > 5 {
		return ""
	}
	order := make([]int, len(s.over))
	for i := range order {
		order[i] = i
	}
	if e.tryOrders(s, got, order, 0) {
		names := make([]string, len(order))
		for i, at := range order {
			names[i] = s.Over[at]
		}
		return "the sender joined " + strings.Join(names, " + ")
	}
	return "no order of these values gives the code: look at the token, and at blanks or letter case"
}

func (e *explainer) dataHint(got string) string {
	raw, err := e.decoded()
	folded := strings.NewReplacer("\r", "", "\n", "").Replace(string(e.m.data))
	switch {
	case sum([]byte(folded)).equal(got):
		return "the sender took it before the line breaks came in"
	case err == nil && sum(raw).equal(got):
		return "the sender took it over the cipher text; it is over the base64 text"
	case err == nil && e.k.stream != nil && sum(e.cipher(raw)).equal(got):
		return "the sender took it over the plain text; it is over the base64 text"
	}
	return "the payload changed on its way, or the code is of another one"
}

// tryOrders looks for the order of values that gives the code, and leaves it in
// order.
func (e *explainer) tryOrders(s *step, got string, order []int, from int) bool {
	if from == len(order) {
		var joined []byte
		for _, at := range order {
			joined = append(joined, pick(s.over[at], e.m.values[:], e.m.data, e.k)...)
		}
		return sum(joined).equal(got)
	}
	for i := from; i < len(order); i++ {
		order[from], order[i] = order[i], order[from]
		if e.tryOrders(s, got, order, from+1) {
			return true
		}
		order[from], order[i] = order[i], order[from]
	}
	return false
}

// grammar shows which fields break their pattern or length.
func (e *explainer) grammar() {
	var refusal *problem.Error
	if !errors.As(e.c.grammar(e.m), &refusal) {
		return
	}
	for _, p := range refusal.Problems {
		e.add("grammar", p.Field+" breaks "+string(p.Rule))
	}
}

// cipher is RC4 either way.
func (e *explainer) cipher(b []byte) []byte {
	out := make([]byte, len(b))
	at := e.k.stream.start(len(b))
	at.xor(out, b)
	return out
}

func (e *explainer) decoded() ([]byte, error) {
	return base64.StdEncoding.Strict().DecodeString(string(e.m.data))
}

func digestTitle(s *step) string {
	if len(s.over) == 1 {
		return s.Algorithm + " of " + s.Over[0] + " -> " + s.To
	}
	return s.Algorithm + " -> " + s.To
}

func sum(b []byte) *code {
	var c code
	s := sha1.Sum(b)
	hex.Encode(c[:], s[:])
	return &c
}

// spaced writes bytes as the documents do: 7B 22 68.
func spaced(b []byte) string { return fmt.Sprintf("% X", b) }

// readable reports whether b is text without control characters but white space.
func readable(b []byte) bool {
	return utf8.Valid(b) && !strings.ContainsFunc(string(b), func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r)
	})
}
