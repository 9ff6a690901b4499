package faults

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Kinds of faults by what a receiver of notifications feels of them.
const (
	blip = iota // deliveries go on at once
	dies        // a server died: its receivers wait for its lease
)

// fault is a kind of fault: it happens, lasts, and is over when it returns.
type fault struct {
	name string
	kind int
	away bool // the database is away as a whole
	do   func(r *rig, random *rand.Rand, lasts time.Duration) bool
}

// faults are all that there are, each as often as it is listed.
func faults() []fault {
	return []fault{
		{"SIGKILL server", dies, false, (*rig).killServer},
		{"SIGKILL server", dies, false, (*rig).killServer},
		{"SIGKILL server", dies, false, (*rig).killServer},
		{"SIGTERM server", dies, false, (*rig).endServer},
		{"SIGSTOP server", dies, false, (*rig).pauseServer},
		{"SIGKILL postgres", blip, true, (*rig).killPostgres},
		{"SIGKILL postgres", blip, true, (*rig).killPostgres},
		{"SIGKILL backend", blip, true, (*rig).killBackend},
		{"SIGSTOP backend", blip, false, (*rig).pauseBackend},
		{"terminate all", blip, false, (*rig).terminate},
		{"cut database", blip, false, (*rig).cutDatabase},
		{"cut partners", blip, false, (*rig).cutPartners},
		{"lost answers of the database", blip, false, (*rig).loseAnswers},
		{"lost answers to partners", blip, false, (*rig).loseReplies},
		{"black hole to the database", blip, false, (*rig).hole},
		{"black hole to partners", blip, false, (*rig).holeHTTP},
		{"clock", blip, false, (*rig).moveClock},
		{"disk full", blip, true, (*rig).fillDisk},
		{"failover", blip, true, (*rig).failover},
		{"kill standby", blip, true, (*rig).killStandby},
		{"failover to a standby that was away", blip, true, (*rig).failoverBehind},
		{"kill the leader", blip, true, (*rig).killLeader},
	}
}

func (r *rig) someone(random *rand.Rand) *server { return r.servers[random.IntN(len(r.servers))] }

func (r *rig) killServer(random *rand.Rand, _ time.Duration) bool {
	r.someone(random).signal(syscall.SIGKILL)
	return true
}

func (r *rig) endServer(random *rand.Rand, _ time.Duration) bool {
	r.someone(random).signal(syscall.SIGTERM)
	return true
}

func (r *rig) pauseServer(random *rand.Rand, lasts time.Duration) bool {
	s := r.someone(random)
	r.unrest()
	s.signal(syscall.SIGSTOP)
	time.Sleep(lasts)
	s.signal(syscall.SIGCONT)
	return true
}

func (r *rig) killPostgres(_ *rand.Rand, lasts time.Duration) bool {
	if r.cluster == nil {
		return false
	}
	p := r.cluster.nodes[r.cluster.primary]
	p.kill()
	time.Sleep(lasts / 4)
	return p.start() == nil
}

// backend is one process of PostgreSQL that serves a connection.
func (r *rig) backend(random *rand.Rand) int {
	if r.cluster == nil {
		return 0
	}
	list := r.cluster.nodes[r.cluster.primary].children()
	if len(list) < 10 {
		return 0
	}
	return list[8+random.IntN(len(list)-9)]
}

func (r *rig) killBackend(random *rand.Rand, _ time.Duration) bool {
	pid := r.backend(random)
	return pid != 0 && syscall.Kill(pid, syscall.SIGKILL) == nil
}

func (r *rig) pauseBackend(random *rand.Rand, lasts time.Duration) bool {
	pid := r.backend(random)
	if pid == 0 {
		return false
	}
	r.unrest()
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	time.Sleep(lasts)
	return syscall.Kill(pid, syscall.SIGCONT) == nil
}

func (r *rig) terminate(*rand.Rand, time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	_, err := r.admin.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jiekou' and usename = 'jiekou' and pid <> pg_backend_pid()`)
	return err == nil
}

func (r *rig) cutDatabase(random *rand.Rand, _ time.Duration) bool {
	for _, p := range r.someone(random).databases {
		p.cut()
	}
	return true
}

func (r *rig) cutPartners(random *rand.Rand, _ time.Duration) bool {
	r.someone(random).http.cut()
	return true
}

func (r *rig) loseAnswers(random *rand.Rand, _ time.Duration) bool {
	for _, p := range r.someone(random).databases {
		p.lose.Store(1 + random.Int64N(6))
	}
	time.Sleep(100 * time.Millisecond)
	return true
}

func (r *rig) loseReplies(random *rand.Rand, _ time.Duration) bool {
	r.someone(random).http.lose.Store(1 + random.Int64N(10))
	time.Sleep(100 * time.Millisecond)
	return true
}

func (r *rig) hole(random *rand.Rand, lasts time.Duration) bool {
	s := r.someone(random)
	r.unrest()
	s.away(true)
	for _, p := range s.databases {
		p.hole.Store(true)
	}
	time.Sleep(lasts + r.scaled(readyBound) + time.Second)
	s.away(false)
	for _, p := range s.databases {
		p.hole.Store(false)
	}
	return true
}

// away notes that a server has no database, or has one again.
func (s *server) away(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = time.Time{}
	if is {
		s.down = time.Now()
	}
}

func (r *rig) holeHTTP(random *rand.Rand, lasts time.Duration) bool {
	s := r.someone(random)
	s.http.hole.Store(true)
	time.Sleep(lasts)
	s.http.hole.Store(false)
	return true
}

func (r *rig) moveClock(random *rand.Rand, _ time.Duration) bool {
	by := time.Duration(random.Int64N(int64(48*time.Hour))) - 24*time.Hour
	return os.WriteFile(r.someone(random).clock(), []byte(by.String()), 0o600) == nil
}

func (r *rig) fillDisk(_ *rand.Rand, lasts time.Duration) bool {
	if r.cluster == nil || !r.cluster.full(true) {
		return false
	}
	r.unrest()
	time.Sleep(lasts + time.Second)
	if !r.cluster.full(false) {
		return false
	}
	r.cluster.supervise()
	return true
}

func (r *rig) failover(*rand.Rand, time.Duration) bool {
	if r.cluster == nil || !r.cluster.withStandby || !r.cluster.synchronous() {
		return false
	}
	r.unrest()
	return r.promote()
}

// promote kills the primary, if it lives, and has the standby take its place.
func (r *rig) promote() bool {
	if err := r.cluster.failover(); err != nil {
		r.anomaly("rig", "failover: %v", err)
		return false
	}
	return true
}

// killStandby has commits wait for a standby that is not there. Without a further fault of
// PostgreSQL meanwhile, nothing may be lost.
func (r *rig) killStandby(_ *rand.Rand, lasts time.Duration) bool {
	if r.cluster == nil || !r.cluster.withStandby || !r.cluster.synchronous() {
		return false
	}
	p := r.cluster.nodes[1-r.cluster.primary]
	p.kill()
	time.Sleep(lasts + time.Second)
	return p.start() == nil
}

// failoverBehind has the standby miss what is committed while it is away, and then become
// the primary: nothing of that may have been acknowledged.
func (r *rig) failoverBehind(_ *rand.Rand, lasts time.Duration) bool {
	if r.cluster == nil || !r.cluster.withStandby || !r.cluster.synchronous() {
		return false
	}
	r.unrest()
	c := r.cluster
	c.nodes[1-c.primary].kill()
	time.Sleep(lasts + 2*time.Second)
	c.nodes[c.primary].kill()
	if err := c.nodes[1-c.primary].start(); err != nil {
		r.anomaly("rig", "standby: %v", err)
		return false
	}
	return r.promote()
}

// killLeader has somebody else kill the primary of a database that is not the rig's.
func (r *rig) killLeader(*rand.Rand, time.Duration) bool {
	return r.hook != "" && exec.Command(r.hook).Run() == nil //nolint:gosec // named on the command line
}
