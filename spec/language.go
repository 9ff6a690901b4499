package spec

import (
	"bytes"
	_ "embed"
)

//go:embed language.schema.json
var languageSchema []byte

// LanguageSchema returns the JSON Schema of the language, for editors.
func LanguageSchema() []byte { return bytes.Clone(languageSchema) }
