package declare

import "go.yaml.in/yaml/v4"

// Layouts are where the members of an interface's payload are in its message and in
// its reply, where that is not one object of all of them. Its rows say it, so nobody
// writes it by hand.
type Layouts struct {
	Send, Reply *Layout // nil: an object of all members
}

// Layout is where the members of one payload are.
type Layout struct {
	Whole  string   // the member whose value is all of the payload, without its name; empty: none
	Header []Header // members in the header of the message
}

// Header is a member in a header.
type Header struct {
	Member string
	Name   string // of the header
	JSON   bool   // its text is JSON, as that of a number or a list; false: it is the text of a string
}

// layouts reads those of all interfaces, by name.
func (r *reader) layouts(n *yaml.Node) map[string]Layouts {
	out := map[string]Layouts{}
	r.members(n, "layouts", func(cmd string, _, v *yaml.Node) {
		var one Layouts
		r.members(v, "layouts."+cmd, func(key string, k, v *yaml.Node) {
			place := "layouts." + cmd + "." + key
			switch key {
			case "send":
				one.Send = r.layout(v, place)
			case "reply":
				one.Reply = r.layout(v, place)
			default:
				r.unknown(k, place, "send", "reply")
			}
		})
		out[cmd] = one
	})
	return out
}

func (r *reader) layout(n *yaml.Node, place string) *Layout {
	out := new(Layout)
	r.members(n, place, func(key string, k, v *yaml.Node) {
		switch key {
		case "whole":
			out.Whole = v.Value
		case "header", "json":
			r.members(v, place+"."+key, func(member string, _, v *yaml.Node) {
				out.Header = append(out.Header, Header{Member: member, Name: v.Value, JSON: key == "json"})
			})
		default:
			r.unknown(k, place, "whole", "header", "json")
		}
	})
	return out
}
