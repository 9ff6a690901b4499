package sample

import (
	"fmt"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// Fresh is a number that is new in each run, as a slot; amount where the bounds of the
// field leave no room for one.
func Fresh(f *spec.Field, amount string) *tree.Value {
	digits := 9
	if n := f.WholeDigits(); n > 0 {
		digits = min(n, digits)
	}
	switch {
	case f.Min != "" || f.Max != "" || f.Enum != nil || digits < 2:
		return Scalar(f, amount)
	case f.AsText:
		return tree.Text(fmt.Sprintf("1{{digits:%d}}", digits-1))
	}
	return tree.Raw(fmt.Sprintf(`"{{number:%d}}"`, digits))
}

// InColumn is a value of a field as files of rows have it: times in the usual form, in
// the zone of the system.
func InColumn(f *spec.Field, zone, text string) string {
	at, err := time.LoadLocation(zone)
	if err != nil || !f.IsTime() {
		return text
	}
	layout := f.Layout
	if f.WrittenLayout() != "" {
		layout = spec.GoLayout(f.Layout)
	} else if f.Layout == "compact" {
		layout = wire.Compact
	}
	t, err := wire.ParseTimeAs(layout, text, at)
	if err != nil {
		return text
	}
	if f.Type == spec.Date {
		return t.In(at).Format(time.DateOnly)
	}
	return t.In(at).Format(time.DateTime)
}

// OfColumn is InColumn, the other way round.
func OfColumn(f *spec.Field, zone, text string) *tree.Value {
	at, err := time.LoadLocation(zone)
	if err != nil || !f.IsTime() {
		return Scalar(f, text)
	}
	for _, layout := range []string{time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, at); err == nil {
			return Written(f, t)
		}
	}
	return Scalar(f, text)
}

// Plain is a number that any field takes which has no bounds.
func Plain(f *spec.Field) string {
	if f.WholeDigits() == 0 {
		return "0"
	}
	return "1"
}
