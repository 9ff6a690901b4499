package store

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// Key is the type of a column that a list with cursors is ordered by.
type Key string

// The types of keys.
const (
	TextKey    Key = "text"
	WholeKey   Key = "whole"
	DecimalKey Key = "decimal"
	BoolKey    Key = "bool"
	TimeKey    Key = "time" // microseconds since 1970
	DayKey     Key = "day"
)

// maxCursor is how long a cursor may be.
const maxCursor = 4096

// NewCursor returns the page behind the row that a cursor names, which is Next of the page
// before; without one it is the first. A text that is no cursor of such a list is refused as
// a wrong format of the field.
//
// A cursor is base64 of the texts of the row's keys. It holds no more than what the caller
// was sent, or could have asked for, so it is neither secret nor sealed.
func NewCursor(field, cursor string, size wire.Int, keys ...Key) (Page, error) {
	p := Page{Size: sizeOf(size), keys: make([]any, len(keys))}
	if cursor == "" {
		return p, nil
	}
	var texts []*string
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(raw, &texts)
	}
	sound := err == nil && len(cursor) <= maxCursor && len(texts) == len(keys)
	for n := 0; sound && n < len(keys); n++ {
		if texts[n] != nil {
			p.keys[n], sound = keys[n].value(*texts[n])
		}
	}
	if !sound {
		return Page{}, problem.Malformed(field)
	}
	return p, nil
}

// next is what the request for the page behind a row has.
func (p *Page) next(keys []*string) string {
	if p.open {
		return *keys[0]
	}
	return CursorOf(keys)
}

// CursorOf is the cursor of the row with the texts of its keys; nil: null.
func CursorOf(keys []*string) string {
	raw, _ := json.Marshal(keys) // texts can be written
	return base64.RawURLEncoding.EncodeToString(raw)
}

// decimalText is a number as PostgreSQL writes it.
var decimalText = regexp.MustCompile(`^-?[0-9]{1,100}(\.[0-9]{1,100})?(e[+-]?[0-9]{1,3})?$`)

// value is the value of a key that a text says, as an argument of a statement.
func (k Key) value(text string) (any, bool) {
	switch k {
	case TextKey:
		return text, !strings.ContainsRune(text, 0)
	case WholeKey, TimeKey:
		n, err := strconv.ParseInt(text, 10, 64)
		if k == WholeKey || err != nil {
			return n, err == nil
		}
		const year9999 = 253402300800_000_000
		return time.UnixMicro(n).UTC(), n < year9999 && n > -year9999/5
	case DecimalKey:
		return text, decimalText.MatchString(text)
	case BoolKey:
		return text == "true", text == "true" || text == "false"
	case DayKey:
		day, err := time.Parse(time.DateOnly, text)
		return day, err == nil
	}
	return nil, false
}
