package check

import (
	"math/big"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/check/parts"
)

func checkTableNames(d *checked, t *spec.Table) {
	if !snakeForm.MatchString(t.Name) {
		d.Add("JK0305", t.At("table"), "small letters, digits and _", "%q cannot name a table", t.Name)
	}
	seen := map[string]string{}
	for _, c := range t.Columns {
		if !snakeForm.MatchString(c.Name) {
			d.Add("JK0305", c.Pos, "small letters, digits and _", "%q cannot name a column", c.Name)
		} else if o := seen[spec.GoKey(c.Name)]; o != "" {
			d.Add("JK0118", c.Pos, "rename one", "%s and %s would have the same Go name", o, c.Name)
		}
		seen[spec.GoKey(c.Name)] = c.Name
	}
}

// checkExisting holds a table that is there without jiekou to what can be done with it.
func checkExisting(d *checked, t *spec.Table) {
	for _, x := range slices.Concat(t.Unique, t.Indexes) {
		if x.Name != "" && t.Existing == "" {
			d.Add("JK0318", x.At("name"), "remove it, or say existing:", "%s is made by jiekou, which names its constraints", t.Name)
		}
	}
	switch {
	case t.Existing == "":
	case t.Was != "":
		d.Add("JK0318", t.At("was"), "remove it", "jiekou does not rename %s", t.Existing)
	case t.History != nil:
		d.Add("JK0318", t.History.Pos, "keep its tasks in a table that jiekou makes", "tasks are worked on in the schema %s, and %s is elsewhere", t.System.Name, t.Existing)
	}
}

// checkRelations wants one name for each table, constraint and index: they share
// the names of the schema.
func checkRelations(d *checked) {
	seen := map[string]string{}
	one := func(name, what string, at spec.Pos) {
		if other := seen[name]; other != "" {
			d.Add("JK0314", at, "rename a table or a column, or remove one of the two", "%s and %s would both be called %s", other, what, name)
			return
		}
		seen[name] = what
	}
	for _, t := range d.Tables {
		one(t.Relation(), "the table "+t.Name, t.At("table"))
	}
	for _, t := range d.Tables {
		if t.Existing != "" {
			continue // its names are the database's own
		}
		one(t.ConstraintName(t.Key), "the key of "+t.Name, t.At("key"))
		for _, x := range t.Unique {
			if !slices.Equal(x.Columns, t.Key) {
				one(t.ConstraintName(x.Columns), "a unique set of "+t.Name, x.Pos)
				continue
			}
			d.Add("JK0314", x.Pos, "remove it: the key is unique", "the unique set is the key of %s", t.Name)
		}
		for _, x := range t.Indexes {
			one(t.IndexName(x.Columns), "an index of "+t.Name, x.Pos)
		}
	}
}

func checkColumnTypes(d *checked, t *spec.Table) {
	for _, c := range t.Columns {
		switch {
		case !slices.Contains(spec.ColumnTypes(), c.Type):
			d.Add("JK0306", c.At("type"), spec.OneOf(c.Type, spec.ColumnTypes()), "unknown column type %q", c.Type)
		case c.Length > 0 && c.Type != spec.String && c.Type != spec.Decimal:
			d.Add("JK0307", c.At("length"), "leave length out", "length is not allowed on a column of type %s", c.Type)
		case c.Has("places") && c.Type != spec.Decimal:
			d.Add("JK0307", c.At("places"), "make it a decimal", "places is not allowed on a column of type %s", c.Type)
		case c.Type == spec.Decimal && c.Decimals > c.Length:
			d.Add("JK0307", c.At("places"), "length counts the digits on both sides of the point",
				"a decimal of %d digits has no %d of them behind its point", c.Length, c.Decimals)
		case c.Type == spec.Decimal && c.Length > maxDigits:
			d.Add("JK0307", c.At("length"), "at most 1000", "a decimal of %d digits cannot be stored", c.Length)
		case c.Default != "" && !c.TakesDefault():
			d.Add("JK0309", c.At("default"), "guid is for string, now for datetime and date; else a literal of the type",
				"default %q is no %s", c.Default, c.Type)
		case c.Type == spec.String && c.Length > 0 && parts.DefaultLength(c) > c.Length:
			d.Add("JK0309", c.At("default"), "make the column longer", "default %s has %d characters, and the column holds %d", c.Default, parts.DefaultLength(c), c.Length)
		case c.Default != "" && c.Default != "guid" && c.Default != "now" && t.IsUnique([]string{c.Name}):
			d.Add("JK0309", c.At("default"), "remove the default", "no two rows have the same %s, and so only one has its default", c.Name)
		}
	}
}

const maxDigits = 1000 // of numeric with places

// checkColumnRules checks the rules of a column's values.
func checkColumnRules(d *checked, t *spec.Table) {
	for _, c := range t.Columns {
		checkColumnKeys(d, t, c)
		checkColumnEnum(d, c)
		least, ok := new(big.Rat).SetString(c.Min)
		most, ok2 := new(big.Rat).SetString(c.Max)
		if ok && ok2 && least.Cmp(most) > 0 {
			d.Add("JK0310", c.At("min"), "swap the two", "min %s is greater than max %s", c.Min, c.Max)
		}
	}
}

// checkColumnKeys finds the first rule that a column of its type cannot have.
func checkColumnKeys(d *checked, t *spec.Table, c *spec.Column) {
	wrong := func(key, hint, format string, args ...any) { d.Add("JK0310", c.At(key), hint, format, args...) }
	text, key := c.Type == spec.String, "min"
	if c.Min == "" {
		key = "max"
	}
	switch {
	case c.Enum != nil && !text && c.Type != spec.Int:
		wrong("enum", "an enum is for string and int", "enum is not allowed on a column of type %s", c.Type)
	case c.Enum != nil && c.Default != "" && !c.Enum.Lists(c.Default):
		wrong("default", spec.OneOf(c.Default, c.Enum.Texts()), "default %q is not in the enum", c.Default)
	case c.Format != "" && !text:
		wrong("format", "a format is for string", "format is not allowed on a column of type %s", c.Type)
	case c.Format != "" && !slices.Contains(spec.ColumnFormats(), c.Format):
		wrong("format", spec.OneOf(c.Format, spec.ColumnFormats()), "unknown format %q", c.Format)
	case c.Min+c.Max != "" && !c.IsNumber():
		wrong(key, "min and max are for numbers", "min and max are not allowed on a column of type %s", c.Type)
	case c.Hash && (!text || c.Length > 0):
		wrong("hash", "a hash is a string without length", "hash is not allowed on this column")
	case c.Blank && (!text || !c.Required || slices.Contains(t.Key, c.Name)):
		wrong("blank", "blank is for a required string outside the key", "blank is not allowed on this column")
	}
}

// checkColumnEnum wants whole numbers in the enum of a whole number.
func checkColumnEnum(d *checked, c *spec.Column) {
	if c.Enum == nil || c.Type != spec.Int {
		return
	}
	for _, v := range c.Enum.Values {
		if !c.Takes(v.Value) {
			d.Add("JK0310", c.At("enum"), "change the type of the column, or the enum", "enum value %q is no int", v.Value)
		}
	}
}

func checkModified(d *checked, _ *spec.Interface, st *spec.AnswerStep) {
	if st.Table == nil || st.Verb != "update" && st.Verb != "upsert" {
		return
	}
	if c := st.Table.Column("modified"); c == nil || c.Type != spec.Datetime {
		d.Add("JK0308", st.Pos, "add modified: {type: datetime, default: now, required: true} to the table",
			"%s changes table %s, which has no column modified", st.Verb, st.Table.Name)
	}
}
