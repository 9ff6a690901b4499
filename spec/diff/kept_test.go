package diff_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/diff/report"
)

// kept is the small system whose order_get got a field that must be there and lost one of
// its reply, with an interface that keeps the tables of before.
func kept(t *testing.T, choice, table string) []diff.Change {
	t.Helper()
	after := edited(t, "order/order_get", "length: 20, required: true, label: 单号}\n", "length: 20, required: true, label: 单号}\n  shop: {type: string, length: 8, required: true, label: 店}\n")
	name := "spec/shop/order/order_get.yaml"
	after[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(after[name].Data), "  amount: {type: int, label: 数量}\n", "  count: {type: int, label: 件数}\n", 1))}
	after["spec/shop/order/order_get_v1.yaml"] = &fstest.MapFile{Data: []byte(`interface: order_get_v1
title: 查询订单（第一版）
kind: query
revision:
  of: order_get
` + choice + `request:
  version: {type: string, length: 4, enum: [v1], label: 版本}
` + table + `response:
  amount: {type: int, label: 数量}
`)}
	return diff.Diff(model(t, base(t)), model(t, after))
}

// wire are the levels on the wire by rule of the changes of one interface.
func wire(list []diff.Change, cmd string) (out []string) {
	for _, c := range list {
		if c.Interface == cmd {
			out = append(out, c.Rule+" "+c.Levels.Wire.String())
		}
	}
	slices.Sort(out)
	return out
}

// TestKept holds that a new revision that keeps the tables of before takes the break away
// from those who call as they did: for all of them where the choice asks nothing of them,
// for those that are granted it, and for none where its own tables take less.
func TestKept(t *testing.T) {
	t.Parallel()
	const same, less = "  no: {type: string, length: 20, required: true, label: 单号}\n", "  no: {type: string, length: 10, required: true, label: 单号}\n"
	for _, c := range []struct {
		choice, table string
		level         string
	}{
		{"  field: version\n", same, "info"},
		{"  grant: true\n", same, "warning"},
		{"  field: version\n", less, "breaking"},
		{"", same, "breaking"}, // partners must ask for it by its address
	} {
		list := kept(t, c.choice, c.table)
		got := wire(list, "order_get")
		want := []string{"reply-field-added info", "reply-field-removed " + strings.Replace(c.level, "breaking", "warning", 1), "request-required-field-added " + c.level}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.choice+c.table, d)
		}
		for _, one := range list {
			if one.Interface == "order_get_v1" && one.Note != "an earlier revision of order_get" {
				t.Errorf("the revision is noted as %q", one.Note)
			}
		}
	}
}

// TestRefusals holds that whoever breaks on the wire by what he sends loses calls: all of
// them, or those that hold what is right no more.
func TestRefusals(t *testing.T) {
	t.Parallel()
	// What we send breaks readers and refuses nothing; nor does a time that is read in
	// another zone, or a message that is not sent any more.
	harmless := []string{
		"interface-frame-changed", "interface-sends-removed", "interface-reply-removed", "notification-removed", "notification-named",
		"interface-sunset-earlier", "interface-sunset-cleared", "system-zone-changed", "protocol-outcome-changed", "protocol-outcome-tightened", "protocol-status-tightened", "protocol-status-changed", "protocol-message-removed",
	}
	for _, r := range diff.Rules() {
		ours := strings.HasPrefix(r.ID, "reply-") || strings.HasPrefix(r.ID, "notification-") || strings.HasPrefix(r.ID, "answer-") || slices.Contains(harmless, r.ID)
		if none := r.Refuses == diff.NoCall; none != (ours || r.Levels.Wire < diff.Breaking) {
			t.Errorf("%s refuses %q calls", r.ID, r.Refuses)
		}
	}
}

// TestLosses counts the calls of a partner that revisions refuse: what was refused
// already is not lost, and a call is lost once.
func TestLosses(t *testing.T) {
	t.Parallel()
	partners, err := diff.ReadPartners([]byte(`[
		{"system": "shop", "appid": "301", "grants": ["*"], "calls": {"order_create": 40, "order_get": 100}, "refused": {"order_get": 7}},
		{"system": "shop", "appid": "302", "grants": ["order_find"], "calls": {"order_find": 5}},
		{"system": "shop", "appid": "303", "grants": ["*"], "disabled": true, "calls": {"order_get": 9}},
		{"system": "shop", "appid": "304", "grants": ["*"]},
		{"system": "shop", "appid": "305", "grants": ["order_find"], "subscriptions": [{"cmd": "order_notify"}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, before, after string
		lost                []diff.Loss
		text                string
	}{
		{"order/order_get", "interface: order_get", "interface: order_read", []diff.Loss{{"shop", "301", 140, 93, 93}, {"shop", "302", 5, 0, 0}}, "301 (100 calls, 93 would be refused), 304"},
		{"order/order_get", "length: 20, required: true, label: 单号", "length: 10, required: true, label: 单号", []diff.Loss{{"shop", "301", 140, 0, 93}, {"shop", "302", 5, 0, 0}}, "301 (100 calls, at most 93 would be refused), 304"},
		{"system", "X-Time: \"{time}\"", "X-Time: \"{time}\", X-More: \"1\"", []diff.Loss{{"shop", "301", 140, 133, 133}, {"shop", "302", 5, 5, 5}}, "301 (140 calls, 133 would be refused), 302 (5 calls, 5 would be refused), 304, 305"},
		{"order/order_get", "interface: order_get", "interface: order_read\nwas: order_get", []diff.Loss{{"shop", "301", 140, 93, 93}, {"shop", "302", 5, 0, 0}}, "301 (100 calls, 93 would be refused), 304"},
		// A grant of every interface is none of a notification, and who gets one must be subscribed.
		{"order/order_notify", "length: 20", "length: 30", []diff.Loss{{"shop", "301", 140, 0, 0}, {"shop", "302", 5, 0, 0}}, "305"},
		{"order/order_notify", "interface: order_notify", "interface: order_told", []diff.Loss{{"shop", "301", 140, 0, 0}, {"shop", "302", 5, 0, 0}}, "305"},
	} {
		list := diff.Diff(model(t, base(t)), model(t, edited(t, c.file, c.before, c.after)))
		diff.Touch(list, partners)
		losses := diff.Losses(list, partners)
		if d := cmp.Diff(c.lost, losses); d != "" {
			t.Errorf("%s: %q (-want +got):\n%s", c.file, c.after, d)
		}
		var b strings.Builder
		if err := (report.Report{Changes: list, Losses: losses}).Write(&b, "text"); err != nil || !strings.Contains(b.String(), "partners: "+c.text+"\n") {
			t.Errorf("%s: %v\n%s", c.file, err, b.String())
		}
	}
}
