package operate_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// shopfront is a signed system: its notifications are signed by its own key pair, and
// its receivers answer with a word, and prove themselves by a handshake.
const shopfront = `
keys: {platform: system rsa, secret: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{payload}"
  values: {sign: {of: "{body}", by: [hmac-sha256 secret, hex]}}
push:
  header: {X-App: "{app}", X-Event: "{interface}", X-Id: "{id}", X-Time: "{time}", X-Sign: "{sign}"}
  json: "{payload}"
  values:
    time: {send: "{now|unix}"}
    sign: {of: "{header.X-Event}\n{header.X-Id}\n{time}\n{body}", by: [rsa-sha256 platform, base64], else: SIGN}
  guards: [{window: time, within: 5m, else: LATE}]
  variants:
    - when: {header.X-Event: ping}
      header: {X-App: "{app}", X-Event: ping, X-Id: "{id}", X-Time: "{time}", X-Sign: "{sign}"}
      json: {challenge: "{challenge}"}
      values: {challenge: {send: "{random|hex}"}}
      answer: {text: "{request.challenge|hmac-sha256 secret|hex}"}
  answer:
    text: "{word}"
    success: {word: ok}
    failure: {word: again}
`

// told is the notification.
type told struct{ name string }

func (q *told) Decode(in *wire.Reader) {
	for o := in.Object([]string{"name"}); o.Next(); {
		if o.Key() == "name" {
			o.String(0, &q.name)
		} else {
			o.Skip()
		}
	}
}

func (*told) Check(*problem.List) {}

// TestSubscribePlain: the notifications of a system whose messages are signed, from the
// terminal to a generated receiver that has the other half of the keys.
func TestSubscribePlain(t *testing.T) {
	t.Parallel()
	p, err := protocol.Parse([]byte(shopfront))
	if err != nil {
		t.Fatal(err)
	}
	s := route.System{
		Name: "front", Zone: "Asia/Shanghai", Protocol: p,
		Interfaces: []route.Interface{route.Describe[told](route.Interface{Cmd: "order_paid", Kind: route.Notify, Status: route.Active})},
		Errors: problem.Catalogue{Success: "OK", Rules: map[problem.Rule]string{"internal": "ERROR", "auth": "SIGN"}, Texts: map[string]string{
			"OK": "", "ERROR": "", "SIGN": "", "LATE": "",
		}},
	}
	c := &counter{url: postgrestest.New(t).Config().ConnString(), dir: t.TempDir()}
	tables := fstest.MapFS{"migration/0001_none.sql": {Data: []byte("create schema front")}}
	c.systems = []system.System{{System: s, Migrations: migrate.Set{Name: "front", FS: tables}}}
	c.fine(t, "key", "rotate", "--system", "front")
	partner := membersOf(t, c.fine(t, "app", "add", "700", "--system", "front", "--grant", "*", "--json"))
	if strings.Contains(partner["platform"], "PRIVATE") {
		t.Fatal("the partner has our private key")
	}
	var came atomic.Pointer[string]
	var calls atomic.Int32
	take := func(_ context.Context, call *receive.Call, q *told) error {
		text := call.Cmd + " " + q.name + " " + call.Sid
		came.Store(&text)
		if calls.Add(1) == 1 {
			return context.DeadlineExceeded
		}
		return nil
	}
	handler, err := receive.New(receive.Config{System: s, App: "700", Secrets: partner, Seen: receive.NewMemory(0)}, receive.Handle("order_paid", take))
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)

	subscribe := []string{"app", "subscribe", "700", "--notify", "order_paid", "--url"}
	_, errs, code := c.run(t, "", append(subscribe, web.URL)...)
	if code != 1 || errs != "jiekoud: error: the receiver does not answer the handshake: blocked\njiekoud: hint: private addresses must be allowed: --push-allow 127.0.0.1\n" {
		t.Errorf("%d %s", code, errs)
	}
	deaf := httptest.NewServer(nil)
	t.Cleanup(deaf.Close)
	_, errs, code = c.run(t, "", append(subscribe, deaf.URL, "--push-allow", "127.0.0.1")...)
	if code != 1 || !strings.HasPrefix(errs, "jiekoud: error: the receiver does not answer the handshake: HTTP 404\njiekoud: hint: start the receiver first") {
		t.Errorf("%d %s", code, errs)
	}
	if out := c.fine(t, "app", "show", "700"); strings.Contains(out, "order_paid ->") {
		t.Errorf("it is subscribed: %s", out)
	}
	c.fine(t, append(subscribe, deaf.URL, "--no-handshake")...)
	c.fine(t, append(subscribe, web.URL, "--push-allow", "127.0.0.1")...)
	if calls.Load() != 0 {
		t.Error("a handshake is no notification")
	}
	c.send(t, s.Name)
	if got := *came.Load(); !strings.HasPrefix(got, "order_paid 世界 2") || calls.Load() != 2 {
		t.Errorf("%d: %s", calls.Load(), got)
	}
}

// send queues a notification and delivers it as the server does.
func (c *counter) send(t *testing.T, name string) {
	t.Helper()
	pool, err := postgres.NewPool(t.Context(), c.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	var id int64
	err = pool.QueryRow(t.Context(), `insert into jiekou.outbox (system, app, cmd, body) values ($1, '700', 'order_paid', '{"name":"世界"}') returning id`, name).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	master, err := app.OpenMaster(c.dir + "/data/master.key")
	if err != nil {
		t.Fatal(err)
	}
	p := c.systems[0].Protocol
	registry, err := app.NewRegistry(t.Context(), pool, master, app.Protocols{name: p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(registry.Close)
	engine, err := notify.New(pool, notify.Config{
		Systems: map[string]notify.System{name: {Protocol: p, Zone: "Asia/Shanghai"}}, Apps: keysOf{registry}, Log: slog.New(slog.DiscardHandler),
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Schedule: []time.Duration{10 * time.Millisecond, 10 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); engine.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		var codes string
		err := pool.QueryRow(t.Context(), `select coalesce(string_agg(concat_ws(' ', outcome, status, code), '; ' order by n), '') from jiekou.attempt where outbox = $1`, id).Scan(&codes)
		if err != nil {
			t.Fatal(err)
		}
		if codes == "refused 200 again; delivered 200 ok" {
			return
		}
		if time.Now().After(end) {
			t.Fatal(codes)
		}
	}
}

// keysOf shows a registry to the engine.
type keysOf struct{ *app.Registry }

func (k keysOf) Find(ctx context.Context, system, id string) (*protocol.Keys, bool) {
	found, ok := k.Lookup(ctx, system, id)
	return found.Keys, ok
}
