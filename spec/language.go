package spec

import (
	"bytes"
	_ "embed"
)

// Language is the version of the language that this jiekou reads. It rises when YAML
// that was right is not read any more, or means something else; a new key raises
// nothing. jiekou fmt --migrate brings older YAML along.
const Language = 2

// LanguageChange is what a version of the language changed, for people.
type LanguageChange struct {
	Version int
	Since   string // month of the first release with it
	Text    string
}

// LanguageChanges returns the versions of the language, the newest first.
func LanguageChanges() []LanguageChange {
	return []LanguageChange{
		{2, "2026-11", "`protocol` says how messages are written, protected and read. It takes the place of `endpoint`, `envelope`, `signature`, `signatures` " +
			"and `reply` in system.yaml and of `signature` in interfaces; the known answers of a signature are in vectors.yaml."},
		{1, "before 2026-11", "The first one."},
	}
}

// Replaced are the keys of system.yaml that language 1 had and protocol replaces.
func Replaced() []string { return []string{"endpoint", "envelope", "signature", "signatures", "reply"} }

//go:embed language.schema.json
var languageSchema []byte

// LanguageSchema returns the JSON Schema of the language, for editors.
func LanguageSchema() []byte { return bytes.Clone(languageSchema) }
