package check

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

func checkRuleNames(d *checked) {
	internal := false
	for _, r := range d.Rules {
		if !slices.Contains(spec.RuleNames(), r.Rule) {
			d.Add("JK0606", r.Pos, spec.OneOf(r.Rule, spec.RuleNames()), "unknown rule %q", r.Rule)
		}
		internal = internal || r.Rule == "internal"
		if texts := d.texts(r.Code); r.Text != "" && texts != nil && !slices.Contains(texts, r.Text) {
			d.Add("JK0617", r.Pos, spec.OneOf(r.Text, texts), "code %s has no text %q", r.Code, r.Text)
		}
	}
	if !internal && !d.Unread["errors"] {
		d.Add("JK0608", d.FileAt("errors.yaml"), "add internal to rules", "no code answers our own faults")
	}
}

// texts are the texts of a code.
func (d *checked) texts(code string) []string {
	for e := range d.EveryCode() {
		if e.Code == code {
			return append([]string{e.Text}, e.Others...)
		}
	}
	return nil
}

func checkCodes(d *checked) {
	seen := map[string]bool{}
	for e := range d.EveryCode() {
		if seen[e.Code] {
			d.Add("JK0607", e.Pos, "keep one of the two, with both texts: text: [A, B]", "code %s is listed twice", e.Code)
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
		if !e.Named && len(e.Where) == 0 && d.Whole() && !d.General(e) {
			d.Add("JK0602", e.Pos, "name it at a field or an interface, or add where: [cmd] or where: [\"*\"]",
				"nothing refers to the erratum %q", e.ID)
		}
	}
}

// checkAnswers wants a code for each rule that a field of a request can break: one
// without a code would be answered as a fault of ours. Each rule is reported once, at
// the first field that can break it.
func checkAnswers(d *checked) {
	known := map[string]bool{}
	for _, r := range d.Rules {
		known[r.Rule] = true
	}
	for _, x := range d.Interfaces {
		if x.Kind == spec.Notify || x.Answer == nil || !d.Whole() {
			continue
		}
		for f := range x.Request.All() {
			d.answers(f, known)
		}
	}
}

// answers reports the rules of a field that are not known yet.
func (d *checked) answers(f *spec.Field, known map[string]bool) {
	for _, b := range f.Breaches() {
		if !known[b.Rule] {
			d.Add("JK0614", f.Where(b.Key), "add "+b.Rule+": with a code to rules in errors.yaml",
				"no code answers the rule %s, which %s can break", b.Rule, f.Name)
		}
		known[b.Rule] = true
	}
}
