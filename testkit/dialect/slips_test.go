package dialect_test

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// slips are mistakes that nobody reported: of parameters with a key behind, of lines with
// a keyed digest, and of base64 inside a keyed digest inside a digest.
func slips() map[string]family {
	const form = "Content-Type: application/x-www-form-urlencoded"
	const exchange, nonce = "/info/Balance", "1795847100000"
	body := "order_currency=BTC&tags%5B%5D=a+b&memo=%E5%BC%A0&empty="
	joined := exchange + "\x00" + body + "\x00" + nonce
	bithumb := func(text string) string {
		return base64.StdEncoding.EncodeToString([]byte(lowHex(mac(sha512.New, "s3cr3t", text))))
	}
	quote := "1795847100000\r\nPOST\r\n/v3/Quotations\r\n\r\n"
	order := `{"data":{"a":"张/b","n":1}}`
	lala := func(text string) string { return lowHex(mac(sha256.New, "sk_test_2", text)) }
	phone := base64.StdEncoding.EncodeToString([]byte(`{"merchantId":"PGTESTPAYUAT","amount":10000}`))
	const salt = "099eb0cd-02cf-4e2a-8aca-3e6c6aff0399"
	pay := func(text string) string { return lowHex(sum(sha256.New, text)) }
	return map[string]family{
		"bithumb": {send: func(sign string) *message.Message {
			return wire(exchange, form+"\nApi-Key: k1\nApi-Nonce: "+nonce+"\nApi-Client-Type: 0\nApi-Sign: "+sign, body)
		}, cases: []signedAs{
			{"right", bithumb(joined), ""},
			{"blanks for zero bytes", bithumb(strings.ReplaceAll(joined, "\x00", " ")), `"`},
			{"nothing for zero bytes", bithumb(strings.ReplaceAll(joined, "\x00", "")), `"`},
			{"the path in lower case", bithumb(strings.ToLower(exchange) + joined[len(exchange):]), "lower case"},
			{"the body unescaped", bithumb(strings.NewReplacer("%5B", "[", "%5D", "]", "+", " ", "%E5%BC%A0", "张").Replace(joined)), "escape"},
			{"%20 for +", bithumb(strings.ReplaceAll(joined, "+", "%20")), "%20|escape"},
			{"brackets kept", bithumb(strings.NewReplacer("%5B", "[", "%5D", "]").Replace(joined)), `\[|escape`},
			{"GBK in the form", bithumb(strings.ReplaceAll(joined, "%E5%BC%A0", "%D5%C5")), "GBK"},
			{"the body escaped again", bithumb(strings.Replace(joined, body, url.QueryEscape(body), 1)), "escape|URLEncoder"},
			{"the empty one left out", bithumb(strings.Replace(joined, "&empty=", "", 1)), "empty"},
			{"seconds", bithumb(strings.Replace(joined, nonce, "1795847100", 1)), "seconds"},
			{"base64 of the bytes", base64.StdEncoding.EncodeToString([]byte(mac(sha512.New, "s3cr3t", joined))), "base64|bytes|without hex"},
			{"hex alone", lowHex(mac(sha512.New, "s3cr3t", joined)), "hex|base64"},
			{"the key with a line end", base64.StdEncoding.EncodeToString([]byte(lowHex(mac(sha512.New, "s3cr3t\n", joined)))), "line end"},
			{"the app as key", base64.StdEncoding.EncodeToString([]byte(lowHex(mac(sha512.New, "k1", joined)))), "app id"},
			{"by nobody", bithumb(joined + "nobody"), "none"},
		}},
		"lalamove": {send: func(sign string) *message.Message {
			return wire("/v3/Quotations", "Content-Type: application/json\nMarket: HK\nRequest-ID: 6f1f6a0e-5b0a-4d6e-9c1d-2d8f0e0d7a11\nAuthorization: hmac pk_test_1:1795847100000:"+sign, order)
		}, cases: []signedAs{
			{"right", lala(quote + order), ""},
			{"line feeds alone", lala(strings.ReplaceAll(quote, "\r\n", "\n") + order), `\\n|line`},
			{"no empty line", lala(strings.TrimSuffix(quote, "\r\n") + order), `line|\\r\\n`},
			{"the payload without its member", lala(quote + `{"a":"张/b","n":1}`), "payload|data"},
			{"slashes escaped", lala(quote + strings.ReplaceAll(order, "/", `\/`)), `/`},
			{"a member left out", lala(quote + `{"data":{"a":"张/b"}}`), "none"},
			{"a line end behind the body", lala(quote + order + "\n"), "line end"},
			{"a BOM", lala(quote + "\ufeff" + order), "byte order mark"},
			{"Latin-1 read", lala(quote + string(mojibake(order))), "Latin-1|read as"},
			{"in capitals", strings.ToUpper(lala(quote + order)), "upper case|HEX"},
			{"the whole URL", lala(strings.Replace(quote, "/v3", "https://www.bitstamp.net/v3", 1) + order), "https|URL"},
			{"the key in base64", lowHex(mac(sha256.New, base64.StdEncoding.EncodeToString([]byte("sk_test_2")), quote+order)), "base64"},
			{"the key without its prefix", lowHex(mac(sha256.New, "2", quote+order)), "prefix"},
			{"a digest in place of the body", lala(quote + lowHex(sum(sha256.New, order))), "sha256"},
			{"local time", lala(strings.Replace(quote, "1795847100000", "2026-11-28 14:25:00", 1) + order), "time"},
		}},
		"phonepe": {send: func(sign string) *message.Message {
			return wire("/pg/v1/pay", "Content-Type: application/json\nX-VERIFY: "+sign+"###1", `{"request":"`+phone+`"}`)
		}, cases: []signedAs{
			{"right", pay(phone + "/pg/v1/pay" + salt), ""},
			{"the key in front", pay(salt + phone + "/pg/v1/pay"), "exchanged|front|joined"},
			{"no path", pay(phone + salt), "path"},
			{"the JSON in place of base64", pay(`{"merchantId":"PGTESTPAYUAT","amount":10000}` + "/pg/v1/pay" + salt), "base64"},
			{"the body in place of base64", pay(`{"request":"` + phone + `"}` + "/pg/v1/pay" + salt), "body"},
			{"the path without its version", pay(phone + "/pay" + salt), "segment|path"},
			{"the index as key", pay(phone + "/pg/v1/pay" + "1"), "index"},
			{"keyed", lowHex(mac(sha256.New, salt, phone+"/pg/v1/pay")), "hmac-sha256"},
			{"the index signed too", pay(phone + "/pg/v1/pay" + salt + "1"), "index"},
			{"md5", md5Of(phone + "/pg/v1/pay" + salt), "md5"},
			{"the key without dashes", pay(phone + "/pg/v1/pay" + strings.ReplaceAll(salt, "-", "")), "-|dash"},
			{"a line end behind", pay(phone + "/pg/v1/pay" + salt + "\n"), "line end"},
		}},
	}
}

// TestSlips: the first finding names each of them, and what nobody signed so is not proven.
func TestSlips(t *testing.T) {
	t.Parallel()
	for name, f := range slips() {
		for _, c := range f.cases {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				d := open(t, name, f.push, func(*sender, map[string]string) *message.Message { return f.send(c.sign) })
				causes, refused := d.find(t, nil)
				text := strings.Join(causes, "\n")
				switch {
				case refused != (c.want != ""):
					t.Fatalf("refused is %v", refused)
				case c.want == "none" && text != "":
					t.Errorf("nothing is to be found, and there is %s", text)
				case c.want != "none" && c.want != "" && (text == "" || !regexp.MustCompile(c.want).MatchString(causes[0])):
					t.Errorf("want %s in %q", c.want, text)
				default:
					t.Log(text)
				}
			})
		}
	}
}
