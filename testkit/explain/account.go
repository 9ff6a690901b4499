package explain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/refusal"
	"github.com/jiekou-dev/jiekou/spec"
)

// Case is a captured message with what is needed to judge it.
type Case struct {
	System  *spec.System
	App     string            // whose secrets these are
	Secrets map[string]string // by name; others of the app's file too
	File    string            // where they are from, for messages
	Cmd     string            // the interface, where the message does not name it; empty: it does
	As      Kind              // what the message is; empty: as which it fits best
	At      time.Time         // the receiver's clock; zero: the time of the message itself
	Theirs  string            // the string that the sender says it signed; empty: not known
	Budget  time.Duration     // for mistakes in pairs; 0: two seconds
}

// Kind is what a message is.
type Kind string

// The kinds of messages.
const (
	Request Kind = "request"
	Reply   Kind = "reply"
	Push    Kind = "notification"
	Answer  Kind = "answer" // to a notification
)

// Account is what is found out about a captured message.
type Account struct {
	System    string       `json:"system"`
	Kind      Kind         `json:"kind"`
	Interface string       `json:"interface"`
	App       string       `json:"app"`
	Holds     bool         `json:"holds"`
	Clock     Clock        `json:"clock,omitzero"`
	Refused   *RefusedWith `json:"refused,omitempty"`
	Notes     []string     `json:"notes,omitempty"`
	Steps     []Step       `json:"steps"`
	Payload   string       `json:"payload,omitempty"`
	Whole     string       `json:"-"` // of a reply all that code and payload are in, else the payload
}

// Clock is what the receiver's clock was taken to be.
type Clock struct {
	At    time.Time `json:"at"`
	From  string    `json:"from"`  // message | --at | now
	Stale bool      `json:"stale"` // it would be refused now
}

// RefusedWith is how the receiver answers a message that does not hold.
type RefusedWith struct {
	Step    string `json:"step"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Step is one value of the protocol, or one rule on it, in the order in which the
// receiver looks at them.
type Step struct {
	Step       string      `json:"step"`
	Verdict    Verdict     `json:"verdict"`
	Why        string      `json:"why,omitempty"`
	Results    []NamedText `json:"results,omitempty"`
	Difference *Difference `json:"difference,omitempty"`
	Causes     []Cause     `json:"causes,omitempty"`
	Advice     []string    `json:"advice,omitempty"`
}

// Verdict is how a step went.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Refused Verdict = "refused"
	Unknown Verdict = "open" // only the server can tell: an issued token, a value that counts once
)

// NamedText is an intermediate string.
type NamedText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Cause is what the sender may have done, with the way to fix it.
type Cause struct {
	Cause []string `json:"cause"`          // one mistake, or two that were made at once
	Same  []string `json:"same,omitempty"` // others that make the same text here
	Fix   []string `json:"fix,omitempty"`
	// Proven: with it the value holds.
	Proven bool `json:"proven"`
}

// Explain explains a captured message. An error is a capture or secrets that cannot
// be used.
func (c *Case) Explain(ctx context.Context, m *Capture) (*Account, error) {
	p, err := bind.Protocol(c.System)
	if err != nil {
		return nil, err
	}
	r, err := c.reader(ctx, p, m)
	if err != nil {
		return nil, err
	}
	q, err := r.best()
	if err != nil {
		return nil, err
	}
	defer q.Release()
	x := &Account{System: c.System.Name, Kind: r.kind, App: c.App, Notes: m.Notes, Clock: r.clock}
	x.Interface = cmp.Or(q.Value("interface"), q.Value("request.interface"), r.incoming.Interface)
	x.Holds = q.Err == nil && len(q.Failed) == 0
	x.Notes = append(x.Notes, r.notes...)
	x.steps(q)
	c.stranger(x, q)
	c.causes(x, q, r)
	if x.Holds {
		x.Payload, x.Whole = string(q.Payload()), string(q.Whole())
	} else {
		x.Refused = c.refusedWith(q.Err)
	}
	return x, nil
}

// stranger says that a message names another app than that of the secrets.
func (c *Case) stranger(x *Account, q *protocol.Inquiry) {
	named := q.App()
	if named == "" || named == c.App || x.Kind != Request {
		return
	}
	x.Holds = false
	x.Steps = append([]Step{{
		Step: "app", Verdict: Refused,
		Why:    fmt.Sprintf("the message names app %q, and %s is of app %s: the receiver takes the secrets of the app that is named", named, c.File, c.App),
		Advice: []string{"take the file of app " + named + ", or send the id of app " + c.App},
	}}, x.Steps...)
}

// refusedWith is the code and the text with which the system refuses.
func (c *Case) refusedWith(err error) *RefusedWith {
	if err == nil {
		err = problem.New(problem.App)
	}
	step := "the message"
	if one, ok := errors.AsType[*refusal.StepError](err); ok {
		step = one.Value
	}
	resolved := bind.System(c.System).Errors
	code, text := resolved.Resolve(problem.From(err))
	return &RefusedWith{step, code, text}
}

// steps groups the lines of an inquiry by the value that they are about.
func (x *Account) steps(q *protocol.Inquiry) {
	failed := q.Failed
	for _, l := range q.Lines {
		name, detail, _ := strings.Cut(l.Step, ", ")
		switch {
		case name == "payload":
		case name == "refused":
			if len(failed) > 0 {
				x.step(failed[0].Op.Item.Name).refuse(l.Text)
				failed = failed[1:]
			} else if !slices.ContainsFunc(x.Steps, func(s Step) bool { return s.Verdict == Refused }) {
				x.step("the message").refuse(l.Text)
			}
		case isGuard(name):
			x.guard(name, l.Text)
		case detail == "" && strings.HasPrefix(l.Text, "what comes out is no text"):
			x.step(name).refuse(l.Text)
		default:
			s := x.step(name)
			s.Results = append(s.Results, NamedText{cmp.Or(detail, "is"), visible(l.Text)})
		}
	}
}

// step is the step of a value.
func (x *Account) step(name string) *Step {
	for i := range x.Steps {
		if x.Steps[i].Step == name {
			return &x.Steps[i]
		}
	}
	x.Steps = append(x.Steps, Step{Step: name, Verdict: Holds})
	return &x.Steps[len(x.Steps)-1]
}

// refuse notes that a step does not hold; why is "CODE: value: cause".
func (s *Step) refuse(why string) {
	if s.Verdict == Refused {
		return
	}
	s.Verdict, s.Why = Refused, why
	if at := strings.Index(why, s.Step+": "); at >= 0 {
		s.Why = why[at+len(s.Step)+2:]
	}
}

// isGuard reports whether a line is about a rule.
func isGuard(name string) bool {
	kind, _, ok := strings.Cut(name, " ")
	switch kind {
	case "window", "since", "until", "once", "issued", "like", "equal":
		return ok
	}
	return false
}

// guard is the step of a rule on a value.
func (x *Account) guard(name, text string) {
	s := x.step(name)
	switch kind, _, _ := strings.Cut(name, " "); {
	case kind == "once":
		s.Verdict, s.Why = Unknown, "the receiver takes each one once; whether this one came before only it can tell"
	case kind == "issued":
		s.Verdict, s.Why = Unknown, "only the receiver knows which tokens were issued and still hold"
	case text != "fine":
		s.Verdict, s.Why = Refused, text
	}
}

// messageOf is a capture as a message.
func (c *Capture) messageOf() *message.Message {
	out := &message.Message{
		Method: c.Method, Scheme: cmp.Or(c.Scheme, "https"), Host: c.Host, Path: c.Path, Query: c.Query, Header: c.Header.Clone(), Body: c.Body, Status: c.Status,
	}
	if out.Header == nil {
		out.Header = map[string][]string{}
	}
	if host := out.Header.Get("Host"); host != "" {
		out.Host = host
		out.Header.Del("Host")
	}
	return out
}

// misused is a capture that cannot be used.
func misused(hint, format string, args ...any) error { return command.Misused(hint, format, args...) }
