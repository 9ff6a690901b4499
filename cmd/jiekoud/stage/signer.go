package stage

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Signer is a partner, a caller of a signed system. Like Caller it shares no code
// with the server: signing is written again here from the documents and their
// errata.
type Signer struct {
	*World
	ID, Token, AppKey string
	since             time.Time
}

// Secrets are the secrets that the partner has.
func (p *Signer) Secrets() []string {
	return slices.DeleteFunc([]string{p.Token, p.AppKey}, func(s string) bool { return s == "" })
}

// Moment is a time within the last minutes that no other request has, so that no
// signature comes twice.
func (p *Signer) Moment() time.Time {
	return p.since.Add(time.Duration(p.Sids.Add(1)) * time.Millisecond)
}

// Signer registers an app of a signed system.
func (w *World) Signer(t testing.TB, system, id string, grants ...string) *Signer {
	t.Helper()
	c := w.Server.App(t, system, id, grants...)
	return &Signer{w, id, string(c.Keys["token"]), string(c.Keys["appkey"]), time.Now().Add(-time.Minute)}
}

// Send makes the wanted request.
func (w *World) Send(t testing.TB, method, path string, header map[string]string, body string) Reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	return (&Caller{HTTP: w.Client}).Do(t, r)
}

// contents is the content of every table of a system, without times of writing.
func (w *World) contents(t testing.TB, system string) string {
	t.Helper()
	var b strings.Builder
	for _, table := range w.Rows(t, `select tablename from pg_tables where schemaname = $1 order by 1`, system) {
		var row struct{ Tablename string }
		if err := json.Unmarshal([]byte(table), &row); err != nil {
			t.Fatal(err)
		}
		b.WriteString(w.One(t, fmt.Sprintf(
			`select coalesce(string_agg((to_jsonb(x) - 'created' - 'modified')::text, e'\n' order by x::text), '') from %s.%s x`,
			system, row.Tablename)) + "\n")
	}
	return b.String()
}

// Still fails if do changes the rows of a system.
func (w *World) Still(t testing.TB, system string, do func()) {
	t.Helper()
	before := w.contents(t, system)
	do()
	Same(t, "what is stored", w.contents(t, system), before)
}

// SyncPath is where baas takes customers.
const SyncPath = "/occ/http/srv_baas_custinfo_sync"

// Md5Text is the MD5 of a text in hexadecimal.
func Md5Text(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Signed are the headers of a request of baas.
func (p *Signer) Signed(body string) map[string]string {
	return map[string]string{"appkey": p.ID, "sign": Md5Text(p.AppKey + body + p.AppKey), "Content-Type": "application/json"}
}

// Sync reports a customer to baas.
func (p *Signer) Sync(t testing.TB, body string) string {
	t.Helper()
	return p.Send(t, http.MethodPost, SyncPath+"?"+p.Token, p.Signed(body), body).Raw
}

// BaasReply is a reply of baas.
func BaasReply(code, text string) string {
	return `{"responseHeader":{"returnCode":"` + code + `","returnDesc":"` + text + `"}}`
}

// BaasFine is the reply of success.
var BaasFine = BaasReply("BaaS-000000", "")

// updatePath is where custservice changes customers.
const updatePath = "/basic/openapi/v1/customer"

// Put is a request of custservice before it is sent; a test may break it.
type Put struct {
	Method, Query, Body string
	Header              map[string]string
}

// Put makes a request that is signed at a time.
func (p *Signer) Put(at time.Time, query, body string) Put {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	digest := sha256.Sum256([]byte(body))
	mac := hmac.New(sha256.New, []byte(p.AppKey))
	fmt.Fprintf(mac, "PUT\n%s\n%s\n%s\n%s\n%x", updatePath, query, p.ID, stamp, digest)
	return Put{http.MethodPut, query, body, map[string]string{
		"appId": p.ID, "timestamp": stamp, "sign": hex.EncodeToString(mac.Sum(nil)), "Content-Type": "application/json",
	}}
}

// Change sends a change of a customer to custservice. Its signature is never that
// of an earlier one.
func (p *Signer) Change(t testing.TB, customer, body string) string {
	t.Helper()
	return p.Deliver(t, p.Put(p.Moment(), "customerId="+url.QueryEscape(customer), body)).Raw
}

// Deliver sends a request of custservice as it is.
func (p *Signer) Deliver(t testing.TB, r Put) Reply {
	t.Helper()
	return p.Send(t, r.Method, updatePath+"?"+r.Query, r.Header, r.Body)
}

// custRefused is a refusal of custservice.
func custRefused(code, text string) string {
	return `{"code":"` + code + `","message":"` + text + `","data":{}}`
}

// The refusals of custservice.
var (
	CustFailed = custRefused("20001", "请求失败")
	CustAuth   = custRefused("21002", "认证失败,请重新登录")
)

// Get asks u8 for a customer.
func (p *Signer) Get(t testing.TB, pairs ...string) string {
	t.Helper()
	q := url.Values{"from_account": {"a"}, "to_account": {"b"}, "app_key": {p.ID}, "token": {p.Token}, "id": {"0000000017"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return p.Send(t, http.MethodGet, "/api/customer/get?"+q.Encode(), nil, "").Raw
}

// Discreet fails when the log has one of the words: secrets and personal data.
func (w *World) Discreet(t testing.TB, words ...string) {
	t.Helper()
	log := w.Log.String()
	if len(log) == 0 {
		t.Error("nothing was logged")
	}
	for _, word := range words {
		if at := strings.Index(log, word); word == "" || at >= 0 {
			t.Errorf("the log has %q: …%.200s", word, log[max(0, at-100):])
		}
	}
}

// NewSync has every field.
var NewSync = Members{
	"tradeSeq": "ACME20261122080000123000000001", "tenantId": "ACME", "extCustId": "c1", "custName": "沈一诺", "custType": "P",
	"custGrade": "A", "provinceCode": "35", "cityCode": "0592", "state": "1", "stateChgTime": "20261101093000", "remark": "备注",
	"contactNo": "0592-5550100", "email": "a@example.com", "custAddress": "示例路1号",
}

// Seq is a trade number that no other has.
func (p *Signer) Seq() string { return fmt.Sprintf("ACME20261122080000123%09d", p.Sids.Add(1)+1000) }
