package migration

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec"
)

// TestSince holds the migrations that follow from the YAML against the file that shows
// them.
func TestSince(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/since.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]byte{}
	var want string
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "spec/shop/table/"); ok {
			tables[name] = f.Data
		} else {
			want = string(f.Data)
		}
	}
	list, err := since(shop(t, tables))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Join(list, "\n")); diff != "" {
		t.Error(diff)
	}
}

const goods = `table: goods
title: 商品
columns:
  guid: {type: string, length: 64, default: guid, required: true}
  name: {type: string, length: 20}
  no:   {type: int}
key: [guid]
`

// TestRefused wants each change that loses data, or cannot run beside servers, to be
// refused with what to say, and what is said of nothing too.
func TestRefused(t *testing.T) {
	t.Parallel()
	before := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(goods), "line.yaml": []byte(strings.ReplaceAll(goods, "goods", "line"))}))
	tests := map[string]struct {
		from, to string
		o        Options
		want     string
	}{
		"column gone": {"  no:   {type: int}\n", "", Options{}, "column shop.goods.no is gone from the YAML, and its values would be lost\nhint: --drop goods.no"},
		"required":    {"{type: int}", "{type: int}\n  age: {type: int, required: true}", Options{}, "shop.goods.age is new and required"},
		"type":        {"{type: int}", "{type: string}", Options{}, "shop.goods.no changes its type from bigint to text"},
		"key renamed": {"guid: {type", "id: {was: guid, type", Options{}, "shop.goods.id is of the key"},
		"both":        {"  no:   {type: int}", "  nr: {was: no, type: string}", Options{}, "shop.goods.nr has another name and another type than no"},
		"change places": {
			"  name: {type: string, length: 20}\n  no:   {type: int}", "  no:   {was: name, type: string, length: 20}\n  name: {was: no, type: int}",
			Options{},
			"shop.goods.no takes the name of another one",
		},
		"change places, each with the other's type": {
			"  name: {type: string, length: 20}\n  no:   {type: int}", "  name: {was: no, type: string, length: 20}\n  no:   {was: name, type: int}",
			Options{},
			"shop.goods.no takes the name of another one",
		},
		"in a row": {
			"  name: {type: string, length: 20}\n  no:   {type: int}", "  no:   {was: name, type: string, length: 20}\n  nr:   {was: no, type: int}",
			Options{},
			"shop.goods.no takes the name of another one",
		},
		"over another": {
			"  name: {type: string, length: 20}\n  no:   {type: int}", "  no:   {was: name, type: string, length: 20}",
			Options{Drop: []string{"goods.no"}},
			"shop.goods.no takes the name of another one",
		},
		"one for all": {
			"  no:   {type: int}\nkey: [guid]", "  no:   {type: int, required: true}\nkey: [guid]\nunique: [[no]]",
			Options{Fill: map[string]string{"goods.no": "1"}},
			"shop.goods.no is unique, and --fill has one value for all rows",
		},
		"null": {
			"{type: int}", "{type: int}\n  age: {type: int, required: true}",
			Options{Fill: map[string]string{"goods.age": "null"}},
			"--fill goods.age=null: null is no value\nhint: give the rows a value, or leave required out",
		},
		"was nothing":   {"  name: {type", "  name: {type: string}\n  more: {was: nam, type", Options{}, "shop.goods.more: nothing was called nam in the revision before"},
		"itself":        {"  name: {type: string, length: 20", "  name: {was: name, type: string, length: 30", Options{}, "shop.goods.name: name names itself"},
		"still there":   {"  name: {type", "  name: {type: string}\n  more: {was: name, type", Options{}, "shop.goods.more: name is called so still"},
		"twice":         {"  name: {type", "  more: {was: name, type: string}\n  most: {was: name, type", Options{}, "shop.goods.most: name is called more now"},
		"table of none": {"table: goods\n", "table: goods\nwas: good\n", Options{}, ""},
		"of nothing":    {"length: 20", "length: 30", Options{Drop: []string{"goods.nam"}}, "nothing that changes is called goods.nam"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := shop(t, map[string][]byte{
				"goods.yaml": []byte(replace(test.from, test.to)), "line.yaml": []byte(strings.ReplaceAll(goods, "goods", "line")),
			})
			after.Migrations, after.Released = before.Migrations, before.Released
			_, err := Draft(after, "next", test.o)
			if test.want == "" {
				var nothing *ErrNothing
				if !errors.As(err, &nothing) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func replace(from, to string) string {
	text := strings.ReplaceAll(goods, from, to)
	if from == "guid: {type" {
		text = strings.ReplaceAll(text, "key: [guid]", "key: [id]")
	}
	return text
}

// TestFrozen wants an edited, a missing and a misnumbered migration to be refused, and
// tables that no migration leads to.
func TestFrozen(t *testing.T) {
	t.Parallel()
	system := func(change func(*spec.System)) error {
		s := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(goods)}))
		m := *s.Migrations[0]
		s.Migrations = []*spec.Migration{&m}
		change(s)
		_, err := Files(s)
		return err
	}
	tests := map[string]struct {
		change   func(*spec.System)
		id, want string
	}{
		"edited":  {func(s *spec.System) { s.Migrations[0].Text = append(s.Migrations[0].Text, "-- x\n"...) }, "JK0316", "0001_tables.sql was edited after its release"},
		"missing": {func(s *spec.System) { s.Migrations = nil }, "JK0316", "0001_tables.sql was released and is missing"},
		"number": {
			func(s *spec.System) {
				s.Migrations = append(s.Migrations, &spec.Migration{Name: "0003_x.sql", Text: []byte("select 1;")})
			}, "JK0317", "number 2 is missing or comes twice",
		},
		"name": {
			func(s *spec.System) { s.Migrations = append(s.Migrations, &spec.Migration{Name: "x.sql"}) },
			"JK0317", "a migration is called like 0002_wechat.sql",
		},
		"twice": {
			func(s *spec.System) { s.Migrations = append([]*spec.Migration{{Name: "0001_a.sql"}}, s.Migrations...) },
			"JK0317", "number 1 is that of 0001_tables.sql, which was released",
		},
		"before": {
			func(s *spec.System) { s.Migrations = append([]*spec.Migration{{Name: "0000_a.sql"}}, s.Migrations...) },
			"JK0317", "number 1 is that of 0001_tables.sql, which was released",
		},
		"renamed system": {func(s *spec.System) { s.Name = "store" }, "JK0316", "0001_tables.sql was released with the system shop"},
		"nothing frozen": {func(s *spec.System) { s.Released = &spec.Migration{Text: []byte("{}")} }, "JK0317", "it freezes no migration"},
		"unreadable":     {func(s *spec.System) { s.Released = &spec.Migration{Text: []byte("{")} }, "JK0317", "it cannot be read"},
		"tables":         {func(s *spec.System) { s.Tables[0].Columns[1].Length = 21 }, "JK0315", "the tables in the YAML are not those that the migrations lead to"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := system(test.change)
			r, ok := errors.AsType[*spec.Refusal](err)
			if !ok || r.Finding().ID != test.id || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s %s", err, test.id, test.want)
			}
		})
	}
	if err := system(func(s *spec.System) {
		s.Migrations[0].Text = []byte(strings.ReplaceAll(string(s.Migrations[0].Text), "\n", "\r\n"))
	}); err != nil {
		t.Errorf("line ends of another system: %v", err)
	}
}

// TestAgain wants nothing to draft where nothing changed, and one draft at a time.
func TestAgain(t *testing.T) {
	t.Parallel()
	s := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(goods)}))
	var nothing *ErrNothing
	if _, err := Draft(s, "next", Options{}); !errors.As(err, &nothing) {
		t.Errorf("got %v", err)
	}
	after := shop(t, map[string][]byte{"goods.yaml": []byte(strings.ReplaceAll(goods, "length: 20", "length: 30"))})
	after.Migrations, after.Released = s.Migrations, s.Released
	files, err := Draft(after, "next", Options{})
	if err != nil || len(files) != 1 || files[0].Name != "0002_next.sql" {
		t.Fatalf("got %v, %v", files, err)
	}
	after.Migrations = append(slices.Clone(after.Migrations), placed(files)...)
	if _, err := Files(after); err != nil {
		t.Error(err)
	}
	if _, err := Draft(after, "next", Options{}); err == nil || !strings.Contains(err.Error(), "0002_next.sql is drafted already and not released") {
		t.Errorf("got %v", err)
	}
}

// TestTogether runs all migrations in one transaction.
func TestTogether(t *testing.T) {
	t.Parallel()
	list, _ := revisions(t)
	texts, err := Together(list[2])
	if err != nil {
		t.Fatal(err)
	}
	pool := postgrestest.New(t)
	exec(t, pool, "begin;"+strings.Join(texts, "\n")+"commit;")
	compareWith(t, pool, list[2])
}

// TestExisting wants a baseline that makes nothing, and a table that is there left alone by
// every draft.
func TestExisting(t *testing.T) {
	t.Parallel()
	there := strings.Replace(goods, "title:", "existing: erp.t_goods\ntitle:", 1) + "unique: [{columns: [no], name: uq_no}]\nindex: [[name]]\n"
	s := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(there)}))
	if text := string(s.Migrations[0].Text); !strings.HasSuffix(text, "-- There is nothing to make: every table is there without jiekou.\n") {
		t.Errorf("the baseline is %s", text)
	}
	pool := postgrestest.New(t)
	texts, err := Together(s)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, pool, strings.Join(texts, "\n")+"; insert into erp.t_goods (name) values ('a')")
	got := query(t, pool, "select indexrelid::regclass::text from pg_index where indrelid = 'erp.t_goods'::regclass order by 1")
	if diff := cmp.Diff([]string{"erp.goods_name", "erp.t_goods_pkey", "erp.uq_no"}, got); diff != "" {
		t.Error(diff)
	}
	after := shop(t, map[string][]byte{"goods.yaml": []byte(strings.ReplaceAll(there, "length: 20", "length: 10"))})
	after.Migrations, after.Released = s.Migrations, s.Released
	var nothing *ErrNothing
	if _, err := Draft(after, "next", Options{}); !errors.As(err, &nothing) {
		t.Errorf("got %v", err)
	}
	own := shop(t, map[string][]byte{"goods.yaml": []byte(strings.NewReplacer("existing: erp.t_goods\n", "", ", name: uq_no", "").Replace(there))})
	own.Migrations, own.Released = s.Migrations, s.Released
	const text = "shop.goods was erp.t_goods, which is there without jiekou: a table of its own begins empty"
	if _, err := Draft(own, "next", Options{}); err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v", err)
	}
	if files, err := Draft(own, "next", Options{Empty: []string{"goods"}}); err != nil || !strings.Contains(string(files[0].Text), "create table shop.goods") {
		t.Errorf("with --empty: %v", err)
	}
}
