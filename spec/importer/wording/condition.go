package wording

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Condition is a condition that a sentence states so plainly that it needs no judgement.
type Condition struct {
	Key    string   // required_if, required_unless, required_with, required_without
	Name   string   // of the field that decides
	Values []string // for required_if and required_unless
}

var (
	ifEqual   = pattern.New(`(?:^|[,;:。\s(当如果若])\s*([A-Za-z_]\w*)\s*(?:字段|参数|的值)?\s*(?:=|==|为|是|等于|取值为|:|选择)\s*["']?([A-Za-z0-9_\-]+(?:\s*(?:或者?|、|/|,|or)\s*["']?[A-Za-z0-9_\-]+["']?)*)["']?\s*(?:\([^()]*\))?\s*(?:的?时候?|的?情况下?|则)?\s*(?:\([^()]*\))?\s*[,,]?\s*(?:此项|该项|此字段|该字段|本字段|此参数|该参数|本参数)?\s*(?:为)?(必填|必须|必选|必传|必输|不能为空|不可为空)`)
	ifUnless  = pattern.New(`(?:^|[,;:。\s(当如果若])\s*([A-Za-z_]\w*)\s*(?:字段|参数|的值)?\s*(?:!=|不为|不是|不等于)\s*["']?([A-Za-z0-9_\-]+(?:\s*(?:或者?|、|/|,|or)\s*["']?[A-Za-z0-9_\-]+["']?)*)["']?\s*(?:\([^()]*\))?\s*(?:的?时候?|的?情况下?|则)?\s*(?:\([^()]*\))?\s*[,,]?\s*(?:此项|该项|此字段|该字段|本字段|此参数|该参数|本参数)?\s*(?:为)?(必填|必须|必选|必传|必输|不能为空|不可为空)`)
	ifThere   = pattern.New(`(?:^|[,;:。\s(当如果若])\s*([A-Za-z_]\w*)\s*(?:字段|参数)?\s*(?:不为空|有值|非空|存在|不空)\s*(?:的?时候?|则)?\s*[,,]?\s*(?:此项|该项|此字段|该字段|本字段)?\s*(?:为)?(必填|必须|必选|必传|必输|不能为空|不可为空)`)
	ifAbsent  = pattern.New(`(?:^|[,;:。\s(当如果若])\s*([A-Za-z_]\w*)\s*(?:字段|参数)?\s*(?:为空|没有值|不传|未传|不填|不存在)\s*(?:的?时候?|则)?\s*[,,]?\s*(?:此项|该项|此字段|该字段|本字段)?\s*(?:为)?(必填|必须|必选|必传|必输|不能为空|不可为空)`)
	englishIf = pattern.New(`(?i)\b(?:required|mandatory)\s+(?:if|when|for|where)\s+(?:the\s+)?["'\x60]?([A-Za-z_]\w*)["'\x60]?\s*(?:is|=|==|equals|:|is set to|is one of)\s*["'\x60]?([A-Za-z0-9_\-]+["'\x60]?(?:\s*(?:/|,|\bor\b)\s*["'\x60]?[A-Za-z0-9_\-]+["'\x60]?)*)["'\x60]?\s*(?:[.,;)]|$)`)
	eitherOf  = pattern.New(`(?:与|和|同|跟)\s*([A-Za-z_]\w*)\s*(?:字段|参数)?\s*(?:二者|两者)?\s*(二选一|2选1|任选其一|必[填传选输]其一|[填传选]其一)`)
	orWord    = pattern.New(`\s*(?:或者?|、|/|,|or)\s*`)
)

// Outward is a condition on a row so many levels further out; nil stays nil.
func (c *Condition) Outward(levels int) *Condition {
	if c != nil {
		c.Name = strings.Repeat("../", levels) + c.Name
	}
	return c
}

// ConditionOf reads a plain condition; beside are the names of the fields beside the one
// that it is about. It returns nil where the sentence needs a reader.
func ConditionOf(text string, beside []string) *Condition {
	text = norm.NFKC.String(quotes.Replace(text))
	found := 0
	var c *Condition
	for _, one := range []struct {
		key  string
		form *pattern.Pattern
	}{{"required_if", ifEqual}, {"required_unless", ifUnless}, {"required_if", englishIf}, {"required_with", ifThere}, {"required_without", ifAbsent}, {"required_without", eitherOf}} {
		for _, m := range one.form.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(beside, m[1]) {
				continue
			}
			found++
			c = &Condition{Key: one.key, Name: m[1]}
			if one.key == "required_if" || one.key == "required_unless" {
				c.Values = orWord.Split(strings.NewReplacer(`"`, "", "'", "", "`", "").Replace(m[2]))
			}
		}
	}
	if found != 1 {
		return nil
	}
	return c
}
