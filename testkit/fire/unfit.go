package fire

import (
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/testkit/about"
	"github.com/jiekou-dev/jiekou/testkit/fixture"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// unfit is the reason why a case means nothing at a mock; "" where it does.
func (g *gun) unfit(c *fixture.Case) string {
	if g.Mock == nil {
		return ""
	}
	if t := c.Tamper; t != nil && t.What == tamper.OtherCmd {
		named := func(i route.Interface) bool { return i.Cmd == t.Value && i.Status == route.Unimplemented }
		if slices.ContainsFunc(g.System.Interfaces, named) {
			return "模拟服务器也应答没有实现的接口"
		}
	}
	if c.Rows && g.Mock.Rows == about.NoRows {
		return "模拟服务器没有数据（--rows none）"
	}
	return ""
}
