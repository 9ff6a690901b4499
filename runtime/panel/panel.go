// Package panel is the page of operators: apps with their grants, limits and refusals,
// notifications on their way, tasks that send history, slow interfaces, and who changed
// what. It is served on the listener for operators, which asks nobody who they are; what
// is changed there leaves a row in jiekou.audit, as the commands do.
//
// Pages are plain HTML without scripts. Each says what the database says at the moment;
// a Watch adds what one server saw since its start.
package panel

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

//go:embed pages
var files embed.FS

// policy lets a page load its own style, and send its forms to where it is from.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Config configures a Panel; all but Hosts and Log is required.
type Config struct {
	Pool    *pgxpool.Pool
	Systems []system.System
	Watch   *Watch
	Ready   func() string // why the server is not ready; empty: it is
	Hosts   []string      // names that it may be reached by, beside localhost and addresses
	Log     *slog.Logger  // nil: discard
}

// Panel serves the pages below /panel/.
type Panel struct {
	Config
	mux   *http.ServeMux
	pages map[string]*template.Template
}

// New returns a Panel.
func New(c Config) (*Panel, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	p := &Panel{Config: c, mux: http.NewServeMux(), pages: map[string]*template.Template{}}
	for name, view := range map[string]view{
		"overview": p.overview, "apps": p.apps, "app": p.app, "deliveries": p.deliveries, "delivery": p.delivery,
		"sync": p.sync, "refusals": p.refusals, "slow": p.slow, "audit": p.audit,
	} {
		t, err := template.New("layout.html").Funcs(words).ParseFS(files, "pages/layout.html", "pages/"+name+".html")
		if err != nil {
			return nil, err
		}
		p.pages[name] = t
		path := "GET /panel/" + name
		if name == "overview" {
			path = "GET /panel/{$}"
		}
		p.mux.HandleFunc(path, p.page(name, view))
	}
	p.mux.HandleFunc("GET /panel/panel.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "pages/panel.css")
	})
	p.mux.Handle("POST /panel/act", http.HandlerFunc(p.act))
	return p, nil
}

// ServeHTTP serves the pages to browsers that were not led here by a page of others.
func (p *Panel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.ours(r.Host) {
		http.Error(w, "this name is not one of the panel's: JIEKOU_OPERATE_HOSTS has those that are, beside localhost and addresses",
			http.StatusMisdirectedRequest)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	http.NewCrossOriginProtection().Handler(p.mux).ServeHTTP(w, r)
}

// ours reports whether a Host is one that the panel may have. A page of somebody else can
// give its name our address, and would then be of our origin.
func (p *Panel) ours(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost" || slices.Contains(p.Hosts, host)
}

// view finds what a page shows.
type view func(r *http.Request) (any, error)

// shown is what the layout shows of every page.
type shown struct {
	Page, Why, Said, Fault string
	Here                   string // the page with its query, to come back to
	Systems                []string
	View                   any
}

// page serves a view.
func (p *Panel) page(name string, find view) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		s := shown{Page: name, Why: p.Ready(), Said: q.Get("said"), Fault: q.Get("fault"), Systems: p.names()}
		q.Del("said")
		q.Del("fault")
		here := *r.URL
		here.RawQuery = q.Encode()
		s.Here = here.RequestURI()
		status := http.StatusOK
		var err error
		if s.View, err = find(r); err != nil {
			p.Log.Warn("the panel cannot show a page", "page", name, "error", err)
			s.View, s.Fault, status = nil, err.Error(), statusOf(err)
		}
		var body bytes.Buffer
		if err := p.pages[name].Execute(&body, s); err != nil {
			http.Error(w, "the page cannot be made", http.StatusInternalServerError)
			p.Log.Error("the panel cannot make a page", "page", name, "error", err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(body.Bytes()) // a reader that left has nobody to tell
	}
}

// names are those of the systems.
func (p *Panel) names() []string {
	var list []string
	for _, s := range p.Systems {
		list = append(list, s.Name)
	}
	return list
}

// actor is who changed something, in the audit: the page, and the address that it was
// called from.
func actor(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return "panel " + host
}

// callers are the apps as an operator at a request sees and changes them.
func (p *Panel) callers(r *http.Request) *app.Admin { return app.NewAdmin(p.Pool, nil, actor(r)) }

// queues are the deliveries, likewise.
func (p *Panel) queues(r *http.Request) *notify.Admin { return notify.NewAdmin(p.Pool, actor(r)) }
