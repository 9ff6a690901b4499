package naming

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// What says that a method or a path follows.
var (
	// MethodURL is a method with a path behind it.
	MethodURL = pattern.New(`(?:^|[^A-Za-z/])(` + verb + `)(?:\s*[:：]\s*|\s*\]\s*|\s+)((?:https?://[^/]{1,120}?)?/?[A-Za-z0-9_{}$.\-~:/@#]*[A-Za-z0-9}][A-Za-z0-9_{}$.\-~:/@?=&,%#]*)`)
	// URLWord is before a path.
	URLWord = pattern.New(`(?i)(请求|接口名?|调用|服务|访问|交易|提交|推送|生产|正式|测试|api)(地址|url|路径|uri|链接|调用地址|接口|入口)|(^|[^a-z]|http|https|request|api|base|full)ur[li]([^a-z]|$)|链接|(?:base|api|request) ?link\s*[:：]|endpoint|request url|http request|^路径$|^地址$|^\W*(path|api)[^\w\p{Han}]*$|^\W*(path|api|路径|地址|接口)\s*[:：]`)
	// BaseWord is before what all paths begin with.
	BaseWord = pattern.New(`(?i)(生产|正式|测试|沙箱|沙盒|api|服务器?|根|基础|base|网关|平台)(环境)?\s*(地址|url|域名|路径)|(接口|地址|url|路径|服务|api)(的)?前缀`)
	// VerbWord is before a method.
	VerbWord = pattern.New(`(?i)请求(方式|方法|类型|method)|http\s*(方法|method|请求方式|请求方法|类型)|https?请求方式|提交(方式|方法)|\bmethod\b|调用方式|访问方式|传输方式|(?:通知|回调|推送)方式|请求模式|^方法$|方法\s*[:：]|^方式$|^\W*方式\s*[:：]|接口类型|调用方法|^\W*type\W*$|^\W*type\W*[:：]`)
)

var (
	verb     = `(?i:GET|POST|PUT|DELETE|DEL|PATCH)`
	anURL    = pattern.New(`https?://[^/\s"'<>，。；（()）]{1,120}(/[^\s"'<>，。；（()）\p{Han}]*)`)
	onHost   = pattern.New(`(?:^|[\s:：])(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.(?:com|cn|net|org|io|me|top|xyz|vip|cc))(?::\d+)?(/[A-Za-z0-9_{}$.\-~:/]*(?:\?[^\s\p{Han}]*)?)`)
	aPath    = pattern.New(`(?:^|[\s:：(\[\-]|\}\}|\{\w+\})((?:/[A-Za-z0-9_{}$.\-~:]+)+/?(?:\?[^\s\p{Han}]*)?)`)
	barePath = pattern.New(`^(?:[A-Za-z0-9_\-]+(?:/:?[A-Za-z0-9_{}$.\-]+)+(?:\?\S*)?|[A-Za-z0-9_\-]+\.(?:php|do|action|jsp|aspx?|ashx|cgi)(?:\?\S*)?)$`)
	aVerb    = pattern.New(`(?i)(?:^|[^A-Za-z/_])(GET|POST|PUT|DELETE|DEL|PATCH)(?:[^A-Za-z/_]|$)`)
)

// OnlyVerb is a line with a method, or with several of which either may be used.
var OnlyVerb = pattern.New(`(?i)^\W*(GET|POST|PUT|DELETE|PATCH)(\s*(/|、|,|或|or|\|)\s*(GET|POST|PUT|DELETE|PATCH))*\W*(请求|方式)?$`)

// twoVerbs are methods of which either may be used; the first is taken.
var twoVerbs = pattern.New(`(?i)\b(POST|GET|PUT|DELETE|PATCH)\s*(?:/|、|,|或|\|)\s*(?:POST|GET|PUT|DELETE|PATCH)\b`)

// verbAndBody is a method with the kind of its body: POST/JSON.
var verbAndBody = pattern.New(`(?i)\b(POST|GET|PUT|DELETE|PATCH)\s*[/+]\s*(?:json|xml|form)\b`)

// oneSlash is a URL with a slash too few or too many, or blanks in front of its host.
var oneSlash = pattern.New(`(?i)(\bhttps?:)(?:/|///+|//\s+)([A-Za-z0-9])`)

// blankInURL is a blank behind the host of a URL: http://server:8080/ login.
var blankInURL = pattern.New(`(https?://[^\s\p{Han}/]+/)\s+([A-Za-z][A-Za-z0-9_]*(?:[/?]\S*)?)\s*$`)

// verbAndPath is a line with a method, the word behind it, and a path at its end: post请求，请求头：/user/add.
var verbAndPath = pattern.New(`(?i)^\W*(?:GET|POST|PUT|DELETE|PATCH)\s*(?:请求|方式|方法)[^/]{0,12}[:：,，\s]\s*/[A-Za-z0-9_/{}.\-]+$`)

// IsVerbAndPath says whether a line is nothing but a method, what it is, and a path.
func IsVerbAndPath(line string) bool { return verbAndPath.MatchString(norm.NFKC.String(line)) }

// blankInPath is a blank or a slash too many at the beginning of a path that is alone:
// / user/login, //user/login.
var blankInPath = pattern.New(`^((?:[^/:]{1,20}:)?\s*)/(?:\s+|/)([A-Za-z][A-Za-z0-9_]*(?:/[A-Za-z0-9_/.\-]*)?\s*)$`)

// spacedPath is a path with blanks behind its slashes: / hospital/ getAll.
var spacedPath = pattern.New(`^\s*(?:/[ \t]*[A-Za-z0-9_{}.\-]+)+/?\s*$`)

// Endpoint is a method and a path, either of which may be missing.
type Endpoint struct{ Method, Path string }

var lineMarks = strings.NewReplacer("`", "", "“", "", "”", "", "‘", "", "’", "", "\"", "", "**", "", "【", " ", "】", " ")

// inFront is a program in front of a title: 1、loginAPI.aspx 登录接口.
var inFront = pattern.New(`(?i)^\W*(?:\d[\d.]*[、.)]?\s*)?([a-z]\w*\.(?:php|do|action|jsp|aspx?|ashx|cgi))\s*(\P{Latin}*)$`)

// ProgramOf is the path of a program that a heading names in front of its title, and that title.
func ProgramOf(heading string) (path, title string) {
	if m := inFront.FindStringSubmatch(norm.NFKC.String(heading)); m != nil {
		return "/" + m[1], strings.TrimSpace(m[2])
	}
	return "", ""
}

// IsMethodURL says whether a line has a method with a path behind it.
func IsMethodURL(line string) bool {
	return MethodURL.MatchString(lineMarks.Replace(norm.NFKC.String(line)))
}

// madeUp is a path that stands for any: /xxxx.action.
var madeUp = pattern.New(`^(?:/[xX]{3,}(?:\.\w+)?)+/?$`)

// EndpointOf finds what a line says of a method and a path.
func EndpointOf(line string) Endpoint {
	e := endpointOf(line)
	if madeUp.MatchString(e.Path) {
		e.Path = ""
	}
	return e
}

func endpointOf(line string) Endpoint {
	line = hostWord.ReplaceAllString(norm.NFKC.String(line), "{host}/")
	line = oneSlash.ReplaceAllString(basePlus.ReplaceAllString(line, "{host}/"), "$1//$2")
	line = blankInPath.ReplaceAllString(lineMarks.Replace(line), "$1/$2")
	if m := blankInURL.FindStringSubmatch(line); m != nil && !OnlyVerb.MatchString(m[2]) {
		line = blankInURL.ReplaceAllString(line, "$1$2")
	}
	if spacedPath.MatchString(line) {
		line = strings.ReplaceAll(line, " ", "")
	}
	line = verbAndBody.ReplaceAllString(twoVerbs.ReplaceAllString(line, "$1"), "$1 ")
	if m := MethodURL.FindStringSubmatch(line); m != nil && strings.Contains(m[2], "/") && !strings.HasPrefix(m[2], "//") {
		return Endpoint{methodOf(m[1]), cleanPath(m[2])}
	}
	e := Endpoint{}
	if m := anURL.FindStringSubmatch(line); m != nil {
		e.Path = cleanPath(m[1])
	} else if m := onHost.FindStringSubmatch(line); m != nil && len(m[1]) > 1 {
		e.Path = cleanPath(m[1])
	} else if m := aPath.FindStringSubmatch(line); m != nil {
		e.Path = cleanPath(m[1])
	} else if p := strings.TrimSpace(behindWord(line)); barePath.MatchString(p) {
		e.Path = cleanPath(p)
	}
	if m := aVerb.FindStringSubmatch(line); m != nil {
		e.Method = methodOf(m[1])
	}
	return e
}

// behindWord is what a line says behind the word for an address: login.php of 接口:login.php.
func behindWord(line string) string {
	if word, rest, ok := strings.Cut(line, ":"); ok && len([]rune(word)) < 20 && URLWord.MatchString(word+":") {
		return rest
	}
	return line
}

var bareName = pattern.New(`^[A-Za-z][A-Za-z0-9_\-]{2,60}$`)

// IsBareName says whether a text is a name as programs have it and nothing else.
func IsBareName(text string) bool {
	return bareName.MatchString(strings.TrimSpace(norm.NFKC.String(text)))
}

// AddressOf is what a cell of a column of addresses says: also one that is nothing but a name.
func AddressOf(cell string) Endpoint {
	e, name := EndpointOf(cell), strings.TrimSpace(norm.NFKC.String(cell))
	if e == (Endpoint{}) && bareName.MatchString(name) {
		e.Path = name
	}
	return e
}

var aroundEndpoint = pattern.New(`(?i)^\W*(?:(?:请求|提交|调用|http)?(?:类型|方式|方法|method|type))?\W*(?:GET|POST|PUT|DELETE|DEL|PATCH)?\W*(?:请求|方式)?\W*$`)

// IsEndpoint says whether a line is nothing but the path or URL of an endpoint, with or
// without its method.
func (e Endpoint) IsEndpoint(line string) bool {
	line = norm.NFKC.String(strings.TrimSpace(line))
	at := strings.Index(line, e.Path)
	if e.Path == "" || at < 0 {
		return false
	}
	start, _, _ := strings.Cut(line[:at], " ")
	return !hasHan.MatchString(line[:at]) && len(start) == at && aroundEndpoint.MatchString(line[at+len(e.Path):])
}

// methodOf is a method as HTTP writes it.
func methodOf(verb string) string {
	if verb = strings.ToUpper(verb); verb == "DEL" {
		return "DELETE"
	}
	return verb
}

// hostHole is a name for the host: {{host}}/path, ${base}/path, {host}/path.
var hostHole = pattern.New(`^(?:\{\{[^{}]*\}\}|\$?\{(?i:[a-z_]*(?:host|base|url|domain|server|ip|addr|prefix)[a-z_]*)\}(?::\{?\w*\}?)?)/`)

// hostWord is a word for the host in brackets: [host]/query, <ip>:<port>/query.
var hostWord = pattern.New(`(?i)[\[<]\s*(?:host|ip|域名|服务器?(?:地址)?|base_?(?:url)?|server|domain)\s*[\]>]\s*(?::\s*[\[<]?(?:port|端口)[\]>]?\s*)?/[ \t]*`)

// basePlus is a word for the host with a sign behind it: base url + query.
var basePlus = pattern.New(`(?i)(?:\bbase[ _]?(?:url|path)?|\bhost|域名|服务器地址|(?:根|基础)(?:地址|路径))\s*\+\s*/?\b`)

// WithoutBase is a line without a word for the host in front of a path: URL: base url + query.
func WithoutBase(line string) string { return basePlus.ReplaceAllString(line, "/") }

var host = pattern.New(`^https?://[^/]+`)

// cleanPath is a path without host and ends that are no part of it.
func cleanPath(p string) string {
	p = hostHole.ReplaceAllString(host.ReplaceAllString(p, ""), "/")
	return strings.TrimRight(p, ".,;:#")
}

var otherHole = pattern.New(`/(?::([A-Za-z_]\w*)|<(?:\w+:)?([A-Za-z_]\w*)>)`)

// CallOf is the path of a call with the names of the path that it is a call of, in place of
// their values, which have a digit: /api/orders/1 is called by /orders/{id}, and becomes
// /api/orders/{id}. It is empty where it is no call of it.
func CallOf(path, call string) string {
	names, values := strings.Split(strings.Trim(path, "/"), "/"), strings.Split(call, "/")
	from := len(values) - len(names)
	if from < 0 {
		return ""
	}
	valued := false
	for n, name := range names {
		switch value := values[from+n]; {
		case strings.HasPrefix(name, "{") && strings.ContainsAny(value, "0123456789"):
			values[from+n], valued = name, true
		case name != value:
			return ""
		}
	}
	if !valued {
		return ""
	}
	return strings.Join(values, "/")
}

// ruledHole is a name in braces with the rule of its value: {id:int}, {id?}.
var ruledHole = pattern.New(`\{([A-Za-z_]\w*)(?::[^{}/]*|\?)\}`)

// Holes is a path with each name in braces, without a rule of its value: /user/:id,
// /user/<int:id> and /user/{id:int} are /user/{id}.
func Holes(path string) string {
	path = ruledHole.ReplaceAllString(path, "{$1}")
	return otherHole.ReplaceAllString(strings.ReplaceAll(path, "${", "{"), "/{$1$2}")
}

var formMedia = pattern.New(`(?i)x-www-form-urlencoded|multipart/form-data|form-?data`)

// IsForm says whether a text says that a body is a form, and not JSON.
func IsForm(text string) bool {
	return formMedia.MatchString(text) && !strings.Contains(strings.ToLower(text), "json")
}

// IsMedia says whether a path is one of a type of content: application/json.
func IsMedia(path string) bool {
	return strings.HasPrefix(path, "application/") || strings.HasPrefix(path, "text/") || strings.HasPrefix(path, "multipart/")
}

var environment = pattern.New(`(?i)^\W*(?:正式|测试|生产|开发|沙箱|沙盒|线上|预发布?|联调|dev|test|prod|sandbox)\w*(?:环境)?(?:地址|url)?\W*$`)

// IsEnvironment says whether a word is that for one of several environments: 测试环境.
func IsEnvironment(word string) bool { return environment.MatchString(word) }

var fileEnd = pattern.New(`(?i)\.(?:zip|rar|gz|jar|aar|apk|ipa|exe|dmg|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|mp[34]|md)$`)

// IsFile says whether a path is that of a file that is there to be read or downloaded.
func IsFile(path string) bool { return fileEnd.MatchString(path) }

var reading = pattern.New(`(?i)文档|官网|教程|博客|源码|主页|demo|sdk|://(?:docs?|wiki|blog|developer|github)\.`)

var readingWord = pattern.New(`(?i)(?:文档|官网|教程|博客|源码|主页|demo|sdk)\s*(?:链接|地址|网址|url)?\s*[:：]\s*(?:https?)?$`)

// LinksToReading says whether a line is a link to something to read: 博客链接: https://….
func LinksToReading(line string) bool {
	return strings.Contains(line, "://") && readingWord.MatchString(InFront(line, ""))
}

// IsReading says whether a line with a URL is about something to read, or a library, and
// no interface: SDK下载 https://…; 下载对账单 is one.
func IsReading(line string) bool { return reading.MatchString(line) }

// Bare is a URL without its query.
func Bare(url string) string {
	url, _, _ = strings.Cut(url, "?")
	return strings.TrimRight(url, "/")
}

// InFront is what a line says in front of its URL.
func InFront(line, path string) string {
	for _, from := range []string{"://", path} {
		if at := strings.Index(line, from); from != "" && at > 0 {
			return line[:at]
		}
	}
	return line
}

// IsAddress says whether a text is a path and nothing else.
func IsAddress(text string) bool {
	if !strings.Contains(text, "/") { // most texts have none, and are not worth a look
		return false
	}
	e := EndpointOf(text)
	return strings.HasPrefix(e.Path, "/") && e.IsEndpoint(text)
}

var (
	// TitleHead heads what an interface is called, or what it does.
	TitleHead = pattern.New(`^(接口|功能|服务|交易|方法)(中文)?(名称?|说明|描述)$|^(功能|作用|接口作用|接口功能)$`)
	// NumberHead heads the number of an interface.
	NumberHead = pattern.New(`^(接口|交易|服务|功能)(编号|代码|码|编码|标识)$`)
)
