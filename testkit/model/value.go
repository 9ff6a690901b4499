package model

import (
	"errors"
	"math/big"
	"strconv"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model/sql"
)

// text is the text of a value, in the words of a mapping or of a column of texts.
func (w *World) text(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case time.Time:
		return v.In(w.zone).Format(inSeconds)
	case unsure:
		return v
	}
	s, _ := sql.Text(v)
	return s
}

// mapped is a mapping applied to a value.
func (w *World) mapped(m *spec.Mapping, v any) any {
	if m == nil {
		return v
	}
	if _, ok := v.(unsure); ok {
		return v
	}
	out, s := m.Else, w.text(v)
	for _, p := range m.Values {
		if s == p.Name {
			out = p.Value
			return mappedTo(m, out)
		}
	}
	if out == "" {
		return nil
	}
	return mappedTo(m, out)
}

func mappedTo(m *spec.Mapping, out string) any {
	if m.Number {
		return wholeOf(out)
	}
	return out
}

// stored is a value as one of a column.
func (w *World) stored(v any, c *spec.Column) (any, error) {
	if v == nil {
		return nil, nil
	}
	if _, ok := v.(unsure); ok {
		return v, nil
	}
	if s, ok := v.(string); ok && s == "" && c.Type != spec.String {
		return nil, nil
	}
	switch c.Type {
	case spec.Int:
		if b, ok := v.(bool); ok {
			return map[bool]int64{true: 1}[b], nil
		}
		if r, ok := rat(v); ok {
			return wholeOf(r.FloatString(0)), nil
		}
	case spec.Number:
		if r, ok := rat(v); ok {
			f, _ := r.Float64()
			return f, nil
		}
	case spec.Decimal:
		if r, ok := rat(v); ok {
			return sql.Decimal(r.FloatString(c.Decimals)), nil
		}
	case spec.Bool:
		switch v := v.(type) {
		case bool:
			return v, nil
		case string:
			return v == "true" || v == "1", nil
		case int64:
			return v != 0, nil
		}
	case spec.Datetime:
		switch v := v.(type) {
		case time.Time:
			return v.Truncate(time.Microsecond), nil
		case sql.Day:
			return w.begin(v), nil
		case string:
			if t, ok := parseMoment(v, w.zone); ok {
				return t, nil
			}
		}
	case spec.Date:
		return w.day(v)
	case spec.JSON:
		if list, ok := v.(sql.Array); ok {
			return sql.JSONOf(list), nil
		}
		s, _ := sql.Text(v)
		return sql.JSON(s), nil
	default:
		return w.text(v), nil
	}
	return nil, errors.New("model: the value does not fit column " + c.Name)
}

// day is a value as a day.
func (w *World) day(v any) (any, error) {
	switch v := v.(type) {
	case sql.Day:
		return v, nil
	case time.Time:
		local := v.In(w.zone)
		return sql.Day(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)), nil
	case string:
		if t, ok := parseMoment(v, w.zone); ok {
			return w.day(t)
		}
	}
	return nil, errors.New("model: no day")
}

// begin is the moment at which a day begins.
func (w *World) begin(d sql.Day) time.Time {
	t, _ := local(inDays, time.Time(d).Format(inDays), w.zone)
	return t
}

// rat is a number, or the text of one.
func rat(v any) (*big.Rat, bool) {
	if s, ok := v.(string); ok {
		return new(big.Rat).SetString(s)
	}
	return sql.Rat(v)
}

// literal is a constant of the YAML as the value of a column.
func (w *World) literal(text string, c *spec.Column) (any, error) {
	if c.Type == spec.Bool {
		b, err := strconv.ParseBool(text)
		return b, err
	}
	return w.stored(text, c)
}

// preset is the default of a column; nil where it has none.
func (x *run) preset(c *spec.Column) (any, error) {
	switch c.Default {
	case "":
		return nil, nil
	case "guid":
		return x.GUID(), nil
	case "now":
		return x.stored(x.now, c)
	}
	return x.literal(c.Default, c)
}
