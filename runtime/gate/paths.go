package gate

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// paths finds who serves a URL, by patterns of http.ServeMux. Where several fit one URL,
// the one counts that first has a part in letters where the others have a parameter:
// /orders/{id}/cancel goes before /{service}/orders/{id}.
//
// One http.ServeMux refuses two patterns of which neither is the narrower one. So there is
// a further one behind it for all patterns that count less than the first of those two.
type paths struct {
	layers   []*http.ServeMux
	patterns map[string]http.Handler // of all
}

// pathsOf serves handlers by their patterns.
func pathsOf(handlers map[string]http.Handler) (*paths, error) {
	patterns := make([]string, 0, len(handlers))
	for pattern := range handlers {
		patterns = append(patterns, pattern)
	}
	slices.SortFunc(patterns, byWeight)
	out := &paths{[]*http.ServeMux{http.NewServeMux()}, handlers}
	for _, pattern := range patterns {
		err := handle(out.last(), pattern, handlers[pattern])
		if err != nil {
			out.layers = append(out.layers, http.NewServeMux())
			err = handle(out.last(), pattern, handlers[pattern])
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// last is the multiplexer of the patterns that count least.
func (p *paths) last() *http.ServeMux { return p.layers[len(p.layers)-1] }

// of finds the multiplexer for a request: the first with a pattern that fits, or else the
// first that sends the caller to the path with a slash behind it.
func (p *paths) of(r *http.Request) *http.ServeMux {
	if len(p.layers) == 1 {
		return p.layers[0]
	}
	elsewhere := p.last()
	for _, mux := range slices.Backward(p.layers) {
		if _, to := mux.Handler(r); to != "" {
			elsewhere = mux
		}
	}
	for _, mux := range p.layers {
		if _, pattern := mux.Handler(r); p.patterns[pattern] != nil {
			return mux
		}
	}
	return elsewhere
}

// byWeight orders patterns: those that count first come first.
func byWeight(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(as), len(bs)) {
		if c := cmp.Or(cmp.Compare(openness(as[i]), openness(bs[i])), strings.Compare(as[i], bs[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// shape is a pattern without the names of its parameters: two of one shape fit the same URLs.
func shape(pattern string) string { return parameterName.ReplaceAllString(pattern, "{") }

var parameterName = regexp.MustCompile(`\{\w+`)

// openness is how much fits a part of a pattern: itself, any part, all that follows.
func openness(part string) int {
	switch {
	case strings.HasSuffix(part, "...}"):
		return 2
	case strings.HasPrefix(part, "{") && part != "{$}":
		return 1
	}
	return 0
}

// ServeHTTP answers one request.
func (p *paths) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.of(r).ServeHTTP(w, r) }

// handle registers a handler. It turns the multiplexer's panics into errors: a
// malformed pattern, or two patterns of which neither is the narrower one.
func handle(mux *http.ServeMux, pattern string, handler http.Handler) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("path %s: %v", pattern, v)
		}
	}()
	mux.Handle(pattern, handler)
	return nil
}
