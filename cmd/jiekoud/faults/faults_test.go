// Package faults_test measures what fire sees of a server with a fault: see the package
// fault. FAULTS is how many faults of each place are tried (without it one, and none of the
// runtime), SEED which ones, ONLY a part of the names of those that are tried, PLACE a part of
// the name of the place that is tried alone, WITHOUT of one that is left out. With BLIND the server's database is not looked at.
// DIR is a folder with systems that are measured in place of the four.
package faults_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/fault"
	"github.com/jiekou-dev/jiekou/testkit/fault/unseen"
	"github.com/jiekou-dev/jiekou/testkit/fire"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mutant"
)

const module = "../../.."

// env is a number of the environment.
func env(name string, other int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return other
}

// shootingRange is what faults are tried with.
type shootingRange struct {
	t         *testing.T
	generated string // the folder above the generated code, if that is not the module's own
	set       *spec.Set
	suites    map[string]*fixture.Suite
	mutants   map[string][]*mutant.Mutant // changed rules, with what nobody can see
	systems   []system.System
	master    string
	apps      map[string][2]fire.App // that calls, and that may call nothing
	child     *child
	seen      bool // the server's database is looked at
	reasons   *unseen.Reasons
}

// floor is the least share of faults that cases must see, of those for which there is no reason
// why nobody can (package unseen), in a place with enough of them to tell.
const floor = 0.9

// few is how many faults of a place tell nothing of its share.
const few = 20

// TestFaults tries some faults of each place.
//
//nolint:paralleltest // a machine under faults
func TestFaults(t *testing.T) {
	short := os.Getenv("FAULTS") == ""
	n := env("FAULTS", 1)
	generated, project := os.Getenv(outside), module
	if dir := os.Getenv("DIR"); generated != "" {
		project = generated
	} else if dir != "" {
		measure(t, dir)
		return
	}
	r := &shootingRange{
		t: t, generated: generated, set: testkit.Model(t, os.DirFS(project)), suites: map[string]*fixture.Suite{}, mutants: map[string][]*mutant.Mutant{}, systems: systems(),
		master: filepath.Join(t.TempDir(), "master.key"), apps: map[string][2]fire.App{}, seen: os.Getenv("BLIND") == "",
	}
	var err error
	if r.reasons, err = unseen.New(r.set.Systems); err != nil {
		t.Fatal(err)
	}
	for _, s := range r.set.Systems {
		r.suites[s.Name] = fixture.Derive(s)
		r.mutants[s.Name] = r.suites[s.Name].Mutants(s)
	}
	random := rand.New(rand.NewPCG(uint64(env("SEED", 1)), 13)) //nolint:gosec // which faults are tried is no secret
	chosen, binary := r.build(n, random)
	r.child = &child{binary: binary}
	defer r.child.end()
	if !short { // else TestFixtures of another package says so
		if seen, why := r.try(&fault.Fault{}); seen {
			t.Fatalf("the server without a fault does not pass: %s", why)
		}
	}
	type score struct{ all, seen int }
	scores := map[fault.Place]*score{}
	var survivors, alike []string
	began := time.Now()
	for _, f := range chosen {
		if scores[f.Place] == nil {
			scores[f.Place] = &score{}
		}
		seen, why := r.try(f)
		if f.Was != "" && strings.HasSuffix(why, unmet) {
			t.Errorf("no case sends the statement that has the fault %s", f)
		}
		if same := r.sameness(f, why); same != "" && !seen {
			alike = append(alike, fmt.Sprintf("%s\t%s: %s", f.Place, f, same))
			continue
		}
		scores[f.Place].all++
		if same := r.reasons.Why(f); seen && same != "" && f.Same == "" {
			t.Errorf("%s is seen, though %s: the reason is wrong, or the case that failed is (%.300s)", f, same, why)
		}
		if seen {
			scores[f.Place].seen++
		} else {
			survivors = append(survivors, fmt.Sprintf("%s\t%s", f.Place, f))
		}
		if os.Getenv("VERBOSE") != "" {
			t.Logf("%v %s | %s | %s | %.150s", seen, f.Place, f.Cmd, f, why)
		}
	}
	if all := len(chosen); len(survivors)*2 > all || all == 0 {
		t.Errorf("%d of %d faults were not seen", len(survivors), all)
	}
	for _, p := range fault.Places() {
		if s := scores[p]; s != nil {
			if share := float64(s.seen) / float64(s.all); s.all >= few && share < floor {
				t.Errorf("%s: %.2f of the faults were seen, want %.2f", p, share, floor)
			}
			t.Logf("%-24s %4d of %4d  %.1f %%", p, s.seen, s.all, 100*float64(s.seen)/float64(s.all))
		}
	}
	t.Logf("%d faults in %s; not seen:\n%s\nthat no message shows:\n%s", len(chosen), time.Since(began).Round(time.Second),
		strings.Join(survivors, "\n"), strings.Join(alike, "\n"))
}

// metTimes says how often a fault was met, unmet that it never was.
const (
	metTimes = " met %d times"
	unmet    = " met 0 times"
)

// sameness is why no message shows a fault that the cases did not see; empty: one may.
func (r *shootingRange) sameness(f *fault.Fault, why string) string {
	if f.Place == fault.Runtime && strings.HasSuffix(why, unmet) {
		return "no message of these systems gets there"
	}
	if f.What == "the error is lost" && strings.HasSuffix(why, unmet) {
		return "no message makes what is called there fail"
	}
	if m := ofRule.FindStringSubmatch(f.What); m != nil {
		if same := r.ofRule(f, m[2], rules[m[1]]); same != "" {
			return same
		}
	}
	if m := ofField.FindStringSubmatch(f.What); m != nil && r.carried(r.interfaceOf(f), m[1]) {
		return "the protocol has a place for the field, and reads it there before"
	}
	return r.reasons.Why(f)
}

// ofRule is why nobody sees a changed rule of all fields of an interface that have a name.
func (r *shootingRange) ofRule(f *fault.Fault, name, what string) (same string) {
	for _, one := range r.mutants[f.System] {
		field := one.Field[strings.LastIndexByte(one.Field, '/')+1:]
		if one.Cmd != f.Cmd || !sameName(field, name) || !strings.HasPrefix(one.What, what) {
			continue
		}
		if same = one.Same; same == "" {
			return ""
		}
	}
	return same
}

// sameName reports whether a name in Go is that of a field.
func sameName(field, name string) bool {
	flat := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	return strings.EqualFold(flat(field), flat(name))
}

// carried reports whether a place of the protocol has a field of a request.
func (r *shootingRange) carried(i *spec.Interface, name string) bool {
	is := func(f *spec.Field) bool { return sameName(f.Name, name) }
	return i != nil && slices.ContainsFunc(i.Request, is) && !slices.ContainsFunc(r.suites[i.System.Name].Fields(i), is)
}

// ofRule are calls of generated code about a rule of a field, rules what the rule is called
// where rules are changed in the YAML, and ofField are all calls about a field.
var (
	ofRule  = regexp.MustCompile(`(?:c|o)\.(MaxChars|Needed|String|StringOrNumber)\((?:\d+, )?[&"](?:q\.)?(\w+)`)
	rules   = map[string]string{"MaxChars": "length", "Needed": "condition dropped", "String": "numbers taken", "StringOrNumber": "numbers taken"}
	ofField = regexp.MustCompile(`(?:c|o)\.\w+\((?:\d+, )?[&"](?:q\.)?(\w+)`)
)

// build builds a server with some faults of each place.
func (r *shootingRange) build(n int, random *rand.Rand) (chosen []*fault.Fault, binary string) {
	t := r.t
	folder := t.TempDir()
	all, err := fault.Build(module, r.generated, folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := postgrestest.NewFrom(t, "faults", r.prepare)
	for _, s := range r.systems {
		for _, one := range s.Statements {
			all = append(all, fault.Statement(s.Name, one.Name, one.SQL)...)
		}
	}
	byPlace := map[fault.Place][]*fault.Fault{}
	for _, f := range all {
		of := func(name string) bool { return strings.Contains(f.String(), name) }
		if only := os.Getenv("ONLY"); only != "" && !slices.ContainsFunc(strings.Split(only, "\n"), of) {
			continue
		}
		if i := r.interfaceOf(f); i == nil || i.IsServed() {
			byPlace[f.Place] = append(byPlace[f.Place], f)
		}
	}
	keep := map[int64]bool{}
	left := map[fault.Place][]*fault.Fault{}
	for _, p := range fault.Places() {
		list := byPlace[p]
		random.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		m := n
		if only := os.Getenv("PLACE"); only != "" && !strings.Contains(string(p), only) {
			m = 0
		}
		if out := os.Getenv("WITHOUT"); out != "" && strings.Contains(string(p), out) || p == fault.Runtime && os.Getenv("FAULTS") == "" {
			m = 0
		}
		for len(list) > 0 && m > 0 {
			f := list[0]
			list = list[1:]
			if f.ID != 0 {
				keep[f.ID] = true
			} else if !runs(t, pool, f.Is) {
				continue
			}
			chosen = append(chosen, f)
			m--
		}
		left[p] = list
	}
	binary = filepath.Join(folder, "server")
	for range 8 {
		if _, err := fault.Build(module, r.generated, folder, keep); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", filepath.Join(folder, "overlay.json"), "-o", binary, ".").CombinedOutput()
		if err == nil {
			return slices.DeleteFunc(chosen, func(f *fault.Fault) bool { return f.ID != 0 && !keep[f.ID] }), binary
		}
		if broken := dropBroken(folder, string(out), keep); broken == 0 {
			t.Fatalf("%s\n%s", err, out)
		}
	}
	t.Fatal("the faults do not compile")
	return nil, ""
}

// interfaceOf is the interface that has a fault; nil: several have it.
func (r *shootingRange) interfaceOf(f *fault.Fault) *spec.Interface {
	for _, s := range r.set.Systems {
		if s.Name == f.System {
			return s.Interface(f.Cmd)
		}
	}
	return nil
}

var (
	place    = regexp.MustCompile(`(?m)([^\s/]+__[^\s/]+\.go):(\d+):(\d+)`)
	switched = regexp.MustCompile(`point__\.\w+\((?:o\.Key\(\), )?(\d+)`)
)

// dropBroken drops the faults that stand where a compiler found something.
func dropBroken(folder, out string, keep map[int64]bool) (dropped int) {
	for _, m := range place.FindAllStringSubmatch(out, -1) {
		text, err := os.ReadFile(filepath.Join(folder, m[1]))
		line, _ := strconv.Atoi(m[2])
		lines := bytes.Split(text, []byte("\n"))
		if err != nil || line < 1 || line > len(lines) {
			continue
		}
		for at := line; at > 0 && at > line-6; at-- {
			found := false
			for _, id := range switched.FindAllSubmatch(lines[at-1], -1) {
				n, _ := strconv.ParseInt(string(id[1]), 10, 64)
				if keep[n] {
					delete(keep, n)
					dropped++
				}
				found = true
			}
			if found {
				break
			}
		}
	}
	return dropped
}

// runs reports whether PostgreSQL takes a statement.
func runs(t *testing.T, pool *pgxpool.Pool, sql string) bool {
	t.Helper()
	c, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	_, err = c.Conn().Prepare(t.Context(), "", sql)
	return err == nil
}

// prepare fills a database: rows, and the apps 300 and 301 of each system.
func (r *shootingRange) prepare(ctx context.Context, pool *pgxpool.Pool) error {
	if err := (testkit.Config{Systems: r.systems, Demo: true, Setup: true}).Prepare(ctx, pool); err != nil {
		return err
	}
	master, err := app.OpenMaster(r.master)
	if err != nil {
		return err
	}
	admin := app.NewAdmin(pool, master, "test")
	for _, s := range r.set.Systems {
		how := operate.Making(system.Find(r.systems, s.Name).Protocol, time.Hour)
		if err := admin.FirstSystemKeys(ctx, s.Name, how); err != nil {
			return err
		}
		var two [2]fire.App
		for n, id := range []string{"300", "301"} {
			c, err := admin.Add(ctx, app.New{System: s.Name, ID: id, Grants: []string{[]string{"*", "nothing"}[n]}, Making: how})
			if err != nil {
				return err
			}
			two[n] = fire.App{ID: c.AppID, Secrets: c.Secrets()}
		}
		r.apps[s.Name] = two
		for _, i := range s.Interfaces {
			if i.IsSent() {
				if err := admin.Subscribe(ctx, s.Name, "300", i.Cmd, "http://127.0.0.1:9/"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// try reports whether some case does not pass at a server with a fault, and why.
func (r *shootingRange) try(f *fault.Fault) (seen bool, why string) {
	r.t.Run("fault", func(t *testing.T) {
		pool := postgrestest.NewFrom(t, "faults", r.prepare)
		p, err := r.child.order(order{ID: f.ID, Was: f.Was, Is: f.Is, Database: pool.Config().ConnString(), Master: r.master})
		defer func() {
			if p, err := r.child.order(order{}); err == nil && f.What != "" && !seen {
				why += fmt.Sprintf(metTimes, p.Reached)
			}
		}()
		if err != nil || p.Err != "" {
			seen, why = true, fmt.Sprint(err, p.Err)
			return
		}
		for _, s := range r.set.Systems {
			if f.System != "" && f.System != s.Name || seen {
				continue
			}
			seen, why = r.fire(t, pool, p.URL, s, f)
		}
	})
	return seen, why
}

// fire fires the cases that may meet a fault.
func (r *shootingRange) fire(t *testing.T, pool *pgxpool.Pool, url string, s *spec.System, f *fault.Fault) (seen bool, why string) {
	suite := *r.suites[s.Name]
	if f.Cmd != "" {
		suite.Cases = nil
		for _, c := range r.suites[s.Name].Cases {
			if c.Cmd == f.Cmd || slices.ContainsFunc(c.Before, func(b *fixture.Call) bool { return b.Cmd == f.Cmd }) {
				suite.Cases = append(suite.Cases, c)
			}
		}
	}
	config := fire.Config{
		System: system.Find(r.systems, s.Name).System, Suite: &suite, URL: url, Seed: 1, Timeout: 20 * time.Second,
		App: r.apps[s.Name][0], Limited: &[]fire.App{r.apps[s.Name][1]}[0],
	}
	seenAt := ""
	if r.seen {
		seenAt = pool.Config().ConnString()
	} else {
		config.Parallel = 4
	}
	beside, release, err := fire.Beside(t.Context(), s, config, seenAt)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	config.Twin = beside
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	config.Done = func(one fire.Result) {
		if why == "" && (one.Verdict == fire.Failed || one.Verdict == fire.Broken) && ctx.Err() == nil {
			why = one.Case.ID + ": " + one.Why
			if f.What != "" {
				stop()
			} else {
				t.Log(why)
			}
		}
	}
	if _, err := fire.Run(ctx, config); err != nil && why == "" {
		why = err.Error()
	}
	return why != "", why
}
