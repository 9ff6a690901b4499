package scaffold

import (
	"bytes"
	"encoding/json"
	"regexp"

	"github.com/jiekou-dev/jiekou/spec"
)

// described finds a description in the schema.
var described = regexp.MustCompile(`("description": )("(?:[^"\\]|\\.)*")`)

// Schema returns the JSON Schema of the language with its descriptions as say has them: what editors
// show over a key. nil: they stay.
func Schema(say func(string) string) []byte {
	if say == nil {
		return spec.LanguageSchema()
	}
	return described.ReplaceAllFunc(spec.LanguageSchema(), func(found []byte) []byte {
		m := described.FindSubmatch(found)
		var text string
		if json.Unmarshal(m[2], &text) != nil {
			return found
		}
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		if e.Encode(say(text)) != nil {
			return found
		}
		return append(bytes.Clone(m[1]), bytes.TrimSpace(out.Bytes())...)
	})
}
