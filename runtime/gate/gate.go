package gate

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/trace"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// perApp is in front of the paths of a system whose messages do not name their app: each
// app has URLs of its own. Without it there is one app.
const perApp = "/app/{app}"

// base is the beginning of the path of a request that names its app, and the app.
func base(r *http.Request) (base, app string) {
	if app = r.PathValue("app"); app == "" {
		return "", ""
	}
	path := r.URL.EscapedPath()
	end := len("/app/")
	return path[:end+strings.IndexByte(path[end:], '/')], app
}

// gate serves one path of a system.
type gate struct {
	*system
	path string // as the document has it
	ways []way  // one for each method
}

// way is one method of a path.
type way struct {
	method string
	entry  *entry   // its interface; nil: the message names one
	bodies []string // what a body may be, as protocol.Door has it
	own    bool     // the protocol says nothing about the body: it is the interface's
	full   bool     // a body has members that the protocol reads, so it is never empty
}

// entry is one interface with a path.
type entry struct {
	*route.Interface
	serve   func(context.Context, *route.Call, *wire.Reader) (wire.Encoder, error) // nil: it is not answered
	outside []wire.Outside                                                         // its fields outside the payload, without values
	params  []string                                                               // names of the path's parameters, in its order

	revisions []*entry    // earlier ones, which come in where it does
	notices   [][2]string // headers of its replies
}

// newEntry prepares the fields of an interface.
func newEntry(one *route.Interface, params []string) *entry {
	e := &entry{Interface: one, params: params}
	if one.Answered() {
		e.serve = e.answered
	}
	for _, at := range one.Outside {
		e.outside = append(e.outside, wire.Outside{Name: at.Name, JSON: at.JSON})
	}
	return e
}

// answered reads a request and carries it out.
func (e *entry) answered(ctx context.Context, call *route.Call, in *wire.Reader) (wire.Encoder, error) {
	_, checks := trace.Start(ctx, "checks")
	q, err := e.Read(in)
	checks.End()
	if err != nil {
		return nil, err
	}
	return e.Answer(ctx, call, q)
}

// gates returns the gate of each path, by its pattern for http.ServeMux. Where the
// protocol says the path, it is one URL for all interfaces that come in there.
func (s *system) gates() (map[string]*gate, error) {
	all := map[string]*gate{}
	for i := range s.Interfaces {
		one := &s.Interfaces[i]
		if one.Kind == route.Notify || one.Revision.Shares() {
			continue
		}
		for _, door := range s.exchange.Doors(one.Cmd, one.Frame, one.Method) {
			path := door.Path
			if path == "" {
				path = one.Path
			}
			if path == "" {
				continue
			}
			mux, params := pattern(path)
			if all[mux] == nil {
				all[mux] = &gate{system: s, path: path}
			}
			if err := all[mux].add(door, s.entries[one.Cmd].with(params)); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// with is the entry with the names of its path's parameters.
func (e *entry) with(params []string) *entry {
	out := *e
	out.params = params
	return &out
}

// add lets messages of one interface in at a door.
func (g *gate) add(door protocol.Door, e *entry) error {
	method := door.Method
	if method == "" {
		method = e.Method
	}
	if method == "" {
		method = http.MethodPost
	}
	body, own := door.Body, door.Body == ""
	if own {
		if body = "json"; e.Form {
			body = "form"
		}
	}
	full := slices.Contains([]string{"json", "xml", "form", "multipart"}, door.Body)
	if door.Names {
		e = nil
	}
	i := slices.IndexFunc(g.ways, func(w way) bool { return w.method == method })
	if i < 0 {
		g.ways = append(g.ways, way{method: method, entry: e, bodies: []string{body}, own: own, full: full})
		return nil
	}
	w := &g.ways[i]
	w.own, w.full = w.own || own, w.full && full
	switch {
	case e == nil:
	case w.entry == nil, w.entry.Status == route.Unimplemented:
		w.entry = e
	case e.Status == route.Unimplemented: // the document describes one URL twice; the other is served
	case w.entry.Cmd != e.Cmd:
		return fmt.Errorf("%s and %s are both %s %s", w.entry.Cmd, e.Cmd, method, g.path)
	}
	if !slices.Contains(w.bodies, body) {
		w.bodies = append(w.bodies, body)
	}
	return nil
}

// way finds that of a method, nil where there is none.
func (g *gate) way(method string) *way {
	for i := range g.ways {
		if g.ways[i].method == method {
			return &g.ways[i]
		}
	}
	return nil
}

// methods lists the methods of the path.
func (g *gate) methods() string {
	var names []string
	for i := range g.ways {
		names = append(names, g.ways[i].method)
	}
	return strings.Join(names, ", ")
}

// pattern turns a path into one of http.ServeMux, with the names of its parameters
// apart: two interfaces may name one parameter differently. {...} is all that follows.
func pattern(path string) (mux string, params []string) {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		name, ok := strings.CutPrefix(p, "{")
		if name, ok = cutSuffix(name, "}", ok); !ok {
			continue
		}
		parts[i] = "{" + wildcard(len(params)) + "}"
		if name == "..." {
			parts[i] = "{" + wildcard(len(params)) + "...}"
		}
		params = append(params, name)
	}
	mux = strings.Join(parts, "/")
	if strings.HasSuffix(mux, "/") {
		mux += "{$}" // the path itself, not everything below it
	}
	return mux, params
}

// cutSuffix is strings.CutSuffix behind a condition.
func cutSuffix(s, suffix string, ok bool) (string, bool) {
	before, found := strings.CutSuffix(s, suffix)
	return before, ok && found
}

// wildcard names the parameter at a position.
func wildcard(i int) string { return "p" + strconv.Itoa(i) }

// noticesOf are the headers of replies that say since when an interface is deprecated
// (RFC 9745), and when it ends (RFC 8594): at the end of its last day, in the zone of the
// system.
func noticesOf(i *route.Interface, zone *time.Location) ([][2]string, error) {
	if i.Status != route.Deprecated {
		return nil, nil
	}
	var out [][2]string
	if i.Deprecation != "" {
		day, err := time.ParseInLocation(time.DateOnly, i.Deprecation, zone)
		if err != nil {
			return nil, fmt.Errorf("day of deprecation: %w", err)
		}
		out = append(out, [2]string{"Deprecation", "@" + strconv.FormatInt(day.Unix(), 10)})
	}
	if i.Sunset != "" {
		day, err := time.ParseInLocation(time.DateOnly, i.Sunset, zone)
		if err != nil {
			return nil, fmt.Errorf("sunset: %w", err)
		}
		out = append(out, [2]string{"Sunset", day.AddDate(0, 0, 1).Add(-time.Second).UTC().Format(http.TimeFormat)})
	}
	return out, nil
}
