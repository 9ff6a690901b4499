package paste

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	// opensChapter is a short line in words with a colon at its end: 提交支付订单：.
	opensChapter = pattern.New(`^[^\n,，。;；=]{0,14}\p{Han}[^\n,，。;；=]{0,14}[:：]\s*$`)
	// firstPart is the first of the numbered parts of a chapter: 1.请求方式：.
	firstPart = pattern.New(`^\s*[(（]?(?:1|一)[.、)）]\s*[^\n,，。;；=]{2,14}[:：]?\s*$`)
)

// titledChapters makes headings of the lines above parts that are numbered from 1 again and again, where a
// document marks hardly any headings: 提交支付订单： above 1.请求方式：.
func titledChapters(blocks []*document.Block) []*document.Block {
	isTitle := func(n int) bool {
		return n+1 < len(blocks) && isPlain(blocks[n]) && isPlain(blocks[n+1]) && blocks[n].Indent == 0 &&
			opensChapter.MatchString(blocks[n].Text) && firstPart.MatchString(blocks[n+1].Text) && !firstPart.MatchString(blocks[n].Text)
	}
	found, headings := 0, 0
	for n, b := range blocks {
		if b.Level > 0 {
			headings++
		}
		if isTitle(n) {
			found++
		}
	}
	if found < 2 || headings >= found {
		return blocks
	}
	out := make([]*document.Block, len(blocks))
	for n, b := range blocks {
		if out[n] = b; isTitle(n) {
			title := *b
			title.Level, title.Text = 1, strings.TrimRight(strings.TrimSpace(b.Text), ":：")
			out[n] = &title
		}
	}
	return out
}
