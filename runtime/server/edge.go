package server

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/panel"
)

// partnersOf is what the listener of partners serves.
func partnersOf(c Config, ready *readiness, interfaces http.Handler, limiter *limit.Limits) (http.Handler, error) {
	open := http.NewServeMux() // for everybody
	open.HandleFunc("GET /livez", live)
	open.HandleFunc("GET /readyz", ready.status)
	if err := addDocs(open, c.Systems, c.PublicURL, false); err != nil {
		return nil, err
	}
	interfaces = crossing(c.Origins, interfaces)
	mux := http.NewServeMux()
	for _, path := range []string{"/livez", "/readyz", "/docs", "/docs/", "/favicon.ico"} {
		mux.Handle("GET "+path, bounded(limiter, open))
	}
	mux.Handle("GET /{$}", leading("docs/", interfaces))
	mux.Handle("/", interfaces)
	handler := closing(mux)
	if len(c.Proxies) > 0 {
		handler = behind(c.Proxies, handler)
	}
	if c.Middleware != nil {
		handler = c.Middleware(handler)
	}
	return handler, nil
}

// operators is what the listener of operators serves.
func operators(c Config, pool *pgxpool.Pool, ready *readiness, metrics *metrics) (http.Handler, error) {
	pages, err := panel.New(panel.Config{
		Pool: pool, Systems: c.Systems, Watch: &metrics.watch.Watch, Ready: ready.reason, Hosts: c.OperateHosts, Log: c.Logger,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/panel/", pages)
	mux.HandleFunc("GET /livez", live)
	mux.HandleFunc("GET /readyz", ready.details)
	if metrics.served != nil {
		mux.Handle("GET /metrics", metrics.served)
	}
	mux.Handle("GET /{$}", leading("panel/", http.NotFoundHandler()))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux, addDocs(mux, c.Systems, c.PublicURL, true)
}

// live says that the process runs.
func live(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// closing ends the connection after a request whose body came in chunks. Such a
// request may have had a Content-Length as well, which net/http does not tell, and then
// a proxy before us may see its end elsewhere (RFC 9112, section 6.1).
func closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// bounded serves what proves nothing about its caller, as often as an address may ask.
func bounded(limiter *limit.Limits, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visit, err := limiter.Arrive(r.Context(), limit.From(r.RemoteAddr))
		defer visit.Leave()
		if err != nil {
			http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(w, r)
		visit.Unproved()
	})
}

// behind takes the address of a caller from X-Forwarded-For, as far as proxies of ours
// wrote it: the last address there that is none of them.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	ours := func(text string) (netip.Addr, bool) {
		a, err := netip.ParseAddr(strings.TrimSpace(text))
		a = a.Unmap()
		return a, err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, port, err := net.SplitHostPort(r.RemoteAddr)
		if _, ok := ours(host); err == nil && ok {
			list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, one := range slices.Backward(list) {
				a, ok := ours(one)
				if !a.IsValid() {
					break
				}
				if host = a.String(); !ok {
					break
				}
			}
			r.RemoteAddr = net.JoinHostPort(host, port)
		}
		next.ServeHTTP(w, r)
	})
}
