package docs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/spec"
)

// Lookup says of an error code what it means in each system that has it, what a caller does
// about it, and which interfaces answer it when, in the document's language or with the
// advice in English; empty where no system has it.
func Lookup(systems []*spec.System, code string, english bool) string {
	var b strings.Builder
	for _, s := range systems {
		for _, g := range portalErrors(s) {
			if at := slices.IndexFunc(g.Errors, func(e portal.Error) bool { return e.Code == code }); at >= 0 {
				lookup(&b, s, g.Errors[at], english)
			}
		}
	}
	return b.String()
}

func lookup(b *strings.Builder, s *spec.System, e portal.Error, english bool) {
	fmt.Fprintf(b, "%s %s %s\n", s.Name, e.Code, e.Text)
	if e.Note != "" {
		fmt.Fprintf(b, "  %s\n", e.Note)
	}
	var from []portal.Origin
	for _, i := range s.Interfaces {
		if when := answered(i, e.Code); len(when) > 0 {
			from = append(from, portal.Origin{Cmd: i.Cmd, Title: i.Title, When: strings.Join(when, "；")})
		}
	}
	for _, h := range portal.Advice(e.Rules, from) {
		text := h.Text
		if english {
			text = h.English
		}
		fmt.Fprintf(b, "  %s\n", text)
	}
	for _, o := range from {
		fmt.Fprintf(b, "    %s %s：%s\n", o.Cmd, o.Title, o.When)
	}
}

// answered are the reasons for which an interface answers a code: those of its answer, and
// the fields whose rules are answered with it.
func answered(i *spec.Interface, code string) []string {
	var out, names []string
	for _, c := range answerCodes(i) {
		if c.Name == code && c.Value != "" {
			out = append(out, c.Value)
		}
	}
	if i.Kind == spec.Notify {
		return out
	}
	for f := range i.Request.All() {
		told := slices.ContainsFunc(out, func(reason string) bool { return strings.HasPrefix(reason, f.Path+" ") })
		if !told && slices.ContainsFunc(refusals(i.System, f), func(e portal.FieldError) bool { return e.Code == code }) {
			names = append(names, f.Path)
		}
	}
	if len(names) > 0 {
		out = append(out, strings.Join(names, "、"))
	}
	return out
}
