package dialect_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// mac is a keyed digest of the texts one behind the other.
func mac(h func() hash.Hash, key string, texts ...string) string {
	d := hmac.New(h, []byte(key))
	d.Write([]byte(strings.Join(texts, "")))
	return string(d.Sum(nil))
}

func sum(h func() hash.Hash, texts ...string) string {
	return string(digestOf(h, []byte(strings.Join(texts, ""))))
}

func b64(s string) string     { return base64.StdEncoding.EncodeToString([]byte(s)) }
func bareURL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
func lowHex(s string) string  { return hex.EncodeToString([]byte(s)) }
func upHex(s string) string   { return strings.ToUpper(lowHex(s)) }

func unbase(s string) string {
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// signedAs is the signature that somebody sends, and what is to be said of it; the first
// of a family is right.
type signedAs struct{ name, sign, want string }

// family is a protocol, and how its message is made of a signature.
type family struct {
	push  bool
	send  func(sign string) *message.Message
	cases []signedAs
}

func exchanges() family {
	const (
		secret = "22582BD0CFF14C41EDBF1AB98506286D"
		at     = "2026-11-28T06:25:00.000Z"
		target = "/api/v5/trade/order?a=1"
		body   = `{"instId":"BTC-USDT","sz":"1"}`
	)
	of := func(text ...string) string { return b64(mac(sha256.New, secret, text...)) }
	return family{send: func(sign string) *message.Message {
		return wire(target, "OK-ACCESS-KEY: 37c541a1-****-****-****-10fe7a038418\nOK-ACCESS-SIGN: "+sign+"\nOK-ACCESS-TIMESTAMP: "+at+
			"\nOK-ACCESS-PASSPHRASE: p@ss word\nContent-Type: application/json", body)
	}, cases: []signedAs{
		{"right", of(at, "POST", target, body), ""},
		{"the path alone", of(at, "POST", "/api/v5/trade/order", body), "path|quer"},
		{"the method in lower case", of(at, "post", target, body), "lower case"},
		{"spaced JSON", of(at, "POST", target, `{"instId": "BTC-USDT", "sz": "1"}`), "Python"},
		{"milliseconds", of("1795847100000", "POST", target, body), "milliseconds"},
		{"seconds with a fraction", of("1795847100.000", "POST", target, body), "seconds"},
		{"a time without milliseconds", of("2026-11-28T06:25:00Z", "POST", target, body), "time"},
		{"the method in front", of("POST", at, target, body), "exchanged|joined"},
		{"without the version of the path", of(at, "POST", "/trade/order?a=1", body), "segment"},
		{"the whole URL", of(at, "POST", "https://www.bitstamp.net"+target, body), "https|URL"},
		{"as hex", lowHex(mac(sha256.New, secret, at, "POST", target, body)), "hex"},
		{"base64 of hex", b64(lowHex(mac(sha256.New, secret, at, "POST", target, body))), "base64 of the hex|hex"},
		{"the passphrase as key", b64(mac(sha256.New, "p@ss word", at, "POST", target, body)), "passphrase"},
		{"the key from hex", b64(mac(sha256.New, string(unhex(secret)), at, "POST", target, body)), "hex"},
		{"body left out", of(at, "POST", target), "body"},
		{"lines", of(at, "\n", "POST", "\n", target, "\n", body), `\\n`},
		{"another key", b64(mac(sha256.New, "nobody's", at, "POST", target, body)), "none"},
	}}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func bytesInside() family {
	const (
		secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
		nonce  = "1616492376594"
		body   = "nonce=1616492376594&ordertype=limit&pair=XBT%2FUSD&price=37500&type=buy&volume=1.25"
		path   = "/0/private/AddOrder"
	)
	of := func(text ...string) string { return b64(mac(sha512.New, unbase(secret), text...)) }
	return family{send: func(sign string) *message.Message {
		return wire(path, "API-Key: key\nAPI-Sign: "+sign+"\nContent-Type: application/x-www-form-urlencoded", body)
	}, cases: []signedAs{
		{"right", of(path, sum(sha256.New, nonce, body)), ""},
		{"the inner digest as hex", of(path, lowHex(sum(sha256.New, nonce, body))), "hex"},
		{"the inner digest as base64", of(path, b64(sum(sha256.New, nonce, body))), "base64"},
		{"the key as it is written", b64(mac(sha512.New, secret, path, sum(sha256.New, nonce, body))), "base64|as it is written"},
		{"no nonce in front", of(path, sum(sha256.New, body)), "nonce: as nothing"},
		{"nonce behind", of(path, sum(sha256.New, body, nonce)), "exchanged|end"},
		{"the body without escapes", of(path, sum(sha256.New, nonce, strings.ReplaceAll(body, "%2F", "/"))), "escape|unescaped|without"},
		{"no inner digest", of(path, nonce, body), "inner"},
		{"the inner sha512", of(path, sum(sha512.New, nonce, body)), "sha512"},
		{"hmac-sha256", b64(mac(sha256.New, unbase(secret), path, sum(sha256.New, nonce, body))), "hmac-sha256"},
		{"no version", of("/private/AddOrder", sum(sha256.New, nonce, body)), "segment"},
		{"the inner keyed", of(path, mac(sha256.New, unbase(secret), nonce, body)), "hmac-sha256"},
		{"JSON signed", of(path, sum(sha256.New, nonce, `{"nonce":"1616492376594","ordertype":"limit","pair":"XBT/USD","price":"37500","type":"buy","volume":"1.25"}`)), "JSON"},
	}}
}

func urlsAndPairs() family {
	const (
		at   = "https://www.bitstamp.net/myapp.php?foo=1&bar=2"
		body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&caller=x&Digits=&From=%2B14158675309&To=%2B18005551212&AccountSid=AC1"
	)
	of := func(text ...string) string { return b64(mac(sha1.New, "12345", text...)) }
	pairs := "AccountSidAC1CallSidCA1234567890ABCDECaller+14158675309DigitsFrom+14158675309To+18005551212callerx"
	return family{push: true, send: func(sign string) *message.Message {
		return wire("/myapp.php?foo=1&bar=2", "X-Twilio-Signature: "+sign+"\nContent-Type: application/x-www-form-urlencoded", body)
	}, cases: []signedAs{
		{"right", of(at, pairs), ""},
		{"http behind a proxy", of("http"+at[5:], pairs), "http"},
		{"the port in the URL", of("https://www.bitstamp.net:443/myapp.php?foo=1&bar=2", pairs), "port|443"},
		{"the host of inside", of("https://10.0.0.7:8080/myapp.php?foo=1&bar=2", pairs), "none"},
		{"without the query", of("https://www.bitstamp.net/myapp.php", pairs), "quer"},
		{"a slash at the end", of("https://www.bitstamp.net/myapp.php/?foo=1&bar=2", pairs), "slash"},
		{"as they came", of(at, "CallSidCA1234567890ABCDECaller+14158675309callerxDigitsFrom+14158675309To+18005551212AccountSidAC1"), "order|listed|came"},
		{"sorted without case", of(at, "AccountSidAC1Caller+14158675309callerxCallSidCA1234567890ABCDEDigitsFrom+14158675309To+18005551212"), "case"},
		{"values escaped", of(at, strings.ReplaceAll(pairs, "+", "%2B")), "escape"},
		{"the empty one left out", of(at, strings.Replace(pairs, "Digits", "", 1)), "empty"},
		{"the body as it is", of(at, body), "body"},
		{"one left out", of(at, strings.Replace(pairs, "AccountSidAC1", "", 1)), "AccountSid"},
		{"plus read as blank", of(at, strings.ReplaceAll(pairs, "+", " ")), "blank"},
		{"name=value&", of(at, "AccountSid=AC1&CallSid=CA1234567890ABCDE&Caller=+14158675309&Digits=&From=+14158675309&To=+18005551212&caller=x"), "name=value"},
		{"sha256", b64(mac(sha256.New, "12345", at, pairs)), "sha256"},
		{"hex", lowHex(mac(sha1.New, "12345", at, pairs)), "hex"},
		{"the app's id as key", b64(mac(sha1.New, "AC1", at, pairs)), "app|AccountSid"},
	}}
}

func tokens() family {
	const secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
	raw, err := base64.RawURLEncoding.DecodeString(secret)
	if err != nil {
		panic(err)
	}
	head, claims := `{"alg":"HS256","typ":"JWT"}`, `{"iss":"joe", "exp":1795847400}`
	text := bareURL(head) + "." + bareURL(claims)
	return family{send: func(sign string) *message.Message {
		return wire("/x", "Authorization: Bearer "+text+"."+sign, `{"a":1}`)
	}, cases: []signedAs{
		{"right", bareURL(mac(sha256.New, string(raw), text)), ""},
		{"the key as it is written", bareURL(mac(sha256.New, secret, text)), "base64|as it is written|as text"},
		{"HS512", bareURL(mac(sha512.New, string(raw), text)), "sha512"},
		{"HS384", bareURL(mac(sha512.New384, string(raw), text)), "sha384"},
		{"base64 with padding", strings.NewReplacer("-", "+", "_", "/").Replace(b64(mac(sha256.New, string(raw), text))), "base64"},
		{"hex", lowHex(mac(sha256.New, string(raw), text)), "hex"},
		{"hex in base64url", bareURL(lowHex(mac(sha256.New, string(raw), text))), "hex"},
		{"claims alone", bareURL(mac(sha256.New, string(raw), bareURL(claims))), "without"},
		{"JSON in place of base64url", bareURL(mac(sha256.New, string(raw), head, ".", claims)), "base64"},
		{"no dot", bareURL(mac(sha256.New, string(raw), bareURL(head), bareURL(claims))), `"\."`},
		{"padded parts", bareURL(mac(sha256.New, string(raw), base64.URLEncoding.EncodeToString([]byte(head)), ".", base64.URLEncoding.EncodeToString([]byte(claims)))), "= at the end"},
		{"a digest without key", bareURL(sum(sha256.New, text, string(raw))), "sha256"},
	}}
}

func escapedTwice() family {
	const (
		secret, token = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
		nonce         = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
		id            = "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"
	)
	esc := rfc3986
	status := "Hello Ladies + Gentlemen!"
	oauth := "oauth_consumer_key=xvz1evFS4wEEPTGEFPHBog&oauth_nonce=" + nonce + "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1795847100&oauth_token=" + id
	params := "include_entities=true&" + oauth + "&oauth_version=1.0&status=" + esc(status)
	at := "https://www.bitstamp.net/1.1/statuses/update.json"
	of := func(text ...string) string { return b64(mac(sha1.New, secret+"&"+token, text...)) }
	return family{send: func(sign string) *message.Message {
		return wire("/1.1/statuses/update.json?include_entities=true", "Content-Type: application/x-www-form-urlencoded\nAuthorization: OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce=\""+
			nonce+"\", oauth_signature=\""+esc(sign)+"\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1795847100\", oauth_token=\""+id+"\", oauth_version=\"1.0\"", "status="+url.QueryEscape(status))
	}, cases: []signedAs{
		{"right", of("POST&", esc(at), "&", esc(params)), ""},
		{"key without the token's secret", b64(mac(sha1.New, secret+"&", "POST&", esc(at), "&", esc(params))), "tokenSecret"},
		{"key without &", b64(mac(sha1.New, secret+token, "POST&", esc(at), "&", esc(params))), `"&"`},
		{"secrets exchanged", b64(mac(sha1.New, token+"&"+secret, "POST&", esc(at), "&", esc(params))), "exchanged|tokenSecret"},
		{"URL not escaped", of("POST&", at, "&", esc(params)), "escape|url rfc3986"},
		{"params escaped once", of("POST&", esc(at), "&", params), "escape|url rfc3986"},
		{"values escaped once", of("POST&", esc(at), "&", esc(strings.ReplaceAll(params, esc(status), status))), "escape|url rfc3986"},
		{"plus for blank", of("POST&", esc(at), "&", esc(strings.ReplaceAll(params, "%20", "+"))), "escape|URLEncoder|urlencode"},
		{"! kept", of("POST&", esc(at), "&", esc(strings.ReplaceAll(params, "%21", "!"))), "encodeURIComponent|escape"},
		{"the query left out", of("POST&", esc(at), "&", esc(strings.TrimPrefix(params, "include_entities=true&"))), "query|include_entities"},
		{"the query in the URL", of("POST&", esc(at+"?include_entities=true"), "&", esc(params)), "quer"},
		{"the version left out", of("POST&", esc(at), "&", esc(strings.Replace(params, "&oauth_version=1.0", "", 1))), "oauth_version"},
		{"the body left out", of("POST&", esc(at), "&", esc(strings.TrimSuffix(params, "&status="+esc(status)))), "status|members of the body"},
		{"http", of("POST&", esc("http"+at[5:]), "&", esc(params)), "http"},
		{"the path alone", of("POST&", esc("/1.1/statuses/update.json"), "&", esc(params)), "path|scheme"},
		{"lower hex", of("POST&", strings.ToLower(esc(at)), "&", esc(params)), "lower"},
		{"sha256", b64(mac(sha256.New, secret+"&"+token, "POST&", esc(at), "&", esc(params))), "sha256"},
		{"hex", lowHex(mac(sha1.New, secret+"&"+token, "POST&", esc(at), "&", esc(params))), "hex"},
		{"method in lower case", of("post&", esc(at), "&", esc(params)), "lower"},
	}}
}

func emptyLines() family {
	const (
		key  = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
		date = "Sat, 28 Nov 2026 06:25:00 GMT"
		kind = "application/json; charset=utf-8"
		ms   = "x-ms-date:" + date + "\nx-ms-version:2021-08-06\n"
	)
	of := func(text ...string) string { return b64(mac(sha256.New, unbase(key), text...)) }
	lines := func(length, rest string) string {
		return "PUT\n\n\n" + length + "\n\n" + kind + "\n\n\n\n\n\n\n" + rest
	}
	resource := "/acme/box/one\ncomp:block\nid:7"
	return family{send: func(sign string) *message.Message {
		m := wire("/box/one?id=7&comp=block", "Authorization: SharedKey acme:"+sign+"\nContent-Type: "+kind+"\nX-Ms-Date: "+date+"\nX-Ms-Version: 2021-08-06", `{"a":1}`)
		m.Method = "PUT"
		return m
	}, cases: []signedAs{
		{"right", of(lines("7", ms+resource)), ""},
		{"no length", of(lines("", ms+resource)), "length|body"},
		{"the body for its length", of(lines(`{"a":1}`, ms+resource)), "length|body"},
		{"no account", of(lines("7", ms+"/box/one\ncomp:block\nid:7")), "app"},
		{"no query", of(lines("7", ms+"/acme/box/one")), "resource|query"},
		{"the query as it came", of(lines("7", ms+"/acme/box/one\nid:7\ncomp:block")), "order|listed|came"},
		{"the query with ?", of(lines("7", ms+"/acme/box/one?id=7&comp=block")), "quer|target"},
		{"one line too few", of(strings.Replace(lines("7", ms+resource), "\n\n\n\n\n\n\n", "\n\n\n\n\n\n", 1)), `\\n`},
		{"the date on its line", of("PUT\n\n\n7\n\n" + kind + "\n" + date + "\n\n\n\n\n\n" + ms + resource), "date|time"},
		{"no charset", of(strings.Replace(lines("7", ms+resource), "; charset=utf-8", "", 1)), "charset"},
		{"the key as it is written", b64(mac(sha256.New, key, lines("7", ms+resource))), "base64|as it is written"},
		{"names as they came", of(lines("7", "X-Ms-Date:"+date+"\nX-Ms-Version:2021-08-06\n"+resource)), "lower|case"},
		{"one header left out", of(lines("7", "x-ms-date:"+date+"\n"+resource)), "Version"},
		{"blanks behind both colons", of(lines("7", "x-ms-date: "+date+"\nx-ms-version: 2021-08-06\n"+resource)), "blank|: "},
		{"a line end behind", of(lines("7", ms+resource) + "\n"), "line end"},
	}}
}

func countedText() family {
	const q = `待输入的文字"这里有 20 个字符以上的一段话 text"`
	head, tail := []rune(q)[:10], []rune(q)[len([]rune(q))-10:]
	length := "29"
	of := func(text ...string) string { return lowHex(sum(sha256.New, text...)) }
	input := string(head) + length + string(tail)
	return family{send: func(sign string) *message.Message {
		return wire("/api", "Content-Type: application/x-www-form-urlencoded",
			"q="+url.QueryEscape(q)+"&from=zh&to=en&appKey=app1&salt=s1&sign="+sign+"&signType=v3&curtime=1795847100")
	}, cases: []signedAs{
		{"right", of("app1", input, "s1", "1795847100", "sec1"), ""},
		{"the whole text", of("app1", q, "s1", "1795847100", "sec1"), "q|form.q|input"},
		{"bytes in place of characters", of("app1", q[:10], "65", q[len(q)-10:], "s1", "1795847100", "sec1"), "bytes"},
		{"the length in bytes", of("app1", string(head), "65", string(tail), "s1", "1795847100", "sec1"), "bytes"},
		{"md5", lowHex(sum(md5.New, "app1", input, "s1", "1795847100", "sec1")), "md5"},
		{"no time", of("app1", input, "s1", "sec1"), "time"},
		{"HEX", strings.ToUpper(of("app1", input, "s1", "1795847100", "sec1")), "HEX|upper"},
		{"escaped", of("app1", url.QueryEscape(input), "s1", "1795847100", "sec1"), "escape|URLEncoder"},
		{"salt and time exchanged", of("app1", input, "1795847100", "s1", "sec1"), "exchanged"},
		{"a keyed digest", lowHex(mac(sha256.New, "sec1", "app1", input, "s1", "1795847100")), "hmac"},
		{"milliseconds", of("app1", input, "s1", "1795847100000", "sec1"), "milliseconds"},
	}}
}

func secretAmong() family {
	const body = `{"TerminalKey":"MerchantTerminalKey","Amount":19200,"OrderId":"00000","Description":"карта","Recurrent":true,"DATA":{"Phone":"+7"},"Token":"SIGN"}`
	const secret = "11111111111111"
	of := func(text ...string) string { return lowHex(sum(sha256.New, text...)) }
	return family{send: func(sign string) *message.Message {
		return wire("/v2/Init", "Content-Type: application/json", strings.Replace(body, "SIGN", sign, 1))
	}, cases: []signedAs{
		{"right", of("19200", "карта", "00000", secret, "true", "MerchantTerminalKey"), ""},
		{"the password at the end", of("19200", "карта", "00000", "true", "MerchantTerminalKey", secret), "Password|end|order"},
		{"the objects too", of("19200", `{"Phone":"+7"}`, "карта", "00000", secret, "true", "MerchantTerminalKey"), "DATA"},
		{"as they came", of("MerchantTerminalKey", "19200", "00000", "карта", "true", secret), "order|listed|came"},
		{"with names", of("Amount=19200&Description=карта&OrderId=00000&Password=" + secret + "&Recurrent=true&TerminalKey=MerchantTerminalKey"), "name=value"},
		{"True", of("19200", "карта", "00000", secret, "True", "MerchantTerminalKey"), "True"},
		{"1 for true", of("19200", "карта", "00000", secret, "1", "MerchantTerminalKey"), "1"},
		{"no password", of("19200", "карта", "00000", "true", "MerchantTerminalKey"), "Password"},
		{"md5", lowHex(sum(md5.New, "19200", "карта", "00000", secret, "true", "MerchantTerminalKey")), "md5"},
		{"a decimal", of("19200.00", "карта", "00000", secret, "true", "MerchantTerminalKey"), "decimal|places|19200"},
		{"HEX", strings.ToUpper(of("19200", "карта", "00000", secret, "true", "MerchantTerminalKey")), "HEX|upper"},
	}}
}

func digestsOfDigests() family {
	const secret, time = "5oHTZrPmiSHIzB2YrMbcY5A0", "20261128142500"
	up := upHex
	outer := func(a, b string) string { return b64(up(sum(sha1.New, "400001", a, b))) }
	a, b := up(sum(md5.New, time)), up(sum(sha1.New, secret, "1u1"))
	return family{send: func(sign string) *message.Message {
		return wire("/api/account_register.api", "Content-Type: application/x-www-form-urlencoded", "app_id=400001&timestamp="+time+"&v=2.0&msg_digest="+url.QueryEscape(sign)+"&open_id=u1&account_type=1")
	}, cases: []signedAs{
		{"right", outer(a, b), ""},
		{"inner in lower case", outer(strings.ToLower(a), strings.ToLower(b)), "lower|hex"},
		{"all in lower case", b64(lowHex(sum(sha1.New, "400001", strings.ToLower(a), strings.ToLower(b)))), "lower|hex"},
		{"outer in lower case", b64(lowHex(sum(sha1.New, "400001", a, b))), "lower|hex"},
		{"outer as bytes", b64(sum(sha1.New, "400001", a, b)), "HEX|hex|bytes"},
		{"exchanged", outer(b, a), "exchanged"},
		{"secret behind", outer(a, up(sum(sha1.New, "1u1", secret))), "exchanged|end"},
		{"with the secret in both", outer(up(sum(md5.New, secret, time)), b), "secret"},
		{"as they came", outer(a, up(sum(sha1.New, secret, "u11"))), "order|came|listed"},
		{"with names", outer(a, up(sum(sha1.New, secret, "account_type=1&open_id=u1"))), "name"},
		{"sha1 of the time", outer(up(sum(sha1.New, time)), b), "sha1"},
		{"md5 of the rest", outer(a, up(sum(md5.New, secret, "1u1"))), "md5"},
		{"the time as it is", outer(time, b), "text of a: the text itself"},
		{"not in base64", up(sum(sha1.New, "400001", a, b)), "base64"},
	}}
}

func sortedTexts() family {
	const token, time, nonce, app = "QDG6eK", "1795847100", "1372623149", "wx5823bf96d3bd56c7"
	box := b64(strings.Repeat("0123456789abcde+", 4))
	of := func(text ...string) string { return lowHex(sum(sha1.New, text...)) }
	return family{push: true, send: func(sign string) *message.Message {
		return wire("/cgi-bin/wxpush?msg_signature="+sign+"&timestamp="+time+"&nonce="+nonce, "Content-Type: text/xml",
			"<xml><ToUserName>"+app+"</ToUserName><Encrypt>"+box+"</Encrypt><AgentID>218</AgentID></xml>")
	}, cases: []signedAs{
		{"listed", of(token, time, nonce, box), "listed"},
		{"the cipher text left out", of(nonce, time, token), "without"},
		{"with the app", of(nonce, time, box, token, app), "app"},
		{"md5", lowHex(sum(md5.New, nonce, time, box, token)), "md5"},
		{"sha256", lowHex(sum(sha256.New, nonce, time, box, token)), "sha256"},
		{"HEX", strings.ToUpper(of(nonce, time, box, token)), "HEX|upper"},
		{"base64", url.QueryEscape(b64(sum(sha1.New, nonce, time, box, token))), "base64"},
		{"joined by &", of(nonce, "&", time, "&", box, "&", token), `"&"`},
		{"escaped", of(nonce, time, url.QueryEscape(box), token), "escape|URLEncoder"},
		{"a keyed digest", lowHex(mac(sha1.New, token, nonce, time, box)), "hmac"},
		{"the aes key in place of the token", of(nonce, time, box, "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"), "aeskey"},
	}}
}

func chosenLines() family {
	const (
		secret = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
		params = `("date" "@authority" "content-type");created=1795847100;keyid="test-shared-secret"`
		date   = "Sat, 28 Nov 2026 06:25:00 GMT"
	)
	body := `{"hello": "world"}`
	of := func(text ...string) string { return b64(mac(sha256.New, unbase(secret), text...)) }
	d, a, c := `"date": `+date+"\n", `"@authority": www.bitstamp.net`+"\n", `"content-type": application/json`+"\n"
	p := `"@signature-params": ` + params
	return family{send: func(sign string) *message.Message {
		return wire("/foo?param=Value&Pet=dog", "Date: "+date+"\nContent-Type: application/json\nContent-Digest: sha-512=:"+b64(sum(sha512.New, body))+":\nSignature-Input: sig1="+params+"\nSignature: sig1=:"+sign+":", body)
	}, cases: []signedAs{
		{"right", of(d, a, c, p), ""},
		{"sorted", of(a, c, d, p), "sorted|order"},
		{"no params line", of(d, a, strings.TrimSuffix(c, "\n")), "without"},
		{"a line end behind", of(d, a, c, p, "\n"), "line end"},
		{"names without quotes", of(strings.ReplaceAll(d+a+c, `"`, ""), p), "quotes|name"},
		{"no blank behind the colon", of(strings.ReplaceAll(d+a+c, ": ", ":"), p), "blanks"},
		{"one left out", of(d, c, p), "@authority"},
		{"the host with its port", of(d, `"@authority": www.bitstamp.net:443`+"\n", c, p), "443|port"},
		{"the key as it is written", b64(mac(sha256.New, secret, d, a, c, p)), "base64|as it is written"},
		{"hmac-sha512", b64(mac(sha512.New, unbase(secret), d, a, c, p)), "sha512"},
		{"names in capitals", of(strings.Replace(strings.Replace(d+a+c, "date", "Date", 1), "content-type", "Content-Type", 1), p), "lower|case|came"},
		{"label in the last line", of(d, a, c, `"@signature-params": sig1=`, params), "Signature-Input in place of params|label|sig1"},
	}}
}

func families() map[string]family {
	return map[string]family{
		"okx": exchanges(), "kraken": bytesInside(), "twilio": urlsAndPairs(), "jwt-bearer": tokens(), "oauth1": escapedTwice(), "azure-storage": emptyLines(), "youdao": countedText(),
		"tinkoff": secretAmong(), "fadada": digestsOfDigests(), "wecom-callback": sortedTexts(), "rfc9421": chosenLines(),
	}
}

// strange is a signature of the same form that nobody makes.
func strange(sign string) string {
	return strings.Map(func(r rune) rune {
		for _, ring := range []string{"0123456789", "abcdef", "ABCDEF"} {
			if at := strings.IndexRune(ring, r); at >= 0 {
				return rune(ring[(at+1)%len(ring)])
			}
		}
		return r
	}, sign)
}

// TestFamilies: usual mistakes are named in protocols of every family, also of those that
// no list of dialects was made for.
func TestFamilies(t *testing.T) {
	t.Parallel()
	for name, f := range families() {
		for _, c := range append(f.cases, signedAs{"by nobody", strange(f.cases[0].sign), "none"}) {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				d := open(t, name, f.push, func(*sender, map[string]string) *message.Message { return f.send(c.sign) })
				budget := 10 * time.Second
				if c.want == "none" {
					budget = 400 * time.Millisecond
				}
				causes, refused := d.search(t, d.ask(t, f.send(c.sign)), d.keys, budget)
				text := strings.Join(causes, "\n")
				switch {
				case refused != (c.want != ""):
					t.Fatalf("refused is %v", refused)
				case c.want == "none" && text != "":
					t.Errorf("nothing is to be found, and there is %s", text)
				case c.want != "none" && c.want != "" && text == "":
					t.Error("none of the usual mistakes")
				case c.want != "none" && c.want != "" && !regexp.MustCompile(c.want).MatchString(causes[0]):
					t.Errorf("want %s in %s", c.want, text)
				default:
					t.Log(text)
				}
			})
		}
	}
}
