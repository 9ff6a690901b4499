package spec

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

const schemaURL = "language.schema.json"

// language is the compiled schema and its text as plain JSON.
type language struct {
	kinds map[string]*jsonschema.Schema
	plain any
}

// compile reads the embedded schema.
func compile() (*language, error) {
	l := &language{kinds: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(LanguageSchema(), &l.plain); err != nil {
		return nil, fmt.Errorf("language.schema.json: %w", err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, bytes.NewReader(LanguageSchema())); err != nil {
		return nil, fmt.Errorf("language.schema.json: %w", err)
	}
	for _, kind := range []string{"system", "errors", "errata", "changelog", "ledger", "table", "interface"} {
		s, err := c.Compile(schemaURL + "#/definitions/" + kind)
		if err != nil {
			return nil, fmt.Errorf("language.schema.json: %w", err)
		}
		l.kinds[kind] = s
	}
	return l, nil
}

// at returns the part of the schema at an absolute keyword location.
func (l *language) at(location string) any {
	_, pointer, _ := strings.Cut(location, "#")
	part := l.plain
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		m, ok := part.(map[string]any)
		if !ok {
			return nil
		}
		part = m[unescape.Replace(step)]
	}
	return part
}

// fits checks a file against its definition and reports each leaf that does
// not fit. It says whether the file can be read on.
func (r *reporter) fits(l *language, kind string, v *value) bool {
	var bad *jsonschema.ValidationError
	if err := l.kinds[kind].Validate(v.json()); !errors.As(err, &bad) {
		return err == nil
	}
	r.leaves(l, v, bad)
	return false
}

func (r *reporter) leaves(l *language, v *value, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		r.leaves(l, v, cause)
	}
	if len(e.Causes) > 0 {
		return
	}
	at, location := v.find(e.InstanceLocation), e.AbsoluteKeywordLocation
	cut := strings.LastIndexByte(location, '/')
	parent, _ := l.at(location[:cut]).(map[string]any)
	switch keyword := location[cut+1:]; keyword {
	case "additionalProperties":
		r.unknownKeys(at, parent)
	case "required":
		for _, key := range texts(parent["required"]) {
			if at.get(key) == nil {
				r.add("JK0006", at.pos, "", "missing key %q", key)
			}
		}
	case "type":
		r.add("JK0007", at.pos, "", "expected %s, found %s", strings.Join(texts(parent["type"]), " or "), at.describe())
	case "enum":
		r.add("JK0008", at.pos, OneOf(at.text, texts(parent["enum"])), "unknown value %s", at.describe())
	case "pattern":
		r.add("JK0009", at.pos, fmt.Sprintf("it must match %s", parent["pattern"]), "%q has another shape", at.text)
	default:
		r.add("JK0009", at.pos, "", "%s", e.Message)
	}
}

// unknownKeys reports the keys of v that the schema does not list.
func (r *reporter) unknownKeys(v *value, schema map[string]any) {
	known, _ := schema["properties"].(map[string]any)
	names := slices.Sorted(maps.Keys(known))
	for _, m := range v.members {
		if known[m.name] == nil {
			r.add("JK0005", m.pos, OneOf(m.name, names), "unknown key %q", m.name)
		}
	}
}

// texts returns the members of a schema's list as text.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i, one := range v {
			out[i] = fmt.Sprint(one)
		}
		return out
	}
	return nil
}
