package bind

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind/doubt"
	"github.com/jiekou-dev/jiekou/gen/bind/hopeless"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/spec"
)

// Protocol compiles the protocol of a system. What the compiler refuses is
// spec.Findings.
func Protocol(s *spec.System) (*protocol.Protocol, error) {
	if s.Protocol == nil {
		return nil, fmt.Errorf("system %s: no protocol", s.Name)
	}
	p, err := protocol.Parse([]byte(s.Protocol.Text))
	if problems, ok := errors.AsType[declare.Problems](err); ok {
		return nil, findings(s, problems)
	}
	return p, err
}

// findings are problems of a protocol with the places of its YAML, without the weak
// ones that an erratum takes.
func findings(s *spec.System, problems declare.Problems) spec.Findings {
	var list spec.Findings
	for _, one := range problems {
		if again := slices.ContainsFunc(list, func(f spec.Finding) bool {
			return f.Pos == s.Protocol.Origin(one.Line, one.Column) && strings.HasSuffix(f.Message, ": "+one.Text)
		}); again || one.Weak && problems.Err() != nil {
			continue // a message that begins with another one says it again
		}
		message, _, _ := strings.Cut(one.Place, ".")
		if one.Weak && len(s.Protocol.Accepted[message]) > 0 {
			continue
		}
		at := s.Protocol.Origin(one.Line, one.Column)
		f := spec.Finding{Pos: at, ID: "JK0529", Hint: one.Mend, Message: one.Place + ": " + one.Text}
		if one.Weak {
			f.ID = "JK0530"
		}
		if one.Weak && !strings.Contains(f.Hint, "errata") {
			f = spec.Finding{Pos: at, ID: f.ID, Message: f.Message, Hint: fmt.Sprintf("%s; errata: [id] of the %s says that the document has it so", one.Mend, message)}
		}
		list = append(list, f)
	}
	return list
}

// Protocols compiles the protocols of all systems and carries out their known answers.
// It returns as findings what is refused, what works and is probably not meant, and
// which answers are false.
func Protocols(set *spec.Set) error {
	var list spec.Findings
	for _, s := range set.Systems {
		if s.Protocol == nil {
			continue
		}
		p, err := Protocol(s)
		if refused, ok := errors.AsType[spec.Findings](err); ok {
			list = slices.Concat(list, refused)
			continue
		}
		if err != nil {
			return err
		}
		list = slices.Concat(list, findings(s, p.Findings), findings(s, hopeless.Find(p)), findings(s, doubt.Of(p)), nameless(s, p), answers(s, p), pushes(s, p), carried(s, p))
	}
	if len(list) > 0 {
		return list
	}
	return nil
}
