package rows

import (
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// SaysFacts says whether words for what an interface is are at the left of a table, one below
// another: 接口地址, 接口名称.
func SaysFacts(t *draft.Table) bool {
	found := 0
	for row := 1; row < len(t.Rows); row++ {
		c := t.At(row, 0)
		if c == nil || c.Row != row || len([]rune(c.Text)) > 12 {
			continue
		}
		if word := wording.Fold(c.Text); naming.URLWord.MatchString(word) || naming.VerbWord.MatchString(word) || naming.TitleHead.MatchString(word) || naming.NumberHead.MatchString(word) {
			found++
		}
	}
	return found > 1
}

// StatesOne says whether a table states the method and the address of one interface below a head, and
// other facts about it below these: Method | URL, POST | /user/login, Body | {…}.
func StatesOne(t *draft.Table, url, method int) bool {
	at := t.At(1, url)
	if t.Width() != 2 || method < 0 || at == nil || naming.AddressOf(at.Text).Path == "" {
		return false
	}
	for row := 2; row < len(t.Rows); row++ {
		if c := t.At(row, method); c != nil && naming.OnlyVerb.MatchString(c.Text) {
			return false
		}
	}
	return true
}
