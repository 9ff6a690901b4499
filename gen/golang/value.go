package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/jiekou-dev/jiekou/spec"
)

// goType is the type of a struct field.
func goType(parent string, f *spec.Field) jen.Code {
	switch f.Shape() {
	case spec.Whole:
		return jen.Qual(pkgWire, "Int")
	case spec.Fraction:
		return jen.Qual(pkgWire, "Decimal")
	case spec.Truth:
		return jen.Qual(pkgWire, "Bool")
	case spec.Moment, spec.Day, spec.Seconds:
		return jen.Qual(pkgWire, "Time")
	case spec.List:
		return jen.Index().Id(memberType(parent, f))
	case spec.Scalars:
		return jen.Index().String()
	case spec.Record:
		return jen.Op("*").Id(memberType(parent, f))
	case spec.Raw:
		return jen.Index().Byte()
	}
	if f.TellsAbsent() {
		return jen.Qual(pkgWire, "Text")
	}
	return jen.String()
}

// tags are the rules of a field in the vocabulary of validator/v10.
func tags(f *spec.Field) string {
	var out []string
	k := f.Shape()
	switch {
	case f.Blank && f.IsRequired():
		out = append(out, "sent", "omitempty")
	case f.IsRequired() && k == spec.Text && f.Separator != "":
		out = append(out, "required", "parts="+escapeTag(f.Separator))
	case f.IsRequired() && k == spec.Text:
		out = append(out, "required", "notblank")
	case f.IsRequired() && (k == spec.List || k == spec.Scalars):
		out = append(out, "required", "min=1")
	case f.IsRequired():
		out = append(out, "required")
	case f.IsConditional() && conditionTag(f) != "":
		out = append(out, conditionTag(f), "omitempty")
	default:
		out = append(out, "omitempty")
	}
	out = append(out, valueTags(f, k)...)
	if k == spec.List {
		out = append(out, "dive")
	}
	if len(out) == 1 && out[0] == "omitempty" {
		return ""
	}
	return strings.Join(out, ",")
}

// replyTags are the rules of a field of a response: those of a request, but that a
// list, and what may be blank, may be empty.
func replyTags(f *spec.Field) string {
	if k := f.Shape(); f.IsRequired() && (f.Blank || k == spec.List || k == spec.Scalars) {
		optional := *f
		optional.Required = spec.No
		return tags(&optional)
	}
	return tags(f)
}

// valueTags are the rules of a value that is there.
func valueTags(f *spec.Field, k spec.Shape) []string {
	var out []string
	if f.Length > 0 && k == spec.Text {
		out = append(out, "max="+itoa(f.Length))
	}
	if f.IsClosed() && f.Separator != "" {
		out = append(out, "eachof="+escapeTag(f.Separator+" "+strings.Join(f.Allowed(), f.Separator)))
	} else if f.IsClosed() && (k == spec.Text || k == spec.Whole) {
		var quoted []string
		for _, v := range f.Allowed() {
			quoted = append(quoted, quotedTag(v))
		}
		out = append(out, "oneof="+strings.Join(quoted, " "))
	}
	bounds := []struct{ bound, whole, decimal string }{{f.Min, "gte", "decimalmin"}, {f.Max, "lte", "decimalmax"}}
	for _, b := range bounds {
		switch {
		case b.bound == "":
		case k == spec.Whole:
			out = append(out, b.whole+"="+b.bound)
		case k == spec.Fraction:
			out = append(out, b.decimal+"="+b.bound)
		}
	}
	switch {
	case f.StartsWith != "":
		out = append(out, strings.TrimSuffix("behind="+goName(f.StartsWith)+" "+escapeTag(f.Pattern), " "))
	case f.Pattern != "":
		out = append(out, "pattern="+escapeTag(f.Pattern))
	}
	switch f.Format {
	case "mobile":
		out = append(out, "mobile")
	case "email":
		out = append(out, "mail")
	case "idcard":
		if len(f.FormatIf) > 0 {
			out = append(out, "idcard_if="+goName(f.FormatIf[0].Name)+" "+escapeTag(f.FormatIf[0].Value))
		} else {
			out = append(out, "idcard")
		}
	}
	return out
}

// conditionTag is the condition under which a field is required.
func conditionTag(f *spec.Field) string {
	names := func(list []string) string {
		var out []string
		for _, n := range list {
			out = append(out, goName(n))
		}
		return strings.Join(out, " ")
	}
	switch {
	case len(f.RequiredIf) > 0:
		var parts []string
		for _, m := range f.RequiredIf {
			parts = append(parts, goName(m.Name)+" "+quotedTag(m.Value))
		}
		return "required_if=" + strings.Join(parts, " ")
	case len(f.RequiredWith) > 0:
		return "required_with=" + names(f.RequiredWith)
	case len(f.RequiredWithout) > 0:
		return "required_without=" + names(f.RequiredWithout)
	case len(f.RequiredWithoutAll) > 0:
		return "required_without_all=" + names(f.RequiredWithoutAll)
	}
	return ""
}

// quotedTag is one value of a tag's list: quoted where it holds a space.
func quotedTag(v string) string {
	if strings.ContainsRune(v, ' ') {
		v = "'" + v + "'"
	}
	return escapeTag(v)
}

// escapeTag escapes the characters that mean something to validator/v10: commas and
// bars.
func escapeTag(s string) string {
	return strings.NewReplacer(",", "0x2C", "|", "0x7C").Replace(s)
}
