// Package accepted reads the file of changes that a team has agreed to.
package accepted

import (
	"regexp"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// Entry is a change that the team has agreed to, in the file of such entries:
//
//	3f2a9c01b2d4: {reason: the partner asked for it, date: 2026-11-28}
type Entry struct {
	ID, Reason, Date string
	Pos              spec.Pos
}

// File is where a project keeps its accepted changes.
const File = "spec/accepted.yaml"

var nothing = regexp.MustCompile(`^(\s*(#.*)?\n?)*$`) // comments at most

var changeID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// IsID reports whether a text is the id of a change.
func IsID(text string) bool { return changeID.MatchString(text) }

// Read reads the file of accepted changes. Every entry needs a reason and a
// date; what is wrong comes back as spec.Findings.
func Read(file string, text []byte) ([]Entry, error) {
	if nothing.Match(text) {
		return nil, nil
	}
	to := &spec.Collector{}
	to.Source(file, text)
	v := yamltree.Parse(to, file, text)
	var out []Entry
	if v != nil && v.Form != yamltree.Mapping {
		to.Add("JK0007", v.Pos, "write the id of a change, and {reason: …, date: yyyy-MM-dd}", "expected object, found %s", v.Describe())
		v = nil
	}
	for _, m := range membersOf(v) {
		a := Entry{ID: m.Name, Reason: m.Str("reason"), Date: m.Str("date"), Pos: m.Pos}
		_, err := time.Parse(time.DateOnly, a.Date)
		for _, key := range membersOf(m.Value) {
			if key.Name != "reason" && key.Name != "date" {
				to.Add("JK0005", key.Pos, spec.OneOf(key.Name, []string{"date", "reason"}), "unknown key %q", key.Name)
			}
		}
		switch {
		case !changeID.MatchString(a.ID):
			to.Add("JK0007", m.Pos, "jiekou diff prints the ids", "%q is no id of a change", a.ID)
		case a.Reason == "":
			to.Add("JK0006", m.Pos, "say why yesterday's callers may break", "missing key %q", "reason")
		case err != nil:
			to.Add("JK0006", m.Pos, "write yyyy-MM-dd", "the date %q is none", a.Date)
		default:
			out = append(out, a)
		}
	}
	if found := to.Sorted(); len(found) > 0 {
		return nil, found
	}
	return out, nil
}

func membersOf(v *yamltree.Value) []yamltree.Member {
	if v == nil {
		return nil
	}
	return v.Members
}
