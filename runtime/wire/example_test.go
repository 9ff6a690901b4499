package wire_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// A generated struct reads itself: a line a field, and all problems at once.
func ExampleReader() {
	body := []byte(`{"id": 17, "n": "3", "items": [{"a": 1}, {"a": 1.5}]}`)
	in := wire.NewReader(body, time.UTC, wire.Limits{})
	var q part
	q.Decode(in)
	if err := in.Close(); err != nil {
		fmt.Println("not readable:", err)
		return
	}
	if e, ok := errors.AsType[*problem.Error](in.List.Err()); ok {
		for _, p := range e.Problems {
			fmt.Println(p.Rule, p.Field, p.At)
		}
	}
	fmt.Println(q.N.Value, q.N.Set)
	// Output:
	// type id id
	// type items/a items/1/a
	// 3 true
}

func ExampleWriter() {
	out := wire.NewWriter(time.FixedZone("CST", 8*60*60))
	out.Begin()
	out.String("customerName", "张三")
	out.OptionalString("address", "")
	out.Int("gender", wire.IntOf(1))
	out.Time("created", wire.TimeOf(time.Unix(1795219750, 0)), wire.Seconds)
	out.End()
	fmt.Printf("%s\n", out.Bytes())
	// Output: {"customerName":"张三","gender":1,"created":"2026-11-21 08:09:10"}
}
