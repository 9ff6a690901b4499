package power

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
)

// mutants lists the changes of the message around payloads.
func mutants(s *spec.System) []*fixture.Mutant {
	m := &mutator{s: s}
	for _, r := range s.Rules {
		if !fixture.OfFields(problem.Rule(r.Rule)) {
			m.add(m.sameRule(problem.Rule(r.Rule)), fmt.Sprintf("rule %s answers with another code", r.Rule),
				fixture.Swap(&r.Code, fixture.OtherCode(s, r.Code)))
		}
	}
	for _, by := range []int64{-1, 1} {
		same := ""
		if s.Plain() && by < 0 {
			same = "a body at the limit is not sent: padding would change the signed text"
		}
		if !m.bodies() {
			same = "no request has a body"
		}
		m.add(same, fmt.Sprintf("limit of the body %+d", by), fixture.Swap(&s.Limits.Body, s.Limits.Body+by))
	}
	m.states()
	if s.Plain() {
		m.signatures()
	} else {
		m.envelope()
	}
	return m.out
}

// mutator lists the mutants of one system.
type mutator struct {
	s   *spec.System
	out []*fixture.Mutant
}

// add notes a mutant.
func (m *mutator) add(same, what string, apply func() func()) {
	m.out = append(m.out, &fixture.Mutant{What: what, Same: same, Apply: apply})
}

// served lists the interfaces that callers can call.
func (m *mutator) served() []*spec.Interface {
	return slices.DeleteFunc(slices.Clone(m.s.Interfaces), func(i *spec.Interface) bool {
		return !i.IsServed()
	})
}

// bodies reports whether some request has a body.
func (m *mutator) bodies() bool {
	return !m.s.Plain() || slices.ContainsFunc(m.served(), func(i *spec.Interface) bool { return i.Method != "GET" && i.Method != "DELETE" })
}

// sameRule says why no case sees the code of a rule of messages.
func (m *mutator) sameRule(rule problem.Rule) string {
	switch rule {
	case problem.Internal, problem.Unavailable:
		return "only a fault of the server answers with it"
	case problem.NotFound:
		return "the answers name their own code"
	case problem.App:
		if !m.s.Plain() {
			return "an unknown app has no key, and gets no reply that could be read"
		}
	case problem.Size:
		if !m.bodies() {
			return "no request has a body"
		}
	case problem.Auth:
		if m.allElse() {
			return "each step names its own code"
		}
	case problem.Empty, problem.Interface, problem.Sid:
		if m.s.Plain() {
			return "signed requests have neither message ids nor names of interfaces, and one without a body lacks its fields"
		}
	case problem.Repeated:
		if m.s.Plain() {
			return "the signature names its own code, or nothing is used once"
		}
	}
	return ""
}

// allElse reports whether every step that can refuse names its code.
func (m *mutator) allElse() bool {
	for _, s := range m.s.Envelope.Steps {
		if s.Else == "" && (s.Op == "digest" || s.Op == "compare") {
			return false
		}
	}
	for _, g := range m.s.AllSignatures() {
		for _, s := range g.Steps {
			if s.Else == "" && s.Op != "encrypt" {
				return false
			}
		}
		if g.Time != nil && g.Time.Else == "" {
			return false
		}
	}
	return true
}

// states takes interfaces out of service, and turns queries into reports.
func (m *mutator) states() {
	for _, i := range m.served() {
		m.add("", i.Cmd+" is not served", fixture.Swap(&i.Status, "unimplemented"))
		if m.s.Plain() {
			continue // kinds say nothing on the wire
		}
		kind := spec.Query
		if i.Kind == spec.Query {
			kind = spec.Report
		}
		m.add("", fmt.Sprintf("%s is a %s", i.Cmd, kind), fixture.Swap(&i.Kind, kind))
	}
}

// envelope changes the steps and the header of sealed messages.
func (m *mutator) envelope() {
	e := &m.s.Envelope
	for n, s := range e.Steps {
		what := strings.TrimSpace(s.Op + " " + s.To)
		switch s.Op {
		case "digest", "compare":
			m.add("", what+" is not verified", fixture.Swap(&e.Steps, slices.Delete(slices.Clone(e.Steps), n, n+1)))
		}
		if s.Else != "" {
			m.add(m.sameElse(s), what+" answers with another code", fixture.Swap(&s.Else, fixture.OtherCode(m.s, s.Else)))
		}
		for _, order := range s.Accept {
			m.add("", fmt.Sprintf("%s in the order %s is refused", what, order), fixture.Swap(&s.Accept, nil))
		}
	}
	for _, h := range e.Header {
		if h.IsRequired() && !slices.ContainsFunc(e.Steps, func(s *spec.Step) bool { return s.To == "header."+h.Name }) {
			m.add("", "header "+h.Name+" may be missing", fixture.Swap(&h.Required, spec.No))
		}
		if h.Pattern != "" {
			m.add("", "header "+h.Name+" without its pattern", fixture.Swap(&h.Pattern, ""))
		}
	}
	for n, method := range m.s.Endpoint.Methods {
		m.add("", "method "+method+" is refused", fixture.Swap(&m.s.Endpoint.Methods, slices.Delete(slices.Clone(m.s.Endpoint.Methods), n, n+1)))
	}
	m.add("", "method PUT is taken", fixture.Swap(&m.s.Endpoint.Methods, append(slices.Clone(m.s.Endpoint.Methods), "PUT")))
}

// sameElse says that nobody reaches a step's refusal.
func (m *mutator) sameElse(s *spec.Step) string {
	digested := slices.ContainsFunc(m.s.Envelope.Steps, func(o *spec.Step) bool {
		return o.Op == "digest" && slices.Contains(o.Over, m.s.Envelope.Data)
	})
	switch {
	case s.Op == "encode" && digested:
		return "the digest of the payload is verified first; a sender with the right digest also encodes"
	case s.Op == "encrypt":
		return "RC4 opens anything; the result is refused as JSON"
	}
	return ""
}

// signatures changes the steps of signed requests.
func (m *mutator) signatures() {
	for _, g := range m.s.AllSignatures() {
		for n, s := range g.Steps {
			m.signStep(g, n, s)
		}
		if g.Time != nil {
			m.add("", "requests do not grow old", fixture.Swap(&g.Time, nil))
			m.add("", "the window is half as wide", fixture.Swap(&g.Time.Window, max(g.Time.Window/2, time.Second)))
			m.add("", "the window is twice as wide", fixture.Swap(&g.Time.Window, g.Time.Window*2))
			m.add("", "an old request answers with another code", fixture.Swap(&g.Time.Else, fixture.OtherCode(m.s, g.Time.Else)))
		}
		if g.Nonce != nil {
			m.add("", "requests may be repeated", fixture.Swap(&g.Nonce, nil))
			m.add("", "a repeated request answers with another code", fixture.Swap(&g.Nonce.Else, fixture.OtherCode(m.s, g.Nonce.Else)))
		}
	}
}

// signStep changes one step: it is left out, refuses with another code, is made over
// less.
func (m *mutator) signStep(g *spec.Signature, n int, s *spec.SignStep) {
	what := strings.TrimSpace(g.Name + " " + s.Op + " " + s.Value + s.To)
	m.add("", what+" is not verified", fixture.Swap(&g.Steps, slices.Delete(slices.Clone(g.Steps), n, n+1)))
	if s.Else != "" {
		m.add("", what+" answers with another code", fixture.Swap(&s.Else, fixture.OtherCode(m.s, s.Else)))
	}
	for _, part := range []string{"{body}", "{body:sha256}", "{query}", "{method}", "{path}", "{appkey}"} {
		if s.Op == "sign" && strings.Contains(s.Over, part) {
			m.add("", what+" without "+part, fixture.Swap(&s.Over, strings.ReplaceAll(s.Over, part, "")))
		}
	}
}
