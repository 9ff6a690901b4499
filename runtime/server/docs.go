package server

import (
	"io/fs"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// addDocs serves the site of documents at /docs/: all of it, or what is for
// partners, whose pages call this server.
func addDocs(mux *http.ServeMux, systems []system.System, all bool) error {
	var sources []portal.Source
	for _, s := range systems {
		if _, err := fs.Stat(s.Docs, "docs/"+portal.DataFile); err != nil {
			continue // it was generated without documents
		}
		sources = append(sources, portal.Source{Name: s.Name, Read: func(page string) ([]byte, error) {
			return fs.ReadFile(s.Docs, "docs/"+page)
		}})
	}
	o := portal.Options{All: all}
	if !all { // the listener for operators takes no calls
		o.Send = portal.Own
	}
	site, err := portal.New(sources, o)
	if err != nil {
		return err
	}
	mux.Handle("GET /docs/", http.StripPrefix("/docs", gzhttp.GzipHandler(site)))
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	mux.Handle("GET /favicon.ico", http.RedirectHandler("/docs/assets/icon.svg", http.StatusMovedPermanently))
	return nil
}

// leading sends people who open the server in a browser to pages. Programs get what next
// answers.
func leading(to string, next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		accept := r.Header.Get("Accept")
		if strings.Contains(accept, "text/html") || accept == "*/*" && r.Method == http.MethodGet && r.URL.RawQuery == "" { // a browser, or curl
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	}
}
