package dialect_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"math/big"
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// mistake is what a sender does wrong, and what a finding must say of it.
type mistake struct {
	name string
	want string // a pattern of the causes, empty: any
	made func() *sender
}

// keeping escapes like a language does that leaves some characters as they are.
func keeping(safe, blank string, lower bool) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			ch := s[i]
			switch {
			case '0' <= ch && ch <= '9' || 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z' || ch < 128 && strings.ContainsRune(safe, rune(ch)):
				b.WriteByte(ch)
			case ch == ' ' && blank != "":
				b.WriteString(blank)
			case lower:
				fmt.Fprintf(&b, "%%%02x", ch)
			default:
				fmt.Fprintf(&b, "%%%02X", ch)
			}
		}
		return b.String()
	}
}

func javaURL(s string) string { return keeping("-_.*", "+", false)(s) }

func gbkOf(s string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		return s
	}
	return out
}

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func latin1(s string) []byte {
	var out []byte
	for _, r := range s {
		if r > 255 {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return out
}

func mojibake(s string) []byte {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return []byte(b.String())
}

func escaped(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if u < 128 {
			b.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

func value(f func(string) string) func() *sender {
	return func() *sender { return &sender{value: f} }
}

func escapes(f func(string) string) func() *sender {
	return func() *sender { return &sender{esc: f} }
}

func body(f func(string) string) func() *sender { return func() *sender { return &sender{body: f} } }

func whole(f func(string) string) func() *sender {
	return func() *sender { return &sender{text: func(s string) []byte { return []byte(f(s)) }} }
}

func encodes(f func([]byte) string) func() *sender {
	return func() *sender { return &sender{encode: f} }
}

func digests(f func(key, text []byte) []byte) func() *sender {
	return func() *sender { return &sender{digest: f} }
}

func keys(f func(string) []byte) func() *sender { return func() *sender { return &sender{key: f} } }

func replaces(oldNew ...string) func(string) string { return strings.NewReplacer(oldNew...).Replace }

func sorts(less func(a, b pair) bool) func() *sender {
	return func() *sender {
		return &sender{sort: func(l []pair) { sort.SliceStable(l, func(i, j int) bool { return less(l[i], l[j]) }) }}
	}
}

func swapped(i, j int) func() *sender {
	return func() *sender {
		return &sender{frame: func(l []string) []string {
			l = append([]string(nil), l...)
			if j >= len(l) {
				return l
			}
			l[i], l[j] = l[j], l[i]
			return l
		}}
	}
}

func dropped(i int) func() *sender {
	return func() *sender {
		return &sender{frame: func(l []string) []string {
			if i >= len(l) {
				return l
			}
			return append(append([]string(nil), l[:i]...), l[i+1:]...)
		}}
	}
}

func sums(h func() hash.Hash) func(key, text []byte) []byte {
	return func(_, text []byte) []byte { return digestOf(h, text) }
}

func macs(h func() hash.Hash) func(key, text []byte) []byte {
	return func(key, text []byte) []byte {
		d := hmac.New(h, key)
		d.Write(text)
		return d.Sum(nil)
	}
}

func mistakes() []mistake {
	comma := ","
	empty := ""
	nl := "\n"
	return []mistake{
		{"java", "URLEncoder", escapes(javaURL)},
		{"php urlencode", "urlencode", escapes(keeping("-_.", "+", false))},
		{"rawurlencode", "RFC 3986", escapes(rfc3986)},
		{"encodeURIComponent", "encodeURIComponent", escapes(keeping("-_.!~*'()", "", false))},
		{"encodeURI", "encodeURI", escapes(keeping("-_.!~*'();/?:@&=+$,#", "", false))},
		{"quote", "Python's quote", escapes(keeping("-_.~/", "", false))},
		{"quote_plus", "quote_plus", escapes(keeping("-_.~", "+", false))},
		{"PathEscape", "PathEscape", escapes(keeping("-_.~$&+:=@", "", false))},
		{"HttpUtility", "HttpUtility", escapes(keeping("-_.!*()", "+", true))},
		{"java %20", `\+ as %20`, escapes(func(s string) string { return strings.ReplaceAll(javaURL(s), "+", "%20") })},
		{"twice", "twice|escaped as RFC", escapes(func(s string) string { return rfc3986(rfc3986(s)) })},
		{"gbk value", "GB", value(func(s string) string { return gbkOf(s) })},
		{"gbk escaped", "GB|URLEncoder", escapes(func(s string) string { return javaURL(gbkOf(s)) })},
		{"plus", `\+`, value(replaces(" ", "+"))},
		{"raw plus", `blanks for \+`, value(replaces("+", " "))},
		{"lower values", "lower case", value(strings.ToLower)},
		{"trimmed values", "lower", value(strings.ToLower)},
		{"no blanks", "without any blanks", value(func(s string) string { return strings.Join(strings.Fields(s), "") })},
		{"lf for crlf", `\\n for \\r\\n|without url|escapes`, value(replaces("\r\n", "\n"))},
		{"1.0 as 1", "shortest", value(func(s string) string { return strings.TrimSuffix(s, ".0") })},
		{"bool", "1 or 0", value(func(s string) string {
			if s == "true" {
				return "1"
			}
			return s
		})},
		{"True", "True", value(func(s string) string {
			if s == "true" {
				return "True"
			}
			return s
		})},
		{"nfd", "NFD", value(norm.NFD.String)},
		{"html", "entities", value(replaces("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;"))},
		{"one escaped", "alone", func() *sender {
			return &sender{value: func(s string) string {
				if strings.HasPrefix(s, "张") || strings.HasPrefix(s, "测试") || strings.HasPrefix(s, "{") && !strings.Contains(s, "v/1") {
					return javaURL(s)
				}
				return s
			}}
		}},
		{"upper names", "upper case", func() *sender { return &sender{name: strings.ToUpper} }},
		{"lower names", "lower case", func() *sender { return &sender{name: strings.ToLower} }},
		{"no case sort", "letter case", sorts(func(a, b pair) bool { return strings.ToLower(a.name) < strings.ToLower(b.name) })},
		{"by value", "value", sorts(func(a, b pair) bool { return a.value < b.value })},
		{"reversed", "Z to A", sorts(func(a, b pair) bool { return a.name > b.name })},
		{"listed", "order", func() *sender { return &sender{sort: func([]pair) {}} }},
		{"by length", "length", sorts(func(a, b pair) bool { return len(a.name) < len(b.name) })},
		{"empty kept", "empty", func() *sender { return &sender{keep: func(pair) bool { return true }} }},
		{"empty left out", "empty", func() *sender { return &sender{keep: func(p pair) bool { return p.value != "" }} }},
		{"empty null", "null", func() *sender {
			return &sender{keep: func(pair) bool { return true }, value: func(s string) string {
				if s == "" {
					return "null"
				}
				return s
			}}
		}},
		{"one left out", "without", func() *sender {
			return &sender{keep: func(p pair) bool {
				return p.value != "" && p.name != "name" && p.name != "version" && p.name != "Attach" && p.name != "v" && p.name != "Version"
			}}
		}},
		{"comma", `","`, func() *sender { return &sender{join: &comma} }},
		{"no join", `""`, func() *sender { return &sender{join: &empty} }},
		{"lines", `"\\n"`, func() *sender { return &sender{join: &nl} }},
		{"name value", "without a separator", func() *sender { return &sender{pair: func(n, v string) string { return n + v }} }},
		{"name=value", "name=value", func() *sender { return &sender{pair: equals} }},
		{"values", "values alone", func() *sender { return &sender{pair: func(_, v string) string { return v }} }},
		{"colon", "name:value", func() *sender { return &sender{pair: func(n, v string) string { return n + ":" + v }} }},
		{"path slash", "slash at its end", func() *sender { return &sender{path: func(s string) string { return s + "/" }} }},
		{"url for path", "URL", func() *sender { return &sender{path: func(s string) string { return "https://api.example.com" + s }} }},
		{"path without prefix", "segment", func() *sender {
			return &sender{path: func(s string) string { return s[strings.LastIndex(s, "/"):] }}
		}},
		{"no slash in front", "slash", func() *sender { return &sender{path: func(s string) string { return strings.TrimPrefix(s, "/") }} }},
		{"method lower", "lower case", func() *sender { return &sender{method: strings.ToLower} }},
		{"?query", `\?`, func() *sender { return &sender{query: func(s string) string { return "?" + s }} }},
		{"sorted query", "sorted", func() *sender { return &sender{query: func(string) string { return "b=2&customerId=1" }} }},
		{"no query", "query", func() *sender { return &sender{query: func(string) string { return "" }} }},
		{"time in s", "seconds", func() *sender { return &sender{time: func(string) string { return seconds }} }},
		{"time in ms", "milliseconds", func() *sender { return &sender{time: func(string) string { return millis }} }},
		{"date", "yyyy-MM-dd", func() *sender { return &sender{time: func(string) string { return "2026-11-28 14:25:00" }} }},
		{"other app", "nothing", func() *sender { return &sender{app: func(string) string { return "" }} }},
		{"compact", "without blanks", body(func(string) string { return chinese })},
		{"go json", "Go", body(replaces("<", `\u003c`, ">", `\u003e`, "&", `\u0026`))},
		{"php json", "PHP", body(func(s string) string { return strings.ReplaceAll(escaped(s), "/", `\/`) })},
		{"python json", "Python", body(func(s string) string { return escaped(replaces(`,"`, `, "`, `":`, `": `)(s)) })},
		{"python no ascii", "ensure_ascii=False", body(replaces(`,"`, `, "`, `":`, `": `))},
		{"slashes", `\\/`, body(replaces("/", `\/`))},
		{"1.0 in json", "shortest", body(replaces("1.0,", "1,", "10.50", "10.5"))},
		{"null left out", "null left out", body(replaces(`"note":null,`, ""))},
		{"sorted json", "names sorted", body(func(string) string { return `{"Zed":1.0,"amount":10.50,"name":"张三 & <b>","note":null,"url":"a/b"}` })},
		{"indent 2", "indented by 2", body(func(string) string {
			return "{\n  \"Zed\": 1.0,\n  \"name\": \"张三 & <b>\",\n  \"url\": \"a/b\",\n  \"note\": null,\n  \"amount\": 10.50\n}"
		})},
		{"indent tab", "tab", body(func(string) string {
			return "{\n\t\"Zed\": 1.0,\n\t\"name\": \"张三 & <b>\",\n\t\"url\": \"a/b\",\n\t\"note\": null,\n\t\"amount\": 10.50\n}"
		})},
		{"map toString", "Map.toString", body(func(string) string { return "{Zed=1.0, name=张三 & <b>, url=a/b, note=null, amount=10.50}" })},
		{"python str", "Python's str", body(func(string) string {
			return "{'Zed': 1.0, 'name': '张三 & <b>', 'url': 'a/b', 'note': None, 'amount': 10.50}"
		})},
		{"as pairs", "name=value", body(func(string) string { return "Zed=1.0&name=张三 & <b>&url=a/b&note=null&amount=10.50" })},
		{"body \\n", "line end", body(func(s string) string { return s + "\n" })},
		{"bom", "byte order mark", body(func(s string) string { return "\ufeff" + s })},
		{"empty body", "nothing", body(func(string) string { return "" })},
		{"quoted", "quotes", body(func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` })},
		{"base64 body", "base64", body(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })},
		{"md5 first", "md5", whole(func(s string) string { return hex.EncodeToString(digestOf(md5.New, []byte(s))) })},
		{"\\n at end", "line end at its end", whole(func(s string) string { return s + "\n" })},
		{"& at end", "& at its end", whole(func(s string) string { return s + "&" })},
		{"crlf", `\\r\\n`, whole(replaces("\n", "\r\n"))},
		{"literal \\n", `\\n`, whole(replaces("\n", `\n`))},
		{"no line ends", `"" between|without its`, whole(replaces("\n", ""))},
		{"upper text", "upper case", whole(strings.ToUpper)},
		{"lower text", "lower case", whole(strings.ToLower)},
		{"latin1", "ISO-8859-1", func() *sender { return &sender{text: latin1} }},
		{"utf16", "UTF-16LE", func() *sender { return &sender{text: utf16le} }},
		{"mojibake", "read as Latin-1", func() *sender { return &sender{text: mojibake} }},
		{"gb18030 text", "GB", whole(gbkOf)},
		{"escaped text", "escaped", whole(javaURL)},
		{"unicode escapes", `\\uXXXX`, whole(escaped)},
		{"gbk everywhere", "GB", func() *sender { return &sender{all: func(s string) []byte { return []byte(gbkOf(s)) }} }},
		{"crlf everywhere", `\\r\\n`, func() *sender {
			return &sender{all: func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }}
		}},
		{"exchanged", "", swapped(0, 1)},
		{"exchanged ends", "", swapped(1, 3)},
		{"first left out", "without", dropped(0)},
		{"second left out", "", dropped(1)},
		{"comma lines", ",", func() *sender {
			return &sender{text: func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", ",")) }}
		}},
		{"HEX", "upper case|HEX", encodes(upperHex)},
		{"hex", "lower case|as hex", encodes(hex.EncodeToString)},
		{"base64", "base64", encodes(base64.StdEncoding.EncodeToString)},
		{"base64url", "base64", encodes(base64.URLEncoding.EncodeToString)},
		{"base64 of hex", `base64 of the hex|hex\|base64`, encodes(func(b []byte) string { return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(b))) })},
		{"hex of hex", `hex of the hex|hex\|hex`, encodes(func(b []byte) string { return hex.EncodeToString([]byte(hex.EncodeToString(b))) })},
		{"dashes", "BitConverter", encodes(func(b []byte) string {
			var out []string
			for _, ch := range b {
				out = append(out, fmt.Sprintf("%02X", ch))
			}
			return strings.Join(out, "-")
		})},
		{"sign extended", "ffffff", encodes(func(b []byte) string {
			out := ""
			for _, ch := range b {
				out += fmt.Sprintf("%x", uint32(int32(int8(ch))))
			}
			return out
		})},
		{"no zeros", "", encodes(func(b []byte) string {
			out := ""
			for _, ch := range b {
				out += fmt.Sprintf("%x", ch)
			}
			return out
		})},
		{"BigInteger", "", encodes(func(b []byte) string { return new(big.Int).SetBytes(b).Text(16) })},
		{"16 of md5", "16 characters", encodes(func(b []byte) string { return hex.EncodeToString(b)[8:24] })},
		{"prefix", "front", func() *sender { return &sender{came: func(s string) string { return "sha256=" + s }} }},
		{"0x", "0x", func() *sender { return &sender{came: func(s string) string { return "0x" + s }} }},
		{"quoted sign", "quotes", func() *sender { return &sender{came: func(s string) string { return `"` + s + `"` }} }},
		{"token", `\[token\]`, keys(func(string) []byte { return []byte("t") })},
		{"upper key", "upper case", keys(func(s string) []byte { return []byte(strings.ToUpper(s)) })},
		{"key \\n", `line end|"\\n"`, keys(func(s string) []byte { return []byte(s + "\n") })},
		{"md5 key", "md5", keys(func(s string) []byte { return []byte(hex.EncodeToString(digestOf(md5.New, []byte(s)))) })},
		{"base64 key", "base64", keys(func(s string) []byte { return []byte(base64.StdEncoding.EncodeToString([]byte(s))) })},
		{"md5", "md5", digests(sums(md5.New))},
		{"sha1", "sha1", digests(sums(sha1.New))},
		{"sha256", "sha256", digests(sums(sha256.New))},
		{"sm3", "sm3", digests(sums(sm3.New))},
		{"hmac-sha1", "hmac-sha1", digests(macs(sha1.New))},
		{"hmac-md5", "hmac-md5", digests(macs(md5.New))},
		{"hmac-sha256", "hmac-sha256", digests(macs(sha256.New))},
		{"hmac-sha512", "hmac-sha512", digests(macs(sha512.New))},
		{"key behind", "", digests(func(key, text []byte) []byte { return digestOf(sha256.New, append(append([]byte{}, text...), key...)) })},
		{"key in front", "", digests(func(key, text []byte) []byte { return digestOf(sha256.New, append(append([]byte{}, key...), text...)) })},
		{"digest twice", "digest of the digest", digests(func(key, text []byte) []byte {
			return digestOf(md5.New, []byte(hex.EncodeToString(digestOf(md5.New, text))))
		})},
		{"around: behind", "at the end", func() *sender { return &sender{around: func(s, key string) string { return s + key }} }},
		{"around: front", "in front", func() *sender { return &sender{around: func(s, key string) string { return key + s }} }},
		{"around: none", "without", func() *sender { return &sender{around: func(s, _ string) string { return s }} }},
		{"around: &key=", "key=", func() *sender { return &sender{around: func(s, key string) string { return s + "&key=" + key }} }},
		{"around: &secret=", "secret=", func() *sender { return &sender{around: func(s, key string) string { return s + "&secret=" + key }} }},
		{"around: KEY=", "", func() *sender { return &sender{around: func(s, key string) string { return s + "&KEY=" + key }} }},
		{"hmac for md5", "hmac-md5", func() *sender {
			return &sender{around: func(s, _ string) string { return s }, digest: func(key, text []byte) []byte { return hmacOf(md5.New, key, text) }}
		}},
		{"hmac-sha256 for md5", "hmac-sha256", func() *sender {
			return &sender{around: func(s, _ string) string { return s }, digest: func(key, text []byte) []byte { return hmacOf(sha256.New, key, text) }}
		}},
		{"rsa sha1", "rsa-sha1", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte { return signed(k, crypto.SHA1, digestOf(sha1.New, text)) }}
		}},
		{"rsa md5", "rsa-md5", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte { return signed(k, crypto.MD5, digestOf(md5.New, text)) }}
		}},
		{"pss", "pss", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte {
				out, _ := rsa.SignPSS(rand.Reader, k, crypto.SHA256, digestOf(sha256.New, text), nil)
				return out
			}}
		}},
		{"over hex", "in hex", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte {
				return signed(k, crypto.SHA256, digestOf(sha256.New, []byte(hex.EncodeToString(digestOf(sha256.New, text)))))
			}}
		}},
		{"cipher of digest", "encrypted", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte { return signed(k, 0, digestOf(sha256.New, text)) }}
		}},
		{"cipher of hex", "encrypted", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte {
				return signed(k, 0, []byte(hex.EncodeToString(digestOf(md5.New, text))))
			}}
		}},
		{"java and HEX", "", func() *sender { return &sender{value: javaURL, encode: upperHex} }},
		{"no case and gbk", "", func() *sender {
			s := sorts(func(a, b pair) bool { return strings.ToLower(a.name) < strings.ToLower(b.name) })()
			s.text = func(s string) []byte { return []byte(gbkOf(s)) }
			return s
		}},
		{"json and \\n", "", func() *sender {
			return &sender{body: replaces("/", `\/`), text: func(s string) []byte { return []byte(s + "\n") }}
		}},
		{"method and base64", "", func() *sender { return &sender{method: strings.ToLower, encode: base64.StdEncoding.EncodeToString} }},
	}
}

func signed(k *rsa.PrivateKey, h crypto.Hash, digest []byte) []byte {
	out, err := rsa.SignPKCS1v15(nil, k, h, digest)
	if err != nil {
		panic(err)
	}
	return out
}
