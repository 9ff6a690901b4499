package notify

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
)

// Fifty receivers hang, more than there are places for those that did not fail and
// for slow ones, and hang to the end of the test: the others get everything, in
// order. Nothing of those that hang is lost. A busy machine may let a good one
// seem slow; the lane of failing ones has room for it beside those that were given up.
func TestHanging(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const hanging, good, each, suspects = 50, 5, 20, 30
	hang := make(chan struct{})
	var let sync.Once
	release := func() { let.Do(func() { close(hang) }) }
	for i := range hanging {
		b.receiver(t, fmt.Sprint(100+i), func(w http.ResponseWriter, r *receiver, g got) {
			select {
			case <-hang:
				r.answer(w, g, "0")
			default:
				<-hang
			}
		})
	}
	t.Cleanup(release) // before the servers close
	var list []*receiver
	for i := range good {
		list = append(list, b.receiver(t, fmt.Sprint(300+i), nil))
	}
	// Those that hang are queued first, and are served first.
	b.exec(t, `insert into jiekou.outbox (system, app, cmd, body)
		select 'shop', id, 'changed', to_json(n) from jiekou.app, generate_series(1, $1::int) n order by id, n`, each)
	b.exec(t, `update jiekou.receiver set due = now() - interval '1 hour' where app < '300'`)
	config := b.config()
	config.Workers, config.Suspects, config.Prompt = 4, suspects, 50*time.Millisecond
	config.Lease, config.Timeout = time.Hour, time.Hour
	b.run(t, config)
	b.until(t, fmt.Sprint(good*each), `select count(*) from jiekou.outbox where delivered is not null`)
	same(t, "delivered to those that hang", b.one(t, `select count(*) from jiekou.outbox where delivered is not null and app < '300'`), 0)
	for _, r := range list {
		same(t, r.id, strings.Join(r.plains(), " "), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")
	}
	b.until(t, "true", `select count(*) >= $1 from jiekou.receiver where failures > 0 and why = 'timeout'`, hanging-suspects)
	release()
	b.until(t, fmt.Sprint((hanging+good)*each), `select count(*) from jiekou.outbox where delivered is not null`)
}

// A notification that a subscription may not see any more is not sent; one about no
// project goes to all.
func TestProjects(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bound, all := b.receiver(t, "300", nil), b.receiver(t, "301", nil)
	b.exec(t, `update jiekou.subscription set projects = '{p1,p2}' where app = '300'`)
	b.exec(t, `insert into jiekou.outbox (system, app, cmd, project, body) select 'shop', s.app, 'changed', p, to_json(coalesce(p, 'none'))
		from unnest(array['p1', 'p3', 'p2', '', null]) p, jiekou.subscription s where jiekou.sees(s.projects, p)`)
	b.exec(t, `update jiekou.subscription set projects = '{p2}' where app = '300'`)
	b.run(t, b.config())
	b.until(t, "0", `select count(*) from jiekou.outbox where delivered is null and dead is null`)
	same(t, "bound", bound.plains(), `["p2" "" "none"]`)
	same(t, "all", all.plains(), `["p1" "p3" "p2" "" "none"]`)
	same(t, "dead", b.one(t, `select string_agg(app || ' ' || project || ' ' || reason, ';') from jiekou.outbox where dead is not null`),
		"300 p1 the app may not see its project (any more)")
}

// Values that are not the row's are counted in the log, by field, without them.
func TestDoubts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.receiver(t, "300", nil)
	config := b.config()
	system := config.Systems["shop"]
	system.Doubts = map[string][]outbox.Doubt{"changed": {
		{Field: "name", Length: 4, Empty: true}, {Field: "gender", Else: "3"}, {Field: "level", Empty: true}, {Field: "in/side", Length: 2},
	}}
	config.Systems["shop"] = system
	for _, body := range []string{
		`{"name":"秘密秘密","gender":1,"level":1}`,
		`{"name":"秘密秘","gender":3,"level":0,"in":{"side":"ab"}}`,
		`{"name":"","gender":"3","level":"0","in":{"side":"a"}}`,
		`{"in":7}`, `[]`, `{"name":[],"gender":null,"level":"\u0030","in":{}}`,
	} {
		b.queue(t, "300", "changed", body)
	}
	stop := b.run(t, config)
	b.until(t, "6", `select count(*) from jiekou.outbox where delivered is not null`)
	stop()
	counted := map[string]int{}
	for line := range strings.Lines(b.log.String()) {
		var one struct {
			Field, Why string
			Count      int
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		if one.Why != "" { // a log may come between two notifications
			counted[one.Field+": "+one.Why] += one.Count
		}
	}
	want := map[string]int{"name: " + wasCut: 1, "name: " + wasEmpty: 1, "gender: " + wasUnknown: 2, "level: " + wasEmpty: 3, "in/side: " + wasCut: 1}
	if !maps.Equal(counted, want) || strings.Contains(b.log.String(), "秘") {
		t.Errorf("%v in %s", counted, b.log)
	}
	new(doubts).flush(slog.Default()) // nothing to say
}

// Each request of a batch gets its own answer; an error goes to all of them.
func TestBatcher(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testBatcher)
}

func testBatcher(t *testing.T) {
	var asks, most int
	x := batcher[int, int]{run: func(list []int) ([]int, error) {
		asks++
		most = max(most, len(list))
		answers := make([]int, len(list))
		for i, n := range list {
			if n < 0 {
				return nil, fmt.Errorf("no %d", n)
			}
			answers[i] = 2 * n
		}
		time.Sleep(time.Millisecond) // of the test's own clock: all others ask meanwhile
		return answers, nil
	}}
	var group sync.WaitGroup
	for i := range 1000 {
		group.Go(func() {
			if got, err := x.do(i); err != nil || got != 2*i {
				t.Error(i, got, err)
			}
		})
	}
	group.Wait()
	// The first run takes whoever asked until it began: one, or as many as a run may have.
	if asks < (1000+maxTogether-1)/maxTogether || asks > 1+(999+maxTogether-1)/maxTogether || most != maxTogether {
		t.Errorf("%d at most in %d", most, asks)
	}
	if _, err := x.do(-1); err == nil || err.Error() != "no -1" {
		t.Error(err)
	}
}
