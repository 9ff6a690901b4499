package writer

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

func blanks() []Writer {
	fields := func(sep string) func([]byte) []byte {
		return text(func(s string) string { return strings.Join(strings.Fields(s), sep) })
	}
	return []Writer{
		{"blanks", "without blanks at its ends", "do not trim it", Common, bytes.TrimSpace},
		{"blanks", "without any blanks", "leave its blanks in", Usual, fields("")},
		{"blanks", "with each run of blanks as one", "leave its blanks as they are", Usual, fields(" ")},
		{"blanks", "without full-width, no-break and invisible blanks", "", Possible, swap("\u3000", "", "\u00a0", "", "\u200b", "", "\ufeff", "")},
		{"blanks", "with full-width and no-break blanks as plain ones", "", Possible, swap("\u3000", " ", "\u00a0", " ")},
		{"blanks", "with full-width characters as plain ones", "", Rare, text(halfWidth)},
		{"blanks", "with tabs as blanks", "", Rare, swap("\t", " ")},
		{"blanks", "without its dashes (a UUID without -)", "sign it as it is sent", Usual, swap("-", "")},
		{"blanks", "with a blank behind each comma", "", Rare, swap(",", ", ")},
	}
}

func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x3000:
			return ' '
		case 0xff01 <= r && r <= 0xff5e:
			return r - 0xfee0
		}
		return r
	}, s)
}

func lineEnds() []Writer {
	const unix = `write \n alone`
	const indent = `join the lines with \n; a text of several lines in the program has its indents`
	return []Writer{
		{"lines", `with \r\n for \n`, unix, Common, swap("\r\n", "\r\n", "\n", "\r\n")},
		{"lines", `with \r\n for each \n, that of \r\n too`, unix, Usual, swap("\n", "\r\n")},
		{"lines", `without its \n`, unix, Usual, swap("\n", "")},
		{"lines", `with \n for \r\n`, `sign \r\n as it is sent`, Common, swap("\r\n", "\n")},
		{"lines", "with its lines joined (Java's readLine)", "keep the line ends where it is read", Common, swap("\r\n", "", "\n", "")},
		{"lines", `with the two characters \n for a line end`, `write a line end: in PHP and shells "\n" with double quotes, $'\n'`, Common, swap("\n", `\n`)},
		{"lines", `with a line end for the two characters \n`, "", Possible, swap(`\n`, "\n")},
		{"lines", "with 2 blanks in front of its lines (an indented text of several lines)", indent, Possible, swap("\n", "\n  ")},
		{"lines", "with 4 blanks in front of its lines (an indented text of several lines)", indent, Usual, swap("\n", "\n    ")},
		{"lines", "with 6 blanks in front of its lines (an indented text of several lines)", indent, Possible, swap("\n", "\n      ")},
		{"lines", "with 8 blanks in front of its lines (an indented text of several lines)", indent, Possible, swap("\n", "\n        ")},
		{"lines", "with 12 blanks in front of its lines (an indented text of several lines)", indent, Rare, swap("\n", "\n            ")},
		{"lines", "with a tab in front of its lines (an indented text of several lines)", indent, Possible, swap("\n", "\n\t")},
		{"lines", `with \r for \n`, unix, Rare, swap("\n", "\r")},
		{"lines", "with a blank for each line end", unix, Usual, swap("\r\n", " ", "\n", " ")},
		{"lines", "with | for each line end", unix, Possible, swap("\n", "|")},
		{"lines", "with & for each line end", unix, Possible, swap("\n", "&")},
		{"lines", "with , for each line end", unix, Possible, swap("\n", ",")},
		{"lines", "without the line ends at its end", `leave the last \n in`, Common, text(func(s string) string { return strings.TrimRight(s, "\r\n") })},
		{"lines", "without one line end at its end", `leave the last \n in`, Usual, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) }},
	}
}

// ends put something around a text, or take it away.
func ends() []Writer {
	var out []Writer
	for _, one := range []struct {
		text, name string
		rank       int
	}{
		{"\n", "a line end", Common},
		{"\r\n", `\r\n`, Usual},
		{"&", "an &", Usual},
		{" ", "a blank", Usual},
		{"|", "a |", Possible},
		{",", "a comma", Possible},
		{"=", "a =", Possible},
		{"/", "a slash", Usual},
		{"?", "a ?", Usual},
		{"\x00", "a zero byte", Rare},
		{"\"", "a quotation mark", Rare},
		{"\t", "a tab", Rare},
		{";", "a semicolon", Rare},
	} {
		b := []byte(one.text)
		out = append(out,
			Writer{"end", "with " + one.name + " at its end", "leave it out", one.rank, func(in []byte) []byte { return slices.Concat(in, b) }},
			Writer{"front", "with " + one.name + " in front", "leave it out", one.rank + 10, func(in []byte) []byte { return slices.Concat(b, in) }},
		)
		if one.text != "\n" && one.text != " " {
			out = append(out,
				Writer{"end", "without " + one.name + " at its end", "leave it in", one.rank + 5, func(in []byte) []byte { return bytes.TrimSuffix(in, b) }},
				Writer{"front", "without " + one.name + " in front", "leave it in", one.rank + 5, func(in []byte) []byte { return bytes.TrimPrefix(in, b) }},
			)
		}
	}
	return append(out,
		Writer{"around", "in double quotes", "leave the quotes out", Usual, func(in []byte) []byte { return slices.Concat([]byte(`"`), in, []byte(`"`)) }},
		Writer{"around", "in single quotes", "leave the quotes out", Possible, func(in []byte) []byte { return slices.Concat([]byte(`'`), in, []byte(`'`)) }},
		Writer{"around", "without its quotes", "leave the quotes in", Usual, func(in []byte) []byte { return bytes.Trim(in, `"'`) }},
		Writer{"around", "in <![CDATA[ and ]]>", "sign what it says", Usual, func(in []byte) []byte { return slices.Concat([]byte("<![CDATA["), in, []byte("]]>")) }},
		Writer{"front", "with null in front: the variable began as null", "begin with an empty text", Usual, func(in []byte) []byte { return slices.Concat([]byte("null"), in) }},
		Writer{"front", "with undefined in front: the variable began as undefined", "begin with an empty text", Usual, func(in []byte) []byte { return slices.Concat([]byte("undefined"), in) }},
		Writer{"end", "without its last character: substring cuts what is no separator", "cut the separator alone", Usual, cutting(func(in []byte) []byte { return in[:len(in)-1] })},
		Writer{"end", "without its first character: substring cuts what is no separator", "cut the separator alone", Usual, cutting(func(in []byte) []byte { return in[1:] })},
		Writer{"around", "as nothing", "sign it", Usual, func([]byte) []byte { return nil }},
		Writer{"around", "twice", "write it once", Possible, func(in []byte) []byte { return slices.Concat(in, in) }},
		Writer{"around", "backwards", "", Rare, func(in []byte) []byte {
			out := bytes.Clone(in)
			slices.Reverse(out)
			return out
		}},
	)
}

// cutting cuts texts that are long enough to have a separator.
func cutting(f func([]byte) []byte) func([]byte) []byte {
	return func(in []byte) []byte {
		if len(in) < 4 {
			return in
		}
		return f(in)
	}
}

func letters() []Writer {
	return []Writer{
		{"case", "in lower case", "leave its letters as they are", Common, bytes.ToLower},
		{"case", "in upper case", "leave its letters as they are", Common, bytes.ToUpper},
		{"case", "with its first letter in upper case", "", Possible, text(func(s string) string { return firstLetter(s, strings.ToUpper) })},
		{"case", "with only its first letter in upper case", "", Possible, text(func(s string) string {
			if s == "" {
				return s
			}
			return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
		})},
		{"case", "with its first letter in lower case", "", Possible, text(func(s string) string { return firstLetter(s, strings.ToLower) })},
		{"case", "with its words as headers are written: Content-Type", "", Usual, text(headerCase)},
		{"case", "in snake case", "take the names as they are sent", Possible, text(snake)},
		{"case", "in camel case", "take the names as they are sent", Possible, text(camel)},
		{"case", "with _ for -", "", Possible, swap("-", "_")},
		{"case", "with - for _", "", Possible, swap("_", "-")},
	}
}

func firstLetter(s string, f func(string) string) string {
	if s == "" {
		return s
	}
	return f(s[:1]) + s[1:]
}

func headerCase(s string) string {
	words := strings.Split(s, "-")
	for i := range words {
		words[i] = firstLetter(words[i], strings.ToUpper)
	}
	return strings.Join(words, "-")
}

func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func camel(s string) string {
	parts := strings.Split(s, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

// paths are ways to write a path or a URL.
func paths() []Writer {
	path := func(f func(string) string) func([]byte) []byte {
		return text(func(s string) string {
			origin, rest := cutOrigin(s)
			if !strings.HasPrefix(rest, "/") {
				return s
			}
			bare, query, asked := strings.Cut(rest, "?")
			if asked {
				query = "?" + query
			}
			return origin + f(bare) + query
		})
	}
	const gateway = "sign the path that the server sees: a gateway takes the beginning away"
	return []Writer{
		{"path", "with a slash at its end", "sign the path as it is sent", Common, path(func(s string) string { return strings.TrimSuffix(s, "/") + "/" })},
		{"path", "without the slash at its end", "sign the path as it is sent", Common, path(func(s string) string { return strings.TrimSuffix(s, "/") })},
		{"path", "without the slash in front", "sign the path with its first slash", Common, path(func(s string) string { return s[1:] })},
		{"path", "without its first segment", "sign the whole path", Common, path(func(s string) string { return cutSegments(s, 1) })},
		{"path", "without its first two segments", "sign the whole path", Usual, path(func(s string) string { return cutSegments(s, 2) })},
		{"path", "without its first three segments", "sign the whole path", Possible, path(func(s string) string { return cutSegments(s, 3) })},
		{"path", "without its last segment", "sign the whole path", Possible, path(func(s string) string { return s[:strings.LastIndexByte(s, '/')] })},
		{"path", "as its last segment", "sign the whole path", Usual, path(func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] })},
		{"path", "as its last segment with a slash in front", "sign the whole path", Possible, path(func(s string) string { return s[strings.LastIndexByte(s, '/'):] })},
		{"path", "with two slashes in front", "", Possible, path(func(s string) string { return "/" + s })},
		{"path", "with double slashes as one", "", Possible, path(func(s string) string { return strings.ReplaceAll(s, "//", "/") })},
		{"path", "as a slash alone", "sign the whole path", Possible, path(func(string) string { return "/" })},
		{"path", "with its escapes escaped again", "sign the path as it is sent", Usual, path(func(s string) string { return strings.ReplaceAll(s, "%", "%25") })},
		{"path", "with /api in front", gateway, Usual, path(func(s string) string { return "/api" + s })},
		{"path", "with /openapi in front", gateway, Possible, path(func(s string) string { return "/openapi" + s })},
		{"path", "with /gateway in front", gateway, Possible, path(func(s string) string { return "/gateway" + s })},
		{"path", "with /prod in front", gateway, Possible, path(func(s string) string { return "/prod" + s })},
		{"path", "with /test in front", gateway, Rare, path(func(s string) string { return "/test" + s })},
		{"path", "with /v1 in front", gateway, Possible, path(func(s string) string { return "/v1" + s })},
		{"path", "with /rest in front", gateway, Rare, path(func(s string) string { return "/rest" + s })},
		{"host", "as http", "sign the scheme that the server is called by", Common, whole("https", "http")},
		{"host", "as https", "sign the scheme that the server is called by", Common, whole("http", "https")},
		{"host", "without its port", "", Usual, text(func(s string) string {
			return regexp.MustCompile(`^([A-Za-z0-9.-]+\.?[A-Za-z0-9-]*):\d+$`).ReplaceAllString(s, "$1")
		})},
		{"host", "with the port 443", "leave the port out", Usual, host(":443")},
		{"host", "with the port 80", "leave the port out", Usual, host(":80")},
		{"host", "with the port 8080", "leave the port out", Possible, host(":8080")},
		{"host", "with https:// in front", "sign the host alone", Usual, origin("https://")},
		{"host", "with http:// in front", "sign the host alone", Possible, origin("http://")},
		{"host", "with http for https", "sign the URL that the server is called by", Usual, swap("https://", "http://")},
		{"host", "with https for http", "sign the URL that the server is called by", Usual, swap("http://", "https://")},
	}
}

// cutOrigin cuts a URL behind its host; other texts have no origin.
func cutOrigin(s string) (origin, rest string) {
	scheme := strings.Index(s, "://")
	if scheme < 0 || !strings.HasPrefix(s, "http") {
		return "", s
	}
	at := strings.IndexByte(s[scheme+3:], '/')
	if at < 0 {
		return s, ""
	}
	return s[:scheme+3+at], s[scheme+3+at:]
}

// contentTypes are ways to write a content type.
func contentTypes() []Writer {
	form := regexp.MustCompile(`^[a-zA-Z]+/[a-zA-Z0-9.+-]+(\s*;.*)?$`)
	of := func(f func(string) string) func([]byte) []byte {
		return text(func(s string) string {
			if !form.MatchString(s) {
				return s
			}
			return f(s)
		})
	}
	const fix = "sign the Content-Type that is sent: libraries add or change its charset"
	out := []Writer{{"type", "without its parameters (; charset=utf-8)", fix, Common, of(func(s string) string {
		kind, _, _ := strings.Cut(s, ";")
		return strings.TrimSpace(kind)
	})}}
	for _, end := range []string{"; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8"} {
		out = append(out, Writer{"type", "with " + end + " at its end", fix, Usual, of(func(s string) string {
			kind, _, _ := strings.Cut(s, ";")
			return strings.TrimSpace(kind) + end
		})})
	}
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain", "application/xml"} {
		out = append(out, Writer{"type", "as " + kind, fix, Possible, of(func(string) string { return kind })})
	}
	return out
}

func cutSegments(s string, n int) string {
	for ; n > 0 && strings.Count(s, "/") > 1; n-- {
		s = s[1+strings.IndexByte(s[1:], '/'):]
	}
	return s
}

// whole replaces a text that is nothing else.
func whole(old, with string) func([]byte) []byte {
	return text(func(s string) string {
		if s == old {
			return with
		}
		return s
	})
}

func host(port string) func([]byte) []byte { return around("", port) }

func origin(scheme string) func([]byte) []byte { return around(scheme, "") }

// around are texts in front of a name of a host and behind it.
func around(front, behind string) func([]byte) []byte {
	name := regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$|^localhost$`)
	return text(func(s string) string {
		origin, rest := cutOrigin(s)
		scheme, bare, ok := strings.Cut(origin, "://")
		switch {
		case name.MatchString(s):
			return front + s + behind
		case ok && front == "" && name.MatchString(bare):
			return scheme + "://" + bare + behind + rest
		}
		return s
	})
}

// pairTexts are ways to write a=1&b=2, as a query or a form comes.
func pairTexts() []Writer {
	pairs := func(f func([]string) []string) func([]byte) []byte {
		return text(func(s string) string {
			front := ""
			if at := strings.IndexByte(s, '?'); at >= 0 && strings.HasPrefix(s, "/") {
				front, s = s[:at+1], s[at+1:]
			}
			if !strings.Contains(s, "=") || strings.ContainsAny(s, "{\n") {
				return front + s
			}
			return front + strings.Join(f(strings.Split(s, "&")), "&")
		})
	}
	return []Writer{
		{"pairs", "with its parameters sorted", "sign them in the order in which they are sent", Common, pairs(func(l []string) []string { slices.Sort(l); return l })},
		{"pairs", "with its parameters sorted without letter case", "", Usual, pairs(func(l []string) []string {
			slices.SortStableFunc(l, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
			return l
		})},
		{"pairs", "with its parameters in reversed order", "", Possible, pairs(func(l []string) []string { slices.Reverse(l); return l })},
		{"pairs", "without its empty parameters", "sign empty parameters too", Usual, pairs(func(l []string) []string {
			return slices.DeleteFunc(l, func(s string) bool { return strings.HasSuffix(s, "=") })
		})},
		{"pairs", "without the = of empty parameters", "", Rare, pairs(func(l []string) []string {
			for i := range l {
				l[i] = strings.TrimSuffix(l[i], "=")
			}
			return l
		})},
		{"pairs", "as JSON with its parameters as members", "sign the form as it is sent", Possible, text(pairsAsJSON)},
		{"pairs", "with a ? in front", "leave the ? out", Common, func(b []byte) []byte { return slices.Concat([]byte("?"), b) }},
	}
}

// pairsAsJSON writes a form as the object that it was made of.
func pairsAsJSON(s string) string {
	if !strings.Contains(s, "=") || strings.ContainsAny(s, "{?/\n") {
		return s
	}
	quote := func(escaped string) string {
		var out bytes.Buffer
		list := json.NewEncoder(&out)
		list.SetEscapeHTML(false)
		if list.Encode(string(Unescape([]byte(escaped), true))) != nil {
			return ""
		}
		return strings.TrimSuffix(out.String(), "\n")
	}
	var members []string
	for one := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(one, "=")
		members = append(members, quote(name)+":"+quote(value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// wrapped are texts that are encoded before they are signed, or not.
func wrapped() []Writer {
	return []Writer{
		{"wrap", "in base64", "sign the text itself", Usual, func(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) }},
		{"wrap", "in hex", "sign the text itself", Usual, func(b []byte) []byte { return hex.AppendEncode(nil, b) }},
		{"wrap", "in hex, in upper case", "sign the text itself", Possible, func(b []byte) []byte { return bytes.ToUpper(hex.AppendEncode(nil, b)) }},
		{"wrap", "in base64 for URLs", "sign the text itself", Possible, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, b) }},
		{"wrap", "with its base64 decoded", "sign the text as it is sent", Usual, func(b []byte) []byte {
			plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(string(b), "="))
			out, err := base64.RawStdEncoding.DecodeString(plain)
			if err != nil || len(out) == 0 {
				return b
			}
			return out
		}},
		{"wrap", "with the = at the end of its base64", "sign the text as it is sent", Usual, text(func(s string) string {
			if missing := len(s) % 4; missing > 1 {
				return s + "=="[missing-2:]
			}
			return s
		})},
		{"wrap", "with its hex decoded", "sign the text as it is sent", Usual, func(b []byte) []byte {
			out, err := hex.DecodeString(string(b))
			if err != nil || len(out) == 0 {
				return b
			}
			return out
		}},
	}
}
