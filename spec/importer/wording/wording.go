// Package wording says what the words of documents mean: heads of columns, marks for
// required fields, lists of values, and what a description says beside its label. It
// knows tables of words and patterns, and no document.
package wording

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/read/han"
)

// Role is what a column of a table says of a field.
type Role string

// The roles of columns, in the order in which a head is looked up.
const (
	None     Role = ""
	Name     Role = "name"
	Type     Role = "type"
	Length   Role = "length"
	Required Role = "required"
	Optional Role = "optional" // whose yes means no
	Label    Role = "label"
	Title    Role = "title" // the name in Chinese beside the name of the program
	Place    Role = "place"
	Default  Role = "default"
	Example  Role = "example"
	Parent   Role = "parent"
	Depth    Role = "depth" // a number that says how deep a row is
	Enum     Role = "enum"
	Format   Role = "format"
	Side     Role = "side"  // whether a row is of the request or of the reply
	Other    Role = "other" // known, and nothing of a field: a running number, whether it is signed
	Code     Role = "code"  // of a table of codes
	Text     Role = "text"  // of a table of codes: what the code means
)

// roles lists the roles of columns.
func roles() []Role {
	return []Role{Name, Type, Length, Required, Optional, Label, Title, Place, Default, Example, Parent, Depth, Enum, Format, Side, Other, Code, Text}
}

//go:embed words.yaml
var builtIn []byte

// Words are the tables of words, folded by Fold.
type Words struct {
	Heads    map[Role][]string `yaml:"heads"`    // words that head a column
	Yes      []string          `yaml:"yes"`      // cells that say that a field is required
	No       []string          `yaml:"no"`       // that it is not
	Depends  []string          `yaml:"depends"`  // that it depends
	Request  []string          `yaml:"request"`  // titles of tables of requests
	Response []string          `yaml:"response"` // of replies
	Weak     []string          `yaml:"weak"`     // of requests, unless replies are spoken of
	Generic  []string          `yaml:"generic"`  // titles of parts that every interface has
	Code     []string          `yaml:"code"`     // members of replies that hold their code
	Text     []string          `yaml:"text"`     // that hold the text of it
}

// New returns the words that come with the program.
func New() (*Words, error) {
	w := &Words{}
	if err := w.Add(builtIn); err != nil {
		return nil, fmt.Errorf("words.yaml: %w", err)
	}
	return w, nil
}

// Add adds the words of a YAML file in the form of words.yaml. A word that heads a
// column of another role moves to the role that is given.
func (w *Words) Add(text []byte) error {
	more := &Words{}
	if err := yaml.Unmarshal(text, more); err != nil {
		return err
	}
	if w.Heads == nil {
		w.Heads = map[Role][]string{}
	}
	for _, role := range slices.Sorted(maps.Keys(more.Heads)) {
		if !slices.Contains(roles(), role) {
			return fmt.Errorf("heads has no role %q: one of %s", role, join(roles()))
		}
		for _, word := range more.Heads[role] {
			word = Fold(word)
			for other, list := range w.Heads {
				w.Heads[other] = slices.DeleteFunc(list, func(s string) bool { return s == word })
			}
			w.Heads[role] = append(w.Heads[role], word)
		}
	}
	for _, one := range []struct {
		to   *[]string
		from []string
	}{
		{&w.Yes, more.Yes},
		{&w.No, more.No},
		{&w.Depends, more.Depends},
		{&w.Request, more.Request},
		{&w.Response, more.Response},
		{&w.Weak, more.Weak},
		{&w.Generic, more.Generic},
		{&w.Code, more.Code},
		{&w.Text, more.Text},
	} {
		for _, word := range one.from {
			if word = Fold(word); word != "" {
				*one.to = append(*one.to, word)
			}
		}
	}
	return nil
}

func join(list []Role) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = string(r)
	}
	return strings.Join(out, ", ")
}

// Fold makes words alike: full-width as half-width, lower case, without blanks and
// marks.
func Fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(han.Simple(s)))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*_-`'\"“”‘’", r) {
			return -1
		}
		return r
	}, s)
}

// Role is the role of a head; None where it is not known.
func (w *Words) Role(head string) Role {
	word := Fold(head)
	if word != "#" { // the head of running numbers
		word = strings.Trim(word, ":.,;#")
	}
	if word == "" {
		return None
	}
	for _, r := range roles() {
		if slices.Contains(w.Heads[r], word) {
			return r
		}
	}
	if IsLevelHead(word) {
		return Name
	}
	switch {
	case composedCode.MatchString(word):
		return Code
	case composedText.MatchString(word):
		return Text
	}
	if m := qualified.FindStringSubmatch(word); m != nil {
		if r := w.Role(m[1]); r != None && r != Other {
			return r
		}
	}
	for _, cut := range []string{"(", "/", "[", "<", "|", "、"} { // 长度(字节), 字段/参数
		if before, _, ok := strings.Cut(word, cut); ok && before != "" {
			if r := w.Role(before); r != None {
				return r
			}
		}
	}
	return None
}

// Heads of codes and of their texts that put several words for a reply together: 响应结果码, 交易返回码描述.
var (
	composedCode = pattern.New(`^(?:响应|返回|应答|结果|错误|状态|业务|处理|交易|异常|操作|执行){2,3}(?:码|代码|编码|码值)$`)
	composedText = pattern.New(`^(?:响应|返回|应答|结果|错误|状态|业务|处理|交易|异常|操作|执行){2,3}码?(?:描述|说明|含义|解释|原因)$`)
)

// qualified is a head with words in front of it that do not change its role: API错误码,
// 业务返回码, 对应字段名.
var qualified = pattern.New(`^(?:api|json|xml|http|rest|接口|系统|平台|业务|公共|全局|服务|具体|详细|对应|主要)(\p{Han}{3,})$`)

var levelHead = pattern.New(`^(第?[一二三四五六1-6]级|level\d)(字段|参数|节点|名称|元素|标签|属性|字段名|参数名|节点名|name|field)?$|^(参数|字段|节点|属性|名称|参数名|字段名)(第?[一二三四五六1-6]级?|l\d)$`)

// IsLevelHead says whether a head is that of one of several columns of names, one for
// each level: 一级字段, 二级字段.
func IsLevelHead(head string) bool { return levelHead.MatchString(strings.Trim(Fold(head), ":.,;#()")) }

// Counts says whether the cells of a column are running numbers, from 1; some may be left
// out, as where a row was taken out later.
func Counts(cells []string) bool {
	last := 0
	for i, text := range cells {
		n, err := strconv.Atoi(strings.Trim(strings.TrimSpace(text), ".、"))
		if err != nil || n <= last || n > 2*i+3 || i == 0 && n != 1 {
			return false
		}
		last = n
	}
	return len(cells) >= 2
}

// OneLine is a text in half width with single blanks.
func OneLine(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }
