package signing

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// The words of runtime/protocol/signature, which the language may not import:
// TestSignatureWords in gen/bind, the room that knows both, holds them together.
var (
	hashWords     = []string{"md5", "sha1", "sha256", "sha512", "sm3"}
	encodingWords = []string{"hex", "HEX", "base64", "base64url"}
	filterWords   = append(slices.Clone(hashWords), "lower", "upper", "url")
	signSecrets   = []string{"token", "appkey"}
	wholeValues   = []string{"method", "path", "query", "body"}
	namedValues   = []string{"header", "query", "form", "body"}
)

// isKnown says whether a part names {params}, a value or a secret.
func isKnown(r spec.TemplatePart) bool {
	return r.Value == "params" || slices.Contains(wholeValues, r.Value) || slices.Contains(signSecrets, r.Value) ||
		namedValue(r.Value)
}

// badFilter returns the first filter that is none, or an encoding that follows no
// hash; empty: all are known.
func badFilter(r spec.TemplatePart) string {
	hashed := false
	for _, f := range r.Filters {
		switch {
		case hashed && slices.Contains(encodingWords, f):
			hashed = false
		case slices.Contains(filterWords, f):
			hashed = slices.Contains(hashWords, f)
		default:
			return f
		}
	}
	return ""
}

// namedValue says whether a text names a value of a request that has a name:
// header.x, query.x, form.x or body.x.
func namedValue(text string) bool {
	in, name := spec.Value(text)
	return name != "" && slices.Contains(namedValues, in) && !strings.ContainsAny(name, " {}:\"")
}

// valueHint says what to write instead of an unknown value; whole allows whole
// parts of the request and secrets there too.
func valueHint(text string, whole bool) string {
	in, name := spec.Value(text)
	known := []string{"header.x", "query.x", "form.x", "body.x"}
	for _, place := range namedValues {
		if name != "" && spec.Meant(in, []string{place}) != "" {
			return spec.Meant(text, []string{place + "." + name})
		}
	}
	if whole {
		known = slices.Concat(known, wholeValues, signSecrets)
	}
	return spec.OneOf(text, known)
}
