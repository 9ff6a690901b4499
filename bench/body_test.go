package bench

import (
	"time"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// zone is that of the documents.
var zone = time.FixedZone("CST", 8*60*60)

var limits = wire.Limits{Depth: 32, Elements: 10_000}

const (
	before = `{"projGUID":"8a5f3c10-6f0e-4b8e-9a1c-0d2f4e6a8b01","customerName":"欧阳明月","gender":1,"mobile":"`
	behind = `","homeTel":"0592-5551234","certNum":"11010519491231002X","address":"福建省厦门市思明区莲花南路联发大厦12楼","certType":1,` +
		`"userGUID":"3b1d5e77-1c2a-4d3e-8f90-a1b2c3d4e5f6","homeArea":"思明区","homeCase":"与父母同住","workTrade":"信息技术",` +
		`"workJob":"核心业务技术人员","workArea":"软件园二期","cstType":"个人","fromArea":"厦门岛内","zyNum":2,"oldOwner":"否","cstClass":"广告来访"}`
	// body is a full and valid request: 19 fields.
	body = before + "13800138000" + behind
	// faulty breaks four rules: no name, a wrong enum, a wrong mobile number and
	// a number that is none.
	faulty = `{"projGUID":"8a5f3c10-6f0e-4b8e-9a1c-0d2f4e6a8b01","customerName":"","gender":3,"mobile":"138` +
		`","homeTel":"0592-5551234","certNum":"11010519491231002X","address":"福建省厦门市思明区莲花南路联发大厦12楼","certType":1,` +
		`"userGUID":"3b1d5e77-1c2a-4d3e-8f90-a1b2c3d4e5f6","homeArea":"思明区","homeCase":"与父母同住","workTrade":"信息技术",` +
		`"workJob":"核心业务技术人员","workArea":"软件园二期","cstType":"个人","fromArea":"厦门岛内","zyNum":"x","oldOwner":"否","cstClass":"广告来访"}`
)
