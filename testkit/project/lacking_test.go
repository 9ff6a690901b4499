package project

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestLacking compares a database of somebody else with the tables of the YAML.
func TestLacking(t *testing.T) {
	t.Parallel()
	set, _, err := load.Draft(fstest.MapFS{
		"spec/shop/system.yaml": {Data: []byte("system: shop\ntitle: 商店\n")},
		"spec/shop/table/customer.yaml": {Data: []byte(`table: customer
title: 客户
existing: crm.t_customer
columns:
  id:     {type: string, length: 64, required: true}
  mobile: {type: string, length: 16}
  name:   {type: string, length: 20}
  rank:   {type: int}
  note:   {type: string}
  total:  {type: decimal, length: 10, places: 2}
  made:   {type: datetime, default: now, required: true}
key: [id]
unique: [{columns: [mobile], name: uq_mobile}]
`)},
		"spec/shop/table/visit.yaml": {Data: []byte("table: visit\ntitle: 来访\ncolumns: {id: {type: int, required: true}}\nkey: [id]\n")},
	}, "spec")
	if err != nil {
		t.Fatal(err)
	}
	if only := Taken(set).Systems[0].Tables; len(only) != 1 || only[0].Name != "customer" || len(set.Systems[0].Tables) != 2 {
		t.Errorf("taken over are %v of %v", only, set.Systems[0].Tables)
	}
	pool := postgrestest.New(t)
	url := pool.Config().ConnString()
	run := func(sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	lacks := func() (list []string) {
		t.Helper()
		found, err := Lacking(t.Context(), url, set)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			list = append(list, f.Message)
		}
		return list
	}
	run(`create schema crm`)
	run(`create table crm.t_customer (id varchar(32) primary key, mobile varchar(16), rank integer, note varchar(9), total numeric,
		made timestamptz, owner text not null)`)
	want := []string{
		"crm.t_customer has id as character varying(32), and the YAML as varchar(64)",
		"crm.t_customer has no column name",
		"crm.t_customer has rank as integer, and the YAML as bigint",
		"crm.t_customer has note as character varying(9), and the YAML as text",
		"crm.t_customer has made, which may be null, and the YAML requires it",
		"crm.t_customer has no default for made",
		"crm.t_customer has a required column owner, which the YAML does not have: no row could be inserted",
		"crm.t_customer does not keep mobile unique",
		"shop.visit is not there",
	}
	if diff := cmp.Diff(want, lacks()); diff != "" {
		t.Error(diff)
	}
	run(`drop table crm.t_customer`)
	run(`create table crm.t_customer (id varchar(64) primary key, mobile varchar(16) constraint other unique, name varchar(20), rank bigint, note text,
		total numeric(10,2), made timestamptz not null default now())`)
	want = []string{
		"crm.t_customer keeps mobile unique by other, and the YAML by uq_mobile: a value that is taken would be no code of the document",
		"shop.visit is not there",
	}
	if diff := cmp.Diff(want, lacks()); diff != "" {
		t.Error(diff)
	}
	run(`drop table crm.t_customer`)
	run(`create table crm.t_customer (id text primary key, mobile varchar(20) constraint uq_mobile unique, name varchar(20), rank bigint, note text,
		total numeric(12,2), made timestamptz not null default now(), more date)`)
	run(`create schema shop`)
	run(`create table shop.visit (id bigint primary key)`)
	if diff := cmp.Diff([]string(nil), lacks()); diff != "" {
		t.Error(diff)
	}
}
