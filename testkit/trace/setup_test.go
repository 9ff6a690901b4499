package trace

import (
	"net/http"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

const (
	testToken  = "tk-5f0c2b7e9a1d4c38"
	testAppkey = "0123456789abcdef"
	testBody   = `{"name":"张三","url":"http://a/b","tags":["x","y"]}`
)

// clock is the time of the tests.
func clock() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, crypt.China()) }

// tester is the app of the tests.
func tester() Caller {
	return Caller{App: "10086", Secrets: map[string]string{"token": testToken, "appkey": testAppkey}}
}

// headerSpec signs method, path, parameters, time and the body's hash in a header.
func headerSpec() signature.Spec {
	return signature.Spec{
		App:   "header.appId",
		Time:  &signature.Time{Value: "header.timestamp", Unit: "ms", Else: "21002"},
		Nonce: &signature.Nonce{Value: "header.sign"},
		Steps: []signature.Step{{
			Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", To: "header.sign", Else: "20001",
			Over:   "{method}\n{path}\n{params}\n{header.timestamp}\n{body:sha256}",
			Params: &signature.Params{From: []string{"query"}},
		}},
	}
}

func setup(t testing.TB, spec signature.Spec) (*signature.Codec, *signature.Keys) {
	t.Helper()
	c, err := signature.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	by := tester()
	k, err := c.Keys(by.App, by.Secrets)
	if err != nil {
		t.Fatal(err)
	}
	return c, k
}

// signed returns a request that holds.
func signed(t testing.TB, c *signature.Codec, k *signature.Keys, r *signature.Request) *signature.Request {
	t.Helper()
	if err := c.Sign(r, k, clock(), func() string { return "n-1" }); err != nil {
		t.Fatal(err)
	}
	return r
}

// resigned signs a request again as it is, with its own time.
func resigned(t testing.TB, c *signature.Codec, r *signature.Request) {
	t.Helper()
	by := tester()
	trace, err := c.Trace(r, by.App, by.Secrets, clock())
	if err != nil {
		t.Fatal(err)
	}
	_, result := trace.Sign(0, trace.Text(0, 0, false))
	r.Header["Sign"] = []string{result}
}

func request() *signature.Request {
	return &signature.Request{
		Method: "PUT", Path: "/v1/customer", Query: "customerId=1&name=a+b", Header: http.Header{},
		Body: []byte(testBody),
	}
}
