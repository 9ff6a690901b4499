package lianfa_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/generated/lianfa/agent"
	"github.com/jiekou-dev/jiekou/generated/lianfa/notice"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/wire"
	"github.com/jiekou-dev/jiekou/spec"
)

// inbox is an application made of the generated receiver: it keeps the calls of its
// methods.
type inbox struct {
	mu    sync.Mutex
	calls map[string][]any // by cmd, in the order of their coming
}

// kept is a method that keeps its notification.
func kept[Q any](in *inbox) receive.Take[Q] {
	return func(_ context.Context, call *receive.Call, q *Q) error {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.calls[call.Cmd] = append(in.calls[call.Cmd], q)
		return nil
	}
}

// got has the calls of the methods of a notification.
func got[Q any](in *inbox, cmd string) (list []Q) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, q := range in.calls[cmd] {
		list = append(list, *q.(*Q))
	}
	return list
}

// inbox subscribes an app to every notification that is sent, at a receiver that
// takes them all.
func newInbox(t *testing.T, w *world, c *caller) *inbox {
	t.Helper()
	in := &inbox{calls: map[string][]any{}}
	handler, err := receive.New(receive.Config{
		System: lianfa.Describe().System, App: c.AppID, Secrets: map[string]string{"token": c.Token, "appkey": c.AppKey},
	},
		lianfa.OnCstInfoNotify(kept[notice.CstInfoNotifyRequest](in)),
		lianfa.OnSLeadNotify(kept[notice.SLeadNotifyRequest](in)),
		lianfa.OnOpportunityInfoNotify(kept[notice.OpportunityInfoNotifyRequest](in)),
		lianfa.OnCstFollowNotify(kept[notice.CstFollowNotifyRequest](in)),
		lianfa.OnCstFeeNotify(kept[notice.CstFeeNotifyRequest](in)),
		lianfa.OnCstOrderNotify(kept[notice.CstOrderNotifyRequest](in)),
		lianfa.OnCstContractNotify(kept[notice.CstContractNotifyRequest](in)),
		lianfa.OnNotifyCstAttachV2(kept[notice.NotifyCstAttachV2Request](in)),
		lianfa.OnNotifyRequestResult(kept[notice.NotifyRequestResultRequest](in)),
		lianfa.OnNotifyProjPublish(kept[notice.NotifyProjPublishRequest](in)),
		lianfa.OnNotifyProjCstUpdate(kept[notice.NotifyProjCstUpdateRequest](in)),
		lianfa.OnConsultantAssignCreateNotify(kept[agent.ConsultantAssignCreateNotifyRequest](in)),
		lianfa.OnCstStatusNotify(kept[agent.CstStatusNotifyRequest](in)),
	)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	for _, n := range allNotifications() {
		if err := w.Admin.Subscribe(t.Context(), "lianfa", c.AppID, n.Cmd, server.URL); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// arrived waits until all that was queued is delivered.
func arrived(t *testing.T, w *world) {
	t.Helper()
	w.Eventually(t, `select coalesce(string_agg(cmd || ' ' || coalesce(reason, '') || ' ' || body, chr(10)), '')
		from jiekou.outbox where delivered is null`, "")
}

// The least that callers may report arrives at the generated receiver, which calls
// the method with blanks for missing values.
func TestBlankReports(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	in := newInbox(t, w, w.App(t, "200"))
	w.Push(t)
	for _, one := range []struct {
		cmd  string
		body members
	}{
		{"cst_info_create", newCustomer},
		{"agent_recommend", newRecommendation.Without("consultantId")},
		{"opportunity_info_create", members{"cstGUID": customer1, "projGUID": project1, "userGUID": user1, "status": "登记", "cstWill": "b"}},
	} {
		if r := c.Call(t, one.cmd, c.Sid(), one.body.JSON()); r.Code(t) != 0 {
			t.Fatalf("%s: %s", one.cmd, r.Plain)
		}
	}
	arrived(t, w)
	customers := got[notice.CstInfoNotifyRequest](in, "cst_info_notify")
	if len(customers) != 2 {
		t.Fatalf("%d customers", len(customers))
	}
	blank := wire.TextOf("")
	for n, q := range customers {
		if q.HomeTel != blank || q.CertNum != blank || q.Address != blank || !q.CertType.Is(0) {
			t.Errorf("customer %d: %+v", n, q)
		}
	}
	same(t, "reported", customers[0].CustomerName+" "+customers[0].UserGUID.Value, "安如是 "+user1)
	if q := customers[1]; q.UserGUID != blank || !q.Gender.Is(0) {
		t.Errorf("recommended: %+v", q)
	}
	if q := got[notice.NotifyProjCstUpdateRequest](in, "notify_proj_cst_update"); len(q) != 2 || !q[0].CstType.Is(0) || q[1].UserCode != blank || q[1].SourceApp != blank {
		t.Errorf("%+v", q)
	}
	if q := got[notice.SLeadNotifyRequest](in, "s_lead_notify"); len(q) != 1 || q[0].Status != blank || q[0].UserID != blank || q[0].LeadType != "微信" {
		t.Errorf("%+v", q)
	}
	q := got[notice.OpportunityInfoNotifyRequest](in, "opportunity_info_notify")
	if len(q) != 1 || q[0].Content != blank || q[0].SourceType != blank || !q[0].IntentLevel.Is(0) || !q[0].NextFollowDate.Sent() || q[0].NextFollowDate.Set {
		t.Errorf("%+v", q)
	}
}

// Every notification about the emptiest row that its table accepts arrives at the
// generated receiver.
func TestBlankRows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	in := newInbox(t, w, w.App(t, "200"))
	w.Push(t)
	set := loadSpec(t)
	system := set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == "lianfa" })]
	// The result of a task is sent when it has one.
	over := map[string]map[string]string{"sync_task": {"status": "2", "start_time": "now()", "finish_time": "now()"}}
	told := map[string][]string{} // the key of each table's row
	for _, n := range allNotifications() {
		key := n.Table + " " + strings.Join(n.By, " ")
		if told[key] == nil {
			table := system.Tables[slices.IndexFunc(system.Tables, func(x *spec.Table) bool { return x.Name == n.Table })]
			insert := sparse("lianfa", table, over[n.Table]) + "array[" + strings.Join(n.By, "::text, ") + "::text]"
			var by []string
			if err := w.Pool.QueryRow(t.Context(), insert).Scan(&by); err != nil {
				t.Fatalf("%s: %v", insert, err)
			}
			told[key] = by
		}
		if queued, err := n.Queue(t.Context(), w.Pool, "200", [][]string{told[key]}); err != nil || queued != 1 {
			t.Errorf("%s: %d queued, %v", n.Cmd, queued, err)
		}
	}
	arrived(t, w)
	active := 0
	for _, x := range system.Interfaces {
		if x.Kind != spec.Notify || x.Status != spec.Active {
			continue
		}
		if active++; len(in.calls[x.Cmd]) != 1 {
			t.Errorf("%s arrived %d times", x.Cmd, len(in.calls[x.Cmd]))
		}
	}
	if active != 13 {
		t.Errorf("%d active notifications", active)
	}
}

// sparse composes the insert of a row with as little as its table allows: no
// value where none is required, "" and 0 where a column takes them.
func sparse(system string, table *spec.Table, set map[string]string) string {
	var columns, values []string
	for _, c := range table.Columns {
		value, ok := set[c.Name]
		if !ok && (!c.Required || c.Default != "") {
			continue
		}
		if !ok {
			value = least(c)
		}
		columns, values = append(columns, c.Name), append(values, value)
	}
	return fmt.Sprintf("insert into %s.%s (%s) values (%s) returning ", system, table.Name, strings.Join(columns, ", "), strings.Join(values, ", "))
}

// least is the least that a required column takes, as SQL.
func least(c *spec.Column) string {
	var listed []string
	if c.Enum != nil {
		for _, v := range c.Enum.Values {
			listed = append(listed, v.Value)
		}
	}
	switch {
	case slices.Contains(listed, "0"):
		return "'0'"
	case listed != nil:
		return "'" + listed[0] + "'"
	case c.Blank:
		return "''"
	case c.Format == "mobile":
		return "'13900009999'"
	case c.Type == "datetime" || c.Type == "date":
		return "'2026-11-20'"
	case c.Type == "string":
		return "'x'"
	}
	return "0"
}
