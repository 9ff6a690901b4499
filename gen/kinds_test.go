package gen

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// allKinds makes TestKinds serve every pair, which takes minutes.
var allKinds = flag.Bool("kinds", false, "serve every kind of value with every kind of column")

// valueKinds are the kinds of values that a field of a message has.
var valueKinds = map[string]string{
	"text":       "{type: string, length: 32, label: 值}",
	"free":       "{type: string, label: 值}",
	"coded":      "{type: string, length: 8, label: 值, enum: {a: 甲, b: 乙}}",
	"digits":     "{type: string, length: 8, label: 值, enum: [\"1\", \"2\"]}",
	"amount":     "{type: string, length: 8, label: 值, pattern: \"[0-9]{1,5}([.][0-9]{1,2})?\"}",
	"parted":     "{type: string, label: 值, enum: [a, b], separator: \",\"}",
	"clock":      "{type: string, label: 值, format: HH:mm:ss}",
	"int":        "{type: int, label: 值}",
	"state":      "{type: int, label: 值, enum: {0: 关, 1: 开}}",
	"long":       "{type: long, label: 值, as: text}",
	"number":     "{type: number, label: 值}",
	"decimal":    "{type: decimal, label: 值}",
	"money":      "{type: \"decimal(10,2)\", label: 值}",
	"moneyText":  "{type: \"decimal(10,2)\", label: 值, as: text}",
	"bool":       "{type: bool, label: 值}",
	"datetime":   "{type: datetime, label: 值}",
	"millisec":   "{type: datetime, label: 值, format: millis}",
	"minutes":    "{type: datetime, label: 值, format: yyyy-MM-dd HH:mm}",
	"date":       "{type: date, label: 值}",
	"eight":      "{type: date, label: 值, format: yyyyMMdd}",
	"epoch":      "{type: epoch, label: 值}",
	"millis":     "{type: epoch, label: 值, format: millis}",
	"texts":      "{type: array, of: string, label: 值}",
	"ints":       "{type: array, of: int, label: 值}",
	"decimals":   "{type: array, of: decimal, label: 值}",
	"bools":      "{type: array, of: bool, label: 值}",
	"times":      "{type: array, of: datetime, label: 值}",
	"days":       "{type: array, of: date, label: 值}",
	"epochs":     "{type: array, of: epoch, label: 值}",
	"anything":   "{type: array, label: 值}",
	"list":       "{type: array, label: 值, fields: {part: {type: string, length: 8, label: 件}, count: {type: int, label: 数}}}",
	"object":     "{type: object, label: 值, fields: {part: {type: string, length: 8, label: 件}, count: {type: int, label: 数}}}",
	"packed":     "{type: object, label: 值, as: text, fields: {part: {type: string, length: 8, label: 件}, count: {type: int, label: 数}}}",
	"packedList": "{type: array, label: 值, as: text, fields: {part: {type: string, length: 8, label: 件}}}",
	"packedMap":  "{type: map, label: 值, as: text}",
	"map":        "{type: map, label: 值}",
	"mapOf":      "{type: map, of: int, label: 值}",
	"mapWith":    "{type: map, label: 值, fields: {part: {type: string, length: 8, label: 件}}}",
	"any":        "{type: any, label: 值}",
}

// columnKinds are the kinds of columns that a table has.
var columnKinds = map[string]string{
	"text":     "{type: string}",
	"short":    "{type: string, length: 32}",
	"coded":    "{type: string, length: 8, enum: {a: 甲, b: 乙}}",
	"int":      "{type: int}",
	"state":    "{type: int, enum: {0: 关, 1: 开}}",
	"number":   "{type: number}",
	"money":    "{type: \"decimal(10,2)\"}",
	"bool":     "{type: bool}",
	"datetime": "{type: datetime}",
	"date":     "{type: date}",
	"json":     "{type: json}",
}

// kindUses are the ways in which a value and a column meet: $value is the field one, and
// $column its column of goods.
var kindUses = map[string]string{
	"insert": "kind: report\nrequest: {name: {type: string, length: 64, required: true, label: 名}, one: $value}\nresponse: {}\n" +
		"answer: {insert: goods, set: {$column: one}, unique: {name: 2003}}\n",
	"update": "kind: report\nrequest: {name: {type: string, length: 64, required: true, label: 名}, one: $value}\nresponse: {}\n" +
		"answer: {update: goods, where: [name], set: {$column: one}, missing: 2001}\n",
	"upsert": "kind: report\nrequest: {name: {type: string, length: 64, required: true, label: 名}, one: $value}\nresponse: {}\n" +
		"answer: {upsert: goods, match: [name], set: {$column: one}}\n",
	"each": "kind: report\nrequest: {rows: {type: array, required: true, label: 行, fields: {name: {type: string, length: 64, required: true, label: 名}, one: $value}}}\nresponse: {}\n" +
		"answer: {upsert: goods, each: rows, match: [name], set: {$column: rows/one}}\n",
	"where": "kind: query\nrequest: {one: $value}\nresponse: {rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}\n" +
		"answer: {list: goods, where: {$column: one}, order: [name]}\n",
	"check": "kind: query\nrequest: {one: $value}\nresponse: {rows: {type: array, label: 行, fields: {name: {type: string, label: 名}}}}\n" +
		"answer: {check: [{table: goods, where: {$column: one}, else: 2001}], list: goods, order: [name]}\n",
	"get": "kind: query\nrequest: {name: {type: string, length: 64, required: true, label: 名}}\nresponse: {one: $value}\n" +
		"answer: {get: goods, where: [name], missing: 2001, return: {one: $column}}\n",
	"list": "kind: query\nrequest: {}\nresponse: {rows: {type: array, label: 行, fields: {name: {type: string, label: 名}, one: $value}}}\n" +
		"answer: {list: goods, order: [name], return: {one: $column}}\n",
	"returned": "kind: report\nrequest: {name: {type: string, length: 64, required: true, label: 名}}\nresponse: {one: $value}\n" +
		"answer: {upsert: goods, match: [name], return: {one: goods.$column}}\n",
	"told": "kind: notify\nrequest: {one: $value}\nrow: goods\non: explicit\nscope: {name: name}\nfill: {one: $column}\n",
}

// kindsWorld has an interface for each value and each column that meet in one way.
func kindsWorld(t *testing.T, use string) fstest.MapFS {
	t.Helper()
	world, group, chapter := fstest.MapFS{}, "shop", 2
	if use == "told" {
		group, chapter = "notice", 3
	}
	for _, value := range slices.Sorted(maps.Keys(valueKinds)) {
		for _, column := range slices.Sorted(maps.Keys(columnKinds)) {
			name := use + "_" + spec.Snake(value) + "_" + column
			text := strings.NewReplacer("$value", valueKinds[value], "$column", "c_"+column).Replace(kindUses[use])
			world["spec/mini/"+group+"/"+name+".yaml"] = &fstest.MapFile{
				Data: fmt.Appendf(nil, "interface: %s\ntitle: 试\nsection: \"%d.%d\"\n%s", name, chapter, len(world)+1, text),
			}
		}
	}
	out := nestedWorld(t, world)
	table := "table: goods\ntitle: 商品\ncolumns:\n  guid: {type: string, length: 64, default: guid, required: true}\n  name: {type: string, length: 64, required: true}\n"
	for _, column := range slices.Sorted(maps.Keys(columnKinds)) {
		table += "  c_" + column + ": " + columnKinds[column] + "\n"
	}
	out["spec/mini/table/goods.yaml"] = &fstest.MapFile{Data: []byte(table + "  modified: {type: datetime, default: now, required: true}\nkey: [guid]\nunique: [[name]]\n")}
	return out
}

// TestKinds holds that check refuses what the generator cannot say, for every kind of value,
// every kind of column and every way in which they meet; and that PostgreSQL takes the
// statements of the rest.
func TestKinds(t *testing.T) {
	t.Parallel()
	for n, use := range slices.Sorted(maps.Keys(kindUses)) {
		t.Run(use, func(t *testing.T) {
			t.Parallel()
			world := acceptedKinds(t, use)
			if !*allKinds && use != "upsert" && use != "list" {
				return // the others meet in the same places of statements
			}
			c := goldenCase{name: use, file: use, fsys: world}
			if p := compile(t, c.print(t)); !t.Failed() {
				prepared(t, p)
			}
			if !*allKinds || t.Failed() {
				return
			}
			for _, fault := range served(t, []mutant{c.served(t, uint64(n))}) {
				t.Error(fault)
			}
		})
	}
}

// acceptedKinds is the world of one use without the interfaces that check refuses. The
// generator must take all others.
func acceptedKinds(t *testing.T, use string) fstest.MapFS {
	t.Helper()
	world := kindsWorld(t, use)
	set, findings, err := load.Draft(world, "spec")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.ID != "JK0705" && f.ID != "JK0706" {
			delete(world, f.Pos.File)
		}
	}
	clean := 0
	for _, x := range set.Systems[0].Interfaces {
		if world[x.Pos.File] == nil {
			continue
		}
		clean++
		compile := func() error { _, err := statement.Compile(x); return err }
		if x.Row != nil {
			compile = func() error { _, err := statement.Notify(x); return err }
		}
		if err := compile(); err != nil {
			t.Errorf("check is clean: %v", err)
		}
	}
	if clean < 50 {
		t.Fatalf("check accepts %d only: %v", clean, findings)
	}
	t.Logf("%d of %d accepted", clean, len(valueKinds)*len(columnKinds))
	return world
}
