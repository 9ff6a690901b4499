package panel

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

const (
	recent = 512  // calls of an interface that its times are of
	most   = 4096 // kinds of refusals that are told apart
)

// Watch sees how long interfaces take and why requests are refused, since the start of
// one server. It has no values of requests. The zero Watch is ready to use.
type Watch struct {
	mu      sync.Mutex
	took    map[[2]string]*times
	refused map[kind]*Refusal
}

// times are the last calls of an interface.
type times struct {
	calls int64
	last  []time.Duration // a ring
}

// kind is what refusals are told apart by.
type kind struct{ system, app, cmd, code string }

// Refusal is why requests of an app to an interface were refused with a code.
type Refusal struct {
	System, App, Cmd, Code string
	Text                   string // of the code, in the document
	Rule                   problem.Rule
	Why                    string // of the last one, as the log has it
	Times                  int64
	First, Last            time.Time
}

// Sentence explains a refusal to an operator.
func (r Refusal) Sentence() string { return sentence(r.Rule) }

// Speed is how long an interface takes.
type Speed struct {
	System, Cmd        string
	Calls              int64
	Median, P99, Worst time.Duration // of the last calls
}

// Observe notes how long a request took.
func (w *Watch) Observe(system, cmd string, took time.Duration) {
	if cmd == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	key := [2]string{system, cmd}
	t := w.took[key]
	if t == nil {
		if w.took == nil {
			w.took = map[[2]string]*times{}
		}
		t = &times{}
		w.took[key] = t
	}
	if len(t.last) < recent {
		t.last = append(t.last, took)
	} else {
		t.last[t.calls%recent] = took
	}
	t.calls++
}

// Refused notes a refusal, with the catalogue of its system.
func (w *Watch) Refused(call route.Call, errors *problem.Catalogue, refusal *problem.Error, now time.Time) {
	code, text := errors.ResolveOf(call.Cmd, refusal)
	w.mu.Lock()
	defer w.mu.Unlock()
	key := kind{call.System, call.App, call.Cmd, code}
	r := w.refused[key]
	if r == nil {
		if len(w.refused) >= most {
			return
		}
		if w.refused == nil {
			w.refused = map[kind]*Refusal{}
		}
		r = &Refusal{System: call.System, App: call.App, Cmd: call.Cmd, Code: code, First: now}
		w.refused[key] = r
	}
	r.Text, r.Rule, r.Why, r.Last = text, refusal.Rule, refusal.Error(), now
	r.Times++
}

// Refusals lists the refusals of a system and an app, or of all with "", the most frequent
// first.
func (w *Watch) Refusals(system, app string) []Refusal {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Refusal
	for _, r := range w.refused {
		if (system == "" || r.System == system) && (app == "" || r.App == app) {
			list = append(list, *r)
		}
	}
	slices.SortFunc(list, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.System, b.System), cmp.Compare(a.App, b.App),
			cmp.Compare(a.Cmd, b.Cmd), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// Slow lists the interfaces that were called, the slowest first by its 99 of 100 calls.
func (w *Watch) Slow() []Speed {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Speed
	for key, t := range w.took {
		sorted := slices.Sorted(slices.Values(t.last))
		n := len(sorted)
		list = append(list, Speed{
			System: key[0], Cmd: key[1], Calls: t.calls,
			Median: sorted[n/2], P99: sorted[min(n-1, n*99/100)], Worst: sorted[n-1],
		})
	}
	slices.SortFunc(list, func(a, b Speed) int {
		return cmp.Or(cmp.Compare(b.P99, a.P99), cmp.Compare(a.System, b.System), cmp.Compare(a.Cmd, b.Cmd))
	})
	return list
}
