package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/address"
)

// server is a jiekoud behind its proxies.
type server struct {
	n         int
	bin, dir  string
	env       []string
	listen    *address.Reserved
	operate   *address.Reserved
	http      *proxy   // before it
	databases []*proxy // between it and PostgreSQL
	seed      uint64   // of its failpoints
	chance    float64  // of its failpoints
	log       *failLog // of all its runs
	held      bool     // it must not be started again now
	mu        sync.Mutex
	cmd       *exec.Cmd
	done      chan struct{}
	starts    int
	down      time.Time    // since when the database is kept from it; zero: it is not
	success   atomic.Int64 // when a call was last carried out, as Unix time in nanoseconds
	from      resources
}

// resources are what a process holds.
type resources struct{ goroutines, files, rss int }

// start runs the server, and again when it has ended by itself, until stop.
func (s *server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run()
}

func (s *server) run() error {
	s.starts++
	cmd := exec.Command(s.bin, "serve")                                                                                            //nolint:gosec // ours
	cmd.Env = append(append(os.Environ(), s.env...), "JIEKOU_FAILPOINTS="+fmt.Sprintf("%g:%d", s.chance, s.seed+uint64(s.starts)), //nolint:gosec // small
		"JIEKOU_FAIL_CLOCK="+s.clock(), "JIEKOU_DATA_DIR="+s.dir, "JIEKOU_LISTEN="+s.listen.Addr,
		"JIEKOU_OPERATE_LISTEN="+s.operate.Addr, "JIEKOU_LOG_LEVEL=warn", "JIEKOU_LOG=json")
	cmd.Stderr = s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: 0}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.done = cmd, make(chan struct{})
	go func(done chan struct{}) {
		_ = cmd.Wait()
		close(done)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.done == done && !s.held {
			time.Sleep(50 * time.Millisecond)
			_ = s.run()
		}
	}(s.done)
	return nil
}

// clock is the file with how much the server's clock is off.
func (s *server) clock() string { return filepath.Join(s.dir, "clock") }

// signal sends a signal to the process.
func (s *server) signal(sig syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.cmd.Process.Signal(sig)
}

// stop ends the server for good.
func (s *server) stop(sig syscall.Signal) {
	s.mu.Lock()
	s.held = true
	cmd, done := s.cmd, s.done
	s.mu.Unlock()
	_ = cmd.Process.Signal(sig)
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
	}
}

// ready asks /readyz.
func (s *server) ready() (status int, err error) {
	client := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get("http://" + s.operate.Addr + "/readyz") //nolint:noctx // has a time
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Body.Close() }()
	return r.StatusCode, nil
}

var total = regexp.MustCompile(`goroutine profile: total (\d+)`)

// holds is what the process holds.
func (s *server) holds() (h resources, err error) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get("http://" + s.operate.Addr + "/debug/pprof/goroutine?debug=1") //nolint:noctx // has a time
	if err != nil {
		return h, err
	}
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return h, err
	}
	if m := total.FindSubmatch(text); m != nil {
		h.goroutines, _ = strconv.Atoi(string(m[1]))
	}
	s.mu.Lock()
	pid := s.cmd.Process.Pid
	s.mu.Unlock()
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	h.files = len(files)
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			h.rss, _ = strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	return h, err
}

// failLog keeps what servers say: where failpoints killed them, and panics.
type failLog struct {
	mu     sync.Mutex
	points map[string]int
	odd    []string
	errors map[string]int // lines of level ERROR by message
	rest   []byte
	file   io.Writer
}

var message = regexp.MustCompile(`"level":"ERROR","msg":"([^"]*)"`)

// Write takes what a server said.
func (l *failLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_, _ = l.file.Write(text)
	}
	l.rest = append(l.rest, text...)
	for {
		line, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(text), nil
		}
		l.rest = append([]byte(nil), rest...)
		l.line(string(line))
	}
}

func (l *failLog) line(line string) {
	if point, ok := strings.CutPrefix(line, "failpoint: killed "); ok {
		l.points[point]++
	}
	if m := message.FindStringSubmatch(line); m != nil {
		l.errors[m[1]]++
	}
	if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.Contains(line, "DATA RACE") || strings.Contains(line, "panicked") {
		l.odd = append(l.odd, line)
	}
}
