package notify

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A notification that an app may not have (any more) becomes dead with the reason,
// and the rest goes on.
func TestRevoked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	off := b.receiver(t, "301", nil)
	for _, cmd := range []string{"other", "gone"} {
		b.subscribe(t, "300", cmd, r.url)
	}
	var ids []int64
	for _, cmd := range []string{"changed", "other", "gone", "changed"} {
		ids = append(ids, b.queue(t, "300", cmd, `{}`))
	}
	disabled := b.queue(t, "301", "changed", `{}`)
	b.exec(t, `update jiekou.app set grants = '{changed,gone}' where id = '300'`)
	b.exec(t, `update jiekou.app set disabled = true where id = '301'`)
	b.exec(t, `delete from jiekou.subscription where cmd = 'gone'`)
	b.run(t, b.config())
	b.until(t, "0", `select count(*) from jiekou.outbox where delivered is null and dead is null`)
	same(t, "states", b.one(t, `select string_agg(coalesce(reason, 'delivered'), '; ' order by id) from jiekou.outbox where app = '300'`),
		"delivered; the app may not have it (any more); the app has no subscription to it (any more); delivered")
	same(t, "disabled", b.one(t, state, disabled), "dead")
	same(t, "came", len(r.all())+len(off.all()), 2)
	same(t, "attempts", b.one(t, `select count(*) from jiekou.attempt where outbox = any($1)`, ids), 2)
}

// An app that is not known here waits, for a server that knows it.
func TestUnknownApp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	b.mu.Lock()
	delete(b.keys, "300")
	b.mu.Unlock()
	id := b.queue(t, "300", "changed", `{}`)
	b.run(t, b.config())
	b.until(t, "true", `select leased_until > now() + interval '5 s' from jiekou.receiver`)
	same(t, "state", b.one(t, state, id), "waiting")
	same(t, "came", len(r.all()), 0)
	b.exec(t, `delete from jiekou.app`)
	same(t, "reason", b.one(t, `select reason from jiekou.outbox where id = $1 and dead is not null`, id), "the app was removed")
}

func TestPause(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", nil)
	b.run(t, b.config())
	if err := b.admin.Pause(t.Context(), "shop", "300"); err != nil {
		t.Fatal(err)
	}
	id := b.queue(t, "300", "changed", `{}`)
	b.quiet(t)
	same(t, "state", b.one(t, state, id), "waiting")
	if err := b.admin.Resume(t.Context(), "shop", "300"); err != nil {
		t.Fatal(err)
	}
	b.until(t, "delivered", state, id)
	same(t, "came", len(r.all()), 1)
	same(t, "audit", b.one(t, `select string_agg(action, ' ' order by id) from jiekou.audit`), "pause-deliveries resume-deliveries")
	if err := b.admin.Pause(t.Context(), "shop", "nobody"); !errors.Is(err, ErrReceiver) {
		t.Error(err)
	}

	// Paused in the middle of a batch: the calls under way are finished and recorded.
	r.set(func(w http.ResponseWriter, r *receiver, g got) {
		if g.plain == "2" {
			_ = b.admin.Pause(t.Context(), "shop", "300")
		}
		r.answer(w, g, "0")
	})
	b.exec(t, `insert into jiekou.outbox (system, app, cmd, body) select 'shop', '300', 'changed', to_json(n) from generate_series(1, 5) n`)
	b.until(t, "3", `select count(*) from jiekou.outbox where delivered is not null`)
	b.quiet(t)
	same(t, "waiting", b.one(t, `select count(*) from jiekou.outbox where delivered is null`), 3)
}

func TestListAndShow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) {
		if strings.Contains(g.plain, "bad") {
			r.answer(w, g, "1005")
			return
		}
		r.answer(w, g, "0")
	})
	b.receiver(t, "301", nil)
	b.subscribe(t, "300", "other", r.url)
	config := b.config()
	config.Schedule = []time.Duration{time.Millisecond}
	good := b.queue(t, "300", "other", `{}`)
	stop := b.run(t, config)
	b.until(t, "delivered", state, good)
	bad := b.queue(t, "300", "changed", `{"b":"bad 13800138000","a":[{"s":""},null,true,1.50],"z":{"é<":"x"}}`)
	b.until(t, "dead", state, bad)
	stop()
	waits := b.queue(t, "301", "changed", `{}`)
	b.exec(t, `update jiekou.outbox set at = now() - interval '2 days' where id = $1`, good)
	sid := b.one(t, `select sid from jiekou.outbox where id = $1`, good)
	for _, one := range []struct {
		filter Filter
		want   []int64
	}{
		{Filter{}, []int64{waits, bad, good}},
		{Filter{App: "300"}, []int64{bad, good}},
		{Filter{Cmd: "changed"}, []int64{waits, bad}},
		{Filter{State: Waiting}, []int64{waits}},
		{Filter{State: Done}, []int64{good}},
		{Filter{State: Dead, System: "shop"}, []int64{bad}},
		{Filter{System: "other"}, nil},
		{Filter{Sid: sid}, []int64{good}},
		{Filter{Since: time.Now().Add(-time.Hour)}, []int64{waits, bad}},
		{Filter{IDs: []int64{good, waits}}, []int64{waits, good}},
		{Filter{Limit: 1}, []int64{waits}},
	} {
		list, err := b.admin.List(t.Context(), one.filter)
		var ids []int64
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		if err != nil || !slices.Equal(ids, one.want) {
			t.Errorf("%+v: %v %v, want %v", one.filter, ids, err, one.want)
		}
	}
	if _, err := b.admin.List(t.Context(), Filter{State: "nothing"}); !errors.Is(err, ErrFilter) {
		t.Error(err)
	}
	d, err := b.admin.Show(t.Context(), bad)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "content", string(d.Content), `{"b":"***","a":[{"s":""},null,true,1.50],"z":{"é\u003c":"***"}}`)
	same(t, "tries", fmt.Sprint(d.Tries[0].Outcome, d.Tries[0].Status, d.Tries[0].Code, len(d.Tries)), "refused2001005"+"2")
	same(t, "receiver", fmt.Sprint(d.Receiver.State, d.Receiver.Failures, d.Receiver.Why), "failing2refused")
	if _, err := b.admin.Show(t.Context(), 99); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if n, err := b.admin.Replay(t.Context(), Filter{IDs: []int64{good, bad, waits}}); err != nil || n != 2 {
		t.Error(n, err)
	}
	same(t, "same sid", b.one(t, `select sid from jiekou.outbox where id = $1 and delivered is null and attempts = 0`, good), sid)
	same(t, "mask of no JSON", string(mask([]byte("13800138000 x"))), "13800138000")
}

// Old deliveries and old dead letters are deleted, with their attempts; waiting ones stay.
func TestRetention(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	b.exec(t, `insert into jiekou.outbox (system, app, cmd, body, delivered, dead, at)
		select 'shop', '300', 'changed', '{}', case when n > 20 then now() - n * interval '1 day' end,
			case when n <= 5 then now() - interval '1 year' when n <= 10 then now() - interval '89 days' end, now() - interval '1 year' from generate_series(1, 2500) n`)
	b.exec(t, `update jiekou.receiver set paused = true`)
	b.exec(t, `insert into jiekou.attempt select id, 1, at, '1 s', 'delivered', 200, '0' from jiekou.outbox where delivered is not null`)
	b.run(t, b.config())
	b.until(t, "84 5 69", `select concat_ws(' ', count(*), count(dead), count(delivered)) from jiekou.outbox`)
	same(t, "attempts", b.one(t, `select count(*) from jiekou.attempt`), 69)
}

// No secret, no URL and no value of a notification is logged or kept beside the
// outbox.
func TestCanary(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const body = `{"mobile":"13800138000","name":"canary-name"}`
	echo := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, `"13800138000canary-name"`) })
	b.receiver(t, "301", func(w http.ResponseWriter, _ *receiver, g got) { http.Error(w, g.plain, http.StatusBadGateway) })
	b.receiver(t, "302", func(w http.ResponseWriter, _ *receiver, g got) {
		c, _, _ := w.(http.Hijacker).Hijack()
		_, _ = c.Write([]byte(g.plain))
		_ = c.Close()
	})
	b.receiver(t, "303", nil)
	b.subscribe(t, "303", "changed", "http://127.0.0.1:1/url-secret?key=url-secret")
	for _, id := range []string{"300", "301", "302", "303"} {
		b.queue(t, id, "changed", body)
	}
	config := b.config()
	config.Schedule = []time.Duration{time.Millisecond}
	b.run(t, config)
	b.until(t, "4", `select count(*) from jiekou.outbox where dead is not null`)
	text := b.log.String() + b.one(t, `select concat((select json_agg(a) from jiekou.attempt a), (select json_agg(a) from jiekou.audit a),
		(select json_agg(r) from jiekou.receiver r), (select json_agg(concat(reason, sid)) from jiekou.outbox))`)
	for _, word := range []string{"13800138000", "canary-name", "url-secret", "token-of", "appkey-of"} {
		if strings.Contains(text, word) {
			t.Errorf("%s is in %s", word, text)
		}
	}
	same(t, "came", len(echo.all()), 2)
	if !strings.Contains(text, `"outcome":"connect"`) || !strings.Contains(text, "a notification is dead") {
		t.Error(text)
	}
}
