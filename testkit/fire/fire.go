// Package fire sends the cases of a fixture.Suite to a live server and says which
// answers are not those that the cases expect.
package fire

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/sample"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
	"github.com/jiekou-dev/jiekou/testkit/twin"
)

// DefaultTimeout is how long one call may take where Config says nothing.
const DefaultTimeout = 15 * time.Second

// maxParallel bounds Config.Parallel.
const maxParallel = 256

// The bounds of Config.Rate.
const (
	minRate = 0.001
	maxRate = 100_000
)

// App is the caller.
type App struct {
	ID string
	// Secrets are keys by the names of the protocol. token is also the one that was issued:
	// without it the app logs in, where an interface issues tokens. token_ended is one that
	// is over.
	Secrets map[string]string
	Values  map[string]string // fields outside the body that payloads lack
	Login   json.RawMessage   // what only the app knows of the login's request
}

// Config has the cases and the target.
type Config struct {
	System route.System // its protocol and errors; its answers are not used
	Suite  *fixture.Suite
	// URL of the server, "http://127.0.0.1:8080"; the paths of the system are added. Where
	// the suite has notifications it is the receiver's as it is, with {interface} in place
	// of the name of the notification.
	URL string
	// App sends. Of notifications it is the app that receives them: they are made with
	// its keys.
	App App
	// Limited is an app without a grant; nil: the cases that need one are skipped.
	Limited *App
	Phases  []fixture.Phase // empty: all
	Only    string          // an ID, or a pattern of IDs or of interfaces: "cst_*", "cst_info_create/boundary/*"; empty: all
	// Seed makes the new values (mobile numbers, ids) of a run. A second run with
	// the same seed on the same server meets its own values; 0 takes a random one.
	Seed     uint64
	Rate     float64          // cases a second at most, 0.001 to 100,000; 0: no limit
	Parallel int              // calls at once, default 1, at most 256
	Timeout  time.Duration    // of one call, default DefaultTimeout
	Now      func() time.Time // nil: time.Now
	Done     func(Result)     // hears of each case at its end, one at a time, without secrets; nil: nobody
	// Transport sends requests, nil: one with as many connections as Parallel.
	Transport http.RoundTripper
	// Mock is what the server says of itself; nil: it is no mock.
	Mock *about.Mock
	// Twin is a model of the server, which is asked what the server is asked; nil: only codes
	// are compared. One that sees the database or hears notifications wants one call at a time.
	Twin  *twin.Twin
	Depth Depth // of what is compared with the model; default All
	// Listen is an address at which the notifications of App are received while cases are
	// fired; empty: nowhere.
	Listen string
	// Waits hears that Beside waits for another run at the same server to end; nil: nobody.
	Waits func()
	// Clean has what messages wrote taken back at the end, where Twin can.
	Clean bool
}

// Result is the outcome of one case. Places that hold secrets have the secrets' names,
// and long texts are cut.
type Result struct {
	Case    *fixture.Case
	Verdict Verdict
	Why     string // of everything but Passed
	Payload string // that was sent, before it was sealed
	Sent    *Sent  // nil where nothing was
	Got     Answer
	Took    time.Duration
}

// Answer is the server's answer.
type Answer struct {
	Status  int
	OK      bool // it says success
	Code    string
	Text    string
	Plain   string // the whole reply as it was opened; else the body as it came
	Payload string // of the opened reply, JSON
	Shut    string // of a reply that other keys protect: what does not hold
}

// said is what a refusal says: code and text, or the HTTP status where it has neither.
func (a Answer) said() string {
	return cmp.Or(strings.TrimSpace(a.Code+" "+a.Text), fmt.Sprintf("HTTP %d", a.Status))
}

// Report is a whole run.
type Report struct {
	System, Title, Version string
	URL                    string // without a password
	App                    string
	Seed                   uint64
	Began                  time.Time
	Took                   time.Duration
	Results                []Result // in the suite's order
	Unseen                 []string // what was not compared, and why
	Cleaned                string   // what became of the rows that messages wrote; empty: they stay

	proofs []protocol.Value // that prove who sent a message
	guards []protocol.Guard
	codes  map[problem.Rule]string
}

// Count returns how many results have a verdict.
func (r *Report) Count(v Verdict) int {
	n := 0
	for _, one := range r.Results {
		if one.Verdict == v {
			n++
		}
	}
	return n
}

// Run fires the cases, phase by phase. It ends early, with the results so far, when
// ctx does (with its error), and when the server cannot be reached
// (ErrUnreachable). Without a report the configuration is wrong.
func Run(ctx context.Context, config Config) (*Report, error) {
	g, err := newGun(config)
	if err != nil {
		return nil, err
	}
	defer g.close()
	ctx, g.stop = context.WithCancelCause(ctx)
	defer g.stop(nil)
	report := &Report{
		System: config.System.Name, Title: config.System.Title, Version: config.System.Version,
		URL: g.shown, App: config.App.ID, Seed: g.seed, Began: g.now(),
	}
	report.Unseen = g.unseen()
	calls, _ := g.wire.call.Parts()
	main := calls[len(calls)-1]
	report.guards, report.codes = main.Guards, config.System.Errors.Rules
	for _, v := range main.Values {
		if len(v.Keys) > 0 && (v.Role == protocol.RoleCompared || v.Role == protocol.RoleVerified) {
			report.proofs = append(report.proofs, v)
		}
	}
	start := time.Now()
	for _, phase := range fixture.Phases() {
		var list []shot
		for n, c := range config.Suite.Cases {
			if c.Phase == phase && g.wants(c) {
				list = append(list, shot{c, firstOfSeed(g.seed) + uint64(n)})
			}
		}
		report.Results = append(report.Results, g.salvo(ctx, list)...)
	}
	_ = g.bind(context.WithoutCancel(ctx), shot{Case: &fixture.Case{}}) // the app is as it was
	report.Took, report.Cleaned = time.Since(start), g.clean(context.WithoutCancel(ctx))
	order := map[*fixture.Case]int{}
	for n, c := range config.Suite.Cases {
		order[c] = n
	}
	slices.SortFunc(report.Results, func(a, b Result) int { return order[a.Case] - order[b.Case] })
	if g.Twin == nil || !g.Twin.Sees() {
		report.ungranted()
	}
	return report, context.Cause(ctx)
}

// shot is a case with the number that its new values come from.
type shot struct {
	*fixture.Case
	number uint64
}

// gun fires.
type gun struct {
	Config
	http *http.Client
	seed uint64
	wire *courier
	pace *time.Ticker // nil: no limit

	shown     string                  // the URL without a password
	remembers bool                    // ids of messages count once they were carried out
	greeting  string                  // the text of success, where the protocol has one
	one       bool                    // all refusals have one code, so that it says nothing of their texts
	quiet     sync.RWMutex            // held alone while an overloaded server is asked again
	stop      context.CancelCauseFunc // ends the run
	silent    atomic.Int32            // requests without an answer since the last one with
	spoke     atomic.Bool             // some request was answered
}

// close releases the resources of a gun.
func (g *gun) close() {
	g.http.CloseIdleConnections()
	if g.pace != nil {
		g.pace.Stop()
	}
}

// newGun checks a configuration.
func newGun(config Config) (*gun, error) {
	g := &gun{Config: config, seed: config.Seed}
	if g.Now == nil {
		g.Now = time.Now
	}
	for g.seed == 0 {
		g.seed = rand.Uint64() >> 16 //nolint:gosec // no secret: two runs must not meet
	}
	if g.Timeout <= 0 {
		g.Timeout = DefaultTimeout
	}
	if err := g.check(); err != nil {
		return nil, err
	}
	transport := config.Transport
	if transport == nil {
		transport = &http.Transport{MaxIdleConnsPerHost: g.Parallel, MaxConnsPerHost: g.Parallel, MaxResponseHeaderBytes: message.MaxHeaders}
	}
	g.http = &http.Client{
		Transport: transport, Timeout: g.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var err error
	if g.wire, err = newCourier(g); err != nil {
		return nil, err
	}
	g.words()
	calls, _ := g.wire.call.Parts()
	g.remembers = slices.ContainsFunc(calls[len(calls)-1].Guards, func(one protocol.Guard) bool { return one.Kind == "once" && one.Effect })
	if g.Rate > 0 {
		g.pace = time.NewTicker(time.Duration(float64(time.Second) / g.Rate))
	}
	return g, nil
}

// maxNumber bounds the numbers of cases: they must fit mobile numbers.
const maxNumber = 6_999_000_000

// firstOfSeed is the number of the first case of a run.
func firstOfSeed(seed uint64) uint64 { return sample.Seed(strconv.FormatUint(seed, 10)) % maxNumber }

// addressed is the URL of a server.
func addressed(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("want a URL like http://127.0.0.1:8080")
	}
	return u, nil
}

// check refuses a Config that cannot be fired.
func (g *gun) check() error {
	u, err := addressed(g.URL)
	if err != nil {
		return err
	}
	g.shown = u.Redacted()
	if g.Suite.Push && !exchange(g.System, true).NamesInterface() && g.several() && !strings.Contains(u.Path, named) {
		return fmt.Errorf("messages of %s do not say which notification they are: write %s where the receiver's URL has its name", g.System.Name, named)
	}
	switch {
	case g.Parallel == 0, g.Twin != nil && g.Twin.Alone():
		g.Parallel = 1
	case g.Parallel < 0 || g.Parallel > maxParallel:
		return fmt.Errorf("%d calls at once; want 1 to %d", g.Parallel, maxParallel)
	}
	if g.Rate != 0 && !(g.Rate >= minRate && g.Rate <= maxRate) { // not a number is neither
		return fmt.Errorf("%v cases a second; want %v to %v, or 0 for no limit", g.Rate, minRate, maxRate)
	}
	if _, err := path.Match(g.Only, ""); err != nil {
		return fmt.Errorf("%q is no pattern: %w", g.Only, err)
	}
	return nil
}

// several reports whether cases of more than one interface are fired.
func (g *gun) several() bool {
	first := ""
	for _, c := range g.Suite.Cases {
		if g.wants(c) && first != "" && c.Cmd != first {
			return true
		} else if g.wants(c) {
			first = c.Cmd
		}
	}
	return false
}

// now is the time by Config.Now.
func (g *gun) now() time.Time { return g.Now() }

// wants reports whether a case is to be fired.
func (g *gun) wants(c *fixture.Case) bool {
	if len(g.Phases) > 0 && !slices.Contains(g.Phases, c.Phase) {
		return false
	}
	if g.Only == "" || g.Only == c.ID {
		return true
	}
	if ok, _ := path.Match(g.Only, c.Cmd); ok {
		return true
	}
	flat := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") } // a star spans parts of an ID
	ok, _ := path.Match(flat(g.Only), flat(c.ID))
	return ok
}

// salvo fires cases, several at once.
func (g *gun) salvo(ctx context.Context, list []shot) []Result {
	results := make([]Result, len(list))
	next := make(chan int)
	var wg sync.WaitGroup
	var telling sync.Mutex
	for range min(g.Parallel, len(list)) {
		wg.Go(func() {
			for n := range next {
				r := g.fire(ctx, list[n])
				if r.Verdict == Broken && ctx.Err() != nil {
					continue // the run ended, not the case
				}
				results[n] = r
				if g.Done != nil {
					telling.Lock()
					g.Done(results[n])
					telling.Unlock()
				}
			}
		})
	}
feed:
	for n := range list {
		if g.pace != nil {
			select {
			case <-g.pace.C:
			case <-ctx.Done():
				break feed
			}
		}
		select {
		case next <- n:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return slices.DeleteFunc(results, func(r Result) bool { return r.Case == nil })
}

// fire sends one case after the calls that precede it, and cuts long texts.
func (g *gun) fire(ctx context.Context, s shot) Result {
	start := time.Now()
	r := g.shoot(ctx, s)
	if why := g.overloaded(r, time.Since(start)); why != "" && ctx.Err() == nil {
		start = time.Now()
		r = g.once(ctx, s)
		if again := g.overloaded(r, time.Since(start)-pause); again != "" {
			r.Verdict, r.Why = Broken, "the server is overloaded or out of order, and still was when asked again: "+again
		}
	}
	r.Took = time.Since(start)
	r.Why, r.Payload, r.Got.Plain, r.Got.Text = cut(r.Why), cut(r.Payload), cut(r.Got.Plain), cut(r.Got.Text)
	return r
}

// Count is how many cases will be sent.
func (c Config) Count() int {
	g := &gun{Config: c}
	return len(slices.DeleteFunc(slices.Clone(c.Suite.Cases), func(one *fixture.Case) bool { return !g.wants(one) || g.skips(one) != "" }))
}

// skips is the reason why a case is not sent; "" where it is.
func (g *gun) skips(c *fixture.Case) string {
	if c.Tamper.NeedsLimited() && g.Limited == nil {
		return "this takes an app without any grant (--limited)"
	}
	if why := g.endless(c.Tamper); why != "" {
		return why
	}
	if c.Scopes != nil && (g.Twin == nil || !g.Twin.Sees()) {
		return "scopes of the app can be set only where the server's database is seen (--database)"
	}
	return g.unfit(c)
}

// shoot is fire before long texts are cut.
func (g *gun) shoot(ctx context.Context, s shot) Result {
	g.quiet.RLock()
	defer g.quiet.RUnlock()
	return g.send(ctx, s)
}

// send sends the messages of a case and compares the answer.
func (g *gun) send(ctx context.Context, s shot) Result {
	r := Result{Case: s.Case}
	if why := g.skips(s.Case); why != "" {
		r.Verdict, r.Why = Skipped, why
		return r
	}
	if err := g.bind(ctx, s); err != nil {
		r.Verdict, r.Why = Broken, "setting the scopes of the app: "+err.Error()
		return r
	}
	known := map[string]string{}
	for _, call := range s.Before {
		if r.Verdict, r.Why = g.before(ctx, s, call, known); r.Verdict != "" {
			return r
		}
	}
	var err error
	if r.Payload, err = sample.Fill(s.Payload(), s.number, known); err != nil {
		r.Verdict, r.Why = Broken, err.Error()
		return r
	}
	p := parcel{cmd: s.Cmd, tamper: s.Tamper, want: s.Expect.Code, same: r.Payload == s.Payload()}
	r.Payload = g.receiving(s.Cmd, r.Payload)
	p.payload = r.Payload
	if p.tamper == nil {
		p.tamper = &tamper.Tamper{What: tamper.Sound}
	}
	if p.tamper.What == tamper.Corrected || p.tamper.What == tamper.Reused {
		wrong := *p.tamper
		if wrong.Value, err = sample.Fill(wrong.Value, s.number, known); err != nil {
			r.Verdict, r.Why = Broken, err.Error()
			return r
		}
		p.tamper = &wrong
	}
	if s.Raw != "" {
		if p.payload, err = g.beside(s); err == nil {
			p.body = new(s.Raw)
			*p.body, err = sample.Fill(s.Raw, s.number, known)
			*p.body = g.receiving(s.Cmd, *p.body)
		}
	}
	var a asked
	if err == nil {
		r.Sent, r.Got, err = g.wire.send(ctx, p, g.through(ctx, s, p, &a))
	}
	switch {
	case errors.Is(err, tamper.ErrSpent):
		r.Verdict, r.Why = Skipped, "an equal message was sent before, and the protocol has no time and no nonce that would make this another one"
		return r
	case errors.Is(err, errNoLimited):
		r.Verdict, r.Why = Skipped, err.Error()
		return r
	case err != nil:
		r.Verdict, r.Why = Broken, err.Error()
		return r
	}
	r.Verdict, r.Why = g.judge(s, r.Got, known, a)
	return r
}

// beside is the request whose fields are outside a body that a case gives to the
// letter.
func (g *gun) beside(s shot) (string, error) {
	if s.Base == "" {
		return "{}", nil
	}
	text, err := g.Suite.CallPayload(&fixture.Call{Cmd: s.Cmd, Base: s.Base})
	if err != nil {
		return "", err
	}
	return sample.Fill(text, s.number, nil)
}
