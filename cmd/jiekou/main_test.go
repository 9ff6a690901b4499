package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"io/fs"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/bind/live"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/gate"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
	"github.com/jiekou-dev/jiekou/testkit/address"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/power"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jiekou": main})
}

// TestScripts runs testdata/*.txtar, which are also the manual of the command. A
// script has app files of every system, a server in $URL that knows them, and two
// that validate by the YAML: $LIVE as it is, $WRONG with another code for a text
// that is too long.
func TestScripts(t *testing.T) {
	t.Parallel()
	servers := map[string]string{"URL": serve(t), "LIVE": judging(t, false), "WRONG": judging(t, true)}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               func(env *testscript.Env) error { return setup(env, servers) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"copyspec": copySpec, "freeport": freePort, "await": await, "eventually": eventually,
		},
	})
}

// setup names the servers and writes the app files.
func setup(env *testscript.Env, servers map[string]string) error {
	for name, url := range servers {
		env.Setenv(name, url)
	}
	url := servers["URL"]
	for name, members := range map[string]map[string]string{
		"app.json":     {"system": "lianfa", "appid": "300", "token": "test-token", "appkey": "test-appkey", "url": url},
		"limited.json": {"system": "lianfa", "appid": "301", "token": "limited-token", "appkey": "limited-appkey"},
		"other.json":   {"system": "lianfa", "appid": "999", "token": "test-token", "appkey": "test-appkey", "url": url},
		"u8.json": {
			"system": "u8", "appid": "300", "token": "test-token", "url": url, "from_account": "me", "to_account": "you",
		},
		"custservice.json": {"system": "custservice", "appid": "300", "token": "test-token", "appkey": "test-appkey", "url": url},
		"baas.json":        {"system": "baas", "appid": "300", "token": "test-token", "appkey": "test-appkey", "url": url},
	} {
		text, err := json.Marshal(members)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(env.WorkDir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// copySpec copies the built-in systems to a folder: copyspec spec lianfa u8.
func copySpec(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[1:] {
		sub, err := fs.Sub(spec.Embedded(), "spec"+"/"+name)
		ts.Check(err)
		ts.Check(os.CopyFS(ts.MkAbs(filepath.Join(args[0], name)), sub))
	}
}

// echo replaces generated structs: it knows one field and returns it.
type echo struct {
	name, value string
}

func decode(in *wire.Reader, name string) (value string) {
	o := in.Object([]string{name})
	for o.Next() {
		if o.Key() == name {
			o.String(0, &value)
			continue
		}
		o.Skip()
	}
	return value
}

type (
	byMobile   struct{ echo }
	byID       struct{ echo }
	byCustomer struct{ echo }
	byTrade    struct{ echo }
)

func (q *byMobile) Decode(in *wire.Reader)   { q.echo = echo{"mobile", decode(in, "mobile")} }
func (q *byID) Decode(in *wire.Reader)       { q.echo = echo{"id", decode(in, "id")} }
func (q *byCustomer) Decode(in *wire.Reader) { q.echo = echo{"customerId", decode(in, "customerId")} }
func (q *byTrade) Decode(in *wire.Reader)    { q.echo = echo{"tradeSeq", decode(in, "tradeSeq")} }

func (e *echo) Check(list *problem.List) {
	if e.value == "" {
		list.Add(problem.Required, e.name, 0)
	}
}

func (e *echo) Encode(out *wire.Writer) { out.String(e.name, e.value) }

// serve answers one interface of each system with the request.
func serve(t *testing.T) string {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	var systems []route.System
	for _, s := range set.Systems {
		one := bind.System(s)
		for i, x := range one.Interfaces {
			switch x.Cmd {
			case "cst_info_get":
				one.Interfaces[i] = route.Handle(x, func(_ context.Context, _ *route.Call, q *byMobile, p *echo) error {
					if q.value == "none" {
						return problem.Code("2001")
					}
					*p = q.echo
					return nil
				})
			case "customer_update":
				one.Interfaces[i] = route.Handle(x, func(_ context.Context, _ *route.Call, q *byCustomer, p *echo) error {
					*p = q.echo
					return nil
				})
			case "srv_baas_custinfo_sync":
				one.Interfaces[i] = route.Handle(x, func(_ context.Context, _ *route.Call, q *byTrade, p *echo) error {
					*p = q.echo
					return nil
				})
			case "customer_get":
				one.Interfaces[i] = route.Handle(x, func(_ context.Context, _ *route.Call, q *byID, p *echo) error {
					*p = q.echo
					return nil
				})
			}
		}
		systems = append(systems, one)
	}
	handler, err := gate.New(systems, gate.Config{Apps: newApps(systems), Tokens: anyToken{}, Nonces: anyToken{}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// judging serves the systems of the YAML with the rows that the test cases ask for.
// A wrong server answers a text that is too long like a missing one.
func judging(t *testing.T, wrong bool) string {
	t.Helper()
	cases, served := loadSystems(t), loadSystems(t)
	answers := map[string]live.Answer{}
	c := live.Config{Systems: served}
	for n, s := range cases {
		answers[s.Name] = power.Answer(fixture.Derive(s))
		if wrong {
			served[n].Rules[ruleAt(s, problem.Length)].Code = s.Rules[ruleAt(s, problem.Required)].Code
		}
		for id, name := range map[string]string{"300": "test", "301": "limited"} {
			c.Apps = append(c.Apps, bind.App{
				System: s.Name, ID: id, Secrets: map[string]string{"token": name + "-token", "appkey": name + "-appkey"},
				May: func(string) bool { return id == "300" },
			})
		}
	}
	c.Answer = func(ctx context.Context, call *route.Call, i *spec.Interface, payload []byte) ([]byte, error) {
		at := slices.IndexFunc(cases, func(s *spec.System) bool { return s.Name == i.System.Name })
		return answers[i.System.Name](ctx, call, cases[at].Interface(i.Cmd), payload)
	}
	handler, err := live.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// loadSystems reads the built-in systems, a copy of one's own.
func loadSystems(t *testing.T) []*spec.System {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	return set.Systems
}

// ruleAt is where a system says which code answers a rule.
func ruleAt(s *spec.System, rule problem.Rule) int {
	return slices.IndexFunc(s.Rules, func(r *spec.RuleCode) bool { return r.Rule == string(rule) })
}

// apps knows app 300 of every system.
type apps map[string]*protocol.Protocol

// newApps know app 300 of systems.
func newApps(systems []route.System) apps {
	out := apps{}
	for _, s := range systems {
		out[s.Name] = s.Protocol
	}
	return out
}

func (a apps) App(_ context.Context, system, id string) (gate.App, bool) {
	keys, err := a[system].Keys(id, protocol.Secrets{"token": {"test-token"}, "appkey": {"test-appkey"}})
	return gate.App{ID: id, Keys: keys, May: func(string) bool { return true }}, id == "300" && err == nil
}

// anyToken knows one token, and takes every nonce.
type anyToken struct{}

func (anyToken) Valid(_ context.Context, _, _, token string) (bool, error) {
	return token == "test-token", nil
}

func (anyToken) App(context.Context, string, string) (string, error) { return "300", nil }

func (anyToken) Unsent(context.Context, string, string, string) ([]string, error) { return nil, nil }

func (anyToken) Use(context.Context, string, string, string, time.Time) (bool, error) {
	return true, nil
}

// TestPanicIsOurBug holds the message for a failure of the command itself.
func TestPanicIsOurBug(t *testing.T) {
	t.Parallel()
	var out, speech strings.Builder
	if code := run([]string{"call", "x", "--app", "testdata/none.json"}, nil, &out, &speech); code != command.Usage {
		t.Errorf("exit %d: %s", code, speech.String())
	}
	speech.Reset()
	if code := run([]string{"rules"}, nil, panics{}, &speech); code != command.Ours ||
		!strings.HasPrefix(speech.String(), "jiekou: error: internal error: panic: no room") ||
		!strings.Contains(speech.String(), "jiekou: hint: this is a bug of jiekou") {
		t.Errorf("exit %d: %s", code, speech.String())
	}
}

// panics is a writer that fails like a bug.
type panics struct{}

func (panics) Write([]byte) (int, error) { panic("no room") }

// freePort reserves addresses until the script ends: freeport A B sets $A and $B.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		r, err := address.Reserve()
		ts.Check(err)
		ts.Defer(r.Release)
		ts.Setenv(name, r.Addr)
	}
}

// await waits until somebody listens on addresses: await $A $B.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for _, addr := range args {
		for end := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
			c, err := net.Dial("tcp", addr)
			if err == nil {
				ts.Check(c.Close())
				break
			}
			if time.Now().After(end) {
				ts.Fatalf("nobody listens on %s", addr)
			}
		}
	}
}

// eventually waits until a file, which others write, matches: eventually 'pattern'
// file.
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(ts.MkAbs(args[1]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s never held %s, but\n%s", args[1], args[0], text)
		}
	}
}

// own are the flags whose values are a caller's own, so that nothing could be offered: names
// and texts that are new, addresses, times and ids of messages.
var own = []string{
	"at", "build", "code", "document", "docs", "forward-to", "host", "http-proxy", "id", "listen", "module", "name", "push", "receiver", "section", "sid", "title", "to",
	"url", "value", "database",
}

// TestCompletes holds that a shell completes every flag and argument of every command that
// takes something that is known: words, names of the project, revisions, files, folders.
func TestCompletes(t *testing.T) {
	t.Parallel()
	seen := 0
	root := rootCommand(&tool{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, ctx: t.Context(), builtIn: true})
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		looked := func(f *pflag.Flag) {
			kind := f.Value.Type()
			fresh := f.Name == "system" && (cmd.Name() == "import" || cmd.Name() == "init")
			if kind == "bool" || strings.HasPrefix(kind, "int") || kind == "uint64" || kind == "float64" || kind == "duration" || fresh || slices.Contains(own, f.Name) {
				return
			}
			seen++
			_, file := f.Annotations[cobra.BashCompFilenameExt]
			_, folder := f.Annotations[cobra.BashCompSubdirsInDir]
			if file || folder {
				return
			}
			of, completes := cmd.GetFlagCompletionFunc(f.Name)
			if !completes {
				t.Errorf("%s --%s completes nothing: %s", cmd.CommandPath(), f.Name, f.Usage)
				return
			}
			cmd.SetContext(t.Context())
			if words, directive := of(cmd, nil, ""); len(words) == 0 && directive&cobra.ShellCompDirectiveNoFileComp != 0 && f.Name != "profile" {
				t.Errorf("%s --%s offers nothing: %s", cmd.CommandPath(), f.Name, f.Usage)
			}
		}
		cmd.Flags().VisitAll(looked)
		cmd.PersistentFlags().VisitAll(looked)
		for _, use := range strings.Fields(cmd.Use)[1:] {
			if free := strings.Contains(use, "FILE") || slices.Contains([]string{"[flags]", "--out", "DIR", "[--", "SERVER…]"}, use); !free && cmd.ValidArgsFunction == nil && cmd.ValidArgs == nil {
				t.Errorf("%s completes no %s", cmd.CommandPath(), use)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	if seen < 60 {
		t.Errorf("%d flags were found", seen)
	}
}
