// Package caller is the app that calls a server from a tester's desk: the file with its
// credentials, its client, and what a refusal of it may mean.
package caller

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/bundle"
)

// App is a registered caller, as jiekoud app add --json prints it.
type App struct {
	File    string
	System  string // empty: see Of
	ID      string
	URL     string            // of the server; empty: the file has none
	Members map[string]string // all texts: secrets, and values of a query
}

// Read reads an app file: from disk, or one of the bundle that runs.
func Read(file string) (App, error) {
	text, err := bundle.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return App{}, command.Misused("jiekoud app add ID --system S --json prints one; jiekou new app S one to try things with", "no file %s", file)
	}
	if err != nil {
		return App{}, err
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return App{}, command.Misused(`it reads {"system":"shop","appid":"300","token":"…","appkey":"…","url":"http://…"}`,
			"%s: no JSON object", file) // err may quote a secret
	}
	a := App{File: file, Members: map[string]string{}}
	for name, value := range members {
		if text, ok := value.(string); ok {
			a.Members[name] = text
		}
	}
	a.System, a.ID, a.URL = a.Members["system"], a.Members["appid"], a.Members["url"]
	if a.ID == "" {
		return App{}, command.Misused("", "%s: appid is missing", file)
	}
	return a, nil
}

// Ended reports whether the token of the file is over, and since when.
func (a App) Ended() (since time.Time, is bool) {
	since, err := time.Parse(time.RFC3339, a.Members["token_expires"])
	return since, err == nil && time.Now().After(since)
}

// Of finds the system of an app: the one it names, or the only one that has the
// interface.
func (a App) Of(set *spec.Set, cmd string) (*spec.System, error) {
	if a.System != "" {
		return System(set, a.System)
	}
	var found []*spec.System
	for _, s := range set.Systems {
		if s.Interface(cmd) != nil {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return nil, command.Misused("", "%s: system is missing", a.File)
	}
	return found[0], nil
}

// Client returns a client that calls as the app. config.URL overrides that of the
// file, and config.Values what the file has for fields outside the body.
func (a App) Client(s *spec.System, one *spec.Interface, config client.Config) (*client.Client, error) {
	config.System, config.App, config.Secrets, config.Login = bind.System(s), a.ID, a.Members, bind.LoginWith(s, a.Members)
	if config.URL == "" {
		config.URL = a.URL
	}
	values := a.values(config.System.Protocol, one)
	maps.Copy(values, config.Values)
	config.Values = values
	c, err := client.New(config)
	if err != nil {
		return nil, command.Misused("", "%s: %s", a.File, strings.TrimPrefix(err.Error(), "protocol: "))
	}
	return c, nil
}

// values are the members of the file that are fields of an interface outside its
// body, for example from_account, or values of the protocol that its sender has to be
// given. The members about the app itself are never values, whatever a field is
// named: baas has a header appkey that is no secret.
func (a App) values(p *protocol.Protocol, one *spec.Interface) map[string]string {
	values := map[string]string{}
	var names []string
	own := []string{"system", "appid", "token", "token_expires", "appkey", "url"}
	if one != nil {
		for _, f := range one.Outside() {
			names = append(names, f.Name)
		}
	}
	if p != nil {
		for _, need := range p.Needs(false) {
			own = append(own, need.Name)
		}
		if p.Call != nil {
			names = append(names, p.Call.Inputs()...)
		}
	}
	for _, name := range names {
		if value, ok := a.Members[name]; ok && !slices.Contains(own, name) {
			values[name] = value
		}
	}
	return values
}

// System finds a system of the set.
func System(set *spec.Set, name string) (*spec.System, error) {
	var names []string
	for _, s := range set.Systems {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return nil, command.Misused("systems: "+strings.Join(names, ", "), "no system %q", name)
}

// Systems finds one system of the set, or all for an empty name.
func Systems(set *spec.Set, name string) ([]*spec.System, error) {
	if name == "" {
		return set.Systems, nil
	}
	s, err := System(set, name)
	return []*spec.System{s}, err
}

// Overrides reads the overrides of systems, and compiles them; those of other systems
// it leaves out. Without a file there are none.
func Overrides(file string, systems []*spec.System) (protocol.Overrides, error) {
	if file == "" {
		return nil, nil
	}
	all, err := declare.LoadOverrides(file)
	out, protocols := protocol.Overrides{}, map[string]*protocol.Protocol{}
	for _, s := range systems {
		if one, ok := all[s.Name]; ok {
			out[s.Name], protocols[s.Name] = one, bind.System(s).Protocol
		}
	}
	if err == nil {
		if _, err = protocol.Apply(out, protocols); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
	}
	if err != nil {
		return nil, command.Misused(
			`it is written like protocol: in a system.yaml, below the system's name: NAME: {protocol: {…}, apps: {"10086": {…}}}`,
			"%s", err)
	}
	return out, nil
}

// Local is the URL of a server on this machine that listens at an address, by
// default that of jiekoud.
func Local(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" || port == "0" {
		return "http://127.0.0.1:8080"
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
