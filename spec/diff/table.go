package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/near"
)

// tables compares what is stored. The path of a change is "table", or "table.column".
func (d *differ) tables(before, after *spec.System) {
	heirs := spec.Heirs(tableNames(before), tableNames(after))
	d.misnamed(tableNames(before), tableNames(after), func(name string) spec.Pos { return after.Table(name).At("was") })
	taken := map[*spec.Table]bool{}
	for _, was := range before.Tables {
		is := after.Table(heirs[was.Name])
		if is == nil {
			d.add("table-removed", was.Name, "", "", was.Pos, after.Pos)
			continue
		}
		taken[is] = true
		d.value("table-renamed", is.Name, was.Name, is.Name, was.Pos, is.At("was"))
		d.value("table-existing-changed", is.Name, was.Existing, is.Existing, was.At("existing"), is.At("existing"))
		d.history(was, is)
		d.columns(was, is)
		if !slices.Equal(carried(was, is, was.Key), is.Key) {
			d.add("key-changed", was.Name, strings.Join(was.Key, ", "), strings.Join(is.Key, ", "), was.At("key"), is.At("key"))
		}
		d.indexes("unique", was, is, was.Unique, is.Unique)
		d.indexes("index", was, is, was.Indexes, is.Indexes)
	}
	for _, is := range after.Tables {
		if !taken[is] {
			d.add("table-added", is.Name, "", "", before.Pos, is.Pos)
		}
	}
}

func tableNames(s *spec.System) (out []spec.Named) {
	for _, t := range s.Tables {
		out = append(out, spec.Named{Name: t.Name, Was: t.Was})
	}
	return out
}

// columnHeirs says what the columns of a table are called in the later revision.
func columnHeirs(was, is *spec.Table) map[string]string {
	return spec.Heirs(columnNames(was), columnNames(is))
}

func columnNames(t *spec.Table) (out []spec.Named) {
	for _, c := range t.Columns {
		out = append(out, spec.Named{Name: c.Name, Was: c.Was})
	}
	return out
}

// carried are columns of a table by the names that they have in the later revision.
func carried(was, is *spec.Table, columns []string) (out []string) {
	heirs := columnHeirs(was, is)
	for _, name := range columns {
		out = append(out, cmp.Or(heirs[name], name))
	}
	return out
}

// columns compares the columns of a table.
func (d *differ) columns(was, is *spec.Table) {
	heirs := columnHeirs(was, is)
	d.misnamed(columnNames(was), columnNames(is), func(name string) spec.Pos { return is.Column(name).At("was") })
	taken := map[*spec.Column]bool{}
	for _, c := range was.Columns {
		if now := is.Column(heirs[c.Name]); now != nil {
			taken[now] = true
			d.value("column-renamed", is.Name+"."+now.Name, c.Name, now.Name, c.Pos, now.At("was"))
			d.column(is.Name+"."+now.Name, c, now)
		}
	}
	for _, c := range was.Columns {
		if heirs[c.Name] == "" {
			gone := d.add("column-removed"+demanded(c), was.Name+"."+c.Name, columnType(c), "", c.Pos, is.Pos)
			if like := likelyColumn(c, is.Columns, taken); like != nil {
				gone.note(perhaps(like.Name, c.Name))
			}
		}
	}
	for _, c := range is.Columns {
		if !taken[c] {
			d.add("column-added"+demanded(c), is.Name+"."+c.Name, "", columnType(c), was.Pos, c.Pos)
		}
	}
}

// likelyColumn is the new column that one that is gone probably is.
func likelyColumn(c *spec.Column, among []*spec.Column, taken map[*spec.Column]bool) *spec.Column {
	for _, n := range among {
		if !taken[n] && n.Type == c.Type && (n.Label != "" && n.Label == c.Label || near.Names(n.Name, c.Name)) {
			return n
		}
	}
	return nil
}

func demanded(c *spec.Column) string {
	if c.Required && c.Default == "" {
		return "-required"
	}
	return ""
}

func columnType(c *spec.Column) string {
	switch {
	case c.Type == spec.Decimal && c.Length > 0:
		return fmt.Sprintf("%s(%d,%d)", c.Type, c.Length, c.Decimals)
	case c.Length > 0:
		return fmt.Sprintf("%s(%d)", c.Type, c.Length)
	}
	return string(c.Type)
}

// column compares a column with itself as it was.
func (d *differ) column(path string, was, is *spec.Column) {
	if was.Type != is.Type {
		rule := "column-type-changed"
		if w := wideColumn(was.Type, is.Type); w != "" {
			rule = "column-type-" + w
		}
		d.add(rule, path, columnType(was), columnType(is), was.At("type"), is.At("type"))
	} else if was.Length != is.Length {
		d.add("column-length-"+upDown(is.Length == 0 || was.Length != 0 && is.Length > was.Length), path, columnType(was), columnType(is),
			was.At("length"), is.At("length"))
	}
	if was.Type == is.Type && was.Decimals != is.Decimals {
		d.add("column-decimals-"+upDown(is.Decimals > was.Decimals), path, columnType(was), columnType(is), was.At("type"), is.At("type"))
	}
	switch {
	case is.Required && !was.Required:
		d.add("column-required-demanded", path, "", "", was.At("required"), is.At("required"))
	case was.Required && !is.Required:
		d.add("column-required-waived", path, "", "", was.At("required"), is.At("required"))
	}
	switch {
	case is.Hash && !was.Hash:
		d.add("column-hashed", path, "", "", was.At("hash"), is.At("hash"))
	case was.Hash && !is.Hash:
		d.add("column-unhashed", path, "", "", was.At("hash"), is.At("hash"))
	}
	switch {
	case is.PII && !was.PII:
		d.add("column-pii-marked", path, "", "", was.At("pii"), is.At("pii"))
	case was.PII && !is.PII:
		d.add("column-pii-unmarked", path, "", "", was.At("pii"), is.At("pii"))
	}
	d.value("column-default-changed", path, was.Default, is.Default, was.At("default"), is.At("default"))
	d.columnEnum(path, was, is)
	rules := func(c *spec.Column) string { return fmt.Sprint(c.Format, " ", c.Min, " ", c.Max, " ", c.Blank) }
	d.value("column-rules-changed", path, rules(was), rules(is), was.Pos, is.Pos)
}

// wideColumn says whether values of one type of columns are values of another.
func wideColumn(was, is spec.Type) string {
	order := []spec.Type{spec.Int, spec.Decimal, spec.Number}
	a, b := slices.Index(order, was), slices.Index(order, is)
	switch {
	case a < 0 || b < 0:
		return ""
	case a < b:
		return "widened"
	}
	return "narrowed"
}

// columnEnum compares the values that a column takes.
func (d *differ) columnEnum(path string, was, is *spec.Column) {
	var before, after []string
	if was.Enum != nil {
		before = was.Enum.Texts()
	}
	if is.Enum != nil {
		after = is.Enum.Texts()
	}
	for _, v := range before {
		if is.Enum != nil && !slices.Contains(after, v) {
			d.add("column-enum-value-removed", path, v, "", was.At("enum"), is.At("enum"))
		}
	}
	for _, v := range after {
		if was.Enum != nil && !slices.Contains(before, v) {
			d.add("column-enum-value-added", path, "", v, was.At("enum"), is.At("enum"))
		}
	}
	if (was.Enum == nil) != (is.Enum == nil) {
		d.add("column-rules-changed", path, strings.Join(before, ", "), strings.Join(after, ", "), was.At("enum"), is.At("enum"))
	}
}

// indexes compares sets of columns.
func (d *differ) indexes(what string, was, is *spec.Table, before, after []*spec.Index) {
	taken := map[*spec.Index]bool{}
	for _, x := range before {
		now := carried(was, is, x.Columns)
		at := slices.IndexFunc(after, func(o *spec.Index) bool { return slices.Equal(o.Columns, now) })
		if at < 0 {
			d.add(what+"-removed", was.Name, strings.Join(x.Columns, ", "), "", x.Pos, is.Pos)
			continue
		}
		taken[after[at]] = true
		d.value("constraint-renamed", was.Name, x.Name, after[at].Name, x.Pos, after[at].Pos)
	}
	for _, x := range after {
		if !taken[x] {
			d.add(what+"-added", was.Name, "", strings.Join(x.Columns, ", "), was.Pos, x.Pos)
		}
	}
}
