package wording

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Value is a value of a list, with its label, which may be empty.
type Value struct{ Value, Label string }

// List is a list of values that a text has.
type List struct {
	Values  []Value
	Default string // marked so in the list
	Before  string // what the text says in front of the list
}

// Has says whether the list has a value.
func (l *List) Has(value string) bool {
	return slices.ContainsFunc(l.Values, func(v Value) bool { return v.Value == value })
}

// EnumOf reads the values that a text lists; nil where it lists none. Two values at
// least make a list.
func EnumOf(text string) *List {
	text = clean(text)
	if l := constants(text); l != nil {
		return l
	}
	if l := announced(text); l != nil {
		return l
	}
	if l := inParentheses(text); l != nil {
		return l
	}
	if l := bare(text); l != nil {
		return l
	}
	if l := listed(text); l != nil {
		return l
	}
	forth, back := pairs(text), turned(text)
	if back != nil && (forth == nil || len(back.Values) > len(forth.Values)) {
		return back
	}
	if forth != nil {
		return forth
	}
	for _, read := range []func(string) *List{coded, mixed, adjoining, counted, numberedWords, words, quoted, spoken} {
		if l := read(text); l != nil {
			return l
		}
	}
	return nil
}

var (
	jsonText  = pattern.New(`[\[{]\s*["{\[]|\[\s*\{|\{\s*["']?\w+["']?\s*:`)
	callText  = pattern.New(`(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*\((?:"[^"]*"|'[^']*')\)`)
	charset   = pattern.New(`(?i)\b(?:utf|gb|iso)-?\d[\d-]*\s*(?:格式|编码|字符)`)
	uuidText  = pattern.New(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{10,}`)
	grouped   = pattern.New(`\d{1,3}(?:,\d{3})+`)
	mediaText = pattern.New(`\b(?:application|text|image|audio|video|multipart)/[\w.+*-]+`)
	urlText   = pattern.New(`https?://\S+`)
	quotes    = strings.NewReplacer("`", "\"", "“", `"`, "”", `"`, "‘", "'", "’", "'", "「", `"`, "」", `"`, "【", "[", "】", "]", "＞", ">", "：", ":", "——", "-", "－", "-", "–", "-", "—", "-")
)

// defaultAhead is a default in front of the other values: 默认为0在途,1揽收.
var defaultAhead = pattern.New(`[,;(]?\s*(?:默认|缺省)(?:值)?(?:为|是|:)?\s*(-?\d{1,2})(\p{Han}[^,;、\d]{0,11}[,;、]\s*-?\d{1,2}\p{Han})`)

var numbersFirst = pattern.New(`^\{?"?-?\d+"?\s*:`)

// clean brings a text into half width and takes out what only looks like a list: JSON,
// numbers with groups of digits, addresses, calls in programs.
func clean(text string) string {
	text = quotes.Replace(norm.NFKC.String(quotes.Replace(text)))
	text = defaultAhead.ReplaceAllString(text, ",$1(默认)$2")
	if at := jsonText.FindStringIndex(text); at != nil && !numbersFirst.MatchString(text[at[0]:]) {
		text = text[:at[0]]
	}
	text = urlText.ReplaceAllString(text, "")
	text = mediaText.ReplaceAllString(text, "")
	text = charset.ReplaceAllString(callText.ReplaceAllString(text, ""), "")
	text = uuidText.ReplaceAllString(text, "")
	return grouped.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("·", 1) })
}

// A value at the beginning of a pair, in the spellings of documents: 1:男 [1]男 1-男 1=男
// 1、男 "1":男 0(默认):否 >0 金额 M 男.
var value = pattern.New(
	`(^|[\s,;:。、|/({\[\]]|\p{Han}|\))` + // what is before it
		`(["'\[<(]?)` +
		`([<>≥≤]=?\s*\d{1,6}|[+-]?\d{1,9}|[A-Za-z][A-Za-z0-9_]{0,30}(?:-[A-Z0-9_]+)*)` +
		`(["'\]>)]?)` +
		`(\s*\(默认\))?\s*(?:(:|=>|=|-{1,2}>?|、|\.|→|表示|代表|为|是|\bfor\b|\bmeans\b)\s*)?(\(默认\))?\s*`,
)

// pair is where a text has a value of a list.
type pair struct {
	from, to  int // of the value with its separator
	value     string
	separator string
	wrapped   bool
	glued     bool // to a word before it
	number    bool
	standard  bool // marked as the default
}

// pairs reads "value separator label" lists.
func pairs(text string) *List {
	found := pairsIn(text)
	for first := range found {
		if found[first].separator == "" && !found[first].wrapped && !plainList(text, found[first:]) {
			continue
		}
		l := chain(text, found[first:])
		if len(l.Values) >= 2 {
			l.Before = text[:found[first].from]
			return ordinals(l, found[first].separator)
		}
	}
	return nil
}

// pairsIn finds where values stand. One that is glued to the word before it, or that
// is a word itself, needs a separator.
func pairsIn(text string) []pair {
	var out []pair
	for at := 0; at < len(text); {
		m := value.FindStringSubmatchIndex(text[at:])
		if m == nil {
			break
		}
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[at+m[2*n] : at+m[2*n+1]]
		}
		p := pair{
			from: at + m[3], to: at + m[1], value: strings.ReplaceAll(group(3), " ", ""), separator: group(6),
			wrapped: group(2) != "" && group(4) != "" && group(2) != "<", standard: group(5)+group(7) != "",
		}
		if p.separator == "是" && labelEnds(text[p.to:]) { // 0 否 1 是: it is the label
			p.separator, p.to = "", at+m[12]
		}
		r, size := utf8.DecodeLastRuneInString(text[:p.from])
		p.glued = size > 0 && r > 0x2e80 && r != '。' && r != '、'
		inWord := size > 0 && r < 0x80 && aWord.MatchString("a"+string(r))
		p.number = strings.Trim(p.value, "-0123456789<>≥≤=") == ""
		if !inWord && p.stands(text) {
			out = append(out, p)
			at += m[9] // behind the value
			continue
		}
		at += max(m[3], 1)
		for at < len(text) && !utf8.RuneStart(text[at]) {
			at++
		}
	}
	return out
}

// labelEnds says whether no label follows.
func labelEnds(text string) bool {
	next, size := utf8.DecodeRuneInString(text)
	return size == 0 || strings.ContainsRune(",;。、)|/\n", next) || next >= '0' && next <= '9'
}

// units are words behind a number that make it an amount.
var units = pattern.New(`^(位|个|天|次|月|年|日|元|分钟|分(?:[^\p{Han}]|$)|秒|小时|人|张|条|字|级|页|[kKmMgG][bB]?\b|号|%|点|种|类|倍|岁|毫秒|万|米|公里|字符|字节|项|件|笔|周|辆|度|行|到|至|~|开头|以内|以上|以下|px|bit|byte|ms\b)`)

// atTime is what is behind a value of which a condition speaks: 为 0 时必填.
var atTime = pattern.New(`^时(?:[^段间刻点效]|$)`)

// stands says whether a match is a value of a list.
func (p pair) stands(text string) bool {
	next, _ := utf8.DecodeRuneInString(text[p.to:])
	switch {
	case p.to >= len(text), next >= '0' && next <= '9' && p.separator != ":" && p.separator != "=", next == '%', next == '·':
		return false
	case p.separator == "" && p.number && units.MatchString(text[p.to:]), p.separator == "" && atTime.MatchString(text[p.to:]):
		return false
	case p.wrapped:
		return !atTime.MatchString(text[p.to:])
	case p.separator == "" && (p.glued || !p.number):
		return false
	case p.separator == "":
		return next > 0x2e80
	case len(p.separator) > 2 && p.separator[0] > 0x7f && !p.number && !isCode(p.value): // a word 为 something
		return false
	case !p.number && !strings.ContainsAny(p.separator, ":=>-"):
		return false
	case !p.number && p.separator == "-" && !isCode(p.value):
		return next > 0x2e80
	}
	return true
}

// isCode says whether a word is written as values are: in capitals, or with digits.
func isCode(s string) bool { return s == strings.ToUpper(s) }

// plainList says whether values without separators make a list: they are at the
// beginning of words, and there are two of them one behind the other.
func plainList(text string, found []pair) bool {
	n := 0
	for _, p := range found {
		if p.separator == "" && (p.from == 0 || strings.ContainsAny(text[p.from-1:p.from], " ,;:|/(\n、。") || text[p.from-1] > 0x7f) {
			n++
		}
	}
	return n >= 2 || len(found) >= 2 && found[1].separator != ""
}

// chain reads values from the first one on, each with the label behind it.
func chain(text string, found []pair) *List {
	l := &List{}
	seen := map[string]bool{}
	for i := 0; i < len(found); i++ {
		p := found[i]
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1].from
		}
		if seen[p.value] || p.number != found[0].number && !isCode(p.value) {
			break
		}
		label, standard := labelOf(text[p.to:end], i+1 < len(found))
		if label == "" || len(l.Values) > 0 && isSentence(label) && p.separator == "、" {
			break
		}
		seen[p.value] = true
		if p.standard || standard {
			l.Default = p.value
		}
		l.Values = append(l.Values, Value{p.value, label})
	}
	if len(l.Values) > 0 && numbered(l, found[0].separator) {
		return &List{}
	}
	return l
}

// numbered says whether a list is one of remarks with numbers in front: "1.根据车牌号查询
// 2.根据车架号…".
func numbered(l *List, separator string) bool {
	if separator != "." && separator != "、" {
		return false
	}
	for _, v := range l.Values {
		if isSentence(v.Label) {
			return true
		}
	}
	return false
}

func isSentence(label string) bool { return utf8.RuneCountInString(label) > 16 }

var (
	standardMark = pattern.New(`\s*[(\[]\s*(默认|缺省|默认值|default)\s*[)\]]|\s+(默认|缺省)$`)
	remark       = pattern.New(`(?s)\s*\([^()]*[,;。\n][^()]*\)?.*$`)
)

// labelOf is a label without what divides it from the next pair, and without what is
// said behind its first stop. more says that another value follows.
func labelOf(text string, more bool) (label string, standard bool) {
	text = strings.TrimPrefix(strings.TrimLeft(text, " \n\t"), "表示")
	text = others.ReplaceAllString(cutLong(text), "")
	if at := stopOf(text); at >= 0 {
		text = text[:at]
	}
	if standardMark.MatchString(text) {
		standard = true
		text = standardMark.ReplaceAllString(text, "")
	}
	text = strings.TrimRight(text, " ,;。、|/([{\"'.\t")
	if strings.Count(text, ")") > strings.Count(text, "(") {
		if at := strings.LastIndex(text, ")"); more || at == len(text)-1 || strings.Count(text, "(") == 0 {
			text = text[:at]
		}
	}
	for _, mark := range []string{"]", "}"} {
		if strings.Count(text, mark) > strings.Count(text, map[string]string{"]": "[", "}": "{"}[mark]) {
			text = text[:strings.LastIndex(text, mark)]
		}
	}
	if at := strings.LastIndex(text, "("); strings.Count(text, "(") > strings.Count(text, ")") && at > 0 {
		text = text[:at]
	}
	text = strings.Trim(text, " \"'")
	if !more {
		text = andSoOn.ReplaceAllString(text, "")
	}
	if utf8.RuneCountInString(text) > 60 {
		return "", false
	}
	return text, standard
}

// andSoOn ends a list.
var andSoOn = pattern.New(`等(?:\p{Han}{0,3}(?:状态|类型|情况|值|方式))?$`)

// others is a label of all other values.
var others = pattern.New(`(?s)[\s,;]*其[他它]值?\s*[:=].*$`)

// cutLong takes out a remark in parentheses that is a sentence.
func cutLong(text string) string {
	if m := remark.FindStringIndex(text); m != nil && utf8.RuneCountInString(text[m[0]:m[1]]) > 10 {
		return text[:m[0]]
	}
	return text
}

// stopOf is where a label ends: at a stop that is in no parentheses.
func stopOf(text string) int {
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth = max(depth-1, 0)
		case ',', ';', '\n', '。':
			if depth == 0 || r == '\n' && strings.Count(text[i:], ")") == 0 {
				return i
			}
		}
	}
	return -1
}

var (
	aWord    = pattern.New(`^[A-Za-z][A-Za-z0-9_]*$`)
	turnPair = pattern.New(`([\p{Han}A-Za-z][\p{Han}A-Za-z0-9]{0,20}?(?:\([^()]{1,10}\))?)\s*(?::|=|-|\()\s*(-?\d{1,6}|[A-Z][A-Z0-9_]{0,20})\b\)?`)
	mixedOne = pattern.New(`^(?:(-?\d{1,6})(\p{Han}{1,12})|(\p{Han}{1,12})(-?\d{1,6}))$`)
	wordList = pattern.New(`(?:^|[(:\s,;\[]|\p{Han})["']?([A-Za-z][A-Za-z0-9_]{0,30})["']?((?:\s*(?:/|\||、|,|\bor\b|或者?)\s*["']?[A-Za-z][A-Za-z0-9_]{0,30}["']?)+)\s*(?:$|[),;。.\]\n\s])`)
	wordStop = pattern.New(`\s*(?:/|\||、|,|\bor\b|或者?)\s*`)
	quoteOne = pattern.New(`["']([A-Za-z0-9_\-]{1,30})["']\s*((?:\p{Han}{1,10})?)`)
	pureList = pattern.New(`^[(\[{\s]*["']?([+-]?\d{1,6}|[A-Za-z][A-Za-z0-9_]{0,30})["']?(?:\s*[/|、,;\s]\s*["']?(?:[+-]?\d{1,6}|[A-Za-z][A-Za-z0-9_]{0,30})["']?)+[)\]}\s]*$`)
	bareStop = pattern.New(`["'\s]*[/|、,;\s]["'\s]*`)
	dateMark = pattern.New(`(?i)y{2,4}|mm|dd|hh|ss|^\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d\b|^(?:19|20)\d\d[/-]\d{1,2}[/-]\d{1,2}\b`)
)

// ordinals turns a numbered list of words into the words: "1. biz 2. consensus".
func ordinals(l *List, separator string) *List {
	if separator != "." && separator != "、" {
		return l
	}
	out := make([]Value, len(l.Values))
	for i, v := range l.Values {
		if !aWord.MatchString(v.Label) {
			return l
		}
		out[i] = Value{Value: v.Label}
		if v.Value == l.Default {
			l.Default = v.Label
		}
	}
	l.Values = out
	return l
}

// turned reads "label separator value" lists: 居民身份证:0 统一社会信用代码:7.
func turned(text string) *List {
	all := turnPair.FindAllStringSubmatchIndex(text, -1)
	l := &List{}
	for i, m := range all {
		gap := ""
		if i > 0 {
			gap = strings.Trim(text[all[i-1][1]:m[0]], " ,;、|/\n)")
		}
		if gap != "" {
			break
		}
		v := Value{Value: text[m[4]:m[5]], Label: text[m[2]:m[3]]}
		if units.MatchString(text[m[5]:]) || amount.MatchString(v.Label) || slices.ContainsFunc(l.Values, func(o Value) bool { return o.Value == v.Value }) {
			return nil
		}
		l.Values = append(l.Values, v)
	}
	if len(l.Values) < 2 || strings.Contains(l.Values[0].Label, "长度") {
		return nil
	}
	l.Before = text[:all[0][0]]
	return l
}

// amount is in front of a number that is a bound or a default, and no value: 最大为50.
var amount = pattern.New(`(?:默认|缺省|最大|最小|最多|最少|最长|最短|上限|下限|不超过|不大于|不小于|不少于|大于|小于|长度|精度|从|至|到|起始|保留|小数)(?:值|长度)?(?:为|是)?$`)

// mixed reads words with their numbers at either end: -1没有 国产0 进口1.
func mixed(text string) *List {
	l := &List{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;、|/\n()", r) }) {
		m := mixedOne.FindStringSubmatch(word)
		switch {
		case m == nil && len(l.Values) == 0:
			l.Before += word + " "
			continue
		case m == nil:
		case m[1] != "" && !units.MatchString(m[2]):
			l.Values = append(l.Values, Value{m[1], m[2]})
			continue
		case m[1] == "" && amount.MatchString(m[3]):
			return nil
		case m[1] == "":
			l.Values = append(l.Values, Value{m[4], m[3]})
			continue
		}
		break
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	return l
}

// words reads words that stand alone: (SYNC/ASYNC), 类型:system、contract.
func words(text string) *List {
	m := wordList.FindStringSubmatchIndex(text)
	if m == nil {
		return nil
	}
	l := &List{Before: strings.TrimRight(text[:m[2]], " (:\"'[")}
	for _, word := range append([]string{text[m[2]:m[3]]}, wordStop.Split(text[m[4]:m[5]])...) {
		if word = strings.Trim(word, " \"'"); word != "" {
			l.Values = append(l.Values, Value{Value: word})
		}
	}
	if forExample.MatchString(text[:m[2]]) {
		return nil
	}
	lead, _ := utf8.DecodeLastRuneInString(text[:m[2]])
	comma := strings.Contains(text[m[4]:m[5]], ",")
	switch {
	case len(l.Values) < 2, repeats(l.Values), dateMark.MatchString(text[m[2]:m[3]]) && dateMark.MatchString(text[m[4]:m[5]]):
		return nil
	case comma && !strings.ContainsAny(text[m[2]-1+btoi(m[2] == 0):m[5]], `"'(:`):
		return nil
	case !strings.ContainsRune("(:[\"' \n", lead) && lead < 0x2e80 && m[2] > 0:
		return nil
	}
	return l
}

// forExample is what is before words that are samples only.
var forExample = pattern.New(`(?i)(例如?|比如|譬如|诸如|样例|示例|\beg|e\.g\.?|such as|like|example)\s*[:,(]?\s*["']?$`)

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// quoted reads values in quotes: ("personal","enterprise"), "1"男 "2"女.
func quoted(text string) *List {
	l := &List{}
	for _, m := range quoteOne.FindAllStringSubmatch(text, -1) {
		if atTime.MatchString(m[2]) {
			return nil
		}
		l.Values = append(l.Values, Value{m[1], m[2]})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	l.Before = text[:quoteOne.FindStringIndex(text)[0]]
	return l
}
