package portal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Policy lets a page load nothing but its own style and scripts.
const Policy = policyWithin + "; frame-ancestors 'none'"

// policyWithin is what of the policy a page can say itself, which needs no server for it.
const policyWithin = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"

// ServeHTTP serves the site at the root of its URLs: mount it behind
// http.StripPrefix("/docs", …). A page is found with and without .html.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	switch {
	case name == "" || strings.HasSuffix(r.URL.Path, "/"):
		name = path.Join(name, "index.html")
	case s.has(name): // a file for other tools may be Markdown itself
	case path.Ext(name) == ".md" || path.Ext(name) == "":
		name = strings.TrimSuffix(name, ".md") + ".html"
	}
	body, err := s.at(name, opened(r))
	switch {
	case err != nil:
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	case body == nil && slices.ContainsFunc(s.systems, func(one *systemPages) bool { return one.Name+".html" == name }):
		w.Header().Set("Location", path.Base(r.URL.Path)+"/") // relative: whoever mounted the site knows its prefix
		w.WriteHeader(http.StatusMovedPermanently)
		return
	case body == nil && s.has(strings.TrimSuffix(name, "/index.html")+".html"): // a slash too many
		w.Header().Set("Location", "../"+path.Base(r.URL.Path))
		w.WriteHeader(http.StatusMovedPermanently)
		return
	case body == nil:
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", cmp.Or(types[path.Ext(name)], mime.TypeByExtension(path.Ext(name))))
	h.Set("Content-Security-Policy", s.policy(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// types are those that a machine may not know, or otherwise.
var types = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".zip": "application/zip", ".md": "text/markdown; charset=utf-8",
}

// policy is the Content-Security-Policy of a page: one that calls may reach the server
// that it is for, and nothing else.
func (s *Site) policy(name string) string {
	if s.sending[name] {
		return Policy + "; connect-src " + s.sendsTo("'self'")
	}
	return Policy
}

// meta is the policy in a page that is opened at the address of a server.
func (s *Site) meta(name, host string) string {
	policy := policyWithin
	if s.sending[name] {
		policy += "; connect-src " + s.sendsTo(host)
	}
	return `<meta http-equiv="Content-Security-Policy" content="` + html.EscapeString(policy) + "\">\n"
}
