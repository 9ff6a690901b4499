package gen

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// nestedPlaces are the places of an object in a reply or a notification: the interface
// around it, with $ for its members' sources.
var nestedPlaces = map[string]string{
	"report": `kind: report
request: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}}
response: {$object}
answer: {insert: goods, return: {$return}}
`,
	"read after": `kind: report
request: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}}
response: {$object}
answer:
  steps: [{as: new, upsert: goods, match: [name]}, {as: goods, get: goods, where: [name]}]
  return: {$return}
`,
	"get": `kind: query
request: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}}
response: {$object}
answer: {get: goods, where: [name], missing: 2001, return: {$return}}
`,
	"list": `kind: query
request: {kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}}
response: {rows: {type: array, label: 行, fields: {$object}}}
answer: {list: goods, order: [name], return: {$return}}
`,
	"children": `kind: query
request: {kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}}
response: {rows: {type: array, label: 行, fields: {guid: {type: string, label: 号}, inner: {type: array, label: 内, fields: {$object}}}}}
answer: {list: goods, order: [name], children: {inner: {list: goods, on: {guid: guid}, order: [guid], return: {$return}}}}
`,
	"sql": `kind: query
request: {name: {type: string, length: 64, required: true, label: 名}}
response: {rows: {type: array, label: 行, fields: {$object}}}
answer: {sql: "select name, kind, amount from mini.goods order by name", into: rows}
`,
	"written": `kind: report
request: {kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}, list: {type: array, label: 列, fields: {name: {type: string, length: 64, required: true, label: 名}, amount: {type: int, label: 数}}}}
response: {rows: {type: array, label: 行, fields: {$object}}}
answer: {steps: [{insert: goods, each: list, unique: {name: 2003}, into: rows, order: name, return: {$return}}]}
`,
	"replaced": `kind: report
request: {kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}, list: {type: array, label: 列, fields: {name: {type: string, length: 64, required: true, label: 名}, amount: {type: int, label: 数}}}}
response: {rows: {type: array, label: 行, fields: {$object}}, deep: {type: object, label: 深, fields: {count: {type: int, label: 数}}}}
answer:
  steps:
    - {replace: goods, each: list, match: kind, unique: {name: 2003}, into: rows, order: [-amount, name], return: {$return}}
    - {as: count, sql: "select count(*) as count from mini.goods"}
`,
	"put": `kind: report
request: {kind: {type: string, length: 8, required: true, label: 类, enum: {a: 甲, b: 乙}}, from: {type: object, label: 外, fields: {word: {type: string, length: 8, label: 词}}}, list: {type: array, label: 列, fields: {name: {type: string, length: 64, required: true, label: 名}, amount: {type: int, label: 数}}}}
response: {deep: {type: object, label: 深, fields: {rows: {type: array, label: 行, fields: {$object}}}}}
answer: {upsert: goods, each: list, match: [name], into: deep/rows, order: name, return: {$return}}
`,
	"notification": `kind: notify
request: {$object}
row: goods
on: explicit
scope: {name: name}
fill: {$return}
`,
}

// nestedSources are the sources of a member, by their YAML; empty: by its name.
var nestedSources = map[string]string{
	"name":    "",
	"column":  "name",
	"mapped":  "{map: kindText, of: kind}",
	"field":   "{field: kind}",
	"inside":  "{field: from/word}",
	"mapping": "{map: kindText, field: kind}",
	"value":   "{value: a}",
	"now":     "{now: true}",
	"select":  `{sql: "(select count(*) from mini.goods g where g.name = t.name)"}`,
}

// lacking are sources that a place does not have: a notification has no request, SQL gives all
// members, and a report that reads nothing has no row at hand.
func lacking(place, source string) bool {
	switch place {
	case "notification":
		return source == "field" || source == "inside" || source == "mapping"
	case "sql":
		return source != "name"
	}
	return place == "report" && source == "select"
}

// TestNestedReplies holds that a reply and a notification have objects at any depth in each of
// their places, filled from each source: what is generated compiles, its statements can be
// prepared, and its server does what its model does.
func TestNestedReplies(t *testing.T) {
	t.Parallel()
	var list []mutant
	places := slices.Sorted(maps.Keys(nestedPlaces))
	for n, place := range places {
		c := nestedReplies(t, place)
		files := c.print(t)
		wellFormed(t, files)
		if p := compile(t, files); !t.Failed() {
			prepared(t, p)
		}
		list = append(list, c.served(t, uint64(n)))
	}
	if t.Failed() {
		return
	}
	for n, fault := range served(t, list) {
		t.Errorf("%s: %s", places[n], fault)
	}
}

// TestNestedTogether serves all places in one system: an interface of one of them removes
// rows that the cases of others need.
func TestNestedTogether(t *testing.T) {
	t.Parallel()
	world := fstest.MapFS{}
	for n, place := range slices.Sorted(maps.Keys(nestedPlaces)) {
		for name, file := range nestedReplies(t, place).fsys {
			if strings.Contains(name, "_") && !strings.HasSuffix(strings.TrimSuffix(name, ".yaml"), "_name") {
				continue // one source will do
			}
			if world[name] == nil {
				world[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(file.Data), "section: \"2.", fmt.Sprintf("section: \"2.%d.", n+1), 1))}
			}
		}
	}
	tell := string(world["spec/mini/shop/tell.yaml"].Data)
	world["spec/mini/shop/tell.yaml"].Data = []byte(tell[:strings.Index(tell, "notify: ")] + "notify: [notification_name]\n")
	c := goldenCase{name: "together", file: "together", fsys: world}
	one := c.served(t, 1)
	one.unseen = true
	for _, fault := range served(t, []mutant{one}) {
		t.Error(fault)
	}
}

// nestedReplies is a system with an interface for each source that a place has.
func nestedReplies(t *testing.T, place string) goldenCase {
	t.Helper()
	world, names := fstest.MapFS{}, []string{}
	group, chapter := "shop", "2"
	if place == "notification" {
		group, chapter = "notice", "3"
	}
	for n, source := range slices.Sorted(maps.Keys(nestedSources)) {
		if lacking(place, source) {
			continue
		}
		object, returns := nestedObject(nestedSources[source])
		name := strings.ReplaceAll(place, " ", "_") + "_" + source
		text := strings.NewReplacer("$object", object, "$return", returns).Replace(nestedPlaces[place])
		world["spec/mini/"+group+"/"+name+".yaml"] = &fstest.MapFile{
			Data: fmt.Appendf(nil, "interface: %s\ntitle: 试\nsection: \"%s.%d\"\n%s", name, chapter, n+1, text),
		}
		names = append(names, name)
	}
	if place == "notification" {
		world["spec/mini/shop/tell.yaml"] = &fstest.MapFile{Data: []byte("interface: tell\ntitle: 试\nsection: \"2.99\"\nkind: report\n" +
			"request: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, label: 类}}\n" +
			"response: {}\nanswer: {insert: goods, unique: {name: 2003}}\nnotify: [" + strings.Join(names, ", ") + "]\n")}
	}
	return goldenCase{name: place, file: place, fsys: nestedWorld(t, world)}
}

// nestedObject is an object with an object in it, and where their members come from: the YAML
// of a source, or "" for the column of their name.
func nestedObject(source string) (object, returns string) {
	object = "own: {type: object, label: 物, fields: {name: {type: string, label: 名}, in: {type: object, label: 内, fields: {kind: {type: string, label: 类}, amount: {type: int, label: 数}}}}}"
	if source == "" {
		return object, ""
	}
	kind, amount := source, "amount"
	return object, fmt.Sprintf("own/in/kind: %s, own/in/amount: %s", kind, amount)
}

// nestedWorld is the base with a table and further files.
func nestedWorld(t testing.TB, more fstest.MapFS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{
		"spec/mini/table/goods.yaml": {Data: []byte(`table: goods
title: 商品
columns:
  guid:     {type: string, length: 64, default: guid, required: true}
  name:     {type: string, length: 64, required: true}
  kind:     {type: string, length: 8}
  amount:   {type: int}
  created:  {type: datetime, default: now, required: true}
  modified: {type: datetime, default: now, required: true}
key: [guid]
unique: [[name]]
`)},
	}
	for _, f := range parseArchive(t, base).Files {
		out[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	system := string(out["spec/mini/system.yaml"].Data)
	system = strings.Replace(system, "\nmappings:\n", "\nmappings:\n  kindText: {values: {a: 甲, b: 乙}, else: 无}\n", 1)
	out["spec/mini/system.yaml"] = &fstest.MapFile{Data: []byte(system)}
	maps.Copy(out, more)
	return out
}
