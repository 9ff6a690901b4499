package fire

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/speech"
)

// Cause is what several cases did not pass for.
type Cause struct {
	Why   string `json:"why"` // without the values that differ from case to case
	Count int    `json:"count"`
	First string `json:"first"` // the ID of the first case
}

// particular is what differs between cases of one cause: quoted texts, ids and numbers of
// rows.
var particular = regexp.MustCompile(`"[^"]*"|[0-9a-fA-F-]{36}|\d{5,}|/\d+`)

// causeOf is why a case did not pass, without what differs from case to case.
func causeOf(why string) string { return particular.ReplaceAllString(why, "…") }

// causesOf groups the cases that did not pass by why, the greatest group first.
func causesOf(results []Result, l speech.Language) (out []Cause) {
	for _, r := range results {
		if r.Verdict != Failed && r.Verdict != Broken {
			continue
		}
		why := causeOf(l.Say(r.Why))
		at := slices.IndexFunc(out, func(c Cause) bool { return c.Why == why })
		if at < 0 {
			out, at = append(out, Cause{Why: why, First: r.Case.ID}), len(out)
		}
		out[at].Count++
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// ungranted skips the cases of interfaces that the app has no grant for, where it has one
// for others: no sound message of such an interface gets another answer.
func (r *Report) ungranted() {
	code := r.codes[problem.Grant]
	if code == "" {
		return
	}
	refused, answered := map[string]bool{}, map[string]bool{}
	for _, one := range r.Results {
		switch {
		case one.Case.Tamper != nil || one.Sent == nil:
		case one.Got.Code == code && one.Case.Expect.Code != code:
			refused[one.Case.Cmd] = true
		case one.Got.Code != "":
			answered[one.Case.Cmd] = true
		}
	}
	if len(answered) == 0 {
		return // it has none at all, or the server refuses everybody
	}
	for n := range r.Results {
		one := &r.Results[n]
		lacks := ""
		if refused[one.Case.Cmd] && !answered[one.Case.Cmd] {
			lacks = one.Case.Cmd
		}
		for _, call := range one.Case.Before {
			if refused[call.Cmd] && !answered[call.Cmd] {
				lacks = call.Cmd
			}
		}
		if lacks != "" && (one.Verdict == Failed || one.Verdict == Broken) {
			one.Verdict, one.Why = Skipped, fmt.Sprintf("the app has no grant for %s (code %s)", lacks, code)
		}
	}
}
