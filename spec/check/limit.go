package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// decimalText is a number without an exponent.
var decimalText = regexp.MustCompile(`^-?[0-9]+(?:\.[0-9]+)?$`)

const wholeHint = "write a number of 64 bits, without a leading zero or a fraction"

// checkKept wants every rule of a field kept by what is generated: a rule that was
// dropped in silence would be a promise that nobody keeps. Of a response that is not
// validated only the defaults count.
func checkKept(d *checked, x *spec.Interface) {
	for _, list := range []spec.Fields{x.Request, x.Response} {
		for f := range list.All() {
			d.keptDefault(f)
		}
	}
	for _, list := range validated(x) {
		for f := range list.All() {
			d.keptRules(f)
		}
	}
	if x.Kind != spec.Notify || x.Row == nil {
		return
	}
	for f := range x.Request.All() {
		if f.Nullable {
			d.Add("JK0128", f.Where("nullable"), "required: true and blank: true send it as \"\" or 0; or leave nullable out",
				"%s is sent from a row, and is left out where the row has no value, never null", f.Name)
		}
	}
}

// validated are the tables of an interface whose values are held against their
// rules: the request, and the response that Go code makes.
func validated(x *spec.Interface) []spec.Fields {
	if x.Answer != nil && x.Answer.Handler {
		return []spec.Fields{x.Request, x.Response}
	}
	return []spec.Fields{x.Request}
}

// keptDefault looks at the default of a field.
func (d *checked) keptDefault(f *spec.Field) {
	if f.Default == "" {
		return
	}
	if f.KeepAbsent { // of a blank one: JK0125
		d.Add("JK0128", f.Where("default"), "remove the default: an update keeps what is stored where the field is absent",
			"the default of %s would hide that it was left out", f.Name)
	}
	if !f.HasDefault() {
		d.Add("JK0128", f.Where("default"), "a default is for texts, numbers and bool", "default is not allowed on %s", f.Type)
	}
}

// keptRules looks at the rules of a field that is read.
func (d *checked) keptRules(f *spec.Field) {
	no := func(key, hint, format string, args ...any) { d.Add("JK0128", f.Where(key), hint, format, args...) }
	shape := f.Shape()
	if (f.MinItems > 0 || f.MaxItems > 0) && f.Type != spec.Array && f.Type != spec.Map {
		no("max_items", "it counts the members of an array or a map", "min_items and max_items are not allowed on %s", f.Type)
	}
	if (f.MinItems > 0 || f.MaxItems > 0) && f.Type == spec.Array && shape == spec.Raw {
		no("max_items", "say what the members are: of, or fields", "members of %s are not counted", f.Name)
	}
	if shape == spec.Scalars || f.HasValues() { // its rules are about each member
		shape = f.Member().Shape()
	}
	if f.Nullable && f.In != "body" && f.In != "payload" && f.In != "frame" {
		no("nullable", "leave it out, or make the row optional: null is a value of JSON", "%s is never null in the %s", f.Name, f.In)
	}
	if f.MayBeNull() && !f.Replied && f.IsNested() {
		no("nullable", "follow: {required: false, erratum: …}, since null and absent are one there", "nullable is not allowed on a required %s", f.Type)
	}
	if f.IsClosed() && shape != spec.Text && shape != spec.Whole && shape != spec.Fraction {
		no("enum", "only texts and numbers are held against a list", "an enum is not allowed on %s", f.Type)
	}
	if f.Pattern != "" && shape != spec.Text {
		no("pattern", "only texts are held against a pattern", "pattern is not allowed on %s", f.Type)
	}
	if f.Format != "" && slices.Contains(spec.Formats(), f.Format) && shape != spec.Text && !shape.IsTime() {
		no("format", "only texts have one", "format %s is not allowed on %s", f.Format, f.Type)
	}
	if f.MinItems > 0 && f.MaxItems > 0 && f.MinItems > f.MaxItems {
		no("min_items", "swap the two", "at least %d members cannot be at most %d", f.MinItems, f.MaxItems)
	}
	d.keptParts(f, no)
	if (f.Type == spec.Array || f.Type == spec.Map) && (f.Separator != "" || f.StartsWith != "" || len(f.FormatIf) > 0) {
		no("separator", "leave it out: each member is a value of its own", "separator, starts_with and format_if are not allowed on the %s", f.Type)
	}
}

// keptParts looks at rules that other types have: nothing would hold them for these.
func (d *checked) keptParts(f *spec.Field, no func(key, hint, format string, args ...any)) {
	switch {
	case f.Separator == "" || f.IsText() || f.Type == spec.Array || f.IsWhole() && f.Separator == spec.Sum:
	default:
		no("separator", "leave it out: only a text has parts", "separator is not allowed on %s", f.Type)
	}
	if f.Type == spec.Epoch && (f.Min != "" || f.Max != "") {
		key := "min"
		if f.Min == "" {
			key = "max"
		}
		no(key, "leave it out, or make the row a long", "min and max are not held on %s", f.Type)
	}
}

// checkWholes wants the numbers of whole fields written as YAML, JSON, SQL and Go
// all read them.
func checkWholes(d *checked, x *spec.Interface) {
	for _, list := range []spec.Fields{x.Request, x.Response} {
		for f := range list.All() {
			if f.IsWhole() {
				d.whole(f.Default, f.Where("default"))
				d.bound(f.Min, f.Where("min"))
				d.bound(f.Max, f.Where("max"))
				d.wholeValues(f)
			}
		}
	}
}

// whole reports a whole number that is written in another form. A text that is none
// is reported with the rule that it belongs to.
func (d *checked) whole(text string, at spec.Pos) {
	if spec.Int.Takes(text) && !spec.IsWholeText(text) {
		d.Add("JK0129", at, wholeHint, "%q is not written as a whole number", text)
	}
}

// bound reports a number that cannot bound whole ones.
func (d *checked) bound(text string, at spec.Pos) {
	if spec.Decimal.Takes(text) && !spec.IsWholeText(text) {
		d.Add("JK0129", at, wholeHint, "%q is not written as a whole number", text)
	}
}

// wholeValues looks at the enum of a field; a shared one is reported where it is
// used, with the type that it does not suit.
func (d *checked) wholeValues(f *spec.Field) {
	if f.Enum == nil {
		return
	}
	for _, v := range f.Enum.Values {
		at := v.Pos
		if f.Enum.Name != "" {
			at = f.Where("enum")
		}
		if list := v.Range(); list == nil {
			d.whole(v.Value, at)
		} else {
			for _, m := range list {
				d.bound(m.Value, at)
			}
		}
	}
}

// checkConditionTypes wants conditions on what they can look at: texts, whole
// numbers and bool.
func checkConditionTypes(d *checked, x *spec.Interface) {
	for _, list := range validated(x) {
		for f := range list.All() {
			if len(f.FormatIf) > 1 {
				d.Add("JK0130", f.Where("format_if"), "keep the one that decides", "format_if of %s names %d fields", f.Name, len(f.FormatIf))
			}
			d.conditionTypes(f, list)
		}
	}
}

func (d *checked) conditionTypes(f *spec.Field, top spec.Fields) {
	for _, m := range slices.Concat(f.RequiredIf, f.RequiredUnless, f.PresentIf, f.AbsentIf) {
		if other := f.Sibling(top, m.Name); m.Order == "" && other.Shape() != spec.Fraction {
			d.conditionType(f, other, m)
		}
	}
	for _, m := range f.FormatIf {
		d.conditionType(f, f.Sibling(top, m.Name), m)
	}
}

func (d *checked) conditionType(f, other *spec.Field, m spec.Match) {
	if other == f {
		return // JK0108, JK0109, JK0123
	}
	for _, value := range m.Values() {
		switch shape := other.Shape(); {
		case shape == spec.Text:
		case shape == spec.Whole:
			d.whole(value, m.Pos)
		case shape == spec.Truth && (value == "true" || value == "false"):
		case shape == spec.Truth:
			d.Add("JK0130", m.Pos, "write true or false", "%s is never %q", other.Name, value)
		default:
			d.Add("JK0130", m.Pos, "name a text, a number or a bool", "a condition cannot look at the %s %s", other.Type, other.Name)
		}
	}
}

// checkConstants wants constants that are pasted into SQL to be values of their
// columns, and those of mappings of numbers to be numbers.
func checkConstants(d *checked) {
	everyInterface(interfaceConstants)(d)
	mappingConstants(d)
}

func interfaceConstants(d *checked, x *spec.Interface) {
	if x.Answer == nil {
		return
	}
	for _, c := range x.Answer.Checks {
		d.constants(c.Where, c.Table)
	}
	for _, st := range x.Answer.Steps {
		d.constants(st.Where, st.Table)
		d.constants(st.Set, st.Table)
	}
}

func (d *checked) constants(list []*spec.Assign, t *spec.Table) {
	for _, a := range list {
		c := t.Column(a.To)
		if a.Value == nil || c == nil {
			continue
		}
		fine, hint := true, ""
		switch text := *a.Value; c.Type {
		case spec.Int:
			fine, hint = spec.IsWholeText(text), wholeHint
		case spec.Number, spec.Decimal:
			fine, hint = decimalText.MatchString(text), "write a number without an exponent"
		case spec.Bool:
			fine, hint = text == "true" || text == "false", "write true or false"
		}
		if !fine {
			d.Add("JK0432", a.Pos, hint, "the constant %q is not a value of the %s column %s.%s", *a.Value, c.Type, t.Name, c.Name)
		}
	}
}

func mappingConstants(d *checked) {
	for _, m := range d.Mappings {
		if !m.Number {
			continue
		}
		for _, p := range append(slices.Clone(m.Values), spec.Pair{Value: m.Else, Pos: m.At("else")}) {
			if p.Value != "" && !decimalText.MatchString(p.Value) {
				d.Add("JK0432", p.Pos, "write a number without an exponent, or leave out number", "%q of the mapping %s is no number", p.Value, m.Name)
			}
		}
	}
}

// checkWords keeps the names that reach SQL as they are from its words.
func checkWords(d *checked) {
	word := func(name, what string, at spec.Pos) {
		switch {
		case slices.Contains(spec.SQLWords(), name), what == "column" && slices.Contains(spec.SystemColumns(), name):
			d.Add("JK0313", at, "it is a word of SQL; choose another name", "%q cannot name a %s", name, what)
		case len(name) > spec.MaxSQLName:
			d.Add("JK0305", at, "choose a shorter name", "%q has %d bytes; PostgreSQL keeps %d of the name of a %s", name, len(name), spec.MaxSQLName, what)
		case what == "step" && !snakeForm.MatchString(name):
			d.Add("JK0305", at, "small letters, digits and _", "%q cannot name a step", name)
		}
	}
	word(d.Name, "system", d.Pos)
	for _, t := range d.Tables {
		word(t.Name, "table", t.At("table"))
		for _, c := range t.Columns {
			word(c.Name, "column", c.Pos)
		}
	}
	for _, x := range d.Interfaces {
		if x.Answer == nil {
			continue
		}
		for _, st := range x.Answer.Steps {
			if st.Table == nil || st.Name != st.Table.Name { // else it is the table's name
				word(st.Name, "step", st.Pos)
			}
		}
	}
}

// checkNames wants names that are still different in Go.
func checkNames(d *checked) {
	checkGoTypes(d)
}

// checkGoTypes wants a Go name of its own for each object of a group, which is one
// package. Types are called after their interface and the fields that lead to them.
func checkGoTypes(d *checked) {
	seen := map[string]string{} // group and type -> what it is of
	one := func(x *spec.Interface, name, what string, at spec.Pos) {
		key := x.Group.Name + "." + strings.ToLower(name)
		if o := seen[key]; o != "" {
			d.Add("JK0118", at, "rename one of them", "%s and %s would have the same Go type %s", o, what, name)
			return
		}
		seen[key] = what
	}
	for _, x := range d.Interfaces {
		for _, part := range []struct {
			name, title string
			fields      spec.Fields
		}{{"Request", "the request", x.Request}, {"Response", "the response", x.Response}} {
			if x.Group == nil || len(part.fields) == 0 {
				continue
			}
			name := spec.GoName(x.Cmd) + part.name
			one(x, name, part.title+" of "+x.Cmd, x.At("interface"))
			part.fields.Types(name, func(name string, f *spec.Field) { one(x, name, f.DocPath+" of "+x.Cmd, f.Pos) })
		}
	}
}
