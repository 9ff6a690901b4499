package signature_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// TestLoadOverrides: an error names the file and the line.
func TestLoadOverrides(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "signatures.yaml")
	good := "shop:\n  signature:\n    app: header.appId\n    steps:\n      - sign: {algorithm: hmac-sha256, key: appkey, over: '{body}', to: header.sign}\n"
	for _, tt := range []struct{ text, want string }{
		{good, ""},
		{strings.Replace(good, "algorithm", "algoritm", 1), file + ":5: "},
		{strings.Replace(good, "hmac-sha256", "rot13", 1), file + ":3: "},
		{"shop: [\n", file + ":"},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		over, err := signature.LoadOverrides(file)
		if tt.want == "" && (err != nil || over["shop"].Signature == nil) {
			t.Errorf("%v, %v", over, err)
		}
		if tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
	if _, err := signature.LoadOverrides(filepath.Join(dir, "none")); err == nil ||
		!strings.HasPrefix(err.Error(), "no file ") {
		t.Error(err)
	}
}
