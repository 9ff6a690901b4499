package portal

import (
	_ "embed"
	"regexp"
	"sync"

	"github.com/jiekou-dev/jiekou/runtime/portal/clause"
)

// The generated texts are Chinese. english.txt holds the English of all that the generator
// says itself, a clause a line, with … for the parts of it; what the document says is in
// none of them, and stays.
//
//go:embed english.txt
var englishClauses string

var clauses = sync.OnceValue(func() *clause.Table { return clause.New(englishClauses) })

// quoted are words of the document in an English sentence.
var quoted = regexp.MustCompile(`“[^”]*”`)

// english is a generated text on the English page; empty: it stays as it is, as does one that
// would be half in English, since the other half is the document's.
func english(text string) string {
	said := clauses().English(text)
	if clause.Chinese.MatchString(quoted.ReplaceAllString(said, "")) {
		return ""
	}
	return said
}
