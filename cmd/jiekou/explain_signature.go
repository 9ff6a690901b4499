package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// explainOptions are the flags of explain-signature.
type explainOptions struct {
	app, sender, signatures, at string
	asJSON                      bool
}

// explainSignatureCommand explains why a captured message is verified or refused.
func explainSignatureCommand(t *tool) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain-signature [FILE]",
		Short: "Explain step by step why a captured request is verified or refused",
		Long: `explain-signature verifies a captured request as the server does, with the secrets of
an app, and prints every intermediate string of the receiver's side: \n is a line
break, and secrets are shown by name. If the signature differs, it shows the first
byte that differs and the likely causes; "that gives exactly the signature that came"
is a proof, found by signing again with that mistake.

The capture comes from a file or from standard input: raw HTTP (request line, headers,
an empty line, the body to the letter, without a line break that an editor adds), or a
curl command line as browsers copy it. The interface is found by method and path, which
may have the prefix of a gateway in front. Of a system with sealed messages the message
alone will do, a request or a reply. Replies of other systems are not signed.

--sender is the string that the sender says it signed, as a text or in a file, to the
letter; it may write [appkey] and [token] for the secrets. The receiver's clock is the
time of the request itself unless --at gives another.

Exit codes: 0 it holds, 1 it does not, 2 wrong usage or a capture that cannot be read.`,
		Example: `  jiekou explain-signature --app app.json request.http
  pbpaste | jiekou explain-signature --app app.json --sender signed.txt
  jiekou explain-signature --app app.json request.curl --at 2026-11-22T08:00:00+08:00 --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return t.explainSignature(o, cmp.Or(strings.Join(args, ""), "-"))
		},
	}
	flags := cmd.Flags()
	appFlag(cmd, &o.app)
	flags.StringVar(&o.sender, "sender", "", "the string that the sender signs: a file, or the text itself")
	signaturesFlag(cmd, &o.signatures)
	flags.StringVar(&o.at, "at", "", "the receiver's clock, as 2026-11-22T08:00:00+08:00 (default: the request's own time)")
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object")
	return cmd
}

func (t *tool) explainSignature(o explainOptions, from string) error {
	a, err := readApp(o.app)
	if err != nil {
		return err
	}
	set, err := t.read()
	if err != nil {
		return err
	}
	s, err := a.of(set, "")
	if err != nil {
		return err
	}
	text, err := t.input(from)
	if err != nil {
		return err
	}
	c, err := readCapture(text, t.named)
	if err != nil {
		name := from
		if from == "-" {
			name = "standard input"
		}
		return command.Misused(captureForms, "%s: %s", name, err)
	}
	theirs, err := sender(o.sender)
	if err != nil {
		return err
	}
	x := explained{
		System: s.Name, App: a.id, Notes: c.notes, asJSON: o.asJSON, tool: t,
	}
	if !s.Plain() {
		return x.sealed(a, s, c, theirs, o)
	}
	return x.plain(a, s, c, theirs, o)
}

// named reads a file that a captured curl command names.
func (t *tool) named(name string) ([]byte, error) {
	if name == "-" {
		return nil, errors.New("expected the data themselves, found those of standard input (@-)")
	}
	text, err := t.input(name)
	if err != nil {
		return nil, fmt.Errorf("expected a file for @: %w", err)
	}
	return text, nil
}

// sender reads --sender: a file, or the text itself.
func sender(text string) (string, error) {
	if info, err := os.Stat(text); err != nil || info.IsDir() {
		return text, nil
	}
	out, err := os.ReadFile(text)
	return string(out), err
}

// clock is the assumed time of the receiver.
type clock struct {
	At    time.Time `json:"at"`
	From  string    `json:"from"`  // request | --at | now
	Stale bool      `json:"stale"` // it would be refused now
}

// clockOf is the receiver's clock: --at, or the time of the request if that is in
// this century, or now. note is a remark about it.
func clockOf(at string, codec *signature.Codec, r *signature.Request, now time.Time) (c clock, note string, err error) {
	sent, ok := explain.Sent(codec, r)
	window := explain.Window(codec)
	switch {
	case at != "":
		c = clock{From: "--at"}
		if c.At, err = time.Parse(time.RFC3339, at); err != nil {
			return c, "", command.Misused("write it like 2026-11-22T08:00:00+08:00", "--at is no time")
		}
	case ok && sent.Year() >= 2000 && sent.Year() < 2100:
		c = clock{At: sent, From: "request", Stale: now.Sub(sent).Abs() > window}
		side := "behind"
		if now.Before(sent) {
			side = "ahead of"
		}
		if c.Stale {
			note = fmt.Sprintf("judged at the request's own time; it is %s %s our clock, outside the window of %s: if sent now, it is refused",
				now.Sub(sent).Abs().Round(time.Second), side, window)
		}
	default:
		c = clock{At: now, From: "now"}
	}
	return c, note, nil
}

// plain explains a request of a signed system.
func (x *explained) plain(a app, s *spec.System, c *captured, theirs string, o explainOptions) error {
	switch {
	case c.reply:
		return command.Misused("capture the request that it answers", "replies of %s are not signed", s.Name)
	case c.method == "":
		return command.Misused(captureForms, "line 1: expected a request line or a curl command: %s signs requests with their path and headers", s.Name)
	}
	found, err := findInterface(s, c.method, c.path)
	if err != nil {
		return err
	}
	over, err := overrides(o.signatures, s)
	if err != nil {
		return err
	}
	set, err := signature.NewSet(bind.Signature(s.Signature), bind.Signatures(s), over)
	if err != nil {
		return command.Bug(err) // both were checked
	}
	x.Interface, x.code = found.one.Cmd, coded(s)
	codec := set.Codec(found.one.Signature, a.id)
	r := signature.Request{
		Method: c.method, Path: found.path, Query: c.query, Header: c.header, Body: c.body, Form: found.one.Form,
	}
	var note string
	if x.Clock, note, err = clockOf(o.at, codec, &r, time.Now()); err != nil {
		return err
	}
	if zone, err := time.LoadLocation(s.Zone); err == nil {
		x.Clock.At = x.Clock.At.In(zone)
	}
	x.note(note)
	x.note(unlike(found.one, c, set.Sealed(found.one.Signature)))
	if found.prefix != "" {
		x.note("the path begins with " + found.prefix + ", which is taken for a gateway's that takes it away")
	}
	report, err := explain.Request(codec, &r, a.caller(), x.Clock.At, theirs)
	if err != nil {
		return command.Misused("", "%s: %s", a.file, err)
	}
	x.gateway(codec, r, a.caller(), c.path, report)
	x.report(a, s, report)
	return x.print()
}

// gateway adds the cause of a signature that holds with the path as it was captured,
// prefix and all.
func (x *explained) gateway(codec *signature.Codec, r signature.Request, by explain.Caller, path string, report *explain.Report) {
	if r.Path == path || report.Refusal == nil {
		return
	}
	prefix := strings.TrimSuffix(path, r.Path)
	r.Path = path
	whole, err := explain.Request(codec, &r, by, x.Clock.At, "")
	if err != nil || whole.Refusal != nil {
		return
	}
	for i := range report.Steps {
		if step := &report.Steps[i]; step.Verdict == explain.Refused {
			cause := explain.Cause{
				Text:  "the sender signs the path with " + prefix + " in front, which the gateway takes away",
				Proof: "that gives exactly the signature that came",
			}
			step.Causes, step.Advice = append([]explain.Cause{cause}, step.Causes...), ""
			return
		}
	}
}

// unlike says that a server would refuse the body before it looks at the signature.
func unlike(one *spec.Interface, c *captured, sealed bool) string {
	want := "application/json"
	if one.Form {
		want = "application/x-www-form-urlencoded"
	}
	kind, _, _ := strings.Cut(c.header.Get("Content-Type"), ";")
	switch {
	case len(c.body) == 0:
		return ""
	case c.header.Get("Content-Encoding") != "":
		return "the server refuses the body for its Content-Encoding, whatever the signature"
	case !sealed && !strings.EqualFold(strings.TrimSpace(kind), want):
		return fmt.Sprintf("the server refuses the body, whatever the signature: its Content-Type is %q and must be %s", kind, want)
	}
	return ""
}
