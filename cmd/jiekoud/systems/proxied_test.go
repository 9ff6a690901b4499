package systems_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/proxy"
)

// askedFor has the requests about each row of the demo data, for the queries of lianfa
// that ask for something.
func askedFor() map[string]string {
	return map[string]string{
		"agent_identify":         `select distinct jsonb_build_object('mobile', mobile) from lianfa.agent`,
		"base_buildingUnit_list": `select jsonb_build_object('projGUID', guid) from lianfa.project`,
		"base_room_list":         `select jsonb_build_object('projGUID', guid) from lianfa.project`,
		"cst_identify": `select jsonb_build_object('cstMobile', c.mobile, 'projGUID', p.guid) from lianfa.customer c,
			(select guid from lianfa.project order by guid limit 3) p`,
		"cst_info_get":        `select jsonb_build_object('mobile', mobile) from lianfa.customer`,
		"cst_originator_list": `select jsonb_build_object('tradeGUIDs', guid) from lianfa.trade`,
		"opportunity_info_query": `select jsonb_build_object('oppGUID', guid) from lianfa.opportunity
			union all select jsonb_build_object('oppGUID', 'unknown')`,
		"proj_attach_list_v2": `select jsonb_build_object('projGUID', guid) from lianfa.project union all select '{}'`,
		"attribute_template_query": `select jsonb_build_object('projGUID', guid, 'page', n) from lianfa.project, generate_series(1, 3) n
			union all select '{}'`,
		"s_lead_identify":        `select jsonb_build_object('phone', cst_tel, 'projGUID', proj_guid) from lianfa.lead`,
		"s_lead_query":           `select jsonb_build_object('leadGUID', guid) from lianfa.lead union all select '{"leadGUID": "unknown"}'`,
		"s_opportunity_identify": `select jsonb_build_object('phone', mobile, 'projGUID', '` + project1 + `') from lianfa.customer`,
		"trade_info_list":        `select jsonb_build_object('tradeGUID', guid) from lianfa.trade`,
	}
}

// fronted is a proxy before a world that refuses what breaks the document, and what it
// found.
type fronted struct {
	*world
	mu    sync.Mutex
	found map[string]int
}

// newFronted puts a proxy before a world.
func newFronted(t *testing.T, w *world, apps ...bind.App) *fronted {
	t.Helper()
	to, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	f := &fronted{found: map[string]int{}}
	handler, err := proxy.New(proxy.Config{
		Systems: loadSpec(t).Systems, To: to, Enforce: true, Apps: apps,
		Tally: proxy.NewTally(func(one proxy.Finding) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.found[string(one.Level)+" "+one.System+" "+one.Cmd+" "+one.Rule+" "+one.Field+" "+one.Detail]++
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(handler)
	t.Cleanup(front.Close)
	server := *w.Server
	server.URL = front.URL
	f.world = &world{Server: &server}
	return f
}

// none fails for each finding.
func (f *fronted) none(t *testing.T) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for one, n := range f.found {
		t.Errorf("%d times: %s", n, one)
	}
}

// Our own ordinary replies keep the document as the model has it: each query of lianfa
// about each row of the demo data passes the proxy, which finds nothing.
func TestProxiedLianfa(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	f := newFronted(t, w, bind.App{System: "lianfa", ID: "300", Secrets: map[string]string{"token": c.Token, "appkey": c.AppKey}})
	through := *c
	through.URL = strings.Replace(c.URL, w.URL, f.URL, 1)
	set := loadSpec(t)
	lianfa := set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == "lianfa" })]
	asked, replies := askedFor(), 0
	for _, x := range lianfa.Interfaces {
		if x.Kind != spec.Query || x.Answer == nil || x.Status == "unimplemented" {
			continue
		}
		bodies := []string{"{}"}
		if sql, ok := asked[x.Cmd]; ok {
			bodies = strings.Split(w.One(t, "select string_agg(q::text, chr(10)) from ("+sql+") as a(q)"), "\n")
		} else if x.Request.Named("page") != nil {
			bodies = []string{"{}", `{"page": 2}`, `{"page": 1, "pageSize": 1000}`, `{"page": 1000}`}
		}
		for _, body := range bodies {
			if r := through.Call(t, x.Cmd, c.Sid(), body); r.Code(t) != 0 {
				t.Errorf("%s %s: %.300s", x.Cmd, body, r.Plain)
			}
			replies++
		}
	}
	f.none(t)
	if replies < 150 {
		t.Errorf("only %d replies", replies)
	}
}

// The same of the systems that are signed.
func TestProxiedSigned(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u8, cust, baas := w.Signer(t, "u8", "erp"), w.Signer(t, "custservice", "desk"), w.Signer(t, "baas", "mvne")
	var apps []bind.App
	for name, p := range map[string]*signer{"u8": u8, "custservice": cust, "baas": baas} {
		apps = append(apps, bind.App{System: name, ID: p.ID, Secrets: map[string]string{"token": p.Token, "appkey": p.AppKey}})
	}
	f := newFronted(t, w, apps...)
	u8.World, cust.World, baas.World = f.world, f.world, f.world
	for _, id := range w.Rows(t, "select code from u8.customer where ds_sequence = 1") {
		if got := u8.Get(t, "id", member(t, id, "code")); !strings.Contains(got, `"errcode":"0"`) {
			t.Errorf("%s: %s", id, got)
		}
	}
	for _, id := range w.Rows(t, "select customer_id from custservice.customer") {
		if got := cust.Change(t, member(t, id, "customer_id"), `{}`); !strings.Contains(got, `"code":"10000"`) {
			t.Errorf("%s: %s", id, got)
		}
	}
	for _, id := range w.Rows(t, "select ext_cust_id from baas.customer where tenant_id = 'ACME'") {
		body := newSync.With("tradeSeq", baas.Seq(), "extCustId", member(t, id, "ext_cust_id")).JSON()
		if got := baas.Sync(t, body); !strings.Contains(got, `"BaaS-000000"`) {
			t.Errorf("%s: %s", id, got)
		}
	}
	f.none(t)
}

// member is a text of a JSON object.
func member(t *testing.T, object, name string) string {
	t.Helper()
	var of map[string]string
	if err := json.Unmarshal([]byte(object), &of); err != nil {
		t.Fatal(err)
	}
	return of[name]
}
