package validate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// StartsWithKeyword is the keyword of generated schemas for a rule that JSON Schema
// does not have: a list of Beginnings of an object. Other validators ignore it.
const StartsWithKeyword = "x-starts-with"

// Beginning says that a member begins with the text of another, if that is present,
// and what may follow.
type Beginning struct {
	Names []string `json:"names"`          // of the member
	With  []string `json:"with"`           // names of the other
	Rest  string   `json:"rest,omitempty"` // pattern of the rest, anchored; empty: anything

	rest *regexp.Regexp
}

// Beginnings compiles and validates StartsWithKeyword.
type Beginnings []Beginning

// Compile reads the keyword of one schema.
func (Beginnings) Compile(_ jsonschema.CompilerContext, m map[string]any) (jsonschema.ExtSchema, error) {
	if m[StartsWithKeyword] == nil {
		return nil, nil //nolint:nilnil // the library's sign that the keyword is not used
	}
	var out Beginnings
	text, err := json.Marshal(m[StartsWithKeyword])
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	for i := range out {
		if err == nil && out[i].Rest != "" {
			out[i].rest, err = regexp.Compile(out[i].Rest)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", StartsWithKeyword, err)
	}
	return out, nil
}

// Validate validates one object.
func (list Beginnings) Validate(ctx jsonschema.ValidationContext, v any) error {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for _, b := range list {
		text, begin := textOf(object, b.Names), textOf(object, b.With)
		if text == "" || begin == "" {
			continue
		}
		if !strings.HasPrefix(text, begin) || b.rest != nil && !b.rest.MatchString(Behind(begin, text)) {
			return ctx.Error(StartsWithKeyword, "%s does not begin with %s, or does not go on as it should", b.Names[0], b.With[0])
		}
	}
	return nil
}

// textOf is the text of the member under one of names, or the digits of a whole
// number instead of it; "" for all else.
func textOf(object map[string]any, names []string) string {
	for _, name := range names {
		switch v := object[name].(type) {
		case string:
			return v
		case json.Number:
			if r, ok := rational(v.String()); ok && r.IsInt() {
				return r.Num().String()
			}
		}
	}
	return ""
}
