package golang

import (
	"go/token"
	"slices"
	"strings"
	"unicode"

	"github.com/jiekou-dev/jiekou/spec"
)

// goName is the exported Go name of a wire name.
func goName(name string) string { return spec.GoName(name) }

// lowerName is the unexported Go name of a wire name: cst_info_create ->
// cstInfoCreate. A suffix follows it, or see localName.
func lowerName(name string) string {
	runes := []rune(goName(name))
	n := 1
	for n < len(runes) && unicode.IsUpper(runes[n]) && (n+1 == len(runes) || unicode.IsUpper(runes[n+1])) {
		n++
	}
	return strings.ToLower(string(runes[:n])) + string(runes[n:])
}

// localName is lowerName for a whole identifier: one that would hide a keyword, a
// predeclared name, an import or a member of answers gets an underscore.
func localName(name string) string {
	s := lowerName(name)
	if reserved(s) {
		s += "_"
	}
	return s
}

// reserved reports whether a local name would hide something that generated code
// uses.
func reserved(s string) bool {
	switch s {
	case "any", "append", "bool", "cap", "clear", "close", "copy", "delete", "error", "false", "float64", "int", "int64",
		"iota", "len", "make", "max", "min", "new", "nil", "panic", "print", "recover", "string", "true",
		"context", "regexp", "problem", "envelope", "migrate", "route", "store", "validate", "wire",
		"a", "db", "q", "p", "o", "c", "in", "out", "ctx", "call", "err", "list", "page", "rows", "row", "mark":
		return true
	}
	return token.IsKeyword(s)
}

// fileName is the Go file of an interface. A name that Go would take for a test or
// for one platform gets an underscore at its end.
func fileName(cmd string) string {
	last := cmd[strings.LastIndexByte(cmd, '_')+1:]
	if last != cmd && slices.Contains(buildWords, last) {
		return cmd + "_.go"
	}
	return cmd + ".go"
}

// buildWords are the endings of file names that mean something to go build.
var buildWords = []string{
	"test", "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd", "plan9",
	"solaris", "wasip1", "windows", "unix", "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle",
	"ppc64", "ppc64le", "riscv64", "s390x", "wasm",
}

// requestType is the type of an interface's request.
func requestType(i *spec.Interface) string { return goName(i.Cmd) + "Request" }

// responseType is the type of an interface's response.
func responseType(i *spec.Interface) string { return goName(i.Cmd) + "Response" }

// memberType is the type of the objects in a field, given the type that has the
// field.
func memberType(parent string, f *spec.Field) string { return parent + f.GoMember() }

// innerType is the struct of an object at any depth of a message, or of a member of an array.
func innerType(message string, f *spec.Field) string {
	if f.Parent != nil {
		message = innerType(message, f.Parent)
	}
	return memberType(message, f)
}

// tableNames is the variable that lists a struct's fields in order.
func tableNames(typeName string) string { return lowerName(typeName) + "Fields" }
