package diff

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff/pattern"
	"github.com/jiekou-dev/jiekou/spec/keyed"
	"github.com/jiekou-dev/jiekou/spec/near"
)

// side compares the fields of one side of an interface.
type side struct {
	*differ
	Side
	heirs []map[string]string // the later names of fields, of each level
	rows  spec.Fields         // those of the first level, of whichever revision decides what is sent
}

// on notes a change of a field.
func (s side) on(kind, before, after string, from, to *spec.Field, key string) {
	s.add(string(s.Side)+"-"+kind, to.Path, before, after, from.Where(key), to.Where(key))
}

// fields compares two lists of fields of one level.
func (s side) fields(before, after spec.Fields, parentBefore, parentAfter spec.Pos) {
	heirs := heirsOf(before, after)
	if !s.converts && slices.ContainsFunc(after, wasOther) { // was: may name a field of an earlier revision that is served beside it
		s.misnamed(namesOf(before), namesOf(after), func(name string) spec.Pos { return after.Named(name).At("was") })
	}
	if len(s.heirs) == 0 {
		s.rows = after
		if s.Comes() {
			s.rows = before
		}
	}
	s = s.deeper(heirs)
	taken := map[*spec.Field]bool{}
	var gone, come spec.Fields
	for _, f := range before {
		now := after.Named(heirs[f.Name])
		if now == nil {
			gone = append(gone, f)
			continue
		}
		taken[now] = true
		if now.Name != f.Name {
			s.add(string(s.Side)+"-field-renamed", now.Path, f.Name, now.Name, f.Pos, now.At("was"))
		}
		s.field(f, now)
	}
	for _, f := range after {
		if !taken[f] {
			come = append(come, f)
		}
	}
	for _, f := range gone {
		c := s.add(string(s.Side)+"-"+presence(f)+"-removed", f.Path, said(f), "", f.Pos, parentAfter)
		if like := likely(f, come); like != nil {
			c.note(perhaps(like.Name, f.Name))
		}
	}
	for _, f := range come {
		c := s.add(string(s.Side)+"-"+presence(f)+"-added", f.Path, "", said(f), parentBefore, f.Pos)
		s.demanded(c, f)
	}
}

// namesOf are the names of fields.
func namesOf(list spec.Fields) (out []spec.Named) {
	for _, f := range list {
		out = append(out, spec.Named{Name: f.Name, Was: f.Was})
	}
	return out
}

// heirsOf says what each field of an earlier revision is called in the later one.
func heirsOf(before, after spec.Fields) map[string]string {
	if slices.ContainsFunc(before, wasOther) || slices.ContainsFunc(after, wasOther) {
		return spec.Heirs(namesOf(before), namesOf(after))
	}
	heirs := make(map[string]string, len(after)) // as almost always: the same
	for _, f := range after {
		heirs[f.Name] = f.Name
	}
	return heirs
}

func wasOther(f *spec.Field) bool { return f.Was != "" }

// perhaps proposes a new name.
func perhaps(now, was string) (text, zh string) {
	return "perhaps it is called " + now + " now: say was: " + was + " there", "可能改名为" + now
}

// presence is the part of a rule about a field that is there or not.
func presence(f *spec.Field) string {
	if f.IsRequired() {
		return "required-field"
	}
	return "field"
}

// unitOf is what lengths of a field count.
func unitOf(f *spec.Field) string {
	_, unit := f.LengthUnit()
	return unit
}

// said is a field in a few words.
func said(f *spec.Field) string {
	text := string(f.Type)
	if f.Length > 0 {
		text += "(" + strconv.Itoa(f.Length) + ")"
	}
	return text
}

// likely is the new field that an old one probably is: of the same type, with the
// same label or a name that differs in little.
func likely(f *spec.Field, among spec.Fields) *spec.Field {
	for _, n := range among {
		if n.Type == f.Type && (n.Label != "" && n.Label == f.Label || near.Names(n.Name, f.Name)) {
			return n
		}
	}
	return nil
}

// field compares one field with itself as it was.
func (s side) field(was, is *spec.Field) {
	was = s.carried(was)
	from := len(s.changes)
	s.presence(was, is)
	s.kinds(was, is)
	s.bounds(was, is)
	s.enum(was, is)
	s.texts(was, is)
	s.facts(was, is)
	s.harmless(was, is, from)
	for _, one := range []struct{ key, before, after string }{{"label", was.Label, is.Label}, {"note", was.Note, is.Note}, {"example", was.Example, is.Example}} {
		s.words(string(s.Side)+"-"+one.key+"-changed", is.Path, one.before, one.after, was.At(one.key), is.At(one.key))
	}
	s.fields(was.Fields, is.Fields, was.Pos, is.Pos)
}

// flag compares a property that is there or not.
func (s side) flag(set, unset string, was, is bool, from, to *spec.Field, key string) {
	switch {
	case is && !was:
		s.on(set, "", "", from, to, key)
	case was && !is:
		s.on(unset, "", "", from, to, key)
	}
}

// kinds compares types, and how values are written.
func (s side) kinds(was, is *spec.Field) {
	switch {
	case retyped(was, is):
		s.on("type-changed", spelled(was), spelled(is), was, is, "type")
		return
	case typeOf(was) != typeOf(is):
		s.on("type-"+between(was, is), typeOf(was), typeOf(is), was, is, "type")
	}
	if was.AsText != is.AsText {
		s.on("spelling-changed", asText(was), asText(is), was, is, "as")
	}
	if was.Layout != is.Layout && was.Type == is.Type {
		s.on("layout-changed", was.Layout, is.Layout, was, is, "format")
	}
}

func typeOf(f *spec.Field) string {
	if f.Of != "" {
		return string(f.Type) + " of " + string(f.Of)
	}
	return string(f.Type)
}

func asText(f *spec.Field) string {
	if f.AsText {
		return "text"
	}
	return "JSON"
}

// widths are types whose values the later ones take too.
var widths = [][]spec.Type{
	{spec.Int, spec.Long, spec.Number},
	{spec.Int, spec.Long, spec.Decimal},
	{spec.Float, spec.Double, spec.Number},
	{spec.Object, spec.Map},
}

// between says how one type follows another: widened, narrowed or changed. Numbers
// of one kind by different words are no change on the wire, which the caller excludes.
func between(was, is *spec.Field) string {
	for _, order := range widths {
		a, b := slices.Index(order, was.Type), slices.Index(order, is.Type)
		switch {
		case a < 0 || b < 0 || was.Of != is.Of:
		case a < b:
			return "widened"
		case b < a:
			return "narrowed"
		}
	}
	return "changed"
}

// bounds compares limits. No limit is more than any.
func (s side) bounds(was, is *spec.Field) {
	s.most("max-items", "max_items", was.MaxItems, is.MaxItems, was, is)
	s.least("min-items", "min_items", was.MinItems, is.MinItems, was, is)
	s.patterns("keys", keyed.Pattern(was.Keyed), keyed.Pattern(is.Keyed), was, is)
	if retyped(was, is) {
		return // they follow from the type
	}
	s.lengths(was, is)
	if was.Decimals != is.Decimals && was.Item().IsFraction() == is.Item().IsFraction() {
		up := was.Decimals.Set && (!is.Decimals.Set || is.Decimals.N > was.Decimals.N)
		s.on("decimals-"+upDown(up), places(was.Decimals), places(is.Decimals), was, is, "places")
	}
	if was.Min != is.Min {
		s.on("min-"+upDown(was.Min == "" || is.Min != "" && less(was.Min, is.Min)), was.Min, is.Min, was, is, "min")
	}
	if was.Max != is.Max {
		s.on("max-"+upDown(is.Max == "" || was.Max != "" && less(was.Max, is.Max)), was.Max, is.Max, was, is, "max")
	}
}

// said notes that a length which changed is only said: nothing holds a number without
// places or a time to its length.
func (s side) said(was, is *spec.Field) {
	if was.Length == is.Length || holdsLength(was) || holdsLength(is) {
		return
	}
	c := &s.changes[len(s.changes)-1]
	c.Levels.Wire = min(c.Levels.Wire, Warning)
	c.note("a number is not held to its length", "数值不按长度校验")
}

// holdsLength reports whether values of a field are held to its length.
func holdsLength(f *spec.Field) bool {
	return f.Item().IsText() || f.Item().IsFraction() && f.Decimals.Set
}

// most compares a limit of which 0 is none.
func (s side) most(part, key string, was, is int, from, to *spec.Field) {
	if was != is {
		s.on(part+"-"+upDown(is == 0 || was != 0 && is > was), number(was), number(is), from, to, key)
	}
}

// least compares a limit of which 0 is none, from below.
func (s side) least(part, key string, was, is int, from, to *spec.Field) {
	if was != is {
		s.on(part+"-"+upDown(is > was), number(was), number(is), from, to, key)
	}
}

func upDown(up bool) string {
	if up {
		return "raised"
	}
	return "lowered"
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func places(l spec.Limit) string {
	if !l.Set {
		return ""
	}
	return strconv.Itoa(l.N)
}

// enumBy compares which values another field leaves.
func (s side) enumBy(was, is *spec.Field) {
	before, after := was.EnumBy.Text(), is.EnumBy.Text()
	switch {
	case before == after:
	case before == "":
		s.on("dependence-added", "", after, was, is, "enum_by")
	case after == "":
		s.on("dependence-removed", before, "", was, is, "enum_by")
	default:
		s.situated("dependence", before, after, was, is, "enum_by", func(f *spec.Field, x situation) bool {
			e := f.Under(x.value).Enum
			return !e.Open && !e.Lists(x[own])
		})
	}
}

// less compares two decimal texts.
func less(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) < 0
}

// enum compares lists of values, one by one.
func (s side) enum(was, is *spec.Field) {
	a, b := was.Enum, is.Enum
	switch {
	case a == nil && b == nil:
		return
	case a == nil:
		c := s.add(string(s.Side)+"-enum-added", is.Path, "", strings.Join(b.Texts(), ", "), was.Pos, is.Where("enum"))
		if b.Open {
			c.Levels.Wire = Info
			c.note("other values are accepted too", "也接受其他值")
		}
		return
	case b == nil:
		s.on("enum-removed", strings.Join(a.Texts(), ", "), "", was, is, "enum")
		return
	}
	s.flag("enum-opened", "enum-closed", a.Open, b.Open, was, is, "enum")
	s.enumBy(was, is)
	open := a.Open && b.Open
	for _, v := range a.Values {
		if !b.Lists(v.Value) {
			s.listed("removed", v, open, was, is)
		}
	}
	for _, v := range b.Values {
		at := slices.IndexFunc(a.Values, func(o spec.EnumValue) bool { return o.Value == v.Value })
		if at < 0 {
			s.listed("added", v, open, was, is)
			continue
		}
		if o := a.Values[at]; o.Label != v.Label {
			c := s.add(string(s.Side)+"-enum-label-changed", is.Path, o.Value+" "+o.Label, v.Value+" "+v.Label, o.Pos, v.Pos)
			c.wording, c.of = true, v.Value
		}
	}
}

// listed notes a value that came or went.
func (s side) listed(action string, v spec.EnumValue, open bool, was, is *spec.Field) {
	text := v.Value
	before, after := text, ""
	if action == "added" {
		before, after = "", text
	}
	c := s.add(string(s.Side)+"-enum-value-"+action, is.Path, before, after, was.Where("enum"), is.Where("enum"))
	if v.Label != "" && v.Label != v.Value {
		c.note(v.Label, v.Label)
	}
	if open {
		c.Levels.Wire = Info
	}
}

// texts compares what texts look like.
func (s side) texts(was, is *spec.Field) {
	if !retyped(was, is) {
		s.looks(was, is)
	}
	s.optional("default", "default", was.Default, is.Default, was, is)
	if s.Comes() && was.Default != "" && is.Default == "" && is.IsRequired() && was.IsRequired() {
		s.changes[len(s.changes)-1].Levels.Wire = Breaking // who left it out had the default
	}
	if was.Separator != is.Separator {
		s.on("separator-changed", was.Separator, is.Separator, was, is, "separator")
	}
}

// looks compares which texts are taken.
func (s side) looks(was, is *spec.Field) {
	s.patterns("pattern", was.Pattern, is.Pattern, was, is)
	s.optional("prefix", "starts_with", was.StartsWith, is.StartsWith, was, is)
	switch {
	case was.Layout != is.Layout:
	case was.Format != is.Format || was.Format == "":
		s.optional("format", "format", format(was), format(is), was, is)
	default:
		s.situated("format", format(was), format(is), was, is, "format", func(f *spec.Field, x situation) bool { return f.Formatted(x.value) })
	}
}

// patterns compares patterns by the texts that they take.
func (s side) patterns(key, was, is string, from, to *spec.Field) {
	if was == "" || is == "" || was == is {
		s.optional(key, key, was, is, from, to)
	} else if how := pattern.Compare(was, is); how != "" {
		s.on(key+"-"+how, was, is, from, to, key)
	}
}

// format is the format of a text with the condition under which it is checked.
func format(f *spec.Field) string {
	text := f.Format
	for i, m := range f.FormatIf {
		text += []string{" if ", ", "}[min(i, 1)] + m.Text()
	}
	return text
}

// optional compares a text of which "" is none.
func (s side) optional(part, key, was, is string, from, to *spec.Field) {
	switch {
	case was == is:
	case was == "":
		s.on(part+"-added", was, is, from, to, key)
	case is == "":
		s.on(part+"-removed", was, is, from, to, key)
	default:
		s.on(part+"-changed", was, is, from, to, key)
	}
}

// sameName reports whether two names are one in a place: headers know no case.
func sameName(place, a, b string) bool { return a == b || place == "header" && strings.EqualFold(a, b) }

// facts compares the rest.
func (s side) facts(was, is *spec.Field) {
	if was.In == is.In && was.Sent != is.Sent && !sameName(was.In, was.Outer(), is.Outer()) {
		s.on("place-moved", was.In+" "+was.Outer(), is.In+" "+is.Outer(), was, is, "name")
	}
	if was.Place() != is.Place() {
		s.on("place-moved", was.Place(), is.Place(), was, is, "in")
	}
	for _, name := range was.Alias {
		if !slices.Contains(is.Alias, name) {
			s.on("alias-removed", name, "", was, is, "alias")
		}
	}
	for _, name := range is.Alias {
		if !slices.Contains(was.Alias, name) {
			s.on("alias-added", "", name, was, is, "alias")
		}
	}
	if was.Empty != is.Empty {
		s.on("clearing-changed", was.Empty, is.Empty, was, is, "empty")
	}
	if was.Unit != is.Unit {
		s.on("unit-changed", was.Unit, is.Unit, was, is, "unit")
	}
	s.flag("rounding-allowed", "rounding-forbidden", was.Rounded, is.Rounded, was, is, "rounded")
	s.flag("number-allowed", "number-forbidden", was.Digits, is.Digits, was, is, "type")
	s.flag("pii-marked", "pii-unmarked", was.PII, is.PII, was, is, "pii")
	s.flag("field-deprecated", "field-restored", was.Deprecated, is.Deprecated, was, is, "deprecated")
}
