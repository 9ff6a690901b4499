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
				decide := func(_ *message.Message, a *protocol.Admitted) ([]byte, error) {
					if json.Valid([]byte(trip.Payload)) && len(a.Payload()) > 0 && !json.Valid(a.Payload()) {
						return nil, problem.New(problem.JSON)
					}
					return []byte("{}"), nil
				}
				rig, err := tamper.NewRig(p, trip.Push, codes, at, &app)
				if err != nil {
					t.Fatal(err)
				}
				o := tamper.Order{Out: protocol.Outgoing{Interface: trip.Interface, Payload: []byte(trip.Payload), Draft: draftOf(trip.Draft)}}
				if trip.File != "" {
					o.Out.Files = []message.Part{{Name: "file", File: "a.png", Type: "image/png", Body: []byte(trip.File)}}
				}
				sound, err := rig.Try(t.Context(), o, decide)
				if err != nil || !sound.OK {
					t.Errorf("%s: sound: %+v %v", trip.Name, sound, err)
					continue
				}
				refused := try(t, rig, o, decide, tamper.Faults(p, trip.Push, sound.Form))
				if refused < 4 {
					t.Errorf("%s: only %d faults are refused", trip.Name, refused)
				}
			}
		})
	}
}

// try counts the faults that a receiver refuses. A sound message has to succeed, and a
// part that a key proves may not be another one.
func try(
	t *testing.T, rig *tamper.Rig, o tamper.Order, decide tamper.Decide, faults []tamper.Fault,
) (refused int) {
	for _, fault := range faults {
		o.Tamper = &fault.Tamper
		s, err := rig.Try(t.Context(), o, decide)
		switch {
		case errors.Is(err, tamper.ErrUnread) && s.Refused != nil:
			t.Errorf("%s: refused with %v, and the answer has no form: %v", fault.ID, s.Refused, err)
		case err != nil:
			t.Log(fault.ID, err) // it cannot be sent, or who answers has another key than its sender
		case fault.Holds && !s.OK:
			t.Errorf("%s: refused: %v", fault.ID, s.Refused)
		case s.OK && s.Refused == nil && !fault.Holds && !fault.Either:
			t.Errorf("%s: taken, want %s %s", fault.ID, fault.By, fault.Code)
		case !s.OK && s.By == fault.By && fault.Code != s.Refused.Code && fault.Code != string(s.Refused.Rule):
			t.Errorf("%s: refused with %v, want %s", fault.ID, s.Refused, fault.Code)
		case !s.OK:
			refused++
		}
	}
	return refused
}

// TestEdges finds the ends of windows.
func TestEdges(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ before, behind string }{
		"custservice":   {"5m0s", "5m0s"},
		"tencent-cos":   {"2h0m0s", ""},
		"bank-sm":       {"10m0s", "10m0s"},
		"alipay":        {"", ""},
		"aws-presigned": {"24h0m0s", "240h0m0s"},
	} {
		_, p := load(t, "../../runtime/protocol/testdata/"+name+".yaml")
		at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
		rig, err := tamper.NewRig(p, false, problem.Catalogue{Success: "0"}, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		before, behind := rig.Edges(t.Context(), tamper.Order{Out: protocol.Outgoing{Interface: "x", Payload: []byte("{}")}})
		for what, one := range map[string]struct {
			edge *tamper.Edge
			want string
		}{"before": {before, want.before}, "behind": {behind, want.behind}} {
			if one.edge == nil && one.want != "" || one.edge != nil && one.edge.Far.String() != one.want {
				t.Errorf("%s %s: %+v, want %s", name, what, one.edge, one.want)
			}
		}
	}
}
