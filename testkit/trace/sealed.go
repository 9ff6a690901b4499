// Package trace says step by step why a sealed message opens or not. It serves the
// commands that package protocol does not serve yet.
package trace

import (
	"crypto/rc4"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

// Open opens like envelope.Codec.Open and returns every intermediate result in the
// order of opening. It goes on after a step that does not hold, and says which usual
// mistake of a sender would explain the code that came. The payload is nil and the
// error is that of Open where Open refuses; the lines are whole as far as possible.
func Open(c *envelope.Codec, m *envelope.Message, app string, secrets map[string]string) ([]crypt.Line, []byte, error) {
	k, err := c.Keys(app, secrets)
	if err != nil {
		return nil, nil, err
	}
	e := envelopeExplainer{spec: c.Spec(), m: m, secrets: secrets}
	for i := len(e.spec.Steps) - 1; i >= 0; i-- {
		e.openStep(&e.spec.Steps[i])
	}
	e.grammar(c)
	plain, err := c.Open(nil, m, k)
	if err != nil {
		e.add("result", "refused: "+err.Error())
		return e.lines, nil, err
	}
	e.payload("payload", plain)
	return e.lines, plain, nil
}

// envelopeExplainer does the steps of one message again, by the declaration alone.
type envelopeExplainer struct {
	spec    envelope.Spec
	m       *envelope.Message
	secrets map[string]string
	lines   []crypt.Line
}

func (e *envelopeExplainer) add(step, text string) {
	e.lines = append(e.lines, crypt.Line{Step: step, Text: text})
}

func (e *envelopeExplainer) payload(step string, plain []byte) {
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

func (e *envelopeExplainer) openStep(s *envelope.Step) {
	switch s.Op {
	case "encrypt":
		if raw, err := e.decoded(); err == nil {
			e.add("decrypt, "+s.Algorithm+" with ["+s.Key+"]", spaced(e.cipher(s, raw)))
		}
	case "encode":
		raw, err := e.decoded()
		if err != nil {
			e.add("decode, "+s.Algorithm, "refused: "+e.spec.Data+" is no strict base64")
			return
		}
		e.add("decode, "+s.Algorithm, spaced(raw))
	case "digest":
		e.openDigest(s)
	case "compare":
		verdict := "equals"
		if e.value(s.Value) != e.secrets[s.With] {
			verdict = "differs from"
		}
		e.add("compare "+s.Value, verdict+" ["+s.With+"]")
	}
}

func (e *envelopeExplainer) openDigest(s *envelope.Step) {
	got := e.value(s.To)
	for _, sorted := range orders(s) {
		e.join(s, sorted)
		want := sum(strings.Join(e.parts(s, sorted), ""))
		if strings.EqualFold(want, got) {
			e.add(digestTitle(s), want+" = received")
			return
		}
		e.add(digestTitle(s), fmt.Sprintf("%s, but received %q", want, got))
	}
	if hint := e.hint(s, got); hint != "" {
		e.add("hint", hint)
	}
}

// orders are those that a digest may join its values in: sorted, or not.
func orders(s *envelope.Step) (list []bool) {
	for _, order := range append([]string{s.Order}, s.Accept...) {
		if sorted := order == "sorted"; !slices.Contains(list, sorted) {
			list = append(list, sorted)
		}
	}
	return list
}

// value is the value that a name of a declaration refers to.
func (e *envelopeExplainer) value(name string) string {
	if name == e.spec.Data {
		return string(e.m.Data())
	}
	if rest, ok := strings.CutPrefix(name, e.spec.Head+"."); ok {
		return e.m.Value("header." + rest)
	}
	if strings.HasPrefix(name, "header.") {
		return e.m.Value(name)
	}
	return e.secrets[name]
}

// parts are the values that a digest joins.
func (e *envelopeExplainer) parts(s *envelope.Step, sorted bool) (list []string) {
	for _, name := range s.Over {
		list = append(list, e.value(name))
	}
	if sorted {
		slices.Sort(list)
	}
	return list
}

// join shows the text that a digest covers.
func (e *envelopeExplainer) join(s *envelope.Step, sorted bool) {
	if len(s.Over) == 1 {
		return
	}
	order := "listed"
	if sorted {
		order = "sorted"
	}
	e.add("join for "+s.To+", "+order, strings.Join(e.mask(s, e.parts(s, sorted)), " + "))
}

// mask replaces secrets among the values by their names.
func (e *envelopeExplainer) mask(s *envelope.Step, parts []string) []string {
	for i, v := range parts {
		for _, name := range s.Over {
			if secret := e.secrets[name]; secret != "" && secret == v && e.isSecret(name) {
				parts[i] = "[" + name + "]"
			}
		}
	}
	return parts
}

// isSecret reports whether a name refers to a secret.
func (e *envelopeExplainer) isSecret(name string) bool {
	return name != e.spec.Data && !strings.Contains(name, ".")
}

// hint finds the usual mistake that explains a code, empty where none does.
func (e *envelopeExplainer) hint(s *envelope.Step, got string) string {
	if len(s.Over) == 1 && s.Over[0] == e.spec.Data {
		return e.dataHint(got)
	}
	if len(s.Over) > 5 {
		return ""
	}
	order := slices.Clone(s.Over)
	if e.tryOrders(got, order, 0) {
		return "the sender joined " + strings.Join(order, " + ")
	}
	return "no order of these values gives the code: look at the token, and at blanks or letter case"
}

func (e *envelopeExplainer) dataHint(got string) string {
	raw, err := e.decoded()
	folded := strings.NewReplacer("\r", "", "\n", "").Replace(string(e.m.Data()))
	crypt := slices.IndexFunc(e.spec.Steps, func(s envelope.Step) bool { return s.Op == "encrypt" })
	switch {
	case strings.EqualFold(sum(folded), got):
		return "the sender took it before the line breaks came in"
	case err == nil && strings.EqualFold(sum(string(raw)), got):
		return "the sender took it over the cipher text; it is over the base64 text"
	case err == nil && crypt >= 0 && strings.EqualFold(sum(string(e.cipher(&e.spec.Steps[crypt], raw))), got):
		return "the sender computed it over the plaintext; it is over the base64 text"
	}
	return "the payload changed on its way, or the code is of another one"
}

// tryOrders looks for the order of values that gives the code, and leaves it in
// order.
func (e *envelopeExplainer) tryOrders(got string, order []string, from int) bool {
	if from == len(order) {
		joined := ""
		for _, name := range order {
			joined += e.value(name)
		}
		return strings.EqualFold(sum(joined), got)
	}
	for i := from; i < len(order); i++ {
		order[from], order[i] = order[i], order[from]
		if e.tryOrders(got, order, from+1) {
			return true
		}
		order[from], order[i] = order[i], order[from]
	}
	return false
}

// grammar shows which fields break their pattern or length.
func (e *envelopeExplainer) grammar(c *envelope.Codec) {
	var refusal *problem.Error
	if !errors.As(c.Grammar(e.m), &refusal) {
		return
	}
	for _, p := range refusal.Problems {
		e.add("grammar", p.Field+" breaks "+string(p.Rule))
	}
}

// cipher is RC4 either way.
func (e *envelopeExplainer) cipher(s *envelope.Step, b []byte) []byte {
	out := make([]byte, len(b))
	if c, err := rc4.NewCipher([]byte(e.secrets[s.Key])); err == nil { // Keys has tried it
		c.XORKeyStream(out, b)
	}
	return out
}

func (e *envelopeExplainer) decoded() ([]byte, error) {
	return base64.StdEncoding.Strict().DecodeString(string(e.m.Data()))
}

func digestTitle(s *envelope.Step) string {
	if len(s.Over) == 1 {
		return s.Algorithm + " of " + s.Over[0] + " -> " + s.To
	}
	return s.Algorithm + " -> " + s.To
}

// sum is a digest as it is sent.
func sum(text string) string {
	s := sha1.Sum([]byte(text))
	return hex.EncodeToString(s[:])
}

// spaced writes bytes as the documents do: 7B 22 68.
func spaced(b []byte) string { return fmt.Sprintf("% X", b) }

// readable reports whether b is text without control characters but white space.
func readable(b []byte) bool {
	return utf8.Valid(b) && !strings.ContainsFunc(string(b), func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r)
	})
}
