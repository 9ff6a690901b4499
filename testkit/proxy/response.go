package proxy

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/tree"
)

// response lists the findings about a reply. cut says that it is longer than the
// part that was read, bad that its request breaks a rule.
func (p *proxy) response(e *exam, r *http.Response, text []byte, cut, bad bool) []Finding {
	s := p.systems[e.call.System]
	if s == nil || s.call == nil || s.keys[e.call.App] == nil || e.call.App == "" && s.call.Verified() {
		return nil // the remark about its request says all that is known
	}
	one := func(level Level, rule, detail string) []Finding {
		return []Finding{p.finding(e, level, Response, Finding{Rule: rule, Detail: detail, YAML: s.Reply.Pos.String()})}
	}
	if cut {
		return one(Remark, ruleUnread, fmt.Sprintf("the reply is longer than %d bytes", MaxBody))
	}
	o, text, err := p.open(e, s, r, text)
	if err == nil {
		defer o.Release()
		return p.opened(e, s, r, o, bad)
	}
	var foreign unread
	switch {
	case r.StatusCode != http.StatusOK && (e.call.App == "" || r.StatusCode == e.own.Status):
		return nil
	case r.StatusCode != http.StatusOK:
		return one(Violation, ruleStatus, fmt.Sprintf("HTTP %d, and the document's replies are HTTP %d", r.StatusCode, e.own.Status))
	case errors.As(err, &foreign):
		return one(Remark, ruleUnread, err.Error())
	}
	return p.closed(e, s, text, err, bad)
}

// open opens a reply with the keys of the app that it is for. It returns the body as it was
// before it was packed, too.
func (p *proxy) open(e *exam, s *system, r *http.Response, text []byte) (*protocol.Opened, []byte, error) {
	text, err := decoded(r, text)
	if err != nil {
		return nil, nil, err
	}
	in := protocol.Incoming{Message: &message.Message{Status: r.StatusCode, Header: r.Header, Body: text}, Interface: e.call.Cmd}
	if e.i != nil {
		in.Frame = e.i.FrameName
	}
	o, err := s.call.OpenAlone(r.Request.Context(), s.keys[e.call.App], in)
	return o, text, err
}

// closed says why a reply does not open.
func (p *proxy) closed(e *exam, s *system, text []byte, err error, bad bool) []Finding {
	one := func(rule, field, detail string) Finding {
		return p.finding(e, Violation, Response, Finding{Rule: rule, Field: field, Detail: detail, YAML: s.Protocol.Pos.String()})
	}
	switch refusal := problem.From(err); {
	case errors.Is(err, protocol.ErrForeign) && !s.call.Verified():
		return p.foreign(e, s, text, bad) // it says what is wrong, member by member
	case errors.Is(err, protocol.ErrForeign) && len(refusal.Problems) > 0:
		var out []Finding
		for _, wrong := range refusal.Problems {
			out = append(out, one(ruleHeader, wrong.Field, string(wrong.Rule)))
		}
		return out
	case errors.Is(err, protocol.ErrForeign):
		return []Finding{one(string(problem.JSON), "", refusal.Error())}
	default:
		return []Finding{one(string(problem.Auth), "", "it does not open: "+refusal.Error())}
	}
}

// opened validates a reply that was opened: what it repeats of its request, its status, and
// what is inside.
func (p *proxy) opened(e *exam, s *system, r *http.Response, o *protocol.Opened, bad bool) []Finding {
	var out []Finding
	for name, got := range o.Repeats() {
		want := map[string]string{"interface": e.call.Cmd, s.call.IDName(): e.call.Sid}[name]
		if want != "" && got != "" && got != want {
			out = append(out, p.finding(e, Violation, Response, Finding{Rule: ruleHeader, Detail: name + " is not that of the request", YAML: s.Protocol.Pos.String()}))
		}
	}
	if !o.Declared {
		out = append(out, p.finding(e, Violation, Response, Finding{
			Rule: ruleStatus, Detail: fmt.Sprintf("HTTP %d, and the document has another status for this reply", r.StatusCode), YAML: s.Reply.Pos.String(),
		}))
	}
	code := o.Code
	if code == "" && o.OK {
		code = s.Reply.Success // the form does not show it
	}
	v, err := tree.Parse(o.Whole())
	if err != nil {
		v = nil // a body without members: code and text are in no member of it
	}
	f := frame{v: v, code: code, payload: o.Payload, codeAt: s.member(v, o, "code", s.Reply.Code), textAt: s.member(v, o, "text", s.Reply.Message)}
	return append(out, p.frame(e, s, f, bad)...)
}

// member is the path of the member of a reply that holds its code or its text; empty: none
// does. Inside a text that was encrypted it is where the document has it.
func (s *system) member(v *tree.Value, o *protocol.Opened, name, documented string) string {
	hidden := true
	for _, place := range o.Parts().Places {
		_, path, _ := strings.Cut(strings.ReplaceAll(place.Name, ".", "/"), "/")
		inBody := place.Holder == "json" || place.Holder == "xml"
		constant := len(place.Holds) == 0 && path == s.below(documented)
		if inBody && (constant || place.Alone && slices.Equal(place.Holds, []string{name})) {
			if place.Optional && at(v, path) == nil {
				return ""
			}
			return path
		}
		hidden = hidden && !slices.Contains(place.Holds, "payload")
	}
	if path := s.below(documented); hidden && at(v, path) != nil {
		return path
	}
	return ""
}

// below is the path of a member of the documented frame.
func (s *system) below(name string) string {
	if s.Reply.Head != "" {
		return s.Reply.Head + "/" + name
	}
	return name
}

// decoded undoes the encoding of a body.
func decoded(r *http.Response, text []byte) ([]byte, error) {
	switch kind := r.Header.Get("Content-Encoding"); kind {
	case "", "identity":
		return text, nil
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(z, MaxBody))
		}
		if err != nil {
			return nil, unread("the reply is no gzip")
		}
		return text, nil
	}
	return nil, unread("the reply is encoded in a way that is not known here")
}

// unread is why the body of a reply cannot be read.
type unread string

func (u unread) Error() string { return string(u) }

// foreign validates a reply that has not the form of any that is declared.
func (p *proxy) foreign(e *exam, s *system, plain []byte, bad bool) []Finding {
	one := func(rule, field, detail string) []Finding {
		return []Finding{p.finding(e, Violation, Response, Finding{Rule: rule, Field: field, Detail: detail, YAML: s.row(field)})}
	}
	v, err := tree.Parse(plain)
	if err != nil || v.Members == nil {
		return one(string(problem.JSON), "", "the reply is no JSON object")
	}
	if s.Reply.Head != "" {
		if head := step(v, s.Reply.Head); head == nil || head.Members == nil {
			return one(ruleFrame, s.Reply.Head, found(v, s.Reply.Head)+"; wanted: an object")
		}
	}
	payload := &tree.Value{Members: []tree.Member{}}
	if s.Reply.Payload != "" {
		if inner := step(v, s.Reply.Payload); inner != nil {
			payload = inner
		}
	} else {
		for _, m := range v.Members {
			if m.Name != s.Reply.Head && m.Name != s.Reply.Code && m.Name != s.Reply.Message {
				payload.Members = append(payload.Members, m)
			}
		}
	}
	return p.frame(e, s, frame{v: v, payload: []byte(payload.String()), codeAt: s.below(s.Reply.Code), textAt: s.below(s.Reply.Message)}, bad)
}

// row is the line of YAML of a field of the documented frame; of others that of the frame.
func (s *system) row(field string) string {
	if row := s.Reply.Fields.Called(field); row != nil {
		return row.Pos.String()
	}
	return s.Reply.Pos.String()
}

// frame is what a reply has.
type frame struct {
	v              *tree.Value
	code           string // where no member has it
	payload        []byte // with the members of headers
	codeAt, textAt string // paths of the members that have code and text; empty: none has
}

// frame validates code and text of a reply, and its payload.
func (p *proxy) frame(e *exam, s *system, f frame, bad bool) []Finding {
	rule := func(level Level, rule, field, detail string) Finding {
		return p.finding(e, level, Response, Finding{Rule: rule, Field: field, Detail: detail, YAML: s.row(field)})
	}
	var out []Finding
	code := f.code
	if f.codeAt != "" {
		one := at(f.v, f.codeAt)
		isText := one != nil && len(one.Scalar) > 0 && one.Scalar[0] == '"'
		isNumber := one != nil && len(one.Scalar) > 0 && (one.Scalar[0] == '-' || one.Scalar[0] >= '0' && one.Scalar[0] <= '9')
		if code = ""; isText || isNumber {
			code, _ = one.Plain() // it was parsed
		}
		if wantText := s.Reply.CodeType == "string"; wantText && !isText || !wantText && !isNumber {
			out = append(out, rule(Violation, ruleFrame, last(f.codeAt), found(f.v, f.codeAt)+"; wanted: "+s.Reply.CodeType))
		}
	}
	e.code = code
	if code != "" && !s.route.Errors.Knows(e.call.Cmd, code) && code != s.Reply.Success {
		out = append(out, rule(Violation, ruleCode, s.Reply.Code, "the catalogue does not have "+shownCode(code)))
	}
	if f.textAt != "" {
		out = append(out, p.messageText(rule, f, s)...)
	}
	if code == s.Reply.Success && e.i != nil {
		out = append(out, p.payload(e, s, f.payload)...)
		if bad {
			out = append(out, rule(Remark, ruleAccepted, "", "success, though the request breaks a rule"))
		}
	}
	return out
}

// messageText validates the text of a reply.
func (p *proxy) messageText(rule func(Level, string, string, string) Finding, f frame, s *system) []Finding {
	one, name := at(f.v, f.textAt), last(f.textAt)
	if one == nil || len(one.Scalar) == 0 || one.Scalar[0] != '"' {
		return []Finding{rule(Violation, ruleFrame, name, found(f.v, f.textAt)+"; wanted: a text")}
	}
	text, _ := one.Plain() // it was parsed
	if row := s.Reply.Fields.Called(name); row != nil && row.Length > 0 && row.Size(text) > row.Length {
		return []Finding{rule(Violation, string(problem.Length), name, found(f.v, f.textAt)+"; wanted: "+wanted(row))}
	}
	return nil
}

// last is the last name of a path.
func last(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// payload validates the response fields of a success, wherever they stand.
func (p *proxy) payload(e *exam, s *system, text []byte) []Finding {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte("{}")
	}
	e.reply = bytes.Clone(text)
	out := p.unknown(e, Response, e.i.Response, text)
	err := s.responses[e.i].Check(text)
	if err == nil {
		return out
	}
	refusal := problem.From(err)
	if len(refusal.Problems) == 0 {
		f := Finding{Rule: string(refusal.Rule), Field: s.Reply.Payload, Detail: refusal.Error()}
		return append(out, p.finding(e, Violation, Response, f))
	}
	return append(p.problems(e, Response, e.i.Response, text, refusal.Problems), out...)
}

// shownCode is a code, where it looks like one.
func shownCode(code string) string {
	if len(code) <= 20 && (plainName.MatchString(code) || isDigits(code)) {
		return code
	}
	return "the value there"
}

// isDigits reports whether a text is a whole number.
func isDigits(s string) bool {
	for n, c := range s {
		if (c < '0' || c > '9') && (n > 0 || c != '-') {
			return false
		}
	}
	return s != ""
}
