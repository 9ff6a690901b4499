package program

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// contentType is the member of a form with the type of its body.
func contentType(f *plan.Form) Member {
	if kind := message.ContentType(f.Decl.Carriage, ""); kind != nil && !f.Empty {
		return member("type", Bytes(kind[0]))
	}
	return Member{}
}

// sender writes a form.
func (w *writer) sender(name string, f *plan.Form) *Sender {
	w.f, w.place = f, f.Place
	if f.Decl.Carriage == "multipart" && !w.writesParts() {
		w.lacks("a multipart body")
	}
	out := &Sender{Name: name, Place: f.Place, Form: w.form(f)}
	for i := range f.Send {
		out.Lines = append(out.Lines, w.send(name, &f.Send[i])...)
	}
	return out
}

// writesParts says whether the library writes bodies of several parts; none reads them.
func (w *writer) writesParts() bool { return w.options.Has["multipart"] && w.sends && !w.pushes }

// send are the lines of one operation.
func (w *writer) send(form string, o *plan.Op) []Node {
	f := w.f
	if o.Item != nil {
		w.place = f.Place + "." + f.Written(o.Item)
	}
	one := func(n Node) []Node { return []Node{n} }
	switch o.Kind {
	case plan.OpCompute:
		return w.compute(o)
	case plan.OpInto:
		return one(on("match", w.holes(o.Item.Into), w.value(o.Slot)))
	case plan.OpPath:
		if f.Path != nil {
			w.place = f.Place + ".path"
			return one(Put{"path", w.expr(f.Path.Expr)})
		}
	case plan.OpQuery:
		switch {
		case f.QueryText != nil:
			w.place = f.Place + ".query"
			return one(Put{"query", w.expr(f.QueryText.Expr)})
		case f.Query != nil:
			return one(Put{"query", on("writeQuery", Part{form, "query"})})
		}
		return one(Put{"query", nil})
	case plan.OpBody:
		return one(w.body(form))
	case plan.OpHeader:
		args := []Node{Name(strings.TrimPrefix(o.Item.Name, "header.")), Name(w.name(o.Item.Slot))}
		if o.Item.Optional {
			args = append(args, Flag(true))
		}
		return one(on("header", args...))
	case plan.OpURL:
		return one(on("urls"))
	case plan.OpPart:
		return one(w.part(o))
	case plan.OpCall:
		return one(w.ofCall(o))
	}
	return nil
}

// ofCall is the line that takes a value of the message that is answered.
func (w *writer) ofCall(o *plan.Op) Node {
	name, _ := w.f.OfCall(o.Slot)
	if !slices.Contains(w.names, name) {
		w.names = append(w.names, name)
	}
	return on("ofCall", Name(w.name(o.Slot)), Name(name))
}

// part is the line that takes a part of the message; one of a JSON body is written for
// itself, since the body is not there yet.
func (w *writer) part(o *plan.Op) Node {
	if o.Node != nil {
		return on("set", Name(w.name(o.Slot)), on("writeJSON", w.node(o.Node)), Flag(true))
	}
	ref := w.f.Infos[o.Slot].Part
	if ref.Holder == "multipart" && !w.writesParts() {
		return w.lacks("a multipart body")
	}
	return on("takePart", Name(w.name(o.Slot)), Name(ref.Holder), byteList(ref.Path))
}

// compute are the lines that make a text.
func (w *writer) compute(o *plan.Op) []Node {
	text := w.expr(o.Expr)
	if w.sends && o.Item.Send {
		text = on("given", Name(o.Item.Name), Func{Body: text, Kind: "again"})
	}
	args := []Node{Name(w.name(o.Slot)), text}
	if is := w.isJSON(o.Expr); is != Flag(false) {
		args = append(args, is)
	}
	out := []Node{on("set", args...)}
	switch o.Slot {
	case plan.SlotMethod:
		out = append(out, Sync("method"))
	case plan.SlotHost:
		out = append(out, Sync("host"))
	}
	return out
}

// body is the line that writes the body.
func (w *writer) body(form string) Node {
	f := w.f
	write := map[string]string{"json": "writeJSON", "xml": "writeXML", "form": "writePairs", "multipart": "writeParts"}[f.Decl.Carriage]
	switch {
	case f.BodyText != nil:
		w.place = f.Place + "." + f.Decl.Carriage
		return Put{"body", w.expr(f.BodyText.Expr)}
	case f.Body != nil && write != "":
		return Put{"body", on(write, Part{form, "body"})}
	}
	return Put{"body", nil}
}
