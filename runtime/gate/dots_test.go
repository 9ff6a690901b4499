package gate

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// TestDots: a value in a path that leads elsewhere is refused, whatever reads the path in front.
func TestDots(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]error{".": errDots, "..": errDots, "...": nil, "a": nil, "a/..": nil} {
		r := httptest.NewRequest("GET", "/", nil)
		r.SetPathValue(wildcard(0), value)
		var o wire.Outside
		if err := (&fields{r: r}).find(&entry{params: []string{"id"}}, &o, route.Place{Name: "id", In: "path"}); !errors.Is(err, want) || want == nil && o.Text != value {
			t.Errorf("%q: %v, %q", value, err, o.Text)
		}
	}
}
