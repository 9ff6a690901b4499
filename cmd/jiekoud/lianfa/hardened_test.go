package lianfa_test

import (
	"fmt"
	"testing"
	"time"
)

// TestHardened: an app with the profile hardened is held to what the document says of
// message ids and times; others are not.
func TestHardened(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c, other := w.App(t, "301"), w.App(t, "302")
	w.Told(t, "lianfa 301: profile hardened\n", "", 0, "app", "profile", "301", "hardened")
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	n := 0
	sid := func(app string, at time.Time) string {
		n++
		return app + at.In(zone).Format("060102150405") + fmt.Sprintf("%05d", n)
	}
	send := func(c *caller, sid string, sent time.Time) string {
		m := c.Seal("cst_info_get", sid, `{"mobile":"13800138000"}`)
		m.Header["timestamp"] = sent.Unix()
		return fmt.Sprint(c.Post(t, m.Body()).Code(t))
	}
	now := time.Now()
	until(t, "the server follows", func() bool { return send(c, "30126112112"+fmt.Sprintf("%05d", now.UnixNano()%100000), now) == "1015" })
	for name, tt := range map[string]struct {
		sid  string
		sent time.Time
		want string
	}{
		"as it should be":      {sid("301", now), now, "0"},
		"this morning":         {sid("301", now.Add(-20*time.Hour)), now, "0"},
		"an id of 16 digits":   {"2014123123123123", now, "1015"},
		"the id of another":    {sid("302", now), now, "1015"},
		"no date":              {"30199999999999900001", now, "1015"},
		"an id of last week":   {sid("301", now.AddDate(0, 0, -7)), now, "1015"},
		"an id of next week":   {sid("301", now.AddDate(0, 0, 7)), now, "1015"},
		"an old timestamp":     {sid("301", now), now.Add(-10 * time.Minute), "1009"},
		"a timestamp to come":  {sid("301", now), now.Add(10 * time.Minute), "1009"},
		"four minutes is fine": {sid("301", now), now.Add(-4 * time.Minute), "0"},
	} {
		same(t, name, send(c, tt.sid, tt.sent), tt.want)
		if tt.want != "0" {
			same(t, name+", of another app", send(other, tt.sid, tt.sent), "0")
		}
	}
	same(t, "refused ids are not used up", w.One(t, `select count(*)::text from jiekou.sid where app = '301' and length(sid) = 20`), "3")
	w.Told(t, "lianfa 301: profile none\n", "", 0, "app", "profile", "301", "none")
	until(t, "the server follows", func() bool { return send(c, sid("301", now.AddDate(0, 0, -7)), now.AddDate(-1, 0, 0)) == "0" })
}
