package notify

import (
	"net/http"
	"net/netip"
	"testing"
	"time"
)

// own queues a notification for a URL of its own.
func (b *bench) own(t testing.TB, id, url, body string) (n int64) {
	t.Helper()
	err := b.pool.QueryRow(t.Context(),
		`insert into jiekou.outbox (system, app, cmd, body, url) values ('shop', $1, 'changed', $2, $3) returning id`, id, body, url).Scan(&n)
	if err != nil { // with its URL at once: an engine may run
		t.Fatal(err)
	}
	return n
}

// What has a URL of its own goes there and needs no subscription. Where it fails, it waits
// alone, and says nothing about the app.
func TestOwnURL(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	refusing := b.receiver(t, "301", func(w http.ResponseWriter, _ *receiver, _ got) { w.WriteHeader(http.StatusBadGateway) })
	gone := b.receiver(t, "302", func(w http.ResponseWriter, _ *receiver, _ got) { w.WriteHeader(http.StatusGone) })
	b.exec(t, `delete from jiekou.subscription`)
	for _, one := range []*receiver{refusing, gone} { // other URLs of the same app
		one.id, one.keys = r.id, r.keys
	}
	failing := b.own(t, "300", refusing.url, `1`)
	lost := b.own(t, "300", gone.url, `2`)
	var wrong []int64
	for _, url := range []string{"ftp://127.0.0.1/", "http://a:b@127.0.0.1/", "http://127.0.0.1/#a", "nothing", "http://"} {
		wrong = append(wrong, b.own(t, "300", url, `3`))
	}
	good := b.own(t, "300", r.url, `4`)
	b.run(t, b.config())
	b.until(t, "delivered", state, good)
	same(t, "came", r.plains(), "[4]")
	b.until(t, "dead", state, lost)
	same(t, "reason", b.one(t, `select reason from jiekou.outbox where id = $1`, lost),
		"the receiver refused it for good in 4 attempts, the last time: HTTP 410")
	for _, id := range wrong {
		b.until(t, "dead", state, id)
		same(t, "reason", b.one(t, `select reason from jiekou.outbox where id = $1`, id), "the receiver refused it for good in 4 attempts, the last time: unsent")
	}
	same(t, "app", b.one(t, `select failures || ' ' || coalesce(disabled::text, 'served') from jiekou.receiver where app = '300'`), "0 served")
	b.until(t, "true", `select attempts > 4 from jiekou.outbox where id = $1`, failing)
	refusing.set(nil)
	b.until(t, "delivered", state, failing)
}

// A URL of a request is dialled under the guard of subscriptions, and an app that may not
// have the notification any more does not get it there either.
func TestOwnURLIsGuarded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	b.exec(t, `delete from jiekou.subscription`)
	config := b.config()
	config.Allow, config.Schedule = []netip.Prefix{}, []time.Duration{time.Millisecond}
	b.run(t, config)
	id := b.own(t, "300", r.url, `1`)
	b.until(t, "dead", state, id)
	same(t, "outcomes", b.one(t, `select string_agg(distinct outcome, ' ') from jiekou.attempt`), "blocked")
	b.exec(t, `update jiekou.app set grants = '{other}'`)
	id = b.own(t, "300", r.url, `2`)
	b.until(t, "dead", state, id)
	same(t, "reason", b.one(t, `select reason from jiekou.outbox where id = $1`, id), "the app may not have it (any more)")
	same(t, "came", len(r.all()), 0)
}

// addressed is one app: by its subscription, or by itself where it gave a URL.
func TestAddressed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `insert into jiekou.app (system, id, grants, projects) values ('shop', '1', '{*}', null), ('shop', '2', '{*}', '{p}'), ('shop', '3', '{x}', null)`)
	b.subscribe(t, "1", "changed", "http://example.com/")
	for _, one := range []struct{ app, url, want string }{
		{"1", "", "1 {} true"},
		{"1", "http://a/", "1 {} true"},
		{"2", "http://a/", "2 {p} true"},
		{"2", "", "NULL"},
		{"3", "http://a/", "3 {} false"},
		{"4", "http://a/", "NULL"},
	} {
		got := b.one(t, `select string_agg(app || ' ' || projects::text || ' ' || granted, ';') from jiekou.addressed('shop', 'changed', $1, $2)`, one.app, one.url)
		same(t, one.app+" "+one.url, got, one.want)
	}
	same(t, "without a URL", b.one(t, `select count(*) from jiekou.addressed('shop', 'changed', '2', null)`), "0")
}
