package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

func checkRuleNames(d *checked) {
	internal := false
	for _, r := range d.Rules {
		if !slices.Contains(spec.RuleNames(), r.Rule) {
			d.Add("JK0606", r.Pos, spec.OneOf(r.Rule, spec.RuleNames()), "unknown rule %q", r.Rule)
		}
		internal = internal || r.Rule == "internal"
	}
	if !internal && !d.Unread["errors"] {
		d.Add("JK0608", d.FileAt("errors.yaml"), "add internal to rules", "no code answers our own faults")
	}
}

func checkCodes(d *checked) {
	seen := map[string]bool{}
	for e := range d.EveryCode() {
		if seen[e.Code] {
			d.Add("JK0607", e.Pos, "keep one of the two", "code %s is listed twice", e.Code)
		}
		seen[e.Code] = true
	}
}

func checkReachable(d *checked) {
	if !d.Whole() {
		return
	}
	for e := range d.EveryCode() {
		switch {
		case !e.Used && e.Reserved == "":
			d.Add("JK0604", e.Pos, "use it in rules or in an answer, or say why not with reserved:",
				"nothing answers with code %s", e.Code)
		case e.Used && e.Reserved != "":
			d.Add("JK0605", e.At("reserved"), "remove reserved", "code %s is reserved and yet used", e.Code)
		}
	}
}

func checkErrata(d *checked) {
	for _, e := range d.Errata {
		if !e.Named && len(e.Where) == 0 && d.Whole() && !d.general(e) {
			d.Add("JK0602", e.Pos, "name it at a field or an interface, or add where: [cmd] or where: [\"*\"]",
				"nothing refers to the erratum %q", e.ID)
		}
	}
}

// general says whether a decision is about a section outside the chapters of
// interfaces: about the envelope, the error codes or the document as a whole.
func (d *checked) general(e *spec.Erratum) bool {
	for section := range strings.SplitSeq(e.Section, ",") {
		section = strings.TrimSpace(section)
		inside := slices.ContainsFunc(d.Groups, func(g *spec.Group) bool {
			return g.Section != "" && strings.HasPrefix(section+".", g.Section+".")
		})
		if section != "" && !inside {
			return true
		}
	}
	return false
}
