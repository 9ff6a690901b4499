package systems_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	schemas "github.com/jiekou-dev/jiekou/testkit/schema"
)

// inputs is how many payloads each interface is tested with.
func inputs() int {
	if slow {
		return 300
	}
	return 2000
}

// TestJudgesAgree runs random payloads through the validators of each interface:
// the generated decoder with its checks, the struct tags, the JSON Schema, and
// validation from the model. They must give the same verdict, and all but the
// schema the same problems.
func TestJudgesAgree(t *testing.T) {
	t.Parallel()
	structs, err := validate.NewStructs()
	if err != nil {
		t.Fatal(err)
	}
	set := loadSpec(t)
	for _, system := range describedSystems() {
		at := slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == system.Name })
		for i := range system.Interfaces {
			one := &system.Interfaces[i]
			k := slices.IndexFunc(set.Systems[at].Interfaces, func(x *spec.Interface) bool { return x.Cmd == one.Cmd })
			text, err := fs.ReadFile(system.Docs, "schema/"+one.Cmd+".json")
			if err != nil {
				t.Fatal(err)
			}
			t.Run(system.Name+"/"+one.Cmd, func(t *testing.T) {
				t.Parallel()
				schema, err := schemas.Compile(one.Cmd+".json", text)
				if err != nil {
					t.Fatal(err)
				}
				request := set.Systems[at].Interfaces[k].Request
				c := newCourt(t, system, one, structs, schema, modelOf(t, set.Systems[at], request))
				c.outside = outsideSchema(t, one.Cmd, text)
				c.run(request)
			})
		}
	}
}

// modelOf validates requests from the model.
func modelOf(t *testing.T, s *spec.System, request spec.Fields) *bind.Judge {
	t.Helper()
	j, err := bind.NewJudge(s, request)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// court has the validators of one interface.
type court struct {
	t       *testing.T
	system  route.System
	one     *route.Interface
	zone    *time.Location
	structs *validate.Structs
	schema  *schemas.Schema
	model   *bind.Judge
	outside *schemas.Schema   // of the fields outside the body; nil: none
	classes map[string]string // kind of disagreement -> shortest example
	count   map[string]int
	good    int
}

func newCourt(t *testing.T, system route.System, one *route.Interface, structs *validate.Structs, schema *schemas.Schema,
	model *bind.Judge,
) *court {
	t.Helper()
	zone, err := time.LoadLocation(system.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &court{t: t, system: system, one: one, zone: zone, structs: structs, schema: schema, model: model, classes: map[string]string{}, count: map[string]int{}}
}

// outsideSchema compiles the part of a generated schema about the fields outside
// the body, nil if there are none.
func outsideSchema(t *testing.T, cmd string, text []byte) *schemas.Schema {
	t.Helper()
	var printed struct {
		Outside json.RawMessage `json:"x-outside"`
	}
	if err := json.Unmarshal(text, &printed); err != nil {
		t.Fatal(err)
	}
	if printed.Outside == nil {
		return nil
	}
	schema, err := schemas.Compile(cmd+".outside.json", printed.Outside)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// run validates random payloads and reports each kind of disagreement once.
func (c *court) run(fields spec.Fields) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.system.Name + c.one.Cmd))
	g := generator{Rand: rand.New(rand.NewPCG(h.Sum64(), 20261121))}
	all := flat(fields)
	for n := range inputs() {
		odd := 0.0
		switch g.target = nil; n % 6 {
		case 0:
		case 1:
			odd = pick(g, 0.1, 0.3, 0.6)
		default:
			g.target = pick(g, all...)
		}
		payload := g.object(fields, odd)
		if !json.Valid([]byte(payload)) {
			c.t.Fatalf("the generator made no JSON: %s", payload)
		}
		c.judge(payload)
	}
	if c.good < inputs()/20 || c.good > inputs()*19/20 {
		c.t.Errorf("%d of %d payloads were valid: a poor mixture", c.good, inputs())
	}
	for class, example := range c.classes {
		c.t.Errorf("%s (%d times), for example\n%.600s", class, c.count[class], example)
	}
}

// disagree notes a disagreement.
func (c *court) disagree(class, payload string) {
	c.count[class]++
	if old, ok := c.classes[class]; !ok || len(payload) < len(old) {
		c.classes[class] = payload
	}
}

// judge runs one payload through the validators.
func (c *court) judge(payload string) {
	q, err := c.one.Judge([]byte(payload), c.zone, c.system.Limits)
	refused, ok := errors.AsType[*problem.Error](err)
	if err != nil && !ok {
		c.t.Fatalf("an error that is no problem: %v\n%s", err, payload)
	}
	if refused == nil {
		c.good++
	}
	own := found(refused)
	of, _ := errors.AsType[*problem.Error](c.model.Check([]byte(payload)))
	if theirs := found(of); !slices.Equal(own, theirs) {
		c.disagree(fmt.Sprintf("the judge of the model finds %s, not %s", withoutIndex(theirs), withoutIndex(own)), payload)
	}
	met := c.schema.Check([]byte(payload))
	if met == nil && c.outside != nil {
		met = c.outside.Check([]byte(payload))
	}
	if (met == nil) != (refused == nil) {
		if refused == nil {
			c.disagree("only the schema refuses: "+cause(met), payload)
		} else {
			c.disagree("the schema accepts: "+strings.Join(withoutIndex(own), ", "), payload)
		}
	}
	if refused != nil && (refused.Rule == problem.JSON || slices.ContainsFunc(refused.Problems, func(p problem.Problem) bool { return p.Rule == problem.Type })) {
		return // nothing was decoded for the tags to validate
	}
	tagged, _ := errors.AsType[*problem.Error](c.structs.Check(q))
	theirs := found(tagged)
	for _, p := range own {
		if !slices.Contains(theirs, p) {
			c.disagree("the tags miss "+strings.Join(withoutIndex([]string{p}), ""), payload)
		}
	}
	for _, p := range theirs {
		if !slices.Contains(own, p) {
			c.disagree("only the tags find "+strings.Join(withoutIndex([]string{p}), ""), payload)
		}
	}
}

// found lists the problems of a refusal as "rule path".
func found(e *problem.Error) []string {
	if e == nil {
		return nil
	}
	var list []string
	for _, p := range e.Problems {
		list = append(list, string(p.Rule)+" "+p.At)
	}
	if len(list) == 0 {
		list = []string{string(e.Rule)}
	}
	return list
}

// withoutIndex drops the numbers from paths, so that like problems are one kind.
func withoutIndex(list []string) []string {
	var out []string
	for _, p := range list {
		parts := slices.DeleteFunc(strings.Split(p, "/"), func(s string) bool { _, err := strconv.Atoi(s); return err == nil })
		out = append(out, strings.Join(parts, "/"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cause is the innermost line of a schema's refusal, without values.
func cause(err error) string {
	lines := strings.Split(strings.TrimSpace(fmt.Sprintf("%#v", err)), "\n")
	for _, line := range lines {
		if strings.Contains(line, "/properties/") {
			at, _, _ := strings.Cut(strings.TrimSpace(line[strings.Index(line, "/properties/"):]), " ")
			return at
		}
	}
	return lines[len(lines)-1]
}

// flat lists fields and their members.
func flat(fields spec.Fields) spec.Fields {
	var all spec.Fields
	for _, f := range fields {
		all = append(append(all, f), flat(f.Fields)...)
	}
	return all
}

// All validators refuse two members that are one field: the decoder calls them
// duplicates.
func TestJudgesAgreeOnAliases(t *testing.T) {
	t.Parallel()
	sound := map[string]members{
		"agent_create": {"name": "a", "Mobile": "1", "mobile": "1", "areaCode": 1, "agentClasses": 6},
		"base_consultant_create": {
			"userName": "a", "userCode": "a", "password": "a", "mobile": "1", "isDisabeld": 0, "isDisabled": 0, "stationName": "a", "stationGUID": "a",
			"projGUID": "p", "gender": 1, "userGUID": "u", "proxyCompanyId": "c",
		},
		"cst_attach_create_v2": {"cstGUID": "a", "oppGUID": "b", "userGUID": "c", "attachs": []any{
			members{"attachGUID": "x", "items": []any{members{"itemValue": "1", "itemCode": "1"}}},
		}},
	}
	for _, system := range describedSystems() {
		for i := range system.Interfaces {
			one := &system.Interfaces[i]
			body, ok := sound[one.Cmd]
			if !ok {
				continue
			}
			text, err := fs.ReadFile(system.Docs, "schema/"+one.Cmd+".json")
			if err != nil {
				t.Fatal(err)
			}
			schema, err := schemas.Compile(one.Cmd, text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := one.Judge([]byte(body.JSON()), time.UTC, system.Limits); err == nil {
				t.Errorf("%s: the decoder takes two names of one field", one.Cmd)
			}
			if schema.Check([]byte(body.JSON())) == nil {
				t.Errorf("%s: the schema takes two names of one field", one.Cmd)
			}
		}
	}
}
