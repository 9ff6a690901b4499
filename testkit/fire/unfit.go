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
			return "a mock answers interfaces that are not implemented, too"
		}
	}
	if c.Rows && g.Mock.Rows == about.NoRows {
		return "the mock has no rows (--rows none)"
	}
	return ""
}
