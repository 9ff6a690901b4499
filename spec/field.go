package spec

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Field is one row of a table of parameters. The embedded Rules are followed;
// Document has the document's own.
type Field struct {
	Places
	Name    string // wire name, as written in YAML
	Sent    string // the name in a header or a query, where another row has it too; empty: Name
	Was     string // the name that it had in the last revision; empty: the same
	DocPath string // path as the document writes it
	Flat    bool   // the document writes the names of its members without its own
	Origin  string // where it is in the document, as an import read it; empty: not known
	Path    string // path on the wire, members joined by "/"
	Label   string
	Note    string
	Since   string // version of the document that brought it; empty: as its interface
	Parent  *Field

	Followed Places     // the line of follow; empty without it
	Rules               // what is followed
	Document Rules      // what the document says
	Errata   []*Erratum // why the two differ, and other decisions on this field

	In string // its place: body (default) | query | path | header | form (default of a form)
	Of Type   // type of the members of an array or of the values of a map of scalars; empty otherwise
	// Whole says that the value is all of the body or payload, without its name.
	Whole bool
	Alias []string // further names accepted on input
	PII   bool     // personal data: never logged
	Ours  bool     // not in the document: an erratum says why
	// AsText says that the value travels as a text: a number in quotes, what is nested
	// as the text of its JSON.
	AsText bool
	// SpelledType and SpelledLength are the cells for type and length as the document
	// writes them. Untyped says that it writes no type.
	SpelledType, SpelledLength string
	Untyped                    bool
	// Unchecked says why the condition of the field stays in words.
	Unchecked string
	Unit      string // of its number, in the document's words
	// Example is a value that the document shows: as it is written, of a nested row in JSON.
	// Empty: none.
	Example string
	// Deprecated and ReadOnly are the document's words about the row; no rule follows.
	Deprecated, ReadOnly bool
	// Nullable says that null is a value of the row: where we send it, an absent value is
	// null instead of being left out; where it is required and sent to us, null is enough.
	Nullable bool
	// Digits says that a JSON number is accepted for this text, and its digits taken.
	Digits bool
	Fields Fields // members of an object, or of the objects in an array or a map
	// Empty says what "" does to the stored value in an update: clear | keep; empty: as
	// the system says.
	Empty string
	// Layout is how a time is written: see Layouts and WrittenLayout. Of an epoch it is
	// empty or millis, of a date empty or a form of its own.
	Layout string
	// KeepAbsent says that absent and "" differ: absent keeps the stored value, ""
	// clears it. Set by the linker for the fields of update answers.
	KeepAbsent bool
	// Replied says that the field is of a response.
	Replied bool
	Asks    string // what a query does by it beyond equal values, for partners; set by the linker

	goName string // where another field beside it has its own; see Settle
	beside Fields // the rows beside it, itself among them
}

// Rules are the rules of a field's value.
type Rules struct {
	Type            // see Types
	Length    int   // characters; of a number with Decimals its digits; 0: none. Not checked for other numbers and times.
	MinLength int   // characters at least, of a text that is there; 0: any
	Decimals  Limit // digits behind the point of a number
	// Rounded says that a number with more places is rounded, half away from zero,
	// where it is stored or answered, instead of being refused.
	Rounded bool
	Required
	LengthIn  string // what lengths count: empty: characters; LengthBytes, LengthGBK
	MinItems  int    // members of an array that is there, at least; 0: any
	MaxItems  int    // members of an array, at most; 0: any
	Keyed     *Rules // of the names in a map; nil: any; see package keyed
	Condition string // the document's words for a conditional required
	// Blank says that a required value of a notification or a response may be "", 0
	// or [], whatever else its rules say: the key is always there, its source may
	// have no value.
	Blank     bool
	Min, Max  string // decimal text, empty: none
	Enum      *Enum
	EnumBy    *EnumBy // which of the values of Enum a field beside this one leaves; nil: all
	Separator string  // multi-value text: the separator; Enum then holds for each part
	Default   string
	Format    string // mobile | idcard | email | …; see Formats. Of a time: see Layouts
	Pattern   string // RE2, anchored; with StartsWith for the text that follows
	// StartsWith is the field beside this one with whose value the text begins,
	// where both have one.
	StartsWith string
	// FormatIf limits Format: it is only checked when each of these fields beside
	// this one is absent or has the value. Empty: always.
	FormatIf []Match

	// The machine form of Condition; at most one is set. Names are of fields
	// beside this one.
	RequiredIf         []Match  // required when all match
	RequiredUnless     []Match  // required unless all match
	RequiredWith       []string // required when any is present
	RequiredWithout    []string // required when any is absent
	RequiredWithoutAll []string // required when all are absent

	// When the field may be there; names are of fields beside this one.
	PresentIf  []Match  // only when all match
	AbsentIf   []Match  // not when all match
	AbsentWith []string // not when any is present
}

// Limit is a number that may be unsaid.
type Limit struct {
	N   int
	Set bool
}

// WholeDigits is how many digits a number with a fraction may have in front of its point.
// Where the document does not say it is as many as amounts have.
func (r Rules) WholeDigits() int {
	if !r.Decimals.Set {
		return max(decoderDigits, min(MostDigits, r.Length))
	}
	if r.Length == 0 {
		return decoderDigits
	}
	return min(MostDigits, max(0, r.Length-r.Decimals.N))
}

// IsLongNumber reports whether a fraction may have more digits than wire.Object.Decimal takes.
func (r Rules) IsLongNumber() bool { return r.WholeDigits() > decoderDigits }

// The digits in front of the point of a number: how many wire.Object.Decimal takes, and
// LongDecimal; and all digits of a number, whose text has at most 64 characters.
const (
	decoderDigits = 16
	MostDigits    = 38
	MostOfNumber  = 62
)

// Fields are fields of one level: the rows of a table of parameters, or the members
// of one of its objects.
type Fields []*Field

// Named returns the field of that wire name in the list itself, or nil.
func (list Fields) Named(name string) *Field {
	for _, f := range list {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Whole is the field that is all of a body or payload, nil where that is an object of
// fields.
func (list Fields) Whole() *Field {
	for _, f := range list {
		if f.Whole {
			return f
		}
	}
	return nil
}

// InHeader lists the fields that are in headers.
func (list Fields) InHeader() Fields {
	return slices.DeleteFunc(slices.Clone(list), func(f *Field) bool { return f.In != "header" })
}

// Inside lists the fields that are in the body or payload.
func (list Fields) Inside() Fields {
	return slices.DeleteFunc(slices.Clone(list), func(f *Field) bool { return f.In == "header" })
}

// Called returns the field that a message may call so: by its wire name, or by
// one of the aliases that are accepted on input. A name comes before an alias.
func (list Fields) Called(name string) *Field {
	if f := list.Named(name); f != nil {
		return f
	}
	for _, f := range list {
		for _, alias := range f.Alias {
			if alias == name {
				return f
			}
		}
	}
	return nil
}

// Reach walks down a path like At, where each name may be an alias too: the path
// of a value in a message.
func (list Fields) Reach(path string) *Field {
	name, rest, deeper := strings.Cut(path, "/")
	f := list.Called(name)
	if f == nil || !deeper {
		return f
	}
	return f.Fields.Reach(rest)
}

// At walks down a path of wire names joined by "/", from this list on, through
// objects and the members of arrays. It returns nil where the path leaves the
// model.
func (list Fields) At(path string) *Field {
	name, rest, deeper := strings.Cut(path, "/")
	f := list.Named(name)
	if f == nil || !deeper {
		return f
	}
	return f.Fields.At(rest)
}

// Find returns the first field, at any depth, whose path is the one given, as the
// document or the wire has it.
func (list Fields) Find(path string) *Field {
	for f := range list.All() {
		if f.HasPath(path) {
			return f
		}
	}
	return nil
}

// Single yields the fields and those of the objects in them, but not the members of
// arrays.
func (list Fields) Single() iter.Seq[*Field] {
	return func(yield func(*Field) bool) {
		for _, f := range list {
			if !yield(f) {
				return
			}
			if f.Type != Object {
				continue
			}
			for inner := range f.Fields.Single() {
				if !yield(inner) {
					return
				}
			}
		}
	}
}

// All yields every field of the list and below it, parents first.
func (list Fields) All() iter.Seq[*Field] {
	return func(yield func(*Field) bool) { list.each(yield) }
}

func (list Fields) each(yield func(*Field) bool) bool {
	for _, f := range list {
		if !yield(f) || !f.Fields.each(yield) {
			return false
		}
	}
	return true
}

// Place is the word of in: for the place of the field.
func (f *Field) Place() string {
	if f.Whole {
		return "whole"
	}
	return f.In
}

// Outer is the name of a field in its place outside the payload.
func (f *Field) Outer() string { return cmp.Or(f.Sent, f.Name) }

// TravelsAsJSON says whether a text outside of JSON is the JSON of the value: of a string
// and of a time as text it is the text itself.
func (f *Field) TravelsAsJSON() bool {
	switch f.Shape() {
	case Text, Moment, Day:
		return false
	}
	return !f.AsText
}

// HasPath says whether a path is the field's, as the document or the wire has it.
func (f *Field) HasPath(path string) bool { return f.Path == path || f.DocPath == path }

// Where returns the place where a rule of the field was written last: in follow, or at the field.
func (f *Field) Where(key string) Pos {
	if f.Followed.Has(key) {
		return f.Followed.At(key)
	}
	return f.At(key)
}

// Sibling returns the field that a condition of f names, as Decider does. It is f itself
// where there is none, which only a draft has.
func (f *Field) Sibling(top Fields, name string) *Field {
	if other := f.Decider(top, name); other != nil {
		return other
	}
	return f
}

// Below is the member of in that is the field or that it is inside of; nil: the field is not
// inside of in. In nil is the whole message.
func (f *Field) Below(in *Field) *Field {
	for ; f != nil; f = f.Parent {
		if f.Parent == in {
			return f
		}
	}
	return nil
}

// Decided are the errata on the field, or on the nearest row that it is inside of and that has
// any: those on a row are about its members.
func (f *Field) Decided() []*Erratum {
	for ; f != nil; f = f.Parent {
		if len(f.Errata) > 0 {
			return f.Errata
		}
	}
	return nil
}

// Array is the nearest array that the field is inside of; nil: it is in none.
func (f *Field) Array() *Field {
	for up := f.Parent; up != nil; up = up.Parent {
		if up.Type == Array {
			return up
		}
	}
	return nil
}

// Top is the field of the request or response that a member belongs to; a field
// that is no member is its own.
func (f *Field) Top() *Field {
	for f.Parent != nil {
		f = f.Parent
	}
	return f
}

// Same says whether two sets of rules accept the same values; when a field is
// required, and in which words, is not compared beyond yes, no and conditional.
func (r Rules) Same(o Rules) bool {
	return r.Type == o.Type && r.Length == o.Length && r.LengthIn == o.LengthIn && r.MinLength == o.MinLength && r.Decimals == o.Decimals && r.Rounded == o.Rounded &&
		r.MinItems == o.MinItems && r.MaxItems == o.MaxItems && (r.Keyed == nil) == (o.Keyed == nil) && (r.Keyed == nil || r.Keyed.Same(*o.Keyed)) && r.Required == o.Required && r.Blank == o.Blank &&
		r.Enum.Same(o.Enum) && r.EnumBy.Same(o.EnumBy) && r.Separator == o.Separator && r.Format == o.Format && r.Pattern == o.Pattern &&
		r.StartsWith == o.StartsWith && r.Default == o.Default && r.Min == o.Min && r.Max == o.Max
}

// Equal says whether two sets of rules say the same, conditions and words included.
func (r Rules) Equal(o Rules) bool {
	return r.Same(o) && r.Condition == o.Condition &&
		sameMatches(r.RequiredIf, o.RequiredIf) && sameMatches(r.RequiredUnless, o.RequiredUnless) &&
		sameMatches(r.PresentIf, o.PresentIf) && sameMatches(r.AbsentIf, o.AbsentIf) && slices.Equal(r.AbsentWith, o.AbsentWith) &&
		sameMatches(r.FormatIf, o.FormatIf) &&
		slices.Equal(r.RequiredWith, o.RequiredWith) && slices.Equal(r.RequiredWithout, o.RequiredWithout) &&
		slices.Equal(r.RequiredWithoutAll, o.RequiredWithoutAll)
}

// Same says whether two enumerations list the same values with the same
// labels; no enumeration is like no other.
func (e *Enum) Same(o *Enum) bool {
	if e == nil || o == nil {
		return e == o
	}
	return e.Open == o.Open && slices.EqualFunc(e.Values, o.Values,
		func(x, y EnumValue) bool { return x.Value == y.Value && x.Label == y.Label })
}

// Texts are the values without their labels.
func (e *Enum) Texts() []string {
	var out []string
	for _, v := range e.Values {
		out = append(out, v.Value)
	}
	return out
}

// Knows says whether a mapping has a value for a text.
func (m *Mapping) Knows(text string) bool {
	return slices.ContainsFunc(m.Values, func(p Pair) bool { return p.Name == text })
}

// TellsAbsent says whether the generated code tells absent and "" apart: the field
// belongs to an update, or to a notification whose key must be there and may be "". A
// response is only written, and writes its required keys always.
func (f *Field) TellsAbsent() bool {
	return (f.Blank || f.MayBeNull()) && !f.Replied || f.KeepAbsent && !f.IsRequired()
}

// MayBeNull says whether the field must be sent and may be sent as null: there is
// another rule than that it has a value.
func (f *Field) MayBeNull() bool { return f.Nullable && f.IsRequired() }

// Item is the type of one value of the field: of the members where it is an array
// or a map of scalars, else its own.
func (f *Field) Item() Type { return f.Rules.Item(f.Of) }

// Item is the type of one value under the rules: of, where they are an array's or a map's.
func (r Rules) Item(of Type) Type {
	if (r.Type == Array || r.Type == Map) && of != "" {
		return of
	}
	return r.Type
}

// Member is one member of an array, or one value of a map, of scalars as a field without a
// name: the rules of the row are about each.
func (f *Field) Member() *Field {
	m := &Field{Places: f.Places, Followed: f.Followed, Path: f.Path, DocPath: f.DocPath, Label: f.Label, Rules: f.Rules, Layout: f.Layout}
	m.Type = f.Of
	if m.Type == "" || m.Type == Array {
		m.Type = String
	}
	m.Required, m.Blank, m.Default, m.MinItems, m.MaxItems, m.Keyed = No, false, "", 0, 0, nil
	m.RequiredIf, m.RequiredUnless, m.RequiredWith, m.RequiredWithout, m.RequiredWithoutAll = nil, nil, nil, nil, nil
	m.PresentIf, m.AbsentIf, m.AbsentWith, m.FormatIf, m.EnumBy = nil, nil, nil, nil, nil
	return m
}

// IsPacked says whether what is nested travels as the text of its JSON.
func (f *Field) IsPacked() bool { return f.AsText && f.IsNested() }

// IsTyped says whether the values of a map are of one kind: objects with declared
// members, or scalars.
func (f *Field) IsTyped() bool { return f.Type == Map && (len(f.Fields) > 0 || f.Of != "") }

// HasValues says whether the field is a map of scalars.
func (f *Field) HasValues() bool { return f.IsTyped() && len(f.Fields) == 0 }

// HoldsTexts says whether the members of an array of scalars are texts.
func (f *Field) HoldsTexts() bool { return f.Shape() == Scalars && f.Member().Shape() == Text }

// IsClosed says whether the field takes listed values only.
func (f *Field) IsClosed() bool {
	return f.Enum != nil && !f.Enum.Open && len(f.Enum.Values) > 0
}

// Allowed returns the values that a field with a list takes: those listed, and 0 for
// a number that may be blank. A text that is "" passes without being listed.
func (f *Field) Allowed() []string {
	values := f.Enum.Texts()
	if f.Blank && f.IsNumber() && !slices.Contains(values, "0") {
		values = append(values, "0")
	}
	return values
}

// BlankValue returns what a required field is sent as where its source has no value.
func (f *Field) BlankValue() string {
	switch {
	case f.IsNumber():
		return "0"
	case f.Type == Bool:
		return "false"
	case f.Type == Array:
		return "[]"
	}
	return `""`
}
