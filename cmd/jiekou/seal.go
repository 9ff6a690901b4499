package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// sealOptions are the flags of seal.
type sealOptions struct {
	app, data, sid, at, url string
	values                  map[string]string
	aloud, raw, http, get   bool
}

// sealCommand prints a request as it is sent.
func sealCommand(t *tool) *cobra.Command {
	var o sealOptions
	cmd := &cobra.Command{
		Use:   "seal CMD",
		Short: "Print a sealed or signed request",
		Long: `seal prints the message that call would send: its body, where all requests of the
system are alike around it, else request line, headers, an empty line and the body.
With --explain it prints every intermediate result of the protocol's steps instead;
secrets are shown by name only, the data in full.`,
		Example: `  jiekou seal cst_info_get --app app.json --data '{"mobile":"13800138000"}' | curl -d @- \
    -H 'Content-Type: application/json' http://127.0.0.1:8080/lianfa/api
  jiekou seal cst_info_get --app app.json --data @request.json --explain
  jiekou seal customer_update --app custservice.json --data @customer.json > request.http`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return t.seal(args[0], o) },
	}
	flags := cmd.Flags()
	appFlag(cmd, &o.app)
	flags.StringVar(&o.data, "data", "", "the request: JSON, @file, or - for standard input")
	flags.StringVar(&o.sid, "sid", "", "message id (default: a new one)")
	flags.StringVar(&o.at, "at", "", "the time of the message, as 2026-11-22T08:00:00+08:00 (default: now)")
	flags.StringToStringVar(&o.values, "value", nil, "a value of the protocol, in place of what is sent without it: nonce=abc")
	flags.StringVar(&o.url, "url", "", "the server, in place of the app file's, where host or path are signed")
	flags.BoolVar(&o.raw, "raw", false, "seal the data to the letter, even if they are no JSON object")
	flags.BoolVar(&o.get, "get", false, "a GET, for queries, where all interfaces have one URL")
	flags.BoolVar(&o.http, "http", false, "print request line and headers in any case")
	flags.BoolVar(&o.aloud, "explain", false, "print every intermediate result")
	return cmd
}

func (t *tool) seal(name string, o sealOptions) error {
	a, s, err := t.app(o.app, "", name)
	if err != nil {
		return err
	}
	data, err := t.payload(o.data, o.raw)
	if err != nil {
		return err
	}
	one := s.Interface(name)
	if !o.raw {
		data = caller.Payload(one, data)
	}
	config := client.Config{URL: o.url, Values: o.values}
	if config.Now, err = clock(o.at); err != nil {
		return err
	}
	c, err := a.Client(s, one, config)
	if err != nil {
		return err
	}
	lines, m, err := c.Message(client.Request{Cmd: name, Payload: data, Sid: o.sid, Get: o.get})
	if err != nil {
		return command.Misused("", "%s", err)
	}
	if o.aloud {
		return caller.Print(t.stdout, lines)
	}
	p, err := bind.Protocol(s)
	if err != nil {
		return command.Bug(err) // a client was made of it
	}
	out := append(m.Body, '\n')
	if o.http || caller.Whole(p, m) {
		out = caller.HTTP(m)
	}
	_, err = t.stdout.Write(out)
	return err
}

// openOptions are the flags of open.
type openOptions struct {
	app, cmd, at       string
	reply, push, aloud bool
}

// openCommand verifies and opens a message.
func openCommand(t *tool) *cobra.Command {
	var o openOptions
	cmd := &cobra.Command{
		Use:   "open [FILE]",
		Short: "Verify a captured message and print its payload",
		Long: `open verifies a message with the keys of an app and prints its payload, and of a reply
all of it. The message comes from a file or from standard input: its body or query
alone where the message names its interface, else raw HTTP or a curl command line.
Requests, replies and notifications are told apart by their form; --reply and
--notification say which it is. --cmd names the interface where nothing in the message
does, as in a reply. The receiver's clock is the time of the message itself unless --at
gives another.

When the message does not open, every value is printed with what came and what our side
makes, and the usual mistake of a sender that would explain it. With --explain they are
printed in any case. Secrets are shown by name only.`,
		Example: `  jiekou seal cst_info_get --app app.json --data '{"mobile":"13800138000"}' | jiekou open --app app.json
  jiekou open --app app.json --explain message.json
  jiekou seal customer_get --app u8.json --data '{"id":"0000000017"}' | jiekou open --app u8.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.open(cmd.Context(), o, cmp.Or(strings.Join(args, ""), "-"))
		},
	}
	flags := cmd.Flags()
	appFlag(cmd, &o.app)
	flags.StringVar(&o.cmd, "cmd", "", "the interface, where the message does not name it")
	flags.BoolVar(&o.reply, "reply", false, "the message is a reply, or with --notification the answer to one")
	flags.BoolVar(&o.push, "notification", false, "the message is a notification")
	flags.StringVar(&o.at, "at", "", "the receiver's clock, as 2026-11-22T08:00:00+08:00 (default: the message's own time)")
	flags.BoolVar(&o.aloud, "explain", false, "print every intermediate result")
	return cmd
}

func (t *tool) open(ctx context.Context, o openOptions, from string) error {
	a, s, err := t.app(o.app, "", o.cmd)
	if err != nil {
		return err
	}
	c := explain.Case{System: s, App: a.ID, Secrets: a.Members, File: a.File, Cmd: o.cmd, As: kindOf(o.push, o.reply)}
	m, err := t.capture(from)
	if err != nil {
		return err
	}
	if c.At, err = clockAt(o.at); err != nil {
		return err
	}
	x, err := c.Explain(ctx, m)
	if err != nil {
		return err
	}
	switch {
	case !x.Holds:
		if _, err := t.stderr.Write([]byte(x.Text(t.said))); err != nil {
			return err
		}
		return command.Failed("", "the message does not open: %s", strings.TrimSpace(x.Refused.Step+": "+x.Refused.Code+" "+x.Refused.Message))
	case o.aloud:
		_, err := t.stdout.Write([]byte(x.Text(t.said)))
		return err
	}
	return t.printJSON([]byte(strings.TrimSpace(x.Whole)))
}

// clockAt is what --at says; zero where it says nothing.
func clockAt(at string) (time.Time, error) {
	if at == "" {
		return time.Time{}, nil
	}
	out, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return out, command.Misused("write it like 2026-11-22T08:00:00+08:00", "--at is no time")
	}
	return out, nil
}
