//go:build unix

package privatepg

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	logLimit = 8 << 20    // bytes of the log before it is set aside at a start
	deadPID  = 2147483646 // a process number that no system gives
)

// create makes the cluster where it is missing. It is made under another name
// first: a kill within initdb leaves nothing that looks whole.
func (s *Server) create() error {
	p := s.place
	version, err := p.dataVersion()
	if err != nil || version != 0 {
		return err
	}
	half := p.data + ".init"
	out, err := s.initdb(half, locale)
	if err != nil && bytes.Contains(out, []byte("locale")) {
		out, err = s.initdb(half, "C")
	}
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLines(out))
	}
	if err := os.Rename(half, p.data); err != nil {
		return err
	}
	dir, err := os.Open(p.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// initdb runs initdb. Locale and encoding are explicit: ours may be broken.
func (s *Server) initdb(dir, locale string) ([]byte, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	args := []string{
		"-D", dir, "-U", superuser, "--encoding=UTF8", "--locale=" + locale,
		"--auth=trust", "--data-checksums",
	}
	if s.fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.Command(filepath.Join(s.bin, "initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", environ(), s.place.child(syscall.SIGTERM)
	return cmd.CombinedOutput()
}

// settings of the server. Its log holds no statement, no parameter and no
// detail, so no value of a request; errors reach the client, which knows better.
func (s *Server) settings() []string {
	list := []string{
		"listen_addresses=", "unix_socket_permissions=0700", "port=5432",
		"unix_socket_directories=" + s.place.socket,
		"max_connections=200", "logging_collector=off", "log_destination=stderr",
		"log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse",
		"log_parameter_max_length=0", "log_parameter_max_length_on_error=0", "log_statement=none",
		"log_min_duration_statement=-1", "log_checkpoints=off", "log_line_prefix=%m [%p] ",
	}
	if s.fast {
		return append(list, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	return append(list, "fsync=on", "synchronous_commit=on", "full_page_writes=on")
}

// process is a running server of ours.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	said int64         // size of the log before it
}

// start runs postgres. The calling goroutine must stay on its thread, with which
// the server would end.
func (s *Server) start() (*process, error) {
	log, said, err := s.place.openLog()
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the server has its own
	args := []string{"-D", s.place.data}
	for _, v := range s.settings() {
		args = append(args, "-c", v)
	}
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", environ(), log, log
	cmd.SysProcAttr = s.place.child(syscall.SIGINT) // a fast shutdown: clean
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{}), said: said}
	go func() {
		_ = cmd.Wait() // its state has the exit code
		close(p.done)
	}()
	return p, nil
}

// death says how the server ended by itself; to be called after done.
func (p *process) death(at *place) error {
	return fmt.Errorf("postgres: %s: %s", p.cmd.ProcessState, at.tail(p.said))
}

// end stops the server: in order, or at once when hard is closed.
func (p *process) end(hard <-chan struct{}) {
	_ = p.cmd.Process.Signal(syscall.SIGINT) // fails only where it has ended
	select {
	case <-p.done:
		return
	case <-hard:
	}
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// openLog opens the server's log, after setting a large one aside.
func (p *place) openLog() (*os.File, int64, error) {
	if info, err := os.Stat(p.logFile); err == nil && info.Size() > logLimit {
		if err := os.Rename(p.logFile, p.logFile+".old"); err != nil {
			return nil, 0, err
		}
	}
	f, err := os.OpenFile(p.logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// tail returns the last lines of the log since a size.
func (p *place) tail(since int64) string {
	text, err := os.ReadFile(p.logFile)
	if err != nil || int64(len(text)) < since {
		return "see " + p.logFile
	}
	return lastLines(text[since:])
}

// lastLines keeps the end of a program's output, on one line.
func lastLines(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}

// owner returns the process that the cluster's pid file names, 0 without one.
func (p *place) owner() int {
	text, err := os.ReadFile(filepath.Join(p.data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line)) // 0 where it is cut short
	return max(pid, -pid)
}

// unstick frees a pid file that kill -9 left behind, where its number has gone
// to another program or to a zombie: PostgreSQL would take that for its
// predecessor. It names a dead process instead of removing the file, so that
// PostgreSQL still looks for leftovers of the old one by itself.
func (p *place) unstick() error {
	pid := p.owner()
	if pid == 0 || runsPostgres(pid) || syscall.Kill(pid, 0) == syscall.ESRCH {
		return nil
	}
	name := filepath.Join(p.data, "postmaster.pid")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	return os.WriteFile(name, append([]byte(strconv.Itoa(deadPID)+"\n"), rest...), 0o600)
}
