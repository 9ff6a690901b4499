package paste

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
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

// titledBelow gives headings that say the same words again and again the title that stands as a line
// below each: 请求内容 above 获取首页轮播图.
func titledBelow(blocks []*document.Block, words *wording.Words) []*document.Block {
	type same struct {
		text  string
		level int
	}
	last := map[same]string{}
	found, other, repeats := map[same]int{}, map[same]bool{}, map[same]bool{}
	for n, b := range blocks {
		if b.Level == 0 {
			continue
		}
		one := same{strings.TrimSpace(b.Text), b.Level}
		if !words.IsGeneric(b.Text) || n+1 == len(blocks) || !isPlain(blocks[n+1]) || !isTitleBelow(blocks[n+1].Text, words) {
			other[one] = true
			continue
		}
		found[one]++
		repeats[one] = repeats[one] || last[one] == blocks[n+1].Text
		last[one] = blocks[n+1].Text
	}
	out := slices.Clone(blocks)
	for n, b := range blocks {
		one := same{strings.TrimSpace(b.Text), b.Level}
		if b.Level > 0 && found[one] >= 3 && !other[one] && !repeats[one] {
			title := *b
			title.Text = strings.TrimSpace(blocks[n+1].Text)
			out[n] = &title
		}
	}
	return out
}

// isTitleBelow says whether the text below a heading is a title, and nothing that begins a part.
func isTitleBelow(text string, words *wording.Words) bool {
	text = strings.TrimSpace(text)
	return naming.IsPlainTitle(text) && !words.IsGeneric(text) && words.Side(text) == "" && !naming.IsAddressHead(text)
}
