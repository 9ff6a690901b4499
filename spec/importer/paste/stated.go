package paste

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// aFact is a line that says something behind a word: 请求方式: POST.
var aFact = pattern.New(`^\s*([^\s:：{}"'<>/]{1,16})\s*[:：]\s*(\S.*)$`)

// stated makes text of code that is no sample, but says what an interface is: 路径: user/login
// and 参数: name=${名称}, one below the other.
func stated(blocks []*document.Block, words *wording.Words) []*document.Block {
	out := slices.Clone(blocks)
	for n, b := range blocks {
		if b.Code && statesFacts(b.Text, words) {
			text := *b
			text.Code = false
			out[n] = &text
		}
	}
	return out
}

// statesFacts says whether the first line of a text says where an interface is, and another one
// its method, or what is sent or comes back.
func statesFacts(text string, words *wording.Words) bool {
	found := false
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		m := aFact.FindStringSubmatch(line)
		switch {
		case !found && (m == nil || !naming.URLWord.MatchString(m[1]+":") || naming.EndpointOf(line).Path == ""):
			return false
		case !found:
			found = true
		case m != nil && (naming.VerbWord.MatchString(m[1]+":") || words.Side(m[1]) != "" || words.IsWeak(m[1])):
			return true
		}
	}
	return false
}
