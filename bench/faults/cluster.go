package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/testkit/address"
)

// postgres is one server of PostgreSQL.
type postgres struct {
	dir, bin string
	at       *address.Reserved
	cred     *syscall.Credential
	cmd      *exec.Cmd
	done     chan struct{}
}

// cluster is a primary with a synchronous standby.
type cluster struct {
	dir, bin    string
	cred        *syscall.Credential
	tmpfs       bool
	nodes       [2]*postgres
	primary     int
	withStandby bool
}

// newCluster makes and starts both in a folder.
func newCluster(dir string, standby bool) (*cluster, error) {
	bin, err := privatepg.FindBin()
	if err != nil {
		return nil, err
	}
	if at, err := filepath.EvalSymlinks(filepath.Join(bin, "initdb")); err == nil {
		bin = filepath.Dir(at)
	}
	c := &cluster{dir: filepath.Join(dir, "pg"), bin: bin, withStandby: standby}
	if err := os.MkdirAll(c.dir, 0o755); err != nil { //nolint:gosec // the database's user must get in
		return nil, err
	}
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids of a user
		c.tmpfs = exec.Command("mount", "-t", "tmpfs", "-o", "size=6g", "none", c.dir).Run() == nil
		if err := os.Chown(c.dir, uid, gid); err != nil {
			return nil, err
		}
	}
	for i := range c.nodes {
		at, err := address.Reserve()
		if err != nil {
			return nil, err
		}
		c.nodes[i] = &postgres{dir: filepath.Join(c.dir, strconv.Itoa(i)), bin: bin, at: at, cred: c.cred}
	}
	first := c.nodes[0]
	if err := first.run("initdb", "-D", first.dir, "-U", "admin", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, err
	}
	if err := first.start(); err != nil {
		return nil, err
	}
	for _, sql := range []string{`create role jiekou login`, `create database jiekou owner jiekou`} {
		if err := c.sql(0, "postgres", sql); err != nil {
			return nil, err
		}
	}
	if standby {
		return c, c.rejoin()
	}
	return c, nil
}

// run runs a program of PostgreSQL as its user.
func (p *postgres) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(p.bin, name), args...) //nolint:gosec // ours
	cmd.Dir, cmd.SysProcAttr = "/", &syscall.SysProcAttr{Credential: p.cred}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// start starts a server and waits until it answers.
func (p *postgres) start() error {
	args := []string{"-D", p.dir}
	for _, s := range []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(p.at.Port), "unix_socket_directories=", "max_connections=200",
		"log_min_messages=fatal", "wal_keep_size=256MB", "max_wal_size=512MB", "hot_standby=on", "wal_receiver_status_interval=1s",
		"wal_receiver_timeout=3s", "wal_sender_timeout=3s", "wal_retrieve_retry_interval=200ms", "restart_after_crash=on",
	} {
		args = append(args, "-c", s)
	}
	p.cmd = exec.Command(filepath.Join(p.bin, "postgres"), args...) //nolint:gosec // ours
	log, err := os.OpenFile(p.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log, _ = os.Open(os.DevNull) // the disk is full
	}
	defer func() { _ = log.Close() }()
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Stdout = "/", log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred, Setpgid: true, Pdeathsig: 0}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(p.cmd, p.done)
	return nil
}

// children are the processes of a server, itself last.
func (p *postgres) children() []int {
	main := p.cmd.Process.Pid
	out, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", main, main))
	var list []int
	for _, f := range strings.Fields(string(out)) {
		if pid, err := strconv.Atoi(f); err == nil {
			list = append(list, pid)
		}
	}
	return append(list, main)
}

// kill ends a server and all its processes at once.
func (p *postgres) kill() {
	if !p.alive() {
		return
	}
	list := p.children()
	_ = syscall.Kill(list[len(list)-1], syscall.SIGSTOP)
	for _, pid := range list {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-p.done
	for _, pid := range list {
		for range 100 {
			if syscall.Kill(pid, 0) != nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// alive says whether the server runs.
func (p *postgres) alive() bool {
	if p.done == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// url of a node for a role.
func (c *cluster) url(node int, role, db string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?connect_timeout=2&sslmode=disable", role, c.nodes[node].at.Port, db)
}

// sql runs a statement as the superuser, and waits for a server that is starting.
func (c *cluster) sql(node int, db, sql string) error {
	var err error
	for range 200 {
		if err = c.try(node, db, sql); err == nil {
			return nil
		}
		var e *pgx.ScanArgError
		if errors.As(err, &e) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func (c *cluster) try(node int, db, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url(node, "admin", db))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// rejoin makes the node that is not the primary a synchronous standby of it, from nothing.
func (c *cluster) rejoin() error {
	main, other := c.nodes[c.primary], c.nodes[1-c.primary]
	other.kill()
	if err := os.RemoveAll(other.dir); err != nil {
		return err
	}
	err := other.run("pg_basebackup", "-d", fmt.Sprintf("postgres://admin@127.0.0.1:%d/postgres?application_name=standby", main.at.Port),
		"-D", other.dir, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	if err != nil {
		return err
	}
	if err := other.start(); err != nil {
		return err
	}
	for _, sql := range []string{`alter system set synchronous_standby_names = '*'`, `select pg_reload_conf()`} {
		if err := c.sql(c.primary, "postgres", sql); err != nil {
			return err
		}
	}
	return nil
}

// failover kills the primary, promotes the standby, and makes a new standby.
func (c *cluster) failover() error {
	c.nodes[c.primary].kill()
	c.primary = 1 - c.primary
	if err := c.sql(c.primary, "postgres", `select pg_promote(true, 10)`); err != nil {
		return err
	}
	return c.rejoin()
}

// synchronous says whether the standby confirms commits.
func (c *cluster) synchronous() bool {
	return c.try(c.primary, "postgres", `select 1 / (select count(*) from pg_stat_replication where sync_state = 'sync')`) == nil
}

// full lets the disk have no room, or room again. It returns false where that cannot be done.
func (c *cluster) full(is bool) bool {
	size := "size=6g"
	if is {
		var s syscall.Statfs_t
		if syscall.Statfs(c.dir, &s) != nil {
			return false
		}
		used := (s.Blocks - s.Bfree) * uint64(s.Bsize) //nolint:gosec // a size
		size = fmt.Sprintf("size=%d", used+1<<20)
	}
	return c.tmpfs && exec.Command("mount", "-o", "remount,"+size, c.dir).Run() == nil
}

// supervise starts a node that has ended by itself, as one does whose disk was full.
func (c *cluster) supervise() {
	for i, p := range c.nodes {
		if (i == c.primary || c.withStandby) && !p.alive() {
			_ = p.start()
		}
	}
}

// close ends everything.
func (c *cluster) close() {
	for _, p := range c.nodes {
		if p != nil {
			p.kill()
			p.at.Release()
		}
	}
	if c.tmpfs {
		_ = exec.Command("umount", "-l", c.dir).Run()
	}
}

// lastLog is the end of a node's log.
func (c *cluster) lastLog() string {
	text, _ := os.ReadFile(c.nodes[c.primary].dir + ".log")
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-5):], []byte("\n")))
}
