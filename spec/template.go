package spec

import (
	"slices"
	"strings"
)

// The words of runtime/protocol/signature; TestSignatureWords in gen holds the two together.
var (
	hashWords     = []string{"md5", "sha1", "sha256", "sha512", "sm3"}
	encodingWords = []string{"hex", "HEX", "base64", "base64url"}
	filterWords   = append(slices.Clone(hashWords), "lower", "upper", "url")
	signSecrets   = []string{"token", "appkey"}
	wholeValues   = []string{"method", "path", "query", "body"}
	namedValues   = []string{"header", "query", "form", "body"}
)

// reference is {x:filter:filter} of a template.
type reference struct {
	raw     string // as it is written, with its braces
	value   string
	filters []string
	nth     int // of the same text in the template, from 0
}

// references reads a template. bad is what cannot be read, from its first brace
// on; empty: all could.
func references(text string) (list []reference, bad string) {
	seen := map[string]int{}
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '}':
		default:
			continue
		}
		if at+1 < len(text) && text[at+1] == text[at] {
			at++
			continue
		}
		end := strings.IndexByte(text[at:], '}')
		if text[at] == '}' || end < 0 || strings.Contains(text[at+1:at+end], "{") {
			return list, text[at:]
		}
		raw := text[at : at+end+1]
		words := strings.Split(raw[1:len(raw)-1], ":")
		list = append(list, reference{raw: raw, value: words[0], filters: words[1:], nth: seen[raw]})
		seen[raw]++
		at += end
	}
	return list, ""
}

// known says whether it names {params}, a value or a secret.
func (r reference) known() bool {
	return r.value == "params" || slices.Contains(wholeValues, r.value) || slices.Contains(signSecrets, r.value) ||
		namedValue(r.value)
}

// badFilter returns the first filter that is none, or an encoding that follows no
// hash; empty: all are known.
func (r reference) badFilter() string {
	hashed := false
	for _, f := range r.filters {
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
	in, name := Value(text)
	return name != "" && slices.Contains(namedValues, in) && !strings.ContainsAny(name, " {}:\"")
}

// valueHint is what to write instead of an unknown value; whole says whether
// whole parts of the request and secrets may stand there too.
func valueHint(text string, whole bool) string {
	in, name := Value(text)
	known := []string{"header.x", "query.x", "form.x", "body.x"}
	for _, place := range namedValues {
		if name != "" && meant(in, []string{place}) != "" {
			return meant(text, []string{place + "." + name})
		}
	}
	if whole {
		known = slices.Concat(known, wholeValues, signSecrets)
	}
	return oneOf(text, known)
}

// TemplatePart is {x:filter} of a template.
type TemplatePart struct {
	Raw     string // as it is written, with its braces
	Value   string
	Filters []string
}

// Parts lists what stands between the braces of Over, each once, in order.
func (s *SignStep) Parts() []TemplatePart {
	var out []TemplatePart
	list, _ := references(s.Over)
	for _, r := range list {
		if r.nth == 0 {
			out = append(out, TemplatePart{r.raw, r.value, r.filters})
		}
	}
	return out
}
