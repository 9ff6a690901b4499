package key

import (
	"fmt"
	"log/slog"
)

const mask = "[secret]"

// Masked is embedded in what holds keys: it shows "[secret]" in every usual form.
type Masked struct{}

// String returns "[secret]".
func (Masked) String() string { return mask }

// GoString returns "[secret]".
func (Masked) GoString() string { return mask }

// Format writes "[secret]" for every verb.
func (Masked) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// LogValue returns "[secret]".
func (Masked) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON returns "[secret]" in quotes.
func (Masked) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalText returns "[secret]".
func (Masked) MarshalText() ([]byte, error) { return []byte(mask), nil }
