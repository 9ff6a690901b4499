// Package parts takes interfaces apart: what their answers take from requests, and what a
// row of a ledger can name.
package parts

import (
	"iter"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Fields returns the fields that a row can be about: request and response
// may have one of the same name.
func Fields(s *spec.System, e *spec.LedgerEntry) spec.Fields {
	var out spec.Fields
	for f := range every(s, e) {
		if f.HasPath(e.Field) {
			out = append(out, f)
		}
	}
	return out
}

// every yields the fields of a row's interface; without one those of
// the protocol.
func every(s *spec.System, e *spec.LedgerEntry) iter.Seq[*spec.Field] {
	lists := []spec.Fields{s.Protocol.Rows()}
	if x := e.Interface; x != nil {
		lists = []spec.Fields{x.Request, x.Response, x.Frame}
	}
	return slices.Concat(lists...).All()
}

// Names are the paths that a row can name, as the document writes them.
func Names(s *spec.System, e *spec.LedgerEntry) []string {
	var out []string
	for f := range every(s, e) {
		out = append(out, f.DocPath)
	}
	return out
}

// Rules are the rules that a row can name: those of its field, or those
// of the system that have a code.
func Rules(s *spec.System, e *spec.LedgerEntry) []string {
	var out []string
	if e.Field == "" {
		for _, r := range s.Rules {
			out = append(out, r.Rule)
		}
		return out
	}
	for _, f := range Fields(s, e) {
		out = append(out, ruleNames(f)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ruleNames lists the rules of a field's value, the document's or those that are
// followed, in the words of YAML; optional is a field that may be left out.
func ruleNames(f *spec.Field) []string {
	out := []string{"type"}
	for _, r := range []*spec.Rules{&f.Document, &f.Rules} {
		for _, one := range []struct {
			name string
			is   bool
		}{
			{"required", r.IsRequired()},
			{"optional", r.IsOptional()},
			{"blank", r.Blank},
			{"condition", r.Condition != ""},
			{"required_if", len(r.RequiredIf) > 0},
			{"required_unless", len(r.RequiredUnless) > 0},
			{"present_if", len(r.PresentIf) > 0},
			{"absent_if", len(r.AbsentIf) > 0},
			{"absent_with", len(r.AbsentWith) > 0},
			{"required_with", len(r.RequiredWith) > 0},
			{"required_without", len(r.RequiredWithout) > 0},
			{"required_without_all", len(r.RequiredWithoutAll) > 0},
			{"length", r.Length > 0},
			{"min", r.Min != ""},
			{"max", r.Max != ""},
			{"enum", r.Enum != nil},
			{"enum_by", r.EnumBy != nil},
			{"separator", r.Separator != ""},
			{"default", r.Default != ""},
			{"format", r.Format != ""},
			{"pattern", r.Pattern != ""},
			{"starts_with", r.StartsWith != ""},
			{"empty", f.Empty != ""},
			{"of", f.Of != ""},
			{"alias", len(f.Alias) > 0},
		} {
			if one.is {
				out = append(out, one.name)
			}
		}
	}
	return out
}
