package portal

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// codeView is an error code with where it comes from and what to do about it.
type codeView struct {
	Error
	Group  string
	Advice []Hint
	From   []Origin
}

// Hint is what a caller does about a refusal.
type Hint struct{ Text, English string }

// Origin is an interface that answers a code.
type Origin struct {
	Cmd, Title, When string
}

// rules.txt has what a caller does about a refusal: by the rule that is broken, with the
// rule's name, both in Chinese and in English; and by a word of when an answer refuses.
//
//go:embed rules.txt
var ruleLines string

var ruleTexts = sync.OnceValues(func() (rules map[string][4]string, answers [][3]string) {
	rules = map[string][4]string{}
	for line := range strings.Lines(ruleLines) {
		switch cells := strings.Split(strings.TrimSpace(line), " | "); len(cells) {
		case 5:
			rules[cells[0]] = [4]string(cells[1:])
		case 3:
			answers = append(answers, [3]string(cells))
		}
	}
	return rules, answers
})

// ruleName is the name of a rule for partners.
func ruleName(rule string) string {
	rules, _ := ruleTexts()
	return cmp.Or(rules[rule][0], rule)
}

// ruleEnglish is it in English.
func ruleEnglish(rule string) string {
	rules, _ := ruleTexts()
	return cmp.Or(rules[rule][2], rule)
}

// codes lists the error codes of a system with all that is known of each.
func codes(d *Document) []codeView {
	var out []codeView
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			group := strings.TrimSpace(g.Section + " " + g.Title)
			from := origins(d, e.Code)
			out = append(out, codeView{Error: e, Group: group, Advice: Advice(e.Rules, from), From: from})
		}
	}
	return out
}

// Advice says of each rule what a caller does about a refusal; of a code that answers no
// rule, what to look at.
func Advice(rules []string, from []Origin) []Hint {
	var out []Hint
	texts, answers := ruleTexts()
	for _, rule := range rules {
		if text, ok := texts[rule]; ok {
			out = append(out, Hint{text[0] + "：" + text[1], text[2] + ": " + text[3]})
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, one := range answers {
		if slices.ContainsFunc(from, func(o Origin) bool { return strings.Contains(o.When, one[0]) }) {
			out = append(out, Hint{one[1], one[2]})
		}
	}
	if len(out) == 0 && len(from) > 0 {
		out = append(out, Hint{"按下面各接口旁的说明改正，然后作为新的消息再发。", "Correct what is said beside the interfaces below, then send a new message."})
	}
	return out
}

// Refusals is, as JSON by code, what a caller does about each refusal of the interface; of a
// code that stands for much, the page of the codes tells more.
func (v interfaceView) Refusals() (string, error) {
	out := map[string]map[string]any{}
	for _, c := range codes(&Document{Errors: v.System.Errors, Interfaces: []Interface{*v.Interface}}) {
		if len(c.Advice) > 0 && len(c.Advice) <= 5 {
			out[c.Code] = map[string]any{"who": slices.Contains(c.Rules, "auth"), "advice": c.Advice}
		}
	}
	text, err := json.Marshal(out)
	return string(text), err
}

// origins lists the interfaces that answer a code: by their answers, or by rules of
// their fields.
func origins(d *Document, code string) []Origin {
	var out []Origin
	for n := range d.Interfaces {
		i := &d.Interfaces[n]
		var when []string
		for _, c := range i.Codes {
			if c.Code == code {
				when = append(when, c.When)
			}
		}
		if names := i.refusedWith(code); names != "" {
			when = append(when, names)
		}
		if len(when) > 0 {
			out = append(out, Origin{i.Cmd, i.Title, strings.Join(when, "；")})
		}
	}
	return out
}

// refusedWith lists the fields whose values a code may answer, the first few of them.
func (i *Interface) refusedWith(code string) string {
	const most = 8
	var names []string
	for _, r := range flat(i.Request, "", 0) {
		if slices.ContainsFunc(r.Refused, func(e FieldError) bool { return e.Code == code }) {
			names = append(names, r.Name)
		}
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, "、")
}
