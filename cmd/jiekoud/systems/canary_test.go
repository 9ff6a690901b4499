package systems_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/cmd/jiekoud/stage"
	"github.com/jiekou-dev/jiekou/spec"
)

// No log line and no refusal contains personal data, whatever happens to the
// request that carries it.
func TestCanaries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	c := w.App(t, "300")
	w.Subscribe(t, "300", "cst_info_notify", "s_lead_notify")
	plain := map[string]*signer{}
	for _, system := range []string{"baas", "custservice", "u8"} {
		plain[system] = w.Signer(t, system, "canary")
	}
	sound := map[string]members{
		"cst_info_create": newCustomer, "cst_info_get": {"mobile": "13800138000"}, "s_lead_query": {"leadGUID": lead1},
		"cst_info_update": newCustomer.With("cstGUID", customer1),
		"s_lead_create": {
			"projGUID": project1, "consultantId": user1, "cstName": "a", "cstTel": "1", "cstType": "个人", "cstGender": 1, "leadSource": "来电", "topic": "a",
		},
		"agent_create": {"name": "a", "Mobile": "1", "areaCode": 1, "agentClasses": 6},
		"base_consultant_create": {
			"userName": "a", "userCode": "a", "password": "a", "mobile": "1", "isDisabeld": 0, "stationName": "a", "stationGUID": "a",
			"projGUID": project1, "gender": 1, "userGUID": "u", "proxyCompanyId": company1,
		},
	}
	var canaries []string
	canary := func() string {
		canaries = append(canaries, fmt.Sprintf("CNRY%06d", len(canaries)))
		return canaries[len(canaries)-1]
	}
	fields, g := 0, generator{Rand: rand.New(rand.NewPCG(1, 2))}
	for _, system := range loadSpec(t).Systems {
		for _, one := range system.Interfaces {
			body := sound[one.Cmd]
			if body == nil {
				if err := json.Unmarshal([]byte(g.object(one.Request, 0)), &body); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range one.Request {
				if !f.PII || one.Kind == spec.Notify {
					continue
				}
				fields++
				if p := plain[system.Name]; p != nil {
					plainCanaries(t, p, system.Name, f.Name, canary)
					continue
				}
				values := []any{canary(), canary() + strings.Repeat("x", 3000), []any{canary()}, members{canary(): canary()}}
				if slow {
					values = values[:2]
				}
				for _, value := range values {
					changed := body.With(f.Name, value)
					for _, x := range []members{changed, changed.With("projGUID", nobody, "mobile", "13800138000")} {
						r := c.Post(t, c.Seal(one.Cmd, c.Sid(), x.JSON()).Body())
						if r.Code(t) != 0 && strings.Contains(r.Plain, "CNRY") {
							t.Errorf("%s.%s: a refusal repeats it: %s", one.Cmd, f.Name, r.Plain)
						}
					}
				}
				broken := strings.TrimSuffix(body.With(f.Name, canary()).JSON(), "}")
				if one.Status == "unimplemented" {
					continue
				}
				for _, text := range []string{broken, broken + `,"` + f.Name + `":"` + canary() + `"}`} {
					same(t, one.Cmd, c.Post(t, c.Seal(one.Cmd, c.Sid(), text).Body()).Plain[:15], refusal(1004, "")[:15])
				}
			}
		}
	}
	if fields < 15 {
		t.Errorf("only %d fields with personal data", fields)
	}
	// A value that the database refuses is not quoted either: the constraint fails
	// after the checks.
	if _, err := w.Pool.Exec(t.Context(), `alter table lianfa.customer add constraint never check (customer_name not like 'CNRY%') not valid;
		alter table lianfa.agent rename column name to gone`); err != nil {
		t.Fatal(err)
	}
	for cmd, body := range map[string]members{
		"cst_info_create": newCustomer.With("mobile", "13900000077", "customerName", canary()),
		"agent_create":    sound["agent_create"].With("name", canary()),
	} {
		same(t, cmd, c.Call(t, cmd, c.Sid(), body.JSON()).Plain, refusal(1005, "系统处理失败"))
	}
	for _, p := range plain {
		w.Discreet(t, p.Secrets()...)
	}
	log := w.Log.String()
	if !strings.Contains(log, "SQLSTATE 23514") || !strings.Contains(log, "SQLSTATE 42703") {
		t.Error("the log does not say what the database refused")
	}
	for _, word := range append([]string{c.Token, c.AppKey, "CNRY"}, canaries...) {
		if at := strings.Index(log, word); at >= 0 {
			t.Errorf("the log has %s: …%.300s", word, log[max(0, at-200):])
			break
		}
	}
}

// plainCanaries sends a field of a signed system with canaries, well formed and
// broken; no refusal repeats one.
func plainCanaries(t *testing.T, p *signer, system, field string, canary func() string) {
	t.Helper()
	if system == "u8" {
		if got := p.Get(t, field, canary()); strings.Contains(got, "CNRY") {
			t.Errorf("%s repeats %s: %s", system, field, got)
		}
		return
	}
	send := func(body string) string { return p.Change(t, "1", body) }
	if system == "baas" {
		send = func(body string) string { return p.Sync(t, body) }
	}
	for _, value := range []any{canary(), canary() + strings.Repeat("x", 3000), []any{canary()}, members{canary(): canary()}} {
		sound := members{}
		if system == "baas" {
			sound = stage.NewSync.With("tradeSeq", p.Seq())
		}
		whole := sound.With(field, value).JSON()
		for _, body := range []string{whole, whole[:len(whole)-1], strings.TrimSuffix(whole, "}") + `,"` + field + `":"` + canary() + `"}`} {
			if got := send(body); strings.Contains(got, "CNRY") && !strings.Contains(got, `"code":"10000"`) {
				t.Errorf("%s: a refusal repeats %s: %s", system, field, got)
			}
		}
	}
}
