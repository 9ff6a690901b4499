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
	if !i.System.HasPaths() || len(outside) == 0 {
		return payloadSchema(i.Request)
	}
	text := "fields in the path, the query, the header or a form, as texts; arrays and objects as JSON text"
	return append(payloadSchema(i.Body()),
		ordered.Member{OutsideKeyword, append(ordered.Object{{"description", text}}, objectSchema(outside)...)})
}

// beside reports whether all that conditions of a field name is in the same object: among
// the fields, or, further out, in the same part of the message.
func beside(f *spec.Field, fields spec.Fields, names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		if levels, own := spec.Outward(name); levels == 0 {
			return fields.Named(own) == nil
		}
		other := f.Decider(fields, name)
		return other == nil || isOutside(other) != isOutside(f)
	})
}

// isOutside reports whether a field is outside the body.
func isOutside(f *spec.Field) bool { return f.In != "" && f.In != "body" }
