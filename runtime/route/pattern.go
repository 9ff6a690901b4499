package route

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// pattern turns the path of an interface into one of http.ServeMux, with the names
// of its parameters apart: two interfaces may name one parameter differently.
func pattern(path string) (mux string, params []string) {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, "{"); ok && strings.HasSuffix(name, "}") {
			parts[i] = "{" + wildcard(len(params)) + "}"
			params = append(params, strings.TrimSuffix(name, "}"))
		}
	}
	mux = strings.Join(parts, "/")
	if strings.HasSuffix(mux, "/") {
		mux += "{$}" // the path itself, not everything below it
	}
	return mux, params
}

// wildcard names the parameter at a position.
func wildcard(i int) string { return "p" + strconv.Itoa(i) }

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
