package check

import (
	"slices"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// refusers name the parts that may refuse a request: the titles of steps, numbered
// if an operation comes several times, the time, the nonce, and the request itself
// if it cannot be read.
func refusers(g *spec.Signature) []string {
	out := []string{"request"}
	if g.Time != nil {
		out = append(out, "time")
	}
	if g.Nonce != nil {
		out = append(out, "nonce")
	}
	count, seen := map[string]int{}, map[string]int{}
	for _, s := range g.Steps {
		count[s.Op]++
	}
	for _, s := range g.Steps {
		title := s.Op
		if seen[s.Op]++; count[s.Op] > 1 {
			title += " " + strconv.Itoa(seen[s.Op])
		}
		out = append(out, title)
	}
	return out
}

func checkVectors(d *checked, g *spec.Signature) {
	for _, v := range g.Vectors {
		if len(v.Expect) == 0 && v.Refused == nil {
			d.Add("JK0521", v.Pos, "add expect: with the results, or refused: {step: …, code: …}",
				"the vector %q expects nothing", v.Name)
		}
		if _, err := time.Parse(time.RFC3339, v.Now); g.Time != nil && err != nil {
			at := v.Pos
			if v.Now != "" {
				at = v.At("now")
			}
			d.Add("JK0521", at, `write now: "2026-11-22T08:00:00+08:00"`, "the vector %q does not say when it is", v.Name)
		}
		for _, s := range v.Secrets {
			if known := append(slices.Clone(signSecrets), "issued"); !slices.Contains(known, s.Name) {
				d.Add("JK0521", s.Pos, spec.OneOf(s.Name, known), "an app has no secret %q", s.Name)
			}
		}
		if v.Refused != nil {
			d.checkRefused(g, v)
		}
	}
}

// checkRefused compares a refusal with the answers that the declaration can give.
func (d *checked) checkRefused(g *spec.Signature, v *spec.SignVector) {
	r := v.Refused
	if steps := refusers(g); !slices.Contains(steps, r.Step) {
		d.Add("JK0521", r.At("step"), spec.OneOf(r.Step, steps), "the signature has no step %q", r.Step)
	}
	known := slices.Contains(spec.RuleNames(), r.Code)
	for e := range d.EveryCode() {
		known = known || e.Code == r.Code
	}
	if !known && !d.Unread["errors"] {
		d.Add("JK0402", r.At("code"), "add it to errors.yaml; ours: true when the document does not have it",
			"unknown error code %s", r.Code)
	}
}

// wanted is a value of a request that a signature reads and does not make.
type wanted struct {
	value string
	at    spec.Pos
}

// wants lists the values that somebody else must put into the request.
func (d *checked) wants(g *spec.Signature) []wanted {
	var out []wanted
	for _, s := range g.Steps {
		out = append(out, d.wantsOver(s)...)
		if s.Params == nil {
			continue
		}
		for _, from := range s.Params.From {
			out = append(out, wanted{single(from), d.Inside(s.Params.At("from"), from, 0)})
		}
	}
	return slices.DeleteFunc(out, func(w wanted) bool {
		in, name := spec.Value(w.value)
		return !namedValue(w.value) || g.Holds(in, name)
	})
}

// wantsOver lists the values in the template of what a step is made over.
func (d *checked) wantsOver(s *spec.SignStep) []wanted {
	var out []wanted
	for text, at := range templates(s) {
		if at != s.At("over") {
			continue
		}
		list, _ := spec.Template(text) // a fault of it is reported elsewhere
		for _, r := range list {
			out = append(out, wanted{r.Value, d.Inside(at, r.Raw, r.Nth)})
		}
	}
	return out
}

// checkSent compares the values that a signature reads with those that its
// interfaces send.
func checkSent(d *checked) {
	for _, g := range d.AllSignatures() {
		var users []*spec.Interface
		for _, x := range d.Interfaces {
			if x.Kind != spec.Notify && x.Signed() == g {
				users = append(users, x)
			}
		}
		switch {
		case len(users) > 0:
			d.checkWanted(g, users)
			d.checkCarried(g, users)
		case g.Name != "" && d.Whole():
			d.Add("JK0523", g.Pos, "add signature: "+g.Name+" to an interface, or remove it",
				"no interface uses the signature %q", g.Name)
		}
	}
}

// checkWanted wants an interface that sends each value that the signature reads.
func (d *checked) checkWanted(g *spec.Signature, users []*spec.Interface) {
	for _, w := range d.wants(g) {
		in, name := spec.Value(w.value)
		if !slices.ContainsFunc(users, func(x *spec.Interface) bool { return x.Sends(in, name) }) && d.Whole() {
			d.Add("JK0522", w.at, "add the field "+name+" with in: "+in+" to the interfaces, or sign something else",
				"no interface sends %s", w.value)
		}
	}
}

// checkCarried wants requests that have a place for the signature's own values.
func (d *checked) checkCarried(g *spec.Signature, users []*spec.Interface) {
	for _, v := range append(g.Values(), g.Apart()) {
		in, _ := spec.Value(v)
		for _, x := range users {
			if namedValue(v) && !d.carries(x, in) {
				d.Add("JK0522", x.At("method"), "put the value of the signature into header or query, or change method or body",
					"a request of %s cannot carry %s", x.Cmd, v)
			}
		}
	}
}

// carries says whether requests have a place at all. Faults of the body itself are
// reported elsewhere.
func (d *checked) carries(x *spec.Interface, in string) bool {
	body := x.Keys["body"].Text
	switch {
	case in != "form" && in != "body", body != "" && body != "json" && body != "form", x.Form && bodyless(x.Method):
		return true
	case bodyless(x.Method):
		return false
	}
	return x.Form == (in == "form")
}

// bodyless says whether requests of a method have no body.
func bodyless(method string) bool { return method == "GET" || method == "DELETE" }
