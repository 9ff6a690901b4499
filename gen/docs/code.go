package docs

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// answerCodes are the codes that an interface answers beside those of every field, in
// the order in which they are looked for: each once, with all that it may mean here.
func answerCodes(i *spec.Interface) []spec.Pair {
	var l codeList
	if i.Kind != spec.Notify {
		l.formats(i.System, i.Request)
	}
	if i.Answer != nil {
		for _, c := range i.Answer.Checks {
			l.add(c.Else, checkText(c))
		}
		for _, code := range i.Answer.Codes {
			l.add(code, i.System.ErrorText(code))
		}
		for _, s := range i.Answer.Steps {
			if s.Missing != "" {
				l.add(s.Missing, rowText(s.Table, s.Where, "没有"))
			}
			for _, u := range s.Unique {
				l.add(u.Code, strings.Join(senders(s, u.Columns), "、")+" 已被占用")
			}
		}
	}
	for _, e := range i.Errors { // of the interface alone
		l.add(e.Code, "")
	}
	return l
}

// codeList is a list of codes, each with its reasons.
type codeList []spec.Pair

// add adds a reason to a code.
func (l *codeList) add(code, reason string) {
	at := slices.IndexFunc(*l, func(p spec.Pair) bool { return p.Name == code })
	switch {
	case at < 0:
		*l = append(*l, spec.Pair{Name: code, Value: reason})
	case reason != "" && !slices.Contains(strings.Split((*l)[at].Value, "；"), reason):
		(*l)[at].Value = strings.TrimPrefix((*l)[at].Value+"；"+reason, "；")
	}
}

// formats adds the codes of formats that have one of their own, with the fields.
func (l *codeList) formats(system *spec.System, fields spec.Fields) {
	for _, f := range fields {
		for _, b := range f.Breaches() {
			if code := system.RuleCode(b.Rule); b.Key == "format" && b.Rule != "format" && code != system.RuleCode("format") {
				l.add(code, f.Path+" 格式不对")
			}
		}
		l.formats(system, f.Fields)
	}
}

// senders are the fields that fill columns, or the column where none of the request does.
func senders(s *spec.AnswerStep, columns []string) []string {
	var out []string
	for _, c := range columns {
		if a := s.Filled(c); a != nil && a.Field != nil {
			c = a.Field.Path
		}
		out = append(out, c)
	}
	return out
}

// checkText says when a check refuses.
func checkText(c *spec.Check) string {
	if len(c.Same) > 0 {
		var names []string
		for _, f := range c.Same {
			names = append(names, f.Name)
		}
		return c.Each.Name + " 各项的 " + strings.Join(names, "、") + " 不一致"
	}
	if c.Absent {
		return rowText(c.Table, c.Where, "已有")
	}
	return rowText(c.Table, c.Where, "没有")
}

// rowText says by which fields a row is looked for, and that it is there or not. More
// than one field must be those of one row.
func rowText(t *spec.Table, where []*spec.Assign, verdict string) string {
	var names []string
	for _, a := range where {
		if a.Field != nil && !slices.Contains(names, a.Field.Path) {
			names = append(names, a.Field.Path)
		}
	}
	switch len(names) {
	case 0:
		return t.Title + "中" + verdict
	case 1:
		return t.Title + "中" + verdict + " " + names[0]
	}
	return t.Title + "中" + verdict + "与 " + strings.Join(names, "、") + " 都相符的"
}
