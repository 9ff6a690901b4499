package power

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/mutant"
)

// mutants lists the changes of the message around payloads.
func mutants(s *spec.System, suite *fixture.Suite) ([]*mutant.Mutant, error) {
	m := &mutator{s: s, suite: suite}
	for _, r := range s.Rules {
		if !mutant.OfFields(problem.Rule(r.Rule)) {
			m.add(m.sameRule(problem.Rule(r.Rule)), fmt.Sprintf("rule %s answers with another code", r.Rule),
				mutant.Swap(&r.Code, mutant.OtherCode(s, r.Code)))
		}
	}
	for _, by := range []int64{-1, 1} {
		same := ""
		switch {
		case !suite.Breaks(problem.Size):
			same = "no request has a body"
		case by < 0 && !m.pads():
			same = "a body at the limit is not sent: padding would change the signed text"
		}
		m.add(same, fmt.Sprintf("limit of the body %+d", by), mutant.Swap(&s.Limits.Body, s.Limits.Body+by))
	}
	m.states()
	return m.out, m.protocol()
}

// mutator lists the mutants of one system.
type mutator struct {
	s     *spec.System
	suite *fixture.Suite
	out   []*mutant.Mutant
}

// add notes a mutant.
func (m *mutator) add(same, what string, apply func() func()) {
	m.out = append(m.out, &mutant.Mutant{What: what, Same: same, Apply: apply})
}

// pads reports whether a case has a body of exactly the limit.
func (m *mutator) pads() bool {
	return slices.ContainsFunc(m.suite.Cases, func(c *fixture.Case) bool { return c.Label() == "size-limit" })
}

// served lists the interfaces that callers can call.
func (m *mutator) served() []*spec.Interface {
	return slices.DeleteFunc(slices.Clone(m.s.Interfaces), func(i *spec.Interface) bool {
		return !i.IsServed()
	})
}

// sameRule says why no case sees the code of a rule of messages.
func (m *mutator) sameRule(rule problem.Rule) string {
	switch {
	case rule == problem.Internal || rule == problem.Unavailable:
		return "only a fault of the server answers with it"
	case rule == problem.NotFound:
		return "the answers name their own code"
	case !m.suite.Breaks(rule):
		return "no message that can be sent is refused with it"
	}
	return ""
}

// states takes interfaces out of service, and turns queries into reports.
func (m *mutator) states() {
	for _, i := range m.served() {
		m.add("", i.Cmd+" is not served", mutant.Swap(&i.Status, "unimplemented"))
		if i.Method != "" {
			continue // kinds say nothing on the wire
		}
		kind := spec.Query
		if i.Kind == spec.Query {
			kind = spec.Report
		}
		m.add("", fmt.Sprintf("%s is a %s", i.Cmd, kind), mutant.Swap(&i.Kind, kind))
	}
}
