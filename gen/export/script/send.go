package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// contentType is the member of a form with the type of its body.
func contentType(f *plan.Form) string {
	if kind := message.ContentType(f.Decl.Carriage, ""); kind != nil && !f.Empty {
		return "type: " + quote(kind[0])
	}
	return ""
}

// sender is the function that sends a form.
func (w *writer) sender(name string, f *plan.Form) string {
	w.f, w.place = f, f.Place
	if f.Decl.Carriage == "multipart" {
		w.lacks("a multipart body")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "const %sForm = %s;\n\n// %s\nfunction %s(m) {\n  const v = as(m, %sForm).v;\n", name, w.form(f), f.Place, name, name)
	for i := range f.Send {
		if line := w.send(name, &f.Send[i]); line != "" {
			b.WriteString(indent(line) + "\n")
		}
	}
	b.WriteString("  return m;\n}\n\n")
	return b.String()
}

// send is the line of one operation.
func (w *writer) send(form string, o *plan.Op) string {
	f := w.f
	if o.Item != nil {
		w.place = f.Place + "." + f.Written(o.Item)
	}
	switch o.Kind {
	case plan.OpCompute:
		return w.compute(o)
	case plan.OpInto:
		return fmt.Sprintf("match(m, %s, %s);", w.holes(o.Item.Into), w.value(o.Slot))
	case plan.OpPath:
		if f.Path != nil {
			w.place = f.Place + ".path"
			return "m.path = " + w.expr(f.Path.Expr) + ";\nset(m, \"path\", m.path);"
		}
	case plan.OpQuery:
		switch {
		case f.QueryText != nil:
			w.place = f.Place + ".query"
			return "m.query = " + w.expr(f.QueryText.Expr) + ";\nset(m, \"query\", m.query);"
		case f.Query != nil:
			return "m.query = writeQuery(m, " + form + "Form.query);\nset(m, \"query\", m.query);"
		}
		return "set(m, \"query\", m.query);"
	case plan.OpBody:
		return w.body(form)
	case plan.OpHeader:
		optional := ""
		if o.Item.Optional {
			optional = ", true"
		}
		return fmt.Sprintf("header(m, %s, %s%s);", quote(strings.TrimPrefix(o.Item.Name, "header.")), quote(w.name(o.Item.Slot)), optional)
	case plan.OpURL:
		return "urls(m);"
	case plan.OpPart:
		return w.part(o)
	case plan.OpCall:
		return w.ofCall(o)
	}
	return ""
}

// ofCall is the line that takes a value of the message that is answered.
func (w *writer) ofCall(o *plan.Op) string {
	name, _ := w.f.OfCall(o.Slot)
	if !slices.Contains(w.names, name) {
		w.names = append(w.names, name)
	}
	return fmt.Sprintf("ofCall(m, %s, %s);", quote(w.name(o.Slot)), quote(name))
}

// part is the line that takes a part of the message; one of a JSON body is written for
// itself, since the body is not there yet.
func (w *writer) part(o *plan.Op) string {
	if o.Node != nil {
		return fmt.Sprintf("set(m, %s, writeJSON(m, %s), true);", quote(w.name(o.Slot)), w.node(o.Node))
	}
	ref := w.f.Infos[o.Slot].Part
	if ref.Holder == "multipart" {
		return w.lacks("a multipart body")
	}
	return fmt.Sprintf("takePart(m, %s, %s, %s);", quote(w.name(o.Slot)), quote(ref.Holder), strings.TrimPrefix(stringList("", ref.Path), ": "))
}

// compute is the line that makes a text.
func (w *writer) compute(o *plan.Op) string {
	text := w.expr(o.Expr)
	if w.sends && o.Item.Send {
		text = fmt.Sprintf("given(m, %s, () => %s)", quote(o.Item.Name), text)
	}
	json := ""
	if is := w.isJSON(o.Expr); is != "false" {
		json = ", " + is
	}
	line := fmt.Sprintf("set(m, %s, %s%s);", quote(w.name(o.Slot)), text, json)
	switch o.Slot {
	case plan.SlotMethod:
		line += "\nm.method = v.method;"
	case plan.SlotHost:
		line += "\nm.host = v.host;"
	}
	return line
}

// body is the line that writes the body.
func (w *writer) body(form string) string {
	f := w.f
	write := map[string]string{"json": "writeJSON", "xml": "writeXML", "form": "writePairs"}[f.Decl.Carriage]
	switch {
	case f.BodyText != nil:
		w.place = f.Place + "." + f.Decl.Carriage
		return "m.body = " + w.expr(f.BodyText.Expr) + ";\nset(m, \"body\", m.body);"
	case f.Body != nil && write != "":
		return fmt.Sprintf("m.body = %s(m, %sForm.body);\nset(m, \"body\", m.body);", write, form)
	}
	return "set(m, \"body\", m.body);"
}
