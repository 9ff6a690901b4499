package main

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/trace"
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
			return t.open(file, cmp.Or(strings.Join(args, ""), "-"), aloud)
		},
	}
	appFlag(cmd, &file)
	cmd.Flags().BoolVar(&aloud, "explain", false, "print every intermediate result")
	return cmd
}

func (t *tool) open(file, from string, aloud bool) error {
	a, s, err := t.app(file, "", "")
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
	m, err := a.Message(s, text, t.say)
	if err != nil {
		return err
	}
	lines, plain, refusal := trace.Open(m.Codec, &m.Sealed, a.ID, a.Members)
	if refusal != nil {
		if err := trace.Print(t.stderr, lines); err != nil {
			return err
		}
		return command.Failed(m.Hint, "the message does not open: %s", refusal)
	}
	if aloud {
		return trace.Print(t.stdout, lines)
	}
	return t.printJSON(plain)
}
