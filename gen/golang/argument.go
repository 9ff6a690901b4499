package golang

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
)

// locals are the local variables that hold arguments of statements: hashes of
// passwords, and the members of arrays.
type locals struct {
	request string // its type
	names   map[statement.Source]string
	kept    []jen.Code // statements that make the JSON of objects
	before  []jen.Code // statements that make the members of arrays
	hashes  []jen.Code // statements that make hashes
}

// newLocals makes the variables of an answer's statements.
func newLocals(i *spec.Interface, list []*statement.Statement) *locals {
	l := &locals{request: requestType(i), names: map[statement.Source]string{}}
	var members []statement.Member
	for _, s := range list {
		for _, a := range s.Args {
			if l.names[a.Source] != "" {
				continue
			}
			switch source := a.Source.(type) {
			case statement.Hash:
				l.hash(source)
			case statement.Value:
				l.keep(source)
			case statement.Member:
				l.names[source] = l.memberName(source)
				members = append(members, source)
			}
		}
	}
	for len(members) > 0 {
		same := func(m statement.Member) bool { return m.Each == members[0].Each }
		l.collect(slices.DeleteFunc(slices.Clone(members), func(m statement.Member) bool { return !same(m) }))
		each := members[0].Each
		members = slices.DeleteFunc(members, func(m statement.Member) bool { return m.Each == each })
	}
	return l
}

// hash makes the variable of a password's hash.
func (l *locals) hash(source statement.Hash) {
	name := lowerName(source.Field.Name) + "Hash"
	sent := jen.Id("q").Dot(goPath(source.Field, nil))
	if source.Field.TellsAbsent() {
		sent = sent.Dot("Value")
	}
	l.names[source] = name
	l.hashes = append(l.hashes,
		jen.List(jen.Id(name), jen.Err()).Op(":=").Id("a").Dot("db").Dot("HashPassword").Call(jen.Id("ctx"), sent),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
}

// keep makes the variable of the JSON of an object or of a list of them, before the objects
// that were not sent are made.
func (l *locals) keep(source statement.Value) {
	if !source.Field.Shape().IsObjects() {
		return
	}
	name := lowerName(source.Field.Name) + "JSON"
	for parent := source.Field.Parent; parent != nil && l.taken(name); parent = parent.Parent {
		name += goName(parent.Name)
	}
	l.names[source] = name
	l.kept = append(l.kept, jen.Id(name).Op(":=").Add(kept(source.Field, jen.Id("q").Dot(goPath(source.Field, nil)))))
}

// kept is the JSON of an object, or of a list of them, for a column.
func kept(f *spec.Field, value jen.Code) jen.Code {
	return jen.Qual(pkgStore, map[bool]string{false: "KeptList", true: "KeptStruct"}[f.Shape() == spec.Record]).
		Call(jen.Id("call").Dot("Zone"), value)
}

// memberName names the variable of a field of all members: guid -> guids. Fields of
// one name differ by their parents.
func (l *locals) memberName(source statement.Member) string {
	name := lowerName(source.Field.Name) + "s"
	for parent := source.Field.Parent; parent != nil && l.taken(name); parent = parent.Parent {
		name += goName(parent.Name)
	}
	return name
}

// taken reports whether a variable has a name.
func (l *locals) taken(name string) bool {
	for _, other := range l.names {
		if other == name {
			return true
		}
	}
	return false
}

// collect makes the variables of the members of one array: a slice for each field,
// filled by loops as deep as the array is nested.
func (l *locals) collect(members []statement.Member) {
	for _, m := range members {
		typ := goType("", m.Field)
		if shape := m.Field.Shape(); shape == spec.Scalars || shape == spec.Raw || shape.IsObjects() {
			typ = jen.Qual(pkgWire, "Text") // of its JSON
		}
		l.before = append(l.before, jen.Var().Id(l.names[m]).Index().Add(typ))
	}
	var chain spec.Fields
	for f := members[0].Each; f != nil; f = f.Array() {
		chain = append(spec.Fields{f}, chain...)
	}
	l.before = append(l.before, l.loop(chain, jen.Id("q"), nil, members))
}

// loop generates the loop over the first array of a chain, which is in a member of an array or
// in the request, and those inside.
func (l *locals) loop(chain spec.Fields, in *jen.Statement, of *spec.Field, members []statement.Member) jen.Code {
	member := memberVariable(chain[0])
	array := in.Clone().Dot(goPath(chain[0], of))
	used := slices.Clone(chain)
	for _, m := range members {
		used = append(used, m.Field)
	}
	body := l.made(jen.Id(member), chain[0], used)
	if len(chain) > 1 {
		body = append(body, l.loop(chain[1:], jen.Id(member), chain[0], members))
	} else {
		for _, m := range members {
			in := m.Field.Array()
			name, value := l.names[m], jen.Id(memberVariable(in)).Dot(goPath(m.Field, in))
			switch m.Field.Shape() {
			case spec.Scalars:
				method := jen.Parens(jen.Op("*").Qual(pkgWire, "Writer")).Dot(valuesWriter(m.Field))
				value = jen.Qual(pkgStore, "JSONArray").Call(value, method)
			case spec.Raw:
				value = jen.Qual(pkgStore, "JSONText").Call(value)
			case spec.List, spec.Record:
				value = jen.Qual(pkgStore, "JSONText").Call(kept(m.Field, value))
			}
			body = append(body, jen.Id(name).Op("=").Append(jen.Id(name), value))
		}
	}
	return jen.For(jen.List(jen.Id("_"), jen.Id(member)).Op(":=").Range().Add(array)).Block(body...)
}

// made makes the objects that fields are in and that were not sent: those of a member of an
// array, or with nil of the request.
func (l *locals) made(holder *jen.Statement, array *spec.Field, fields spec.Fields) (out []jen.Code) {
	var objects spec.Fields
	for _, f := range fields {
		if f.Array() == array {
			objects = statement.Around(objects, f, array)
		}
	}
	for _, o := range objects {
		if o.IsRequired() && !o.Nullable {
			continue
		}
		place := holder.Clone().Dot(goPath(o, array))
		out = append(out, jen.If(place.Clone().Op("==").Nil()).Block(place.Clone().Op("=").New(jen.Id(innerType(l.request, o)))))
	}
	return out
}

// memberVariable names one member of an array: attachs -> attach. The members of an
// array inside one of the same name differ by their depth.
func memberVariable(f *spec.Field) string {
	name := lowerName(f.Name)
	if one, ok := strings.CutSuffix(name, "s"); ok && one != "" && !reserved(one) {
		name = one
	} else {
		name += "Member"
	}
	depth := 0
	for p := f.Parent; p != nil; p = p.Parent {
		if p.Name == f.Name {
			depth++
		}
	}
	if depth > 0 {
		name += itoa(depth + 1)
	}
	return name
}

// arguments generates the arguments of a statement, but for those that the store
// adds.
func (l *locals) arguments(s *statement.Statement) jen.Code { return l.list(s.Args) }

// ofPage generates the arguments of a page, and those of its order alone, which come behind those
// that the store adds; the second is nil where there are none.
func (l *locals) ofPage(s *statement.Statement) (own, order jen.Code) {
	n := slices.IndexFunc(s.Args, func(a statement.Argument) bool { _, given := a.Source.(statement.Given); return given })
	behind := slices.DeleteFunc(slices.Clone(s.Args[n:]), func(a statement.Argument) bool { _, given := a.Source.(statement.Given); return given })
	if len(behind) > 0 {
		order = l.list(behind)
	}
	return l.list(s.Args[:n]), order
}

// list generates arguments, but for those that the store adds.
func (l *locals) list(args []statement.Argument) jen.Code {
	var out []jen.Code
	for _, a := range args {
		if code := l.argument(a.Source); code != nil {
			out = append(out, code)
		}
	}
	return anySlice(out)
}

// argument is the Go expression of an argument; nil where the store adds it.
func (l *locals) argument(source statement.Source) jen.Code {
	switch source := source.(type) {
	case statement.App:
		return jen.Id("call").Dot("App")
	case statement.Scope:
		return jen.Id("call").Dot("Scope").Call(jen.Lit(source.Name))
	case statement.Sid:
		return jen.Id("call").Dot("Sid")
	case statement.Value:
		if name := l.names[source]; name != "" {
			return jen.Id(name)
		}
		return jen.Id("q").Dot(goPath(source.Field, nil))
	case statement.Blank:
		return jen.Id("q").Dot(goPath(source.Field, nil)).Dot("Blank")
	case statement.Hash, statement.Member:
		return jen.Id(l.names[source])
	}
	return nil
}
