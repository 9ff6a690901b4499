// Package schema compiles generated JSON Schemas for tests, with the keywords and formats of
// their own.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// Schema is a generated JSON Schema, compiled.
type Schema struct {
	schema *jsonschema.Schema
}

// Compile compiles a generated schema. name is used in messages. The formats
// idcard and mail and the keywords of package validate, which JSON
// Schema does not have, are asserted.
func Compile(name string, text []byte) (*Schema, error) {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat, c.AssertContent = true, true
	c.Formats = map[string]func(any) bool{
		"idcard": func(v any) bool {
			s, ok := v.(string)
			return !ok || validate.IsIDCard(s)
		},
		"mail": func(v any) bool {
			s, ok := v.(string)
			return !ok || validate.IsEmail(s)
		},
	}
	c.RegisterExtension(validate.StartsWithKeyword, nil, beginnings{})
	c.RegisterExtension(validate.LengthInKeyword, nil, lengthIn{})
	if err := c.AddResource(name, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return &Schema{schema: schema}, nil
}

// Check returns nil when the JSON text meets the schema.
func (s *Schema) Check(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("schema: bytes after the end")
	}
	return s.schema.Validate(v)
}
