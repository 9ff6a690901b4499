package sql

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// arithmetic calculates.
func arithmetic(operator string, a, b any) any {
	if a == nil || b == nil {
		return nil
	}
	if d, ok := b.(span); ok {
		if operator == "-" {
			d = -d
		}
		return shifted(a, time.Duration(d))
	}
	a, b = alike(a, b), alike(b, a)
	x, okX := a.(int64)
	y, okY := b.(int64)
	if okX && okY {
		return integers(operator, x, y)
	}
	p, okP := Rat(a)
	q, okQ := Rat(b)
	if !okP || !okQ {
		return days(operator, a, b)
	}
	out, places := new(big.Rat), max(scale(a), scale(b))
	switch operator {
	case "+":
		out.Add(p, q)
	case "-":
		out.Sub(p, q)
	case "*":
		out.Mul(p, q)
		places = scale(a) + scale(b)
	default:
		panic(unsupported{"operator " + operator + " of decimals"}) // PostgreSQL has rules of its own for the places
	}
	_, floatA := a.(float64)
	_, floatB := b.(float64)
	if floatA || floatB {
		f, _ := out.Float64()
		return f
	}
	return Decimal(out.FloatString(places))
}

// integers calculates with whole numbers.
func integers(operator string, x, y int64) any {
	if y == 0 && (operator == "/" || operator == "%") {
		panic(failed{"division by zero"})
	}
	switch operator {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	}
	return x % y
}

// days is a day and some, or the days between two.
func days(operator string, a, b any) any {
	day, ok := a.(Day)
	if !ok {
		panic(unsupported{fmt.Sprintf("%T %s %T", a, operator, b)})
	}
	switch b := b.(type) {
	case int64:
		if operator == "-" {
			b = -b
		}
		return Day(time.Time(day).AddDate(0, 0, int(b)))
	case Day:
		if operator == "-" {
			return int64(time.Time(day).Sub(time.Time(b)).Hours() / 24)
		}
	}
	panic(unsupported{fmt.Sprintf("%T %s %T", a, operator, b)})
}

// shifted is a time and a span.
func shifted(v any, by time.Duration) any {
	switch v := v.(type) {
	case time.Time:
		return v.Add(by)
	case Local:
		return Local(time.Time(v).Add(by))
	case Day:
		return Local(time.Time(v).Add(by))
	}
	panic(unsupported{fmt.Sprintf("a %T and an interval", v)})
}

// rounded is a number with so many places, half away from zero.
func rounded(v any, places int) any {
	r, ok := Rat(v)
	if !ok {
		panic(unsupported{fmt.Sprintf("round a %T", v)})
	}
	if n, ok := v.(int64); ok && places == 0 {
		return n
	}
	return Decimal(r.FloatString(max(places, 0)))
}

// toward is a number without its fraction.
func toward(v any, direction int) any {
	r, ok := Rat(v)
	if !ok {
		panic(unsupported{fmt.Sprintf("floor of a %T", v)})
	}
	quotient, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int)) // toward less
	if direction > 0 && rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	if quotient.IsInt64() {
		return quotient.Int64()
	}
	return Decimal(quotient.String())
}

// castNumber reads a number.
func castNumber(s string) any {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if _, ok := new(big.Rat).SetString(s); ok && !strings.ContainsAny(s, "eE/xX_") {
		return Decimal(s)
	}
	panic(failed{"no number"})
}
