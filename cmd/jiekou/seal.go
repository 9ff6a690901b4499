package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/trace"
)

// sealCommand prints a sealed request.
func sealCommand(t *tool) *cobra.Command {
	file, data, sid, aloud, raw := "", "", "", false, false
	cmd := &cobra.Command{
		Use:   "seal CMD",
		Short: "Print a sealed request",
		Long: `seal prints the message that call would send. With --explain it prints every
intermediate result of the envelope's steps too; secrets are shown by name only,
the data in full.`,
		Example: `  jiekou seal cst_info_get --app app.json --data '{"mobile":"13800138000"}' | curl -d @- \
    -H 'Content-Type: application/json' http://127.0.0.1:8080/lianfa/api
  jiekou seal cst_info_get --app app.json --data @request.json --explain`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			payload, err := t.payload(data, raw)
			if err != nil {
				return err
			}
			return t.seal(file, client.Request{Cmd: args[0], Payload: payload, Sid: sid}, aloud)
		},
	}
	appFlag(cmd, &file)
	cmd.Flags().StringVar(&data, "data", "", "the request: JSON, @file, or - for standard input")
	cmd.Flags().StringVar(&sid, "sid", "", "message id (default: a new one)")
	cmd.Flags().BoolVar(&raw, "raw", false, "seal the data even if it is no JSON object")
	cmd.Flags().BoolVar(&aloud, "explain", false, "print every intermediate result")
	return cmd
}

func (t *tool) seal(file string, r client.Request, aloud bool) error {
	a, s, err := t.app(file, "", r.Cmd)
	if err != nil {
		return err
	}
	c, err := a.Client(s, nil, client.Config{})
	if err != nil {
		return err
	}
	message, codec, err := c.Seal(r)
	if err != nil {
		return command.Misused("", "%s", err)
	}
	if aloud {
		lines, err := trace.Seal(codec, message, r.Payload, a.Members)
		if err != nil {
			return command.Bug(err) // it was made just now
		}
		return trace.Print(t.stdout, lines)
	}
	_, err = fmt.Fprintf(t.stdout, "%s\n", message)
	return err
}
