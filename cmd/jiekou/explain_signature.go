package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// explainOptions are the flags of explain-signature.
type explainOptions struct {
	app, sender, at     string
	reply, push, asJSON bool
}

// explainSignatureCommand explains why a captured message is verified or refused.
func explainSignatureCommand(t *tool) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain-signature [FILE]",
		Short: "Explain value by value why a captured message is verified or refused",
		Long: `explain-signature verifies a captured message as its receiver does, with the secrets of
an app, and prints every value of the protocol: the text that it is made of, what our
side makes, and what came. \n is a line break, and secrets are shown by name. If a value
differs, it tries how other languages and libraries write each part of the text, one
mistake at a time and then two, and says which of them gives exactly what came, with the
fix. Several that give the same cannot be told apart by this message; all are listed.

The capture comes from a file or from standard input: raw HTTP (request or status line,
headers, an empty line, the body to the letter, without a line break that an editor
adds), or a curl command line as browsers copy it. Where the message itself names its
interface, its body or query alone will do. Requests, replies and notifications are
told apart by their form; --reply and --notification say which it is.

--sender is the string that the sender says it signed, as a text or in a file, to the
letter; it may write [appkey] and [token] for the secrets. The receiver's clock is the
time of the message itself unless --at gives another.

Exit codes: 0 it holds, 1 it does not, 2 wrong usage or a capture that cannot be read.`,
		Example: `  jiekou explain-signature --app app.json request.http
  pbpaste | jiekou explain-signature --app app.json --sender signed.txt
  jiekou explain-signature --app app.json request.curl --at 2026-11-22T08:00:00+08:00 --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.explainSignature(cmd.Context(), o, cmp.Or(strings.Join(args, ""), "-"))
		},
	}
	flags := cmd.Flags()
	appFlag(cmd, &o.app)
	flags.StringVar(&o.sender, "sender", "", "the string that the sender signs: a file, or the text itself")
	flags.BoolVar(&o.reply, "reply", false, "the message is a reply, or with --notification the answer to one")
	flags.BoolVar(&o.push, "notification", false, "the message is a notification")
	flags.StringVar(&o.at, "at", "", "the receiver's clock, as 2026-11-22T08:00:00+08:00 (default: the message's own time)")
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object")
	return cmd
}

func (t *tool) explainSignature(ctx context.Context, o explainOptions, from string) error {
	a, s, err := t.app(o.app, "", "")
	if err != nil {
		return err
	}
	m, err := t.capture(from)
	if err != nil {
		return err
	}
	c := explain.Case{System: s, App: a.ID, Secrets: a.Members, File: a.File, As: kindOf(o.push, o.reply)}
	if c.Theirs, err = explain.Sender(o.sender); err != nil {
		return err
	}
	if c.At, err = clockAt(o.at); err != nil {
		return err
	}
	x, err := c.Explain(ctx, m)
	if err != nil {
		return err
	}
	return t.account(x, o.asJSON)
}

// capture reads a captured message.
func (t *tool) capture(from string) (*explain.Capture, error) {
	text, err := t.input(from)
	if err != nil {
		return nil, err
	}
	m, err := explain.ReadCapture(text, t.named)
	if err != nil {
		name := from
		if from == "-" {
			name = "standard input"
		}
		return nil, command.Misused(explain.CaptureForms, "%s: %s", name, err)
	}
	return m, nil
}

// kindOf is what the flags say of a message.
func kindOf(push, reply bool) explain.Kind {
	switch {
	case push && reply:
		return explain.Answer
	case push:
		return explain.Push
	case reply:
		return explain.Reply
	}
	return ""
}

// account prints everything. What does not hold ends with exit code 1.
func (t *tool) account(x *explain.Account, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(t.stdout, x)
	} else {
		_, err = io.WriteString(t.stdout, x.Text(t.said))
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
