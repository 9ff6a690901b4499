package explain

import (
	"net/url"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
)

// matched is the interface that a request is for.
type matched struct {
	one    *spec.Interface
	path   string // as the server sees it
	prefix string // a prefix that a gateway adds
	params int    // parts of the path that are parameters
}

// findInterface finds the interface of a method and a path. A path may have more in
// front than the document's. The nearest one wins: with the shortest prefix, then with
// the fewest parameters, as the server takes it.
func findInterface(s *spec.System, method, path string) (matched, error) {
	var best *matched
	var methods []string
	for _, one := range s.Interfaces {
		if one.Kind == spec.Notify || one.Path == "" {
			continue
		}
		m, ok := match(one, path)
		if !ok {
			continue
		}
		if methods = append(methods, one.Method); one.Method != method {
			continue
		}
		if best == nil || len(m.prefix) < len(best.prefix) || m.prefix == best.prefix && m.params < best.params {
			best = &m
		}
	}
	switch {
	case best != nil:
		return *best, nil
	case len(methods) > 0:
		slices.Sort(methods)
		return matched{}, command.Misused("the path takes "+strings.Join(slices.Compact(methods), ", "), "no interface of %s takes %s %s", s.Name, method, path)
	}
	var known []string
	for _, one := range s.Interfaces {
		if one.Path != "" && one.Kind != spec.Notify && len(known) < 8 {
			known = append(known, one.Method+" "+one.Path)
		}
	}
	return matched{}, command.Misused("it has "+strings.Join(known, ", "), "no interface of %s has the path %s", s.Name, path)
}

// match holds the end of a path against the path of an interface.
func match(one *spec.Interface, path string) (matched, bool) {
	m := matched{one: one}
	want, have := strings.Split(one.Path, "/")[1:], strings.Split(path, "/")[1:]
	if len(have) < len(want) {
		return m, false
	}
	front := have[:len(have)-len(want)]
	for i, part := range have[len(front):] {
		text, err := url.PathUnescape(part)
		switch {
		case strings.HasPrefix(want[i], "{") && part != "":
			m.params++
		case err != nil || text != want[i]:
			return m, false
		}
	}
	if len(front) > 0 {
		m.prefix = "/" + strings.Join(front, "/")
	}
	m.path = strings.TrimPrefix(path, m.prefix)
	return m, true
}
