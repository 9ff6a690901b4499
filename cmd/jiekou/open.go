package main

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// openCommand verifies and opens a message.
func openCommand(t *tool) *cobra.Command {
	file, aloud := "", false
	cmd := &cobra.Command{
		Use:   "open [FILE]",
		Short: "Open a sealed request or reply and print it",
		Long: `open verifies a sealed message, a request or a reply, with the keys of an app and
prints its payload. The message comes from a file or from standard input, as the
JSON body or as the query of a GET.

When the message does not open, every step is printed with the expected and the
received value, and the usual mistake of a sender that would explain it. With
--explain the steps are printed in any case. Secrets are shown by name only.
explain-signature takes captures of whole requests, of all systems.`,
		Example: `  jiekou seal cst_info_get --app app.json --data '{"mobile":"13800138000"}' | jiekou open --app app.json
  jiekou open --app app.json --explain message.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			from := "-"
			if len(args) > 0 {
				from = args[0]
			}
			return t.open(file, from, aloud)
		},
	}
	appFlag(cmd, &file)
	cmd.Flags().BoolVar(&aloud, "explain", false, "print every intermediate result")
	return cmd
}

func (t *tool) open(file, from string, aloud bool) error {
	a, err := readApp(file)
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
	if s.Plain() {
		return command.Misused("jiekou explain-signature explains its requests", "%s has no sealed messages", s.Name)
	}
	text, err := t.input(from)
	if err != nil {
		return err
	}
	o, err := t.opened(a, s, text)
	if err != nil {
		return err
	}
	if o.refusal != nil {
		if err := printLines(t.stderr, o.lines); err != nil {
			return err
		}
		return command.Failed(o.hint, "the message does not open: %s", o.refusal)
	}
	if aloud {
		return printLines(t.stdout, o.lines)
	}
	return t.printJSON(o.plain)
}

// opened is a message that was opened, or not.
type opened struct {
	cmd     string // as the message says
	lines   []protocol.Line
	plain   []byte
	refusal error
	hint    string // of the refusal
}

// opened opens a message with the keys of an app.
func (t *tool) opened(a app, s *spec.System, text []byte) (opened, error) {
	codec, _, err := a.keys(s)
	if err != nil {
		return opened{}, err
	}
	var m envelope.Message
	err = parse(codec, s, text, &m)
	if rule := problem.From(err); err != nil && rule.Rule != problem.Required && rule.Rule != problem.Type {
		return opened{}, command.Failed("a message is one JSON object, or header=…&data=… as in a GET", "the message cannot be read: %s", err)
	}
	if err != nil {
		t.say("the header is not whole: %s", err) // a reply to an unverified message has no sid
	}
	o := opened{cmd: m.Value(s.Endpoint.Dispatch)}
	if o.lines, o.plain, o.refusal = explain.Open(codec, &m, a.id, a.members); o.refusal != nil {
		o.hint = a.stranger(s, codec.App(&m))
	}
	return o, nil
}

// stranger says that a message names another app than that of the file; a reply
// names the sender.
func (a app) stranger(s *spec.System, named string) string {
	if named == a.id || named == s.Envelope.Sender {
		return ""
	}
	return fmt.Sprintf("it names app %q, and %s is of app %s", named, a.file, a.id)
}

// parse reads a message: the body of a POST, or the query of a GET.
func parse(codec *envelope.Codec, s *spec.System, text []byte, m *envelope.Message) error {
	text = bytes.TrimSpace(text)
	if len(text) > 0 && text[0] != '{' {
		_, after, found := bytes.Cut(text, []byte("?"))
		if !found {
			after = text
		}
		query, err := url.ParseQuery(string(after))
		if err == nil && query.Has(s.Envelope.Head) {
			return codec.ParseParts([]byte(query.Get(s.Envelope.Head)), []byte(query.Get(s.Envelope.Data)), m)
		}
	}
	return codec.Parse(text, m)
}
