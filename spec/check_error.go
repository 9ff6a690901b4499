package spec

import (
	"slices"
	"strings"
)

// RuleNames lists the rules that a code answers, those of runtime/problem.
func RuleNames() []string {
	return []string{
		"required", "type", "length", "enum", "range", "format", "condition", "mobile", "idcard",
		"method", "json", "size", "empty", "interface", "auth", "grant", "app", "sid", "repeated", "notfound",
		"unavailable", "internal",
	}
}

func checkRuleNames(d *draft) {
	internal := false
	for _, r := range d.Rules {
		if !slices.Contains(RuleNames(), r.Rule) {
			d.add("JK0606", r.Pos, oneOf(r.Rule, RuleNames()), "unknown rule %q", r.Rule)
		}
		internal = internal || r.Rule == "internal"
	}
	if !internal && !d.broken["errors"] {
		d.add("JK0608", d.at("errors.yaml"), "add internal to rules", "no code answers our own faults")
	}
}

// everyCode visits the catalogue.
func (d *draft) everyCode(visit func(*ErrorCode)) {
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			visit(e)
		}
	}
}

func checkCodes(d *draft) {
	seen := map[string]bool{}
	d.everyCode(func(e *ErrorCode) {
		if seen[e.Code] {
			d.add("JK0607", e.Pos, "keep one of the two", "code %s is listed twice", e.Code)
		}
		seen[e.Code] = true
	})
}

func checkReachable(d *draft) {
	if len(d.broken) > 0 {
		return
	}
	d.everyCode(func(e *ErrorCode) {
		switch used := d.used["code "+e.Code]; {
		case !used && e.Reserved == "":
			d.add("JK0604", e.Pos, "use it in rules or in an answer, or say why not with reserved:",
				"nothing answers with code %s", e.Code)
		case used && e.Reserved != "":
			d.add("JK0605", e.At("reserved"), "remove reserved", "code %s is reserved and yet used", e.Code)
		}
	})
}

func checkErrata(d *draft) {
	for _, e := range d.Errata {
		for i, cmd := range e.Where {
			if cmd == "*" || d.find(cmd) != nil {
				continue
			}
			if at := d.whereAt(e, i); at != nil {
				d.unknownInterface("JK0603", at, "unknown interface %q")
			}
		}
		if !d.used["erratum "+e.ID] && len(e.Where) == 0 && len(d.broken) == 0 && !d.general(e) {
			d.add("JK0602", e.Pos, "name it at a field or an interface, or add where: [cmd] or where: [\"*\"]",
				"nothing refers to the erratum %q", e.ID)
		}
	}
}

// general says whether a decision is about a section outside the chapters of
// interfaces: about the envelope, the error codes or the document as a whole.
func (d *draft) general(e *Erratum) bool {
	for section := range strings.SplitSeq(e.Section, ",") {
		section = strings.TrimSpace(section)
		inside := slices.ContainsFunc(d.Groups, func(g *Group) bool {
			return g.Section != "" && strings.HasPrefix(section+".", g.Section+".")
		})
		if section != "" && !inside {
			return true
		}
	}
	return false
}

// whereAt is the i-th name of an erratum's where as it was written.
func (d *draft) whereAt(e *Erratum, i int) *value {
	return &value{pos: e.At("where"), form: isText, text: e.Where[i]}
}
