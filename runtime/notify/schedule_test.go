package notify

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// The default schedule by an injected clock: sixteen attempts in a day, the same
// bytes each time, then the dead-letter list, and the next one has its turn. A refusal
// waits as long as an outage, whatever its code.
func TestSchedule(t *testing.T) {
	t.Parallel()
	t.Run("outage", func(t *testing.T) {
		t.Parallel()
		theSchedule(t, "HTTP 503", func(w http.ResponseWriter, _ *receiver, _ got) { w.WriteHeader(http.StatusServiceUnavailable) })
	})
	for _, code := range []string{"-1", "1002", "1005", "2001"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			theSchedule(t, "refused with code "+code, func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, code) })
		})
	}
}

func theSchedule(t *testing.T, why string, reply func(http.ResponseWriter, *receiver, got)) {
	b := setup(t)
	r := b.receiver(t, "300", reply)
	c := &clock{now: time.Date(2026, 11, 21, 15, 59, 50, 0, time.UTC)}
	config := b.config()
	config.Schedule, config.Now = nil, c.Now
	b.run(t, config)
	first, second := b.queue(t, "300", "changed", `{"n":1}`), b.queue(t, "300", "changed", `{"n":2}`)
	schedule := DefaultSchedule()
	var total time.Duration
	for n := 1; n <= len(schedule)+1; n++ {
		b.until(t, fmt.Sprint(n), `select attempts from jiekou.outbox where id = $1`, first)
		var due time.Time
		if err := b.pool.QueryRow(t.Context(), `select due from jiekou.receiver`).Scan(&due); err != nil {
			t.Fatal(err)
		}
		want := schedule[(n-1)%len(schedule)]
		wait := due.Sub(c.Now())
		if wait < want*79/100 || wait > want*121/100 {
			t.Errorf("after attempt %d: %v, want %v", n, wait, want)
		}
		total += want
		if n == 3 { // nothing before its time
			c.set(due.Add(-time.Second))
			b.quiet(t)
			same(t, "too early", b.one(t, `select attempts from jiekou.outbox where id = $1`, first), n)
		}
		if n <= len(schedule) {
			c.set(due)
		}
	}
	same(t, "in all", total-schedule[0], "24h4m0s")
	same(t, "dead", b.one(t, `select reason || '; ' || (dead is not null) from jiekou.outbox where id = $1`, first),
		"16 attempts failed, the last one: "+why+"; true")
	same(t, "sid", b.one(t, `select sid like '100261121235950_____' and sent = 1795276790 from jiekou.outbox where id = $1`, first), "true")
	raw := r.all()[0].raw
	for _, g := range r.all() {
		same(t, "bytes", g.raw, raw)
	}
	r.set(nil)
	c.set(c.Now().Add(20 * time.Second))
	b.until(t, "delivered", state, second)

	// Replayed, the dead one keeps its id and bytes and has the schedule before it.
	n, err := b.admin.Replay(t.Context(), Filter{App: "300", State: Dead})
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	b.until(t, "delivered", state, first)
	all := r.all()
	same(t, "bytes after replay", all[len(all)-1].raw, raw)
	same(t, "attempts", b.one(t, `select o.attempts || ' ' || max(n) from jiekou.outbox o join jiekou.attempt a on a.outbox = o.id
		where id = $1 group by o.attempts`, first), "1 17")
	same(t, "audit", b.one(t, `select string_agg(actor || ' ' || action || ' ' || app, ';') from jiekou.audit`), "test replay-deliveries 300")
}

// A receiver that fails for five days is disabled, and resumed by a person.
func TestDisable(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", func(w http.ResponseWriter, r *receiver, g got) { r.answer(w, g, "1005") })
	c := &clock{now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	config := b.config()
	config.Now, config.Schedule = c.Now, []time.Duration{24 * time.Hour}
	b.run(t, config)
	for range 10 {
		b.queue(t, "300", "changed", `{}`)
	}
	for day := range 6 {
		b.until(t, fmt.Sprint(day+1), `select failures from jiekou.receiver`)
		same(t, fmt.Sprint("disabled on day ", day), b.one(t, `select disabled is not null from jiekou.receiver`), day == 5)
		c.set(c.Now().Add(24 * time.Hour))
		b.exec(t, `update jiekou.receiver set due = $1 where disabled is null`, c.Now()) // without the jitter
	}
	same(t, "state", b.one(t, `select count(*) filter (where dead is not null) || ' ' || count(*) filter (where dead is null) from jiekou.outbox`), "3 7")
	same(t, "audit", b.one(t, `select string_agg(concat_ws(' ', actor, action, app, detail->>'failures'), ';') from jiekou.audit`), "jiekoud disable-deliveries 300 6")
	list, err := b.admin.Receivers(t.Context(), "shop", "300")
	if err != nil || len(list) != 1 || list[0].State != Disabled || list[0].Waiting != 7 {
		t.Error(list, err)
	}
	b.quiet(t)
	same(t, "came", len(r.all()), 6)
	r.set(nil)
	if err := b.admin.Resume(t.Context(), "shop", "300"); err != nil {
		t.Fatal(err)
	}
	b.until(t, "7", `select count(*) from jiekou.outbox where delivered is not null`)
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "99999999999": time.Hour, "Fri, 31 Dec 1999 23:59:59 GMT": 0, "soon": 0,
		"Sat, 21 Nov 2026 08:00:09 GMT": 9 * time.Second, "Sat, 21 Nov 2026 10:00:00 GMT": time.Hour,
	} {
		same(t, text, retryAfter(text, time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)), want)
	}
	c := Config{Schedule: []time.Duration{time.Second}}
	if wait, dead := c.after(0, time.Minute); wait != time.Minute || dead {
		t.Error(wait, dead)
	}
}

func TestParseSchedule(t *testing.T) {
	t.Parallel()
	list, err := ParseSchedule("15s, 3m,6h")
	same(t, "list", fmt.Sprint(list, err), "[15s 3m0s 6h0m0s] <nil>")
	list, err = ParseSchedule("")
	same(t, "default", fmt.Sprint(list, err), fmt.Sprint(DefaultSchedule(), nil))
	for text, want := range map[string]string{
		"15":                              `notify: schedule: wait 1 is "15": want a time from 1ms to 168h such as 15s, 3m or 6h`,
		"15s,":                            `notify: schedule: wait 2 is "": want a time from 1ms to 168h such as 15s, 3m or 6h`,
		"1s,-3m":                          `notify: schedule: wait 2 is "-3m": want a time from 1ms to 168h such as 15s, 3m or 6h`,
		"169h":                            `notify: schedule: wait 1 is "169h": want a time from 1ms to 168h such as 15s, 3m or 6h`,
		"1us":                             `notify: schedule: wait 1 is "1us": want a time from 1ms to 168h such as 15s, 3m or 6h`,
		strings.Repeat("1s,", 100) + "1s": `notify: schedule: 101 waits; at most 100`,
	} {
		_, err := ParseSchedule(text)
		same(t, text, err, want)
	}
	for text, want := range map[string]string{
		"": "0.2 <nil>", "0%": "-1 <nil>", "35%": "0.35 <nil>",
		"20":  `0 notify: jitter "20": want a percentage from 0% to 90% such as 20%`,
		"91%": `0 notify: jitter "91%": want a percentage from 0% to 90% such as 20%`,
		"x%":  `0 notify: jitter "x%": want a percentage from 0% to 90% such as 20%`,
	} {
		jitter, err := ParseJitter(text)
		same(t, text, fmt.Sprint(jitter, err), want)
	}
	still := Config{Jitter: 0}
	same(t, "no jitter", still.jitter(time.Hour), time.Hour)
	for range 100 {
		c := Config{Jitter: 0.5}
		if d := c.jitter(time.Hour); d < 30*time.Minute || d > 90*time.Minute {
			t.Error(d)
		}
	}
}

// A receiver that answers 410 is disabled at once. Its waiting notifications are
// dead after five days, later ones five days after they were queued; replayed, all
// of them are delivered.
func TestGone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	r := b.receiver(t, "300", func(w http.ResponseWriter, _ *receiver, _ got) { w.WriteHeader(http.StatusGone) })
	b.receiver(t, "301", nil)
	c := &clock{now: time.Now()}
	config := b.config()
	config.Now = c.Now
	e, stop := b.engine(t, config)
	first, second := b.queue(t, "300", "changed", `1`), b.queue(t, "300", "changed", `2`)
	b.until(t, "gone 1", `select why || ' ' || failures from jiekou.receiver where disabled is not null`)
	stop()
	same(t, "audit", b.one(t, `select concat_ws(' ', actor, action, app, detail->>'why') from jiekou.audit`), "jiekoud disable-deliveries 300 gone")
	same(t, "attempt", b.one(t, `select concat_ws(' ', outcome, status) from jiekou.attempt`), "gone 410")
	later, other := b.queue(t, "300", "changed", `3`), b.queue(t, "301", "changed", `4`)
	b.exec(t, `update jiekou.outbox set at = $2 where id = $1`, later, c.Now().Add(48*time.Hour))
	states := func() string {
		return b.one(t, `select string_agg(coalesce(reason, '-'), ', ' order by id) from jiekou.outbox`)
	}
	for _, one := range []struct {
		days int
		want string
	}{
		{4, "-, -, -, -"},
		{2, "the receiver is disabled: gone, the receiver is disabled: gone, -, -"},
		{2, "the receiver is disabled: gone, the receiver is disabled: gone, the receiver is disabled: gone, -"},
	} {
		c.set(c.Now().Add(time.Duration(one.days) * 24 * time.Hour))
		if err := tidy(t, e); err != nil {
			t.Fatal(err)
		}
		same(t, "states", states(), one.want)
	}
	same(t, "still there", b.one(t, `select count(*) from jiekou.outbox where id = any($1)`, []int64{first, second, later, other}), 4)
	list, err := b.admin.Receivers(t.Context(), "shop", "300")
	if err != nil || len(list) != 1 || list[0].State != Disabled || list[0].Waiting != 0 || list[0].Dead != 3 {
		t.Error(list, err)
	}
	r.set(nil)
	if err := b.admin.Resume(t.Context(), "shop", "300"); err != nil {
		t.Fatal(err)
	}
	if n, err := b.admin.Replay(t.Context(), Filter{App: "300", State: Dead}); err != nil || n != 3 {
		t.Error(n, err)
	}
	b.run(t, config)
	b.until(t, "4", `select count(*) from jiekou.outbox where delivered is not null`)
	same(t, "in order", r.plains(), "[1 2 3]")
}

// tidy applies the rules of an engine once.
func tidy(t *testing.T, e *Engine) error {
	t.Helper()
	for _, rule := range e.rules() {
		if _, err := rule.Apply(t.Context(), time.Now()); err != nil {
			return err
		}
	}
	return nil
}
