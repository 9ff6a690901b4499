package stage

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

// Caller is a partner. It shares no code with the server: sealing and opening are
// written again here from the document, so that the two check each other.
type Caller struct {
	HTTP                 *http.Client
	URL                  string
	AppID, Token, AppKey string
	Sids                 *atomic.Int64
}

// Rc4Text encrypts or decrypts.
func Rc4Text(key string, in []byte) []byte {
	c, err := rc4.NewCipher([]byte(key))
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(in))
	c.XORKeyStream(out, in)
	return out
}

// Sha1Text is the digest of the joined parts, in hexadecimal.
func Sha1Text(parts ...string) string {
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// Sid makes a new message id.
func (c *Caller) Sid() string { return fmt.Sprintf("300261121120%08d", c.Sids.Add(1)) }

// Sealed is a message as it is sent; a test may break it before.
type Sealed struct {
	Header map[string]any
	Data   string
}

// Seal makes a message, authCode over the sorted values.
func (c *Caller) Seal(cmd, sid, plain string) Sealed {
	data := base64.StdEncoding.EncodeToString(Rc4Text(c.AppKey, []byte(plain)))
	return c.Sign(cmd, sid, data, true)
}

// Sign makes the header of a message.
func (c *Caller) Sign(cmd, sid, data string, sorted bool) Sealed {
	dataCode := Sha1Text(data)
	values := []string{c.AppID, sid, c.Token, dataCode}
	if sorted {
		slices.Sort(values)
	}
	return Sealed{map[string]any{
		"appid": c.AppID, "timestamp": time.Now().Unix(), "sid": sid, "cmd": cmd, "version": "2.0",
		"dataCode": dataCode, "authCode": Sha1Text(values...),
	}, data}
}

// Body is the outer JSON.
func (s Sealed) Body() string {
	text, err := json.Marshal(map[string]any{"header": s.Header, "data": s.Data})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Reply is the server's reply.
type Reply struct {
	Status int
	Raw    string // of the HTTP body
	Header map[string]any
	Plain  string // "" when the body is not sealed
	HTTP   http.Header
}

// Code is the errcode of an opened reply.
func (r Reply) Code(t testing.TB) int {
	t.Helper()
	var frame struct {
		Code *int `json:"errcode"`
	}
	if err := json.Unmarshal([]byte(r.Plain), &frame); err != nil || frame.Code == nil {
		t.Fatalf("reply without a code: HTTP %d %s", r.Status, r.Raw)
	}
	return *frame.Code
}

// Content is the payload of a successful reply.
func (r Reply) Content(t testing.TB, into any) {
	t.Helper()
	frame := struct {
		Code    int    `json:"errcode"`
		Text    string `json:"errmsg"`
		Content any    `json:"content"`
	}{Content: into}
	dec := json.NewDecoder(strings.NewReader(r.Plain))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&frame); err != nil || frame.Code != 0 || frame.Text != "" {
		t.Fatalf("%v: HTTP %d %s %s", err, r.Status, r.Plain, r.Raw)
	}
}

// Request makes a POST.
func (c *Caller) Request(body string) *http.Request {
	r, err := http.NewRequest(http.MethodPost, c.URL, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r
}

// Do sends a request and reads the reply as it is.
func (c *Caller) Do(t testing.TB, r *http.Request) Reply {
	t.Helper()
	res, err := c.HTTP.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Reply{Status: res.StatusCode, Raw: string(raw), HTTP: res.Header}
}

// Post sends a body and opens the reply.
func (c *Caller) Post(t testing.TB, body string) Reply {
	t.Helper()
	return c.Open(t, c.Do(t, c.Request(body)))
}

// Call seals a payload, sends it and opens the reply. The reply must carry the
// message's sid and cmd.
func (c *Caller) Call(t testing.TB, cmd, sid, plain string) Reply {
	t.Helper()
	r := c.Post(t, c.Seal(cmd, sid, plain).Body())
	if r.Header["sid"] != sid || r.Header["cmd"] != cmd {
		t.Errorf("%s: header of the reply has sid %v and cmd %v", cmd, r.Header["sid"], r.Header["cmd"])
	}
	return r
}

// Get sends a message as a GET and opens the reply.
func (c *Caller) Get(t testing.TB, m Sealed) Reply {
	t.Helper()
	header, err := json.Marshal(m.Header)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"header": {string(header)}, "data": {m.Data}}
	r, err := http.NewRequest(http.MethodGet, c.URL+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Open(t, c.Do(t, r))
}

// Open verifies a sealed reply and decrypts it. The refusal of a message that does not
// prove its sender is not sealed: it has no header, and HTTP status 400.
func (c *Caller) Open(t testing.TB, r Reply) Reply {
	t.Helper()
	if r.Status == http.StatusBadRequest {
		r.Plain = r.Raw
		return r
	}
	if r.Status != http.StatusOK {
		t.Fatalf("HTTP %d %s", r.Status, r.Raw)
	}
	Same(t, "content type", r.HTTP.Get("Content-Type"), "application/json; charset=utf-8")
	var outer struct {
		Header map[string]any `json:"header"`
		Data   string         `json:"data"`
	}
	dec := json.NewDecoder(strings.NewReader(r.Raw))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(&outer); err != nil {
		t.Fatalf("reply: %v: %s", err, r.Raw)
	}
	text := func(name string) string { s, _ := outer.Header[name].(string); return s }
	Same(t, "appid of the reply", text("appid"), "100")
	Same(t, "version of the reply", text("version"), "2.0")
	stamp, err := outer.Header["timestamp"].(json.Number).Int64()
	if age := time.Since(time.Unix(stamp, 0)); err != nil || age < -time.Minute || age > time.Minute {
		t.Errorf("timestamp of the reply: %v, %v", outer.Header["timestamp"], err)
	}
	Same(t, "dataCode of the reply", text("dataCode"), Sha1Text(outer.Data))
	values := []string{"100", text("sid"), c.Token, text("dataCode")}
	slices.Sort(values)
	Same(t, "authCode of the reply", text("authCode"), Sha1Text(values...))
	cipher, err := base64.StdEncoding.DecodeString(outer.Data)
	if err != nil {
		t.Fatal(err)
	}
	plain := Rc4Text(c.AppKey, cipher)
	var compact bytes.Buffer
	if err := json.Compact(&compact, plain); err != nil || compact.String() != string(plain) {
		t.Fatalf("payload of the reply is not compact JSON: %v", err)
	}
	r.Header, r.Plain = outer.Header, string(plain)
	return r
}

// Refusal is the unsealed text of a refusal.
func Refusal(code int, text string) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"%s","content":{}}`, code, text)
}

// Members is a JSON object that tests change member by member.
type Members map[string]any

// With returns a copy with other values: name, value, name, value…
func (m Members) With(pairs ...any) Members {
	out := Members{}
	for k, v := range m {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// Without returns a copy that lacks members.
func (m Members) Without(names ...string) Members {
	out := m.With()
	for _, n := range names {
		delete(out, n)
	}
	return out
}

// JSON is the object's text.
func (m Members) JSON() string {
	text, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(text)
}
