package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// signer is a partner, a caller of a plain system. Like caller it shares no code with the
// server: what it signs is written again here from the documents and their errata.
type signer struct {
	*world
	id, token, appkey string
	since             time.Time
}

// moment is a time within the last minutes that no other request has, so that no
// signature comes twice.
func (p *signer) moment() time.Time {
	return p.since.Add(time.Duration(p.sids.Add(1)) * time.Millisecond)
}

// signer registers an app of a plain system.
func (w *world) signer(t testing.TB, system, id string, grants ...string) *signer {
	t.Helper()
	c := w.Server.App(t, system, id, grants...)
	return &signer{w, id, string(c.Token), string(c.AppKey), time.Now().Add(-time.Minute)}
}

// send makes a request as it is told.
func (w *world) send(t testing.TB, method, path string, header map[string]string, body string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	return (&caller{http: w.http}).do(t, r)
}

// contents is the content of every table of a system, without times of writing.
func (w *world) contents(t testing.TB, system string) string {
	t.Helper()
	var b strings.Builder
	for _, table := range w.rows(t, `select tablename from pg_tables where schemaname = $1 order by 1`, system) {
		var row struct{ Tablename string }
		if err := json.Unmarshal([]byte(table), &row); err != nil {
			t.Fatal(err)
		}
		b.WriteString(w.one(t, fmt.Sprintf(
			`select coalesce(string_agg((to_jsonb(x) - 'created' - 'modified')::text, e'\n' order by x::text), '') from %s.%s x`,
			system, row.Tablename)) + "\n")
	}
	return b.String()
}

// still fails when do changes what a system has stored.
func (w *world) still(t testing.TB, system string, do func()) {
	t.Helper()
	before := w.contents(t, system)
	do()
	same(t, "what is stored", w.contents(t, system), before)
}

// syncPath is where baas takes customers.
const syncPath = "/occ/http/srv_baas_custinfo_sync"

// md5Text is the MD5 of a text in hexadecimal.
func md5Text(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// signed are the headers of a request of baas.
func (p *signer) signed(body string) map[string]string {
	return map[string]string{"appkey": p.id, "sign": md5Text(p.appkey + body + p.appkey), "Content-Type": "application/json"}
}

// sync reports a customer to baas.
func (p *signer) sync(t testing.TB, body string) string {
	t.Helper()
	return p.send(t, http.MethodPost, syncPath+"?"+p.token, p.signed(body), body).raw
}

// baasReply is a reply of baas.
func baasReply(code, text string) string {
	return `{"responseHeader":{"returnCode":"` + code + `","returnDesc":"` + text + `"}}`
}

// baasFine is the reply of success.
var baasFine = baasReply("BaaS-000000", "")

// updatePath is where custservice changes customers.
const updatePath = "/basic/openapi/v1/customer"

// put is a request of custservice before it is sent; a test may break it.
type put struct {
	method, query, body string
	header              map[string]string
}

// put makes a request that is signed at a time.
func (p *signer) put(at time.Time, query, body string) put {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	digest := sha256.Sum256([]byte(body))
	mac := hmac.New(sha256.New, []byte(p.appkey))
	fmt.Fprintf(mac, "PUT\n%s\n%s\n%s\n%s\n%x", updatePath, query, p.id, stamp, digest)
	return put{http.MethodPut, query, body, map[string]string{
		"appId": p.id, "timestamp": stamp, "sign": hex.EncodeToString(mac.Sum(nil)), "Content-Type": "application/json",
	}}
}

// change sends a change of a customer to custservice. Its signature is never that
// of an earlier one.
func (p *signer) change(t testing.TB, customer, body string) string {
	t.Helper()
	return p.deliver(t, p.put(p.moment(), "customerId="+url.QueryEscape(customer), body)).raw
}

// deliver sends a request of custservice as it is.
func (p *signer) deliver(t testing.TB, r put) reply {
	t.Helper()
	return p.send(t, r.method, updatePath+"?"+r.query, r.header, r.body)
}

// custRefused is a refusal of custservice.
func custRefused(code, text string) string {
	return `{"code":"` + code + `","message":"` + text + `","data":{}}`
}

// The refusals of custservice.
var (
	custFailed = custRefused("20001", "请求失败")
	custAuth   = custRefused("21002", "认证失败,请重新登录")
)

// get asks u8 for a customer.
func (p *signer) get(t testing.TB, pairs ...string) string {
	t.Helper()
	q := url.Values{"from_account": {"a"}, "to_account": {"b"}, "app_key": {p.id}, "token": {p.token}, "id": {"0000000017"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return p.send(t, http.MethodGet, "/api/customer/get?"+q.Encode(), nil, "").raw
}

// discreet fails when the log has one of the words: secrets and personal data.
func (w *world) discreet(t testing.TB, words ...string) {
	t.Helper()
	log := w.log.String()
	if len(log) == 0 {
		t.Error("nothing was logged")
	}
	for _, word := range words {
		if at := strings.Index(log, word); word == "" || at >= 0 {
			t.Errorf("the log has %q: …%.200s", word, log[max(0, at-100):])
		}
	}
}
