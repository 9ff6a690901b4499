package unseen_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen/statement"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit"
	"github.com/jiekou-dev/jiekou/testkit/fault"
	"github.com/jiekou-dev/jiekou/testkit/fault/unseen"
)

// TestWhy wants reasons for faults that nobody can see, and none for those that somebody can.
func TestWhy(t *testing.T) {
	t.Parallel()
	set := testkit.Model(t, os.DirFS("../../.."))
	reasons, err := unseen.New(set.Systems)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ system, cmd, what, near, want string }{
		{"lianfa", "cst_info_create", "empty is no value: nullif(t.work_job, '')", "", `no row has "" in customer.work_job`},
		{"lianfa", "s_lead_query", "nothing for no value: coalesce($2::text, '')", "", `phone is "" where it is not sent`},
		{"lianfa", "s_lead_query", "another number: 32 ->", "cst_type", "no lead.cst_type is longer than 2 characters"},
		{"lianfa", "s_lead_query", "nothing for no value: coalesce(t.description, '')", "", ""},
		{"lianfa", "cst_follow_update", "value lost: $4::text[]", "t.guid = $7::text and ($4::text[] is null", "a check before it asks for the same row of opportunity, and for more"},
		{"lianfa", "cst_follow_update", "value lost: $4::text[]", "t.guid = $3::text and ($4::text[] is null", ""},
		{"lianfa", "base_consultant_create", "compared otherwise", "t.proj_guid = any($4", "rows of consultant_project have the user_guid of a row of consultant, and that row is new"},
		{"custservice", "customer_update", "compared otherwise", "o_t.customer_id = t.customer_id", ""},
		{"lianfa", "base_consultant_create", "condition left out: and app =", "jiekou.sid", ""},
		{"lianfa", "base_consultant_create", "another value: $2::text -> $1::text", "jiekou.sid", "the statement after it makes the same checks"},
		{"lianfa", "proj_attach_list_v2", "nothing for no value: coalesce(t.attach_guid", "", "each row has trait.guid"},
		{"lianfa", "cst_follow_update", "no condition: t.guid = $7::text", "", ""},
		{"lianfa", "cst_opp2cst_create", "condition left out: and o_p.proj_guid", "", "the opportunity that the row belongs to was asked for within the scope"},
		{"lianfa", "opportunity_info_create", "not told: nullif(t.gfyt", "", "the new row has nothing in opportunity.gfyt"},
		{"lianfa", "cst_info_create", "not told: nullif(t.work_job", "", ""},
		{"lianfa", "cst_info_update", "value lost: $5::text ", "", ""},
		{"lianfa", "opportunity_info_update", "condition left out: and t.proj_guid = $3::text", "cst_guid = $5::text\n    and t.proj", "a check asked for the row of opportunity, and the other conditions name no further one"},
		{"lianfa", "attribute_template_query", "nothing for no value: coalesce(t.category", "", "each row has trait.category"},
		{"lianfa", "attribute_template_query", "nothing for no value: coalesce(t.remark", "", "remark is always ''"},
		{"lianfa", "base_consultant_list", "compared otherwise ot null and a.datname", "", "no transaction is under way while cases are fired"},
		{"lianfa", "cst_opp2cst_create", "another number: 100 ->", "", "some numbers have fewer characters"},
		{"baas", "srv_baas_custinfo_sync", "compared otherwise", "from customer) >= 0", "the step customer always has a row"},
		{"baas", "srv_baas_custinfo_sync", "compared otherwise", "from ext_info_gone) >= 0", ""},
	} {
		s := set.Systems[slices.IndexFunc(set.Systems, func(s *spec.System) bool { return s.Name == c.system })]
		a, err := statement.Compile(s.Interface(c.cmd))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, st := range a.Statements() {
			for _, f := range fault.Statement(c.system, strings.TrimSpace(c.cmd+" "+st.Name), st.SQL.String()) {
				line := f.Was[strings.LastIndexByte(f.Was[:f.From], '\n')+1 : f.Until+min(40, len(f.Was)-f.Until)]
				if !strings.HasPrefix(f.What, c.what) || !strings.Contains(line, c.near) || found {
					continue
				}
				found = true
				if why := reasons.Why(f); why != c.want {
					t.Errorf("%s: %s\n%q, want %q", f, line, why, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%s has no fault %s", c.cmd, c.what)
		}
	}
}

// TestWhyCode is TestWhy of the Go that writes replies.
func TestWhyCode(t *testing.T) {
	t.Parallel()
	reasons, err := unseen.New(testkit.Model(t, os.DirFS("../../..")).Systems)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ cmd, what, want string }{
		{"opportunity_info_query", `String as OptionalString: out.String("cstGUID", q.CstGUID)`, "the reply always has cstGUID"},
		{"base_city_list", `RequiredInt as Int: out.RequiredInt("page", q.Page)`, "the reply always has page"},
		{"s_lead_query", `RequiredInt as Int: out.RequiredInt("cstGender", q.CstGender)`, "the reply always has cstGender"},
		{"s_lead_query", `OptionalString as String: out.OptionalString("topic", q.Topic)`, ""},
		{"attribute_template_query", `another text than "remark": out.OptionalString("remark", q.Remark)`, "no reply has remark"},
		{"attribute_template_query", `another text than "label": out.OptionalString("label", q.Label)`, ""},
	} {
		if why := reasons.Why(&fault.Fault{Place: fault.Replies, System: "lianfa", Cmd: c.cmd, What: c.what}); why != c.want {
			t.Errorf("%s: %s: %q, want %q", c.cmd, c.what, why, c.want)
		}
	}
}

// TestWhyOutside is TestWhy of a system that no case was made for.
func TestWhyOutside(t *testing.T) {
	t.Parallel()
	set := testkit.Model(t, os.DirFS("../../../cmd/jiekoud/faults/testdata/outlet"))
	reasons, err := unseen.New(set.Systems)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ cmd, what, want string }{
		{"order_create", "value lost: $2::text -> null::text", "the step that writes the row refuses it with the same code"},
		{"order_create", "condition left out: and t.outer_no = $2::text", ""},
		{"order_create", "another text: OTHER -> OTHERx", "the step gives channel no value that is written otherwise than by its own case"},
		{"order_create", "another text: ALI -> ALIx", ""},
		{"order_ship", "another text: 1 -> 1x", "the step trade sets state to 3"},
		{"order_ship", "another text: 3 -> 3x", ""},
		{"stock_set", "another value: $1::text -> $3::text", ""},
		{"stock_set", "no condition: t.barcode", ""},
		{"refund_audit", "another text: 1 -> 1x", ""},
	} {
		a, err := statement.Compile(set.Systems[0].Interface(c.cmd))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, st := range a.Statements() {
			for _, f := range fault.Statement("outlet", strings.TrimSpace(c.cmd+" "+st.Name), st.SQL.String()) {
				if found || !strings.HasPrefix(f.What, c.what) {
					continue
				}
				found = true
				if why := reasons.Why(f); why != c.want {
					t.Errorf("%s: %q, want %q", f, why, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%s has no fault %s", c.cmd, c.what)
		}
	}
	exists := &fault.Fault{Place: fault.Replies, System: "outlet", Cmd: "sku_exists", What: `RequiredInt as Int: out.RequiredInt("exists", q.Exists)`}
	if why := reasons.Why(exists); why != "the reply always has exists" {
		t.Errorf("%s: %q", exists, why)
	}
}
