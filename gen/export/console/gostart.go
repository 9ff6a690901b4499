package console

import (
	"encoding/json"
	"fmt"
	"go/format"
	"path"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/part"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/spec"
)

// runtimePath is where a program in Go finds the runtime.
const runtimePath = "github.com/jiekou-dev/jiekou/runtime"

// goProgram is a program in Go while it is written.
type goProgram struct {
	s       *spec.System
	p       *protocol.Protocol
	own     map[string]bool // places that the protocol writes
	root    string          // import path of the folder of what is generated
	imports []string
}

// GoStarts are the programs that somebody begins with in Go, by cmd, for the client that is
// generated below root, an import path. A system without that client has none.
func GoStarts(root string, s *spec.System) (map[string]string, error) {
	if !s.Client {
		return nil, nil
	}
	p, err := bind.Protocol(s)
	if err != nil || p.Call == nil {
		return nil, err
	}
	out, own := map[string]string{}, bind.Places(p.Call)
	for _, i := range s.Interfaces {
		if i.Kind == spec.Notify || i.Answer == nil || i.Status == spec.Unimplemented {
			continue
		}
		g := &goProgram{s: s, p: p, own: own, root: root}
		if out[i.Cmd], err = g.start(i); err != nil {
			return nil, fmt.Errorf("%s: %w", i.Cmd, err)
		}
	}
	return out, nil
}

// use imports a package and returns its name in the program, in which a generated package
// makes room for names that every program has.
func (g *goProgram) use(importPath string) string {
	if !slices.Contains(g.imports, importPath) {
		g.imports = append(g.imports, importPath)
	}
	name := path.Base(importPath)
	if strings.HasPrefix(importPath, g.root+"/") && slices.Contains(goNames(), name) {
		name += "pkg"
	}
	return name
}

// goNames are the names that programs have anyway.
func goNames() []string {
	return []string{"c", "client", "context", "err", "errors", "fmt", "log", "main", "ok", "refusal", "reply", "time", "wire"}
}

// start is the program that calls an interface.
func (g *goProgram) start(i *spec.Interface) (string, error) {
	var b strings.Builder
	config := fmt.Sprintf("%s.Config{URL: \"http://127.0.0.1:8080\", App: \"300\", Secrets: map[string]string{%s}}", g.use(runtimePath+"/client"), strings.Join(g.secrets(), ", "))
	fmt.Fprintf(&b, "c, err := %s.NewClient(%s)\nif err != nil {\n%s.Fatal(err)\n}\n", g.use(path.Join(g.root, g.s.Name)), config, g.use("log"))
	args := g.use("context") + ".Background()"
	if len(i.Request) > 0 {
		name := g.use(path.Join(g.root, g.s.Name, i.Group.Name)) + "." + spec.GoName(i.Cmd) + "Request"
		args += ", &" + name + g.literal(name, g.given(i), example.Typed(g.given(i)))
	}
	call := "c." + spec.GoName(i.Cmd) + "(" + args + ")"
	reads := len(i.Response) > 0
	if reads {
		call = "reply, err := " + call
	} else {
		call = "err = " + call
	}
	fmt.Fprintf(&b, "%s\nif refusal, ok := %s.AsType[*client.Refusal](err); ok {\nlog.Fatal(refusal.Code, \" \", refusal.Message) // of the document\n}\nif err != nil {\nlog.Fatal(err)\n}\n", call, g.use("errors"))
	if reads {
		b.WriteString(g.use("fmt") + ".Printf(\"%+v\\n\", *reply)\n")
	}
	text, err := format.Source([]byte("package main\n\nimport (\n" + g.importLines() + ")\n\nfunc main() {\n" + b.String() + "}\n"))
	return string(text), err
}

// importLines are the imports, those of the standard library first.
func (g *goProgram) importLines() string {
	var own, others []string
	for _, one := range g.imports {
		line := fmt.Sprintf("%q\n", one)
		if name := g.use(one); name != path.Base(one) {
			line = name + " " + line
		}
		if strings.Contains(one, "/") {
			others = append(others, line)
		} else {
			own = append(own, line)
		}
	}
	slices.Sort(own)
	slices.Sort(others)
	return strings.Join(own, "") + "\n" + strings.Join(others, "")
}

// secrets are the keys of a caller, to be filled in.
func (g *goProgram) secrets() []string {
	var out, names []string
	for _, need := range g.p.Needs(false) {
		text := "…"
		if need.Half != step.NoHalf {
			text = "-----BEGIN …"
		}
		names = append(names, need.Name)
		out = append(out, fmt.Sprintf("%q: %q", need.Name, text))
	}
	calls, _ := g.p.Call.Parts()
	issued := slices.ContainsFunc(calls, func(form protocol.Parts) bool {
		return slices.ContainsFunc(form.Guards, func(guard part.Guard) bool { return guard.Kind == "issued" })
	})
	if login := bind.Login(g.s, g.p); issued && (login == nil || login.Asks) && !slices.Contains(names, "token") {
		out = append(out, `"token": "…"`)
	}
	return out
}

// given are the fields of a request that its caller gives: the protocol writes the others.
func (g *goProgram) given(i *spec.Interface) spec.Fields {
	return slices.DeleteFunc(slices.Clone(i.Request), func(f *spec.Field) bool {
		return f.In != "" && f.In != "body" && g.own[strings.ToLower(f.In+"."+f.Outer())]
	})
}

// literal is a value of a struct of a name with the members that a sample has.
func (g *goProgram) literal(name string, fields spec.Fields, sample ordered.Object) string {
	var out []string
	for _, f := range fields {
		if v, ok := sample.Of(f.Name); ok {
			out = append(out, f.GoName()+": "+g.value(name, f, v))
		}
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// goMoment is the sample of a time.
const goMoment = ".Date(2016, 5, 26, 10, 30, 0, 0, time.Local)"

// value is a value of a field in a struct of a name.
func (g *goProgram) value(in string, f *spec.Field, v any) string {
	wire := func(of, text string) string { return g.use(runtimePath+"/wire") + "." + of + "(" + text + ")" }
	shape := f.Shape()
	switch v := v.(type) {
	case ordered.Object:
		if shape == spec.Record {
			return "&" + in + f.GoMember() + g.literal(in+f.GoMember(), f.Fields, v)
		}
	case []any:
		var items []string
		for _, one := range v {
			if inner, ok := one.(ordered.Object); ok {
				items = append(items, g.literal(in+f.GoMember(), f.Fields, inner))
			} else {
				items = append(items, g.value(in, f.Member(), one))
			}
		}
		if shape == spec.List {
			return "[]" + in + f.GoMember() + "{" + strings.Join(items, ", ") + "}"
		}
		if shape == spec.Scalars {
			return g.typeOf(f.Member()) + "{" + strings.Join(items, ", ") + "}"
		}
	}
	text := fmt.Sprint(v)
	switch shape {
	case spec.Truth:
		return wire("BoolOf", "true")
	case spec.Moment, spec.Day, spec.Seconds:
		return wire("TimeOf", g.use("time")+goMoment)
	case spec.Raw:
		if free, err := json.Marshal(v); err == nil {
			text = string(free)
		}
		return fmt.Sprintf("[]byte(%q)", text)
	case spec.Whole:
		return wire("IntOf", text)
	case spec.Fraction:
		return wire("DecimalOf", fmt.Sprintf("%q", text))
	}
	if f.TellsAbsent() {
		return wire("TextOf", fmt.Sprintf("%q", text))
	}
	return fmt.Sprintf("%q", text)
}

// typeOf is the type of a list of scalars.
func (g *goProgram) typeOf(member *spec.Field) string {
	name, ok := map[spec.Shape]string{
		spec.Whole: "Int", spec.Fraction: "Decimal", spec.Truth: "Bool", spec.Moment: "Time", spec.Day: "Time", spec.Seconds: "Time",
	}[member.Shape()]
	switch {
	case ok:
		return "[]" + g.use(runtimePath+"/wire") + "." + name
	case member.Shape() == spec.Raw:
		return "[][]byte"
	case member.TellsAbsent():
		return "[]" + g.use(runtimePath+"/wire") + ".Text"
	}
	return "[]string"
}
