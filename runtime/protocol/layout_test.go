package protocol_test

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// bare is a protocol whose payloads are lists and texts, and have members in headers.
const bare = `
keys: {secret: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{payload}"
  values: {sign: {of: "{secret}{body}", by: [sha256, hex]}}
reply:
  json: {code: "{code}", data: "{payload}"}
  success: {code: "0"}
  variants:
    - when: unknown
    - when: {success: true, frame: bare}
      json: "{payload}"
push:
  header: {X-App: "{app}", X-Event: "{interface}", X-Sign: "{sign}"}
  json: {event: {data: "{payload}"}}
  values: {sign: {of: "{secret}{body}", by: [sha256, hex]}}
  answer: {json: {code: "{code}"}, success: {code: "0"}}
layouts:
  put: {send: {whole: items}, reply: {whole: list, json: {total: X-Total}, header: {id: X-Id}}}
  told: {send: {whole: text, header: {no: X-No}}}
`

// TestLayouts: a payload that is no object, and members in headers, arrive as an object
// of all members, whatever the frame around them.
func TestLayouts(t *testing.T) {
	t.Parallel()
	p := protocol.MustParse(bare)
	keys, err := p.Keys("a", protocol.Secrets{"secret": {"s"}})
	if err != nil {
		t.Fatal(err)
	}
	side := protocol.NewSide(&world{app: "a", keys: keys}, nil, nil, func() time.Time { return time.Unix(1_800_000_000, 0) })
	for _, tt := range []struct {
		x                *protocol.Exchange
		name, frame      string
		sent, body, took string
		reply, replied   string
		read             string // of the reply; empty: as reply
		header           http.Header
	}{
		{
			x: p.Call, name: "put", sent: `{"items":[{"id":1},{"id":2}]}`, body: `[{"id":1},{"id":2}]`, took: `{"items":[{"id":1},{"id":2}]}`,
			reply: `{"list":["a"],"total":12,"id":"x\ny"}`, replied: `{"code":"0","data":["a"]}`, read: `{"total":12,"id":"x y","list":["a"]}`,
			header: http.Header{"X-Total": {"12"}, "X-Id": {"x y"}},
		},
		{
			x: p.Call, name: "put", frame: "bare", sent: `{"items":"ok"}`, body: `"ok"`, took: `{"items":"ok"}`,
			reply: `{"list":123,"total":null,"id":"12"}`, replied: `123`, read: `{"id":"12","list":123}`, header: http.Header{"X-Id": {"12"}},
		},
		{x: p.Call, name: "put", frame: "bare", sent: `{}`, body: `null`, took: `{"items":null}`, reply: `{"list":[]}`, replied: `[]`},
		{x: p.Push, name: "told", sent: `{"no":"12","text":"好"}`, body: `{"event":{"data":"好"}}`, took: `{"no":"12","text":"好"}`, header: http.Header{"X-No": {"12"}}},
	} {
		sent, err := tt.x.Send(keys, protocol.Outgoing{Interface: tt.name, Frame: tt.frame, Payload: []byte(tt.sent), Now: time.Unix(1_800_000_000, 0)})
		if err != nil {
			t.Fatal(err)
		}
		m := *sent.Message
		if string(m.Body) != tt.body {
			t.Errorf("%s: the body is %s, want %s", tt.sent, m.Body, tt.body)
		}
		a, err := tt.x.Admit(t.Context(), protocol.Incoming{Message: &m, Interface: tt.name, Frame: tt.frame}, side)
		if err != nil || string(a.Payload()) != tt.took {
			t.Fatalf("%s: %v, admitted as %s, want %s", tt.sent, err, a.Payload(), tt.took)
		}
		has := m.Header
		if tt.reply != "" {
			r, err := tt.x.Reply(a, protocol.Outcome{OK: true, Code: "0", Frame: tt.frame, Payload: []byte(tt.reply)})
			if err != nil || string(r.Body) != tt.replied {
				t.Fatalf("%s: %v, replied %s, want %s", tt.reply, err, r.Body, tt.replied)
			}
			has = r.Header
			answer := message.Message{Status: 200, Header: r.Header.Clone(), Body: []byte(string(r.Body))}
			o, err := tt.x.Open(t.Context(), sent, &answer)
			if err != nil {
				t.Fatalf("%s: %v", tt.replied, err)
			}
			want := cmp.Or(tt.read, tt.reply)
			if string(o.Payload) != want {
				t.Errorf("%s: read as %s, want %s", tt.replied, o.Payload, want)
			}
		}
		for name := range tt.header {
			if got, want := has.Get(name), tt.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.name, name, got, want)
			}
		}
	}
}
