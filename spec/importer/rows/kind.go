package rows

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
	"github.com/jiekou-dev/jiekou/spec/read/spelling"
)

// IsErrors says whether a table below a title of error codes has codes where its head
// says names: 名称 SYSTEMERROR.
func (p *Part) IsErrors(title string) bool {
	at := p.Column(wording.Name)
	if at < 0 || !errorTitle.MatchString(title) || p.says(wording.Type, wording.Required, wording.Length) {
		return false
	}
	texts := p.Texts(at)
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(s string) bool {
		return !capitals.MatchString(strings.TrimSpace(s)) && !naming.TypeName.MatchString(strings.TrimSpace(s))
	})
}

var (
	errorTitle = pattern.New(`(?i)错误码|错误代码|返回码|异常码|状态码|响应码|应答码|结果码|业务码|error code|error`)
	capitals   = pattern.New(`^-?[A-Z0-9][A-Z0-9_.\-]*$`)
)

// says reports whether a cell below the heads of some roles has a text.
func (p *Part) says(roles ...wording.Role) bool {
	for i, r := range p.Roles {
		if slices.Contains(roles, r) && len(p.Texts(i)) > 0 {
			return true
		}
	}
	return false
}

var (
	databaseTitle = pattern.New(`(?i)数据库表|数据表|表结构|库表|建表|数据库(?:设计|结构|模型)|^\W*[\d.]*\s*表设计`)
	databaseHead  = pattern.New(`(?i)索引|主键|外键|自增|primary key|auto_?increment`)
)

// IsDatabase says whether the rows are columns of a table of a database, and no parameters:
// the title or a head says so.
func (p *Part) IsDatabase(title string) bool {
	if databaseTitle.MatchString(title) {
		return true
	}
	for i := range p.Roles {
		if p.Head >= 0 && len([]rune(p.headText(i))) < 12 && databaseHead.MatchString(p.headText(i)) {
			return true
		}
	}
	return false
}

// IsFields says whether the rows are parameters.
func (p *Part) IsFields() bool {
	at := p.Column(wording.Name)
	if code := p.Column(wording.Code); code >= 0 && code < at && !p.Has(wording.Type, wording.Required, wording.Length, wording.Title) && p.distinct(code) {
		return false // codes with the names of what they mean
	}
	return at >= 0 && (p.marks != nil || p.Has(wording.Type, wording.Required, wording.Label, wording.Length, wording.Title, wording.Enum, wording.Example)) && p.ascii(at) > 0
}

// IsCodes says whether the rows are codes with what they mean.
func (p *Part) IsCodes() bool {
	at := p.Column(wording.Code)
	return at >= 0 && !p.Has(wording.Type, wording.Required) && (p.Column(wording.Name) < 0 || p.ascii(p.Column(wording.Name)) == 0)
}

// TypesAsNames says whether the rows have no names but a type that has members: the
// table is about the whole of what its title names.
func (p *Part) TypesAsNames() bool {
	at := p.Column(wording.Name)
	if at < 0 {
		return p.Has(wording.Type)
	}
	texts := p.Texts(at)
	if len(texts) != 1 || p.Has(wording.Type) {
		return false
	}
	return IsNested(texts[0])
}

// IsNested says whether a type is of objects, or of arrays.
func IsNested(kind string) bool {
	t, ok := spelling.Type(strings.TrimSpace(kind))
	return ok && t.IsNested()
}

// IsStatus says whether the rows are statuses of HTTP.
func (p *Part) IsStatus() bool {
	at := p.Column(wording.Code)
	if at < 0 || p.Head < 0 {
		return false
	}
	return strings.Contains(p.headText(at), "http") || p.Has(wording.Type) && !slices.ContainsFunc(p.Texts(at), func(s string) bool { return !httpStatus.MatchString(strings.TrimSpace(s)) })
}

var httpStatus = pattern.New(`^[1-5]\d\d$`)

var codeTitle = pattern.New(`(?i)错误|业务码|返回码|响应码|状态码|应答码|结果码|异常|失败|error|return ?code|status ?code|result ?code|re?sp ?code|返回值`)

// IsValues says whether rows below a head like 代码 are values of a list and no codes of
// errors: neither the head nor the title says so.
func (p *Part) IsValues(title string) bool {
	return !codeTitle.MatchString(title) && !codeTitle.MatchString(p.headText(p.Column(wording.Code))) && !strings.Contains(p.headText(p.Column(wording.Code)), "err")
}

// IsList says whether the rows are values with what they mean.
func (p *Part) IsList() bool {
	return !p.says(wording.Type, wording.Required, wording.Length) && p.To-p.From >= 2 && len(p.ValueColumns()) == 2
}
