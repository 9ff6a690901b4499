package validate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// LengthInKeyword is the keyword of generated schemas for lengths that are no characters,
// which JSON Schema does not have. Other validators ignore it.
const LengthInKeyword = "x-length-in"

// LengthIn says how long a text is in bytes.
type LengthIn struct {
	Unit string `json:"unit"` // bytes of UTF-8 or gbk
	Min  int    `json:"min,omitempty"`
	Max  int    `json:"max,omitempty"`
}

// Compile reads the keyword of one schema.
func (LengthIn) Compile(_ jsonschema.CompilerContext, m map[string]any) (jsonschema.ExtSchema, error) {
	if m[LengthInKeyword] == nil {
		return nil, nil //nolint:nilnil // the library's sign that the keyword is not used
	}
	var out LengthIn
	text, err := json.Marshal(m[LengthInKeyword])
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err == nil && out.Unit != "bytes" && out.Unit != "gbk" {
		err = errors.New("the unit is bytes or gbk")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", LengthInKeyword, err)
	}
	return out, nil
}

// Validate validates one text.
func (l LengthIn) Validate(ctx jsonschema.ValidationContext, v any) error {
	text, ok := v.(string)
	if !ok || text == "" {
		return nil
	}
	n := len(text)
	if l.Unit == "gbk" {
		n = GBK(text)
	}
	if n < l.Min || l.Max > 0 && n > l.Max {
		return ctx.Error(LengthInKeyword, "the text has %d %s", n, l.Unit)
	}
	return nil
}
