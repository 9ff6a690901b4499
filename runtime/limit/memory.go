package limit

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// Memory sets the limit of the heap to nine tenths of what the control group of the
// process has, and returns it: 0 where there is none, or GOMEMLIMIT says another.
func Memory() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return 0
	}
	most := groupMemory("/sys/fs/cgroup", "/proc/self/cgroup")
	if most > 0 {
		most = most / 10 * 9
		debug.SetMemoryLimit(most)
	}
	return most
}

// groupMemory is the least limit of the groups of the process, 0 without one.
func groupMemory(root, file string) (most int64) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		kind, path, _ := strings.Cut(rest, ":")
		name := "memory.max"
		base := root
		switch kind {
		case "": // version 2
		case "memory":
			name, base = "memory.limit_in_bytes", filepath.Join(root, "memory")
		default:
			continue
		}
		for dir := filepath.Clean("/" + path); ; dir = filepath.Dir(dir) {
			if n := readLimit(filepath.Join(base, dir, name)); n > 0 && (most == 0 || n < most) {
				most = n
			}
			if dir == "/" {
				break
			}
		}
	}
	return most
}

// readLimit reads one limit, 0 where it is none. Version 1 has a number of 2^63 for none.
func readLimit(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n >= 1<<60 {
		return 0
	}
	return n
}
