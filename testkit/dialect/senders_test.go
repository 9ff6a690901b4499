package dialect_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"sort"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// sender is a client that was written by hand after the vendor's page, with a hook at
// each place where people slip. A nil hook does what the page says.
type sender struct {
	esc      func(string) string // escapes a value there
	value    func(string) string // a value in the string to sign
	name     func(string) string // a name there
	sort     func([]pair)        // of parameters
	keep     func(pair) bool     // which parameters are signed
	pair     func(name, v string) string
	join     *string
	path     func(string) string
	method   func(string) string
	query    func(string) string
	body     func(string) string // as it is signed
	time     func(string) string
	app      func(string) string
	all      func(string) []byte           // every string that is signed
	text     func(string) []byte           // the whole string
	frame    func(parts []string) []string // the parts of the string, in their order
	key      func(string) []byte
	digest   func(key, text []byte) []byte
	encode   func([]byte) string
	came     func(string) string // the finished signature
	around   func(text, key string) string
	wireBody func(string) string // as it is sent
	sent     func([]pair) []pair // the parameters, as they are sent and signed
	sign     func(key *rsa.PrivateKey, text []byte) []byte
}

type pair struct{ name, value string }

func on(f func(string) string, s string) string {
	if f == nil {
		return s
	}
	return f(s)
}

func (s *sender) bytes(text string) []byte {
	if s.text == nil {
		return []byte(text)
	}
	return s.text(text)
}

func (s *sender) secret(key string) []byte {
	if s.key == nil {
		return []byte(key)
	}
	return s.key(key)
}

func (s *sender) finish(sum []byte, encode func([]byte) string) string {
	if s.encode != nil {
		encode = s.encode
	}
	return on(s.came, encode(sum))
}

// params writes sorted parameters as pages ask for.
func (s *sender) params(list []pair, write func(name, v string) string, join string, escape func(string) string) string {
	list = append([]pair(nil), list...)
	if s.sort == nil {
		sort.SliceStable(list, func(i, j int) bool { return list[i].name < list[j].name })
	} else {
		s.sort(list)
	}
	if s.pair != nil {
		write = s.pair
	}
	if s.join != nil {
		join = *s.join
	}
	var out []string
	for _, p := range list {
		if s.keep != nil && !s.keep(p) || s.keep == nil && p.value == "" {
			continue
		}
		v := on(s.value, p.value)
		switch {
		case s.esc != nil:
			v = s.esc(v)
		case escape != nil:
			v = escape(v)
		}
		out = append(out, write(on(s.name, p.name), v))
	}
	return strings.Join(out, join)
}

// list are the parameters that are sent.
func (s *sender) list(pairs []pair) []pair {
	if s.sent == nil {
		return pairs
	}
	return s.sent(append([]pair(nil), pairs...))
}

func equals(name, v string) string { return name + "=" + v }

func digestOf(h func() hash.Hash, text []byte) []byte {
	d := h()
	d.Write(text)
	return d.Sum(nil)
}

func hmacOf(h func() hash.Hash, key, text []byte) []byte {
	d := hmac.New(h, key)
	d.Write(text)
	return d.Sum(nil)
}

func (s *sender) parts(list ...string) []string {
	if s.frame == nil {
		return list
	}
	return s.frame(list)
}

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

func formBody(list []pair) string {
	var out []string
	for _, p := range list {
		out = append(out, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return strings.Join(out, "&")
}

const (
	seconds = "1795847100" // 2026-11-28 14:25:00 in China
	millis  = "1795847100000"
	chinese = `{"Zed":1.0,"name":"张三 & <b>","url":"a/b","note":null,"amount":10.50}`
)

// data are the parameters of requests that carry pairs.
func data() []pair {
	return []pair{
		{"Zed", "1"},
		{"a_b", "2.0"},
		{"aB", "x y"},
		{"mobile", "+8613800138000"},
		{"name", "张三*~(!)'/𠮷"},
		{"empty", ""},
		{"list", "a,b\r\nc"},
		{"flag", "true"},
		{"json", `{"k":"v/1"}`},
	}
}

// build makes the message of one protocol.
type build func(s *sender, k map[string]string) *message.Message

func post(path, query, body, kind string, header map[string]string) *message.Message {
	m := &message.Message{Method: "POST", Scheme: "https", Host: "api.example.com", Path: path, Query: query, Header: http.Header{}, Body: []byte(body)}
	for name, v := range header {
		m.Header.Set(name, v)
	}
	if kind != "" {
		m.Header.Set("Content-Type", kind)
	}
	return m
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

func parcel(s *sender, k map[string]string) *message.Message {
	query, data := []pair{{"shelf_no", "A-1"}}, s.list(data())
	text := strings.Join(s.parts(on(s.method, "POST"), on(s.path, "/parcel/put"), s.params(append(query, data...), equals, "&", nil), on(s.time, seconds)), "\n")
	sum := func(key, text []byte) []byte { return hmacOf(sha256.New, key, text) }
	if s.digest != nil {
		sum = s.digest
	}
	sign := s.finish(sum(s.secret(k["appkey"]), s.bytes(text)), hex.EncodeToString)
	return post("/parcel/put", formBody(query), on(s.wireBody, formBody(data)), formType, map[string]string{"X-App": "700", "X-Time": seconds, "X-Sign": sign})
}

func custservice(s *sender, k map[string]string) *message.Message {
	body := on(s.body, chinese)
	inner := sha256.Sum256([]byte(body))
	if s.all != nil {
		inner = sha256.Sum256(s.all(body))
		s.text = s.all
	}
	query := "customerId=1&b=2"
	text := strings.Join(s.parts(on(s.method, "POST"), on(s.path, "/basic/openapi/v1/customer"), on(s.query, query), on(s.app, "10086"), on(s.time, millis), hex.EncodeToString(inner[:])), "\n")
	sum := func(key, text []byte) []byte { return hmacOf(sha256.New, key, text) }
	if s.digest != nil {
		sum = s.digest
	}
	return post("/basic/openapi/v1/customer", query, on(s.wireBody, chinese), jsonType, map[string]string{
		"appId": "10086", "timestamp": millis, "sign": s.finish(sum(s.secret(k["appkey"]), s.bytes(text)), hex.EncodeToString),
	})
}

func baas(s *sender, k map[string]string) *message.Message {
	key := string(s.secret(k["appkey"]))
	text := key + on(s.body, chinese) + key
	if s.around != nil {
		text = s.around(on(s.body, chinese), key)
	}
	sum := func(_, text []byte) []byte { return digestOf(md5.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	return post("/occ", k["token"], on(s.wireBody, chinese), jsonType, map[string]string{
		"appkey": "tenant-mvne", "sign": s.finish(sum([]byte(key), s.bytes(text)), hex.EncodeToString),
	})
}

func taobao(s *sender, k map[string]string) *message.Message {
	list := s.list(append([]pair{{"method", "taobao.item.get"}, {"app_key", "12345678"}, {"timestamp", "2026-11-28 14:25:00"}, {"format", "json"}, {"v", "2.0"}, {"sign_method", "md5"}}, data()...))
	key := string(s.secret(k["secret"]))
	params := s.params(list, func(n, v string) string { return n + v }, "", nil)
	text := key + params + key
	if s.around != nil {
		text = s.around(params, key)
	}
	sum := func(_, text []byte) []byte { return digestOf(md5.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	sign := s.finish(sum([]byte(key), s.bytes(text)), upperHex)
	return post("/router/rest", "", on(s.wireBody, formBody(append(list, pair{"sign", sign}))), formType, nil)
}

func wechat(s *sender, k map[string]string) *message.Message {
	list := []pair{{"appid", "wxd930ea5d5a258f4f"}, {"mch_id", "10000100"}, {"nonce_str", "ibuaiVcKdpRxkhJA"}, {"body", "测试 & 店"}, {"Attach", "a b"}, {"total_fee", "1"}, {"detail", ""}, {"notify_url", "https://a.b/c?d=1"}}
	list = s.list(list)
	key := string(s.secret(k["key"]))
	params := s.params(list, equals, "&", nil)
	text := params + "&key=" + key
	if s.around != nil {
		text = s.around(params, key)
	}
	sum := func(_, text []byte) []byte { return digestOf(md5.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	var b strings.Builder
	b.WriteString("<xml>")
	for _, p := range append(list, pair{"sign", s.finish(sum([]byte(key), s.bytes(text)), upperHex)}) {
		fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", p.name, p.value, p.name)
	}
	return post("/pay/unifiedorder", "", b.String()+"</xml>", "text/xml", nil)
}

// rfc3986 escapes as pages of clouds ask for.
func rfc3986(s string) string {
	var b strings.Builder
	for i := range len(s) {
		ch := s[i]
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", ch) >= 0 {
			b.WriteByte(ch)
		} else {
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}

func aliyun(s *sender, k map[string]string) *message.Message {
	list := append([]pair{
		{"Timestamp", "2026-11-28T06:25:00Z"},
		{"Format", "JSON"},
		{"AccessKeyId", "testid"},
		{"Action", "DescribeRegions"},
		{"SignatureMethod", "HMAC-SHA1"},
		{"SignatureNonce", "3ee8c1b8"},
		{"Version", "2014-05-26"},
		{"SignatureVersion", "1.0"},
	}, data()...)
	if s.keep == nil {
		s.keep = func(pair) bool { return true }
	}
	params := s.params(list, equals, "&", rfc3986)
	text := strings.Join(s.parts(on(s.method, "GET"), "%2F", rfc3986(params)), "&")
	sum := func(key, text []byte) []byte { return hmacOf(sha1.New, key, text) }
	if s.digest != nil {
		sum = s.digest
	}
	key := []byte(k["secret"] + "&")
	if s.key != nil {
		key = s.key(k["secret"])
	}
	sign := s.finish(sum(key, s.bytes(text)), base64.StdEncoding.EncodeToString)
	m := post("/", formBody(append(list, pair{"Signature", sign})), "", "", nil)
	m.Method = "GET"
	return m
}

func tc3(s *sender, k map[string]string) *message.Message {
	const host, date = "cvm.tencentcloudapi.com", "2026-11-28"
	body := on(s.body, chinese)
	inner := sha256.Sum256([]byte(body))
	if s.all != nil {
		inner = sha256.Sum256(s.all(body))
		s.text = s.all
	}
	headers := "content-type:application/json\nhost:" + host + "\nx-tc-action:describeinstances\n"
	canonical := strings.Join(s.parts(on(s.method, "POST"), on(s.path, "/"), "", headers, "content-type;host;x-tc-action", hex.EncodeToString(inner[:])), "\n")
	outer := sha256.Sum256([]byte(canonical))
	text := strings.Join([]string{"TC3-HMAC-SHA256", on(s.time, seconds), date + "/cvm/tc3_request", hex.EncodeToString(outer[:])}, "\n")
	key := []byte("TC3" + k["secret"])
	if s.key != nil {
		key = s.key(k["secret"])
	}
	for _, one := range []string{date, "cvm", "tc3_request"} {
		key = hmacOf(sha256.New, key, []byte(one))
	}
	sum := func(key, text []byte) []byte { return hmacOf(sha256.New, key, text) }
	if s.digest != nil {
		sum = s.digest
	}
	m := post("/", "", on(s.wireBody, chinese), jsonType, map[string]string{
		"Authorization": "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/" + date + "/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=" +
			s.finish(sum(key, s.bytes(text)), hex.EncodeToString),
		"X-TC-Action": "DescribeInstances", "X-TC-Timestamp": seconds, "X-TC-Version": "2017-03-12",
	})
	m.Host = host
	return m
}

func lianfa(s *sender, k map[string]string) *message.Message {
	const sid = "20261128062500000001"
	stream, _ := rc4.NewCipher([]byte(k["appkey"]))
	sealed := []byte(`{"a":1}`)
	stream.XORKeyStream(sealed, sealed)
	box := base64.StdEncoding.EncodeToString(sealed)
	code := sha1.Sum([]byte(box))
	dataCode := hex.EncodeToString(code[:])
	list := []string{on(s.app, "123"), sid, string(s.secret(k["token"])), dataCode}
	if s.frame != nil {
		list = s.frame(list)
	} else {
		sort.Strings(list)
	}
	join := ""
	if s.join != nil {
		join = *s.join
	}
	sum := func(_, text []byte) []byte { return digestOf(sha1.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	auth := s.finish(sum([]byte(k["token"]), s.bytes(strings.Join(list, join))), hex.EncodeToString)
	body := fmt.Sprintf(`{"header":{"appid":"123","timestamp":%s,"sid":"%s","authCode":"%s","cmd":"cst","version":"2.0","dataCode":"%s"},"data":"%s"}`, seconds, sid, auth, dataCode, box)
	return post("/lianfa/api", "", body, jsonType, nil)
}

func alipay(key *rsa.PrivateKey) build {
	return func(s *sender, _ map[string]string) *message.Message {
		list := []pair{
			{"app_id", "2014072300007148"},
			{"method", "alipay.trade.pay"},
			{"format", "JSON"},
			{"charset", "utf-8"},
			{"sign_type", "RSA2"},
			{"timestamp", "2026-11-28 14:25:00"},
			{"version", "1.0"},
			{"biz_content", `{"subject":"电视 & 机","price":1.0}`},
		}
		text := s.bytes(s.params(list, equals, "&", nil))
		sum := sha256.Sum256(text)
		sig, _ := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		if s.sign != nil {
			sig = s.sign(key, text)
		}
		return post("/gateway.do", "", formBody(append(list, pair{"sign", s.finish(sig, base64.StdEncoding.EncodeToString)})), formType, nil)
	}
}

func sf(s *sender, k map[string]string) *message.Message {
	esc := javaURL
	if s.esc != nil {
		esc = s.esc
	}
	text := esc(chinese + millis + string(s.secret(k["checkword"])))
	sum := func(_, text []byte) []byte { return digestOf(md5.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	sign := s.finish(sum([]byte(k["checkword"]), s.bytes(text)), base64.StdEncoding.EncodeToString)
	list := []pair{{"partnerID", "SLKJ2019"}, {"requestID", "1"}, {"serviceCode", "X"}, {"timestamp", millis}, {"msgData", chinese}, {"msgDigest", sign}}
	return post("/std/service", "", on(s.wireBody, formBody(list)), formType, nil)
}

func jd(s *sender, k map[string]string) *message.Message {
	list := []pair{{"method", "jd.x"}, {"app_key", "C0FFEE"}, {"access_token", "tok"}, {"timestamp", "2026-11-28 14:25:00"}, {"v", "2.0"}, {"360buy_param_json", `{"sku":"1/2","n":null}`}}
	key := string(s.secret(k["secret"]))
	params := s.params(list, func(n, v string) string { return n + v }, "", nil)
	text := key + params + key
	if s.around != nil {
		text = s.around(params, key)
	}
	sum := func(_, text []byte) []byte { return digestOf(md5.New, text) }
	if s.digest != nil {
		sum = s.digest
	}
	return post("/routerjson", "", formBody(append(list, pair{"sign", s.finish(sum([]byte(key), s.bytes(text)), upperHex)})), formType, nil)
}

func stripe(s *sender, k map[string]string) *message.Message {
	text := strings.Join(s.parts(on(s.time, seconds), on(s.body, chinese)), ".")
	sum := func(key, text []byte) []byte { return hmacOf(sha256.New, key, text) }
	if s.digest != nil {
		sum = s.digest
	}
	sign := s.finish(sum(s.secret(k["secret"]), s.bytes(text)), hex.EncodeToString)
	return post("/hook", "", on(s.wireBody, chinese), jsonType, map[string]string{"Stripe-Signature": "t=" + seconds + ",v1=" + sign})
}
