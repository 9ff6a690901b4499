package signing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// algorithmWords are the algorithms of a step.
func algorithmWords(op string) []string {
	var out []string
	switch op {
	case "sign":
		out = slices.Clone(hashWords)
		for _, h := range hashWords {
			out = append(out, "hmac-"+h)
		}
	case "encrypt":
		for _, c := range []string{"aes", "sm4"} {
			out = append(out, c+"-cbc", c+"-ecb", c+"-gcm")
		}
	}
	return out
}

func checkGuard(d *checked) {
	switch {
	case d.Unread["system"]:
	case d.Plain() && len(d.Envelope.Keys) > 0:
		d.Add("JK0511", d.Signature.Pos, "keep envelope for sealed messages, signature for signed requests",
			"the system has an envelope and a signature")
	case d.Plain() && d.Endpoint.Path != "":
		d.Add("JK0511", d.Endpoint.At("path"), "leave endpoint empty and give each interface method and path",
			"signed requests are distinguished by method and path, not by one endpoint")
	case !d.Plain() && d.Envelope.App != "" && d.Envelope.Head == "" && d.Endpoint.Path == "":
		d.Add("JK0511", d.Envelope.Pos, "write signature: {app: …, steps: [compare: …]} instead",
			"an envelope without head seals nothing")
	}
}

// checkValues checks the names of values outside of templates.
func checkValues(d *checked, g *spec.Signature) {
	d.named(g.App, g.At("app"), false)
	d.named(g.Payload, g.At("payload"), g.Payload == "body")
	if g.Time != nil {
		d.named(g.Time.Value, g.Time.At("value"), false)
	}
	if g.Nonce != nil {
		d.named(g.Nonce.Value, g.Nonce.At("value"), false)
	}
	for _, s := range g.Steps {
		d.named(s.To, s.At("to"), s.Op == "encrypt" && s.To == "body")
		if s.Op == "sign" {
			continue
		}
		for _, v := range append([]string{s.Value}, s.Accept...) {
			d.named(v, d.Inside(s.At("value"), v, 0), v == "query")
		}
	}
}

// named reports a value that is none of those with a name, unless it is fine as
// it is.
func (d *checked) named(value string, at spec.Pos, fine bool) {
	if value != "" && !fine && !namedValue(value) {
		d.Add("JK0512", at, valueHint(value, false), "a request has no value %q", value)
	}
}

// templates yields each template of a step with its place.
func templates(s *spec.SignStep) func(yield func(string, spec.Pos) bool) {
	return func(yield func(string, spec.Pos) bool) {
		if s.Op != "sign" {
			return
		}
		for i, text := range append([]string{s.Over}, s.Accept...) {
			at := s.At("over")
			if i > 0 {
				at = s.At("accept")
			}
			if !yield(text, at) {
				return
			}
		}
	}
}

// checkTemplates checks the references in the braces of templates.
func checkTemplates(d *checked, g *spec.Signature) {
	for _, s := range g.Steps {
		params := false
		for text, at := range templates(s) {
			list, bad := spec.Template(text)
			if bad != "" {
				d.Add("JK0513", d.Inside(at, bad[:1], strings.Count(text[:len(text)-len(bad)], bad[:1])),
					"write {{ and }} for braces themselves", "a brace without its other half")
			}
			for _, r := range list {
				params = params || r.Value == "params"
				d.judgeReference(s, r, d.Inside(at, r.Raw, r.Nth))
			}
		}
		if s.Params == nil {
			continue
		}
		if !params {
			d.Add("JK0513", s.At("params"), "put {params} where the pairs belong", "over has no {params}")
		}
		for _, from := range s.Params.From {
			if !givesPairs(from) {
				d.Add("JK0512", d.Inside(s.Params.At("from"), from, 0), "query, form, body, or single values like header.x",
					"a request has no pairs %q", from)
			}
		}
	}
}

// givesPairs reports whether from names a place of pairs, one value or a secret.
func givesPairs(from string) bool {
	value := single(from)
	return slices.Contains(namedValues[1:], from) || namedValue(value) || slices.Contains(signSecrets, value)
}

// judgeReference checks one {x} of a template.
func (d *checked) judgeReference(s *spec.SignStep, r spec.TemplatePart, at spec.Pos) {
	known := isKnown(r)
	switch bad := badFilter(r); {
	case r.Value == "params" && s.Params == nil:
		d.Add("JK0513", at, "add params: {from: [query]}, or which ones are meant", "{params} needs params")
	case !known:
		d.Add("JK0512", at, valueHint(r.Value, true), "unknown value or secret %q", r.Value)
	case bad != "":
		d.Add("JK0514", d.Inside(at, bad, 0), spec.OneOf(bad, filterWords), "unknown filter %q", bad)
	}
	if known && namedValue(s.To) && overItself(s, r.Value) {
		d.Add("JK0518", at, "name single values, or {params}, which leaves the result out",
			"it signs %s, the place of its own result %s", r.Value, s.To)
	}
}

// overItself says whether a value of a template holds the step's own result.
func overItself(s *spec.SignStep, value string) bool {
	to, _ := spec.Value(s.To)
	return value == s.To || strings.HasPrefix(s.To, "header.") && strings.EqualFold(value, s.To) ||
		value == "query" && to == "query" || value == "body" && (to == "form" || to == "body")
}

// asymmetric are the beginnings of algorithms with two keys.
var asymmetric = []string{"rsa", "sm2", "ecdsa", "ed25519", "dsa"}

func checkSignAlgorithms(d *checked, g *spec.Signature) {
	word := func(what, word string, at spec.Pos, known []string) {
		if word != "" && !slices.Contains(known, word) {
			d.Add("JK0516", at, spec.OneOf(word, known), "unknown %s %q", what, word)
		}
	}
	for _, s := range g.Steps {
		name := strings.ToLower(s.Algorithm)
		if slices.ContainsFunc(asymmetric, func(a string) bool { return strings.Contains(name, a) }) {
			d.Add("JK0516", s.At("algorithm"), "agree on hmac-sha256 or hmac-sm3 with the partner, or sign in a proxy before jiekoud",
				"algorithms with a private and a public key such as %s are not supported", s.Algorithm)
		} else {
			word("algorithm to "+s.Op, s.Algorithm, s.At("algorithm"), algorithmWords(s.Op))
		}
		word("encoding", s.Encoding, s.At("encoding"), encodingWords)
		word("derivation", s.Derive, s.At("derive"), []string{"raw", "hex", "base64", "md5", "sha256", "md5-hex"})
		if s.Params != nil {
			word("order", s.Params.Order, s.Params.At("order"), []string{"sorted", "values", "listed"})
		}
		if !slices.Contains(signSecrets, s.IV) && !namedValue(s.IV) {
			word("iv", s.IV, s.At("iv"), []string{"prefix", "key", "zero"})
		}
	}
}

// signUnits are how times of requests are written.
var signUnits = []string{"s", "ms", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss", "rfc3339"}

func checkTimes(d *checked, g *spec.Signature) {
	if g.Time == nil {
		return
	}
	switch {
	case g.Time.Unit == "":
		d.Add("JK0519", g.Time.Pos, "add unit: s, ms, or how it is written: "+strings.Join(signUnits[2:], ", "),
			"the time does not say its unit")
	case !slices.Contains(signUnits, g.Time.Unit):
		d.Add("JK0519", g.Time.At("unit"), spec.OneOf(g.Time.Unit, signUnits), "unknown unit %q", g.Time.Unit)
	}
	if g.Time.Window > 24*time.Hour {
		d.Add("JK0519", g.Time.At("window"), "a day at most: so long every nonce is remembered twice over",
			"the window of %s is too wide", g.Time.Window)
	}
}

func checkNonce(d *checked, g *spec.Signature) {
	if g.Nonce != nil && g.Time == nil {
		d.Add("JK0520", g.Nonce.Pos, "add time: {value: header.timestamp, unit: ms, window: 5m}, or remove nonce",
			"without time every nonce would have to be remembered for ever")
	}
}

// checkRefusals checks the codes of steps without a code of their own.
func checkRefusals(d *checked, g *spec.Signature) {
	if !d.Whole() {
		return
	}
	need := func(own, rule, what string, at spec.Pos) {
		if own == "" && !slices.ContainsFunc(d.Rules, func(r *spec.RuleCode) bool { return r.Rule == rule }) {
			d.Add("JK0526", at, fmt.Sprintf("add else: with a code, or the rule %s to errors.yaml", rule), "%s is refused without a code", what)
		}
	}
	for _, s := range g.Steps {
		rule := "auth"
		if s.Op == "encrypt" {
			rule = "json"
		}
		need(s.Else, rule, s.Op, s.Pos)
	}
	if g.Time != nil {
		need(g.Time.Else, "auth", "time", g.Time.Pos)
	}
	if g.Nonce != nil {
		need(g.Nonce.Else, "repeated", "nonce", g.Nonce.Pos)
	}
}

func checkPayload(d *checked, g *spec.Signature) {
	crypt := 0
	for _, s := range g.Steps {
		if s.Op != "encrypt" {
			continue
		}
		if crypt++; crypt > 1 {
			d.Add("JK0524", s.Pos, "keep one of the two", "the payload is encrypted twice")
		}
		if g.Payload != "" && g.Payload != s.To {
			d.Add("JK0524", g.At("payload"), "remove payload, or make it "+s.To, "encrypt puts the payload into %s, not %s", s.To, g.Payload)
		}
	}
}

func checkResults(d *checked, g *spec.Signature) {
	seen := map[string]string{g.App: "the app"}
	if g.Time != nil {
		seen[g.Time.Value] = "the time"
	}
	for _, s := range g.Steps {
		if s.To == "" {
			continue
		}
		if other := seen[s.To]; other != "" {
			d.Add("JK0525", s.At("to"), "give the result a place of its own", "%s is already %s", s.To, other)
		}
		seen[s.To] = "the result of another step"
	}
}
