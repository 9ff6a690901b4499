package main

import (
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/caller"
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
