package schema

import (
	"slices"

	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
)

// OutsideKeyword is the member of a printed schema that describes the fields that
// do not stand in the JSON body: each says with "x-in" where it does. JSON Schema
// leaves it alone.
const OutsideKeyword = "x-outside"

// requestSchema is the schema of what an interface takes: of the body, and of a
// plain request beside it of what stands elsewhere. Conditions between the two are
// for the decoder alone.
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
func beside(fields []*spec.Field, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(fields, func(f *spec.Field) bool { return f.Name == name })
	})
}
