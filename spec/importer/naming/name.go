// Package naming reads names out of texts: those of members and parameters, of types, and
// the methods and paths of endpoints; and what documents call themselves.
package naming

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Name is the name of a member or parameter, or a path of them.
var Name = pattern.New(`^[A-Za-z_$@][\w$\-]*(?:(?:\.|/|\[\d*[a-z]?\]|->|:|→)+[\w$@\-\[\]]+)*(?:\[\d*[a-z]?\])?$`)

// bracketed is a member in brackets, as forms of PHP name them: a[b], a[*][b].
var bracketed = pattern.New(`\[['"]?([A-Za-z_][\w\-]+)['"]?\]`)

// treeMark is what is before a name in a tree.
var treeMark = pattern.New(`^[\s\x{a0}\x{2003}\x{3000}]*(?:[├└│┣┗┃┠╰|` + "`" + `]+[\s\x{a0}\x{3000}]*)*(?:[─━\-—–+>»·•→∟↳.○◦▪⊢☐]+[\s\x{a0}\x{3000}]*)*`)

// ShortCode is a value of a list as programs write it.
var ShortCode = pattern.New(`^-?[A-Za-z0-9_.\-]{1,24}$`)

// ArrayMark says beside a name that it is one of many.
var ArrayMark = pattern.New(`(?i)数组|列表|list\b|array|集合`)

// indexLetter is where a place in a list is written with a letter: InstanceIds.N, Filter.n.Name.
var indexLetter = pattern.New(`\.(?:N|n|#)(\.|$)`)

// typedList is a name with the type of its members: rules[<Rule>].
var typedList = pattern.New(`^([A-Za-z_]\w*)\[<\w+>\]$`)

// NameOf reads the name of a cell: what marks of a tree are before it, and what else
// the cell has. The name is empty where it is none.
func NameOf(text string) (name, ahead, rest string) {
	text = brokenPath.ReplaceAllString(text, "$1$2$3")
	text = ofEach.ReplaceAllString(norm.NFKC.String(strings.ReplaceAll(text, "\u00a0", "\u3000")), "$1")
	first, more, _ := strings.Cut(strings.Trim(text, "\n\r\t"), "\n")
	ahead = treeMark.FindString(first)
	name = strings.TrimSpace(first[len(ahead):])
	name = strings.Trim(name, "*\"'`“”")
	name = typedList.ReplaceAllString(name, "$1[]")
	name = bracketed.ReplaceAllString(strings.ReplaceAll(name, "[*]", "[]"), ".$1")
	if before, after, ok := cutName(name); ok {
		name, more = before, strings.TrimSpace(after+"\n"+more)
	}
	name = indexLetter.ReplaceAllString(strings.TrimRight(name, ".:"), "[]$1")
	if !Name.MatchString(name) || len(name) > 120 {
		return "", ahead, strings.TrimSpace(text)
	}
	return name, ahead, strings.TrimSpace(more)
}

// brokenPath is a path of members that goes on in the next line.
var brokenPath = pattern.New(`([A-Za-z0-9_])[ \t]*(?:(\.)[ \t]*\n\s*|\n\s*(\.))\b`)

// ofEach is what is in front of the name of a member of a list that is all of a body.
var ofEach = pattern.New(`^\s*\$?\.?\[[*\d]?\]\.?([A-Za-z_])`)

// InList says whether the name in a cell is that of a member of a list that is all of a body:
// [].id.
func InList(text string) bool { return ofEach.MatchString(text) }

// hanName is a name in Chinese, or a path with one in it.
var hanName = pattern.New(`^[\p{Han}A-Za-z_][\p{Han}\w]{0,15}(?:/[\p{Han}A-Za-z_][\p{Han}\w]{0,15})*$`)

// HanName is the text of a cell where that can be a name in Chinese; empty: it cannot.
func HanName(text string) string {
	text = strings.TrimSpace(norm.NFKC.String(text))
	if !hasHan.MatchString(text) || !hanName.MatchString(text) {
		return ""
	}
	return text
}

// cutName cuts a name from what follows it in its cell: "id(编号)", "token required".
func cutName(s string) (name, rest string, ok bool) {
	at := strings.IndexFunc(s, func(r rune) bool { return r > 0x7f && r != '→' || strings.ContainsRune("( ,;*=<", r) })
	if at <= 0 {
		return s, "", false
	}
	return strings.TrimSpace(s[:at]), strings.Trim(s[at:], " ,:;*"), true
}

var (
	placeInList = pattern.New(`\[\d*[a-z]?\]`)
	pathMarks   = strings.NewReplacer("->", ".", "→", ".", "/", ".", "::", ".")
)

// SplitPath divides a name that is a path: a.b, a/b, list[].x, a->b. many says that the
// last one is of many.
func SplitPath(name string) (path []string, many bool) {
	many = strings.HasSuffix(name, "]")
	name = pathMarks.Replace(placeInList.ReplaceAllString(name, ""))
	for part := range strings.SplitSeq(name, ".") {
		if part = strings.TrimSpace(part); part != "" {
			path = append(path, part)
		}
	}
	return path, many
}

// DepthOf is how deep the marks before a name and the indent of its cell say that it is.
func DepthOf(ahead string, indent int) int {
	n := 0
	for _, r := range ahead {
		switch r {
		case '\t':
			n += 4
		case '\n', '|':
		default:
			n++
		}
	}
	return n*1000 + indent
}

var nodeName = pattern.New(`节点(?:标识|名称?)\s*[:：]\s*([A-Za-z_][A-Za-z0-9_]*)`)

var eachOf = pattern.New(`([A-Za-z0-9_])\s*[中里内]?的?每[个一条项].*$`)

// BeforeEach is a title without the words that say that the rows are of each member:
// 明细(goods 中的每个 item).
func BeforeEach(title string) string { return eachOf.ReplaceAllString(title, "$1") }

// NodeIn is the name of the node that a title says that a table is about:
// 输入（节点标识：data）; empty where it says none.
func NodeIn(title string) string {
	if m := nodeName.FindStringSubmatch(title); m != nil {
		return m[1]
	}
	return ""
}

var namedIn = pattern.New(`(?:本|该|此)(?:接口|API|api)\s*[(（]\s*([A-Za-z][A-Za-z0-9_.]{2,60})\s*[)）]`)

// NamedIn is the name of the interface that a sentence is about: 本接口 (DescribeInstances)
// 用于…; empty where it says none.
func NamedIn(line string) string {
	if m := namedIn.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// TypeName is a name that a type may have.
var TypeName = pattern.New(`^[A-Z][A-Za-z0-9_]*[a-z0-9][A-Za-z0-9_]*$`)

// TypeIn finds the name of a type in a title: **CaVO:**, CustomerDTO, 表3 AssigMeta类型,
// 订单信息（OrderInfo）. Words that every document has are none.
func TypeIn(title string) string {
	title = norm.NFKC.String(title)
	for _, word := range latinWord.FindAllString(title, -1) {
		if TypeName.MatchString(word) && len(word) > 2 && !plainWord[strings.ToLower(word)] {
			return word
		}
	}
	return ""
}

var latinWord = pattern.New(`[A-Za-z][A-Za-z0-9_]*`)

// plainWord are words of titles that are no types.
var plainWord = map[string]bool{
	"request": true, "response": true, "parameters": true, "parameter": true, "header": true, "headers": true, "body": true, "query": true, "path": true,
	"json": true, "http": true, "https": true, "post": true, "get": true, "put": true, "delete": true, "patch": true, "url": true, "name": true, "type": true, "example": true,
	"responses": true, "return": true, "returns": true, "value": true, "api": true, "params": true, "param": true, "arguments": true, "description": true,
	"data": true, "result": true, "input": true, "output": true, "form": true, "the": true, "note": true, "token": true, "content": true, "error": true, "errors": true, "success": true,
}

// Word is a text as a name: letters, digits and underscores.
func Word(s string) string {
	s = strings.Trim(notName.ReplaceAllString(s, "_"), "_")
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		s = "i" + s
	}
	return s
}

var notName = pattern.New(`[^A-Za-z0-9_]+`)

// dispatch are names of parameters that say which interface is called.
var dispatch = pattern.New(`(?i)^(?:svc|service|module|mod|m|c|ctrl|controller|cmd|command|act|action|a|do|op|method|func|r)$`)

// Called is the name of the interface that a query calls: svc=account&cmd=login is
// account_login. It is empty where the query calls none.
func Called(query string) string {
	var parts []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if dispatch.MatchString(name) && Name.MatchString(value) {
			parts = append(parts, value)
		}
	}
	return Word(strings.Join(parts, "_"))
}
