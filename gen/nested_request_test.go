package gen

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"
)

// nestedUses are interfaces that use what is at some depth of a request.
var nestedUses = map[string]string{
	"set of an object": `kind: report
request: {from: {type: object, label: 外, fields: {name: {type: string, length: 64, required: true, label: 名}, in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}}, again: {type: string, length: 64, required: true, label: 号}}
response: {}
answer: {insert: goods, set: {name: again, kind: from/in/kind, amount: from/in/amount}, unique: {name: 2003}}
`,
	"changed by an object": `kind: report
request: {name: {type: string, length: 64, required: true, label: 名}, in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}
response: {}
answer: {update: goods, where: [name], missing: 2001}
`,
	"found by an object": `kind: query
request: {in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}
response: {rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {list: goods, where: [kind, amount], order: [name]}
`,
	"checked by an object": `kind: query
request: {in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}
response: {rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {check: [{table: goods, where: {amount: in/amount}, else: 2001}], list: goods, order: [name]}
`,
	"page of an object": `kind: query
request: {in: {type: object, required: true, label: 内, fields: {page: {type: int, min: 1, default: 1, label: 页}, pageSize: {type: int, min: 1, max: 100, default: 20, label: 行数}}}}
response: {out: {type: object, label: 页, fields: {total: {type: int, label: 页数}}}, rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {list: goods, order: [guid], page: {page: in/page, size: in/pageSize, total: out/total}}
`,
	"object of a member": `kind: report
request: {rows: {type: array, label: 行, required: true, fields: {name: {type: string, length: 64, required: true, label: 名}, in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}}}
response: {}
answer: {insert: goods, each: rows, set: {name: rows/name, kind: rows/in/kind, amount: rows/in/amount}, unique: {name: 2003}}
`,
	"array of an object": `kind: report
request: {in: {type: object, label: 内, fields: {rows: {type: array, label: 行, fields: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}}}
response: {}
answer: {insert: goods, each: in/rows, unique: {name: 2003}}
`,
	"array of an object of a member": `kind: report
request: {lists: {type: array, label: 列, fields: {in: {type: object, label: 内, fields: {rows: {type: array, label: 行, fields: {name: {type: string, length: 64, required: true, label: 名}, kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}}}}}
response: {}
answer: {insert: goods, each: lists/in/rows, unique: {name: 2003}}
`,
	"checked by an object of a member": `kind: report
request: {name: {type: string, length: 64, required: true, label: 名}, rows: {type: array, label: 行, fields: {in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}}}}}}
response: {}
answer: {check: [{each: rows, table: goods, where: {kind: rows/in/kind}, else: 2001}], insert: goods, set: {kind: {value: a}, amount: {value: 1}}, unique: {name: 2003}}
`,
	"changed by an array": `kind: report
request: {names: {type: array, of: string, length: 64, required: true, min_items: 1, max_items: 20, label: 名}}
response: {}
answer: {update: goods, where: {name: names}, set: {kind: {value: a}}, missing: 2001}
`,
	"handed back": `kind: query
request: {in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}}}}
response: {kind: {type: string, length: 8, label: 类}, amount: {type: int, label: 数}, rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {list: goods, order: [name], return: {kind: {field: in/kind}, amount: {field: in/amount}}}
`,
	"mapped and handed back": `kind: query
request: {in: {type: object, label: 内, fields: {kind: {type: string, length: 8, label: 类}}}}
response: {kind: {type: string, length: 8, label: 类}, rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {list: goods, order: [name], return: {kind: {map: kindText, field: in/kind}}}
`,
	"selected of nothing": `kind: query
request: {}
response: {at: {type: datetime, label: 时}, count: {type: int, label: 数}, rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}
answer: {list: goods, order: [name], return: {at: {now: true}, count: {sql: "(select count(*) from mini.goods)"}}}
`,
}

// TestNestedRequests holds that what an answer takes may be at any depth of a request, in
// objects that need not be there.
func TestNestedRequests(t *testing.T) {
	t.Parallel()
	var list []mutant
	for n, name := range slices.Sorted(maps.Keys(nestedUses)) {
		text := "interface: nested\ntitle: 试\nsection: \"2.1\"\n" + nestedUses[name]
		c := goldenCase{name: name, file: name, fsys: nestedWorld(t, fstest.MapFS{"spec/mini/shop/nested.yaml": {Data: []byte(text)}})}
		list = append(list, c.served(t, uint64(n)))
	}
	for n, fault := range served(t, list) {
		t.Errorf("%s: %s", slices.Sorted(maps.Keys(nestedUses))[n], fault)
	}
}

// served generates a case to be served as the mutant of a seed.
func (c goldenCase) served(t *testing.T, seed uint64) mutant {
	t.Helper()
	options := testOptions()
	options.Module = mutantModule(seed)
	files, err := Generate(c.load(t), options)
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return mutant{seed: seed, files: files, yaml: c.fsys}
}
