package panel

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/history"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// words are the functions of the pages.
var words = template.FuncMap{
	"at":      at,
	"ms":      func(d time.Duration) string { return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64) },
	"counted": counted,
	"appURL":  func(system, id string) string { return address("app", "system", system, "id", id) },
	"deadURL": func(system, id string) string {
		return address("deliveries", "system", system, "app", id, "state", string(notify.Dead))
	},
	"docURL": func(system, cmd string) string { return "/docs/" + system + "/" + cmd },
	"codeURL": func(system, code string) string {
		return "/docs/" + system + "/errors.html#code-" + code
	},
	"pages":    func() []place { return places },
	"where":    func(here, system, app string) spot { return spot{here, system, app} },
	"queuesAt": func(here string, list []notify.Receiver) queues { return queues{here, list} },
	"systems":  func(all []string, of string) choice { return choice{all, of} },
}

// place is a page in the bar.
type place struct{ Path, Name, Title string }

// places are the pages in the bar.
var places = []place{
	{"", "overview", "Overview"},
	{"apps", "apps", "Apps"},
	{"deliveries", "deliveries", "Deliveries"},
	{"sync", "sync", "Sync tasks"},
	{"refusals", "refusals", "Refusals"},
	{"slow", "slow", "Slow interfaces"},
	{"audit", "audit", "Audit"},
}

// What parts of pages are given.
type (
	spot   struct{ Here, System, App string } // a form about an app
	queues struct {
		Here   string
		Queues []notify.Receiver
	}
	choice struct {
		Systems []string
		Of      string
	}
)

// at is a moment for people, as the zone of the server has it.
func at(v any) string {
	switch t := v.(type) {
	case time.Time:
		return t.Local().Format(time.DateTime)
	case *time.Time:
		if t != nil {
			return t.Local().Format(time.DateTime)
		}
	}
	return ""
}

// counted is a number of notifications, of which only so many are counted.
func counted(n int) string {
	if n >= notify.Counted {
		return strconv.Itoa(notify.Counted) + "+"
	}
	return strconv.Itoa(n)
}

// address is a page with values of its query.
func address(page string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/panel/" + page + "?" + q.Encode()
}

// statusOf is what HTTP says of a page that cannot be shown.
func statusOf(err error) int {
	switch {
	case errors.Is(err, app.ErrNotFound), errors.Is(err, notify.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, notify.ErrFilter):
		return http.StatusBadRequest
	}
	return http.StatusServiceUnavailable
}

// overview shows what wants to be looked at.
func (p *Panel) overview(r *http.Request) (any, error) {
	queues, err := p.queues(r).Receivers(r.Context(), "", "")
	if err != nil {
		return nil, err
	}
	v := struct {
		Queues   []notify.Receiver
		Slow     []Speed
		Refusals []Refusal
	}{Slow: first(p.Watch.Slow(), 5), Refusals: first(p.Watch.Refusals("", ""), 5)}
	for _, q := range queues {
		if q.State != notify.Healthy || q.Dead > 0 || q.Waiting > 0 {
			v.Queues = append(v.Queues, q)
		}
	}
	return v, nil
}

// first is the beginning of a list.
func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// apps lists the apps.
func (p *Panel) apps(r *http.Request) (any, error) {
	list, err := p.callers(r).List(r.Context(), r.FormValue("system"))
	if err != nil {
		return nil, err
	}
	type row struct {
		app.Info
		Total, Failed int64
	}
	var rows []row
	for _, a := range list {
		one := row{Info: a}
		for cmd, n := range a.Calls {
			one.Total += n
			one.Failed += a.Refused[cmd]
		}
		rows = append(rows, one)
	}
	return rows, nil
}

// app shows one app.
func (p *Panel) app(r *http.Request) (any, error) {
	name, id := r.FormValue("system"), r.FormValue("id")
	info, err := p.callers(r).Show(r.Context(), name, id)
	if err != nil {
		return nil, err
	}
	queue, err := p.queues(r).Receivers(r.Context(), name, id)
	if err != nil {
		return nil, err
	}
	changes, err := p.changes(r, name, id, 20)
	if err != nil {
		return nil, err
	}
	v := struct {
		app.Info
		Queue    []notify.Receiver
		Refusals []Refusal
		Changes  []change
		Cmds     []string // that it could be granted
	}{Info: info, Queue: queue, Refusals: p.Watch.Refusals(name, id), Changes: changes}
	if s := system.Find(p.Systems, name); s != nil {
		for _, i := range s.Interfaces {
			v.Cmds = append(v.Cmds, i.Cmd)
		}
		slices.Sort(v.Cmds)
	}
	return v, nil
}

// filter reads what deliveries are wanted.
func filter(of func(string) string) (notify.Filter, error) {
	f := notify.Filter{System: of("system"), App: of("app"), Cmd: of("cmd"), Sid: of("sid"), State: notify.State(of("state"))}
	var err error
	if f.Since, err = notify.ParseSince(of("since"), time.Now()); err != nil {
		return f, err
	}
	if id := of("id"); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return f, fmt.Errorf("%w: %q is no id of a delivery", notify.ErrFilter, id)
		}
		f.IDs = []int64{n}
	}
	return f, nil
}

// deliveries searches them, and lists the queues.
func (p *Panel) deliveries(r *http.Request) (any, error) {
	f, err := filter(r.FormValue)
	if err != nil {
		return nil, err
	}
	list, err := p.queues(r).List(r.Context(), f)
	if err != nil {
		return nil, err
	}
	queues, err := p.queues(r).Receivers(r.Context(), f.System, f.App)
	if err != nil {
		return nil, err
	}
	return struct {
		Filter notify.Filter
		ID     string
		Since  string
		List   []notify.Delivery
		Queues []notify.Receiver
		Full   bool // there may be more
		States []notify.State
	}{
		f, r.FormValue("id"), r.FormValue("since"), list, queues, len(list) == notify.DefaultLimit,
		[]notify.State{notify.Waiting, notify.Done, notify.Dead},
	}, nil
}

// delivery shows one.
func (p *Panel) delivery(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.FormValue("id"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", notify.ErrNotFound, r.FormValue("id"))
	}
	return p.queues(r).Show(r.Context(), id)
}

// sync lists tasks that send history.
func (p *Panel) sync(r *http.Request) (any, error) {
	return history.List(r.Context(), p.Pool, system.Histories(p.Systems), 50)
}

// refusals lists who was refused and why.
func (p *Panel) refusals(r *http.Request) (any, error) {
	return p.Watch.Refusals(r.FormValue("system"), r.FormValue("app")), nil
}

// slow lists interfaces by their times.
func (p *Panel) slow(*http.Request) (any, error) { return p.Watch.Slow(), nil }

// change is a row of the audit.
type change struct {
	At                                 time.Time
	Actor, Action, System, App, Detail string
}

// audit lists who changed what.
func (p *Panel) audit(r *http.Request) (any, error) {
	return p.changes(r, r.FormValue("system"), r.FormValue("app"), 200)
}

// changes are the last rows of the audit, of an app or of all.
func (p *Panel) changes(r *http.Request, system, id string, n int) ([]change, error) {
	rows, err := p.Pool.Query(r.Context(), `select at, actor, action, system, app, detail::text from jiekou.audit
where ($1 = '' or system = $1) and ($2 = '' or app = $2) order by id desc limit $3`, system, id, n)
	if err != nil {
		return nil, fmt.Errorf("panel.audit: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[change])
	if err != nil {
		return nil, fmt.Errorf("panel.audit: %w", err)
	}
	return list, nil
}
