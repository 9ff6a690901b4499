package check

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

func checkGroups(d *checked) {
	if fault := spec.SystemFault(d.Name); fault != "" && !d.Unread["system"] {
		d.Add("JK0509", d.At("system"), fault, "%q cannot name a system", d.Name)
	}
	for _, g := range d.Groups {
		if slices.Contains(spec.Reserved(), g.Name) || !packageForm.MatchString(g.Name) {
			d.Add("JK0509", g.Pos, "small letters and digits, and none of "+strings.Join(spec.Reserved(), ", "),
				"%q cannot name a group", g.Name)
		} else if !spec.IsGroup(g.Name) {
			d.Add("JK0509", g.Pos, "Go or the generated code keeps the name for itself; choose another", "%q cannot name a group", g.Name)
		}
	}
}

func checkCodeType(d *checked) {
	if d.Reply.CodeType != "int" || d.Unread["system"] {
		return
	}
	for _, g := range d.Errors {
		for _, e := range g.Errors {
			if !wholeForm.MatchString(e.Code) {
				d.Add("JK0510", e.Pos, "write the code as a text, {code} without raw", "the code %s is no int", e.Code)
			}
		}
	}
}
