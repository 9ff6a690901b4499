package schema

import (
	"slices"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// OutsideKeyword is the member of a generated schema that describes the fields
// outside the JSON body, each with its place in "x-in". JSON Schema ignores it.
const OutsideKeyword = "x-outside"

// requestSchema is the schema of a request: of its body, and beside it of the
// fields that a signed request has elsewhere. Only the decoder checks conditions
// between the two.
func requestSchema(i *spec.Interface) ordered.Object {
	outside := i.Outside()
	if !i.System.Plain() || len(outside) == 0 {
		return objectSchema(i.Request)
	}
	text := "fields in the path, the query, the header or a form, as texts; arrays and objects as JSON text"
	return append(objectSchema(i.Body()),
		ordered.Member{OutsideKeyword, append(ordered.Object{{"description", text}}, objectSchema(outside)...)})
}

// beside reports whether all of the names are those of the fields.
func beside(fields spec.Fields, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(fields, func(f *spec.Field) bool { return f.Name == name })
	})
}
