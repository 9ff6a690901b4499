package trace

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// hints joins the lines of a report about a sender's mistakes.
func hints(t *testing.T, c *signature.Codec, r *signature.Request, theirs string) string {
	t.Helper()
	report, err := Request(c, r, tester(), clock(), theirs)
	if err != nil {
		t.Fatal(err)
	}
	if report.Refusal == nil {
		t.Fatal("it holds")
	}
	var out []string
	for _, line := range report.Lines() {
		if strings.Contains(line.Text, testAppkey) || strings.Contains(line.Text, testToken) {
			t.Errorf("a secret in %v", line)
		}
		if !strings.HasPrefix(line.Step, "sign, ") && line.Step != "result" {
			out = append(out, line.Step+": "+line.Text)
		}
	}
	return strings.Join(out, "\n")
}

// TestHints signs as a sender does that makes one mistake, or two, and wants it
// named.
func TestHints(t *testing.T) {
	t.Parallel()
	step := func(f func(s *signature.Step)) func(s *signature.Spec, r *signature.Request) {
		return func(s *signature.Spec, _ *signature.Request) { f(&s.Steps[0]) }
	}
	over := func(from, to string) func(s *signature.Spec, r *signature.Request) {
		return step(func(s *signature.Step) { s.Over = strings.ReplaceAll(s.Over, from, to) })
	}
	bytesOf := func(from, to string) func(s *signature.Spec, r *signature.Request) {
		return func(_ *signature.Spec, r *signature.Request) {
			r.Body = bytes.ReplaceAll(r.Body, []byte(from), []byte(to))
		}
	}
	for want, mistake := range map[string]func(s *signature.Spec, r *signature.Request){
		"the other secret":         step(func(s *signature.Step) { s.Key = "token" }),
		"hmac-sm3 with the appkey": step(func(s *signature.Step) { s.Algorithm = "hmac-sm3" }),
		"md5 with the secret at the end": step(func(s *signature.Step) {
			s.Algorithm, s.Key, s.Over = "md5", "", s.Over+"{appkey}"
		}),
		"sha256 with the secret at the start": step(func(s *signature.Step) {
			s.Algorithm, s.Key, s.Over = "sha256", "", "{appkey}"+s.Over
		}),
		"wrote the result as HEX":                step(func(s *signature.Step) { s.Encoding = "HEX" }),
		"wrote the result as base64":             step(func(s *signature.Step) { s.Encoding = "base64" }),
		"has a line break at its end":            func(*signature.Spec, *signature.Request) {},
		"of the body's sha256, not its hex":      func(*signature.Spec, *signature.Request) {},
		"the sha256 of the string in hex":        func(*signature.Spec, *signature.Request) {},
		"derive: md5-hex":                        step(func(s *signature.Step) { s.Derive = "md5-hex" }),
		"in the order in which they are sent":    step(func(s *signature.Step) { s.Params.Order = "listed" }),
		"empty parameters kept":                  step(func(s *signature.Step) { s.Params.Empty = true }),
		"URL-escaped or not":                     step(func(s *signature.Step) { s.Params.URL = true }),
		"no separator between the parameters":    step(func(s *signature.Step) { s.Params.Join = "-" }),
		"without their names":                    step(func(s *signature.Step) { s.Params.Values = true }),
		"the parameters with & at the end":       over("{params}", "{params}&"),
		"the method in lower case":               over("{method}", "{method:lower}"),
		"the path with the query":                over("{path}", "{path}?{query}"),
		"the body as {body}":                     over("{body:sha256}", "{body}"),
		"the body as {body:sha256:HEX}":          over("{body:sha256}", "{body:sha256:HEX}"),
		"a line feed at the end of the string":   step(func(s *signature.Step) { s.Over += "\n" }),
		"CR LF instead of line feeds":            over("\n", "\r\n"),
		`the two characters \n instead`:          over("\n", `\n`),
		"no line feeds between the values":       over("\n", ""),
		"&key= and the appkey at the end":        step(func(s *signature.Step) { s.Over += "&key={appkey}" }),
		"the body with a line feed at its end":   bytesOf("]}", "]}\n"),
		"blanks behind , and :":                  func(_ *signature.Spec, r *signature.Request) { r.Body = rewrite(r.Body, " ", "") },
		"the JSON indented":                      func(_ *signature.Spec, r *signature.Request) { r.Body = rewrite(r.Body, "", "  ") },
		"escaped slashes":                        bytesOf("/", `\/`),
		`\uXXXX for Chinese characters`:          bytesOf("张三", `\u5f20\u4e09`),
		"the body in GBK":                        func(_ *signature.Spec, r *signature.Request) { r.Body = []byte(gbk(string(r.Body))) },
		"an empty body":                          func(_ *signature.Spec, r *signature.Request) { r.Body = nil },
		"the JSON with sorted keys":              func(_ *signature.Spec, r *signature.Request) { r.Body = sortedKeys(r.Body) },
		"the other secret; and the sender wrote": step(func(s *signature.Step) { s.Key, s.Encoding = "token", "base64" }),
		"as Python writes it; and ": func(_ *signature.Spec, r *signature.Request) {
			r.Body = []byte(escapeUnicode(string(rewrite(r.Body, " ", ""))))
		},
		"hint: none of the usual mistakes gives": step(func(s *signature.Step) { s.Over += "nothing like it" }),
		"time in seconds":                        func(*signature.Spec, *signature.Request) {},
	} {
		spec := headerSpec()
		theirs := request()
		theirs.Query = "name=a+b&customerId=1&empty="
		mistake(&spec, theirs)
		wrong, wrongKeys := setup(t, spec)
		signed(t, wrong, wrongKeys, theirs)
		c, _ := setup(t, headerSpec())
		r := request()
		r.Query, r.Header = theirs.Query, theirs.Header
		byHand(t, want, wrong, r)
		if got := hints(t, c, r, ""); !strings.Contains(got, want) {
			t.Errorf("want %s\nhave %s", want, got)
		}
	}
}

// byHand makes the mistakes that no declaration can say.
func byHand(t *testing.T, mistake string, c *signature.Codec, r *signature.Request) {
	t.Helper()
	var m signature.Message
	if err := c.Parse(r, &m); err != nil {
		t.Fatal(err)
	}
	sent := r.Header["Timestamp"][0]
	text := "PUT\n/v1/customer\ncustomerId=1&name=a b\n" + sent + "\n"
	key, hash := testAppkey, hex.EncodeToString(crypt.Sum(nil, "sha256", r.Body))
	switch mistake {
	case "time in seconds":
		text = strings.Replace(text, sent, sent[:10], 1) + hash
	case "has a line break at its end":
		key, text = key+"\n", text+hash
	case "of the body's sha256, not its hex":
		text += string(crypt.Sum(nil, "sha256", r.Body))
	case "the sha256 of the string in hex":
		text = hex.EncodeToString(crypt.Sum(nil, "sha256", []byte(text+hash)))
	default:
		return
	}
	h := crypt.NewMAC("sha256", []byte(key))
	h.Write([]byte(text))
	r.Header["Sign"] = []string{hex.EncodeToString(h.Sum(nil))}
}

// TestSendersString compares the string that the sender says it signed.
func TestSendersString(t *testing.T) {
	t.Parallel()
	spec := signature.Spec{App: "query.app", Steps: []signature.Step{
		{
			Op: "sign", Algorithm: "md5", Over: "{params}&key={appkey}", Params: &signature.Params{From: []string{"query"}},
			To: "query.sign",
		},
	}}
	c, _ := setup(t, spec)
	for _, tt := range []struct{ theirs, signed, want string }{
		{
			"name=%E5%AE%A2&app=10086&key=[appkey]", "name=%E5%AE%A2&app=10086&key=" + testAppkey,
			"hint: URL escapes: one side is escaped, the other is not; and the order of the parameters",
		},
		{
			"app=10086&name=客&key=[appkey]\n", "app=10086&name=客&key=" + testAppkey + "\n",
			"hint: a line feed at the end of the string: that gives exactly the signature that came",
		},
		{"app=10086&name=客", "app=10086&name=客", "hint: the string without the secret: that gives exactly the signature that came"},
		{"app=10086&name=客&key=" + testToken, "app=10086&name=客&key=" + testToken, "only the string differs"},
		{"app=10086&name=客&key=[appkey]", "something else", "does not give the signature that came either"},
	} {
		sum := md5.Sum([]byte(tt.signed))
		r := &signature.Request{
			Method: "GET", Query: "app=10086&name=%E5%AE%A2&sign=" + hex.EncodeToString(sum[:]),
			Header: http.Header{},
		}
		if got := hints(t, c, r, tt.theirs); !strings.Contains(got, tt.want) {
			t.Errorf("%s: want %s\nhave %s", tt.theirs, tt.want, got)
		}
	}
}

// TestExplainShows lines of steps that hold and of requests that cannot be read.
func TestExplainShows(t *testing.T) {
	t.Parallel()
	c, k := setup(t, headerSpec())
	r := signed(t, c, k, request())
	report, err := Request(c, r, tester(), clock(), "")
	if err != nil {
		t.Fatal(err)
	}
	lines := report.Lines()
	last := lines[len(lines)-1]
	if report.Refusal != nil || last.Step != "payload" || last.Text != testBody {
		t.Error(report.Refusal, lines)
	}
	if at := slices.IndexFunc(lines, func(l crypt.Line) bool { return l.Step == "time, header.timestamp" }); at < 0 ||
		lines[at].Text != "1795305600000 = 2026-11-22T08:00:00+08:00, 0s behind our clock, within the window of 5m0s" {
		t.Error(lines)
	}
	r.Header["Timestamp"] = []string{"1795305600"}
	resigned(t, c, r)
	if got := hints(t, c, r, ""); !strings.Contains(got, "hint: the sender writes the time in s, it must be ms") {
		t.Error(got)
	}
	r.Header["Timestamp"] = []string{"20261122080000"}
	resigned(t, c, r)
	if got := hints(t, c, r, ""); !strings.Contains(got, "writes the time in yyyyMMddHHmmss") ||
		!strings.Contains(got, ", more than ten years ahead of our clock, outside the window") {
		t.Error(got)
	}
	signed(t, c, k, r)
	r.Header.Del("Sign")
	if got := hints(t, c, r, ""); !strings.Contains(got, "request: refused: required sign") ||
		strings.Contains(got, "hint") {
		t.Error(got)
	}
	if report, err = Request(c, r, tester(), clock(), ""); err != nil {
		t.Fatal(err)
	}
	lines = report.Lines()
	if at := slices.IndexFunc(lines, func(l crypt.Line) bool { return l.Step == "sign, header.sign" }); at < 0 ||
		len(lines[at].Text) != 64 {
		t.Error("the signature that is missing is not shown")
	}
	if _, err := Request(c, r, Caller{App: "10086"}, clock(), ""); err == nil {
		t.Error("no secrets, and no error")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ ours, theirs, want string }{
		{"a=1&b=2", "a=1&b=2", ""},
		{
			"a=1&b=2", "a=1&b=2&",
			"byte 8 (line 1, column 8): 26 '&' instead of the end; lengths 8 and 7|an & at the end",
		},
		{"x\ny", "x\r\ny", "byte 2 (line 1, column 2): 0D '\\r' instead of 0A '\\n'; lengths 4 and 3|CR LF instead of LF"},
		{"POST\n/a", "post\n/a", "byte 1 (line 1, column 1)|letter case"},
		{"POST\n/a", "POST\n/b", "byte 7 (line 2, column 2): 62 'b' instead of 61 'a'"},
		{`{"a":"/"}`, `{"a": "\/"}`, "slashes escaped in JSON; and blanks"},
		{"a=%2F", "a=%2f", "letter case of % escapes"},
		{"a+b", "a%20b", "+ instead of %20"},
		{"a=1&b=", "a=1", "empty parameters left out or kept"},
		{"a=1&b=2", "b=2&a=1", "the order of the parameters"},
		{"a=1&b=2", "a1b2", "separators between the values are missing"},
		{"客户", "客\u3000户", "byte 4 (line 1, column 4): E3 '\\u3000' instead of E6 '户'|invisible blank"},
		{"abc", "bc", "the beginning is missing"},
		{"abc", "abcd", "there is more at the end"},
		{"abc", "zabc", "there is more at the beginning"},
	} {
		var got []string
		for _, line := range Compare(tt.ours, tt.theirs).flat() {
			got = append(got, line.Step+": "+line.Text)
		}
		for _, cause := range Causes(tt.ours, tt.theirs) {
			got = append(got, cause.Text)
		}
		text := strings.Join(got, "\n")
		for _, want := range strings.Split(tt.want, "|") {
			if !strings.Contains(text, want) || tt.want == "" && text != "" {
				t.Errorf("%q %q: want %s\nhave %s", tt.ours, tt.theirs, want, text)
			}
		}
	}
	long := strings.Repeat("客", 40)
	d := Compare(long+"a"+long, long+"b"+long)
	if want := "…" + long[:24] + "»a" + long[:24] + "…"; d.OursAround != want {
		t.Error(d.OursAround)
	}
}
