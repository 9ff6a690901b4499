package main

import "testing"

// broken is a request that must be refused.
type broken struct {
	name string
	body members
	want string
}

// refused sends requests under one sid: each is refused with its exact text,
// changes no table and does not burn the sid. Then the sound request succeeds
// under that very sid, once.
func (w *world) refused(t *testing.T, c *caller, cmd string, sound members, cases []broken) reply {
	t.Helper()
	sid := c.sid()
	before := w.state(t)
	for _, one := range cases {
		same(t, cmd+": "+one.name, c.call(t, cmd, sid, one.body.json()).plain, one.want)
	}
	after := w.state(t)
	for table, state := range before {
		same(t, cmd+": refusals changed "+table, after[table], state)
	}
	r := c.call(t, cmd, sid, sound.json())
	if r.code(t) != 0 {
		t.Fatalf("%s: a sound request after refusals: %s", cmd, r.plain)
	}
	w.unchanged(t, func() {
		same(t, cmd+": the same again", c.call(t, cmd, sid, sound.json()).plain, refusal(1013, "消息序列号重复"))
	})
	return r
}

func missing(field string) string { return refusal(1001, "缺少必须参数["+field+"]") }

func wrong(field string) string { return refusal(1002, "参数类型错误["+field+"]") }

var newCustomer = members{
	"projGUID": project1, "customerName": "安如是", "gender": 2, "mobile": "13900000001", "userGUID": user1,
}
