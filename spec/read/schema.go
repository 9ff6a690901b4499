package read

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/read/shape"
	"github.com/jiekou-dev/jiekou/spec/yamltree"
)

const schemaURL = "language.schema.json"

// language is the schema of the language: its text as generic JSON, and what says of a file
// that it fits. The validators that say why not are made when a file does not.
type language struct {
	plain      any
	shapes     map[string]*shape.Shape // by kind of file
	validators func() (map[string]*jsonschema.Schema, error)
}

// kinds are the kinds of files.
func kinds() []string {
	return []string{"system", "errors", "errata", "changelog", "ledger", "vectors", "origin", "enums", "table", "interface"}
}

// compile reads the embedded schema.
func compile() (*language, error) {
	l := &language{shapes: map[string]*shape.Shape{}, validators: sync.OnceValues(validators)}
	if err := json.Unmarshal(spec.LanguageSchema(), &l.plain); err != nil {
		return nil, fmt.Errorf("language.schema.json: %w", err)
	}
	c := shape.NewCompiler(l.plain)
	for _, kind := range kinds() {
		s, err := c.Compile("#/definitions/" + kind)
		if err != nil {
			return nil, fmt.Errorf("language.schema.json: %w", err)
		}
		l.shapes[kind] = s
	}
	return l, nil
}

// validators compiles the schema for each kind of file.
func validators() (map[string]*jsonschema.Schema, error) {
	out := map[string]*jsonschema.Schema{}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, bytes.NewReader(spec.LanguageSchema())); err != nil {
		return nil, fmt.Errorf("language.schema.json: %w", err)
	}
	for _, kind := range kinds() {
		s, err := c.Compile(schemaURL + "#/definitions/" + kind)
		if err != nil {
			return nil, fmt.Errorf("language.schema.json: %w", err)
		}
		out[kind] = s
	}
	return out, nil
}

// compiled is the language, read once.
var compiled = sync.OnceValues(compile)

// pointer undoes the escapes of / and ~ in JSON pointers.
var pointer = strings.NewReplacer("~1", "/", "~0", "~")

// at returns the part of the schema at an absolute keyword location.
func (l *language) at(location string) any {
	_, path, _ := strings.Cut(location, "#")
	part := l.plain
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		m, ok := part.(map[string]any)
		if !ok {
			return nil
		}
		part = m[pointer.Replace(step)]
	}
	return part
}

// fits checks a file against its definition and reports each leaf that does
// not fit. It says whether the file can be read on.
func (d *reader) fits(kind string, v *yamltree.Value) bool {
	if d.lang.shapes[kind].Fits(v) {
		return true
	}
	validators, err := d.lang.validators()
	if err != nil {
		d.Add("JK0009", v.Pos, "", "%s", err)
		return false
	}
	var bad *jsonschema.ValidationError
	if err := validators[kind].Validate(v.JSON()); !errors.As(err, &bad) {
		return err == nil
	}
	d.leaves(v, bad)
	return false
}

func (d *reader) leaves(v *yamltree.Value, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		d.leaves(v, cause)
	}
	if len(e.Causes) > 0 {
		return
	}
	at, location := v.Find(e.InstanceLocation), e.AbsoluteKeywordLocation
	cut := strings.LastIndexByte(location, '/')
	parent, _ := d.lang.at(location[:cut]).(map[string]any)
	switch keyword := location[cut+1:]; keyword {
	case "additionalProperties":
		d.unknownKeys(at, parent)
	case "required":
		for _, key := range texts(parent["required"]) {
			if at.Get(key) == nil {
				d.Add("JK0006", at.Pos, "", "missing key %q", key)
			}
		}
	case "type":
		hint := ""
		if at.Form == yamltree.Null && at.Text != "" {
			hint = fmt.Sprintf("quote it if it is a text: %q", at.Text)
		}
		d.Add("JK0007", at.Pos, hint, "expected %s, found %s", strings.Join(texts(parent["type"]), " or "), at.Describe())
	case "enum":
		d.Add("JK0008", at.Pos, spec.OneOf(at.Text, texts(parent["enum"])), "unknown value %s", at.Describe())
	case "pattern":
		hint := fmt.Sprintf("it must match %s", parent["pattern"])
		if examples := texts(parent["examples"]); len(examples) > 0 {
			hint = "for example " + strings.Join(examples, ", ")
			if strings.HasSuffix(location[:cut], "/length") {
				hint += "; doc_length keeps what no rule can say"
			}
		}
		d.Add("JK0009", at.Pos, hint, "%q has another shape", at.Text)
	default:
		d.Add("JK0009", at.Pos, "", "%s", e.Message)
	}
}

// isNoKey reports whether no key has a character: it is of a text.
func isNoKey(r rune) bool { return r == ' ' || r > unicode.MaxASCII }

// unknownKeys reports the keys of v that the schema does not list.
func (d *reader) unknownKeys(v *yamltree.Value, schema map[string]any) {
	known, _ := schema["properties"].(map[string]any)
	names := slices.Sorted(maps.Keys(known))
	for _, m := range v.Members {
		if known[m.Name] != nil {
			continue
		}
		hint := spec.OneOf(m.Name, names)
		if slices.Contains(spec.Replaced(), m.Name) {
			hint = "protocol says it now: jiekou fmt --migrate rewrites it"
		} else if m.Form == yamltree.Null && strings.ContainsFunc(m.Name, isNoKey) {
			hint = "a comma in { } ends a text: put the text in quotes"
		}
		d.Add("JK0005", m.Pos, hint, "unknown key %q", m.Name)
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
