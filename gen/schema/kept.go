package schema

import (
	"github.com/jiekou-dev/jiekou/gen/ordered"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/keyed"
)

// rawSchema is a value whose JSON is kept.
func rawSchema(f *spec.Field) ordered.Object {
	out := keptSchema(f)
	if f.Type == spec.Map && f.MinItems > 0 {
		out = append(out, ordered.Member{"minProperties", f.MinItems})
	}
	if f.Type == spec.Map && f.MaxItems > 0 {
		out = append(out, ordered.Member{"maxProperties", f.MaxItems})
	}
	if keys := keyed.Pattern(f.Keyed); keys != "" {
		out = append(out, ordered.Member{"propertyNames", ordered.Object{{"pattern", shared(keys)}}})
	}
	return out
}

// keptSchema is rawSchema without the number of members.
func keptSchema(f *spec.Field) ordered.Object {
	switch {
	case f.IsTyped() && len(f.Fields) > 0:
		return ordered.Object{{"type", "object"}, {"additionalProperties", objectSchema(f.Fields)}}
	case f.IsTyped():
		return ordered.Object{{"type", "object"}, {"additionalProperties", memberSchema(f)}}
	case f.Type == spec.Array:
		return ordered.Object{{"type", "array"}}
	case f.Type != spec.Any:
		return ordered.Object{{"type", "object"}}
	case f.IsRequired():
		return ordered.Object{{"not", ordered.Object{{"anyOf", nothing}}}}
	}
	return ordered.Object{}
}
