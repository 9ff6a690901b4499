package main

import (
	"bytes"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// caller is a partner. It shares no code with the server: what it seals and
// opens is written again here from the document, so that the two check each
// other.
type caller struct {
	http                 *http.Client
	url                  string
	appid, token, appkey string
	sids                 *atomic.Int64
}

// rc4Text encrypts or decrypts.
func rc4Text(key string, in []byte) []byte {
	c, err := rc4.NewCipher([]byte(key))
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(in))
	c.XORKeyStream(out, in)
	return out
}

// sha1Text is the digest of the joined parts, in hexadecimal.
func sha1Text(parts ...string) string {
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// sid makes a new message id.
func (c *caller) sid() string { return fmt.Sprintf("300261121120%08d", c.sids.Add(1)) }

// sealed is a message as it is sent; a test may break it before.
type sealed struct {
	header map[string]any
	data   string
}

// seal makes a message, authCode over the sorted values.
func (c *caller) seal(cmd, sid, plain string) sealed {
	data := base64.StdEncoding.EncodeToString(rc4Text(c.appkey, []byte(plain)))
	return c.sign(cmd, sid, data, true)
}

// sign makes the header of a message.
func (c *caller) sign(cmd, sid, data string, sorted bool) sealed {
	dataCode := sha1Text(data)
	values := []string{c.appid, sid, c.token, dataCode}
	if sorted {
		slices.Sort(values)
	}
	return sealed{map[string]any{
		"appid": c.appid, "timestamp": time.Now().Unix(), "sid": sid, "cmd": cmd, "version": "2.0",
		"dataCode": dataCode, "authCode": sha1Text(values...),
	}, data}
}

// body is the outer JSON.
func (s sealed) body() string {
	text, err := json.Marshal(map[string]any{"header": s.header, "data": s.data})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// reply is what came back.
type reply struct {
	status int
	raw    string // of the HTTP body
	header map[string]any
	plain  string // "" when the body is not sealed
	http   http.Header
}

// code is the errcode of an opened reply.
func (r reply) code(t testing.TB) int {
	t.Helper()
	var frame struct {
		Code *int `json:"errcode"`
	}
	if err := json.Unmarshal([]byte(r.plain), &frame); err != nil || frame.Code == nil {
		t.Fatalf("reply without a code: HTTP %d %s", r.status, r.raw)
	}
	return *frame.Code
}

// content is the payload of a successful reply.
func (r reply) content(t testing.TB, into any) {
	t.Helper()
	frame := struct {
		Code    int    `json:"errcode"`
		Text    string `json:"errmsg"`
		Content any    `json:"content"`
	}{Content: into}
	dec := json.NewDecoder(strings.NewReader(r.plain))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&frame); err != nil || frame.Code != 0 || frame.Text != "" {
		t.Fatalf("%v: HTTP %d %s %s", err, r.status, r.plain, r.raw)
	}
}

// request makes a POST.
func (c *caller) request(body string) *http.Request {
	r, err := http.NewRequest(http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

// do sends a request and takes in the reply as it is.
func (c *caller) do(t testing.TB, r *http.Request) reply {
	t.Helper()
	res, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: res.StatusCode, raw: string(raw), http: res.Header}
}

// post sends a body and opens the reply.
func (c *caller) post(t testing.TB, body string) reply {
	t.Helper()
	return c.open(t, c.do(t, c.request(body)))
}

// call seals a payload, sends it and opens the reply. The reply must carry the
// message's sid and cmd.
func (c *caller) call(t testing.TB, cmd, sid, plain string) reply {
	t.Helper()
	r := c.post(t, c.seal(cmd, sid, plain).body())
	if r.header["sid"] != sid || r.header["cmd"] != cmd {
		t.Errorf("%s: header of the reply has sid %v and cmd %v", cmd, r.header["sid"], r.header["cmd"])
	}
	return r
}

// get sends a message as a GET and opens the reply.
func (c *caller) get(t testing.TB, m sealed) reply {
	t.Helper()
	header, err := json.Marshal(m.header)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"header": {string(header)}, "data": {m.data}}
	r, err := http.NewRequest(http.MethodGet, c.url+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.open(t, c.do(t, r))
}

// open verifies a sealed reply and decrypts it.
func (c *caller) open(t testing.TB, r reply) reply {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("HTTP %d %s", r.status, r.raw)
	}
	same(t, "content type", r.http.Get("Content-Type"), "application/json; charset=utf-8")
	var outer struct {
		Header map[string]any `json:"header"`
		Data   string         `json:"data"`
	}
	dec := json.NewDecoder(strings.NewReader(r.raw))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(&outer); err != nil {
		t.Fatalf("reply: %v: %s", err, r.raw)
	}
	text := func(name string) string { s, _ := outer.Header[name].(string); return s }
	same(t, "appid of the reply", text("appid"), "100")
	same(t, "version of the reply", text("version"), "2.0")
	stamp, err := outer.Header["timestamp"].(json.Number).Int64()
	if age := time.Since(time.Unix(stamp, 0)); err != nil || age < -time.Minute || age > time.Minute {
		t.Errorf("timestamp of the reply: %v, %v", outer.Header["timestamp"], err)
	}
	same(t, "dataCode of the reply", text("dataCode"), sha1Text(outer.Data))
	values := []string{"100", text("sid"), c.token, text("dataCode")}
	slices.Sort(values)
	same(t, "authCode of the reply", text("authCode"), sha1Text(values...))
	cipher, err := base64.StdEncoding.DecodeString(outer.Data)
	if err != nil {
		t.Fatal(err)
	}
	plain := rc4Text(c.appkey, cipher)
	var compact bytes.Buffer
	if err := json.Compact(&compact, plain); err != nil || compact.String() != string(plain) {
		t.Fatalf("payload of the reply is not compact JSON: %v", err)
	}
	r.header, r.plain = outer.Header, string(plain)
	return r
}

// refusal is the plain text of a refusal.
func refusal(code int, text string) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"%s","content":{}}`, code, text)
}

// members is a JSON object that tests change member by member.
type members map[string]any

// with returns a copy with other values: name, value, name, value…
func (m members) with(pairs ...any) members {
	out := members{}
	for k, v := range m {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// without returns a copy that lacks members.
func (m members) without(names ...string) members {
	out := m.with()
	for _, n := range names {
		delete(out, n)
	}
	return out
}

// json is the object's text.
func (m members) json() string {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}
