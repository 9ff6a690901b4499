package explain

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noFile replaces the files that a curl command names.
func noFile(name string) ([]byte, error) {
	if name == "body" {
		return []byte("a\r\nb\n"), nil
	}
	return nil, errors.New("no file")
}

// TestCurl compares command lines with the requests that curl sends for them.
func TestCurl(t *testing.T) {
	t.Parallel()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for line, want := range map[string]Capture{
		`curl http://h`:      {Method: "GET", Path: "/"},
		`curl h:80/a?b=c#d`:  {Method: "GET", Path: "/a", Query: "b=c"},
		`curl -I http://h/a`: {Method: "HEAD", Path: "/a"},
		`curl http://h/a -d x=1 --data-raw @y -d 'z=a b'`:   {Method: "POST", Path: "/a", Header: form, Body: []byte("x=1&@y&z=a b")},
		`curl http://h/a -d @body`:                          {Method: "POST", Path: "/a", Header: form, Body: []byte("ab")},
		`curl http://h/a --data-binary @body`:               {Method: "POST", Path: "/a", Header: form, Body: []byte("a\r\nb\n")},
		`curl http://h/a?x -G -d y=1 --data-urlencode z=+ `: {Method: "GET", Path: "/a", Query: "x&y=1&z=%2B"},
		`curl http://h/a --data-urlencode 'a b@body'`:       {Method: "POST", Path: "/a", Header: form, Body: []byte("a b=a%0D%0Ab%0A")},
		`curl http://h/a -d '' -H 'Content-Type:'`:          {Method: "POST", Path: "/a"},
		`curl -sSkXDELETE "http://h/%E5%BC%A0" -H 'X;'`:     {Method: "DELETE", Path: "/%E5%BC%A0", Header: http.Header{"X": {""}}},
		`curl http://h/张`:                                   {Method: "GET", Path: "/%E5%BC%A0"},
		`curl -u a:b -A me -b c=d -e r http://h/`: {Method: "GET", Path: "/", Header: http.Header{
			"Authorization": {"Basic YTpi"}, "User-Agent": {"me"}, "Cookie": {"c=d"}, "Referer": {"r"},
		}},
		`curl h -d $'\x41\101\u5f20\n\'\q' # a remark`:         {Method: "POST", Path: "/", Header: form, Body: []byte("AA张\n'\\q")},
		`curl h -d "a\"\$\\\a$" 2>/dev/null`:                   {Method: "POST", Path: "/", Header: form, Body: []byte(`a"$\\a$`)},
		"curl h \\\r\n -d 'a\r\nb' \\\n -d c\\ d; rm":          {Method: "POST", Path: "/", Header: form, Body: []byte("a\r\nb&c d")},
		`curl h --json '{"a":' --json 1} -H 'Accept: */*' | x`: {Method: "POST", Path: "/", Body: []byte(`{"a":1}`), Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}}},
	} {
		got, err := ReadCapture([]byte(line), noFile)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if want.Header == nil {
			want.Header = http.Header{}
		}
		want.Scheme, want.Host = got.Scheme, got.Host // TestTarget has them
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

// TestRaw compares HTTP text with the sent request: the body to the letter.
func TestRaw(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"POST /a?b=c HTTP/1.1\nX: y\n\n{\r\n}\n":                               "POST /a b=c \"{\\r\\n}\\n\"",
		"POST http://h/a?b=c\r\n\r\n\n":                                        "POST /a b=c \"\\n\"",
		"\n\nGET /a HTTP/2":                                                    "GET /a  \"\"",
		"POST /a HTTP/1.1\nContent-Length: 2\n\nab\r\n":                        "POST /a  \"ab\"; 2 line break bytes",
		"POST /a HTTP/1.1\nContent-Length: 9\n\nab":                            "POST /a  \"ab\"; Content-Length says 9",
		"POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\nab\r\n0\r\n\r\n": "POST /a  \"ab\"; the body came in chunks",
		"POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n{}":                   "POST /a  \"{}\"; the body is said to be chunked",
		"HTTP/1.1 200 OK\nX: y\n\n{}":                                          "   \"{}\"",
		"GET a HTTP/1.1\n\n":                                                   "line 1: expected a path",
		"GET /% HTTP/1.1\n\n":                                                  "line 1: expected a path",
		"GET /a HTTP/1.1\nX: y\n folded\n\n":                                   "line 3: expected a header",
		"\xff\xfeG":                                                            "line 1: expected UTF-8",
		"curl h h2":                                                            "line 1: expected one URL",
		"curl -d":                                                              "line 1: expected a value",
		"curl -H":                                                              "line 1: expected a value",
		"curl":                                                                 "line 1: expected a URL",
		"curl h \\\n -d \"$(date)\"":                                           "line 2: expected text, found a command",
		"curl h -d `date`":                                                     "line 1: expected text, found a command",
		"curl h -d @-":                                                         "line 1: no file",
		"curl h -H nonsense":                                                   "line 1: expected a header",
		"curl h -d \"a":                                                        "line 1: expected a quote that closes",
		"curl h -d $'a":                                                        "line 1: expected a quote that closes",
	} {
		c, err := ReadCapture([]byte(text), noFile)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = strings.Join([]string{c.Method, c.Path, c.Query, inQuotes(c.Body)}, " ") + strings.Join(append([]string{""}, c.Notes...), "; ")
		}
		if !strings.HasPrefix(got, want) || want == "" {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// inQuotes is a body in quotes.
func inQuotes(b []byte) string {
	return `"` + strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(string(b)) + `"`
}

// FuzzCapture: any capture is read, or refused with its line and without a word of
// it; a request that is read has a path, and a body from the capture.
func FuzzCapture(f *testing.F) {
	for _, seed := range []string{
		"POST /a?b=c HTTP/1.1\nX: y\nContent-Length: 2\n\n{}\n", "HTTP/1.1 200 OK\n\n{}", "curl -X PUT 'http://h/a' -H 'a: b' --data-binary '{}'",
		"curl h -d $'\\u5f20\\x41' --json {} -G", "$ curl \"a\\\"b\" \\\n -H x:", "header=a&data=b", "{}", "curl -d @body h & x", "\ufeffGET / HTTP/1.1",
		"POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\nab\r\n0\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		c, err := ReadCapture(text, noFile)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if c.Method != "" && !strings.HasPrefix(c.Path, "/") {
			t.Fatalf("%q: path %q", text, c.Path)
		}
		if raw := !curlLine.Match(bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), "\r\n")); raw && len(c.Notes) == 0 && !bytes.HasSuffix(text, c.Body) {
			t.Fatalf("%q: body %q", text, c.Body)
		}
	})
}

// TestTarget reads scheme and host of a target that is a URL.
func TestTarget(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"curl https://h.example:8443/a":    {"https", "h.example:8443"},
		"curl HTTP://h/a":                  {"http", "h"},
		"GET https://h/a HTTP/1.1\n\n":     {"https", "h"},
		"GET /a HTTP/1.1\nHost: other\n\n": {"", ""},
	} {
		got, err := ReadCapture([]byte(text), noFile)
		if err != nil || got.Scheme != want[0] || got.Host != want[1] {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
}
