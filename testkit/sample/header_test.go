package sample_test

import (
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// TestHeader: a text that we send in a header has no letter that a header cannot have.
func TestHeader(t *testing.T) {
	t.Parallel()
	for _, length := range []int{0, 2, 5, 40} {
		f := &spec.Field{Name: "X-Trace", Label: "客户名称", In: "header", Replied: true}
		f.Type, f.Length = spec.String, length
		text, err := sample.Varied(f, 833)
		if err != nil || text == "" || f.Fit(text) != text {
			t.Fatalf("%q of %d: %v", text, length, err)
		}
		for _, c := range text {
			if c < ' ' || c > '~' {
				t.Errorf("%q of %d is no header", text, length)
			}
		}
	}
}
