package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// reader reads a capture as the receiver does.
type reader struct {
	c        *Case
	ctx      context.Context //nolint:containedctx // a reader is one message
	p        *protocol.Protocol
	m        *message.Message
	keys     *protocol.Keys
	incoming protocol.Incoming
	found    matched // where the URL names the interface
	kind     Kind
	clock    Clock
	notes    []string
	reply    bool
	bare     bool
}

func (c *Case) reader(ctx context.Context, p *protocol.Protocol, m *Capture) (*reader, error) {
	secrets := protocol.Secrets{}
	for name, text := range c.Secrets {
		secrets[name] = []string{text}
	}
	keys, err := p.Keys(c.App, secrets)
	if err != nil {
		return nil, misused("", "%s: %s", c.File, strings.TrimPrefix(err.Error(), "protocol: "))
	}
	r := &reader{c: c, ctx: ctx, p: p, m: m.messageOf(), keys: keys, reply: m.Reply, bare: m.Method == "" && !m.Reply}
	if r.bare {
		r.unwrap()
	}
	r.incoming.Message = r.m
	if c.Cmd != "" {
		return r, r.named()
	}
	if p.Call != nil && !p.Call.NamesInterface() && !m.Reply && c.As != Push && c.As != Reply && c.As != Answer {
		if err := r.find(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// unwrap makes a message of a text without the HTTP around it: the body of a POST, or
// the query of a GET.
func (r *reader) unwrap() {
	r.m.Method = "POST"
	text := strings.TrimSpace(string(r.m.Body))
	if _, after, ok := strings.Cut(text, "?"); ok && !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "<") {
		text = after
	}
	if text != "" && text[0] != '{' && text[0] != '<' && r.p.Call != nil {
		r.m.Method, r.m.Query, r.m.Body = "GET", text, nil
	}
}

// named takes the interface that somebody says.
func (r *reader) named() error {
	one := r.c.System.Interface(r.c.Cmd)
	if one == nil {
		return misused("", "%s has no interface %q", r.c.System.Name, r.c.Cmd)
	}
	r.incoming.Interface, r.incoming.Frame = one.Cmd, one.FrameName
	return nil
}

// find finds the interface that the URL names.
func (r *reader) find() error {
	if r.bare {
		return misused(CaptureForms, "line 1: expected a request line or a curl command: %s knows requests by their method and path", r.c.System.Name)
	}
	found, err := findInterface(r.c.System, r.m.Method, r.m.Path)
	if err != nil {
		if r.p.Push != nil {
			return nil //nolint:nilerr // it may be a notification, which goes to any URL
		}
		return err
	}
	r.found = found
	r.incoming.Interface, r.incoming.Frame = found.one.Cmd, found.one.FrameName
	if found.prefix != "" {
		r.m.Path = found.path
		r.notes = append(r.notes, "the path begins with "+found.prefix+", which is taken for a gateway's that takes it away")
	}
	r.note(r.unlike(found.one))
	return nil
}

func (r *reader) note(text string) {
	if text != "" {
		r.notes = append(r.notes, text)
	}
}

// kinds are what a message may be, the likeliest first.
func (r *reader) kinds() []Kind {
	switch {
	case r.c.As != "":
		return []Kind{r.c.As}
	case r.reply:
		return []Kind{Reply, Answer}
	case r.bare:
		return []Kind{Request, Reply, Push, Answer}
	}
	return []Kind{Request, Push}
}

// best reads the message as the kind that it fits best.
func (r *reader) best() (*protocol.Inquiry, error) {
	var best *protocol.Inquiry
	for _, kind := range r.kinds() {
		q, clock, err := r.read(kind)
		if err != nil || q == nil {
			continue
		}
		if best != nil && rank(q) <= rank(best) {
			q.Release()
			continue
		}
		if best != nil {
			best.Release()
		}
		best, r.kind, r.clock = q, kind, clock
	}
	if best == nil {
		return nil, misused("", "%s has no such message: it declares no %s", r.c.System.Name, strings.Join(words(r.kinds()), " and no "))
	}
	r.lacking()
	return best, nil
}

func words(list []Kind) (out []string) {
	for _, k := range list {
		out = append(out, string(k))
	}
	return out
}

// rank says how well a message fits.
func rank(q *protocol.Inquiry) int {
	switch {
	case q.Err == nil:
		return 3
	case q.Form() != nil && len(q.Failed) > 0:
		return 2
	case q.Form() != nil && q.App() != "":
		return 1
	}
	return 0
}

// read reads the message as one kind: at the receiver's clock, or at the time of the
// message itself.
func (r *reader) read(kind Kind) (*protocol.Inquiry, Clock, error) {
	now := time.Now()
	clock := Clock{At: now, From: "now"}
	if !r.c.At.IsZero() {
		clock = Clock{At: r.c.At, From: "--at"}
	}
	q, err := r.inquire(kind, clock.At)
	if err != nil || q == nil {
		return nil, clock, err
	}
	if sent, within, ok := q.Sent(); ok && r.c.At.IsZero() && sent.Year() >= 2000 && sent.Year() < 2100 {
		q.Release()
		clock = Clock{At: sent, From: "message", Stale: now.Sub(sent).Abs() > within}
		if q, err = r.inquire(kind, sent); err != nil {
			return nil, clock, err
		}
		if clock.Stale {
			r.notes = append(r.notes, stale(now.Sub(sent), within))
		}
	}
	if zone, err := time.LoadLocation(r.c.System.Zone); err == nil {
		clock.At = clock.At.In(zone)
	}
	return q, clock, nil
}

// stale says that a message would be refused now.
func stale(old, within time.Duration) string {
	by := old.Abs().Round(time.Second)
	if old < 0 {
		return fmt.Sprintf("verified at the message's own time; it is %s ahead of our clock, outside the window of %s: if sent now, it is refused", by, within)
	}
	return fmt.Sprintf("verified at the message's own time; it is %s behind our clock, outside the window of %s: if sent now, it is refused", by, within)
}

// inquire reads the message as one kind, nil where the protocol has none.
func (r *reader) inquire(kind Kind, now time.Time) (*protocol.Inquiry, error) {
	x := r.p.Call
	if kind == Push || kind == Answer {
		x = r.p.Push
	}
	if x == nil {
		return nil, nil //nolint:nilnil // there is no such message
	}
	if kind == Reply || kind == Answer {
		return x.InquireOpen(r.ctx, r.keys, r.incoming)
	}
	w := &world{r.keys, []string{r.c.Secrets[cmp.Or(x.Beside(), "token")]}}
	side := protocol.NewSide(w, w, w, func() time.Time { return now }).With(r.keys)
	q := x.Inquire(r.ctx, r.incoming, side)
	if path := q.LiteralPath(); r.bare && path != "" && r.m.Path == "" {
		q.Release()
		r.m.Path = path
		q = x.Inquire(r.ctx, r.incoming, side)
	}
	return q, nil
}

// lacking notes which keys the file does not have.
func (r *reader) lacking() {
	for _, n := range r.p.Needs(true) {
		if r.c.Secrets[n.Name] == "" && !n.Pair() {
			r.notes = append(r.notes, fmt.Sprintf("%s has no %s: what is made with it cannot be checked", r.c.File, n.Name))
		}
	}
}

// world knows one app, whatever a message says, takes every token and has seen
// nothing before.
type world struct {
	keys   *protocol.Keys
	unsent []string // of the app's file
}

// Keys returns the keys of the app whose file it is.
func (w *world) Keys(context.Context, string) (*protocol.Keys, error) { return w.keys, nil }

// Valid takes every token.
func (w *world) Valid(context.Context, string, string) (bool, error) { return true, nil }

// App returns the app whose file it is.
func (w *world) App(context.Context, string) (string, error) { return w.keys.App(), nil }

// Unsent returns the secret of the app's file, or its token.
func (w *world) Unsent(context.Context, string, string) ([]string, error) { return w.unsent, nil }

// Use has seen nothing before.
func (w *world) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// unlike says that a server would refuse the body before it looks at the signature.
func (r *reader) unlike(one *spec.Interface) string {
	var wanted []string
	for _, door := range r.p.Call.Doors(one.Cmd, one.FrameName, one.Method) {
		body := cmp.Or(door.Body, "json")
		if door.Body == "" && one.Form {
			body = "form"
		}
		if body == "text" || body == "coded" {
			return ""
		}
		if t := message.Types[body]; t != "" && !slices.Contains(wanted, t) {
			wanted = append(wanted, t)
		}
	}
	kind := r.m.Type()
	if kind == "text/xml" || strings.HasSuffix(kind, "+xml") {
		kind = message.Types["xml"]
	}
	switch {
	case len(r.m.Body) == 0 || len(wanted) == 0:
		return ""
	case r.m.Header.Get("Content-Encoding") != "":
		return "the server refuses the body for its Content-Encoding, whatever the signature"
	case !slices.Contains(wanted, kind):
		return fmt.Sprintf("the server refuses the body, whatever the signature: its Content-Type is %q and must be %s", kind, strings.Join(wanted, ", "))
	}
	return ""
}
