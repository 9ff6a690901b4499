package tamper

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Gate is what HTTP says of an interface, before anything of its messages is read.
type Gate struct {
	Methods []string // that are served on its path
	Body    bool     // requests have a body
	Kind    string   // the Content-Type of the body
	Strict  bool     // faults are answered in statuses of HTTP
	Full    bool     // the protocol reads members of the body, so it is never empty
	Names   bool     // the message names the interface: all have one path
	Limit   int      // bytes of a body
}

// HTTPFault is a fault that a server finds before it reads a message, with the rule and
// the status that answer it. Without a rule the message has to be tried.
type HTTPFault struct {
	Fault
	Rule   problem.Rule
	Status int
}

// HTTPFaults lists what can be wrong with a request beside its message.
func HTTPFaults(g Gate) []HTTPFault {
	var all []HTTPFault
	refuse := func(id, title string, t Tamper, rule problem.Rule, status int) {
		all = append(all, HTTPFault{Fault{ID: id, Title: title, Tamper: t}, rule, status})
	}
	try := func(id, title string, t Tamper, holds bool) {
		all = append(all, HTTPFault{Fault: Fault{ID: id, Title: title, Tamper: t, Holds: holds, Either: true}})
	}
	for _, m := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
		if !slices.Contains(g.Methods, m) {
			refuse("method-"+m, "不支持的请求方式"+m, Tamper{What: Method, Value: m}, problem.Method, http.StatusMethodNotAllowed)
		}
	}
	try("query-escape", "查询参数的转义错误", Tamper{What: Make + Query, Value: "x=%zz"}, false)
	if !g.Body {
		return all
	}
	if g.Kind != "" && !strings.HasPrefix(g.Kind, "text/plain") {
		refuse("type-text", "Content-Type错误", Tamper{What: Type, Value: "text/plain"}, problem.JSON, http.StatusUnsupportedMediaType)
		refuse("encoding", "Content-Encoding", Tamper{What: Encoding, Value: "gzip"}, problem.JSON, http.StatusUnsupportedMediaType)
		if !strings.HasPrefix(g.Kind, "multipart/") {
			try("type-charset", "Content-Type带字符集", Tamper{What: Type, Value: g.Kind + ";charset=UTF-8"}, true)
		}
	}
	if g.Strict {
		refuse("no-length", "没有Content-Length", Tamper{What: Chunked}, problem.JSON, http.StatusLengthRequired)
	} else {
		try("no-length", "没有Content-Length", Tamper{What: Chunked}, true)
	}
	if g.Strict && g.Full {
		refuse("no-body", "没有请求内容", Tamper{What: Body}, problem.Empty, http.StatusBadRequest)
	} else {
		try("no-body", "没有请求内容", Tamper{What: Body}, false)
	}
	refuse("size", "请求超过大小限制", Tamper{What: Pad, Value: fmt.Sprint(g.Limit + 1)}, problem.Size, http.StatusRequestEntityTooLarge)
	try("size-limit", "请求等于大小限制", Tamper{What: Pad, Value: fmt.Sprint(g.Limit)}, true)
	if g.Names {
		try("body-text", "不是报文", Tamper{What: Body, Value: "hello"}, false)
		try("body-array", "不是对象", Tamper{What: Body, Value: "[]"}, false)
		try("body-no-head", "空的对象", Tamper{What: Body, Value: "{}"}, false)
		try("body-half", "不完整的JSON", Tamper{What: Body, Value: `{"a":{`}, false)
		try("mark", "带有BOM", Tamper{What: Mark}, true)
	}
	return all
}

// Turned is what the sender of a message sees that a server does not read. Where a
// status of HTTP says more than the answer, that counts.
func (r *Rig) Turned(ctx context.Context, o Order, rule problem.Rule, status int) (*Seen, error) {
	o.Caller, o.Limited = r.App, &r.Limited
	m, err := r.Sender.Make(o)
	if err != nil {
		return nil, err
	}
	v, err := r.Desk.Turn(rule, status)
	if err != nil {
		return nil, err
	}
	s := &Seen{Verdict: *v, Form: m.Form(), Sent: m.Messages[len(m.Messages)-1]}
	if s.Status = status; s.Reply == nil {
		s.Bare = true
		return s, nil
	}
	s.Status = s.Reply.Status
	return s, s.open(ctx, m)
}

// Turn answers a message that is not read, with a status of HTTP.
func (d *Desk) Turn(rule problem.Rule, status int) (*Verdict, error) {
	x := d.exchange()
	v := &Verdict{Refused: problem.New(rule)}
	o := protocol.Outcome{ID: "desk", Unread: status}
	o.Code, o.Text = d.codes.Resolve(v.Refused)
	a := x.Unread(d.side)
	defer a.Release()
	m, err := x.Reply(a, o)
	if m != nil {
		v.Reply = clone(m)
	}
	return v, err
}

// Strict reports whether faults of messages that nobody can read are answered in
// statuses of HTTP.
func (d *Desk) Strict() bool {
	v, err := d.Turn(problem.JSON, 0)
	return err == nil && v.Reply != nil && v.Reply.Status >= http.StatusBadRequest
}
