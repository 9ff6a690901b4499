package command

import (
	"runtime/debug"
	"slices"
	"strings"
)

// Module is the path of jiekou's own module.
const Module = "github.com/jiekou-dev/jiekou"

// Version says which program this is: the version and commit of the module that it
// was built from and, where that is not jiekou, the version of jiekou in it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return version(info)
}

// version reads the build information that the Go command wrote into a program.
func version(info *debug.BuildInfo) string {
	out := info.Main.Version
	if out == "" || out == "(devel)" {
		out = "devel"
	}
	if commit := setting(info, "vcs.revision"); commit != "" {
		out += ", commit " + commit
		if setting(info, "vcs.modified") == "true" {
			out += " with changes"
		}
	}
	if info.Main.Path != Module {
		out = info.Main.Path + " " + out
		at := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == Module })
		if at >= 0 {
			out += ", jiekou " + used(info.Deps[at])
		}
	}
	return out + ", " + info.GoVersion
}

// used is the version of a module that a program was built with.
func used(m *debug.Module) string {
	if m.Replace == nil {
		return m.Version
	}
	if m.Replace.Version == "" || strings.HasPrefix(m.Replace.Version, "(") {
		return "of a folder" // its path says nothing elsewhere
	}
	return m.Replace.Version
}

// setting is a build setting, empty where there is none.
func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
