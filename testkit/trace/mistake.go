package trace

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// variants lists every mistake that Explain tries.
func variants(t *signature.Time) []variant {
	return slices.Concat(stepVariants(), paramVariants(), overVariants(), bodyVariants(), targetVariants(),
		hashVariants(), postVariants(), timeVariants(t))
}

// stepVariants are mistakes in algorithm, key and encoding.
func stepVariants() []variant {
	out := []variant{{"the sender took the other secret", func(a *attempt) {
		a.secrets = map[string]string{"token": a.secrets["appkey"], "appkey": a.secrets["token"]}
	}}}
	for _, v := range []struct {
		cause  string
		change func(string) string
	}{
		{"the sender's secret has a line break at its end", func(s string) string { return s + "\n" }},
		{"the sender wrote the secret in upper case", strings.ToUpper},
		{"the sender wrote the secret in lower case", strings.ToLower},
	} {
		out = append(out, variant{v.cause, func(a *attempt) {
			a.secrets = map[string]string{"token": v.change(a.secrets["token"]), "appkey": v.change(a.secrets["appkey"])}
		}})
	}
	for _, hash := range crypt.Hashes() {
		out = append(out,
			variant{"the sender took " + hash + " with the secret at the end of the string", func(a *attempt) {
				a.plain(hash, false)
			}},
			variant{"the sender took " + hash + " with the secret at the start of the string", func(a *attempt) {
				a.plain(hash, true)
			}},
			variant{"the sender took " + hash, func(a *attempt) {
				if a.step.Key == "" {
					a.step.Algorithm = hash
				}
			}},
		)
		for _, name := range crypt.SecretNames() {
			out = append(out, variant{"the sender took hmac-" + hash + " with the " + name, func(a *attempt) {
				a.step.Algorithm, a.step.Key = "hmac-"+hash, name
			}})
		}
	}
	for _, encoding := range crypt.Encodings() {
		out = append(out, variant{"the sender wrote the result as " + encoding, func(a *attempt) {
			a.step.Encoding = encoding
		}})
	}
	for _, derive := range crypt.Derivations() {
		out = append(out, variant{"the sender made the key by derive: " + derive, func(a *attempt) {
			if a.step.Key != "" {
				a.step.Derive = derive
			}
		}})
	}
	return out
}

// plain uses an unkeyed hash instead of a keyed one, with the key in the string.
func (a *attempt) plain(hash string, before bool) {
	key := a.step.Key
	if key == "" {
		return
	}
	if !strings.Contains(key, "{") {
		key = "{" + key + "}"
	}
	if before {
		a.step.Over = key + a.step.Over
	} else {
		a.step.Over += key
	}
	a.step.Algorithm, a.step.Key, a.step.Derive = hash, "", ""
}

// paramVariants are mistakes in how {params} is written.
func paramVariants() []variant {
	change := func(cause string, f func(p *signature.Params)) variant {
		return variant{cause, func(a *attempt) {
			if a.step.Params != nil {
				f(a.step.Params)
			}
		}}
	}
	return []variant{
		change("the parameters in the order in which they are sent", func(p *signature.Params) { p.Order = "listed" }),
		change("the parameters sorted by name", func(p *signature.Params) { p.Order = "sorted" }),
		change("the parameters sorted by value", func(p *signature.Params) { p.Order = "values" }),
		change("empty parameters kept or left out", func(p *signature.Params) { p.Empty = !p.Empty }),
		change("the values URL-escaped or not", func(p *signature.Params) { p.URL = !p.URL }),
		change("the values without their names, or with them", func(p *signature.Params) { p.Values = !p.Values }),
		change("no separator between the parameters", func(p *signature.Params) { p.Join = "-" }),
		change("& between the parameters", func(p *signature.Params) { p.Join = "&" }),
		change("no separator between name and value", func(p *signature.Params) { p.Pair = "-" }),
		change("= between name and value", func(p *signature.Params) { p.Pair = "=" }),
		change("parameters signed that are left out", func(p *signature.Params) { p.Except = nil }),
		change("the members of the body signed, too", func(p *signature.Params) { p.From = append(slices.Clone(p.From), "body") }),
	}
}

// overVariants are mistakes in the template.
func overVariants() []variant {
	var out []variant
	change := func(cause string, f func(over string) string) {
		out = append(out, variant{cause, func(a *attempt) { a.step.Over = f(a.step.Over) }})
	}
	swap := func(cause, from, to string) {
		change(cause, func(over string) string { return strings.ReplaceAll(over, from, to) })
	}
	key := regexp.MustCompile(`&?[A-Za-z_]*=?\{(appkey|token)\}`)
	change("the string without the secret", func(over string) string { return key.ReplaceAllString(over, "") })
	swap("the parameters with & at the end", "{params}", "{params}&")
	swap("the method in lower case", "{method}", "{method:lower}")
	swap("the path with the query", "{path}", "{path}?{query}")
	swap("the path in lower case", "{path}", "{path:lower}")
	swap("URL-escaped twice or not at all", ":url}", "}")
	for _, name := range crypt.SecretNames() {
		secret := "{" + name + "}"
		change("the "+name+" at the end of the string", func(over string) string { return over + secret })
		change("&key= and the "+name+" at the end of the string", func(over string) string { return over + "&key=" + secret })
	}
	hashed := regexp.MustCompile(`\{body(:[A-Za-z0-9]+)+\}`)
	for _, to := range []string{
		"{body}", "{body:sha256:HEX}", "{body:sha256:base64}", "{body:md5}", "{body:md5:HEX}", "{body:md5:base64}",
		"{body:sha256}", "{body:sha1}", "{body:sm3}",
	} {
		change("the body as "+to, func(over string) string { return hashed.ReplaceAllString(over, to) })
	}
	return out
}

// hashVariants are mistakes in the input of a hash.
func hashVariants() []variant {
	var out []variant
	for _, hash := range crypt.Hashes() {
		inHex := func(s string) string { return string(crypt.Encode(nil, "hex", crypt.Sum(nil, hash, []byte(s)))) }
		out = append(out,
			post("the "+hash+" of the string in hex, not the string", inHex),
			post("the raw bytes of the "+hash+" of the string, not the string", func(s string) string {
				return string(crypt.Sum(nil, hash, []byte(s)))
			}),
			variant{"the raw bytes of the body's " + hash + ", not its hex", func(a *attempt) {
				body := string(a.request.Body)
				a.post = append(a.post, func(s string) string {
					return strings.ReplaceAll(s, inHex(body), string(crypt.Sum(nil, hash, []byte(body))))
				})
			}},
		)
	}
	return out
}

// postVariants are mistakes in the string as a whole.
func postVariants() []variant {
	return []variant{
		post("a line feed at the end of the string", func(s string) string { return s + "\n" }),
		post("CR LF at the end of the string", func(s string) string { return s + "\r\n" }),
		post("no line break at the end of the string", func(s string) string { return strings.TrimRight(s, "\r\n") }),
		post("CR LF instead of line feeds", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }),
		post("no line feeds between the values", func(s string) string { return strings.ReplaceAll(s, "\n", "") }),
		post(`the two characters \n instead of line feeds`, func(s string) string {
			return strings.ReplaceAll(s, "\n", `\n`)
		}),
		post("& at the end of the string", func(s string) string { return s + "&" }),
		post("no & between the values", func(s string) string { return strings.ReplaceAll(s, "&", "") }),
		post("the string in lower case", strings.ToLower),
		post("the string in upper case", strings.ToUpper),
		post("the string URL-escaped", url.QueryEscape),
		post("+ instead of %20", func(s string) string { return strings.ReplaceAll(s, "%20", "+") }),
		post("lower case % escapes", lowerEscapes),
		post("the string in GBK", gbk),
	}
}

// bodyVariants are mistakes in the sender's body.
func bodyVariants() []variant {
	return []variant{
		body("the body without the line break at its end", func(b []byte) []byte { return bytes.TrimRight(b, "\r\n") }),
		body("the body with a line feed at its end", func(b []byte) []byte { return append(b, '\n') }),
		body("the body with CR LF at its end", func(b []byte) []byte { return append(b, "\r\n"...) }),
		body("an empty body", func([]byte) []byte { return nil }),
		body("the JSON without blanks: it was written again after signing", func(b []byte) []byte {
			return rewrite(b, "", "")
		}),
		body("the JSON with blanks behind , and :, as Python writes it", func(b []byte) []byte {
			return rewrite(b, " ", "")
		}),
		body("the JSON indented", func(b []byte) []byte { return rewrite(b, "", "  ") }),
		body("the JSON with sorted keys", sortedKeys),
		body(`the JSON with escaped slashes (\/), as PHP writes it`, func(b []byte) []byte {
			return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte(`\/`), []byte("/")), []byte("/"), []byte(`\/`))
		}),
		body(`the JSON without escaped slashes (\/)`, func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`\/`), []byte("/"))
		}),
		body(`the JSON with \uXXXX for Chinese characters`, func(b []byte) []byte {
			return []byte(escapeUnicode(string(b)))
		}),
		body(`the JSON with Chinese characters instead of \uXXXX`, func(b []byte) []byte {
			return []byte(unescapeUnicode(string(b)))
		}),
		body("the body in GBK", func(b []byte) []byte { return []byte(gbk(string(b))) }),
	}
}

// targetVariants are mistakes in the sender's query and path.
func targetVariants() []variant {
	query := func(cause string, change func(string) string) variant {
		return variant{cause, func(a *attempt) { a.request.Query = change(a.request.Query) }}
	}
	return []variant{
		query("the query without URL escapes", func(s string) string {
			out, _ := url.QueryUnescape(s)
			return out
		}),
		query("the query sorted by name", sortedPairs),
		query("no query", func(string) string { return "" }),
		query("%20 instead of + in the query", func(s string) string { return strings.ReplaceAll(s, "+", "%20") }),
		{"the path without URL escapes", func(a *attempt) { a.request.Path, _ = url.PathUnescape(a.request.Path) }},
	}
}

// timeVariants are mistakes in the unit of the time.
func timeVariants(t *signature.Time) []variant {
	if t == nil {
		return nil
	}
	change := func(cause string, f func(sent string) string) variant {
		return variant{cause, func(a *attempt) {
			if sent := a.e.t.Value(t.Value); len(sent) > 3 {
				_ = a.e.c.Put(&a.request, t.Value, f(sent)) // a value of the declaration
			}
		}}
	}
	return []variant{
		change("the time in seconds", func(sent string) string { return sent[:len(sent)-3] }),
		change("the time in milliseconds", func(sent string) string { return sent + "000" }),
	}
}

// rewrite writes JSON again: with a blank behind , and :, or indented.
func rewrite(b []byte, blank, indent string) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	if indent != "" {
		plain := bytes.Clone(out.Bytes())
		out.Reset()
		_ = json.Indent(&out, plain, "", indent)
		return out.Bytes()
	}
	var spaced []byte
	quoted, escaped := false, false
	for _, one := range out.Bytes() {
		spaced = append(spaced, one)
		switch {
		case escaped:
			escaped = false
		case quoted && one == '\\':
			escaped = true
		case one == '"':
			quoted = !quoted
		case !quoted && (one == ',' || one == ':'):
			spaced = append(spaced, blank...)
		}
	}
	return spaced
}

// sortedKeys writes JSON again with sorted keys.
func sortedKeys(b []byte) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&v) != nil || d.Decode(&v) != io.EOF {
		return b
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return b
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// escapeUnicode writes \uXXXX for characters outside ASCII.
func escapeUnicode(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// unescapeUnicode is the reverse of escapeUnicode.
func unescapeUnicode(s string) string {
	escapes := regexp.MustCompile(`(\\u[0-9A-Fa-f]{4})+`)
	return escapes.ReplaceAllStringFunc(s, func(run string) string {
		var out string
		if json.Unmarshal([]byte(`"`+run+`"`), &out) != nil || strings.ContainsAny(out, "\"\\\n\r\t\x00") {
			return run
		}
		return out
	})
}

// lowerEscapes writes %XX as %xx.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], strings.ToLower(s[i:i+3]))
		}
	}
	return string(b)
}

// gbk writes a text in GBK, or leaves it where GBK lacks a character.
func gbk(s string) string {
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		return s
	}
	return out
}
