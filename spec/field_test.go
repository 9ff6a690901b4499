package spec

import (
	"slices"
	"testing"
)

// table is a table of parameters: an order with lines, each with a product.
func table() Fields {
	product := &Field{Name: "product", Path: "lines/product", DocPath: "line/goods", Rules: Rules{Type: Object}}
	product.Fields = Fields{{Name: "no", Path: "lines/product/no", DocPath: "line/goods/no", Parent: product}}
	count := &Field{Name: "count", Path: "lines/count", DocPath: "line/count", Alias: []string{"no"}}
	lines := &Field{Name: "lines", Path: "lines", DocPath: "line", Alias: []string{"rows"}, Rules: Rules{Type: Array}}
	lines.Fields = Fields{product, count}
	product.Parent, count.Parent = lines, lines
	return Fields{{Name: "no", Path: "no", DocPath: "orderNo", Alias: []string{"number"}}, lines}
}

// TestFinders says what each way of naming a field means.
func TestFinders(t *testing.T) {
	t.Parallel()
	fields := table()
	lines := fields.Named("lines").Fields
	for _, c := range []struct {
		how  string
		find func(string) *Field
		name string
		want string // path; empty: nothing
	}{
		{"Named", fields.Named, "no", "no"},
		{"Named", fields.Named, "number", ""},
		{"Named", fields.Named, "lines/count", ""},
		{"Called", fields.Called, "number", "no"},
		{"Called", lines.Called, "no", "lines/count"},
		{"Called", fields.Called, "count", ""},
		{"At", fields.At, "no", "no"},
		{"At", fields.At, "lines/product/no", "lines/product/no"},
		{"At", fields.At, "rows/count", ""},
		{"At", fields.At, "lines/product/no/more", ""},
		{"At, from a member on", lines.At, "product/no", "lines/product/no"},
		{"Reach", fields.Reach, "rows/no", "lines/count"},
		{"Reach", fields.Reach, "lines/product/no", "lines/product/no"},
		{"Reach", fields.Reach, "rows/none", ""},
		{"Find", fields.Find, "orderNo", "no"},
		{"Find", fields.Find, "line/goods/no", "lines/product/no"},
		{"Find", fields.Find, "lines/count", "lines/count"},
		{"Find", fields.Find, "count", ""},
	} {
		got := ""
		if f := c.find(c.name); f != nil {
			got = f.Path
		}
		if got != c.want {
			t.Errorf("%s(%q) is %q, want %q", c.how, c.name, got, c.want)
		}
	}
}

// TestSiblings looks beside a field: in its object, or in the table.
func TestSiblings(t *testing.T) {
	t.Parallel()
	fields := table()
	product := fields.At("lines/product")
	if got := product.Sibling(fields, "count"); got != fields.At("lines/count") {
		t.Errorf("beside product, count is %v", got.Path)
	}
	if got := fields[0].Sibling(fields, "lines"); got != fields[1] {
		t.Errorf("beside no, lines is %v", got.Path)
	}
	if got := product.Sibling(fields, "none"); got != product {
		t.Errorf("beside product, none is %v", got.Path)
	}
	if got := fields.At("lines/product/no").Top(); got != fields[1] {
		t.Errorf("the top of no is %s", got.Path)
	}
	var paths []string
	for f := range fields.All() {
		paths = append(paths, f.Path)
	}
	if want := []string{"no", "lines", "lines/product", "lines/product/no", "lines/count"}; !slices.Equal(paths, want) {
		t.Errorf("all fields are %v, want %v", paths, want)
	}
	for range fields.All() {
		break // it may be left at any field
	}
}

// TestRulesCompared wants values and words told apart.
func TestRulesCompared(t *testing.T) {
	t.Parallel()
	color := func(values ...EnumValue) *Enum { return &Enum{Values: values} }
	base := Rules{Type: String, Length: 8, Enum: color(EnumValue{Value: "a"})}
	for name, c := range map[string]struct {
		change      func(*Rules)
		same, equal bool
	}{
		"nothing":            {func(*Rules) {}, true, true},
		"the same enum":      {func(r *Rules) { r.Enum = color(EnumValue{Value: "a"}) }, true, true},
		"another label":      {func(r *Rules) { r.Enum = color(EnumValue{Value: "a", Label: "A"}) }, false, false},
		"no enum":            {func(r *Rules) { r.Enum = nil }, false, false},
		"another length":     {func(r *Rules) { r.Length = 9 }, false, false},
		"another condition":  {func(r *Rules) { r.Condition = "sometimes" }, true, false},
		"a machine form":     {func(r *Rules) { r.RequiredWith = []string{"b"} }, true, false},
		"a separator":        {func(r *Rules) { r.Separator = ";" }, false, false},
		"a form of a format": {func(r *Rules) { r.FormatIf = []Match{{Name: "b", Value: "1"}} }, true, false},
	} {
		r := base
		c.change(&r)
		if base.Same(r) != c.same || base.Equal(r) != c.equal {
			t.Errorf("%s: same %v, equal %v", name, base.Same(r), base.Equal(r))
		}
	}
}
