package explain

import (
	"fmt"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
)

// Case is a captured message with what is needed to judge it.
type Case struct {
	System *spec.System
	By     Caller
	File   string             // where the caller's secrets are from, for messages
	Over   signature.Override // in place of declared signatures
	At     time.Time          // the receiver's clock; zero: the time of the request itself
	Theirs string             // the string that the sender says it signed; empty: not known
}

// Account is what is found out about a captured message.
type Account struct {
	System    string        `json:"system"`
	Interface string        `json:"interface"`
	App       string        `json:"app"`
	Holds     bool          `json:"holds"`
	Clock     Clock         `json:"clock,omitzero"`
	Refused   *RefusedWith  `json:"refused,omitempty"`
	Notes     []string      `json:"notes,omitempty"`
	Steps     []AccountStep `json:"steps"`
	Payload   string        `json:"payload,omitempty"`
}

// Clock is what the receiver's clock was taken to be.
type Clock struct {
	At    time.Time `json:"at"`
	From  string    `json:"from"`  // request | --at | now
	Stale bool      `json:"stale"` // it would be refused now
}

// RefusedWith is how the server answers a message that does not hold.
type RefusedWith struct {
	Step    string `json:"step"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// AccountStep is one step. That of a sealed message has no verdict: its results say it.
type AccountStep struct {
	Step       string       `json:"step"`
	Verdict    Verdict      `json:"verdict,omitempty"`
	Why        string       `json:"why,omitempty"`
	Results    []NamedText  `json:"results,omitempty"`
	Difference *Difference  `json:"difference,omitempty"`
	Causes     []NamedCause `json:"causes,omitempty"`
	Advice     string       `json:"advice,omitempty"`
}

// NamedText is an intermediate string.
type NamedText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// NamedCause is what the sender may have done; with a proof, or as a guess.
type NamedCause struct {
	Cause string `json:"cause"`
	Proof string `json:"proof,omitempty"`
}

// Begin begins an account of a capture.
func (c *Case) Begin(m *Capture) *Account {
	return &Account{System: c.System.Name, App: c.By.App, Notes: m.Notes}
}

// Signed explains a captured request of a system whose requests are signed. An error
// is a capture or secrets that cannot be used.
func (c *Case) Signed(m *Capture) (*Account, error) {
	switch {
	case m.Reply:
		return nil, command.Misused("capture the request that it answers", "replies of %s are not signed", c.System.Name)
	case m.Method == "":
		return nil, command.Misused(CaptureForms,
			"line 1: expected a request line or a curl command: %s signs requests with their path and headers", c.System.Name)
	}
	found, err := findInterface(c.System, m.Method, m.Path)
	if err != nil {
		return nil, err
	}
	set, err := signature.NewSet(bind.Signature(c.System.Signature), bind.Signatures(c.System), c.Over)
	if err != nil {
		return nil, err
	}
	codec := set.Codec(found.one.Signature, c.By.App)
	r := signature.Request{
		Method: m.Method, Path: found.path, Query: m.Query, Header: m.Header, Body: m.Body, Form: found.one.Form,
	}
	x := c.Begin(m)
	x.Interface = found.one.Cmd
	x.note(x.clock(c, codec, &r, time.Now()))
	x.note(unlike(found.one, m, set.Sealed(found.one.Signature)))
	if found.prefix != "" {
		x.note("the path begins with " + found.prefix + ", which is taken for a gateway's that takes it away")
	}
	report, err := Request(codec, &r, c.By, x.Clock.At, c.Theirs)
	if err != nil {
		return nil, command.Misused("", "%s: %s", c.File, err)
	}
	c.gateway(codec, r, m.Path, x.Clock.At, report)
	x.report(c, report)
	return x, nil
}

// note keeps a remark; an empty one is none.
func (x *Account) note(text string) {
	if text != "" {
		x.Notes = append(x.Notes, text)
	}
}

// clock sets the receiver's clock: the one that is given, or the time of the request
// where that is one of this century, or now. It returns what there is to say of it.
func (x *Account) clock(c *Case, codec *signature.Codec, r *signature.Request, now time.Time) (note string) {
	sent, ok := Sent(codec, r)
	window := Window(codec)
	switch {
	case !c.At.IsZero():
		x.Clock = Clock{At: c.At, From: "--at"}
	case ok && sent.Year() >= 2000 && sent.Year() < 2100:
		x.Clock = Clock{At: sent, From: "request", Stale: now.Sub(sent).Abs() > window}
		side := "behind"
		if now.Before(sent) {
			side = "ahead of"
		}
		if x.Clock.Stale {
			note = fmt.Sprintf("verified at the request's own time; it is %s %s our clock, outside the window of %s: if sent now, it is refused",
				now.Sub(sent).Abs().Round(time.Second), side, window)
		}
	default:
		x.Clock = Clock{At: now, From: "now"}
	}
	if zone, err := time.LoadLocation(c.System.Zone); err == nil {
		x.Clock.At = x.Clock.At.In(zone)
	}
	return note
}

// gateway adds the cause of a signature that holds with the path as it was captured,
// prefix and all.
func (c *Case) gateway(codec *signature.Codec, r signature.Request, path string, at time.Time, report *Report) {
	if r.Path == path || report.Refusal == nil {
		return
	}
	prefix := strings.TrimSuffix(path, r.Path)
	r.Path = path
	whole, err := Request(codec, &r, c.By, at, "")
	if err != nil || whole.Refusal != nil {
		return
	}
	for i := range report.Steps {
		if step := &report.Steps[i]; step.Verdict == Refused {
			cause := Cause{"the sender signs the path with " + prefix + " in front, which the gateway takes away", exactly}
			step.Causes, step.Advice = append([]Cause{cause}, step.Causes...), ""
			return
		}
	}
}

// unlike says that a server would refuse the body before it looks at the signature.
func unlike(one *spec.Interface, m *Capture, sealed bool) string {
	want := "application/json"
	if one.Form {
		want = "application/x-www-form-urlencoded"
	}
	kind, _, _ := strings.Cut(m.Header.Get("Content-Type"), ";")
	switch {
	case len(m.Body) == 0:
		return ""
	case m.Header.Get("Content-Encoding") != "":
		return "the server refuses the body for its Content-Encoding, whatever the signature"
	case !sealed && !strings.EqualFold(strings.TrimSpace(kind), want):
		return fmt.Sprintf("the server refuses the body, whatever the signature: its Content-Type is %q and must be %s", kind, want)
	}
	return ""
}

// refusedWith is the code and the text with which the system refuses.
func (c *Case) refusedWith(step string, err error) *RefusedWith {
	errors := bind.System(c.System).Errors
	code, text := errors.Resolve(problem.From(err))
	return &RefusedWith{step, code, text}
}

// report takes over what was found out about a request.
func (x *Account) report(c *Case, r *Report) {
	x.Holds, x.Payload = r.Refusal == nil, r.Payload
	if r.Refusal != nil {
		x.Refused = c.refusedWith(signature.RefusedBy(r.Refusal), r.Refusal)
	}
	if r.App != "" && r.App != c.By.App {
		x.Holds, x.Payload = false, ""
		x.Steps = append(x.Steps, AccountStep{
			Step: "app", Verdict: Refused,
			Why: fmt.Sprintf("the request names app %q, and %s is of app %s: the server takes the secrets of the app that is named",
				r.App, c.File, c.By.App),
			Causes: []NamedCause{{Cause: "wrong key: the request is signed for another app than its secrets are of"}},
		})
		if x.Refused == nil {
			x.Refused = c.refusedWith("app", problem.New(problem.App))
		}
	} else if r.App != "" {
		x.Steps = append(x.Steps, AccountStep{Step: "app", Verdict: Holds, Results: []NamedText{{c.System.Signature.App, r.App}}})
	}
	for i := range r.Steps {
		x.Steps = append(x.Steps, accountOf(&r.Steps[i]))
	}
}

// accountOf is a step of a report in an account.
func accountOf(s *Step) AccountStep {
	out := AccountStep{Step: s.Title, Verdict: s.Verdict, Why: s.Why, Advice: s.Advice, Difference: s.Difference}
	for _, l := range s.Lines {
		out.Results = append(out.Results, NamedText{l.Step, l.Text})
	}
	for _, cause := range s.Causes {
		out.Causes = append(out.Causes, NamedCause{cause.Text, cause.Proof})
	}
	return out
}

// Opened explains a sealed message that was opened, or refused, with these results.
func (c *Case) Opened(m *Capture, cmd string, lines []crypt.Line, plain []byte, refusal error) (*Account, []crypt.Line) {
	x := c.Begin(m)
	x.Interface, x.Holds, x.Payload = cmd, refusal == nil, string(plain)
	if c.Theirs != "" {
		lines = append(lines, joined(lines, c.By.masked(c.Theirs))...)
	}
	for _, l := range lines {
		x.Steps = append(x.Steps, AccountStep{Step: l.Step, Results: []NamedText{{"", l.Text}}})
	}
	if refusal != nil {
		x.Refused = c.refusedWith("", refusal)
	}
	return x, lines
}

// masked replaces the secrets of the app in a text by their names.
func (c Caller) masked(text string) string {
	for _, name := range crypt.SecretNames() {
		if c.Secrets[name] != "" {
			text = strings.ReplaceAll(text, c.Secrets[name], "["+name+"]")
		}
	}
	return text
}

// joined compares the sender's string with the text that a digest of the envelope
// covers, in the order that comes nearest.
func joined(lines []crypt.Line, theirs string) []crypt.Line {
	var best *Difference
	var nearest string
	for _, l := range lines {
		if !strings.HasPrefix(l.Step, "join for ") {
			continue
		}
		ours := strings.ReplaceAll(l.Text, " + ", "")
		d := Compare(ours, theirs)
		if d == nil {
			return []crypt.Line{{Step: "the sender's string", Text: "the same as in " + l.Step}}
		}
		if best == nil || d.Byte > best.Byte {
			best, nearest = d, ours
		}
	}
	out := best.flat()
	for _, cause := range Causes(nearest, theirs) {
		if best != nil {
			out = append(out, crypt.Line{Step: "likely cause", Text: cause.Text})
		}
	}
	return out
}
