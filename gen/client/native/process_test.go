package native

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// process is a driver in another language: a line of JSON in, a line out.
type process struct {
	in  io.Writer
	out *bufio.Reader
}

// start runs a driver until the test ends.
func start(t *testing.T, dir string, command ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TZ=America/New_York") // no system's zone
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // it ends with its input
	})
	return &process{in, bufio.NewReaderSize(out, 1<<20)}
}

type wire struct {
	Handle                            int
	Status                            int
	Method, Scheme, Host, Path, Query string
	Headers                           map[string]string
	Body                              []byte
	OK                                bool
	Code, Payload, Error, Trace       string
}

func (w *wire) message() *message.Message {
	m := &message.Message{Method: w.Method, Scheme: w.Scheme, Host: w.Host, Path: w.Path, Query: w.Query, Header: http.Header{}, Body: w.Body, Status: w.Status}
	for name, value := range w.Headers {
		m.Header.Set(name, value)
	}
	return m
}

// ask has one task carried out.
func (p *process) ask(t *testing.T, task map[string]any) *wire {
	t.Helper()
	line, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	answer, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err, string(answer))
	}
	out := &wire{}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatal(err, string(answer))
	}
	return out
}

// find is the path of a program of a language, or skips the test.
func find(t *testing.T, name, why string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not here: %s", name, why)
	}
	return path
}

// run carries out a command, and fails with what it says.
func run(t *testing.T, dir string, command ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
}

// write writes files below a folder.
func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
