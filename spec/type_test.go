package spec

import "testing"

// TestTypes wants each type in one class, and the shape that follows from it.
func TestTypes(t *testing.T) {
	t.Parallel()
	members := Fields{{Name: "a"}}
	for _, c := range []struct {
		field Field
		class string
		shape Shape
	}{
		{Field{Rules: Rules{Type: String}}, "text", Text},
		{Field{Rules: Rules{Type: "strng"}}, "text", Text}, // of a draft
		{Field{Rules: Rules{Type: Int}}, "whole", Whole},
		{Field{Rules: Rules{Type: Long}}, "whole", Whole},
		{Field{Rules: Rules{Type: Number}}, "fraction", Fraction},
		{Field{Rules: Rules{Type: Double}}, "fraction", Fraction},
		{Field{Rules: Rules{Type: Float}}, "fraction", Fraction},
		{Field{Rules: Rules{Type: Decimal}}, "fraction", Fraction},
		{Field{Rules: Rules{Type: Bool}}, "", Truth},
		{Field{Rules: Rules{Type: Datetime}}, "time", Moment},
		{Field{Rules: Rules{Type: Date}}, "time", Day},
		{Field{Rules: Rules{Type: Epoch}}, "time", Seconds},
		{Field{Rules: Rules{Type: Array}, Of: String}, "nested", Scalars},
		{Field{Rules: Rules{Type: Array}, Fields: members}, "nested", List},
		{Field{Rules: Rules{Type: Object}, Fields: members}, "nested", Record},
		{Field{Rules: Rules{Type: Object}}, "nested", Raw},
		{Field{Rules: Rules{Type: Map}}, "nested", Raw},
		{Field{Rules: Rules{Type: JSON}}, "nested", Raw},
	} {
		f, classes := &c.field, ""
		for _, one := range []struct {
			name string
			is   bool
		}{
			{"text", f.IsText()},
			{"whole", f.IsWhole()},
			{"fraction", f.IsFraction()},
			{"time", f.IsTime()},
			{"nested", f.IsNested()},
		} {
			if one.is {
				classes += one.name
			}
		}
		if classes != c.class || f.IsNumber() != (f.IsWhole() || f.IsFraction()) || f.Shape() != c.shape {
			t.Errorf("%s is %q of shape %d, want %q of shape %d", f.Type, classes, f.Shape(), c.class, c.shape)
		}
		if f.Shape().IsTime() != f.IsTime() {
			t.Errorf("the shape of %s and its type differ on time", f.Type)
		}
	}
}

// TestTakes wants only texts that can be a value of the type.
func TestTakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		t    Type
		text string
		want bool
	}{
		{Int, "12", true},
		{Int, "1.5", false},
		{Long, "9223372036854775807", true},
		{Long, "9223372036854775808", false},
		{Epoch, "0", true},
		{Epoch, "now", false},
		{Decimal, "1.5", true},
		{Number, "many", false},
		{Bool, "true", true},
		{Bool, "0", true},
		{Bool, "yes", false},
		{String, "anything", true},
		{Datetime, "2026-01-02", true},
	} {
		if got := c.t.Takes(c.text); got != c.want {
			t.Errorf("%s takes %q: %v", c.t, c.text, got)
		}
	}
}
