package trial_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// receiver takes the messages of its arguments with the receiver in Go, and writes what it
// answered and what its handler had.
const receiver = `package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"

	"github.com/jiekou-dev/jiekou/gen/client/trial/made/SYSTEM"
	"github.com/jiekou-dev/jiekou/gen/client/trial/made/SYSTEM/GROUP"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func receives(key string, messages []string) {
	handled := ""
	take := func(_ context.Context, call *receive.Call, q *GROUP.PUSHRequest) error {
		out := wire.NewWriter(call.Zone)
		out.Begin()
		q.Encode(out)
		out.End()
		handled = string(out.Bytes())
		return nil
	}
	handler, err := receive.New(receive.Config{
		System: SYSTEM.Describe().System, App: "300", Secrets: map[string]string{"KEY": key}, Seen: receive.NewMemory(0),
	}, SYSTEM.OnPUSH(take))
	if err != nil {
		panic(err)
	}
	for _, text := range messages {
		var m struct {
			Headers map[string]string
			Body    []byte
		}
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			panic(err)
		}
		r, w := httptest.NewRequest("POST", "/", bytes.NewReader(m.Body)), httptest.NewRecorder()
		for name, value := range m.Headers {
			r.Header.Set(name, value)
		}
		handled = ""
		handler.ServeHTTP(w, r)
		line, _ := json.Marshal(map[string]any{"Status": w.Code, "Body": w.Body.Bytes(), "Handled": handled})
		fmt.Println(string(line))
	}
}
`

// pushOf is the notification of a system, nil where it has none.
func pushOf(s *spec.System) *spec.Interface {
	for _, i := range s.Interfaces {
		if i.Kind == spec.Notify {
			return i
		}
	}
	return nil
}

// receiving is the part of the program that receives.
func receiving(s *spec.System) string {
	i := pushOf(s)
	if i == nil {
		return "package main\n\nfunc receives(string, []string) {}\n"
	}
	return strings.NewReplacer("PUSH", spec.GoName(i.Cmd), "GROUP", i.Group.Name).Replace(receiver)
}

// holdPushes sends the notification of a system to its receiver in Go: changed on its way, sound,
// and once more.
func holdPushes(t *testing.T, s *spec.System, program string) {
	t.Helper()
	i := pushOf(s)
	if i == nil {
		return
	}
	p, err := bind.Protocol(s)
	if err != nil {
		t.Fatal(err)
	}
	secrets := protocol.Secrets{}
	for name, text := range trial.Keys(s) {
		secrets[name] = []string{text}
	}
	keys, err := p.Keys(trial.App, secrets)
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(example.Object(i.Request))
	payload = bytes.ReplaceAll(payload, []byte("2016-05-26T10:30:00+08:00"), []byte("2016-05-26T00:00:00-02:30")) // as Go writes it in the system's zone
	sent, err := p.Push.Send(keys, protocol.Outgoing{
		Interface: i.Cmd, ID: "10000000000000000001", Payload: payload, Now: time.Now(), Draft: &message.Message{Method: "POST", Path: "/", Header: http.Header{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"receive", trial.Key}
	body := bytes.Clone(sent.Message.Body)
	for _, one := range [][]byte{trial.Spoiled(body), body, body} {
		headers := map[string]string{"Content-Type": "application/json"}
		for name := range sent.Message.Header {
			headers[name] = sent.Message.Header.Get(name)
		}
		text, _ := json.Marshal(map[string]any{"Headers": headers, "Body": one})
		args = append(args, string(text))
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for n, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var got struct {
			Status  int
			Body    []byte
			Handled string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err, line)
		}
		want := []string{s.RuleCode("auth"), s.Reply.Success, s.RuleCode("repeated")}[n]
		opened, err := p.Push.Open(t.Context(), sent, &message.Message{Status: got.Status, Header: http.Header{}, Body: got.Body})
		if err != nil || opened.Code != want {
			t.Errorf("%s: answer %d is %d %s, want %s: %v", i.Cmd, n, got.Status, got.Body, want, err)
		}
		if wanted := map[bool]string{true: string(payload)}[n == 1]; !sameJSON(got.Handled, wanted) {
			t.Errorf("%s: time %d: the handler had %s, want %s", i.Cmd, n, got.Handled, wanted)
		}
	}
}

// sameJSON compares two texts of JSON, whatever the order of their members.
func sameJSON(a, b string) bool {
	read := func(text string) (v any) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		_ = d.Decode(&v)
		return v
	}
	return fmt.Sprint(read(a)) == fmt.Sprint(read(b))
}
