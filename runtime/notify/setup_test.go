package notify

import (
	"bytes"
	"context"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

const patience = 2 * time.Minute // of a test

// declared is a protocol as in lianfa.
const declared = `
keys: {token: text, appkey: text}
request:
  json:
    header: {appid: "{app}", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", version: "2.0", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    time: {send: "{now|unix}"}
    sid: {send: "{id}"}
    data: {of: "{payload}", by: [rc4 appkey, base64]}
    dataCode: {of: "{data}", by: [sha1, hex, any-case]}
    authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex, any-case]}
push:
  like: request
  json:
    header: {appid: "100", timestamp: "{time|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{interface}", version: "2.0", dataCode: "{dataCode}"}
    data?: "{data}"
  values:
    authCode: {of: ["100", "{sid}", "{token}", "{dataCode}"]}
  answer:
    json:
      header: {appid: "{app}", timestamp: "{now|unix|raw}", sid: "{sid}", authCode: "{authCode}", cmd: "{cmd}", version: "2.0", dataCode: "{dataCode}"}
      data?: "{data}"
    values:
      sid: "{request.sid}"
      cmd: "{request.interface}"
      answer: {of: {errcode: "{code|raw}", errmsg: "{text}", content?: "{payload}"}}
      data: {of: "{answer}", by: [rc4 appkey, base64]}
      dataCode: {of: "{data}", by: [sha1, hex]}
      authCode: {of: ["{app}", "{sid}", "{token}", "{dataCode}"], sort: value, by: [sha1, hex]}
    success: {code: [0, 1013]}
    final: {code: [6001]}
`

// bench is a database with one system, for engines and receivers.
type bench struct {
	push  *protocol.Protocol
	pool  *pgxpool.Pool
	log   *record
	admin *Admin

	mu    sync.Mutex
	keys  map[string]*protocol.Keys
	looks []*looks // of the engines that run
}

func setup(t testing.TB) *bench {
	t.Helper()
	pool := postgrestest.NewFrom(t, "notify", func(ctx context.Context, p *pgxpool.Pool) error {
		return migrate.Up(ctx, p, []migrate.Set{schema.Migrations()})
	})
	push, err := protocol.Parse([]byte(declared))
	if err != nil {
		t.Fatal(err)
	}
	return &bench{
		push: push, pool: pool, log: new(record), admin: NewAdmin(pool, "test"),
		keys: map[string]*protocol.Keys{},
	}
}

// config is that of an engine that is quick to try again.
func (b *bench) config() Config {
	return Config{
		Systems:  map[string]System{"shop": {Protocol: b.push, Zone: "Asia/Shanghai"}},
		Apps:     b,
		Log:      slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Allow:    []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Schedule: slices.Repeat([]time.Duration{20 * time.Millisecond}, 200),
	}
}

// run runs an engine until the returned function is called or the test ends.
func (b *bench) run(t testing.TB, config Config) (stop func()) {
	t.Helper()
	_, stop = b.engine(t, config)
	return stop
}

// engine is run with the engine.
func (b *bench) engine(t testing.TB, config Config) (e *Engine, stop func()) {
	t.Helper()
	e, err := New(b.pool, config)
	if err != nil {
		t.Fatal(err)
	}
	looks := &looks{engine: e}
	looks.changed.L = &looks.mu
	e.looked = looks.add
	b.mu.Lock()
	b.looks = append(b.looks, looks)
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.Run(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return e, stop
}

// looks counts how often an engine has looked at the queues and found nothing to do.
type looks struct {
	engine  *Engine
	mu      sync.Mutex
	changed sync.Cond
	idle    int // in a row
}

func (l *looks) add(claims int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle++; claims > 0 {
		l.idle = 0
	}
	l.changed.Broadcast()
}

// busy reports whether some receiver is served.
func (e *Engine) busy() bool {
	e.road.mu.Lock()
	defer e.road.mu.Unlock()
	return e.road.used != [lanes]int{}
}

// quiet returns when an engine has looked at the queues twice from now on and found
// nothing to do: the first look may have begun before.
func (b *bench) quiet(t testing.TB) {
	t.Helper()
	if len(b.looks) != 1 {
		t.Fatal("quiet is about one engine")
	}
	l := b.looks[0]
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.idle = 0; l.idle < 2 || l.engine.busy(); {
		l.changed.Wait()
	}
}

// Find finds an app.
func (b *bench) Find(_ context.Context, _, id string) (*protocol.Keys, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys, ok := b.keys[id]
	return keys, ok
}

// secrets of an app.
func secrets(id string) map[string]string {
	return map[string]string{"token": "token-of-" + id, "appkey": "appkey-of-" + id}
}

// got is a notification that a receiver was sent.
type got struct {
	sid, cmd, plain string
	raw             string
	at              time.Time
}

// receiver is the other end.
type receiver struct {
	b    *bench
	id   string
	url  string
	keys *protocol.Keys

	mu    sync.Mutex
	came  sync.Cond // list has grown
	list  []got
	reply func(w http.ResponseWriter, r *receiver, g got) // nil: code 0
}

// receiver registers an app and has its notifications received. reply may be nil.
func (b *bench) receiver(t testing.TB, id string, reply func(w http.ResponseWriter, r *receiver, g got)) *receiver {
	t.Helper()
	keys := b.prepare(t, id, secrets(id))
	r := &receiver{b: b, id: id, keys: keys, reply: reply}
	r.came.L = &r.mu
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL + "/push?key=url-secret"
	b.mu.Lock()
	b.keys[id] = keys
	b.mu.Unlock()
	b.exec(t, `insert into jiekou.app (system, id, grants) values ('shop', $1, '{*}')`, id)
	b.subscribe(t, id, "changed", r.url)
	return r
}

func (b *bench) subscribe(t testing.TB, id, cmd, url string) {
	t.Helper()
	b.exec(t, `insert into jiekou.subscription (system, app, cmd, url) values ('shop', $1, $2, $3)
		on conflict (system, app, cmd) do update set url = excluded.url`, id, cmd, url)
}

// prepare makes the keys of an app.
func (b *bench) prepare(t testing.TB, id string, secrets map[string]string) *protocol.Keys {
	t.Helper()
	keys, err := b.push.Keys(id, protocol.Secrets{"token": {secrets["token"]}, "appkey": {secrets["appkey"]}})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Keys are those of the app, which the data centre has too.
func (r *receiver) Keys(context.Context, string) (*protocol.Keys, error) { return r.keys, nil }

// ServeHTTP opens a message and answers it.
func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	m, err := message.Request(q, 1<<20)
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	a, err := r.b.push.Push.Admit(q.Context(), protocol.Incoming{Message: m}, protocol.NewSide(r, nil, nil, time.Now))
	defer a.Release()
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	g := got{
		strings.Clone(a.Value("sid")), strings.Clone(a.Interface()), string(a.Payload()), string(m.Body), time.Now(),
	}
	r.mu.Lock()
	r.list = append(r.list, g)
	r.came.Broadcast()
	reply := r.reply
	r.mu.Unlock()
	if reply == nil {
		r.answer(w, g, "0")
		return
	}
	reply(w, r, g)
}

// sealed is a reply, with the keys of some app.
func (r *receiver) sealed(g got, app string, secrets map[string]string, plain string) []byte {
	cipher, err := rc4.NewCipher([]byte(secrets["appkey"]))
	if err != nil {
		panic(err)
	}
	sealed := make([]byte, len(plain))
	cipher.XORKeyStream(sealed, []byte(plain))
	sha := func(text string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(text))) }
	data := base64.StdEncoding.EncodeToString(sealed)
	list := []string{app, g.sid, secrets["token"], sha(data)}
	slices.Sort(list)
	return fmt.Appendf(nil, `{"header":{"appid":%q,"timestamp":%d,"sid":%q,"authCode":%q,"cmd":%q,"version":"2.0","dataCode":%q},"data":%q}`,
		app, time.Now().Unix(), g.sid, sha(strings.Join(list, "")), g.cmd, sha(data), data)
}

// answer answers with a code.
func (r *receiver) answer(w http.ResponseWriter, g got, code string) {
	_, _ = w.Write(r.sealed(g, r.id, secrets(r.id), `{"errcode":`+code+`,"errmsg":""}`))
}

// set changes how a receiver answers.
func (r *receiver) set(reply func(w http.ResponseWriter, r *receiver, g got)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reply = reply
}

// await returns when n notifications have come.
func (r *receiver) await(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.list) < n {
		r.came.Wait()
	}
}

// all has the messages so far.
func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// plains are the contents that came so far, without those that came before.
func (r *receiver) plains() []string {
	var list []string
	for _, g := range r.all() {
		if !slices.Contains(list, g.plain) {
			list = append(list, g.plain)
		}
	}
	return list
}

// queue queues a notification and returns its id.
func (b *bench) queue(t testing.TB, id, cmd, body string) (n int64) {
	t.Helper()
	err := b.pool.QueryRow(context.Background(),
		`insert into jiekou.outbox (system, app, cmd, body) values ('shop', $1, $2, $3) returning id`, id, cmd, body).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *bench) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := b.pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// one returns the one value of a statement as text.
func (b *bench) one(t testing.TB, sql string, args ...any) (text string) {
	t.Helper()
	if err := b.pool.QueryRow(context.Background(), "select coalesce(("+sql+")::text, 'NULL')", args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

// until waits for the value of a statement.
func (b *bench) until(t testing.TB, want, sql string, args ...any) {
	t.Helper()
	got := ""
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got = b.one(t, sql, args...); got == want {
			return
		}
	}
	t.Fatalf("%s: still %s, want %s\n%s", sql, got, want, b.log)
}

// state of a notification in one word.
const state = `select case when delivered is not null then 'delivered' when dead is not null then 'dead' else 'waiting' end
	from jiekou.outbox where id = $1`

// record is a log that can be read while it is written.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
