package bench

import (
	"context"
	"fmt"
	"testing"
	"time"
	"strings"
	"slices"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
)

func BenchmarkScratch(b *testing.B) {
	pool := durable(b)
	ctx := context.Background()
	conn, _ := pool.Acquire(ctx)
	defer conn.Release()
	conn.Exec(ctx, "set synchronous_commit = off")
	ours := ""
	for _, s := range lianfa.Statements() {
		if s.Name == "cst_info_create" { ours = s.SQL }
	}
	i := 0
	args := func() []any {
		i++
		return []any{"300", fmt.Sprintf("%020d", i), "8a5f3c10-6f0e-4b8e-9a1c-0d2f4e6a8b01", "3b1d5e77-1c2a-4d3e-8f90-a1b2c3d4e5f6", fmt.Sprintf("138%08d", i), fmt.Sprint("P", i), "欧阳明月", 1, "0592-5551234", 3, "福建省厦门市", "思明区", "与父母同住", "软件园二期", "信息技术", "核心业务技术人员", "个人", "广告来访", "厦门岛内", 2, "否"}
	}
	noNotify := ours
	if a := strings.Index(ours, ",\ncst_info_notify as"); a > 0 {
		e := strings.LastIndex(ours, ")\nselect coalesce((select code")
		noNotify = ours[:a] + "\n" + ours[e+2:]
	}
	ja := strings.Index(ours, "json_strip_nulls(")
	je := strings.Index(ours[ja:], "\n  from customer t") + ja
	expr := ours[ja:je-1] // without the closing paren of select? see below
	expr = ours[ja:je]
	if _, err := conn.Exec(ctx, "create function lianfa.cst_info_notify_body(t lianfa.customer) returns json language plpgsql stable as $f$ begin return " + expr + "; end $f$"); err != nil { b.Fatal(err) }
	viaFunc := strings.Replace(ours[:ja] + "lianfa.cst_info_notify_body(t.whole)" + ours[je:], "returning *\n", "returning *, customer as whole\n", 1)
	cs := []struct{name, sql string}{{"ours", ours}, {"hand", handSQL}, {"ours without notify", noNotify}, {"ours via function", viaFunc}}
	hi := strings.Index(handSQL, ", queued as")
	he := strings.LastIndex(handSQL, "\nselect coalesce")
	cs = append(cs, struct{name, sql string}{"A ours const json", ours[:ja] + "'{}'::json" + ours[je:]},
	 struct{name, sql string}{"C hand no notify", handSQL[:hi] + handSQL[he:]},
	 struct{name, sql string}{"D ours no 1013 case", strings.Replace(ours, ", case when not exists (select from sid) then '1013' end", "", 1)},
	 struct{name, sql string}{"E ours outbox explicit", strings.Replace(ours, "insert into lianfa.customer (", "insert into lianfa.customer (", 1)})
	if strings.Contains(ours, "on conflict do nothing\n  returning 1") { fmt.Println("has conflict") }
	conn.Exec(ctx, "set plan_cache_mode = force_generic_plan")
	for _, c := range cs[:2] {
		fmt.Println("=====", c.name)
		rows, err := conn.Query(ctx, "explain (analyze, costs, buffers off) " + c.sql, args()...)
		if err != nil { b.Fatal(err) }
		for rows.Next() { var l string; rows.Scan(&l); if len(l) > 150 { l = l[:150] }; fmt.Println(l) }
		if rows.Err() != nil { fmt.Println(rows.Err()) }
	}
	_ = slices.Sort[[]int]
	_ = time.Now
}
