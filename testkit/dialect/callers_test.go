package dialect_test

import (
	"crypto"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// caller is a mistake of somebody's program, as it meets one protocol.
type caller struct {
	name string // what the program does
	desk string // the protocol
	want string // a pattern of the first finding; "none": nothing is to be found
	make build
}

// hooked is a mistake of a sender of this test.
func hooked(name, desk, want string, s func() *sender) caller {
	makes := map[string]build{
		"parcel": parcel, "custservice": custservice, "taobao-top": taobao, "wechat-pay-v2": wechat, "aliyun-rpc": aliyun, "tencent-tc3": tc3, "alipay": alipay(rsaKey),
		"stripe-webhook": stripe,
	}
	return caller{name, desk, want, func(_ *sender, k map[string]string) *message.Message { return makes[desk](s(), k) }}
}

// plus sends further parameters.
func plus(more ...pair) func([]pair) []pair {
	return func(list []pair) []pair { return append(list, more...) }
}

// says replaces one value in the string to sign.
func says(old, with string) func(string) string {
	return func(s string) string {
		if s == old {
			return with
		}
		return s
	}
}

func framed(i int, f func(string) string) func([]string) []string {
	return func(l []string) []string {
		l = slices.Clone(l)
		l[i] = f(l[i])
		return l
	}
}

func always(s string) func(string) string { return func(string) string { return s } }

// listed writes bytes as a language prints a list of them.
func listed(open, between, end string, signed bool) func([]byte) string {
	return func(b []byte) string {
		var out []string
		for _, ch := range b {
			if signed {
				out = append(out, fmt.Sprint(int8(ch)))
			} else {
				out = append(out, fmt.Sprint(ch))
			}
		}
		return open + strings.Join(out, between) + end
	}
}

func parameterCallers() []caller {
	value := func(name, desk, want string, sent []pair, f func(string) string) caller {
		return hooked(name, desk, want, func() *sender { return &sender{sent: plus(sent...), value: f} })
	}
	amount := func(s string) []pair { return []pair{{"zamount", s}} }
	const at = "2026-11-28 14:25:00"
	return []caller{
		value("JavaScript joins an object", "taobao-top", `\[object Object\]`, nil, says(`{"k":"v/1"}`, "[object Object]")),
		value("PHP joins an array", "parcel", `"Array"|as Array`, nil, says(`{"k":"v/1"}`, "Array")),
		hooked("axios writes the query", "parcel", "axios", func() *sender { return &sender{esc: keeping("-_.!~*'():$,", "+", false)} }),
		hooked("Swift's urlQueryAllowed", "parcel", "Swift", func() *sender { return &sender{esc: keeping("-_.~!$&'()*+,/:;=?@", "", false)} }),
		hooked("Alamofire keeps ? and /", "aliyun-rpc", "Alamofire", func() *sender {
			return &sender{esc: keeping("-_.~/?", "", false), sent: plus(pair{"q", "a?b/c"})}
		}),
		value("values are trimmed", "wechat-pay-v2", "without blanks at its ends", []pair{{"memo", " a "}}, strings.TrimSpace),
		value("BigDecimal.stripTrailingZeros", "parcel", "stripTrailingZeros", amount("1200.00"), says("1200.00", "1.2E+3")),
		value("thousands in groups", "parcel", "thousands", amount("12345.60"), says("12345.60", "12,345.60")),
		value("a decimal comma", "taobao-top", "comma", amount("12345.60"), says("12345.60", "12345,60")),
		value("yuan for fen", "wechat-pay-v2", "yuan|hundred", amount("1250"), says("1250", "12.50")),
		value("hh for HH", "taobao-top", "12 hours|hh", nil, says(at, "2026-11-28 02:25:00")),
		value("mm for MM", "taobao-top", "mm", nil, says(at, "2026-25-28 14:25:00")),
		value("minutes that are months", "alipay", "MM", nil, says(at, "2026-11-28 14:11:00")),
		value("Java's Date.toString", "alipay", "Date.toString", nil, says(at, "Sat Nov 28 14:25:00 CST 2026")),
		value("JavaScript's Date as a text", "taobao-top", "JavaScript", nil, says(at, "Sat Nov 28 2026 14:25:00 GMT+0800 (China Standard Time)")),
		value(".NET's DateTime as a text", "taobao-top", "NET", nil, says(at, "2026/11/28 14:25:00")),
		value("Python's datetime.isoformat", "alipay", "ISO", nil, says(at, "2026-11-28T14:25:00")),
		hooked("Python's time.time as a float", "parcel", `float|1\.0|decimal`, func() *sender { return &sender{time: always(seconds + ".0")} }),
		hooked("time() a second time", "parcel", "1 second", func() *sender { return &sender{time: always("1795847101")} }),
		hooked("Date.now() a second time", "custservice", "7 milliseconds", func() *sender { return &sender{time: always("1795847100007")} }),
		value("the UUID without dashes", "wechat-pay-v2", "without -|dashes", []pair{{"uid", "550e8400-e29b-41d4-a716-446655440000"}}, says("550e8400-e29b-41d4-a716-446655440000", "550e8400e29b41d4a716446655440000")),
		hooked("a map keeps the last of a name", "parcel", "the last", func() *sender {
			return &sender{sent: plus(pair{"tag", "a"}, pair{"tag", "b"}), keep: func(p pair) bool { return p.value != "" && p.value != "a" }}
		}),
		hooked("FormValue gives the first of a name", "parcel", "the first", func() *sender {
			return &sender{sent: plus(pair{"tag", "a"}, pair{"tag", "b"}), keep: func(p pair) bool { return p.value != "" && p.value != "b" }}
		}),
		hooked("values of one name joined", "parcel", `joined by ","`, func() *sender {
			return &sender{sent: plus(pair{"tag", "a"}, pair{"tag", "b"}), value: says("a", "a,b"), keep: func(p pair) bool { return p.value != "" && p.value != "b" }}
		}),
		hooked("names of lists without []", "parcel", `\[\]`, func() *sender {
			return &sender{sent: plus(pair{"ids[]", "1"}), name: func(s string) string { return strings.TrimSuffix(s, "[]") }}
		}),
		hooked("names of lists with their numbers", "parcel", `\[0\]`, func() *sender {
			return &sender{sent: plus(pair{"ids[]", "1"}), name: func(s string) string { return strings.Replace(s, "[]", "[0]", 1) }}
		}),
		value("CDATA is signed", "wechat-pay-v2", "CDATA", nil, func(s string) string { return "<![CDATA[" + s + "]]>" }),
		hooked("a text that began as null", "taobao-top", "null", func() *sender { return &sender{around: func(s, key string) string { return key + "null" + s + key }} }),
		hooked("a text that began as undefined", "wechat-pay-v2", "undefined", func() *sender {
			return &sender{around: func(s, key string) string { return "undefined" + s + "&key=" + key }}
		}),
		hooked("substring cuts a character too many", "wechat-pay-v2", "without (its|their) last character", func() *sender {
			return &sender{sent: plus(pair{"zz", "12"}), around: func(s, key string) string { return s[:len(s)-1] + "&key=" + key }}
		}),
		hooked("& in front of the first", "wechat-pay-v2", "& in front", func() *sender { return &sender{around: func(s, key string) string { return "&" + s + "&key=" + key }} }),
		hooked("the key is undefined", "wechat-pay-v2", "undefined", func() *sender { return &sender{key: func(string) []byte { return []byte("undefined") }} }),
		hooked("Go's Sum with the text", "wechat-pay-v2", "Sum", func() *sender {
			return &sender{digest: func(_, text []byte) []byte { return append(slices.Clone(text), digestOf(md5.New, nil)...) }}
		}),
		hooked("Python's bytes as a text", "aliyun-rpc", "b'", func() *sender {
			return &sender{encode: func(b []byte) string { return "b'" + base64.StdEncoding.EncodeToString(b) + "'" }}
		}),
		hooked("Java's Arrays.toString", "parcel", "Arrays.toString", func() *sender { return &sender{encode: listed("[", ", ", "]", true)} }),
		hooked("Go's %v", "parcel", "Go", func() *sender { return &sender{encode: listed("[", " ", "]", false)} }),
		hooked("JavaScript joins the bytes", "parcel", "comma|JavaScript", func() *sender { return &sender{encode: listed("", ",", "", false)} }),
		hooked("dashes in lower case", "wechat-pay-v2", "-", func() *sender {
			return &sender{encode: func(b []byte) string { return strings.ReplaceAll(fmt.Sprintf("% x", b), " ", "-") }}
		}),
		hooked("openssl dgst prints more", "parcel", "openssl|front", func() *sender { return &sender{came: func(s string) string { return "SHA2-256(stdin)= " + s }} }),
		hooked("md5sum prints more", "wechat-pay-v2", "behind it", func() *sender { return &sender{came: func(s string) string { return s + "  -" }} }),
		hooked("no key, no rest", "taobao-top", "none", func() *sender { return &sender{key: func(string) []byte { return []byte("another") }} }),
	}
}

func templateCallers() []caller {
	key := func(name, desk, want string, f func(string) []byte) caller {
		return hooked(name, desk, want, func() *sender { return &sender{key: f} })
	}
	digest := func(name, desk, want string, f func(key, text []byte) []byte) caller {
		return hooked(name, desk, want, func() *sender { return &sender{digest: f} })
	}
	type_ := func(header, signed string) caller {
		return caller{"the type " + header + " as " + signed, "tencent-tc3", "charset|parameters", func(_ *sender, k map[string]string) *message.Message {
			m := tc3(&sender{frame: framed(3, replaces("application/json", signed))}, k)
			m.Header.Set("Content-Type", header)
			return m
		}}
	}
	return []caller{
		type_("application/json; charset=utf-8", "application/json"),
		type_("application/json", "application/json; charset=utf-8"),
		type_("application/json;charset=UTF-8", "application/json; charset=utf-8"),
		hooked("UNSIGNED-PAYLOAD", "tencent-tc3", "UNSIGNED-PAYLOAD", func() *sender { return &sender{frame: framed(5, always("UNSIGNED-PAYLOAD"))} }),
		hooked("the hash in capitals", "custservice", "upper case|HEX", func() *sender { return &sender{frame: framed(5, strings.ToUpper)} }),
		hooked("the hash in base64", "custservice", "base64", func() *sender {
			return &sender{frame: framed(5, func(s string) string {
				b, _ := hex.DecodeString(s)
				return base64.StdEncoding.EncodeToString(b)
			})}
		}),
		hooked("a gateway's prefix", "custservice", "/api", func() *sender { return &sender{path: func(s string) string { return "/api" + s }} }),
		{"an escaped path is signed unescaped", "parcel", "without its % escapes", func(_ *sender, k map[string]string) *message.Message {
			m := parcel(&sender{path: always("/parcel/取")}, k)
			m.Path = "/parcel/%E5%8F%96"
			return m
		}},
		hooked("two bodies joined", "custservice", "twice", func() *sender { return &sender{body: func(s string) string { return s + s }} }),
		hooked("large numbers as JavaScript reads them", "custservice", "shortest|JavaScript", func() *sender {
			return &sender{wireBody: always(`{"id":1234567890123456789}`), body: always(`{"id":1234567890123456800}`)}
		}),
		hooked("a naming policy", "custservice", "begin with a small letter", func() *sender {
			return &sender{wireBody: always(`{"ParcelNo":"A-1","User":{"FullName":"B"}}`), body: always(`{"parcelNo":"A-1","user":{"fullName":"B"}}`)}
		}),
		hooked("names in snake case", "custservice", "snake", func() *sender {
			return &sender{wireBody: always(`{"parcelNo":"1","userName":"2"}`), body: always(`{"parcel_no":"1","user_name":"2"}`)}
		}),
		hooked("a template literal with indents", "parcel", "blanks (in front of|behind) ", func() *sender {
			return &sender{text: func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\n    ")) }}
		}),
		hooked("t= is signed", "stripe-webhook", `"t="`, func() *sender { return &sender{time: func(s string) string { return "t=" + s }} }),
		key("the key without its prefix", "stripe-webhook", "prefix", func(s string) []byte { return []byte(strings.TrimPrefix(s, "whsec_")) }),
		key("the key in quotes", "parcel", "quotes", func(s string) []byte { return []byte(`"` + s + `"`) }),
		key("a mark of the byte order before the key", "parcel", "byte order", func(s string) []byte { return []byte("\ufeff" + s) }),
		key("the key behind a blank", "parcel", "blank", func(s string) []byte { return []byte(" " + s) }),
		key("the app's id as the key", "parcel", "app id", func(string) []byte { return []byte("700") }),
		key("the app's id before the key", "parcel", "app id", func(s string) []byte { return []byte("700" + s) }),
		key("no & behind the key", "aliyun-rpc", `&`, func(s string) []byte { return []byte(s) }),
		key("the environment has no key", "parcel", "None|null|undefined", func(string) []byte { return []byte("None") }),
		digest("MD5 over the hex of the HMAC", "parcel", "md5 of", func(key, text []byte) []byte {
			return digestOf(md5.New, []byte(hex.EncodeToString(hmacOf(sha256.New, key, text))))
		}),
		digest("text and key of the HMAC exchanged", "parcel", "as the key", func(key, text []byte) []byte { return hmacOf(sha256.New, text, key) }),
		digest("Go's Sum of an HMAC with the text", "parcel", "Sum", func(key, text []byte) []byte { return append(slices.Clone(text), hmacOf(sha256.New, key, nil)...) }),
		digest("HMAC in a text with its key behind, too", "parcel", "at the end", func(key, text []byte) []byte {
			return hmacOf(sha256.New, key, append(append(slices.Clone(text), "&key="...), key...))
		}),
		digest("the digest in SHA-512, cut", "parcel", "sha512", func(key, text []byte) []byte {
			return hmacOf(crypto.SHA512.New, key, text)[:32]
		}),
		hooked("another path", "custservice", "none", func() *sender { return &sender{path: always("/somewhere/else")} }),
		digest("noise", "custservice", "none", func(_, text []byte) []byte { return digestOf(sha256.New, append(slices.Clone(text), "7381"...)) }),
	}
}

// TestCallers makes mistakes that callers' programs make, in the languages that they
// are written in, one protocol for each: the first finding names the mistake, and where
// there is nothing to be found nothing is.
func TestCallers(t *testing.T) {
	t.Parallel()
	all := desks(t)
	for name, text := range map[string]string{"box": boxProtocol, "gcm": gcmProtocol, "sm": smProtocol, "curve": curveProtocol, "pss": pssProtocol} {
		all[name] = openText(t, text, false, nil)
	}
	named, tried := 0, 0
	for _, c := range slices.Concat(parameterCallers(), templateCallers(), sealedCallers(), pairCallers()) {
		d := *all[c.desk]
		d.make = c.make
		causes, refused := d.find(t, nil)
		if c.want == "none" {
			if len(causes) > 0 {
				t.Errorf("%s / %s: this is found: %q", c.name, c.desk, causes)
			}
			continue
		}
		tried++
		switch {
		case !refused && len(causes) == 0:
			t.Errorf("%s / %s: it holds", c.name, c.desk)
		case len(causes) == 0:
			t.Errorf("%s / %s: nothing was found", c.name, c.desk)
		case !regexp.MustCompile(c.want).MatchString(causes[0]):
			t.Errorf("%s / %s: want %s in\n%s", c.name, c.desk, c.want, strings.Join(causes, "\n"))
		default:
			named++
		}
	}
	t.Logf("%d of %d mistakes are named", named, tried)
}
