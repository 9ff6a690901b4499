package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// maxInput is the limit for files and standard input, in bytes.
const maxInput = 16 << 20

// app is a registered caller, as jiekoud app add --json prints it.
type app struct {
	file    string
	system  string
	id      string
	url     string
	members map[string]string // all texts: secrets, and values of a query
}

// appFlag adds --app, which is required.
func appFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "app", "", `file with the app: {"system","appid","token","appkey","url"}`)
	_ = cmd.MarkFlagRequired("app")
	_ = cmd.MarkFlagFilename("app", "json")
}

// readApp reads an app file.
func readApp(file string) (app, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return app{}, command.Misused("jiekoud app add ID --system S --json prints one", "no file %s", file)
	}
	if err != nil {
		return app{}, err
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return app{}, command.Misused(`it reads {"system":"shop","appid":"300","token":"…","appkey":"…","url":"http://…"}`,
			"%s: no JSON object", file) // err may quote a secret
	}
	a := app{file: file, members: map[string]string{}}
	for name, value := range members {
		if text, ok := value.(string); ok {
			a.members[name] = text
		}
	}
	a.system, a.id, a.url = a.members["system"], a.members["appid"], a.members["url"]
	if a.id == "" {
		return app{}, command.Misused("", "%s: appid is missing", file)
	}
	return a, nil
}

// of finds the system of an app: the one it names, or the only one that has the
// interface.
func (a app) of(set *spec.Set, cmd string) (*spec.System, error) {
	if a.system != "" {
		return system(set, a.system)
	}
	var found []*spec.System
	for _, s := range set.Systems {
		if s.Interface(cmd) != nil {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return nil, command.Misused("", "%s: system is missing", a.file)
	}
	return found[0], nil
}

// client returns a client that calls as the app. url overrides that of the file.
func (a app) client(s *spec.System, one *spec.Interface, config client.Config) (*client.Client, error) {
	config.System, config.App, config.Secrets = bind.System(s), a.id, a.members
	if config.URL == "" {
		config.URL = a.url
	}
	config.Values = a.values(one)
	c, err := client.New(config)
	if err != nil {
		return nil, command.Misused("", "%s: %s", a.file, err)
	}
	return c, nil
}

// values are the members of the file that are fields of an interface outside its
// body, for example from_account. The members about the app itself are never
// values, whatever a field is named: baas has a header appkey that is no secret.
func (a app) values(one *spec.Interface) map[string]string {
	values := map[string]string{}
	if one == nil {
		return values
	}
	own := []string{"system", "appid", "token", "token_expires", "appkey", "url"}
	for _, f := range one.Outside() {
		if value, ok := a.members[f.Name]; ok && !slices.Contains(own, f.Name) {
			values[f.Name] = value
		}
	}
	return values
}

// caller is the app as a signer.
func (a app) caller() explain.Caller { return explain.Caller{App: a.id, Secrets: a.members} }

// keys returns the envelope of a system with the keys of the app.
func (a app) keys(s *spec.System) (*envelope.Codec, *envelope.Keys, error) {
	codec, err := envelope.New(bind.Envelope(&s.Envelope))
	if err != nil {
		return nil, nil, command.Bug(err) // the YAML was checked
	}
	keys, err := codec.Keys(a.id, a.members)
	if err != nil {
		return nil, nil, command.Misused("", "%s: %s", a.file, err)
	}
	return codec, keys, nil
}

// payload reads --data: JSON, @file or - for standard input. raw takes anything.
func (t *tool) payload(data string, raw bool) ([]byte, error) {
	out := []byte(data)
	switch name, isFile := strings.CutPrefix(data, "@"); {
	case isFile:
		text, err := t.input(name)
		if err != nil {
			return nil, err
		}
		out = text
	case data == "-":
		text, err := t.input("-")
		if err != nil {
			return nil, err
		}
		out = text
	}
	var object map[string]json.RawMessage
	if !raw && len(out) > 0 && json.Unmarshal(out, &object) != nil {
		return nil, command.Misused(`write --data '{"mobile":"13800138000"}', --data @file or --data -; --raw sends anything`,
			"--data is no JSON object")
	}
	return out, nil
}

// input reads a file, or standard input where the name is -.
func (t *tool) input(name string) ([]byte, error) {
	from := t.stdin
	if name != "-" {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, command.Misused("", "no file %s", name)
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err == nil && len(text) > maxInput {
		err = command.Misused("", "%s is larger than %d bytes", name, maxInput)
	}
	return text, err
}
