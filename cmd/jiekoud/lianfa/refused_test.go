package lianfa_test

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
func refused(t *testing.T, w *world, c *caller, cmd string, sound members, cases []broken) reply {
	t.Helper()
	sid := c.Sid()
	before := w.State(t)
	for _, one := range cases {
		same(t, cmd+": "+one.name, c.Call(t, cmd, sid, one.body.JSON()).Plain, one.want)
	}
	after := w.State(t)
	for table, state := range before {
		same(t, cmd+": refusals changed "+table, after[table], state)
	}
	r := c.Call(t, cmd, sid, sound.JSON())
	if r.Code(t) != 0 {
		t.Fatalf("%s: a sound request after refusals: %s", cmd, r.Plain)
	}
	w.Unchanged(t, func() {
		same(t, cmd+": the same again", c.Call(t, cmd, sid, sound.JSON()).Plain, refusal(1013, "消息序列号重复"))
	})
	return r
}
