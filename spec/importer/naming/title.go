package naming

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

var (
	numberHead = pattern.New(`^[\s第]*(\d+(?:\.\d+)*(?:, \d+(?:\.\d+)+)*)[.、:,\s章节)）]*\s*(.*)$`)
	hanNumber  = pattern.New(`^\s*(?:第?[一二三四五六七八九十百]+(?:[、.:]|章|节|部分)|\([一二三四五六七八九十]+\))\s*`)
	verbFirst  = pattern.New(`^(?:GET|POST|PUT|DELETE|PATCH)\s+(\p{Han}|[A-Za-z][A-Za-z0-9_ -]*$)`)
	marked     = pattern.New(`^([^\[\]【】]*)[\[【]\s*((?:[A-Za-z]{1,4}[-_]?)?\d{2,8}[A-Za-z]?)\s*[\]】]\s*([^\[\]【】]*)$`)
	codeHead   = pattern.New(`^([A-Z]{1,4}(?:-[A-Z0-9]{1,6}){1,3}|[A-Z]{1,4}\d{2,8})[\s.:：、_-]*(\S.*)$`)
	cmdHead    = pattern.New(`^(.*?)\s*[(\[（【]\s*([a-zA-Z][A-Za-z0-9]*(?:[_.\-][A-Za-z0-9]+)+|[a-z]+[A-Z][A-Za-z0-9]*|(?:[A-Z][a-z0-9]+){2,}|[A-Z]{1,8}\d{2,8})\s*[)\]）】]\s*(.*)$`)
	cmdFirst   = pattern.New(`^([a-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+)\s*(?:[(\[（【:：\-–—]?\s*(\p{Han}[^()（）]{1,40}?)\s*[)\]）】]?)?$`)
	cmdBehind  = pattern.New(`^(\p{Han}[^()（）:：,，。]{1,40}?)\s*[(（\[【:：\-–—\s]\s*([a-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*){1,})\s*[)）\]】]?$`)
	state      = pattern.New(`[(（\[【]?\s*(已?作废|已?废弃|已?停用|未实现|不实现|暂不支持|deprecated|已?下线)\s*[)）\]】]?`)
	algorithm  = pattern.New(`(?i)hmac|sha-?\d|md5|rsa|aes|sm[234]\b|^des\b|3des`)
	hostEnd    = pattern.New(`(?i)^www\.|\.(com|cn|net|org|io|test|html?|json|xml|java|md|pdf|docx?|png)$`)
	callback   = pattern.New(`(?i)回调|通知|推送|call ?back|notif|webhook`)
	ofCallback = pattern.New(`(?i)(注册|设置|配置|订阅|查询|取消|发送|修改|删除|新增|添加|获取|申请|重发|补发|register|subscri|config|query|cancel|send|update|delete|create|list|get |set )`)
)

// calledTitle is a title behind the word for an interface: 接口：登录.
var calledTitle = pattern.New(`^(?i:接口(?:名称)?|api)\s*:\s*(\S.*)$`)

// SectionOf takes the number of a section from the front of a heading.
func SectionOf(text string) (section, title string) {
	text = strings.TrimSpace(hanNumber.ReplaceAllString(strings.TrimLeft(norm.NFKC.String(text), "#*•·◆■> "), ""))
	if m := numberHead.FindStringSubmatch(text); m != nil && m[2] != "" {
		section, text = m[1], strings.TrimSpace(m[2])
	}
	return section, calledTitle.ReplaceAllString(text, "$1")
}

// Chapter is what the heading of a chapter says.
type Chapter struct {
	Name           string // of the group; empty: it has none that can be one
	Section, Title string
}

// chapterHead is a heading that ends in a name: 基础数据接口（base）.
var chapterHead = pattern.New(`^(.+?)\s*[(（]([a-z][a-z0-9]*)[)）]$`)

// ChapterOf reads the heading of a chapter.
func ChapterOf(text string) (c Chapter) {
	c.Section, c.Title = SectionOf(text)
	if m := chapterHead.FindStringSubmatch(c.Title); m != nil && spec.IsGroup(m[2]) && !slices.Contains(spec.Reserved(), m[2]) {
		c.Title, c.Name = m[1], m[2]
	}
	return c
}

// Title is what the title of an interface says.
type Title struct {
	Code string // the document's number: G-BA-01; empty: it has none
	Cmd  string // its name on the wire; empty: the title does not say it
	Text string // the rest
}

// TitleOf reads a title without its section.
func TitleOf(text string) Title {
	t := Title{Text: verbFirst.ReplaceAllString(unserved.ReplaceAllString(text, ""), "$1")}
	if m := codeHead.FindStringSubmatch(t.Text); m != nil {
		t.Code, t.Text = m[1], m[2]
	}
	if m := marked.FindStringSubmatch(t.Text); m != nil {
		t.Code, t.Text = m[2], strings.TrimSpace(m[1]+m[3])
	}
	if m := cmdFirst.FindStringSubmatch(t.Text); m != nil {
		t.Cmd, t.Text = m[1], cmp.Or(m[2], m[1])
	} else if m := cmdBehind.FindStringSubmatch(t.Text); m != nil {
		t.Cmd, t.Text = m[2], m[1]
	} else if m := cmdHead.FindStringSubmatch(t.Text); m != nil && !algorithm.MatchString(m[2]) {
		t.Cmd, t.Text = m[2], strings.TrimSpace(state.ReplaceAllString(m[1], ""))
	}
	return t
}

// unserved is what a title says that each imported interface has for its status.
var unserved = pattern.New(`\s*[(\[【](?:未实现|不实现)[)\]】]$`)

// IsNamed says whether the title has a number or a name of the document.
func (t Title) IsNamed() bool { return t.Code != "" || t.Cmd != "" }

// IsDotted says whether a line is the title of an interface that is called by a name with
// dots: trade.order.query（查询订单）.
func IsDotted(line string) bool {
	m := cmdFirst.FindStringSubmatch(norm.NFKC.String(line))
	return m != nil && strings.Count(m[1], ".") >= 2 && !hostEnd.MatchString(m[1])
}

// IsCallback says whether a title is about what the other side calls.
func IsCallback(title string) bool { return callback.MatchString(title) }

// CallsBack says whether a title is that of what the other side calls, and not of what
// has to do with it, such as 设置回调地址.
func CallsBack(title string) bool {
	return callback.MatchString(title) && !ofCallback.MatchString(title)
}

// titledPath is a line that is a title with a path or a URL behind it.
var titledPath = pattern.New(`^(\S.{0,40}?)\s*[-–—:：(（\[]?\s*((?:https?://[A-Za-z0-9.:\-]+|\{\{?\w+\}?\})?(?:/\s*[A-Za-z0-9_{}$.:~\-]+){1,12}/?)(\?[^\s\p{Han}]*)?\s*[)）\]]?(?:\s+(?i:GET|POST|PUT|DELETE|PATCH)(?:方式|请求|方法)?(?:\s.{0,60})?)?$`)

// titledBare is one whose path has no slash in front: 注册接口 user/regist.
var titledBare = pattern.New(`^(\S.{0,40}?)(?:\s*[-–—:(\[]\s*|\s+|\b)([A-Za-z][A-Za-z0-9_\-]+(?:/\s*[A-Za-z0-9_{}.\-]+){1,12}/?|[A-Za-z][A-Za-z0-9_\-]+\.(?:php|do|action|jsp|aspx?|ashx|cgi))(\?[A-Za-z0-9_=&.{}\-]*?)?\s*(?:GET|POST|PUT|DELETE|PATCH)?\s*[)\]]?$`)

// TitledPath divides a line that is the title of an interface with its path: 更新邮箱
// /app/user/updateEmail. Blanks behind slashes are no part of the path. ok is false where
// the line is something else.
func TitledPath(line string) (title, path string, ok bool) {
	m := divided(titledPath, line)
	if m == nil {
		return "", "", false
	}
	path = cleanPath(strings.ReplaceAll(m[2], " ", ""))
	if strings.Count(path, "/") < 2 && !strings.HasPrefix(m[2], "http") {
		return "", "", false
	}
	return m[1], path + m[3], strings.HasPrefix(path, "/") && !IsMedia(path[1:])
}

// TitledBare divides a line like TitledPath, whose path has no slash in front. Other words
// with a slash between them look the same, so what follows the line must say that it is one.
func TitledBare(line string) (title, path string, ok bool) {
	m := divided(titledBare, line)
	if m == nil || IsMedia(m[2]) || strings.Contains(m[1], "://") {
		return "", "", false
	}
	return m[1], cleanPath(strings.ReplaceAll(m[2], " ", "")) + m[3], true
}

// divided is a line's title and path; nil where the line has none, or is about something
// else than an interface.
func divided(how *pattern.Pattern, line string) []string {
	m := how.FindStringSubmatch(strings.TrimSpace(lineMarks.Replace(norm.NFKC.String(line))))
	if m == nil || !hasHan.MatchString(m[1]) || strings.ContainsAny(m[1], "，。；？！,;=<>") || URLWord.MatchString(m[1]) || BaseWord.MatchString(m[1]) {
		return nil
	}
	return m
}

var hasHan = pattern.New(`\p{Han}`)

// IsAddressHead says whether a line is the word for an address or a method, with no address
// behind it: URL：.
func IsAddressHead(line string) bool {
	return (URLWord.MatchString(line) || VerbWord.MatchString(line)) && EndpointOf(line).Path == ""
}

var titleBehind = pattern.New(`^(?:GET|POST|PUT|DELETE|PATCH)\s+/\S+\s+([^\s,，。:：;；=]{0,20}\p{Han}[^\s,，。:：;；=]{0,20})$`)

// TitleBehind is the title behind a method and a path: POST /users/login 用户登录. It is empty
// where the line has none.
func TitleBehind(line string) string {
	if m := titleBehind.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

var listTitle = pattern.New(`^[^,，。;；]{0,30}\p{Han}[^,，。;；]{0,10}[:：]\s*$`)

// IsListTitle says whether a line is the title of what the next line is: it ends with a
// colon, or with the word for an interface.
func IsListTitle(line string) bool { return listTitle.MatchString(line) || IsTitle(line) }

var (
	interfaceTitle = pattern.New(`^[^,，。:：;；]{0,30}\p{Han}{2}接口\s*[:：]?\s*$`)
	urlTitle       = pattern.New(`^\P{Han}*(?:请求|访问|调用|服务|交易|提交|推送|生产|正式|测试|对应|返回|相关|后台)接口`)
)

// IsTitle says whether a line ends with the word for an interface, as titles do.
func IsTitle(line string) bool {
	_, line = SectionOf(line)
	return interfaceTitle.MatchString(line) && !urlTitle.MatchString(line)
}

// methodBehind is a method at the end of a title, with what is said of the body: (POST) JSON.
var methodBehind = pattern.New(`(?i)\s*[-(（\[【]?\s*\b(?:GET|POST|PUT|DELETE|PATCH)\b[^\p{Han}]*(?:请求|方式|方法)?\s*[)）\]】]?$`)

// WithoutMethod is a title without the method behind it: 课程列表 of 课程列表（POST）.
func WithoutMethod(title string) string {
	if short := methodBehind.ReplaceAllString(title, ""); hasHan.MatchString(short) {
		return short
	}
	return title
}

// IsNumberedTitle says whether a line is a title by its number: 2.课程列表（POST）.
func IsNumberedTitle(line string) bool {
	section, title := SectionOf(line)
	return section != "" && plainTitle.MatchString(title) && EndpointOf(title).Path == "" && !URLWord.MatchString(title) && !VerbWord.MatchString(title) && !BaseWord.MatchString(title)
}

var plainTitle = pattern.New(`^[^,，。:：;；=]{0,40}\p{Han}[^,，。:：;；=]{0,40}$`)

// IsPlainTitle says whether a line may be a title by its look: words without the marks
// that divide sentences, and no address.
func IsPlainTitle(line string) bool {
	return plainTitle.MatchString(line) && EndpointOf(line) == Endpoint{} && !URLWord.MatchString(line) && !VerbWord.MatchString(line) && !BaseWord.MatchString(line)
}
