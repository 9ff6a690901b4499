package unseen

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// cutTo is how much of a text is left by the faults that cut it.
const cutTo = 3

var (
	ofColumn   = regexp.MustCompile(`^(?:\w+\()*(left\()?(\w+)\.(\w+)(?:::text)?[,) ]`)
	ofArgument = regexp.MustCompile(`^(?:\w+\()*\$(\d+)::`)
	digits     = regexp.MustCompile(`\d+`)
)

// number is the first number of a text; 0: it has none.
func number(s string) int {
	n, _ := strconv.Atoi(digits.FindString(s))
	return n
}

// domain is which values a column may have in some row.
type domain struct {
	null, blank bool
	longest     int // characters of the longest text; 0: not known
}

// domainOf is that of a column: files of rows have no "" but where the column may be blank, and
// what interfaces write is known from their answers.
func domainOf(t *spec.Table, c *spec.Column) domain {
	d := domain{null: !c.Required && !slices.Contains(t.Key, c.Name), blank: c.Required && c.Blank, longest: c.Length}
	if c.Enum != nil {
		d.longest = longest(c.Enum)
	}
	if c.Type != spec.String {
		d.longest = 0
	}
	for _, i := range t.System.Interfaces {
		if i.Answer == nil {
			continue
		}
		if i.Answer.Handler {
			return domain{null: d.null, blank: true} // it may write anything
		}
		for _, st := range i.Answer.Steps {
			if st.Table == t && st.Writes() {
				d.add(st.Filled(c.Name), c, i)
			}
		}
	}
	return d
}

// add adds what an assignment may write.
func (d *domain) add(a *spec.Assign, c *spec.Column, i *spec.Interface) {
	most := func(n int) {
		if d.longest > 0 && n > 0 {
			d.longest = max(d.longest, n)
		} else {
			d.longest = 0
		}
	}
	switch {
	case a == nil || a.Now || a.Hash != nil:
	case a.Value != nil:
		d.blank = d.blank || *a.Value == ""
		most(max(1, utf8.RuneCountInString(*a.Value)))
	case a.Map != nil:
		for _, v := range append(slices.Clone(a.Map.Values), spec.Pair{Value: a.Map.Else}) {
			d.blank = d.blank || v.Value == "" && v.Name != ""
			most(max(1, utf8.RuneCountInString(v.Value)))
		}
	case a.Field != nil:
		f := a.Field
		d.blank = d.blank || c.Required && f.Shape() == spec.Text && (!f.IsRequired() || f.Blank)
		if f.IsClosed() && f.Enum != nil && f.Separator == "" {
			most(longest(f.Enum))
		} else {
			most(f.Length)
		}
	case strings.TrimPrefix(a.SQL, "t.") == c.Name: // it stays as it is
	default: // SQL, the column of another step, the app
		d.blank, d.longest = d.blank || c.Type == spec.String && !given(a.SQL, i), 0
	}
}

// simple is SQL that is a function of a field, which is "" for "" alone.
var simple = regexp.MustCompile(`^(?:upper|lower)\(:(\w+)\)$`)

// given reports whether SQL is such a function of a field that is never "".
func given(sql string, i *spec.Interface) bool {
	m := simple.FindStringSubmatch(sql)
	if m == nil {
		return false
	}
	f := i.Request.Named(m[1])
	return f != nil && f.IsRequired() && !f.Blank
}

// longest is how many characters the longest value of a list has.
func longest(e *spec.Enum) (n int) {
	for _, v := range e.Values {
		n = max(n, utf8.RuneCountInString(v.Value))
	}
	return n
}
