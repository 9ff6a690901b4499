package signature

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// attempt is a guess at what a sender did: its own declaration of the step, its own
// request, its own secrets, and what it did to the string.
type attempt struct {
	e       *explainer
	step    Step
	request Request
	secrets map[string]string
	post    []func(string) string
}

// variant is one usual mistake.
type variant struct {
	cause string
	apply func(a *attempt)
}

// why says which usual mistakes explain a signature that differs, and where the
// sender's string is known how it differs from ours.
func (e *explainer) why(i int, m *Message, got string) []Line {
	s := &e.c.steps[i]
	w := writer{c: e.c, m: m, k: e.k, params: s.params}
	ours := string(w.write(nil, s.over[0]))
	theirs := e.unmask(e.theirs)
	var lines []Line
	if theirs != "" {
		for _, line := range Compare(e.hide(ours), e.hide(theirs)) {
			lines = append(lines, Line{line.Step, e.hide(line.Text)})
		}
		lines = append(lines, e.judgeTheirs(i, theirs, got))
	}
	if cause := e.search(i, variants(e.c.spec.Time), got); cause != "" && theirs == "" {
		lines = append(lines, Line{"hint", cause + ": that gives exactly the signature that came"})
	} else if cause == "" && theirs == "" {
		lines = append(lines, Line{"hint", "none of the usual mistakes gives the signature that came: " +
			"compare the secret, then ask the sender for the string that it signs"})
	}
	return lines
}

// judgeTheirs says whether the sender's string gives the signature that came.
func (e *explainer) judgeTheirs(i int, theirs, got string) Line {
	fixed := func(a *attempt) { a.post = append(a.post, func(string) string { return theirs }) }
	if e.try(i, got, fixed) {
		return Line{"hint", "the sender's string gives the signature that came under our secrets: only the string differs"}
	}
	for _, v := range stepVariants() {
		if e.try(i, got, v.apply, fixed) {
			return Line{"hint", "the sender's string gives the signature that came where " + v.cause}
		}
	}
	return Line{"hint", "the sender's string does not give the signature that came either: " +
		"another secret, another algorithm, or not the string that was signed"}
}

// unmask writes the secrets into a string that names them in brackets.
func (e *explainer) unmask(s string) string {
	for _, name := range secretNames() {
		if secret := e.k.all[name]; secret != "" {
			s = strings.ReplaceAll(s, "["+name+"]", secret)
		}
	}
	return s
}

// search tries every mistake and then every two; it returns what gives the
// signature that came, or "".
func (e *explainer) search(i int, all []variant, got string) string {
	for _, v := range all {
		if e.try(i, got, v.apply) {
			return v.cause
		}
	}
	if len(e.r.Body) > maxScratch {
		return "" // thousands of pairs, each over the whole body
	}
	for at, v := range all {
		for _, w := range all[at+1:] {
			if e.try(i, got, v.apply, w.apply) {
				return v.cause + "; and " + w.cause
			}
		}
	}
	return ""
}

// try reports whether a guess gives the signature that came.
func (e *explainer) try(i int, got string, apply ...func(a *attempt)) bool {
	a := attempt{e: e, step: e.c.spec.Steps[i], request: *e.r, secrets: e.k.all}
	a.request.Header = maps.Clone(e.r.Header)
	if a.step.Params != nil {
		p := *a.step.Params
		a.step.Params = &p
	}
	a.step.Accept = nil
	for _, f := range apply {
		f(&a)
	}
	return a.signature(i) == got
}

// signature signs as the guess says; empty where that is not possible.
func (a *attempt) signature(i int) string {
	c := &Codec{spec: a.e.c.spec, crypt: -1}
	if c.compileStep(a.step) != nil {
		return ""
	}
	c.json = c.listed[inBody] || slices.ContainsFunc(c.values, func(v value) bool { return v.place == inBody })
	k, err := c.material("", a.secrets)
	if err != nil {
		return ""
	}
	var m Message
	m.begin(c)
	if c.read(&a.request, &m) != nil {
		return ""
	}
	if i < a.e.c.crypt {
		a.decrypted(c, &m)
	}
	s := &c.steps[0]
	w := writer{c: c, m: &m, k: k, params: s.params}
	text := string(w.write(nil, s.over[0]))
	for _, f := range a.post {
		text = f(text)
	}
	return string(encode(nil, s.Encoding, s.digest(nil, 0, []byte(text), k)))
}

// decrypted gives the guess the payload in place of the cipher text.
func (a *attempt) decrypted(c *Codec, m *Message) {
	to := a.e.c.values[a.e.c.payload.at]
	for at, v := range c.values {
		if v.place == to.place && v.name == to.name {
			m.values[at] = string(a.e.opened.Payload())
		}
	}
	for at := range m.pairs {
		if p := &m.pairs[at]; p.place == to.place && p.name == to.name {
			p.value = string(a.e.opened.Payload())
		}
	}
}

// body is a mistake in the bytes of the body that was signed.
func body(cause string, change func([]byte) []byte) variant {
	return variant{cause, func(a *attempt) { a.request.Body = change(bytes.Clone(a.request.Body)) }}
}

// post is a mistake in the string that was signed.
func post(cause string, change func(string) string) variant {
	return variant{cause, func(a *attempt) { a.post = append(a.post, change) }}
}
