package wording

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// One reads the only value of a text in quotes; nil where there is none. It is for
// fields that are said to be enumerations.
func One(text string) *List {
	text = clean(text)
	if m := quoteOne.FindStringSubmatch(text); m != nil {
		return &List{Values: []Value{{m[1], m[2]}}}
	}
	return nil
}

// bare reads a text that is nothing but values: 0,1,2 or SYNC/ASYNC.
func bare(text string) *List {
	if !pureList.MatchString(text) || dateMark.MatchString(text) {
		return nil
	}
	l := &List{}
	for _, word := range bareStop.Split(strings.Trim(text, "()[]{} \n\"'")) {
		if word = strings.Trim(word, " \"'"); word != "" {
			l.Values = append(l.Values, Value{Value: word})
		}
	}
	numbers := 0
	for _, v := range l.Values {
		if strings.Trim(v.Value, "-0123456789") == "" {
			numbers++
		}
	}
	if len(l.Values) < 2 || repeats(l.Values) || sentence(text) || numbers > 0 && numbers < len(l.Values) {
		return nil
	}
	return l
}

// sentence says whether a list of words without stops is one of English prose.
func sentence(text string) bool {
	return !strings.ContainsAny(text, "/|、,;") && !onlyDigits.MatchString(text)
}

var onlyDigits = pattern.New(`^[\s\d\-]+$`)

// constant is a constant of a program with what it is made with: RED(1,"红").
var constant = pattern.New(`\b([A-Z][A-Z0-9_]{0,40})\(\s*(?:[^()"',]*,\s*)*"([^"()]*)"[^()]*\)`)

// constants reads the constants of a program: RED(1,"红"), BLUE(2,"蓝").
func constants(text string) *List {
	l := &List{}
	for _, m := range constant.FindAllStringSubmatch(text, -1) {
		l.Values = append(l.Values, Value{m[1], strings.TrimSpace(m[2])})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	l.Before = strings.TrimRight(text[:constant.FindStringIndex(text)[0]], " [(:")
	return l
}

func repeats(list []Value) bool {
	seen := map[string]bool{}
	for _, v := range list {
		if seen[v.Value] {
			return true
		}
		seen[v.Value] = true
	}
	return false
}

// tokensOr is an English list of values and nothing else: created, stored or expired.
var tokensOr = pattern.New(`^["'\x60]?[A-Za-z0-9_\-]{1,30}["'\x60]?(?:\s*,\s*["'\x60]?[A-Za-z0-9_\-]{1,30}["'\x60]?)+\s*,?\s+or\s+["'\x60]?[A-Za-z0-9_\-]{1,30}["'\x60]?\s*(?:$|\.|;)`)

// countedOne is a number of a list that counts, with what it means behind a comma.
var countedOne = pattern.New(`(?:^|[\s:;。])(\d{1,2})\s*,\s*(\p{Han}[^,;:\d\s]{0,20})`)

// counted reads numbers in their order, or in any where nothing else is there, each with a comma
// behind it: 1,寄件方 2,到件方.
func counted(text string) *List {
	l := &List{}
	last, alone := 0, strings.Trim(countedOne.ReplaceAllString(text, ""), " ;.。\n") == ""
	for i, m := range countedOne.FindAllStringSubmatchIndex(text, -1) {
		n, _ := strconv.Atoi(text[m[2]:m[3]])
		if i == 0 {
			l.Before = strings.TrimRight(text[:m[2]], " :;。\n")
		} else if n != last+1 && !alone {
			return nil
		}
		last = n
		l.Values = append(l.Values, Value{text[m[2]:m[3]], strings.TrimRight(text[m[4]:m[5]], "。")})
	}
	if len(l.Values) < 2 {
		return nil
	}
	return l
}

// listed reads words with commas between them, and "or" before the last one.
func listed(text string) *List {
	m := tokensOr.FindString(text)
	if m == "" {
		return nil
	}
	l := &List{}
	for _, word := range listStop.Split(strings.TrimRight(m, " .;")) {
		if word = strings.Trim(word, " \"'`"); word != "" {
			l.Values = append(l.Values, Value{Value: word})
		}
	}
	if repeats(l.Values) {
		return nil
	}
	return l
}

// columnOne is the one value of a column of values, with what it means: 0:有效.
var columnOne = pattern.New(`^\s*["']?([A-Za-z0-9_√×-]{1,20})["']?\s*[:=]\s*(\p{Han}[^,;。:=\n]{0,30})$`)

// ColumnOf reads the values of a column that is headed as one of values: a list as
// EnumOf reads it, or one value with what it means, or else words with a mark between them or one a line, whatever
// script they are in.
func ColumnOf(text string) *List {
	if l := EnumOf(text); l != nil {
		return l
	}
	if l := One(text); l != nil {
		return l
	}
	if m := columnOne.FindStringSubmatch(norm.NFKC.String(text)); m != nil {
		return &List{Values: []Value{{m[1], strings.TrimSpace(m[2])}}}
	}
	marks := "、|;"
	if strings.Contains(strings.TrimSpace(text), "\n") {
		marks = "\n" // one a line
	}
	words := strings.FieldsFunc(norm.NFKC.String(text), func(r rune) bool { return strings.ContainsRune(marks, r) })
	out := &List{}
	for _, w := range words {
		w = strings.TrimSpace(w)
		if w == "" || utf8.RuneCountInString(w) > 40 || strings.ContainsAny(w, "。,") {
			return nil
		}
		out.Values = append(out.Values, Value{Value: w})
	}
	if len(out.Values) < 2 {
		return nil
	}
	return out
}

var (
	codedOne  = pattern.New(`^["']?([A-Za-z][A-Za-z0-9_]{0,20}(?:-[A-Za-z0-9]{1,8})?)["']?[ \t]+(\p{Han}[^,;\n]{0,30})$`)
	codedStop = pattern.New(`\s*[\n、,;/|]\s*`)
)

// coded reads words with what they mean behind a blank: DC 借记卡, CC 贷记卡.
func coded(text string) *List {
	before, rest := "", strings.TrimSpace(text)
	if at := strings.LastIndex(rest, ":"); at >= 0 {
		before, rest = rest[:at], rest[at+1:]
	}
	l := &List{Before: before}
	for _, part := range codedStop.Split(strings.Trim(rest, " .。\n")) {
		m := codedOne.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil
		}
		l.Values = append(l.Values, Value{m[1], strings.TrimSpace(m[2])})
	}
	if len(l.Values) < 2 || repeats(l.Values) {
		return nil
	}
	return l
}
