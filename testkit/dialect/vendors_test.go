package dialect_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func md5Of(s string) string {
	sum := md5.Sum([]byte(s))
	return hexOf(sum[:])
}

func shaOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToUpper(hexOf(sum[:]))
}

func macOf(key, s string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(s))
	return hexOf(h.Sum(nil))
}

// wire is a message with its headers as lines.
func wire(target, head, body string) *message.Message {
	m := &message.Message{Method: "POST", Scheme: "https", Host: "www.bitstamp.net", Header: http.Header{}, Body: []byte(body)}
	m.Path, m.Query, _ = strings.Cut(target, "?")
	for line := range strings.SplitSeq(head, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			m.Header.Set(name, value)
		}
	}
	return m
}

// vendorCase is what somebody signs in place of the text that a page asks for.
type vendorCase struct{ name, signed, want string }

// vendor is a protocol that was written from the manual, and how its messages are made of
// the text that is signed.
type vendor struct {
	push  bool
	send  func(signed string) *message.Message
	cases []vendorCase
}

func vendors() map[string]vendor {
	const form = "Content-Type: application/x-www-form-urlencoded"
	ecpay := "HashKey=pwFHCqoQZGmho4w6&EncryptType=1&ItemName=X2 #a&MerchantID=3002607&HashIV=EkRm7iFT261dpevs"
	lengths := func(n string) string {
		return "06-appkey:0008-test2-xx;05-buyer:" + n + "-要快;03-sid:0010-apidevnew2;09-timestamp:0010-1795847100"
	}
	event := `{"type":"payment","amount":"3.00","sign":""}`
	const nonce, kind, body = "f93c979d-b00d-43a9-9b9c-fd4cd9547fa6", "application/x-www-form-urlencoded", "amount=1.0"
	stamp := func(app, host string) string {
		return app + "POST" + host + "/api/v2/buy/a=1" + kind + nonce + "1795847100000v2" + body
	}
	order := func(parts string) string {
		return "sec" + parts + `method/ecap/v1/orders/createparam_json[{"orderId":"1"}]timestamp2026-11-28 14:25:00v2.0sec`
	}
	return map[string]vendor{
		"ecpay": {send: func(signed string) *message.Message {
			return wire("/x", form, "MerchantID=3002607&EncryptType=1&ItemName=X2+%23a&CheckMacValue="+shaOf(signed))
		}, cases: []vendorCase{
			{"right", strings.ToLower(url.QueryEscape(ecpay)), ""},
			{"nothing is escaped", ecpay, "without url dotnet and lower"},
			{"no HashIV", strings.ToLower(url.QueryEscape(strings.TrimSuffix(ecpay, "&HashIV=EkRm7iFT261dpevs"))), `without "&" and "HashIV=" and \[HashIV\]`},
		}},
		"wangdiantong": {send: func(signed string) *message.Message {
			return wire("/x", form, "appkey=test2-xx&buyer=%E8%A6%81%E5%BF%AB&sid=apidevnew2&timestamp=1795847100&sign="+md5Of(signed+"12345"))
		}, cases: []vendorCase{
			{"right", lengths("0002"), ""},
			{"strlen counts bytes", lengths("0006"), "length counted in bytes"},
		}},
		"cryptomus": {push: true, send: func(signed string) *message.Message {
			sum := md5Of(base64.StdEncoding.EncodeToString([]byte(signed)) + "API")
			return wire("/hook", "", strings.Replace(event, `""`, `"`+sum+`"`, 1))
		}, cases: []vendorCase{
			{"right", strings.Replace(event, `,"sign":""`, "", 1), ""},
			{"the sign is emptied, not taken out", event, "the body with sign as nothing in it"},
		}},
		"bitstamp": {send: func(signed string) *message.Message {
			return wire("/api/v2/buy/?a=1", "X-Auth: BITSTAMP abcdef\nX-Auth-Nonce: "+nonce+"\nX-Auth-Timestamp: 1795847100000\nX-Auth-Version: v2\nContent-Type: "+kind+
				"\nX-Auth-Signature: "+macOf("k3y", signed), body)
		}, cases: []vendorCase{
			{"right", stamp("BITSTAMP abcdef", "www.bitstamp.net"), ""},
			{"the key alone", stamp("abcdef", "www.bitstamp.net"), `without "BITSTAMP" and " "`},
			{"a scheme", stamp("BITSTAMP abcdef", "https://www.bitstamp.net"), "with https:// in front"},
		}},
		"jd-logistics": {send: func(signed string) *message.Message {
			return wire("/ecap/v1/orders/create?LOP-DN=express&app_key=3a2f&access_token=tok&timestamp=2026-11-28+14%3A25%3A00&v=2.0&algorithm=md5-salt&sign="+md5Of(signed),
				"Content-Type: application/json", `[{"orderId":"1"}]`)
		}, cases: []vendorCase{
			{"right", order("access_tokentokapp_key3a2f"), ""},
			{"two fields exchanged", order("app_key3a2faccess_tokentok"), `"access_token" with .* and "app_key" with .* exchanged`},
		}},
	}
}

// TestVendors: mistakes with steps that count, with words between the holes, and with what
// a signature is left out of, are named first.
func TestVendors(t *testing.T) {
	t.Parallel()
	for name, v := range vendors() {
		for _, c := range v.cases {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				d := open(t, name, v.push, func(*sender, map[string]string) *message.Message { return v.send(c.signed) })
				causes, refused := d.find(t, nil)
				if refused != (c.want != "") {
					t.Fatalf("refused is %v", refused)
				}
				if c.want != "" && (len(causes) == 0 || !regexp.MustCompile(c.want).MatchString(causes[0])) {
					t.Errorf("want %s in %q", c.want, causes)
				}
			})
		}
	}
}
