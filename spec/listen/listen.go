// Package listen finds interfaces, of one system or of several, that one server could not
// tell apart by their paths.
package listen

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// Check reports each path that somebody else has already.
func Check(to *spec.Collector, set *spec.Set) {
	l := &listener{Collector: to, taken: map[string]owner{}}
	for _, s := range set.Systems {
		if s.Endpoint.Path != "" {
			l.listen(s.Endpoint.Path, owner{s, "the system " + s.Name}, s.Pos)
		}
		for _, x := range s.Interfaces {
			if x.Path != "" && x.Kind != spec.Notify {
				l.listen(x.Path, owner{s, x.Cmd + " of " + s.Name}, x.At("path"))
			}
		}
	}
}

// listener is one server for all systems: what it cannot tell apart is a finding. Paths of
// which a URL may fit several are told apart: the part that is written out counts.
type listener struct {
	*spec.Collector
	taken map[string]owner // by pattern
}

// owner is who listens at a pattern.
type owner struct {
	system *spec.System
	name   string
}

// ownPages are the paths of a server's own pages.
var ownPages = regexp.MustCompile(`^/(?:livez|readyz|metrics|docs|docs/.*)$`)

// IsOwn says whether a server has a page of its own at a path.
func IsOwn(path string) bool { return ownPages.MatchString(path) }

var parameterPart = regexp.MustCompile(`^\{[^/{}]*\}$`)

// listen takes a path for somebody.
func (l *listener) listen(path string, who owner, at spec.Pos) {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if parameterPart.MatchString(part) {
			parts[i] = fmt.Sprintf("{p%d}", i)
		}
	}
	pattern := strings.Join(parts, "/")
	if strings.HasSuffix(pattern, "/") {
		pattern += "{$}"
	}
	fixed := slices.DeleteFunc(parts, parameterPart.MatchString)
	if l.taken[pattern].system == who.system || strings.ContainsAny(strings.Join(fixed, ""), "{} ") {
		return // another method, or no path: JK0230
	}
	other := l.taken[pattern].name
	if IsOwn(path) {
		other = "the server itself"
	}
	if other != "" {
		l.Add("JK0704", at, "a server tells its interfaces apart by their paths; give one of the two another", "%s listens at the path %s, too", other, path)
		return
	}
	l.taken[pattern] = who
}
