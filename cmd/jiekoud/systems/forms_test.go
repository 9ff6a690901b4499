package systems_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/caller"
)

// TestForms sends the forms of the pages as they are filled in already: a server with demo
// data answers each of them, so that the first call of whoever tries them is no refusal.
func TestForms(t *testing.T) {
	t.Parallel()
	w := setup(t)
	sent := 0
	for _, one := range generated.Systems() {
		text, err := fs.ReadFile(one.Docs, "docs/"+portal.ConsoleFile)
		if err != nil {
			t.Fatal(err)
		}
		var console portal.Console
		if err := json.Unmarshal(text, &console); err != nil {
			t.Fatal(err)
		}
		s, err := caller.System(loadSpec(t), one.Name)
		if err != nil {
			t.Fatal(err)
		}
		c := w.Server.App(t, s.Name, "300")
		for _, i := range s.Interfaces {
			call, ok := console.Calls[i.Cmd]
			if !ok || i.Status == spec.Unimplemented {
				continue
			}
			sent++
			payload := caller.Payload(i, filledIn(t, call.Fields))
			if firstCall(t, w, i, c, payload) == "" {
				continue
			}
			alone := setup(t) // another call may have left something else
			if refused := firstCall(t, alone, i, alone.Server.App(t, s.Name, "300"), payload); refused != "" {
				t.Errorf("%s %s: %s\n%s", s.Name, i.Cmd, refused, payload)
			}
		}
	}
	if sent < 45 {
		t.Errorf("%d forms were sent", sent)
	}
}

// firstCall is how a call is refused, empty where it is answered.
func firstCall(t *testing.T, w *world, i *spec.Interface, c app.Credentials, payload []byte) string {
	t.Helper()
	sender, err := caller.App{System: i.System.Name, ID: c.AppID, Members: c.Secrets()}.Client(i.System, i, client.Config{URL: w.URL})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := sender.Call(t.Context(), i.Cmd, payload)
	if err == nil && reply.OK {
		return ""
	}
	return fmt.Sprintf("%s %s, %v", reply.Code, reply.Message, err)
}

// filledIn is what a form has in it when its page is opened.
func filledIn(t *testing.T, fields []portal.Entry) []byte {
	t.Helper()
	out := map[string]any{}
	for _, f := range fields {
		switch {
		case f.Value == "":
		case f.Kind == "text" || !json.Valid([]byte(f.Value)):
			out[f.Name] = f.Value
		default:
			out[f.Name] = json.RawMessage(f.Value)
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
