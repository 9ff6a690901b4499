package server_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// JIEKOU_REFUSE_DEPRECATED sets the flag of serve.
func TestRefuseDeprecatedSetting(t *testing.T) { //nolint:paralleltest // t.Setenv
	for value, want := range map[string]string{"": "false", "true": "true", "false": "false"} {
		t.Setenv("JIEKOU_REFUSE_DEPRECATED", value)
		var out bytes.Buffer
		if code := run(t.Context(), []string{"serve", "--help"}, &out, io.Discard); code != command.Fine {
			t.Fatal(code)
		}
		if shown := strings.Contains(out.String(), "(JIEKOU_REFUSE_DEPRECATED=true) (default true)"); shown != (want == "true") {
			t.Errorf("with %q: %s", value, out.String())
		}
	}
}
