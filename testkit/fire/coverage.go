package fire

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// Cover counts the cases about one rule of one field.
type Cover struct {
	Cmd   string `json:"cmd"`
	Field string `json:"field"` // path as the document writes it; empty: the message
	Rule  string `json:"rule"`  // as in Case; empty: no case is about the field alone
	Counts
}

// Counts are results by verdict.
type Counts struct {
	Passed  int `json:"passed"`
	Failed  int `json:"failed"`
	Broken  int `json:"broken"`
	Skipped int `json:"skipped"`
}

// add counts a result.
func (c *Counts) add(v Verdict) {
	switch v {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case Broken:
		c.Broken++
	case Skipped:
		c.Skipped++
	}
}

// coverage counts the results by interface, field and rule, in the document's order. A field
// that no case is about is there without a rule.
func coverage(results []Result, s *spec.System) (out []Cover) {
	counts := map[Cover]*Cover{} // by a Cover without counts
	rules, fields := map[Cover][]string{}, map[string][]string{}
	var cmds []string
	for _, r := range results {
		at := Cover{Cmd: r.Case.Cmd, Field: r.Case.Field}
		key := Cover{Cmd: at.Cmd, Field: at.Field, Rule: r.Case.Rule}
		if counts[key] == nil {
			counts[key] = &Cover{Cmd: key.Cmd, Field: key.Field, Rule: key.Rule}
			rules[at] = append(rules[at], key.Rule)
		}
		if fields[at.Cmd] == nil {
			cmds, fields[at.Cmd] = append(cmds, at.Cmd), append([]string{""}, paths(s.Interface(at.Cmd))...)
		}
		if !slices.Contains(fields[at.Cmd], at.Field) { // of the frame
			fields[at.Cmd] = append(fields[at.Cmd], at.Field)
		}
		counts[key].add(r.Verdict)
	}
	for _, cmd := range cmds {
		for _, field := range fields[cmd] {
			at := Cover{Cmd: cmd, Field: field}
			for _, rule := range rules[at] {
				out = append(out, *counts[Cover{Cmd: cmd, Field: field, Rule: rule}])
			}
			if len(rules[at]) == 0 && field != "" {
				out = append(out, at)
			}
		}
	}
	return out
}

// paths are the fields of a request.
func paths(i *spec.Interface) (out []string) {
	if i == nil {
		return nil
	}
	for f := range i.Request.All() {
		out = append(out, f.DocPath)
	}
	return out
}
