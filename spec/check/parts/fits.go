package parts

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// The fixes of values and columns that do not go together.
const (
	hintRows    = "a step {insert: TABLE, each: FIELD} stores its members in rows of their own"
	hintMembers = "set: {COLUMN: FIELD/MEMBER} stores each of its members in a column of its own"
	hintJSON    = "make the column json; in where, an array picks the rows whose column has one of its values"
	hintDays    = "make its members texts with a pattern, or leave of out: an array of anything is stored whole"
	hintParts   = "it has many values, and the column one: make the column a string; in where, COLUMN: {in: FIELD} finds each"
	hintAmount  = "type: decimal(10,2) with as: text reads a number that travels as a text; or make the column a string"
	hintWhole   = "make the column a decimal, or the field an int"
	hintType    = "change the type of the column, or follow another type at the field"

	hintStep   = "a step {list: TABLE, into: FIELD} fills it, and inside of a list children: {FIELD: {list: TABLE, on: …}}"
	hintRecord = "return: {FIELD/MEMBER: COLUMN} fills each of its members"
	hintTexts  = "a step {list: TABLE, into: FIELD} fills it with a value of each row; or make its members texts and the column json"
	hintEpoch  = "follow the type epoch when it is seconds"
	hintLonger = "give it the length of what it shows: a time has 19 characters, a day 10, yes or no 5"
	hintShown  = "change the type of the column, or use a mapping or sql"
)

// class sorts types by how they are stored.
func class(t spec.Type) string {
	switch {
	case t.IsNumber():
		return "number"
	case t.IsTime():
		return "time"
	case t.IsNested():
		return "json"
	}
	return string(t)
}

// Unkept says how to fix a field that has values which a column cannot keep, or which
// it cannot be compared with where it only finds rows; "" where it can.
func Unkept(f *spec.Field, c *spec.Column, finds bool) (hint string) {
	switch f.Shape() {
	case spec.List:
		return unless(c.Type == spec.JSON && !finds && !hasCompact(f.Fields), hintRows)
	case spec.Record:
		return unless(c.Type == spec.JSON && !finds && !hasCompact(f.Fields), hintMembers)
	case spec.Raw:
		return unless(c.Type == spec.JSON && !finds, hintType)
	case spec.Scalars:
		m := f.Member()
		switch {
		case m.Shape() == spec.Day, m.IsTime() && (f.Array() != nil || finds && c.Type != spec.Datetime):
			return hintDays
		case finds:
			return Unkept(m, c, true)
		}
		return unless(c.Type == spec.JSON, hintJSON)
	}
	from, to := class(f.Type), class(c.Type)
	switch {
	case f.IsFraction() && c.Type == spec.Int && !finds && (!f.Decimals.Set || f.Decimals.N != 0):
		return hintWhole
	case from == to, to == "string":
		return ""
	case from == "string" && to == "number" && f.IsClosed() && f.Separator == "" && !slices.ContainsFunc(f.Enum.Texts(), func(v string) bool { return !c.Type.Takes(v) }):
		return ""
	case f.Separator != "" && to == "number":
		return hintParts
	case from == "string" && c.Type == spec.Decimal:
		return hintAmount
	}
	return hintType
}

// Unshown says how to fix a field that a column cannot fill; "" where it can.
func Unshown(f *spec.Field, c *spec.Column) (hint string) {
	from, to := class(c.Type), class(f.Type)
	switch f.Shape() {
	case spec.List:
		return unless(c.Type == spec.JSON && f.Replied && !hasCompact(f.Fields), hintStep)
	case spec.Record:
		return unless(c.Type == spec.JSON && f.Replied && !hasCompact(f.Fields), hintRecord)
	case spec.Scalars:
		return unless(c.Type == spec.JSON && f.HoldsTexts(), hintTexts)
	case spec.Raw:
		return unless(c.Type == spec.JSON, hintShown)
	}
	switch {
	case to == "string" && f.Length > 0 && f.Length < shownLength(c):
		return hintLonger
	case from == to, to == "string" && from != "json", from == "bool" && to == "number", c.Type == spec.Int && to == "bool":
		return ""
	case from == "time" && to == "number":
		return hintEpoch
	}
	return hintShown
}

// Apart finds what objects that fill a column, and those that show it, have of different
// types; nil where all of it is read as it was written.
func Apart(filled, shown *spec.Field) (one, other *spec.Field) {
	if filled.Shape() != shown.Shape() && (filled.Shape() != spec.Whole || shown.Shape() != spec.Fraction) {
		return filled, shown
	}
	if filled.Shape() == spec.Scalars {
		if one, _ = Apart(filled.Member(), shown.Member()); one != nil {
			return filled, shown
		}
	}
	for _, f := range shown.Fields {
		if own := filled.Fields.Called(f.Name); own != nil {
			if one, other = Apart(own, f); one != nil {
				return one, other
			}
		}
	}
	return nil, nil
}

// hasCompact says whether objects have times that are 14 digits: such a time is read in no
// other form, and times that a json column keeps have one form.
func hasCompact(list spec.Fields) bool {
	for f := range list.All() {
		if f.IsTime() && f.Layout == "compact" {
			return true
		}
	}
	return false
}

// shownLength is how many characters a time, a day or a truth has as a text; 0 for others.
func shownLength(c *spec.Column) int {
	if c.Type.IsNumber() {
		return 0
	}
	return longestOther(&spec.Field{Rules: spec.Rules{Type: c.Type}})
}

// unless is a hint where something does not hold.
func unless(holds bool, hint string) string {
	if holds {
		return ""
	}
	return hint
}
