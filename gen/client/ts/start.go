package ts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/spec"
)

// Start is the program that somebody begins with: a client, one call with what it
// requires, and how a refusal is read. from is where the client was compiled to.
func Start(s *spec.System, from string) (string, error) {
	g, err := newGenerator(s)
	if err != nil {
		return "", err
	}
	g.models()
	return g.start(from, g.first()), nil
}

// Starts are such programs, one for each interface that can be called, by cmd.
func Starts(s *spec.System, from string) (map[string]string, error) {
	g, err := newGenerator(s)
	if err != nil {
		return nil, err
	}
	g.models()
	out := map[string]string{}
	for _, i := range g.calls {
		out[i.Cmd] = g.start(from, i)
	}
	return out, nil
}

func (g *generator) start(from string, i *spec.Interface) string {
	name := spec.GoName(g.s.Name)
	var keys []string
	if g.p.Call != nil {
		for _, need := range g.p.Needs(false) {
			text := "…"
			if need.Half != step.NoHalf {
				text = "-----BEGIN …"
			}
			keys = append(keys, property(need.Name)+": "+quote(text))
		}
	}
	if token := g.program.Token; token != "" && g.login == nil {
		keys = append(keys, property(token)+": "+quote("…"))
	}
	braced := func(list []string) string {
		if len(list) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(list, ", ") + " }"
	}
	if i == nil {
		return fmt.Sprintf("import { %sReceiver } from %s;\n\nexport const receiver = new %sReceiver({ app: \"…\" }, %s, {});\n", name, quote(from), name, braced(keys))
	}
	return fmt.Sprintf(`import { RefusedError, %sClient } from %s;

const client = new %sClient({ url: "http://127.0.0.1:8080", app: "300" }, %s);
try {
  const reply = await client.%s(%s);
  console.log(reply);
} catch (e) {
  if (!(e instanceof RefusedError)) throw e;
  console.error(e.code, e.text); // of the document
}
`, name, quote(from), name, braced(keys), g.names[i.Cmd].method, literal(g.given(i), example.Typed(g.given(i))))
}

// first is the call that a beginner makes: the first that reads.
func (g *generator) first() *spec.Interface {
	for _, reads := range []bool{true, false} {
		at := slices.IndexFunc(g.calls, func(i *spec.Interface) bool { return i.Status == spec.Active && (!reads || i.Kind == spec.Query) })
		if at >= 0 {
			return g.calls[at]
		}
	}
	return nil
}

// literal is an object of some fields with the members that a sample has.
func literal(fields spec.Fields, sample ordered.Object) string {
	var out []string
	for _, f := range fields {
		if v, ok := sample.Of(f.Name); ok {
			out = append(out, property(f.Name)+": "+literalOf(f, v))
		} else if inherited(f.Name) {
			out = append(out, property(f.Name)+": undefined")
		}
	}
	if len(out) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

func literalOf(f *spec.Field, v any) string {
	switch v := v.(type) {
	case ordered.Object:
		if f.Shape() == spec.Record {
			return literal(f.Fields, v)
		}
		if f.IsTyped() && len(f.Fields) == 0 {
			var out []string
			for _, m := range v {
				out = append(out, property(fmt.Sprint(m[0]))+": "+literalOf(f.Member(), m[1]))
			}
			return "{ " + strings.Join(out, ", ") + " }"
		}
	case []any:
		var items []string
		for _, one := range v {
			if inner, ok := one.(ordered.Object); ok {
				items = append(items, literal(f.Fields, inner))
			} else {
				items = append(items, literalOf(f.Member(), one))
			}
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	switch f.Shape() {
	case spec.Whole:
		if isBig(f) {
			return fmt.Sprint(v) + "n"
		}
	case spec.Fraction:
		return quote(fmt.Sprint(v))
	}
	text, err := json.Marshal(v)
	if err != nil {
		return quote("…")
	}
	return string(text)
}
