package draft

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
)

// TakeName makes the name of an interface of its path, or of its place among others. used has how
// often each is taken.
func (i *Interface) TakeName(used map[string]int) {
	cmd := cmp.Or(i.Cmd, map[bool]string{true: i.Code}[i.URL == ""])
	if !spec.IsCmd(cmd) {
		cmd = naming.Word(cmd)
	}
	if cmd == "" {
		bare, query, _ := strings.Cut(strings.ReplaceAll(naming.Holes(i.URL), "#", ""), "?")
		bare = strings.TrimRight(bare, "/")
		cmd = naming.Word(strings.TrimSuffix(path.Base(bare), ".do"))
		if hole := strings.Index(bare, "/{"); hole >= 0 {
			cmd = naming.Word(path.Base(bare[:hole]) + "_by_" + strings.Trim(path.Base(bare), "{}"))
		}
		if called := naming.Called(query); called != "" {
			cmd = called
		}
		if used[nameKey(cmd)] > 0 { // the folder before it tells them apart
			if up := naming.Word(path.Base(path.Dir(bare))); up != "" && used[nameKey(up+"_"+cmd)] == 0 {
				cmd = up + "_" + cmd
			}
		}
	}
	if cmd == "" {
		cmd = fmt.Sprintf("interface_%d", len(used))
	}
	base := cmd
	for n := 2; used[nameKey(cmd)] > 0; n++ {
		cmd = fmt.Sprintf("%s_%d", base, n)
	}
	used[nameKey(cmd)]++
	if i.Cmd != cmd { // what the document calls it
		i.Code = cmp.Or(i.Code, i.Cmd)
	}
	i.Cmd = cmd
}

// nameKey is what two names share that the language takes for one: syncPay, sync_pay, sync.pay.
func nameKey(cmd string) string {
	return strings.ToLower(strings.NewReplacer("_", "", ".", "", "-", "").Replace(cmd))
}
