package schema_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/gen/export/npm"
	"github.com/jiekou-dev/jiekou/gen/schema"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// bundles are those of the built-in systems, by name.
func bundles(t *testing.T) (map[string]string, *spec.Set) {
	t.Helper()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range set.Systems {
		text, err := schema.Bundle(s)
		if err != nil {
			t.Fatal(err)
		}
		out[s.Name] = string(text)
	}
	return out, set
}

// TestBundle compiles each schema of the bundles by its own $id, and validates samples.
func TestBundle(t *testing.T) {
	t.Parallel()
	texts, set := bundles(t)
	checked := 0
	for _, s := range set.Systems {
		c := jsonschema.NewCompiler()
		if err := c.AddResource("urn:jiekou:"+s.Name, strings.NewReader(texts[s.Name])); err != nil {
			t.Fatal(err)
		}
		for _, i := range s.Interfaces {
			for what, fields := range map[string]spec.Fields{"request": schema.Carried(i), "response": i.Response, "notification": i.Request} {
				if (what == "notification") != (i.Kind == spec.Notify) {
					continue
				}
				one, err := c.Compile("urn:jiekou:" + s.Name + "#/$defs/" + i.Cmd + "." + what)
				if err != nil {
					t.Fatal(err)
				}
				if err := one.Validate([]any{}); err == nil {
					t.Errorf("%s.%s takes an array", i.Cmd, what)
				}
				text, err := json.Marshal(example.Object(fields))
				if err != nil {
					t.Fatal(err)
				}
				var sample any
				if err := json.Unmarshal(text, &sample); err != nil {
					t.Fatal(err)
				}
				if one.Validate(sample) == nil {
					checked++
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d samples are valid", checked)
	}
}

// TestStrict compiles the bundles with ajv in its strict mode, which refuses every word
// that the standard does not have, and finds each schema by its $id.
func TestStrict(t *testing.T) {
	t.Parallel()
	texts, _ := bundles(t)
	for _, folder := range []string{"names", "places", "pushes", "login", "rules", "spec"} { // names and rows that are hard for everybody
		set, err := load.Systems(os.DirFS("../client/trial"), folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range set.Systems {
			text, err := schema.Bundle(s)
			if err != nil {
				t.Fatal(err)
			}
			texts[s.Name] = string(text)
		}
	}
	var wrong []string
	npm.Run(t, `
const Ajv = require("ajv/dist/2020").default;
const wrong = [];
for (const [name, text] of Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")))) {
  try {
    const ajv = new Ajv({ strict: true });
    const bundle = JSON.parse(text);
    ajv.addSchema(bundle);
    for (const one of Object.values(bundle.$defs)) ajv.getSchema(one.$id);
  } catch (e) {
    wrong.push(name + ": " + e.message);
  }
}
console.log(JSON.stringify(wrong));
`, texts, &wrong, "ajv")
	for _, one := range wrong {
		t.Error(one)
	}
}
