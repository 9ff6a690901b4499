// Package demo has the four systems with the data and the apps of serve --demo.
package demo

import (
	"embed"
	"io/fs"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

//go:embed */*.csv
var demoRows embed.FS

// demoApps are two apps of lianfa and one of each other system.
var demoApps = map[string][]system.DemoApp{
	"lianfa": {
		{ID: "300", Name: "案场", Cmd: "cst_info_get", Data: `{"mobile":"13800138000"}`},
		{ID: "200", Name: "经纪人平台"},
	},
	"baas": {{
		ID: "demo-tenant", Name: "租户", Cmd: "srv_baas_custinfo_sync",
		Data: `{"tradeSeq":"MVNE{now}000000001","tenantId":"MVNE","extCustId":"10101111","custName":"张三","provinceCode":"35","cityCode":"0592"}`,
	}},
	"custservice": {{ID: "demo-desk", Name: "客服平台", Cmd: "customer_update", Data: `{"customerId":"1","desc":"老客户"}`}},
	"u8": {{
		ID: "demo-erp", Name: "ERP", Cmd: "customer_get",
		Data: `{"from_account":"demo","to_account":"demo","id":"0000000017"}`,
	}},
}

// Systems are all systems with their demo data.
func Systems() []system.System {
	list := generated.Systems()
	for i := range list {
		s := &list[i]
		s.Demo.Apps = demoApps[s.Name]
		s.Demo.Rows, _ = fs.Sub(demoRows, s.Name) // the name is valid
		if s.Name == "lianfa" {
			s.History = []system.History{{
				System: "lianfa", Table: "sync_task", Scope: []string{"proj_guid", "shop_guid"}, Result: "notify_request_result",
			}}
			s.Publish = []string{"notify_proj_publish"}
		}
	}
	return list
}
