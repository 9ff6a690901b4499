package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/caller"
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
	a, s, err := t.app(o.app, "", "")
	if err != nil {
		return err
	}
	text, err := t.input(from)
	if err != nil {
		return err
	}
	m, err := explain.ReadCapture(text, t.named)
	if err != nil {
		name := from
		if from == "-" {
			name = "standard input"
		}
		return command.Misused(explain.CaptureForms, "%s: %s", name, err)
	}
	c := explain.Case{System: s, By: explain.Caller{App: a.ID, Secrets: a.Members}, File: a.File}
	if c.Theirs, err = explain.Sender(o.sender); err != nil {
		return err
	}
	if o.at != "" {
		if c.At, err = time.Parse(time.RFC3339, o.at); err != nil {
			return command.Misused("write it like 2026-11-22T08:00:00+08:00", "--at is no time")
		}
	}
	if !s.Plain() {
		return t.explainSealed(a, &c, m, o)
	}
	if c.Over, err = caller.Overrides(o.signatures, s); err != nil {
		return err
	}
	x, err := c.Signed(m)
	if err != nil {
		return err
	}
	return t.account(x, o.asJSON)
}

// explainSealed explains a sealed message: its steps as open --explain prints them.
func (t *tool) explainSealed(a caller.App, c *explain.Case, m *explain.Capture, o explainOptions) error {
	if o.at != "" {
		return command.Misused("remove --at", "messages of %s do not grow old", c.System.Name)
	}
	text := m.Body
	if len(text) == 0 {
		text = []byte(m.Query)
	}
	sealed, err := a.Message(c.System, text, t.say)
	if f, ok := errors.AsType[*command.Error](err); ok {
		f.Code = command.Usage // the capture cannot be read
		return f
	}
	steps, plain, refusal := explain.Open(sealed.Codec, &sealed.Sealed, a.ID, a.Members)
	x, lines := c.Opened(m, sealed.Cmd, steps, plain, refusal)
	if o.asJSON {
		return t.account(x, true)
	}
	for _, note := range x.Notes {
		t.say("%s", note)
	}
	if err := explain.Print(t.stdout, lines); err != nil {
		return err
	}
	if refusal != nil {
		return command.Failed(sealed.Hint, "the message does not open: %s", refusal)
	}
	return nil
}

// account prints everything. What does not hold ends with exit code 1.
func (t *tool) account(x *explain.Account, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(t.stdout, x)
	} else {
		_, err = io.WriteString(t.stdout, x.Text())
	}
	if err == nil && !x.Holds {
		return command.Quiet()
	}
	return err
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
