package wording

import (
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// kindWord ends what a list of words is about: 客户类型, 线索来源, 取值.
const kindWord = `(?:类型|状态|类别|来源|原因|性别|方式|等级|级别|性质|属性|标志|标识|取值(?:范围|为)?|可选(?:值|项)?|候选(?:项|值)|枚举(?:值)?|分类|渠道|意向|身份|种类|职务|选项|用途|结果|范围|类|是否\p{Han}*|allowed values|one of|values?)`

var (
	afterKind = pattern.New(`(?i)(?:^|[^,;。\n]*?)` + kindWord + `(?:\([^()]*\))?\s*[:：]\s*((?s:.+))$`)
	yesNo     = pattern.New(`(?:^|[:\s(,])(是|有|男|真|Y|y|true|TRUE)\s*/\s*(否|无|女|假|N|n|false|FALSE)(?:$|[\s),;。])`)
	adjacent  = pattern.New(`(?:^|[^\d.])((?:[0-9]\p{Han}{1,8}){2,12})(?:$|[\s),;。])`)
	oneOfIt   = pattern.New(`([0-9])(\p{Han}{1,8})`)
	numbered2 = pattern.New(`(?:^|[:(,\s、])([01])\s+([A-Za-z][A-Za-z ]{0,20}?)((?:\s*[、,;\s]\s*\d{1,2}\s+[A-Za-z][A-Za-z ]{0,20}?)+)\s*(?:$|[).;。\n])`)
	nextOf    = pattern.New(`(\d{1,2})\s+([A-Za-z]+(?: [A-Za-z]+)*)`)
	plainWord = pattern.New(`^[\p{Han}A-Za-z0-9_()/\-、]{1,24}$`)
	endMark   = pattern.New(`(?:\s*等+(?:等)?\s*)$`)
)

// listAhead announces values that stand without labels, one behind the other.
var (
	oneToken  = `["'\x60]?[A-Za-z0-9_][A-Za-z0-9_.\-]{0,39}["'\x60]?`
	listAhead = pattern.New(`(?i)(?:枚举(?:值)?|可选值(?:有|为)?|可选项|可取值|取值(?:范围|有|为|可为)?|允许(?:的)?值|有效值|值域|\bone of|(?:possible|allowed|valid|accepted|available) values?(?: are| is)?|\benum)\s*(?:为|是|有|包括)?\s*:?\s*[(\[{]?\s*(` +
		oneToken + `(?:\s*(?:[,、/|;\n]|\bor\b|或者?|和|及)\s*(?:or\s+)?` + oneToken + `)+)\s*(?:$|[)\]}。;\n\s]|\.(?:\s|$))`)
	listStop = pattern.New(`\s*(?:[,、/|;\n]|\bor\b|或者?|和|及)\s*(?:or\s+)?`)
)

// labelled is a value with its label in parentheses: 0(不重复)、1(每天).
var labelled = pattern.New(`["'\x60]?([A-Za-z0-9_][A-Za-z0-9_.\-]{0,39})["'\x60]?\s*\(([^()]{1,30})\)\s*(?:[,、/|;*\n。]|$|\s)`)

// inParentheses reads values whose labels are in parentheses.
func inParentheses(text string) *List {
	all := labelled.FindAllStringSubmatchIndex(text, -1)
	if len(all) < 2 {
		return nil
	}
	l := &List{Before: strings.TrimRight(text[:all[0][0]], " ,;。(:*\n")}
	for i, m := range all {
		if i > 0 && strings.Trim(text[all[i-1][1]:m[0]], " ,、/|;*\n") != "" {
			return nil
		}
		l.Values = append(l.Values, Value{text[m[2]:m[3]], strings.TrimSpace(text[m[4]:m[5]])})
	}
	if repeats(l.Values) {
		return nil
	}
	return l
}

// announced reads values behind words that say so: 可选值:30、50、100, one of PENDING, PAID.
func announced(text string) *List {
	m := listAhead.FindStringSubmatchIndex(text)
	if m == nil {
		return nil
	}
	l := &List{Before: strings.TrimRight(text[:m[0]], " ,;。(:\n")}
	for _, word := range listStop.Split(text[m[2]:m[3]]) {
		l.Values = append(l.Values, Value{Value: strings.Trim(word, " \"'\x60.")})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	return l
}

// adjoining reads values without anything between them: 状态:1有效0无效, (1是0否).
func adjoining(text string) *List {
	m := adjacent.FindStringSubmatchIndex(text)
	if m == nil {
		return nil
	}
	l := &List{Before: text[:m[2]]}
	for _, one := range oneOfIt.FindAllStringSubmatch(text[m[2]:m[3]], -1) {
		if units.MatchString(one[2]) {
			return nil
		}
		l.Values = append(l.Values, Value{one[1], one[2]})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	return l
}

// numberedWords reads numbers with English words: 1 Add、2 Modi 3 delete.
func numberedWords(text string) *List {
	m := numbered2.FindStringIndex(text)
	if m == nil {
		return nil
	}
	l := &List{Before: text[:m[0]]}
	for _, one := range nextOf.FindAllStringSubmatch(text[m[0]:m[1]], -1) {
		l.Values = append(l.Values, Value{one[1], one[2]})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	return l
}

// spoken reads lists of plain words: 客户类型:个人/公司, 关闭原因:作废、换房、退房等, or a word on
// each line.
func spoken(text string) *List {
	if m := yesNo.FindStringSubmatchIndex(text); m != nil {
		return &List{Values: []Value{{Value: text[m[2]:m[3]]}, {Value: text[m[4]:m[5]]}}, Before: text[:m[2]]}
	}
	m := afterKind.FindStringSubmatchIndex(text)
	if m == nil {
		return nil
	}
	rest := strings.TrimSpace(text[m[2]:m[3]])
	for _, stop := range []string{"\n", "/", "、", " "} {
		if l := divided(rest, stop); l != nil {
			l.Before = strings.TrimRight(text[:m[2]], " :\n")
			return l
		}
	}
	return nil
}

// divided reads words that a mark divides; nil where the rest is no list of them.
func divided(rest, stop string) *List {
	if stop != "\n" {
		rest, _, _ = strings.Cut(rest, "\n")
		if at := strings.IndexAny(rest, ",;。"); at >= 0 {
			rest = rest[:at]
		}
	}
	rest = endMark.ReplaceAllString(rest, "")
	l := &List{}
	for word := range strings.SplitSeq(rest, stop) {
		word = strings.TrimSpace(word)
		if word == "" && stop != "\n" {
			continue
		}
		short := utf8.RuneCountInString(word) <= 12 || stop == "\n"
		if !plainWord.MatchString(word) || !short || isSentence(word) && stop == " " || stop == "、" && strings.ContainsAny(word, "0123456789") {
			return nil
		}
		l.Values = append(l.Values, Value{Value: word})
	}
	least := map[string]int{"\n": 3, "/": 2, "、": 2, " ": 3}[stop]
	if len(l.Values) < least || repeats(l.Values) {
		return nil
	}
	return l
}
