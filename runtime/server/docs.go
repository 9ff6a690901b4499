package server

import (
	"cmp"
	"io/fs"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// addDocs serves the site of documents at /docs/: all of it, or what is for
// partners, whose pages call this server; public is its address for them, if they do not
// say it by opening a page.
func addDocs(mux *http.ServeMux, systems []system.System, public string, all bool) error {
	var sources []portal.Source
	for _, s := range systems {
		if _, err := fs.Stat(s.Docs, "docs/"+portal.DataFile); err != nil {
			continue // it was generated without documents
		}
		sources = append(sources, portal.Source{Name: s.Name, Read: func(page string) ([]byte, error) {
			return fs.ReadFile(s.Docs, "docs/"+page)
		}})
	}
	o := portal.Options{All: all, Host: public}
	if !all { // the listener for operators takes no calls
		o.Send = cmp.Or(public, portal.Own)
	}
	site, err := portal.New(sources, o)
	if err != nil {
		return err
	}
	mux.Handle("GET /docs/", http.StripPrefix("/docs", gzhttp.GzipHandler(site)))
	mux.Handle("GET /docs", moved("docs/", http.StatusMovedPermanently))
	mux.Handle("GET /favicon.ico", moved("docs/assets/icon.svg", http.StatusMovedPermanently))
	return nil
}

// moved leads from the root to an address that is relative: whoever mounted the server, or
// has it below a path of a proxy, knows what is in front.
func moved(to string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

// leading sends people who open the server in a browser to pages. Programs get what next
// answers.
func leading(to string, next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		accept := r.Header.Get("Accept")
		if strings.Contains(accept, "text/html") || accept == "*/*" && r.Method == http.MethodGet && r.URL.RawQuery == "" { // a browser, or curl
			moved(to, http.StatusFound)(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}
