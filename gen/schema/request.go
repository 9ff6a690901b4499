package schema

import (
	"slices"
	"strings"

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
		levels, own := spec.Outward(name)
		first, _, _ := strings.Cut(own, "/")
		other := f.Decider(fields, name)
		if levels == 0 && fields.Named(first) == nil || other == nil {
			return true
		}
		for range strings.Count(own, "/") {
			if other = other.Parent; other.IsPacked() { // a text is not looked into
				return true
			}
		}
		return levels > 0 && isOutside(other) != isOutside(f)
	})
}

// isOutside reports whether a field is outside the body.
func isOutside(f *spec.Field) bool { return f.In != "" && f.In != "body" }
