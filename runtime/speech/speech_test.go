package speech_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/speech"
)

func TestChosen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		env  map[string]string
		want speech.Language
	}{
		{nil, nil, speech.English},
		{nil, map[string]string{"LANG": "zh_CN.UTF-8"}, speech.Chinese},
		{nil, map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, speech.English},
		{nil, map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, speech.Chinese},
		{[]string{"check", "--lang", "zh"}, nil, speech.Chinese},
		{[]string{"--lang=en", "check"}, map[string]string{"LANG": "zh_CN.UTF-8"}, speech.English},
		{[]string{"export", "client", "--lang", "ts"}, map[string]string{"LANG": "zh_CN.UTF-8"}, speech.Chinese},
		{[]string{"watch", "--", "serve", "--lang", "zh"}, nil, speech.English},
		{[]string{"check", "--lang"}, nil, speech.English},
	} {
		if got := speech.Chosen(c.args, func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%q with %v: %q, want %q", c.args, c.env, got, c.want)
		}
	}
	for name, want := range map[string]speech.Language{"zh": "zh", "zh-cn": "zh", "zh_TW.UTF-8": "zh", "C": "en", "zhx": "en", "": "en"} {
		if got := speech.Named(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "",
		"unknown key":                     "没有这个键",
		`unknown type "strng"`:            `没有类型 "strng"`,
		`did you mean "string"?`:          `是不是想写 "string"？`,
		"hint: one of length, required":   "提示：可选：length, required",
		"3 findings":                      "3 个问题",
		"1 finding":                       "1 个问题",
		"length 64 is not allowed on int": "int 不能有 length 64",
		"open app.json: no such file or directory":                              "打开 app.json：没有这个文件或文件夹",
		"app.json: appid is missing":                                            "app.json：缺少 appid",
		"ok (built in): 4 systems, 68 interfaces, 1 field, no findings, 3 ms\n": "通过（内置）：4 个系统、68 个接口、1 个字段，没有问题，3 毫秒\n",
		"what a library says":                                                   "what a library says",
	} {
		if got := speech.Chinese.Say(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if got := speech.English.Say(text); got != text {
			t.Errorf("%q is %q in English", text, got)
		}
	}
}

// placeholder is a placeholder of package fmt, with the number of its argument.
var placeholder = regexp.MustCompile(`%[-+# 0]*(?:\*|\d+)?(?:\.\d+)?(?:\[(\d+)\])?([a-zA-Z])`)

// placeholders are the arguments that a format takes, with their verbs.
func placeholders(format string) []string {
	var out []string
	next := 1
	for _, m := range placeholder.FindAllStringSubmatch(strings.ReplaceAll(format, "%%", ""), -1) {
		n := next
		if m[1] != "" {
			_, _ = fmt.Sscan(m[1], &n) // digits
		}
		next = n + 1
		out = append(out, fmt.Sprint(n, m[2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var (
	han      = regexp.MustCompile(`[\p{Han}，。：；？]`)
	halved   = regexp.MustCompile(`\p{Han}[,;!?]|[,;!?]\p{Han}`)
	inBraces = regexp.MustCompile(`\{[^{}]*\}`)
)

// TestEntries holds every entry of the table: each English text once, with Chinese, the same
// placeholders, the same ends, and the punctuation of Chinese.
func TestEntries(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, e := range speech.Entries() {
		switch {
		case e.English == "" || e.Chinese == "":
			t.Errorf("%s: empty", e.Place)
		case seen[e.English] != "":
			t.Errorf("%s: %q is at %s, too", e.Place, e.English, seen[e.English])
		case !slices.Equal(placeholders(e.English), placeholders(e.Chinese)):
			t.Errorf("%s: %q has %v, %q has %v", e.Place, e.English, placeholders(e.English), e.Chinese, placeholders(e.Chinese))
		case strings.HasSuffix(e.English, "\n") != strings.HasSuffix(e.Chinese, "\n"):
			t.Errorf("%s: one of the two ends a line", e.Place)
		case halved.MatchString(inBraces.ReplaceAllString(e.Chinese, "")):
			t.Errorf("%s: %q has punctuation of English: %q", e.Place, e.Chinese, halved.FindString(e.Chinese))
		case e.Chinese != e.English && !han.MatchString(e.Chinese) && strings.ContainsAny(placeholder.ReplaceAllString(e.Chinese, ""), "abcdefghijklmnopqrstuvwxyz"):
			t.Errorf("%s: %q is not Chinese", e.Place, e.Chinese)
		}
		seen[e.English] = e.Place
	}
}

// TestRoundTrip says every entry with values in its placeholders: no other entry takes the
// text for its own.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	value := func(text, verb string) any {
		switch verb[len(verb)-1] {
		case 'd':
			return 7
		case 'f', 'g':
			return 1.5
		case 'o', 'x':
			return 8
		}
		name := "cst_" + strings.Repeat("x", int(verb[0]-'0'))
		if strings.Contains(text, "\t") {
			return "the " + name + " of a cell"
		}
		return name
	}
	for _, e := range speech.Entries() {
		list := placeholders(e.English)
		if len(list) == 0 {
			if got := speech.Chinese.Say(strings.ReplaceAll(e.English, "%%", "%")); got != strings.ReplaceAll(e.Chinese, "%%", "%") {
				t.Errorf("%s: %q is said as %q", e.Place, e.English, got)
			}
			continue
		}
		var args []any
		for _, verb := range list {
			args = append(args, value(e.English, verb))
		}
		said := strings.NewReplacer("%w", "%s", "%v", "%s", "]w", "]s")
		text := fmt.Sprintf(said.Replace(e.English), args...)
		got, want := speech.Chinese.Say(text), fmt.Sprintf(said.Replace(e.Chinese), args...)
		if squeezed(got) != squeezed(want) {
			t.Errorf("%s: %q is said as %q, want %q", e.Place, text, got, want)
		}
	}
}

// squeezed is a text without the spaces that widths of columns put in.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestComposed wants Chinese for names of mistakes that are made of parts: a place, what is
// there, and what stands around it.
func TestComposed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"order_no alone: with a comma in front":                        "只有 order_no：前面有 逗号",
		"order_no alone: with an & at its end":                         "只有 order_no：末尾有 &",
		"order_no alone: backwards":                                    "只有 order_no：倒序",
		"authCode: the payload in place of [token]":                    "authCode：用 业务数据 代替 [token]",
		"base: the query in place of the host":                         "base：用 查询串 代替 主机名",
		"leave parameter sign out":                                     "去掉 参数 sign",
		"base: escaped once more, twice by Java's URLEncoder":          "base：又转义了一次，两次：用了 Java 的 URLEncoder",
		"canonical: member name behind the method, with \"&\" between": "canonical：成员 name 在 请求方式 后面，中间用 \"&\" 隔开",
	} {
		if got := speech.Chinese.Say(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestInside says every text as an error and as a hint, too: no other entry takes what is said
// behind such a word.
func TestInside(t *testing.T) {
	t.Parallel()
	verb := regexp.MustCompile(`%[-+# 0]*(?:\*|\d+)?(?:\.\d+)?(?:\[\d+\])?([a-zA-Z])`)
	for _, e := range speech.Entries() {
		text := verb.ReplaceAllStringFunc(e.English, func(v string) string {
			return cmp.Or(map[byte]string{'d': "7", 'q': `"x"`, 't': "true"}[v[len(v)-1]], "x")
		})
		if strings.Contains(e.English, "%%") || strings.HasPrefix(text, "error: ") || strings.HasPrefix(text, "hint: ") {
			continue
		}
		for head, want := range map[string]string{"error: ": "错误：", "hint: ": "提示："} {
			if got := speech.Chinese.Say(head + text); got != want+speech.Chinese.Say(text) {
				t.Errorf("%s: %q is said as %q", e.Place, head+text, got)
			}
		}
	}
}

// TestOthers says errors of the library after ours.
func TestOthers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"error: unknown flag: --nope": "错误：没有参数 --nope",
		"error: cannot listen: listen tcp 127.0.0.1:80: bind: address already in use":            "错误：不能监听：监听 127.0.0.1:80：地址已被占用",
		"http://127.0.0.1:1: nothing answers: dial tcp 127.0.0.1:1: connect: connection refused": "http://127.0.0.1:1：没有响应：连接 127.0.0.1:1：连接被拒绝",
	} {
		if got := speech.Chinese.Say(text); got != want {
			t.Errorf("%q is said as %q, want %q", text, got, want)
		}
	}
}
