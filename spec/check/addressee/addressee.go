// Package addressee holds notifications to saying who gets them: those about a project to
// naming it, those that go to one app to rows that have the app, and a URL that may be called.
package addressee

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// maxURL is the most bytes of a URL that is called, as the server has it.
const maxURL = 2048

// Check looks at one notification and at what writes its rows.
func Check(d *spec.Collector, x *spec.Interface) {
	to := x.To
	if x.Has("to") && x.Row == nil && !x.Has("row") {
		d.Add("JK0245", x.At("to"), "add row: the table with these columns", "%s has no row that tells who gets it", x.Cmd)
	}
	if to == nil || x.Row == nil || !texts(d, x) {
		return
	}
	written := to.URL == ""
	var seen []*spec.Field
	for _, other := range x.System.Interfaces {
		if other.Answer == nil {
			continue
		}
		written = written || other.Answer.Handler
		for _, st := range other.Answer.Steps {
			written = written || st.Verb == "sql"
			if !st.Writes() || st.Table != x.Row {
				continue
			}
			app(d, x, st)
			url := st.Filled(to.URL)
			written = written || url != nil
			if url != nil && url.Field != nil && !slices.Contains(seen, url.Field) {
				seen = append(seen, url.Field)
				given(d, x, url.Field)
			}
		}
	}
	if !written {
		d.Add("JK0245", to.At("url"), "let an interface write it: a field of this name, or set", "nothing writes %s.%s", x.Row.Name, to.URL)
	}
}

// Project holds a notification that is sent to saying its project.
func Project(d *spec.Collector, x *spec.Interface) {
	if x.System.Project == "" || x.Kind != spec.Notify || x.Status != spec.Active || x.Row == nil || x.Project() != nil {
		return
	}
	if slices.ContainsFunc(x.List("scope"), func(one spec.Item) bool { return one.Text == x.System.Project }) {
		return // its fault was reported
	}
	d.Add("JK0227", x.At("row"), "add it to scope; "+x.System.Project+`: {value: ""} where it is about no project`,
		"%s does not say which project it is about: scope has no %s", x.Cmd, x.System.Project)
}

// texts reports whether the columns are there and hold texts.
func texts(d *spec.Collector, x *spec.Interface) bool {
	ok := x.To.App != ""
	for _, one := range []spec.Pair{{Name: "app", Value: x.To.App}, {Name: "url", Value: x.To.URL}} {
		if c := x.Row.Column(one.Value); c != nil && c.Type != spec.String {
			ok = false
			d.Add("JK0245", x.To.At(one.Name), "name a column of type string", "%s is a column of type %s", one.Value, c.Type)
		}
	}
	return ok
}

// app wants a step that writes rows of a notification to say whose they are.
func app(d *spec.Collector, n *spec.Interface, st *spec.AnswerStep) {
	app := st.Filled(n.To.App)
	switch {
	case app == nil && st.Verb != "update":
		d.Add("JK0245", st.Pos, "set: {"+n.To.App+": {app: true}}", "the row has no %s, so nobody gets %s", n.To.App, n.Cmd)
	case app != nil && app.Field != nil && n.To.URL != "":
		d.Add("JK0245", app.Pos, "set: {"+n.To.App+": {app: true}}",
			"a caller can name another app in %s, with a URL of its own: it gets messages that are signed with that app's keys", app.Field.Name)
	}
}

// given looks at a field that gives the URL of a notification.
func given(d *spec.Collector, n *spec.Interface, f *spec.Field) {
	switch {
	case !isWeb(f):
		d.Add("JK0245", f.Where("format"), "format: weburl, or a pattern that begins with https?://",
			"%s is where %s is sent, and may be no URL of http or https", f.Name, n.Cmd)
	case f.Length == 0 || f.Length > maxURL:
		d.Add("JK0245", f.Where("length"), "length: 256, and at most 2048", "%s is where %s is sent, and may be of any length", f.Name, n.Cmd)
	}
}

// isWeb reports whether a field takes URLs of http and https alone.
func isWeb(f *spec.Field) bool {
	if f.Format == "weburl" {
		return true
	}
	begins := func(scheme string) bool { return strings.HasPrefix(f.Pattern, scheme) }
	return !strings.Contains(f.Pattern, "|") && slices.ContainsFunc([]string{"https?://", "https://", "http://"}, begins)
}
