package faults

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/schema"
	"github.com/jiekou-dev/jiekou/testkit/address"
)

// Bounds of what is checked, on a machine that has little other work. A run's patience
// multiplies them.
const (
	lease        = 8 * time.Second
	answerBound  = 3 * time.Second // of an answer, whatever is away
	successBound = 10 * time.Second
	blipBound    = 4 * time.Second // of deliveries, after a blip; half of a lease
	readyBound   = 2500 * time.Millisecond
)

// config says how a run is done.
type config struct {
	length  time.Duration
	pause   time.Duration // between two faults, about
	seed    uint64
	servers int
	writers int
	chance  float64 // of a failpoint
	bin     string  // jiekoud, built with the tag failpoint; empty: built here
	url     string  // of a database that others run and kill; empty: a cluster of its own
	hook    string  // a program that kills the primary of such a database, and returns false where it cannot
	direct  string  // the same without a pooler
	only    string  // faults whose names have this
	standby bool
	stopAt  []string      // kinds of anomalies that end the run at once
	drain   time.Duration // for what is queued when the faults are over; 0: drainTime
	// patience multiplies times, for a machine that is busy with other work; 0: 1.
	patience float64
	keep     io.Writer // what the servers say; nil: nobody reads it
}

// rig is a run.
type rig struct {
	config
	dir      string
	cluster  *cluster
	servers  []*server
	admin    *pgxpool.Pool
	call     *protocol.Exchange
	keys     *protocol.Keys
	zone     *time.Location
	inboxes  []*inbox
	partners []*partner
	shared   []struct{ mobile, guid string }
	logs     *failLog

	operations, unavailable, deliveries atomic.Int64
	backlog                             atomic.Int64 // notifications that wait
	unrestAt, stalledAt                 atomic.Int64

	mu        sync.Mutex
	anomalies []string
	kinds     map[string]int
	counts    map[string]int             // faults by name
	back      map[string][]time.Duration // until each server carried something out, by fault
	pushes    map[string][]time.Duration // until the sound receiver got something
	longest   time.Duration
}

// anomaly notes what must not be.
func (r *rig) anomaly(kind, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kinds[kind]++; r.kinds[kind] <= 5 {
		r.anomalies = append(r.anomalies, kind+": "+fmt.Sprintf(format, args...))
	}
}

// unrest notes a fault after which a receiver may be served by one server that was asleep
// and another.
func (r *rig) unrest() { r.unrestAt.Store(time.Now().UnixNano()) }

// calm says whether there was no such fault for a time, and this process did not stall.
func (r *rig) calm(d time.Duration) bool {
	return time.Since(time.Unix(0, r.unrestAt.Load())) > d && !r.stalled()
}

// stalled says whether this machine stood still in the last seconds: then times say nothing.
func (r *rig) stalled() bool { return time.Since(time.Unix(0, r.stalledAt.Load())) < 15*time.Second }

// scaled is a time as this run has it.
func (r *rig) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) * cmp.Or(r.patience, 1))
}

// watch notes when the machine stands still.
func (r *rig) watch(ctx context.Context) {
	for ctx.Err() == nil {
		begun := time.Now()
		time.Sleep(20 * time.Millisecond)
		if time.Since(begun) > 400*time.Millisecond {
			r.stalledAt.Store(time.Now().UnixNano())
		}
	}
}

// took notes how long an answer took.
func (r *rig) took(d time.Duration, s *server) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d > r.longest && !s.http.hole.Load() && !r.stalled() && r.calm(5*time.Second) {
		r.longest = d
	}
}

// open sets everything up.
func open(c config) (*rig, error) {
	r := &rig{
		config: c, kinds: map[string]int{}, counts: map[string]int{}, back: map[string][]time.Duration{}, pushes: map[string][]time.Duration{},
		logs: &failLog{points: map[string]int{}, errors: map[string]int{}, file: c.keep},
	}
	var err error
	if r.dir, err = os.MkdirTemp("", "faults"); err != nil {
		return nil, err
	}
	if err := os.Chmod(r.dir, 0o755); err != nil { //nolint:gosec // the database's user must get in
		return nil, err
	}
	if c.url == "" {
		if r.cluster, err = newCluster(r.dir, c.standby); r.cluster == nil || err != nil {
			return r, errors.Join(errors.New("cluster"), err)
		}
		r.direct = fmt.Sprintf("postgres://jiekou@127.0.0.1:%d,127.0.0.1:%d/jiekou?target_session_attrs=read-write&connect_timeout=2&sslmode=disable&pool_max_conns=4",
			r.cluster.nodes[0].at.Port, r.cluster.nodes[1].at.Port)
	}
	if r.bin == "" {
		r.bin = filepath.Join(r.dir, "jiekoud")
		if err := build(r.bin, ""); err != nil {
			return r, err
		}
	}
	if err := r.prepare(); err != nil {
		return r, err
	}
	return r, r.startServers()
}

// build builds jiekoud for the rig.
func build(out, overlay string) error {
	args := []string{"build", "-tags", "failpoint", "-o", out}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	if text, err := exec.Command("go", append(args, "github.com/jiekou-dev/jiekou/cmd/jiekoud")...).CombinedOutput(); err != nil { //nolint:gosec // ours
		return fmt.Errorf("go build: %w: %s", err, text)
	}
	return nil
}

// prepare makes tables, rows, apps and inboxes.
func (r *rig) prepare() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if r.admin, err = pgxpool.New(ctx, r.direct); err != nil {
		return err
	}
	sets := []migrate.Set{schema.Migrations()}
	for _, s := range generated.Describe() {
		sets = append(sets, s.Migrations)
	}
	for range 100 {
		if err = migrate.Up(ctx, r.admin, sets); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	for _, sql := range []string{
		`insert into lianfa.project (guid, proj_name, city_name) values ('` + project + `', 'A', 'A'), ('` + other + `', 'B', 'B')`,
		`insert into lianfa.consultant (guid, user_name, user_code, mobile) values ('` + agent + `', 'a', 'a', '13800138000')`,
	} {
		if _, err := r.admin.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if r.zone, err = time.LoadLocation(lianfa.System().Zone); err != nil {
		return err
	}
	return r.addApps(ctx)
}

// addApps registers the caller and the receivers.
func (r *rig) addApps(ctx context.Context) error {
	master, err := app.OpenMaster(filepath.Join(r.dir, "master.key"))
	if err != nil {
		return err
	}
	admin := app.NewAdmin(r.admin, master, "faults")
	p := lianfa.Protocol()
	add := func(id string) (map[string]string, error) {
		made, err := admin.Add(ctx, app.New{System: "lianfa", ID: id, Grants: []string{"*"}, Making: app.Making{Server: p.Needs(true), Partner: p.Needs(false)}})
		if err != nil {
			return nil, err
		}
		return made.Secrets(), nil
	}
	secrets, err := add(caller)
	if err != nil {
		return err
	}
	if r.keys, err = p.Keys(caller, secretsOf(secrets)); err != nil {
		return err
	}
	r.call = p.Call
	r.inboxes = []*inbox{{app: "200"}, {app: "201", fails: 4}, {app: "202", only: other}, {app: "203", refuses: true}}
	for i, b := range r.inboxes {
		b.rig, b.random = r, rand.New(rand.NewPCG(r.seed, uint64(i))) //nolint:gosec // small
		secrets, err := add(b.app)
		if err != nil {
			return err
		}
		if err := b.open(secrets); err != nil {
			return err
		}
		var sees []string
		if b.only != "" {
			sees = []string{b.only}
		}
		if err := admin.Subscribe(ctx, "lianfa", b.app, "cst_info_notify", b.url, sees...); err != nil {
			return err
		}
	}
	return nil
}

// startServers starts the servers, each behind proxies of its own.
func (r *rig) startServers() error {
	for n := range r.config.servers {
		listen, err := address.Reserve()
		if err != nil {
			return err
		}
		operate, err := address.Reserve()
		if err != nil {
			return err
		}
		s := &server{
			n: n, bin: r.bin, dir: filepath.Join(r.dir, fmt.Sprint("server", n)), listen: listen, operate: operate,
			seed: r.seed<<16 + uint64(n)<<12, chance: r.chance, log: r.logs, //nolint:gosec // small
		}
		url, err := r.through(s)
		if err != nil {
			return err
		}
		s.env = []string{
			"DATABASE_URL=" + url, "JIEKOU_MASTER_KEY_FILE=" + filepath.Join(r.dir, "master.key"), "JIEKOU_PUSH_ALLOW=127.0.0.1",
			"JIEKOU_RETRY=100ms,100ms,200ms,200ms,400ms,400ms,800ms,800ms,1s,1s", "JIEKOU_FAIL_LEASE=" + r.scaled(lease).String(),
			"JIEKOU_PROXIES=", "JIEKOU_OTEL_ENDPOINT=",
		}
		if err := os.MkdirAll(s.dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(s.clock(), []byte("0s"), 0o600); err != nil {
			return err
		}
		if s.http, err = newProxy(s.listen.Addr); err != nil {
			return err
		}
		r.servers = append(r.servers, s)
		if err := s.start(); err != nil {
			return err
		}
	}
	for _, s := range r.servers {
		if !until(30*time.Second, func() bool { status, _ := s.ready(); return status == http.StatusOK }) {
			return fmt.Errorf("server %d is not ready", s.n)
		}
	}
	return nil
}

// through is the URL of the database for a server, behind proxies of its own.
func (r *rig) through(s *server) (string, error) {
	if r.cluster == nil {
		return r.url, nil
	}
	var hosts []string
	for _, node := range r.cluster.nodes {
		p, err := newProxy(node.at.Addr)
		if err != nil {
			return "", err
		}
		s.databases = append(s.databases, p)
		hosts = append(hosts, p.address())
	}
	return "postgres://jiekou@" + strings.Join(hosts, ",") + "/jiekou?target_session_attrs=read-write&connect_timeout=2&sslmode=disable", nil
}

// until waits for a condition.
func until(most time.Duration, f func() bool) bool {
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if f() {
			return true
		}
	}
	return false
}

// run lets partners work while faults happen, and checks what came of it.
func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go r.watch(ctx)
	r.share()
	var writers sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	for n := range r.writers {
		p := &partner{
			rig: r, n: n, random: rand.New(rand.NewPCG(r.seed, uint64(100+n))), made: map[string]string{}, //nolint:gosec // small
			http: &http.Client{Transport: transport},
		}
		r.partners = append(r.partners, p)
		writers.Go(func() { p.run(ctx) })
	}
	go r.probe(ctx)
	go r.count(ctx)
	time.Sleep(time.Second)
	for _, s := range r.servers {
		s.from, _ = s.holds()
	}
	random := rand.New(rand.NewPCG(r.seed, 0))
	for end := time.Now().Add(r.length); time.Now().Before(end) && !r.found(); {
		r.one(random)
		time.Sleep(r.pause/2 + time.Duration(random.Int64N(int64(r.pause)+1)))
	}
	cancel()
	writers.Wait()
	for _, b := range r.inboxes {
		b.mend()
	}
	if !r.found() {
		r.check()
	}
}

// found says whether there is what the run is to find.
func (r *rig) found() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.stopAt, func(kind string) bool { return r.kinds[kind] > 0 })
}

// share makes the customers that all partners change.
func (r *rig) share() {
	p := &partner{rig: r, n: 99, random: rand.New(rand.NewPCG(r.seed, 99)), made: map[string]string{}, http: &http.Client{}}
	for i := range 2 {
		mobile := fmt.Sprintf("1360000000%d", i)
		body := p.customer(mobile, "共")
		body["projGUID"] = project
		if !p.write("cst_info_create", body, "") {
			return
		}
		row, _ := p.get(mobile)
		r.shared = append(r.shared, struct{ mobile, guid string }{mobile, row.CstGUID})
	}
	r.partners = append(r.partners, p)
}

// probe asks /readyz all the time: it must not say yes while the database is away.
func (r *rig) probe(ctx context.Context) {
	for ; ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		for _, s := range r.servers {
			away := func() time.Time {
				s.mu.Lock()
				defer s.mu.Unlock()
				return s.down
			}
			since := away()
			if since.IsZero() || time.Since(since) < r.scaled(readyBound) {
				continue
			}
			if status, err := s.ready(); err == nil && status == http.StatusOK && away().Equal(since) && !r.stalled() {
				r.anomaly("ready", "server %d is ready %v after its database went away", s.n, time.Since(since))
			}
		}
	}
}

// one has one fault happen and waits until everything goes on.
func (r *rig) one(random *rand.Rand) {
	all := slices.DeleteFunc(faults(), func(f fault) bool { return !strings.Contains(f.name, r.only) })
	f := all[random.IntN(len(all))]
	if !f.do(r, random, time.Duration(200+random.IntN(1300))*time.Millisecond) {
		return
	}
	healed := time.Now()
	r.mu.Lock()
	r.counts[f.name]++
	r.mu.Unlock()
	fresh := func() bool {
		if r.cluster != nil {
			r.cluster.supervise()
		}
		for _, s := range r.servers {
			if s.success.Load() < healed.UnixNano() {
				return false
			}
		}
		return true
	}
	ok := until(r.scaled(successBound), fresh)
	back := time.Since(healed)
	if !ok && !r.stalled() {
		r.anomaly("recovery", "%s: a server carried nothing out for %v; %s", f.name, back, r.lastLog())
	}
	sound := r.inboxes[0]
	bound := r.scaled(blipBound)
	if r.cluster == nil { // it has to elect another leader first
		bound += r.scaled(successBound)
	}
	if f.kind == dies || r.chance > 0 { // a failpoint may kill at any time
		bound = r.scaled(lease + blipBound)
	}
	pushed := until(bound, func() bool { return sound.when().After(healed) })
	push := time.Since(healed)
	if !pushed && !r.stalled() {
		r.anomaly("deliveries", "%s: nothing was delivered for %v", f.name, push)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.back[f.name] = append(r.back[f.name], back)
	r.pushes[f.name] = append(r.pushes[f.name], push)
}

func (r *rig) lastLog() string {
	if r.cluster == nil {
		return ""
	}
	return r.cluster.lastLog()
}

// close ends everything that runs.
func (r *rig) close() {
	for _, s := range r.servers {
		if s.cmd != nil {
			s.stop(syscall.SIGKILL)
		}
		s.listen.Release()
		s.operate.Release()
	}
	if r.admin != nil {
		r.admin.Close()
	}
	if r.cluster != nil {
		r.cluster.close()
	}
	_ = os.RemoveAll(r.dir)
}
