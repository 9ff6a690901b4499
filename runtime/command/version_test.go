package command

import (
	"runtime/debug"
	"testing"
)

// TestVersion holds the version of a program of jiekou's own, of one that was
// fetched, and of a team's.
func TestVersion(t *testing.T) {
	t.Parallel()
	own := debug.Module{Path: Module, Version: "(devel)"}
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}
	for _, tt := range []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{Main: own, GoVersion: "go1"}, "devel, go1"},
		{debug.BuildInfo{Main: own, GoVersion: "go1", Settings: revision}, "devel, commit abc with changes, go1"},
		{debug.BuildInfo{Main: debug.Module{Path: Module, Version: "v0.1.0"}, GoVersion: "go1"}, "v0.1.0, go1"},
		{debug.BuildInfo{
			Main: debug.Module{Path: "example.com/acme/orders"}, GoVersion: "go1",
			Deps: []*debug.Module{{Path: Module, Version: "v0.1.0"}},
		}, "example.com/acme/orders devel, jiekou v0.1.0, go1"},
		{debug.BuildInfo{
			Main: debug.Module{Path: "example.com/acme/orders"}, GoVersion: "go1",
			Deps: []*debug.Module{{Path: Module, Version: "v0.1.0", Replace: &debug.Module{Path: "../jiekou"}}},
		}, "example.com/acme/orders devel, jiekou of a folder, go1"},
	} {
		if got := version(&tt.info); got != tt.want {
			t.Errorf("%s; want %s", got, tt.want)
		}
	}
}
