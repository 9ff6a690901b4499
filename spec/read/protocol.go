package read

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// readProtocol reads the block protocol of system.yaml.
func (d *reader) readProtocol(v *yamltree.Value) {
	at := v.Get("protocol")
	if at == nil {
		return
	}
	p := &spec.Protocol{Places: at.Places(at.Pos), Accepted: map[string][]*spec.Erratum{}}
	ours := []string{"errata"}
	for _, m := range protocolMessages() {
		ours = append(ours, m+".fields", m+".errata")
	}
	p.Text, p.Origins = yamltree.Write(at, ours...)
	p.Request = d.protocolRows(at.Get("request"))
	p.Reply = d.protocolRows(at.Get("reply"))
	p.Push = d.protocolRows(at.Get("push"))
	if answer := at.Get("push").Get("answer"); answer != nil {
		p.Answer = memberNames(answer.JSON())
		if reply := at.Get("reply"); reply != nil && answer.Str("like") == "reply" {
			p.Answer = append(p.Answer, memberNames(reply.JSON())...)
		}
	}
	accepts := func(m string, places spec.Places) {
		for _, item := range places.List("errata") {
			if e := d.erratum(item); e != nil {
				p.Accepted[m] = append(p.Accepted[m], e)
			}
		}
	}
	accepts("keys", at.Places(at.Pos)) // what is said of all of it is about its keys
	for _, m := range protocolMessages() {
		accepts(m, at.Get(m).Places(at.Pos))
	}
	for _, m := range protocolMessages() {
		protocolCodes(at.Get(m), p)
	}
	for _, m := range at.Get("request").Each("values") {
		p.Values = append(p.Values, m.Name)
	}
	for _, m := range at.Each("profiles") {
		guardCodes(at.Get("profiles").List(m.Name), p)
	}
	slices.Sort(p.Answer)
	d.Protocol = p
	p.Carriage, p.Carriages = carriages(at.Get("request"))
	p.Once = once(at.Get("request"))
	d.Endpoint, d.Reply = endpointOf(at.Get("request")), frameOf(at.Get("reply"))
	d.Reply.Fields = slices.Clone(p.Reply)
	rows(&d.Reply)
}

// once says whether a guard of a message, or of one of its variants, keeps a value with
// the effect.
func once(message *yamltree.Value) bool {
	for _, g := range message.List("guards") {
		if g.Get("once") != nil && g.Str("with") == "effect" {
			return true
		}
	}
	return slices.ContainsFunc(message.List("variants"), once)
}

// memberNames lists the names of all members below a value.
func memberNames(v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, below := range v {
			out = append(append(out, strings.TrimSuffix(name, "?")), memberNames(below)...)
		}
	case []any:
		for _, below := range v {
			out = append(out, memberNames(below)...)
		}
	}
	return out
}

// protocolCodes collects the codes that a message names: of refusals and of outcomes, and
// apart from them those that have a status of their own.
func protocolCodes(v *yamltree.Value, p *spec.Protocol) {
	if v == nil {
		return
	}
	add := func(at *yamltree.Value) { addCode(at, p) }
	for _, m := range v.Each("values") {
		add(m.Get("else"))
		for _, other := range m.List("accept") {
			add(other.Get("else"))
		}
	}
	guardCodes(v.List("guards"), p)
	for _, outcome := range []string{"success", "failure"} {
		for _, code := range v.Get(outcome).List("code") {
			add(code)
		}
	}
	add(v.Get("when").Get("code"))
	for _, m := range v.Each("status") {
		if m.Name != "success" && m.Name != "*" {
			p.Statuses = append(p.Statuses, spec.Item{Text: m.Name, Pos: m.Pos})
		}
	}
	for _, variant := range v.List("variants") {
		protocolCodes(variant, p)
	}
	protocolCodes(v.Get("answer"), p)
}

func guardCodes(guards []*yamltree.Value, p *spec.Protocol) {
	for _, guard := range guards {
		addCode(guard.Get("else"), p)
	}
}

func addCode(at *yamltree.Value, p *spec.Protocol) {
	if at != nil && at.Form != yamltree.Mapping && at.Text != "" {
		p.Codes = append(p.Codes, spec.Item{Text: at.Text, Pos: at.Pos})
	}
}

// linkProtocolCodes marks the codes that a protocol answers with.
func (d *linker) linkProtocolCodes() {
	if d.Protocol == nil {
		return
	}
	for _, code := range d.Protocol.Codes {
		if !slices.Contains(spec.RuleNames(), code.Text) {
			d.useCode(code.Text, code.Pos)
		}
	}
	for _, code := range d.Protocol.Statuses {
		if !d.hasCode(code.Text) {
			d.Add("JK0402", code.Pos, cmp.Or(spec.Meant(code.Text, []string{"success"}), "success, a code of errors.yaml, or * for all others"),
				"unknown error code %s", code.Text)
		}
	}
}

// protocolMessages lists the messages that a protocol declares.
func protocolMessages() []string { return []string{"request", "reply", "push"} }

// protocolRows reads the rows of one message. Each is named by its place, like
// header.appid; the field has the last part as its name.
func (d *reader) protocolRows(v *yamltree.Value) spec.Fields {
	rows := d.fields(v.Get("fields"), nil)
	for _, f := range rows {
		f.Path = strings.ReplaceAll(f.Name, ".", "/")
		f.DocPath = cmp.Or(f.Written("doc").Text, f.Path)
		f.Name = f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	}
	return rows
}

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
