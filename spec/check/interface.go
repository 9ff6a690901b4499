package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

var (
	sectionForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)
	snakeForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	wholeForm   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	anyName     = regexp.MustCompile(`\{[^/]*\}`)
	packageForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

func checkCmds(d *checked) {
	seen := map[string]*spec.Interface{}
	for _, x := range d.Interfaces {
		if !spec.IsCmd(x.Cmd) {
			d.Add("JK0222", x.At("interface"), "a letter, then letters, digits and _, in parts joined by dots or -; orders/create is orders.create here, and {interface|map . /} in the protocol; 1111 is t1111 and {interface|from prefix t}", "%q cannot name an interface", x.Cmd)
		}
		if o := seen[flat(x.Cmd)]; o != nil {
			d.Add("JK0201", x.At("interface"), "cmd is the key of a system", "%s is already described in %s", x.Cmd, o.Pos.File)
		}
		seen[flat(x.Cmd)] = x
	}
}

func checkSections(d *checked) {
	seen := map[string]*spec.Interface{}
	for _, x := range d.Interfaces {
		at := x.At("section")
		if !sectionForm.MatchString(x.Section) {
			continue // a title, or none
		}
		if o := seen[x.Section]; o != nil {
			d.Add("JK0205", at, "", "section %s is also that of %s", x.Section, o.Cmd)
		}
		seen[x.Section] = x
		if g := x.Group.Section; g != "" && !strings.HasPrefix(x.Section+".", g+".") {
			d.Add("JK0221", at, "move the file into the group of its chapter",
				"section %s does not belong to chapter %s of group %s", x.Section, g, x.Group.Name)
		}
	}
}

func checkAnswered(d *checked, x *spec.Interface) {
	switch answered := x.Has("answer"); {
	case x.Kind == spec.Notify && answered:
		d.Add("JK0206", x.At("answer"), "remove answer; row and fill give the contents", "a notification is sent, not answered")
	case x.Has("revision") && answered:
		d.Add("JK0241", x.At("answer"), "remove answer: the later revision answers", "%s is an earlier revision and has an answer", x.Cmd)
	case x.Kind != spec.Notify && x.Status == spec.Active && !answered && !x.Has("revision"):
		d.Add("JK0207", x.At("interface"), "add answer, or status: unimplemented", "%s is active and has no answer", x.Cmd)
	}
}

func checkWrites(d *checked, x *spec.Interface) {
	if x.Answer == nil {
		return
	}
	wrote, sure := false, !x.Answer.Handler && len(x.Answer.Steps) > 0
	for _, st := range x.Answer.Steps {
		if st.Writes() && x.Kind == spec.Query {
			d.Add("JK0208", st.Pos, "make it kind: report, and record why with an erratum", "a query writes to %s", st.Name)
		}
		wrote = wrote || st.Writes()
		sure = sure && st.Verb != "sql"
	}
	if x.Kind == spec.Report && !wrote && sure {
		d.Add("JK0209", x.At("kind"), "make it kind: query, or write something", "a report that writes nothing")
	}
}

func checkStatus(d *checked, x *spec.Interface) {
	day := cmp.Or(x.Sunset, x.Promised)
	if x.Sunset != "" && x.Status != spec.Deprecated {
		d.Add("JK0239", x.At("sunset"), "add status: deprecated, or remove it", "%s has a sunset and is not answered", x.Cmd)
	} else if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		d.Add("JK0239", x.At("sunset"), "write it as 2027-03-01", "%s is no day", day)
	} else if x.Sunset != "" && x.Sunset < x.DeprecatedSince {
		d.Add("JK0239", x.At("sunset"), "sunset is the last day, deprecated the first one of the time in which callers go on",
			"%s is answered until %s, and deprecated since %s", x.Cmd, x.Sunset, x.DeprecatedSince)
	}
	switch {
	case x.Status == spec.Deprecated && x.Successor == "" && !x.Has("revision"): // its successor is what it is a revision of
		d.Add("JK0210", x.At("status"), "add successor: with the interface to use instead",
			"%s is deprecated without a successor", x.Cmd)
	case x.Status != spec.Deprecated && x.Successor != "":
		d.Add("JK0219", x.At("successor"), "add status: deprecated, or remove it",
			"%s has a successor and is not deprecated", x.Cmd)
	}
}

func checkNotify(d *checked, x *spec.Interface) {
	if x.Answer == nil || x.Answer.Handler {
		return
	}
	for _, item := range x.List("notify") {
		target := d.Interface(item.Text)
		if target == nil || target.Row == nil {
			continue
		}
		written := slices.ContainsFunc(x.Answer.Steps, func(st *spec.AnswerStep) bool {
			return st.Verb == "sql" || st.Table == nil || st.Writes() && st.Table == target.Row
		})
		if !written {
			d.Add("JK0214", item.Pos, "write the row, or fill the notification from another table",
				"%s is filled from a row of %s, which %s does not write", target.Cmd, target.Row.Name, x.Cmd)
		}
	}
}

// checkTriggers wants an answer to name the notifications of the tables that it
// writes. The tables that SQL and Go write are not known.
func checkTriggers(d *checked, x *spec.Interface) {
	if x.Answer == nil || x.Answer.Handler || len(x.List("notify")) > len(x.Notify) {
		return // a name that is none was reported
	}
	for _, n := range d.Interfaces {
		if n.Kind != spec.Notify || n.Status != spec.Active || n.Explicit || n.Row == nil || slices.Contains(x.Notify, n) {
			continue
		}
		for _, st := range x.Answer.Steps {
			if st.Writes() && st.Table == n.Row {
				d.Add("JK0223", st.Pos, "add it to notify, or give the notification on: explicit",
					"%s changes %s and does not notify of it: %s is not named", x.Cmd, n.Row.Name, n.Cmd)
				break
			}
		}
	}
}

func checkNotifyKeys(d *checked, x *spec.Interface) {
	for _, key := range []string{"row", "fill", "message_type", "on", "publish", "by", "scope", "to"} {
		if x.Has(key) && x.Kind != spec.Notify {
			d.Add("JK0217", x.At(key), "remove it, or make it kind: notify", "%s belongs to notifications only", key)
		}
	}
	for _, key := range []string{"fill", "on", "publish", "by", "scope"} {
		if x.Kind == spec.Notify && x.Has(key) && !x.Has("row") {
			d.Add("JK0217", x.At(key), "add row: with the table", "%s needs row", key)
		}
	}
}

func checkPaths(d *checked) {
	if d.Unread["system"] {
		return
	}
	seen := map[string]*spec.Interface{}
	for _, x := range d.Interfaces {
		if x.Kind == spec.Notify {
			continue
		}
		own := x.Method != "" && x.Path != ""
		address := x.Method + " " + anyName.ReplaceAllString(x.Path, "{}")
		switch {
		case !d.HasPaths() && (x.Path != "" || x.Method != "" && d.Endpoint.Method != ""):
			d.Add("JK0215", x.At("path"), "remove method and path", "the protocol has a path already")
		case !d.HasPaths(): // and so has every interface
		case !own:
			d.Add("JK0215", x.At("interface"), "add path, and method where the document says one", "%s has no path of its own", x.Cmd)
		case x.Revision.Shares() && own == (x.Revision.Of.Path != ""): // a field or a grant tells it from the other
			continue
		case !x.IsServed(): // the document may describe one URL twice
			continue
		case own && seen[address] != nil:
			d.Add("JK0216", x.At("path"), "status: unimplemented on the one whose requests the other answers", "%s %s already leads to %s", x.Method, x.Path, seen[address].Cmd)
		}
		seen[address] = x
	}
}

func checkSince(d *checked, x *spec.Interface) {
	var versions []string
	for _, c := range d.Changes {
		versions = append(versions, c.Version)
	}
	known := func(version string, at spec.Pos) {
		if version != "" && versions != nil && !slices.Contains(versions, version) {
			d.Add("JK0220", at, spec.OneOf(version, versions), "changelog.yaml has no version %q", version)
		}
	}
	known(x.Since, x.At("since"))
	for f := range slices.Concat(x.Request, x.Response).All() {
		known(f.Since, f.At("since"))
	}
}

// checkChanges holds the interfaces that a revision names to those that there are.
func checkChanges(d *checked) {
	var cmds []string
	for _, x := range d.Interfaces {
		cmds = append(cmds, x.Cmd)
	}
	for _, c := range d.Changes {
		for _, item := range c.List("interfaces") {
			if !slices.Contains(cmds, item.Text) && len(d.Unread) == 0 {
				d.Add("JK0240", item.Pos, spec.OneOf(item.Text, cmds), "unknown interface %q", item.Text)
			}
		}
	}
}

// flat is a name without case, underscores and dots: two names that are flat alike
// would share a Go name.
func flat(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", ".", "", "-", "").Replace(name))
}
