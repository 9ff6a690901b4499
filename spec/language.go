package spec

import (
	"bytes"
	_ "embed"
)

//go:embed language.schema.json
var languageSchema []byte

// LanguageSchema returns the JSON Schema of the language, for editors.
func LanguageSchema() []byte { return bytes.Clone(languageSchema) }

// RuleNames lists the rules that a code answers, those of runtime/problem.
func RuleNames() []string {
	return []string{
		"required", "type", "length", "enum", "range", "format", "condition", "mobile", "idcard",
		"method", "json", "size", "empty", "interface", "auth", "grant", "app", "sid", "repeated", "notfound",
		"unavailable", "internal",
	}
}
