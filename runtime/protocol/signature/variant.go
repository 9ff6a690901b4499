package signature

import (
	"bytes"
	"cmp"
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

// why says which usual mistakes explain a signature that differs, and how the
// sender's string differs from ours: the one that is known, or that of the mistake.
func (e *explainer) why(i int, m *Message, got string) {
	w := writer{c: e.c, m: m, k: e.k, params: e.c.steps[i].params, mask: true}
	ours := e.hide(string(w.write(nil, e.c.steps[i].over[0])))
	found := e.search(i, variants(e.c.spec.Time), got)
	switch {
	case e.theirs != "":
		if e.compare(i, ours, got) { // what makes another string is not what the sender did
			shown := e.hide(e.unmask(e.theirs))
			found = slices.DeleteFunc(found, func(g guess) bool { return e.hide(g.text) != shown })
		}
	case len(found) > 0 && !bytes.Equal(found[0].body, e.r.Body): // of its hash nobody learns anything
		e.differ(e.hide(string(e.r.Body)), e.hide(string(found[0].body)), found[0].cause+"; in the body")
	case len(found) > 0:
		e.differ(ours, e.hide(found[0].text), found[0].cause)
	}
	for _, g := range found {
		e.cause(g.cause, exactly)
	}
	slices.SortStableFunc(e.at.Causes, func(a, b Cause) int { return cmp.Compare(a.rank(), b.rank()) })
	if len(e.at.Causes) > 0 && e.at.Causes[0].Proof == exactly { // what else the strings look like adds nothing
		e.at.Causes = slices.DeleteFunc(e.at.Causes, func(c Cause) bool { return c.Proof != exactly })
	}
	if len(e.at.Causes) == 0 && e.at.Advice == "" {
		e.at.Advice = "none of the usual mistakes gives the signature that came: " +
			"compare the secret, then ask the sender for the string that it signs"
	}
}

// exactly is the proof of a cause that is found by making the signature again.
const exactly = "that gives exactly the signature that came"

// rank orders causes: what makes the signature that came, what makes the sender's
// string, guesses.
func (c Cause) rank() int {
	switch c.Proof {
	case exactly:
		return 0
	case "":
		return 2
	}
	return 1
}

// differ notes where two strings without secrets differ.
func (e *explainer) differ(ours, theirs, of string) {
	if d := Compare(ours, theirs); d != nil {
		d.Of = of
		e.at.Difference = d
	}
}

// compare holds our string against the sender's, and reports whether that gives the
// signature that came under our secrets.
func (e *explainer) compare(i int, ours, got string) bool {
	theirs := e.unmask(e.theirs)
	shown := e.hide(theirs)
	e.differ(ours, shown, "the sender's string")
	same := e.at.Difference == nil
	for _, cause := range Causes(ours, shown) {
		e.cause(cause.Text, cause.Proof)
	}
	fixed := func(a *attempt) { a.post = append(a.post, func(string) string { return theirs }) }
	if _, ok := e.try(i, got, fixed); ok {
		e.at.Advice = "the sender's string gives the signature that came under our secrets: only the string differs"
		return true
	}
	for _, v := range stepVariants() {
		if _, ok := e.try(i, got, v.apply, fixed); ok {
			e.cause("the sender's string is signed otherwise: "+v.cause, exactly)
			return false
		}
	}
	e.at.Advice = "the sender's string does not give the signature that came either: " +
		"another secret, another algorithm, or not the string that was signed"
	if same {
		e.cause("wrong key: both sides sign the same string, so the sender's secret is another one, or its algorithm", "")
	}
	return false
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

// maxCauses is how many single mistakes are named that explain one signature.
const maxCauses = 5

// search tries every mistake and, where none gives the signature that came, every
// two. It returns those that do.
func (e *explainer) search(i int, all []variant, got string) (found []guess) {
	for _, v := range all {
		if g, ok := e.try(i, got, v.apply); ok && len(found) < maxCauses {
			g.cause = v.cause
			found = append(found, g)
		}
	}
	if len(found) > 0 || len(e.r.Body) > maxScratch { // thousands of pairs, each over the whole body
		return found
	}
	for at, v := range all {
		for _, w := range all[at+1:] {
			if g, ok := e.try(i, got, v.apply, w.apply); ok {
				g.cause = v.cause + "; and " + w.cause
				return []guess{g}
			}
		}
	}
	return nil
}

// guess is what a sender did that is found out.
type guess struct {
	cause string
	text  string // that it signed, with the names of secrets in it
	body  []byte
}

// try reports whether a guess gives the signature that came.
func (e *explainer) try(i int, got string, apply ...func(a *attempt)) (g guess, ok bool) {
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
	w := a.writer(i)
	if w == nil {
		return guess{}, false
	}
	s := &w.c.steps[0]
	if string(encode(nil, s.Encoding, s.digest(nil, 0, []byte(a.text(w, s)), w.k))) != got {
		return guess{}, false
	}
	w.mask = true
	return guess{text: a.text(w, s), body: a.request.Body}, true
}

// writer reads the request as the guess declares it; nil where that is not possible.
func (a *attempt) writer(i int) *writer {
	c := &Codec{spec: a.e.c.spec, crypt: -1}
	if c.compileStep(a.step) != nil {
		return nil
	}
	c.json = c.listed[inBody] || slices.ContainsFunc(c.values, func(v value) bool { return v.place == inBody })
	k, err := c.material("", a.secrets)
	if err != nil {
		return nil
	}
	var m Message
	m.begin(c)
	if c.read(&a.request, &m) != nil {
		return nil
	}
	if i < a.e.c.crypt {
		a.decrypted(c, &m)
	}
	return &writer{c: c, m: &m, k: k, params: c.steps[0].params}
}

// text is the string that the guess signs.
func (a *attempt) text(w *writer, s *step) string {
	text := string(w.write(nil, s.over[0]))
	for _, f := range a.post {
		text = f(text)
	}
	return text
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
