package main_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReleases takes the repositories that earlier releases of jiekou began, each as it
// was in testdata/release, with its migrations frozen: this jiekou brings their YAML
// along, generates and builds them. A release adds its own; none is ever edited.
func TestReleases(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(filepath.Join("testdata", "release"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	for _, one := range folders {
		t.Run(one.Name(), func(t *testing.T) {
			t.Parallel()
			ctx := bounded(t)
			f := newForeign(t, "example.com/acme/orders", filepath.Join("release", one.Name()))
			for _, command := range []string{
				"jiekou fmt --migrate", "jiekou check", "jiekou generate", "jiekou generate --check", "go build ./...", "go vet ./...",
			} {
				f.run(ctx, t, command)
			}
		})
	}
}
