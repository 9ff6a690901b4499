package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// beginning is a validate.Beginning with its pattern, compiled.
type beginning struct {
	validate.Beginning
	rest *regexp.Regexp
}

// beginnings compiles and validates validate.StartsWithKeyword.
type beginnings []beginning

// Compile reads the keyword of one schema.
func (beginnings) Compile(_ jsonschema.CompilerContext, m map[string]any) (jsonschema.ExtSchema, error) {
	if m[validate.StartsWithKeyword] == nil {
		return nil, nil //nolint:nilnil // the library's sign that the keyword is not used
	}
	var out beginnings
	err := read(m[validate.StartsWithKeyword], &out)
	for i := range out {
		if err == nil && out[i].Rest != "" {
			out[i].rest, err = regexp.Compile(out[i].Rest)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", validate.StartsWithKeyword, err)
	}
	return out, nil
}

// read reads the value of a keyword.
func read(value, out any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}

// Validate validates one object.
func (list beginnings) Validate(ctx jsonschema.ValidationContext, v any) error {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for _, b := range list {
		text, begin := textOf(object, b.Names), textOf(object, b.With)
		if text == "" || begin == "" {
			continue
		}
		if !strings.HasPrefix(text, begin) || b.rest != nil && !b.rest.MatchString(validate.Behind(begin, text)) {
			return ctx.Error(validate.StartsWithKeyword, "%s does not begin with %s, or does not go on as it should", b.Names[0], b.With[0])
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
			r, ok := new(big.Rat).SetString(v.String())
			if ok && r.IsInt() {
				return r.Num().String()
			}
		}
	}
	return ""
}

// lengthIn compiles and validates validate.LengthInKeyword.
type lengthIn validate.LengthIn

// Compile reads the keyword of one schema.
func (lengthIn) Compile(_ jsonschema.CompilerContext, m map[string]any) (jsonschema.ExtSchema, error) {
	if m[validate.LengthInKeyword] == nil {
		return nil, nil //nolint:nilnil // the library's sign that the keyword is not used
	}
	var out lengthIn
	err := read(m[validate.LengthInKeyword], &out)
	if err == nil && out.Unit != "bytes" && out.Unit != "gbk" {
		err = errors.New("the unit is bytes or gbk")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", validate.LengthInKeyword, err)
	}
	return out, nil
}

// Validate validates one text.
func (l lengthIn) Validate(ctx jsonschema.ValidationContext, v any) error {
	text, ok := v.(string)
	if !ok || text == "" {
		return nil
	}
	n := len(text)
	if l.Unit == "gbk" {
		n = validate.GBK(text)
	}
	if n < l.Min || l.Max > 0 && n > l.Max {
		return ctx.Error(validate.LengthInKeyword, "the text has %d %s", n, l.Unit)
	}
	return nil
}
