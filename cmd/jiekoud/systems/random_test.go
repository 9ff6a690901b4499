package systems_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/spec"
)

// stored makes payloads whose ids are, more often than not, those of rows that
// are there: a field takes the values of columns of its name.
type stored struct {
	generator
	values map[string][]string
}

// storedValues reads the ids of the demo data by the end of their field names.
func storedValues(t *testing.T, w *world) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for name, sql := range map[string]string{
		"projGUID": "select guid from lianfa.project order by guid <> '" + project1 + "'", "cstGUID": "select guid from lianfa.customer order by guid <> '" + customer1 + "'",
		"oppGUID":  "select guid from lianfa.opportunity order by guid <> '" + chance1 + "'",
		"userGUID": "select guid from lianfa.consultant", "leadGUID": "select guid from lianfa.lead", "attachGUID": "select guid from lianfa.trait",
		"proxyCompanyId": "select guid from lianfa.company", "mobile": "select mobile from lianfa.customer", "itemGUID": "select guid from lianfa.trait_item",
		"agentGUID": "select guid from lianfa.agent", "followGUID": "select guid from lianfa.follow_up",
	} {
		rows, err := w.Pool.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %d values, %v", name, len(list), err)
		}
		values[name] = list
	}
	for other, name := range map[string]string{
		"projCode": "projGUID", "consultantId": "userGUID", "userId": "userGUID", "Mobile": "mobile", "phone": "mobile", "cstTel": "mobile",
		"proxyCompanyGUID": "proxyCompanyId", "agentId": "agentGUID", "agentID": "agentGUID",
	} {
		values[other] = values[name]
	}
	return values
}

// payload is an object of which most ids exist. Half of them come from the
// first rows, so that they fit together now and then.
func (g stored) payload(fields spec.Fields, odd float64) string {
	var body any
	if json.Unmarshal([]byte(g.object(fields, odd)), &body) != nil {
		return "{}"
	}
	g.put(body)
	text, _ := json.Marshal(body) // it was JSON
	return string(text)
}

// put replaces ids in place.
func (g stored) put(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			g.put(one)
		}
	case map[string]any:
		for name, value := range v {
			if list := g.values[name]; list != nil && g.IntN(8) > 0 {
				v[name] = list[g.IntN(pick(g.generator, 1, 2, len(list)))]
			} else {
				g.put(value)
			}
		}
	}
}

// Whatever a valid or broken request holds, the answer is one of the document:
// never 1005, which is our fault, and never a status but 200.
func TestNeverInternal(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	var notifications []string
	for _, system := range loadSpec(t).Systems {
		for _, one := range system.Interfaces {
			if system.Name == "lianfa" && one.Kind == spec.Notify {
				notifications = append(notifications, one.Cmd)
			}
		}
	}
	w.Subscribe(t, "300", notifications...)
	g := stored{generator{Rand: rand.New(rand.NewPCG(3, 4))}, storedValues(t, w)}
	done := 0
	for _, system := range loadSpec(t).Systems {
		for _, one := range system.Interfaces {
			if system.Name != "lianfa" || !one.IsServed() {
				continue
			}
			faults, codes := map[string]string{}, map[int]int{}
			for n := range tries(one) {
				body := g.payload(one.Request, []float64{0, 0, 0.05}[n%3])
				r := c.Post(t, c.Seal(one.Cmd, c.Sid(), body).Body())
				code := r.Code(t)
				if codes[code]++; code != 1005 {
					continue
				}
				log := strings.Split(strings.TrimSpace(w.Log.String()), "\n")
				_, why, _ := strings.Cut(log[len(log)-1], `"why":`)
				if old, ok := faults[why]; !ok || len(body) < len(old) {
					faults[why] = body
				}
			}
			for why, body := range faults {
				t.Errorf("%s answers 1005: %s for example\n%.900s", one.Cmd, why, body)
			}
			if done += codes[0]; codes[0] == 0 {
				t.Logf("%s never succeeds: %v", one.Cmd, codes)
			}
		}
	}
	if done < 50 {
		t.Errorf("only %d requests succeeded: a poor mixture", done)
	}
	sentIsValid(t, w)
}

// tries is how many requests an interface gets; a password takes a tenth of a
// second to hash.
func tries(one *spec.Interface) int {
	hashed := slices.ContainsFunc(one.Request, func(f *spec.Field) bool { return f.Name == "password" })
	switch {
	case slow && hashed:
		return 3
	case slow || hashed:
		return 9
	}
	return 45
}

// sentIsValid fails when a queued notification breaks a rule of its own table.
func sentIsValid(t *testing.T, w *world) {
	t.Helper()
	rows, err := w.Pool.Query(t.Context(), `select distinct on (cmd, length(body::text)) cmd, body::text from jiekou.outbox`)
	if err != nil {
		t.Fatal(err)
	}
	queued, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Cmd, Body string }])
	if err != nil || len(queued) < 10 {
		t.Fatalf("%d notifications, %v", len(queued), err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	systems := describedSystems()
	system := systems[slices.IndexFunc(systems, func(s route.System) bool { return s.Name == "lianfa" })]
	seen := map[string]bool{}
	for _, q := range queued {
		i := slices.IndexFunc(system.Interfaces, func(i route.Interface) bool { return i.Cmd == q.Cmd })
		_, err := system.Interfaces[i].Judge([]byte(q.Body), zone, system.Limits)
		refused, _ := errors.AsType[*problem.Error](err)
		for _, p := range found(refused) {
			if seen[q.Cmd+p] {
				continue
			}
			seen[q.Cmd+p] = true
			t.Errorf("%s is sent with %s:\n%s", q.Cmd, p, q.Body)
		}
	}
}
