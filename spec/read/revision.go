package read

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

// linkRevisions joins earlier revisions with the interfaces that answer them. What a
// revision does not say is as in the other interface.
func (d *linker) linkRevisions() {
	for _, x := range d.Interfaces {
		at := d.written[x].Get("revision")
		if at == nil {
			continue
		}
		r := &spec.Revision{Places: at.Places(at.Pos), Of: d.Interface(at.Str("of")), Granted: at.Flag("grant")}
		for _, item := range r.List("of") {
			if r.Of == nil {
				d.unknownInterface("JK0241", item, "unknown interface %q")
			}
		}
		if r.Of == nil || r.Of == x {
			if r.Of == x {
				d.Add("JK0241", r.At("of"), "name the interface that answers", "%s is a revision of itself", x.Cmd)
			}
			continue
		}
		for _, item := range r.List("field") {
			if r.Field = x.Request.Named(item.Text); r.Field == nil {
				d.Add("JK0241", item.Pos, spec.Meant(item.Text, rowNames(x.Request)), "the request of %s has no field %q", x.Cmd, item.Text)
			}
		}
		r.Request, r.Response = converted(at.Get("request")), converted(at.Get("response"))
		x.Revision = r
		d.inherit(x, r)
	}
}

// rowNames lists fields.
func rowNames(list spec.Fields) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.Name)
	}
	return out
}

// inherit fills in what a revision does not say.
func (d *linker) inherit(x *spec.Interface, r *spec.Revision) {
	of := r.Of
	if x.Path == "" && of.Path != "" {
		x.Path, x.Method = of.Path, of.Method
		d.inURL(x)
	}
	if !x.Has("frame") {
		x.FrameName = of.FrameName
	}
	if x.Status == spec.Deprecated && x.Successor == "" {
		x.Successor = of.Cmd
	}
	for _, e := range of.Errors {
		if !slices.ContainsFunc(x.Errors, func(own *spec.ErrorCode) bool { return own.Code == e.Code }) {
			x.Errors = append(x.Errors, e)
		}
	}
	x.Note = joined(x.Note, "本接口是 "+of.Cmd+" 的早期版本"+chosenBy(r)+"。")
	later := "早期版本：" + x.Cmd
	if x.Sunset != "" {
		later += "，服务至 " + x.Sunset
	}
	of.Note = joined(of.Note, later+"。")
}

// chosenBy says to partners when a revision is used.
func chosenBy(r *spec.Revision) string {
	if r.Granted {
		return "，按本接口名授权的应用使用"
	}
	if r.Field == nil || r.Field.Enum == nil {
		return ""
	}
	text := "，" + r.Field.Name + " 为 " + strings.Join(r.Field.Enum.Texts(), "、") + " 时使用"
	if !r.Field.IsRequired() {
		text += "，不传时亦同"
	}
	return text
}

// joined is a note with a further sentence.
func joined(note, sentence string) string {
	if note == "" {
		return sentence
	}
	return note + "\n" + sentence
}

// converted reads the words of a conversion.
func converted(v *yamltree.Value) spec.Converted {
	if v == nil {
		return spec.Converted{}
	}
	c := spec.Converted{Places: v.Places(v.Pos), Drop: v.Strs("drop"), Rename: scalars(v, "rename"), Fill: scalars(v, "fill"), Values: map[string]map[string]string{}}
	if at := v.Get("values"); at != nil {
		for _, m := range v.Each("values") {
			c.Values[m.Name] = scalars(at, m.Name)
		}
	}
	return c
}

// scalars are the scalars of a mapping by their keys.
func scalars(v *yamltree.Value, key string) map[string]string {
	out := map[string]string{}
	for _, m := range v.Each(key) {
		out[m.Name] = m.Text
	}
	return out
}
