package proxy

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

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
	if e.call.App == "" && r.StatusCode != http.StatusOK {
		return nil
	}
	if cut {
		return one(Remark, ruleUnread, fmt.Sprintf("the reply is longer than %d bytes", MaxBody))
	}
	if r.StatusCode != http.StatusOK {
		if r.StatusCode == e.own.Status {
			return nil
		}
		return one(Violation, ruleStatus, fmt.Sprintf("HTTP %d, and the document's replies are HTTP %d", r.StatusCode, e.own.Status))
	}
	text, err := decoded(r, text)
	if err != nil {
		return one(Remark, ruleUnread, err.Error())
	}
	return p.opened(e, s, r, text, bad)
}

// opened opens a reply with the keys of the app that it is for, and validates what is
// inside.
func (p *proxy) opened(e *exam, s *system, r *http.Response, text []byte, bad bool) []Finding {
	one := func(rule, field, detail string) Finding {
		return p.finding(e, Violation, Response, Finding{Rule: rule, Field: field, Detail: detail, YAML: s.Protocol.Pos.String()})
	}
	in := protocol.Incoming{Message: &message.Message{Status: r.StatusCode, Header: r.Header, Body: text}, Interface: e.call.Cmd}
	if e.i != nil {
		in.Frame = e.i.FrameName
	}
	o, err := s.call.OpenAlone(r.Request.Context(), s.keys[e.call.App], in)
	switch refusal := problem.From(err); {
	case errors.Is(err, protocol.ErrForeign) && !s.call.Verified():
		return p.frame(e, s, text, bad) // it says what is wrong, member by member
	case errors.Is(err, protocol.ErrForeign) && len(refusal.Problems) > 0:
		var out []Finding
		for _, wrong := range refusal.Problems {
			out = append(out, one(ruleHeader, wrong.Field, string(wrong.Rule)))
		}
		return out
	case errors.Is(err, protocol.ErrForeign):
		return []Finding{one(string(problem.JSON), "", refusal.Error())}
	case err != nil:
		return []Finding{one(string(problem.Auth), "", "it does not open: "+refusal.Error())}
	}
	defer o.Release()
	var out []Finding
	for name, got := range o.Repeats() {
		want := map[string]string{"interface": e.call.Cmd, s.call.IDName(): e.call.Sid}[name]
		if want != "" && got != "" && got != want {
			out = append(out, one(ruleHeader, "", name+" is not that of the request"))
		}
	}
	return append(out, p.frame(e, s, o.Whole(), bad)...)
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
			return nil, fmt.Errorf("the reply is no gzip")
		}
		return text, nil
	}
	return nil, fmt.Errorf("the reply is encoded in a way that is not known here")
}

// frame validates code and text of an opened reply, and its payload.
func (p *proxy) frame(e *exam, s *system, plain []byte, bad bool) []Finding {
	rule := func(level Level, rule, field, detail string) Finding {
		f := Finding{Rule: rule, Field: field, Detail: detail, YAML: s.Reply.Pos.String()}
		if row := s.Reply.Fields.Called(field); row != nil {
			f.YAML = row.Pos.String()
		}
		return p.finding(e, level, Response, f)
	}
	v, err := tree.Parse(plain)
	if err != nil || v.Members == nil {
		return []Finding{rule(Violation, string(problem.JSON), "", "the reply is no JSON object")}
	}
	head := v
	if s.Reply.Head != "" {
		if head = step(v, s.Reply.Head); head == nil || head.Members == nil {
			return []Finding{rule(Violation, ruleFrame, s.Reply.Head, found(v, s.Reply.Head)+"; wanted: an object")}
		}
	}
	var out []Finding
	code, at := "", step(head, s.Reply.Code)
	isText := at != nil && len(at.Scalar) > 0 && at.Scalar[0] == '"'
	isNumber := at != nil && len(at.Scalar) > 0 && (at.Scalar[0] == '-' || at.Scalar[0] >= '0' && at.Scalar[0] <= '9')
	if isText || isNumber {
		code, _ = at.Plain() // it was parsed
	}
	if wantText := s.Reply.CodeType == "string"; wantText && !isText || !wantText && !isNumber {
		out = append(out, rule(Violation, ruleFrame, s.Reply.Code, found(head, s.Reply.Code)+"; wanted: "+s.Reply.CodeType))
	}
	e.code = code
	if code != "" && !s.route.Errors.Knows(e.call.Cmd, code) && code != s.Reply.Success {
		out = append(out, rule(Violation, ruleCode, s.Reply.Code, "the catalogue does not have "+shownCode(code)))
	}
	out = append(out, p.messageText(rule, head, s)...)
	if code == s.Reply.Success && e.i != nil {
		out = append(out, p.payload(e, s, v)...)
		if bad {
			out = append(out, rule(Remark, ruleAccepted, "", "success, though the request breaks a rule"))
		}
	}
	return out
}

// messageText validates the text of a reply.
func (p *proxy) messageText(rule func(Level, string, string, string) Finding, head *tree.Value, s *system) []Finding {
	at := step(head, s.Reply.Message)
	if at == nil || len(at.Scalar) == 0 || at.Scalar[0] != '"' {
		return []Finding{rule(Violation, ruleFrame, s.Reply.Message, found(head, s.Reply.Message)+"; wanted: a text")}
	}
	text, _ := at.Plain() // it was parsed
	if row := s.Reply.Fields.Called(s.Reply.Message); row != nil && row.Length > 0 && utf8.RuneCountInString(text) > row.Length {
		return []Finding{rule(Violation, string(problem.Length), s.Reply.Message, found(head, s.Reply.Message)+"; wanted: "+wanted(row))}
	}
	return nil
}

// payload validates the response fields of a success.
func (p *proxy) payload(e *exam, s *system, v *tree.Value) []Finding {
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
	text := []byte(payload.String())
	e.reply = text
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
