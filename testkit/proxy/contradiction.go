package proxy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/testkit/proxy/recall"
)

// begin remembers a request that keeps the rules, before it is passed on; nil: it does not.
func (p *proxy) begin(e *exam) *recall.Flight {
	s := p.systems[e.call.System]
	if s == nil || e.i == nil || e.refusal != nil {
		return nil
	}
	once := e.once
	if e.call.Sid != "" {
		once = append(once, e.call.Sid)
	}
	return s.memory.Begin(e.call.App, once, e.i, e.payload)
}

// contradictions lists in what a reply contradicts what earlier messages said.
func (p *proxy) contradictions(x *exchange) (out []Finding) {
	if x.flight == nil {
		return nil
	}
	flight := x.flight
	x.flight = nil
	if x.code == "" {
		flight.Lost()
		return nil
	}
	level := Remark
	if p.Alone {
		level = Violation
	}
	for _, c := range flight.End(x.code, x.reply) {
		f := Finding{Rule: ruleContradicts, Field: c.Field, Detail: c.Detail}
		if row := x.i.Response.Reach(withoutIndexes(c.Field)); row != nil {
			f.Field, f.At, f.YAML = row.DocPath, c.Field, row.Pos.String()
		}
		out = append(out, p.finding(x.exam, level, Response, f))
	}
	return out
}

// withoutIndexes is the path of a field by the path of a value.
func withoutIndexes(path string) string {
	names := strings.Split(path, "/")
	return strings.Join(slices.DeleteFunc(names, func(name string) bool {
		_, err := strconv.Atoi(name)
		return err == nil
	}), "/")
}
