package golang

import (
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// signatures generates the signatures of a signed system.
func signatures(f *file, system *spec.System) {
	f.declare("Signature returns the declared signature of requests.",
		jen.Func().Id("Signature").Params().Qual(pkgSignature, "Spec").Block(
			jen.Return(jen.Qual(pkgSignature, "Spec").Add(signatureCode(system.Signature)))))
	if len(system.Signatures) == 0 {
		return
	}
	f.declare("Signatures returns how requests of interfaces that name another signature are signed.",
		jen.Func().Id("Signatures").Params().Map(jen.String()).Qual(pkgSignature, "Spec").Block(
			jen.Return(jen.Map(jen.String()).Qual(pkgSignature, "Spec").Custom(multiline,
				each(system.Signatures, func(g *spec.Signature) jen.Code {
					return jen.Lit(g.Name).Op(":").Add(signatureCode(g))
				})...))))
}

// signatureCode is a signature as a composite literal without its type.
func signatureCode(g *spec.Signature) *jen.Statement {
	fields := []jen.Code{jen.Id("App").Op(":").Lit(g.App)}
	if g.Payload != "" {
		fields = append(fields, jen.Id("Payload").Op(":").Lit(g.Payload))
	}
	if t := g.Time; t != nil {
		parts := literals("Value", t.Value, "Unit", t.Unit)
		if t.Window > 0 {
			parts = append(parts, jen.Id("Window").Op(":").Add(durationCode(t.Window)))
		}
		parts = append(parts, literals("Else", t.Else)...)
		fields = append(fields, jen.Id("Time").Op(":").Op("&").Qual(pkgSignature, "Time").Values(parts...))
	}
	if n := g.Nonce; n != nil {
		fields = append(fields, jen.Id("Nonce").Op(":").Op("&").Qual(pkgSignature, "Nonce").Values(
			literals("Value", n.Value, "Else", n.Else)...))
	}
	steps := each(g.Steps, signStepCode)
	fields = append(fields, jen.Id("Steps").Op(":").Index().Qual(pkgSignature, "Step").Custom(multiline, steps...))
	return jen.Custom(multiline, fields...)
}

// signStepCode is one step.
func signStepCode(s *spec.SignStep) jen.Code {
	fields := literals("Op", s.Op, "Value", s.Value, "With", s.With, "Algorithm", s.Algorithm, "Key", s.Key,
		"Derive", s.Derive, "IV", s.IV, "Over", s.Over)
	if len(s.Accept) > 0 {
		fields = append(fields, jen.Id("Accept").Op(":").Add(textsCode(s.Accept)))
	}
	if p := s.Params; p != nil {
		parts := []jen.Code{jen.Id("From").Op(":").Add(textsCode(p.From))}
		if len(p.Except) > 0 {
			parts = append(parts, jen.Id("Except").Op(":").Add(textsCode(p.Except)))
		}
		parts = append(parts, literals("Order", p.Order, "Pair", p.Pair, "Join", p.Join)...)
		for _, flag := range []struct {
			name string
			set  bool
		}{{"Values", p.Values}, {"Empty", p.Empty}, {"URL", p.URL}} {
			if flag.set {
				parts = append(parts, jen.Id(flag.name).Op(":").True())
			}
		}
		fields = append(fields, jen.Id("Params").Op(":").Op("&").Qual(pkgSignature, "Params").Values(parts...))
	}
	fields = append(fields, literals("To", s.To, "Encoding", s.Encoding, "Else", s.Else)...)
	return jen.Custom(listOf(fields), fields...)
}

// literals are the members of a composite literal that have a text: name, text,
// name, text.
func literals(pairs ...string) []jen.Code {
	var out []jen.Code
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, jen.Id(pairs[i]).Op(":").Lit(pairs[i+1]))
		}
	}
	return out
}

// textsCode is []string{…}.
func textsCode(list []string) jen.Code {
	return jen.Index().String().Values(each(list, func(s string) jen.Code { return jen.Lit(s) })...)
}

// placesCode are the members of a route that give the places of a signed request's
// fields, and its signature.
func placesCode(i *spec.Interface) []jen.Code {
	if !i.System.Plain() {
		return nil
	}
	out := literals("Signature", i.Signature)
	if i.Form {
		out = append(out, jen.Id("Form").Op(":").True())
	}
	list := each(i.Outside(), func(f *spec.Field) jen.Code {
		place := literals("Name", f.Name, "In", f.In)
		if f.IsNested() {
			place = append(place, jen.Id("JSON").Op(":").True())
		}
		return jen.Values(place...)
	})
	if len(list) > 0 {
		out = append(out, jen.Id("Outside").Op(":").Index().Qual(pkgRoute, "Place").Custom(multiline, list...))
	}
	return out
}

// durationCode is a time span in whole units.
func durationCode(d time.Duration) jen.Code {
	for _, unit := range []struct {
		name string
		is   time.Duration
	}{{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second}, {"Millisecond", time.Millisecond}} {
		if d%unit.is == 0 {
			return jen.Lit(int(d/unit.is)).Op("*").Qual(pkgTime, unit.name)
		}
	}
	return jen.Qual(pkgTime, "Duration").Call(jen.Lit(int(d)))
}
