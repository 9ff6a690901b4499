package fire

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// Wanted says what is fired and how, as somebody writes it.
type Wanted struct {
	App        string   // file of the app that fires
	System     string   // empty: that of the app's file
	URL        string   // of the server; empty: that of the app's file
	Receiver   string   // the URL of a receiver of notifications, which are fired in place of requests; empty: none
	Limited    string   // file of an app that may call nothing; empty: none
	Phases     []string // empty: all
	Only       string   // as in Config
	Replay     string   // the ID of the one case that is fired; empty: Only says which
	Seed       uint64
	Rate       float64
	Parallel   int
	Signatures string // file with overrides; empty: none
	Profile    string // that the app has; empty: none
	Timeout    time.Duration
	At         string // the time of the messages, RFC 3339; empty: now
	Listen     string // address at which the app's notifications are received; empty: nowhere
	Database   string // URL of the server's database; empty: it cannot be seen
	Judge      string // a Depth; empty: all
	Clean      bool   // what the run wrote is taken back at its end
	Way        caller.Way
}

// Config reads the files and derives the cases of a system, which takes longest and comes last.
func (w Wanted) Config(a caller.App, s *spec.System) (Config, error) {
	c := Config{
		System: bind.System(s), URL: cmp.Or(w.Receiver, w.URL, a.URL), App: appOf(a, s),
		Only: cmp.Or(w.Replay, w.Only), Seed: w.Seed, Rate: w.Rate, Parallel: w.Parallel, Timeout: w.Timeout, Listen: w.Listen, Clean: w.Clean,
	}
	if c.Depth = Depth(cmp.Or(w.Judge, string(All))); !slices.Contains(Depths(), string(c.Depth)) {
		return c, command.Misused("they are "+strings.Join(Depths(), ", "), "no --judge %q", w.Judge)
	}
	for _, name := range w.Phases {
		if !slices.Contains(fixture.PhaseNames(), name) {
			return c, command.Misused("they are "+strings.Join(fixture.PhaseNames(), ", "), "no phase %q", name)
		}
		c.Phases = append(c.Phases, fixture.Phase(name))
	}
	if w.At != "" {
		at, err := time.Parse(time.RFC3339, w.At)
		if err != nil {
			return c, command.Misused("write it like 2026-11-22T08:00:00+08:00", "--at is no time")
		}
		c.Now = func() time.Time { return at }
	}
	if w.Limited != "" {
		l, err := caller.Read(w.Limited)
		if err != nil {
			return c, err
		}
		c.Limited = new(appOf(l, s))
	}
	var err error
	conns := max(1, w.Parallel)
	way := &http.Transport{MaxIdleConnsPerHost: conns, MaxConnsPerHost: conns, MaxResponseHeaderBytes: message.MaxHeaders}
	if c.Transport, err = way, w.Way.Through(way); err != nil {
		return c, err
	}
	if err := w.derive(&c, a, s); err != nil {
		return c, err
	}
	if w.Replay != "" && !slices.ContainsFunc(c.Suite.Cases, func(one *fixture.Case) bool { return one.ID == w.Replay }) {
		return c, command.Misused("jiekou fixtures --list --system "+s.Name+" lists them", "no case %q", w.Replay)
	}
	return c, nil
}

// appOf is the app of a file. A token that is over serves the cases about that, where the app
// can get another one.
func appOf(a caller.App, s *spec.System) App {
	out := App{ID: a.ID, Secrets: maps.Clone(a.Members), Login: bind.LoginWith(s, a.Members)}
	if _, over := a.Ended(); over && s.Login() != nil {
		out.Secrets[endedToken] = out.Secrets["token"]
		delete(out.Secrets, "token")
	}
	return out
}

// derive derives the cases, for the protocol of the system with the overrides and the profile.
func (w Wanted) derive(c *Config, a caller.App, s *spec.System) error {
	derive, deriveFor := fixture.Derive, fixture.DeriveFor
	if w.Receiver != "" {
		derive, deriveFor = fixture.Notifications, fixture.NotificationsFor
	}
	p, err := w.protocol(c.System.Protocol, a, s)
	switch {
	case err != nil:
		return err
	case p == c.System.Protocol:
		c.Suite = derive(s) // says what is wrong with a protocol that cannot be bound
	default:
		c.System.Protocol, c.Suite = p, deriveFor(s, p)
	}
	return nil
}

// protocol is the protocol of a system with the overrides and the profile.
func (w Wanted) protocol(p *protocol.Protocol, a caller.App, s *spec.System) (*protocol.Protocol, error) {
	over, err := caller.Overrides(w.Signatures, []*spec.System{s})
	if err != nil {
		return nil, err
	}
	if one, ok := over[s.Name]; ok {
		if p, err = p.Override(one); err != nil {
			return nil, err
		}
		p = p.For(a.ID)
	}
	if w.Profile == "" {
		return p, nil
	}
	if p == nil {
		return nil, command.Misused("", "the system has no protocol")
	}
	if p, err = tamper.Profiled(p, w.Profile); err != nil {
		return nil, command.Misused("profiles are declared below protocol: in system.yaml", "--profile: %w", err)
	}
	return p, nil
}

// Again is the command line that fires one case of a paper again, by its ID.
func (w Wanted) Again(id string, p *Paper, builtIn bool) string {
	line := "jiekou fire"
	if builtIn {
		line += " --built-in"
	}
	where := "url"
	if w.Receiver != "" {
		where = "receiver"
	}
	line += " --replay " + id
	if w.Seed != 0 { // a random one meets no row of this run
		line += fmt.Sprintf(" --seed %d", p.Seed)
	}
	line += fmt.Sprintf(" --app %s --%s %s", w.App, where, p.URL)
	for _, one := range []struct{ flag, value string }{
		{"system", w.System},
		{"limited", w.Limited},
		{"signatures", w.Signatures},
		{"profile", w.Profile},
		{"at", w.At},
		{"database", w.Database},
		{"listen", w.Listen},
		{"judge", w.Judge},
		{"ca", w.Way.CA},
		{"cert", w.Way.Cert},
		{"key", w.Way.Key},
		{"http-proxy", w.Way.Proxy},
	} {
		if one.value != "" {
			line += " --" + one.flag + " " + one.value
		}
	}
	if w.Clean {
		line += " --clean"
	}
	return line
}

// Files names the files that a report is written to; empty: not written.
type Files struct{ JUnit, JSON, HTML string }

// Save writes the paper to files. The page is signed with a secret of the app.
func (p *Paper) Save(f Files, secret string) error {
	for _, one := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{f.JUnit, p.JUnit},
		{f.JSON, p.JSON},
		{f.HTML, func(w io.Writer) error { return p.HTML(w, secret) }},
	} {
		if one.file == "" {
			continue
		}
		var b bytes.Buffer
		if err := one.write(&b); err != nil {
			return command.Bug(err)
		}
		if err := os.WriteFile(one.file, b.Bytes(), 0o644); err != nil { //nolint:gosec // a report is to be read
			return err
		}
	}
	return nil
}
