package sample

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Receiver is the URL of notifications in samples. Nobody is there.
const Receiver = "https://partner.example/notify"

// Usual is a sound text.
func Usual(f *spec.Field) (string, error) {
	switch f.Format {
	case "mobile":
		return Mobile(Seed(f.Path) % 1_000_000_000), nil
	case "idcard":
		return IDCard(Seed(f.Path)), nil
	case "email":
		return "lianxi@example.com", nil
	case "weburl":
		return AtLeast(f, fitting(f, Receiver, "http://a.b")), nil
	}
	if strings.HasSuffix(f.Name, "GUID") && (f.Length == 0 || f.Length >= 36) {
		return GUID(Seed(f.Name)), nil
	}
	return AtLeast(f, f.Fit(cmp.Or(f.Label, f.Name))), nil
}

// Moment is a time of January 2026 that no other field has: half an hour before
// midnight, or after it, so that a wrong zone is another day.
func Moment(f *spec.Field) *tree.Value { return moment(f, 0) }

// moment is Moment, some days later.
func moment(f *spec.Field, days int) *tree.Value {
	n := Seed(f.Path)
	t := time.Date(2026, 1, 2+int(n%25)+days, 23, 30, int(n/25%60), 0, time.UTC)
	if n/1500%2 == 1 {
		t = t.Add(time.Hour)
	}
	return Written(f, t)
}

// Written is a time the way a field writes it.
func Written(f *spec.Field, t time.Time) *tree.Value {
	switch {
	case f.WrittenLayout() != "":
		return tree.Text(t.Format(spec.GoLayout(f.Layout)))
	case f.Layout == "compact":
		return tree.Text(t.Format("20060102150405"))
	case f.Type == spec.Date:
		return tree.Text(t.Format("2006-01-02"))
	case f.Type == spec.Epoch && f.Layout == "millis":
		return tree.Raw(strconv.FormatInt(t.UnixMilli(), 10))
	case f.Type == spec.Epoch:
		return tree.Raw(strconv.FormatInt(t.Unix(), 10))
	}
	return tree.Text(t.Format("2006-01-02 15:04:05"))
}
