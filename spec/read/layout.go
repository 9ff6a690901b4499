package read

import (
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// layouts says in the text of the protocol where members of payloads stand that are not
// beside each other in an object: package declare of the runtime reads it.
func (d *reader) layouts() {
	if d.Protocol == nil {
		return
	}
	var out strings.Builder
	for _, x := range d.Interfaces {
		var parts []string
		whole, header := x.Request.Whole(), x.Request.InHeader()
		if x.Kind != spec.Notify {
			header = nil // the interface has its places itself
		}
		if text := layoutOf(whole, header); text != "" {
			parts = append(parts, "send: "+text)
		}
		if text := layoutOf(x.Response.Whole(), x.Response.InHeader()); text != "" && x.Kind != spec.Notify {
			parts = append(parts, "reply: "+text)
		}
		if len(parts) > 0 {
			out.WriteString("  " + strconv.Quote(x.Cmd) + ": {" + strings.Join(parts, ", ") + "}\n")
		}
	}
	if out.Len() > 0 {
		d.Protocol.Text += "layouts:\n" + out.String()
	}
}

// layoutOf is one layout as YAML, empty where all members are in an object.
func layoutOf(whole *spec.Field, header spec.Fields) string {
	var parts []string
	if whole != nil {
		parts = append(parts, "whole: "+strconv.Quote(whole.Name))
	}
	for _, asJSON := range []bool{false, true} {
		var members []string
		for _, f := range header {
			if f.TravelsAsJSON() == asJSON {
				members = append(members, strconv.Quote(f.Name)+": "+strconv.Quote(f.Outer()))
			}
		}
		if len(members) > 0 {
			key := map[bool]string{false: "header", true: "json"}[asJSON]
			parts = append(parts, key+": {"+strings.Join(members, ", ")+"}")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
