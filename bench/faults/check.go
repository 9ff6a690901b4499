package faults

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// drainTime is how long what is queued may take when all faults are over.
const drainTime = 3 * time.Minute

// check compares the database and the journals with what was acknowledged.
func (r *rig) check() {
	until(cmp.Or(r.drain, drainTime), func() bool {
		if r.cluster != nil {
			r.cluster.supervise()
		}
		n, err := ask[int64](r, `select count(*) from jiekou.outbox where delivered is null and dead is null`)
		return err == nil && len(n) == 1 && n[0] == 0
	})
	acked, refused := map[string]report{}, map[string]bool{}
	last := map[string]string{}
	for _, p := range r.partners {
		for _, one := range p.acked {
			acked[one.sid] = one
		}
		for _, sid := range p.refused {
			refused[sid] = true
		}
		maps.Copy(last, p.made)
	}
	r.checkRows(acked, last)
	r.checkSids(acked, refused)
	r.checkQueue(acked)
	r.checkLeaks()
	for _, line := range r.logs.odd {
		r.anomaly("panic", "%s", line)
	}
}

// ask reads a column, or the rows of a struct.
func ask[T any](r *rig, sql string) ([]T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	for range 5 {
		var rows pgx.Rows
		if rows, err = r.admin.Query(ctx, sql); err != nil {
			continue
		}
		var one T
		if _, flat := any(one).(int64); flat {
			return pgx.CollectRows(rows, pgx.RowTo[T])
		}
		if list, e := pgx.CollectRows(rows, pgx.RowToStructByPos[T]); e == nil {
			return list, nil
		} else {
			err = e
		}
	}
	return nil, err
}

// checkRows: each customer is there once, as it was acknowledged last, and no other.
func (r *rig) checkRows(acked map[string]report, last map[string]string) {
	type row struct{ Mobile, Name string }
	rows, err := ask[row](r, `select mobile, customer_name from lianfa.customer`)
	if err != nil {
		r.anomaly("rig", "%v", err)
		return
	}
	values := map[string]bool{}
	for _, one := range acked {
		values[one.value] = true
	}
	seen := map[string]int{}
	for _, one := range rows {
		seen[one.Mobile]++
		if want, ok := last[one.Mobile]; ok && one.Name != want {
			r.anomaly("lost", "%s is %q, acknowledged was %q", one.Mobile, one.Name, want)
		} else if !values[one.Name] && r.kinds["recovery"]+r.kinds["acknowledged"] == 0 {
			r.anomaly("invented", "%s is %q, which nobody sent or which was refused", one.Mobile, one.Name)
		}
	}
	for _, one := range acked {
		if seen[one.mobile] != 1 {
			r.anomaly("lost", "%s was acknowledged (%s) and is there %d times", one.mobile, one.sid, seen[one.mobile])
		}
	}
}

// checkSids: the id of each report is kept, and that of what was refused is not.
func (r *rig) checkSids(acked map[string]report, refused map[string]bool) {
	type row struct{ Sid, Cmd string }
	rows, err := ask[row](r, `select sid, cmd from jiekou.sid where app = '`+caller+`'`)
	if err != nil {
		r.anomaly("rig", "%v", err)
		return
	}
	have := map[string]bool{}
	for _, one := range rows {
		have[one.Sid] = true
		if refused[one.Sid] {
			r.anomaly("refused", "%s was refused and its id is kept", one.Sid)
		}
	}
	for sid := range acked {
		if !have[sid] {
			r.anomaly("lost", "%s was acknowledged and its id is not kept", sid)
		}
	}
}

// queued is a notification of the outbox.
type queued struct {
	ID                  int64
	App, Mobile, Value  string
	Sid, Reason         string
	Delivered, Dead, Is bool
}

// checkQueue: each report is queued once for each receiver that may see it, and each
// receiver got it in order, or it is dead with a reason.
func (r *rig) checkQueue(acked map[string]report) {
	rows, err := ask[queued](r, `select id, app, body::json->>'mobile', body::json->>'customerName', coalesce(sid, ''), coalesce(reason, ''),
		delivered is not null, dead is not null, body::json->>'projGUID' = '`+other+`' from jiekou.outbox order by id`)
	if err != nil {
		r.anomaly("rig", "%v", err)
		return
	}
	want := map[string]int{}
	for _, one := range acked {
		want[one.mobile+" "+one.value]++
	}
	for _, b := range r.inboxes {
		mine := slices.DeleteFunc(slices.Clone(rows), func(q queued) bool { return q.App != b.app })
		r.checkInbox(b, mine, want)
	}
}

// checkInbox checks one receiver.
func (r *rig) checkInbox(b *inbox, rows []queued, want map[string]int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	got := map[string]bool{}
	for _, a := range b.list {
		got[a.sid] = true
		if b.only != "" && a.project != b.only {
			r.anomaly("notification", "%s got what it may not see", b.app)
		}
	}
	order := map[string][]string{} // by mobile, as queued
	have := map[string]int{}
	known := map[string]bool{}
	for _, q := range rows {
		key := q.Mobile + " " + q.Value
		have[key]++
		known[q.Sid] = true
		switch {
		case want[key] == 0:
			r.anomaly("invented", "%s: %s is queued, and nobody sent it", b.app, key)
		case have[key] > want[key]:
			r.anomaly("notification", "%s: %s is queued %d times", b.app, key, have[key])
		case q.Dead && q.Reason == "":
			r.anomaly("dead", "%s: %s is dead without a reason", b.app, key)
		case q.Dead && !strings.HasSuffix(q.Value, "死"):
			r.anomaly("dead", "%s: %s is dead: %s", b.app, key, q.Reason)
		case !q.Dead && !q.Delivered:
			r.anomaly("notification", "%s: %s still waits", b.app, key)
		case q.Delivered && !got[q.Sid]:
			r.anomaly("notification", "%s: %s counts as delivered, and was not taken", b.app, key)
		}
		if q.Delivered {
			order[q.Mobile] = append(order[q.Mobile], q.Value)
		}
	}
	if b.only == "" {
		for key, n := range want {
			if have[key] < n {
				r.anomaly("notification", "%s: %s is not queued", b.app, key)
			}
		}
	}
	r.checkOrder(b, order, known)
}

// checkOrder compares what came first with the order of the queue, by customer.
func (r *rig) checkOrder(b *inbox, order map[string][]string, known map[string]bool) {
	came := map[string][]string{}
	for _, a := range b.list {
		if !known[a.sid] {
			r.anomaly("invented", "%s got %s, which is not queued", b.app, a.sid)
		}
		came[a.mobile] = append(came[a.mobile], a.value)
	}
	for mobile, list := range order {
		if got := slices.DeleteFunc(came[mobile], func(v string) bool { return !slices.Contains(list, v) }); !slices.Equal(got, list) {
			r.anomaly("order", "%s: %s came as %v, was queued as %v", b.app, mobile, got, list)
		}
	}
}

// checkLeaks: what the servers hold after it all is about what they held before.
func (r *rig) checkLeaks() {
	for _, s := range r.servers {
		var h resources
		if !until(15*time.Second, func() bool {
			var err error
			h, err = s.holds()
			return err == nil && h.goroutines <= s.from.goroutines+60 && h.files <= s.from.files+40
		}) {
			r.anomaly("leak", "server %d held %d goroutines and %d files, and holds %d and %d", s.n, s.from.goroutines, s.from.files, h.goroutines, h.files)
		}
	}
	n, err := ask[int64](r, `select count(*) from pg_stat_activity where state like 'idle in transaction%' and state_change < now() - interval '10 s'`)
	if err == nil && len(n) == 1 && n[0] > 0 {
		r.anomaly("leak", "%d transactions are open and idle", n[0])
	}
}

// report prints the figures.
func (r *rig) report(w io.Writer) {
	faults, kills := 0, 0
	for name, n := range r.counts {
		faults += n
		if strings.Contains(name, "SIGKILL server") {
			kills += n
		}
	}
	points := 0
	for _, n := range r.logs.points {
		points += n
	}
	postgres := r.counts["SIGKILL postgres"] + r.counts["SIGKILL backend"]
	failovers := r.counts["failover"] + r.counts["failover to a standby that was away"]
	minutes := r.length.Minutes()
	fmt.Fprintf(w, "seed %d, %v, %d servers, %d writers\n", r.seed, r.length, len(r.servers), r.writers)
	fmt.Fprintf(w, "operations %d (%.0f/s), deliveries %d, answers 1005 %d\n", r.operations.Load(), float64(r.operations.Load())/r.length.Seconds(),
		r.deliveries.Load(), r.unavailable.Load())
	fmt.Fprintf(w, "faults %d; servers killed %d by SIGKILL and %d at %d failpoints; PostgreSQL killed %d, failovers %d\n",
		faults, kills, points, len(r.logs.points), postgres, failovers)
	for _, name := range slices.Sorted(maps.Keys(r.counts)) {
		fmt.Fprintf(w, "  %-36s %4d  answers again after %s, deliveries after %s\n", name, r.counts[name], spread(r.back[name]), spread(r.pushes[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(r.logs.points)) {
		fmt.Fprintf(w, "  killed %-50s %d\n", name, r.logs.points[name])
	}
	fmt.Fprintf(w, "longest answer %v\n", r.longest.Round(time.Millisecond))
	for _, b := range r.inboxes {
		fmt.Fprintln(w, " ", b)
	}
	for _, name := range slices.Sorted(maps.Keys(r.logs.errors)) {
		fmt.Fprintf(w, "  logged as an error %4d times: %s\n", r.logs.errors[name], name)
	}
	if faults > 0 && minutes > 0 {
		hours := func(goal, n int) string {
			if n == 0 {
				return "not seen"
			}
			return fmt.Sprintf("%.1f h", float64(goal)/float64(n)*minutes/60)
		}
		fmt.Fprintf(w, "at this pace: 5,000,000 operations in %s, 2,000 kills of servers in %s, 1,000 of PostgreSQL in %s, 100 failovers in %s\n",
			hours(5_000_000, int(r.operations.Load())), hours(2000, kills+points), hours(1000, postgres), hours(100, failovers))
	}
	n := 0
	for _, k := range r.kinds {
		n += k
	}
	fmt.Fprintf(w, "anomalies %d\n", n)
	for _, line := range r.anomalies {
		fmt.Fprintln(w, " ", line)
	}
}

// spread is the median and the worst of some times.
func spread(list []time.Duration) string {
	if len(list) == 0 {
		return "-"
	}
	sorted := slices.Sorted(slices.Values(list))
	return fmt.Sprintf("%.2f s (worst %.2f)", sorted[len(sorted)/2].Seconds(), sorted[len(sorted)-1].Seconds())
}
