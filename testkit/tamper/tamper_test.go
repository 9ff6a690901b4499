package tamper_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// file is a protocol of the engine's tests.
type file struct {
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Keys     map[string]string `yaml:"keys"`
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`
	Trips    []struct {
		Name      string `yaml:"name"`
		Push      bool   `yaml:"push"`
		Interface string `yaml:"interface"`
		Payload   string `yaml:"payload"`
		Draft     string `yaml:"draft"`
		Code      string `yaml:"code"`
		File      string `yaml:"file"`
	} `yaml:"trips"`
}

func load(t testing.TB, path string) (*file, *protocol.Protocol) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f file
	if err := yaml.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	d, problems := declare.Read(&f.Protocol)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := protocol.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return &f, p
}

func draftOf(text string) *message.Message {
	m := &message.Message{Header: http.Header{}}
	head, _, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	m.Method = method
	m.Path, m.Query, _ = strings.Cut(target, "?")
	for _, line := range lines[1:] {
		if name, value, ok := strings.Cut(line, ": "); ok && name == "Host" {
			m.Host = value
		} else if ok {
			m.Header.Set(name, value)
		}
	}
	return m
}

func TestFaults(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(files) < 38 {
		t.Fatal(files, err)
	}
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, p := load(t, path)
			for _, trip := range f.Trips {
				app := tamper.Caller{ID: f.App, Token: f.Token, Secrets: protocol.Secrets{}}
				example, err := tamper.Example(p, f.App, nil)
				if err != nil {
					t.Fatal(err)
				}
				for k, v := range example.Secrets {
					app.Secrets[k] = v
				}
				for _, list := range []map[string]string{f.Keys, f.System} {
					for k, v := range list {
						if !strings.HasPrefix(v, "generate ") {
							app.Secrets[k] = []string{v}
						}
					}
				}
				codes := problem.Catalogue{Success: trip.Code, Rules: map[problem.Rule]string{}}
				for i, r := range problem.Rules() {
					codes.Rules[r] = fmt.Sprint(9000 + i)
				}
				decide := func(a *protocol.Admitted) ([]byte, error) {
					if trip.Payload != "" && !json.Valid(a.Payload()) {
						return nil, problem.New(problem.JSON)
					}
					return []byte("{}"), nil
				}
				rig, err := tamper.NewRig(p, trip.Push, codes, at, &app)
				if err != nil {
					t.Fatal(err)
				}
				o := tamper.Order{Interface: trip.Interface, Payload: []byte(trip.Payload), Draft: draftOf(trip.Draft)}
				if trip.File != "" {
					o.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte(trip.File)}}
				}
				if s, err := rig.Try(t.Context(), o, decide); err != nil || !s.OK {
					t.Errorf("%s: sound: %+v %v", trip.Name, s, err)
					continue
				}
				for _, fault := range tamper.Faults(p, trip.Push) {
					o.Tamper = &fault.Tamper
					s, err := rig.Try(t.Context(), o, decide)
					line := ""
					switch {
					case errors.Is(err, tamper.ErrUnread):
						line = fmt.Sprintf("UNREAD %v, refused %v", err, s.Refused)
					case err != nil:
						line = "NOT SENT " + err.Error()
					case s.Refused == nil && fault.Holds:
						continue
					case s.Refused == nil && fault.Either:
						line = "accepted"
					case s.Refused == nil:
						line = "ACCEPTED"
					case fault.Holds:
						line = "REFUSED " + s.Refused.Error()
					case s.By == fault.By && fault.By != "":
						continue
					default:
						line = fmt.Sprintf("refused %v, not by %s %s", s.Refused, fault.By, fault.Code)
					}
					t.Logf("%s: %-22s %s", trip.Name, fault.ID, line)
				}
				a, b := rig.Edges(t.Context(), o)
				t.Log(a, b)
			}
		})
	}
}
