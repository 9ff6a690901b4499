// Package problem describes the faults of a request in the words of the document: a
// broken rule, the field that broke it, and the code of the answer.
//
// A List collects every problem of one request while it is decoded and
// validated. An Error is the one refusal that reaches the caller; its cause
// stays inside and is only logged. A Catalogue turns an Error into the code and
// text of one system.
package problem

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rule names a broken rule. The list is closed; each system's errors.yaml gives the
// code for each rule.
type Rule string

// The rules of fields.
const (
	Required  Rule = "required"  // absent, null or blank
	Type      Rule = "type"      // another JSON type, or text that is no number or time
	Length    Rule = "length"    // more characters than allowed
	Enum      Rule = "enum"      // not a listed value
	Range     Rule = "range"     // below min or above max
	Format    Rule = "format"    // a format or pattern that is not met
	Condition Rule = "condition" // required by the value of another field
	Mobile    Rule = "mobile"    // no mobile number
	IDCard    Rule = "idcard"    // no identity card number
)

// The rules of messages.
const (
	Method      Rule = "method"      // an HTTP method that is not served
	JSON        Rule = "json"        // not well-formed, not UTF-8, duplicate keys, wrong outer shape
	Size        Rule = "size"        // larger than the limit
	Empty       Rule = "empty"       // no payload where fields are required
	Interface   Rule = "interface"   // unknown or unserved interface
	Auth        Rule = "auth"        // a wrong code, digest or token
	Grant       Rule = "grant"       // the app may not call it
	App         Rule = "app"         // unknown or disabled app
	Sid         Rule = "sid"         // malformed message id
	Repeated    Rule = "repeated"    // message id seen before
	NotFound    Rule = "notfound"    // no such record
	Unavailable Rule = "unavailable" // the database cannot be reached
	Internal    Rule = "internal"    // our fault
)

// Rules lists every rule, in the order above.
func Rules() []Rule {
	return []Rule{
		Required, Type, Length, Enum, Range, Format, Condition, Mobile, IDCard,
		Method, JSON, Size, Empty, Interface, Auth, Grant, App, Sid, Repeated, NotFound, Unavailable, Internal,
	}
}

// Problem is one broken rule.
type Problem struct {
	Rule  Rule
	Field string // path as the document writes it, without indexes: attachs/items/itemGUID
	At    string // path with indexes: attachs/0/items/2/itemGUID

	place []int // position in the document's order, for sorting
}

// Error is a refusal. Either Rule or Code says which.
type Error struct {
	Rule     Rule
	Code     string    // a code of the document without a rule, for example "4001"
	Field    string    // the first field at fault; empty where none is
	Problems []Problem // all of them, in the document's order; empty where no field is at fault
	cause    error
}

// New returns a refusal for a broken rule of messages.
func New(rule Rule) *Error { return &Error{Rule: rule} }

// Code returns a refusal with a code of the document.
func Code(code string) *Error { return &Error{Code: code} }

// CodeAt returns a refusal with a code of the document and the field at fault.
func CodeAt(code, field string) *Error { return &Error{Code: code, Field: field} }

// Wrap returns a refusal that keeps its cause for the log. The cause never
// reaches a caller.
func Wrap(rule Rule, cause error) *Error { return &Error{Rule: rule, cause: cause} }

// Missing returns the refusal for one absent field outside the payload.
func Missing(field string) *Error {
	return &Error{Rule: Required, Field: field, Problems: []Problem{{Rule: Required, Field: field, At: field}}}
}

// Malformed returns the refusal for one field whose text has another form.
func Malformed(field string) *Error {
	return &Error{Rule: Format, Field: field, Problems: []Problem{{Rule: Format, Field: field, At: field}}}
}

// Error names the rule or code, the field, and the cause. It is for logs and
// holds no value of the request.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(string(e.Rule), e.Code))
	if e.Field != "" {
		b.WriteString(" " + e.Field)
	}
	if n := len(e.Problems); n > 1 {
		b.WriteString(" and " + strconv.Itoa(n-1) + " more")
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// From returns err as a refusal: itself if it is one, else Internal with err as
// the cause. It returns nil for nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Wrap(Internal, err)
}

// Catalogue is the error table of one system, made by the generator.
type Catalogue struct {
	Success string          // code of success
	Rules   map[Rule]string // which code answers a rule
	Texts   map[string]string
	// Picked are the texts of rules whose code has several, where it is not the first.
	Picked map[Rule]string
	// Own are the texts that codes have in the refusals of one interface, by its cmd.
	Own map[string]map[string]string
	// MaxText is how many characters a text may have; 0 leaves them whole. A longer one
	// names its field without the parents, and is cut if it must be.
	MaxText int
}

// Resolve returns the code and the text that answer e. A %s in the text becomes
// the field's path in the document, never anything of the request.
func (c *Catalogue) Resolve(e *Error) (code, text string) { return c.ResolveOf("", e) }

// ResolveOf is Resolve for a refusal of an interface, whose codes may have texts of
// their own.
func (c *Catalogue) ResolveOf(cmd string, e *Error) (code, text string) {
	code = e.Code
	if code == "" {
		code = c.Rules[e.Rule]
	}
	if code == "" {
		code = c.Rules[Internal]
	}
	form := c.Texts[code]
	if own, ok := c.Own[cmd][code]; ok {
		form = own
	} else if picked, ok := c.Picked[e.Rule]; ok && e.Code == "" {
		form = picked
	}
	text = strings.ReplaceAll(form, "%s", e.Field)
	if c.MaxText > 0 && utf8.RuneCountInString(text) > c.MaxText {
		name := e.Field[strings.LastIndexByte(e.Field, '/')+1:]
		text = cut(strings.ReplaceAll(form, "%s", name), c.MaxText)
	}
	return code, text
}

// Knows reports whether a code is in the table, or among those of an interface.
func (c *Catalogue) Knows(cmd, code string) bool {
	_, known := c.Texts[code]
	_, own := c.Own[cmd][code]
	return known || own
}

// cut keeps the first n characters of text.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// maxProblems bounds the list: nobody fixes more at once, and one message can break
// hundreds of thousands of rules.
const maxProblems = 1000

// List collects the problems of one request. The zero List is ready to use.
type List struct {
	problems []Problem
	levels   []level
}

// level is one step down into an array or object.
type level struct {
	name  string
	place int
	index int // -1 in an object
}

// Enter goes down into the member of an array (index from 0) or, with index -1,
// into an object. place is the field's position among its siblings.
func (l *List) Enter(name string, place, index int) {
	l.levels = append(l.levels, level{name, place, index})
}

// Leave goes back up.
func (l *List) Leave() { l.levels = l.levels[:len(l.levels)-1] }

// Add records that a field broke a rule. Only the first problem of a field counts:
// an unreadable value is not validated as well.
func (l *List) Add(rule Rule, name string, place int) {
	if len(l.problems) >= maxProblems {
		return
	}
	p := l.here()
	p.Rule = rule
	p.Field += name
	p.At += name
	p.place = append(p.place, place)
	l.add(p)
}

// here is a problem with the path of the current member, each part with a slash
// after it.
func (l *List) here() Problem {
	var p Problem
	for _, v := range l.levels {
		p.Field += v.name + "/"
		p.At += v.name + "/"
		p.place = append(p.place, v.place)
		if v.index >= 0 {
			p.At += strconv.Itoa(v.index) + "/"
			p.place = append(p.place, v.index)
		}
	}
	return p
}

// add keeps a problem unless its field has one already.
func (l *List) add(p Problem) {
	for i := range l.problems {
		if l.problems[i].At == p.At {
			return
		}
	}
	l.problems = append(l.problems, p)
}

// AddHere notes that the array member or object that was entered broke a rule
// as a whole.
func (l *List) AddHere(rule Rule) {
	if len(l.problems) >= maxProblems {
		return
	}
	p := l.here()
	p.Rule = rule
	p.Field, p.At = strings.TrimSuffix(p.Field, "/"), strings.TrimSuffix(p.At, "/")
	l.add(p)
}

// Len returns how many problems were found.
func (l *List) Len() int { return len(l.problems) }

// Err returns nil without problems, else an *Error with all of them in the
// document's order; the first gives its rule and field.
func (l *List) Err() error {
	if len(l.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int { return slices.Compare(a.place, b.place) })
	first := l.problems[0]
	return &Error{Rule: first.Rule, Field: first.Field, Problems: l.problems}
}

// Reset empties the list, so that it can serve another request.
func (l *List) Reset() { l.problems, l.levels = nil, l.levels[:0] }
