package gen

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/tools/txtar"

	"github.com/jiekou-dev/jiekou/gen/prove"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load/loadtest"
)

// named is a system in which each word that begins with the is a name. Names
// of people's own are quoted, so that any text can be one.
const named = `
-- spec/thesystem/system.yaml --
system: "thesystem"
title: 名
version: V1
zone: Asia/Shanghai
groups:
  "thegroup": {title: 章, section: "1"}
protocol:
  keys: {token: text}
  request:
    query: {app_key: "{app}", token: "{sent}"}
    json: "{payload}"
    values:
      sent: {of: "{token}", else: "1"}
  reply:
    json: {code: "{code}", text: "{text}", "*": "{payload}"}
    success: {code: "0"}
    variants: [{when: unknown}]
enums:
  "theenum": [甲, 乙]
mappings:
  "themapping": {values: {甲: 一, 乙: 二}}
structs:
  "thestruct":
    fields:
      "theinner": {type: string, length: 20, label: 内}
-- spec/thesystem/errors.yaml --
groups:
  - title: 码
    errors: {"0": {text: ""}, "1": {text: 误}}
rules: {required: "1", internal: "1", type: "1", length: "1", enum: "1", range: "1", format: "1", condition: "1"}
-- spec/thesystem/table/thetable.yaml --
table: "thetable"
title: 表
columns:
  guid: {type: string, length: 64, default: guid, required: true}
  "thecolumn": {type: string, length: 20, required: true}
  kind: {type: string, length: 20}
  modified: {type: datetime, default: now, required: true}
key: [guid]
unique: [["thecolumn"]]
index: [[kind, "thecolumn"]]
-- spec/thesystem/thegroup/thecmd.yaml --
interface: "thecmd"
title: 写
section: "1.1"
kind: report
method: POST
path: /a
request:
  "thefield": {type: string, length: 20, required: true, label: 字段}
  kind: {type: string, enum: "theenum", required: true, label: 种}
  other: {type: int, label: 他, required_with: ["thefield"]}
  list: {type: array, required: true, label: 列, fields: {"themember": {type: string, length: 20, label: 员}, one: {type: "thestruct", label: 一}}}
response:
  "thereply": {type: string, length: 64, label: 号}
answer:
  steps:
    - as: "thestep"
      insert: "thetable"
      set: {"thecolumn": "thefield", kind: {map: "themapping", of: kind}}
      unique: {"thecolumn": "1"}
  return: {"thereply": {step: "thestep", column: guid}}
-- spec/thesystem/thegroup/theother.yaml --
interface: "theother"
title: 读
section: "1.2"
kind: query
method: POST
path: /b
request:
  "thefield": {type: string, length: 20, required: true, label: 字段}
response:
  rows: {type: array, label: 行, fields: {"themember": {type: string, label: 员}, "thecolumn": {type: string, label: 列}}}
answer:
  list: "thetable"
  into: rows
  where: {"thecolumn": "thefield"}
  return: {"themember": kind, "thecolumn": "thecolumn"}
`

// oddNames are names that somebody else may have: Go, its packages, what is generated,
// SQL, and the length and letters that each of them takes.
func oddNames() []string {
	return []string{
		"type", "return", "range", "func", "select", "string", "error", "nil", "len", "any", "init", "main", "iota", // Go
		"store", "wire", "context", "route", "c", "ctx", "db", "q", "p", "o", "in", "list", "answers", "handlers", "request", "system", "client", "tables", // generated
		"Check", "decode", "encode", "check", "String", "GUID", "kind", "thefield", "theother", "thegroup", "thesystem", "thecmd", "test", "linux", // names beside it
		"order", "user", "left", "desc", "verdict", "sid", "refusal", "excluded", "t", "ctid", "oid", "xmin", "tableoid", "pg_temp", "public", // SQL
		strings.Repeat("long_name_", 8), strings.Repeat("l", 63), strings.Repeat("l", 64), "名称", "a b", "a-b", "a.b", "1a", "_", "_a", "A_", "a__b", "ǅ", "é", "*",
	}
}

// likeOthers are names that become the same things as those of others.
var likeOthers = []string{"theenum", "themapping", "theinner", "thereply", "thestruct"}

// TestNames gives each of those names to everything that has one: check finds it, or
// what is generated compiles and PostgreSQL takes it.
func TestNames(t *testing.T) {
	t.Parallel()
	places := []string{
		"thesystem", "thegroup", "theenum", "themapping", "thestruct", "theinner", "thetable", "thecolumn", "thecmd", "thefield", "themember", "thereply", "thestep",
	}
	pool := migrated(t, nil)
	if fine, fault := proven(t, pool, testOptions(), "", ""); !fine {
		t.Fatal("the system itself: ", fault)
	}
	for _, place := range places {
		taken := 0
		for n, name := range oddNames() {
			if slices.Contains(likeOthers, place) && n%4 != 0 {
				continue // what it may be called is what others may be called
			}
			options := testOptions()
			if n%8 != 0 { // cases look at no name that Go or SQL gives, and cost more than the rest
				options.Artefacts = nil
			}
			fine, fault := proven(t, pool, options, place, name)
			if fine {
				taken++
			}
			if fault != "" {
				t.Errorf("%s called %s: %s", place, name, fault)
			}
		}
		if taken == 0 {
			t.Errorf("%s cannot be called anything", place)
		}
	}
}

// proven gives a name to what has another. fine says that nothing is wrong, a fault is
// what check should have found.
func proven(t *testing.T, pool *pgxpool.Pool, options Options, place, name string) (fine bool, fault string) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(named)).Files {
		if place != "" {
			f.Name = strings.ReplaceAll(f.Name, place, strings.ReplaceAll(name, "/", ""))
			f.Data = []byte(strings.ReplaceAll(string(f.Data), place, name))
		}
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	set, err := loadtest.Systems(fsys, "spec")
	if found, ok := errors.AsType[spec.Findings](err); ok {
		if place == "" {
			fault = found.Error()
		}
		return false, fault
	}
	if err != nil {
		return false, err.Error()
	}
	files, err := Generate(set, options)
	if _, refused := errors.AsType[*spec.Refusal](err); refused {
		return false, ""
	}
	if err != nil {
		return false, err.Error()
	}
	p, err := typed(files)
	if err != nil || len(p.problems) > 0 {
		return false, strings.Join(p.problems, "\n")
	}
	if !slices.Contains([]string{"thesystem", "thetable", "thecolumn", "thestep", "themember"}, place) {
		return true, "" // PostgreSQL does not see the name
	}
	found, err := prove.Statements(t.Context(), pool, set)
	if err != nil || len(found) > 0 {
		return false, found.Error()
	}
	return true, ""
}
