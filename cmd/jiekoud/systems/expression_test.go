package systems_test

import (
	"os"
	"strings"
	"testing"
)

// TestExpressionsAgree asks PostgreSQL the expressions that the model's SQL is tested with.
func TestExpressionsAgree(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../testkit/model/sql/testdata/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	w := setup(t)
	for line := range strings.Lines(string(text)) {
		expression, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if got := w.One(t, "select "+expression); got != want {
			t.Errorf("%s: %s, want %s", expression, got, want)
		}
	}
}
