package sql

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// cast is a value as another type.
func cast(env *Env, v any, typ string) any {
	if v == nil {
		return nil
	}
	if inner, ok := strings.CutSuffix(typ, "[]"); ok {
		list, ok := v.(Array)
		if !ok {
			list = parseArray(must(v))
		}
		out := Array{}
		for _, one := range list {
			out = append(out, cast(env, one, inner))
		}
		return out
	}
	base, rest, _ := strings.Cut(typ, " ")
	switch base {
	case "text", "varchar", "character", "char":
		s := must(v)
		if n, err := strconv.Atoi(strings.Fields(rest + " 0")[0]); err == nil && n > 0 {
			s = left(s, int64(n))
		}
		return s
	case "int", "integer", "bigint", "smallint", "int4", "int8":
		return castWhole(v)
	case "numeric", "decimal":
		return castDecimal(v, rest)
	case "boolean", "bool":
		return castBool(v)
	case "double", "float", "float8", "real":
		r, ok := Rat(alike(v, int64(0)))
		if !ok {
			break
		}
		f, _ := r.Float64()
		return f
	case "json", "jsonb":
		return JSON(must(v))
	case "uuid":
		return castUUID(must(v))
	case "date", "timestamptz", "timestamp":
		return castTime(env, v, base)
	}
	panic(unsupported{fmt.Sprintf("a %T as %s", v, typ)})
}

func castWhole(v any) any {
	if b, ok := v.(bool); ok {
		return int64(number(b))
	}
	v = alike(v, int64(0))
	if _, ok := v.(int64); ok {
		return v
	}
	return whole(rounded(v, 0))
}

// castDecimal is a number as numeric, with so many places where the type says so.
func castDecimal(v any, digits string) any {
	v = alike(v, int64(0))
	parts := strings.FieldsFunc(digits, func(r rune) bool { return r == ' ' || r == ',' })
	if len(parts) > 0 {
		places := 0
		if len(parts) > 1 {
			places, _ = strconv.Atoi(parts[1])
		}
		r, ok := Rat(v)
		if !ok {
			panic(unsupported{fmt.Sprintf("a %T as numeric", v)})
		}
		return Decimal(r.FloatString(places))
	}
	switch v := v.(type) {
	case Decimal:
		return v
	case int64, float64:
		return Decimal(must(v))
	}
	panic(unsupported{fmt.Sprintf("a %T as numeric", v)})
}

func castBool(v any) any {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "t", "true", "yes", "on", "1", "y":
			return true
		case "f", "false", "no", "off", "0", "n":
			return false
		}
		panic(failed{"neither true nor false"})
	}
	panic(unsupported{fmt.Sprintf("a %T as boolean", v)})
}

// castUUID is 32 hexadecimal digits in the form of a GUID.
func castUUID(s string) any {
	h := strings.ToLower(strings.NewReplacer("-", "", "{", "", "}", "").Replace(s))
	if len(h) != 32 || strings.Trim(h, "0123456789abcdef") != "" {
		panic(failed{"no UUID"})
	}
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// castTime is a time as another type of time.
func castTime(env *Env, v any, typ string) any {
	zone := time.UTC
	if env != nil && env.Zone != nil {
		zone = env.Zone
	}
	switch v := v.(type) {
	case string:
		if typ == "date" {
			return castDay(v)
		}
		for _, layout := range []string{"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", "2006-01-02"} {
			if t, err := time.Parse(layout, v); err == nil {
				return castTime(env, Local(t), typ)
			}
		}
	case time.Time:
		switch local := v.In(zone); typ {
		case "timestamptz":
			return v
		case "timestamp":
			return Local(naive(local))
		default:
			return dayOf(local)
		}
	case Local:
		switch typ {
		case "timestamp":
			return v
		case "date":
			return dayOf(time.Time(v))
		default:
			return inZone(time.Time(v), zone)
		}
	case Day:
		switch typ {
		case "date":
			return v
		case "timestamp":
			return Local(time.Time(v))
		default:
			return inZone(time.Time(v), zone)
		}
	}
	panic(unsupported{fmt.Sprintf("a %T as %s", v, typ)})
}

func castDay(s string) any {
	t, err := time.Parse("2006-01-02", strings.TrimSpace(s))
	if err != nil {
		panic(unsupported{"a day of another form"})
	}
	return Day(t)
}

// naive is what a clock shows, in UTC.
func naive(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// inZone is the moment at which a clock in a zone shows a time.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

func dayOf(t time.Time) Day {
	return Day(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
}

// atZone is a moment as the time of a zone, or the moment of such a time.
func atZone(v, zone any) any {
	if v == nil || zone == nil {
		return nil
	}
	z, err := time.LoadLocation(must(zone))
	if err != nil {
		panic(failed{"no time zone"})
	}
	switch v := v.(type) {
	case time.Time:
		return Local(naive(v.In(z)))
	case Local:
		return inZone(time.Time(v), z)
	case Day:
		return inZone(time.Time(v), z)
	}
	panic(unsupported{fmt.Sprintf("a %T at a time zone", v)})
}

// extract is a part of a time.
func extract(unit string, v any) any {
	if v == nil {
		return nil
	}
	t, ok := instant(v)
	if !ok {
		panic(unsupported{fmt.Sprintf("extract from a %T", v)})
	}
	if _, moment := v.(time.Time); moment && unit != "epoch" {
		panic(unsupported{"extract " + unit + " in the session's zone"})
	}
	switch unit {
	case "epoch":
		return Decimal(strconv.FormatInt(t.Unix(), 10) + fmt.Sprintf(".%06d", t.Nanosecond()/1000))
	case "year":
		return int64(t.Year())
	case "month":
		return int64(t.Month())
	case "day":
		return int64(t.Day())
	case "hour":
		return int64(t.Hour())
	case "minute":
		return int64(t.Minute())
	}
	panic(unsupported{"extract " + unit})
}

// toChar writes a time in a form of PostgreSQL.
func toChar(v any, form string) any {
	t, ok := instant(v)
	if !ok {
		panic(unsupported{fmt.Sprintf("to_char of a %T", v)})
	}
	var b strings.Builder
	for form != "" {
		if form[0] == '"' {
			text, rest, _ := strings.Cut(form[1:], `"`)
			b.WriteString(text)
			form = rest
			continue
		}
		found := false
		for _, part := range []struct{ code, layout string }{
			{"YYYY", "2006"}, {"HH24", "15"}, {"HH12", "03"}, {"YY", "06"}, {"MM", "01"}, {"DD", "02"}, {"MI", "04"}, {"SS", "05"},
		} {
			if strings.HasPrefix(form, part.code) {
				b.WriteString(t.Format(part.layout))
				form, found = form[len(part.code):], true
				break
			}
		}
		switch {
		case found:
		case strings.HasPrefix(form, "MS"):
			fmt.Fprintf(&b, "%03d", t.Nanosecond()/1_000_000)
			form = form[2:]
		case strings.HasPrefix(form, "US"):
			fmt.Fprintf(&b, "%06d", t.Nanosecond()/1000)
			form = form[2:]
		case letter(form[0]):
			panic(unsupported{"to_char " + form})
		default:
			b.WriteByte(form[0])
			form = form[1:]
		}
	}
	return b.String()
}
