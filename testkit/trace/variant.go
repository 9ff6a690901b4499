package trace

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// attempt is a guess at a sender's mistakes: its own declaration of the step, its
// own request, its own secrets, and changes of the string.
type attempt struct {
	e       *explainer
	step    signature.Step
	request signature.Request
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
func (e *explainer) why(i int, got string) {
	ours := e.t.Hide(e.t.Text(i, 0, true))
	found := e.search(i, variants(e.spec.Time), got)
	switch {
	case e.theirs != "":
		if e.compare(i, ours, got) { // a change that makes another string is not the sender's
			shown := e.t.Hide(e.unmask(e.theirs))
			found = slices.DeleteFunc(found, func(g guess) bool { return e.t.Hide(g.text) != shown })
		}
	case len(found) > 0 && !bytes.Equal(found[0].body, e.r.Body): // of its hash nobody learns anything
		e.differ(e.t.Hide(string(e.r.Body)), e.t.Hide(string(found[0].body)), found[0].cause+"; in the body")
	case len(found) > 0:
		e.differ(ours, e.t.Hide(found[0].text), found[0].cause)
	}
	for _, g := range found {
		e.cause(g.cause, exactly)
	}
	slices.SortStableFunc(e.at.Causes, func(a, b Cause) int { return cmp.Compare(a.rank(), b.rank()) })
	if len(e.at.Causes) > 0 && e.at.Causes[0].Proof == exactly { // guesses from the looks of the strings add nothing
		e.at.Causes = slices.DeleteFunc(e.at.Causes, func(c Cause) bool { return c.Proof != exactly })
	}
	if len(e.at.Causes) == 0 && e.at.Advice == "" {
		e.at.Advice = "none of the usual mistakes gives the signature that came: " +
			"compare the secret, then ask the sender for the string that it signs"
	}
}

// exactly is the proof of a cause that is found by making the signature again.
const exactly = "that gives exactly the signature that came"

// rank orders causes: those that make the received signature, those that make the
// sender's string, guesses.
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
	shown := e.t.Hide(theirs)
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

// maxCauses is how many single mistakes are named that explain one signature.
const maxCauses = 5

// maxBody bounds the bodies for which pairs of mistakes are tried: thousands, each over
// the whole body.
const maxBody = 64 << 10

// search tries every mistake and, where none gives the signature that came, every
// two. It returns those that do.
func (e *explainer) search(i int, all []variant, got string) (found []guess) {
	for _, v := range all {
		if g, ok := e.try(i, got, v.apply); ok && len(found) < maxCauses {
			g.cause = v.cause
			found = append(found, g)
		}
	}
	if len(found) > 0 || len(e.r.Body) > maxBody {
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

// guess is a cause without proof.
type guess struct {
	cause string
	text  string // that it signed, with the names of secrets in it
	body  []byte
}

// try reports whether a guess gives the signature that came.
func (e *explainer) try(i int, got string, apply ...func(a *attempt)) (g guess, ok bool) {
	a := attempt{e: e, step: e.spec.Steps[i], request: *e.r, secrets: e.by.Secrets}
	a.request.Header = maps.Clone(e.r.Header)
	if a.step.Params != nil {
		p := *a.step.Params
		a.step.Params = &p
	}
	a.step.Accept = nil
	for _, f := range apply {
		f(&a)
	}
	t := a.trace(i)
	if t == nil {
		return guess{}, false
	}
	if _, result := t.Sign(0, a.text(t, false)); result != got {
		return guess{}, false
	}
	return guess{text: a.text(t, true), body: a.request.Body}, true
}

// trace reads the request as the guess declares it; nil where that is not possible.
func (a *attempt) trace(i int) *signature.Trace {
	c, err := signature.Single(a.step)
	if err != nil {
		return nil
	}
	t, err := c.Trace(&a.request, "", a.secrets, a.e.now)
	if err != nil || t.Unreadable() {
		return nil
	}
	crypt := slices.IndexFunc(a.e.spec.Steps, func(s signature.Step) bool { return s.Op == "encrypt" })
	if i < crypt { // it was signed before it was encrypted
		t.Put(a.e.spec.Steps[crypt].To, string(a.e.t.Payload()))
	}
	return t
}

// text is the string that the guess signs; with names, secrets are replaced by
// their names.
func (a *attempt) text(t *signature.Trace, names bool) string {
	text := t.Text(0, 0, names)
	for _, f := range a.post {
		text = f(text)
	}
	return text
}

// body is a mistake in the bytes of the body that was signed.
func body(cause string, change func([]byte) []byte) variant {
	return variant{cause, func(a *attempt) { a.request.Body = change(bytes.Clone(a.request.Body)) }}
}

// post is a mistake in the string that was signed.
func post(cause string, change func(string) string) variant {
	return variant{cause, func(a *attempt) { a.post = append(a.post, change) }}
}
