package native

import (
	"testing"

	"github.com/jiekou-dev/jiekou/gen/client/trial"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// early has a call refused that was changed on its way. A server that refuses before a call is
// proved repeats nothing of it; where the server's own client reads that, this one does.
func (f *file) early(t *testing.T, driver *process, one *trip, token string) int {
	t.Helper()
	values := map[string]string{}
	for name, text := range one.Values {
		values[name] = text
	}
	if token != "" && f.Token != "" {
		values[token] = f.Token
	}
	var draft *message.Message
	if one.Draft != "" {
		draft = parse(one.Draft)
	}
	list := protocol.Secrets{}
	for name, text := range f.keys {
		list[name] = []string{text}
	}
	k, err := f.p.Keys(f.App, list)
	if err != nil {
		t.Fatal(f.name, err)
	}
	out := protocol.Outgoing{Interface: one.Interface, ID: "20261128062500000001", Payload: []byte(one.Payload), Draft: draft, Now: noon, Values: values}
	sent, err := f.p.Call.Send(k, out)
	if err != nil {
		t.Fatal(f.name, err)
	}
	m := *sent.Message
	if m.Body = trial.Spoiled(m.Body); m.Body == nil {
		return 0
	}
	a, err := f.p.Call.Admit(t.Context(), protocol.Incoming{Message: &m, Interface: one.Interface}, f.side(t, noon))
	defer a.Release()
	if err == nil {
		return 0 // nothing protects what was changed
	}
	reply, err := f.p.Call.Reply(a, protocol.Outcome{Code: one.Failure, Text: "失败", ID: "log-3", Now: noon})
	if err != nil || reply == nil {
		return 0
	}
	if o, err := f.p.Call.Open(t.Context(), sent, reply); err != nil || o.OK {
		return 0
	}
	sealed := driver.ask(t, f.sealing(one.Interface, "20261128062500000001", one.Payload, draft, noon, values, f.keys))
	r := driver.ask(t, map[string]any{
		"do": "open", "module": f.module(), "handle": sealed.Handle, "keys": f.keys, "now": noon.UnixMilli(),
		"message": map[string]any{"status": reply.Status, "headers": headersOf(reply), "body": append([]byte{}, reply.Body...)},
	})
	if r.Error != "" || r.OK {
		t.Errorf("%s/%s: a refusal before the call was proved: ok is %t, %s\n%s", f.name, one.Name, r.OK, r.Error, reply.Body)
	}
	return 1
}
