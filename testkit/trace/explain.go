// Package trace says why a captured message holds or does not: every intermediate
// string of the receiver's side, the first byte in which the sender's string
// differs, and the usual mistake of a sender that gives exactly the received code.
// It serves commands that package protocol does not serve yet.
//
// A report names secrets in brackets and has everything else of a message in full.
// So reports are for people who may see it, not for logs.
package trace

import (
	"fmt"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// Caller is the app that signs, with its secrets by name.
type Caller struct {
	App     string
	Secrets map[string]string
}

// Request verifies a signed request and reports every intermediate string of the
// receiver's side, in the order of sending: parameters, hashes, the string that is
// signed, the digest, its text, and the received value. It goes on after a step
// that does not hold, and shows as much as it can of a request that lacks values.
// If a signature differs, it names the usual mistakes of a sender that would
// explain the received one. theirs is the string that the sender says it signed, as
// far as it is known: it is compared to ours, and may write [appkey] for the
// secret.
//
// Line breaks show as \n, a backslash as \\. The error is about the secrets.
func Request(c *signature.Codec, r *signature.Request, by Caller, now time.Time, theirs string) (*Report, error) {
	t, err := c.Trace(r, by.App, by.Secrets, now)
	if err != nil {
		return nil, err
	}
	e := explainer{c: c, spec: c.Spec(), r: r, by: by, t: t, now: now, theirs: theirs}
	if unread := t.Unread(); unread != nil {
		e.begin("request", Refused, unread.Error())
	}
	e.report.Refusal = t.Refusal()
	if t.Unreadable() {
		return &e.report, nil
	}
	e.report.App = t.App()
	for i := range e.spec.Steps {
		e.step(i)
	}
	e.time(now)
	e.nonce()
	if e.report.Refusal == nil {
		e.report.Payload = t.Hide(crypt.Visible(string(t.Payload())))
	}
	return &e.report, nil
}

// explainer writes the report about one request.
type explainer struct {
	c      *signature.Codec
	spec   signature.Spec
	r      *signature.Request
	by     Caller
	t      *signature.Trace
	now    time.Time
	theirs string
	report Report
	at     *Step // the step that is being written
}

// begin begins a step.
func (e *explainer) begin(title string, v Verdict, why string) {
	e.report.Steps = append(e.report.Steps, Step{Title: title, Verdict: v, Why: why})
	e.at = &e.report.Steps[len(e.report.Steps)-1]
}

// refuse notes that the step does not hold.
func (e *explainer) refuse(why string) { e.at.Verdict, e.at.Why = Refused, why }

// add adds an intermediate result.
func (e *explainer) add(name, text string) {
	e.at.Lines = append(e.at.Lines, crypt.Line{Step: name, Text: e.t.Hide(text)})
}

// cause adds a possible mistake of the sender.
func (e *explainer) cause(text, proof string) {
	e.at.Causes = append(e.at.Causes, Cause{text, proof})
}

func (e *explainer) step(i int) {
	s := &e.spec.Steps[i]
	e.begin(e.c.Title(i), Holds, "")
	lines, err := e.t.Step(i)
	e.at.Lines = lines
	switch sent := e.t.Sent(i); {
	case s.Op == "token":
		e.at.Verdict, e.at.Why = Unknown, "only the server knows which tokens were issued and still hold"
		if own := e.by.Secrets["token"]; own != "" && own != sent {
			e.at.Why += "; it is not the token of the app that is known here"
			e.unequal(sent, "token")
		}
	case s.Op == "encrypt":
		e.encrypted(i, err)
	case err == nil:
	case s.Op == "compare":
		e.refuse("what came is not the " + s.With)
		e.unequal(sent, s.With)
	case sent == "":
		e.refuse("no signature came")
	default:
		e.refuse("the signature that came is another one")
		e.why(i, sent)
	}
}

// encrypted describes the fault of an encrypt step's result.
func (e *explainer) encrypted(i int, wrong error) {
	if wrong != nil {
		e.refuse(wrong.Error())
		e.undecrypted(i)
		return
	}
	if plain, err := e.t.Decrypt(i); err != nil || !isObject(plain) {
		e.at.Why = "but the plaintext is no JSON object"
		e.undecrypted(i)
	}
}

// time shows how old the request is.
func (e *explainer) time(now time.Time) {
	t := e.spec.Time
	if t == nil {
		return
	}
	sent := e.t.Value(t.Value)
	e.begin("time", Holds, "")
	at, err := crypt.ReadTime(t.Unit, sent)
	switch {
	case err != nil:
		e.add(t.Value, fmt.Sprintf("%q is not written in %s", sent, t.Unit))
		e.refuse(err.Error())
	default:
		e.add(t.Value, sent+" = "+at.In(crypt.China()).Format(time.RFC3339)+", "+age(now.Sub(at), t.Window))
		if now.Sub(at).Abs() <= t.Window {
			return
		}
		e.refuse(crypt.ErrStale.Error())
	}
	reach := t.Window
	if err != nil {
		reach = 24 * time.Hour
	}
	for _, unit := range crypt.Units() {
		if other, err := crypt.ReadTime(unit, sent); err == nil && unit != t.Unit && now.Sub(other).Abs() <= reach {
			e.cause("the sender writes the time in "+unit+", it must be "+t.Unit,
				"read so it is "+other.In(crypt.China()).Format(time.RFC3339))
		}
	}
}

// nonce says which value may not come again.
func (e *explainer) nonce() {
	if n := e.spec.Nonce; n != nil {
		e.begin("nonce", Unknown, "the server takes each "+n.Value+" once; whether this one came before only it can tell")
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

// Sent returns when a request says that it was made; ok is false where the
// declaration has no time, or where it cannot be read.
func Sent(c *signature.Codec, r *signature.Request) (at time.Time, ok bool) {
	t := c.Spec().Time
	if t == nil {
		return at, false
	}
	var m signature.Message
	_ = c.Parse(r, &m) // its missing parts are reported elsewhere
	at, err := crypt.ReadTime(t.Unit, m.Value(t.Value))
	return at, err == nil
}

// Window returns how far the time of a request may be from the receiver's clock; 0
// where the declaration has no time.
func Window(c *signature.Codec) time.Duration {
	if t := c.Spec().Time; t != nil {
		return t.Window
	}
	return 0
}

// unmask writes the secrets into a string that names them in brackets.
func (e *explainer) unmask(s string) string {
	for _, name := range crypt.SecretNames() {
		if secret := e.by.Secrets[name]; secret != "" {
			s = strings.ReplaceAll(s, "["+name+"]", secret)
		}
	}
	return s
}
