package portal

import (
	_ "embed"
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

// english is a generated text on the English page; empty: it stays as it is.
func english(text string) string { return clauses().English(text) }
