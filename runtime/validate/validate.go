// Package validate validates the values of decoded messages.
//
// Generated Check methods call a Checker, one line per rule, on the request path.
// Structs validates the same rules, generated as struct tags, with
// go-playground/validator, for programs that hold the structs. Schema opens the
// generated JSON Schemas for everybody else. The three agree.
package validate

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Space is the set of characters that a required text may not consist of alone:
// white space of ASCII, the no-break space and the ideographic space.
const Space = "\t\n\v\f\r \u00a0\u3000"

// Checker adds the broken rules of one object to a list. Its methods take the
// field's name in the document.
type Checker struct {
	List  *problem.List
	Names []string // the object's fields, in the document's order
}

// add notes a broken rule.
func (c *Checker) add(rule problem.Rule, name string) {
	if name == "" { // the member of an array that was entered
		c.List.AddHere(rule)
		return
	}
	c.List.Add(rule, name, slices.Index(c.Names, name))
}

// Blank reports whether a text counts as absent where it is required.
func Blank(s string) bool { return strings.Trim(s, Space) == "" }

// Required demands a text that is not blank.
func (c *Checker) Required(name, s string) {
	if Blank(s) {
		c.add(problem.Required, name)
	}
}

// RequiredParts demands a text with a part between separators that is not blank.
func (c *Checker) RequiredParts(name, s, separator string) {
	if !hasPart(s, separator) {
		c.add(problem.Required, name)
	}
}

// hasPart reports whether some part of s is not blank.
func hasPart(s, separator string) bool {
	for part := range strings.SplitSeq(s, separator) {
		if !Blank(part) {
			return true
		}
	}
	return false
}

// Present demands a value that was sent; set says whether it was.
func (c *Checker) Present(name string, set bool) {
	if !set {
		c.add(problem.Required, name)
	}
}

// Needed demands a text under a condition that held. As in the conditions
// themselves, only "" is absent.
func (c *Checker) Needed(name, s string) {
	if s == "" {
		c.add(problem.Condition, name)
	}
}

// NeededPresent is Present under a condition that held.
func (c *Checker) NeededPresent(name string, set bool) {
	if !set {
		c.add(problem.Condition, name)
	}
}

// Absent demands a value that was not sent, under a condition that held; set says
// whether it was.
func (c *Checker) Absent(name string, set bool) {
	if set {
		c.add(problem.Condition, name)
	}
}

// MaxChars allows a text at most n characters. It is called for almost every field,
// and a copy of it in each place costs the compiler more than the call costs us.
//
//go:noinline
func (c *Checker) MaxChars(name, s string, n int) {
	if len(s) > n && utf8.RuneCountInString(s) > n {
		c.add(problem.Length, name)
	}
}

// MinChars allows a text that is "" or has at least n characters.
func (c *Checker) MinChars(name, s string, n int) {
	if s != "" && utf8.RuneCountInString(s) < n {
		c.add(problem.Length, name)
	}
}

// MaxBytes allows a text at most n bytes of UTF-8.
func (c *Checker) MaxBytes(name, s string, n int) {
	if len(s) > n {
		c.add(problem.Length, name)
	}
}

// MinBytes allows a text that is "" or has at least n bytes of UTF-8.
func (c *Checker) MinBytes(name, s string, n int) {
	if s != "" && len(s) < n {
		c.add(problem.Length, name)
	}
}

// MaxGBK allows a text at most n bytes of GBK, as GBK counts them.
func (c *Checker) MaxGBK(name, s string, n int) {
	if GBK(s) > n {
		c.add(problem.Length, name)
	}
}

// MinGBK allows a text that is "" or has at least n bytes of GBK.
func (c *Checker) MinGBK(name, s string, n int) {
	if s != "" && GBK(s) < n {
		c.add(problem.Length, name)
	}
}

// GBK is how many bytes a text has in GBK: one for each ASCII character, two for another
// one, four for one beyond U+FFFF, which only GB 18030 has.
func GBK(s string) (n int) {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			n++
		case r < 0x10000:
			n += 2
		default:
			n += 4
		}
	}
	return n
}

// Items allows an array that has no members, or at least and at most so many; 0 is no bound.
func (c *Checker) Items(name string, n, least, most int) {
	if n > 0 && !within(n, least, most) {
		c.add(problem.Length, name)
	}
}

func within(n, least, most int) bool { return n >= least && (most == 0 || n <= most) }

// OneOf allows a text that is "" or one of values.
func (c *Checker) OneOf(name, s string, values ...string) {
	if s != "" && !slices.Contains(values, s) {
		c.add(problem.Enum, name)
	}
}

// EachOf allows a text whose parts between separators are all among values;
// white space around parts, and empty parts, do not matter.
func (c *Checker) EachOf(name, s, separator string, values ...string) {
	if !partsAmong(s, separator, values) {
		c.add(problem.Enum, name)
	}
}

// partsAmong reports whether all parts of s that are not empty are among values.
func partsAmong(s, separator string, values []string) bool {
	for part := range strings.SplitSeq(s, separator) {
		if part = strings.Trim(part, Space); part != "" && !slices.Contains(values, part) {
			return false
		}
	}
	return true
}

// IntOneOf allows a number that is absent or one of values.
func (c *Checker) IntOneOf(name string, i wire.Int, values ...int64) {
	if i.Set && !slices.Contains(values, i.Value) {
		c.add(problem.Enum, name)
	}
}

// Min demands a number that is absent or at least n.
func (c *Checker) Min(name string, i wire.Int, n int64) {
	if i.Set && i.Value < n {
		c.add(problem.Range, name)
	}
}

// Max demands a number that is absent or at most n.
func (c *Checker) Max(name string, i wire.Int, n int64) {
	if i.Set && i.Value > n {
		c.add(problem.Range, name)
	}
}

// DecimalMin demands a number that is absent or at least n, a decimal text.
func (c *Checker) DecimalMin(name string, d wire.Decimal, n string) {
	if order := compare(d.Value, n); d.Set && (order < 0 || order == 2) {
		c.add(problem.Range, name)
	}
}

// DecimalMax demands a number that is absent or at most n, a decimal text.
func (c *Checker) DecimalMax(name string, d wire.Decimal, n string) {
	if d.Set && compare(d.Value, n) > 0 {
		c.add(problem.Range, name)
	}
}

// Places allows a number that is absent or has at most so many digits in front of its
// point and behind it, however it is written: 1.500 has one digit behind the point.
func (c *Checker) Places(name string, d wire.Decimal, whole, places int) {
	if d.Set && !FitsDigits(d.Value, whole, places) {
		c.add(problem.Length, name)
	}
}

// PlacesRounded is Places for a number that is rounded, half away from zero: only the
// digits in front of its point may be too many.
func (c *Checker) PlacesRounded(name string, d wire.Decimal, whole, places int) {
	if d.Set && !fitsRounded(d.Value, whole, places) {
		c.add(problem.Length, name)
	}
}

// fitsRounded reports whether a number has so many digits in front of its point when it
// is rounded.
func fitsRounded(text string, whole, places int) bool {
	r, ok := rational(text)
	return ok && FitsDigits(r.FloatString(places), whole, places)
}

// FitsDigits reports whether a text is a number with at most so many digits in front of
// its point and behind it, zeros at the end not counted.
func FitsDigits(text string, whole, places int) bool {
	r, ok := rational(text)
	if !ok {
		return false
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(whole)), nil)
	if new(big.Rat).Abs(r).Cmp(new(big.Rat).SetInt(limit)) >= 0 {
		return false
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	return r.Mul(r, new(big.Rat).SetInt(scale)).IsInt()
}

// Compares reports whether a number was sent and is before, after or equal to n, a
// decimal text: the operator is one of < <= == >= >.
func Compares(d wire.Decimal, operator, n string) bool {
	return d.Set && compares(d.Value, operator, n)
}

// compares holds two decimal texts against an operator.
func compares(a, operator, b string) bool {
	order := compare(a, b)
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order == 1
	case ">=":
		return order == 0 || order == 1
	}
	return order == 0
}

// compare orders two decimal texts. The decoder takes no huge exponents; a text
// with one, from elsewhere, is beyond every bound.
func compare(a, b string) int {
	x, ok := rational(a)
	if !ok {
		return 2
	}
	y, ok := rational(b)
	if !ok {
		return 2
	}
	return x.Cmp(y)
}

// rational reads a number whose exponent is within reason.
func rational(s string) (*big.Rat, bool) {
	if _, exponent, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if n, err := strconv.Atoi(exponent); err != nil || n > 1000 || n < -1000 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(s)
}

// Mobile demands a text that is "" or a mobile number of mainland China.
func (c *Checker) Mobile(name, s string) {
	if s != "" && !IsMobile(s) {
		c.add(problem.Mobile, name)
	}
}

// IDCard demands a text that is "" or an identity card number.
func (c *Checker) IDCard(name, s string) {
	if s != "" && !IsIDCard(s) {
		c.add(problem.IDCard, name)
	}
}

// Email demands a text that is "" or looks like a mail address.
func (c *Checker) Email(name, s string) {
	if s != "" && !IsEmail(s) {
		c.add(problem.Format, name)
	}
}

// Pattern demands a text that is "" or meets a test; the generated code passes
// the result of matching its pattern.
func (c *Checker) Pattern(name string, ok bool) {
	if !ok {
		c.add(problem.Format, name)
	}
}

// StartsWith demands a text that is "" or begins with another; every text begins
// with "".
func (c Checker) StartsWith(name, s, begin string) {
	if s != "" && !strings.HasPrefix(s, begin) {
		c.add(problem.Format, name)
	}
}

// PatternBehind demands a text that is "" or whose rest after begin matches, if
// begin is not empty: without begin the rest is unknown.
func (c Checker) PatternBehind(name, s, begin string, pattern *regexp.Regexp) {
	if s != "" && begin != "" && !pattern.MatchString(Behind(begin, s)) {
		c.add(problem.Format, name)
	}
}

// Behind is the rest of s after begin, or s if s does not begin with it.
func Behind(begin, s string) string { return strings.TrimPrefix(s, begin) }

// Enter goes down into member index of the array field called name, or into an
// object with index -1; Leave comes back.
func (c *Checker) Enter(name string, index int) {
	c.List.Enter(name, slices.Index(c.Names, name), index)
}

// Leave comes back up.
func (c *Checker) Leave() { c.List.Leave() }

// Checked is a generated request.
type Checked interface {
	Check(list *problem.List)
}

// Struct returns nil or an *problem.Error with every rule of the document that a
// generated request breaks, in the document's order.
func Struct(q Checked) error {
	var list problem.List
	q.Check(&list)
	return list.Err()
}
