// Package stock makes rows that tell servers apart: no two columns of a row are alike, and no
// two rows. A row may have nothing but what it must have, zeros, the longest texts, times
// around midnight of the system's zone, and each value of each list.
package stock

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// Kind is what a row has in the columns that nothing else decides.
type Kind int

// The kinds of rows.
const (
	Full  Kind = iota // a value in each column
	Bare              // NULL wherever it may be
	Zeros             // numbers are 0, texts are as long as they may be
)

// KindOf is the kind of the nth row of a list.
func KindOf(n int) Kind {
	switch n {
	case 1:
		return Bare
	case 2:
		return Zeros
	}
	return Full
}

// Table makes the rows of a table. What its columns take is found once: all that show or fill them
// have a say in it.
type Table struct {
	of      *spec.Table
	known   *sample.Table
	columns []column
}

// column is a column with the rules of what shows it.
type column struct {
	*spec.Column
	mapped  []string // values that replies write otherwise
	choices int      // how many values it has to choose from; 0: it has no such list
}

// Of is what makes the rows of a table.
func Of(t *spec.Table) *Table {
	out := &Table{of: t, known: sample.Of(t)}
	for _, own := range t.Columns {
		c := column{Column: out.known.Narrowed(own.Name)}
		c.mapped = mapped(t, c.Column)
		switch {
		case c.Enum != nil:
			c.choices = len(c.Enum.Values)
		case c.Type == spec.Bool:
			c.choices = 2
		default:
			c.choices = len(mapped(t, own))
		}
		out.columns = append(out.columns, c)
	}
	return out
}

// Value is the value of a column of the row that a name stands for: always the same, and in a key
// or a unique index like that of no other row.
func (t *Table) Value(column, name string) string {
	return t.known.Value(column, name, Unlike(t.of, column))
}

// Fresh is the value of a column that no other row has.
func (t *Table) Fresh(column, name string) string { return t.known.Value(column, name, true) }

// Row completes a row: values has what is decided, by column. name tells the rows of a table
// apart, and n counts them.
func (t *Table) Row(values map[string]string, kind Kind, name string, n int) map[string]string {
	out := map[string]string{}
	for place, c := range t.columns {
		if v, ok := values[c.Name]; ok {
			out[c.Name] = v
			continue
		}
		if v := t.value(place, kind, name, n); v != "" {
			out[c.Name] = v
		}
	}
	return out
}

// value is what the column at a place has in a row; "" is NULL.
func (t *Table) value(place int, kind Kind, name string, n int) string {
	one := t.columns[place]
	c, own := one.Column, Unlike(t.of, one.Name)
	must := c.Required || slices.Contains(t.of.Key, c.Name)
	seed := sample.Seed(t.of.System.Name, t.of.Name, c.Name, name)
	switch {
	case c.Name == "created" && c.Type == spec.Datetime:
		return moment(n, 0)
	case c.Name == "modified" && c.Type == spec.Datetime:
		return moment(n, 1)
	case c.Hash:
		return ""
	case kind == Bare && (!must || c.Blank && !own):
		return "" // of a column that may be blank it is no NULL
	case own && c.Enum == nil:
		return t.known.Value(c.Name, name, true)
	case c.Enum != nil:
		return c.Enum.Values[t.turn(place, n)].Value
	case len(one.mapped) > 0:
		return one.mapped[t.turn(place, n)]
	}
	switch c.Type {
	case spec.Int:
		return whole(c, kind, seed)
	case spec.Number, spec.Decimal:
		return fraction(c, kind, seed)
	case spec.Bool:
		return strconv.FormatBool(kind != Zeros && t.turn(place, n) == 0)
	case spec.Datetime:
		return moment(n, place)
	case spec.Date:
		return time.Date(2026, time.Month(1+(n+place)%12), 1+int(seed%28), 0, 0, 0, 0, time.UTC).Format("2006-01-02")
	case spec.JSON:
		return t.jsonOf(c, seed)
	}
	return t.textOf(c, kind, name)
}

// mapped are the values of a column without a list that replies and notifications write
// otherwise, each in a way of its own.
func mapped(t *spec.Table, c *spec.Column) (out []string) {
	if Unlike(t, c.Name) || c.Type != spec.Int && c.Type != spec.String || c.Format != "" || c.Min+c.Max != "" {
		return nil
	}
	put := func(text string) {
		_, err := strconv.Atoi(text)
		fits := text != "" && (c.Length == 0 || len([]rune(text)) <= c.Length)
		if fits && (c.Type == spec.String || err == nil) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	add := func(list []*spec.Assign) {
		for _, a := range list {
			if a.Map == nil || a.Column != c.Name || a.Step != "" && a.Step != t.Name {
				continue
			}
			for _, pair := range a.Map.Values {
				put(pair.Name)
			}
			if a.Map.Else != "" { // and one that it does not list
				put([]string{"88", "9Z"}[map[bool]int{true: 1}[c.Type == spec.String]])
			}
		}
	}
	for _, i := range t.Users {
		if i.Row == t {
			add(i.Fill)
		}
		if i.Answer == nil {
			continue
		}
		for _, st := range i.Answer.Steps {
			if st.Table == t {
				add(st.Return)
				add(i.Answer.Return)
			}
			addOf(st.Children, t, add)
		}
	}
	return out
}

// addOf adds what nested arrays make of the rows of a table.
func addOf(children []*spec.Child, t *spec.Table, add func([]*spec.Assign)) {
	for _, c := range children {
		if c.Table == t {
			add(c.Return)
		}
		addOf(c.Children, t, add)
	}
}

// alike counts the columns that have as many values to choose from as the one at a place; at is
// the place of that one among them. places is how many digits their places have, in a system of
// as many digits as there are values.
func (t *Table) alike(place int) (at, places int) {
	count, many := 0, t.columns[place].choices
	for n, o := range t.columns {
		if n == place {
			at = count
		}
		if o.choices == many {
			count++
		}
	}
	places = 1
	for most := max(2, many); most < count; most *= max(2, many) {
		places++
	}
	return at, places
}

// turn is which value of its list the column at a place has in the nth row: each in turn, and of
// two columns with as many values not the same one in all of the first rows.
func (t *Table) turn(place, n int) int {
	at, places := t.alike(place)
	many := t.columns[place].choices
	for range n % places {
		at /= many
	}
	return (n/places + at) % many
}

// Turns is after how many rows each column had each value of its list.
func (t *Table) Turns() int {
	most := 1
	for place, c := range t.columns {
		if c.choices > 0 {
			_, places := t.alike(place)
			most = max(most, places*c.choices)
		}
	}
	return most
}

// moment is a time of a row: before midnight in one, after it in the next, in whole
// seconds, and later the greater n is. No two columns have the same.
func moment(n, place int) string {
	day := time.Date(2026, 2, 1+n, 23, 30, place%60, 0, time.UTC)
	if n%2 == 1 {
		day = time.Date(2026, 2, 1+n, 0, 30, place%60, 0, time.UTC)
	}
	return day.Format("2006-01-02 15:04:05")
}

// whole is a whole number within the bounds of a column.
func whole(c *spec.Column, kind Kind, seed uint64) string {
	low, err := strconv.ParseInt(c.Min, 10, 64)
	if err != nil {
		low = 0
	}
	high, err := strconv.ParseInt(c.Max, 10, 64)
	if err != nil {
		high = low + 89
	}
	if kind == Zeros {
		return strconv.FormatInt(low, 10)
	}
	return strconv.FormatInt(low+1+int64(seed%uint64(max(1, min(high-low, 89)))), 10)
}

// fraction is a number with places within the bounds of a column.
func fraction(c *spec.Column, kind Kind, seed uint64) string {
	places := c.Decimals
	if c.Type == spec.Number {
		places = 2
	}
	low, ok := new(big.Rat).SetString(c.Min)
	if !ok {
		low = new(big.Rat)
	}
	if kind == Zeros {
		return low.FloatString(places)
	}
	add := new(big.Rat).SetFrac64(int64(seed%900+100), 10)
	for range places - 1 {
		add.Quo(add, big.NewRat(10, 1))
		add.Add(add, big.NewRat(int64(seed%7+1), 1))
	}
	if c.Type == spec.Decimal && c.Length > 0 { // there is less room in front of the point
		most := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(0, c.Length-places))), nil))
		for add.Cmp(most) >= 0 {
			add.Quo(add, big.NewRat(10, 1))
		}
	}
	out := new(big.Rat).Add(low, add)
	if high, ok := new(big.Rat).SetString(c.Max); ok && out.Cmp(high) > 0 {
		out = high
	}
	return out.FloatString(places)
}

// textOf is a text that no other column and no other row has.
func (t *Table) textOf(c *spec.Column, kind Kind, name string) string {
	switch {
	case c.Format == "mobile" || strings.Contains(c.Name, "mobile"), c.Format == "idcard" || c.Name == "cert_num",
		c.Format == "email", strings.HasSuffix(c.Name, "guid"), strings.HasSuffix(c.Name, "_id"):
		return t.known.Value(c.Name, name, true)
	}
	mark := strings.ToUpper(strconv.FormatUint(sample.Seed(t.of.Name, c.Name, name)%1_679_616, 36))
	label := c.Label
	if label == "" {
		label = c.Name
	}
	if c.Length > 0 && c.Length <= len(mark) {
		return mark[:c.Length]
	}
	if kind == Zeros && c.Length > 0 && c.Length <= 2000 {
		return sample.Long(mark+label, c.Length, '厦')
	}
	if c.Length > 0 {
		label = sample.Cut(label, c.Length-len(mark))
	}
	return label + mark
}
