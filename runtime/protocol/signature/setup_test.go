package signature

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

const (
	testToken  = "tk-5f0c2b7e9a1d4c38"
	testAppkey = "0123456789abcdef"
	testBody   = `{"name":"张三","url":"http://a/b","tags":["x","y"]}`
)

// clock is the time of the tests.
func clock() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, crypt.China()) }

func secrets() map[string]string { return map[string]string{"token": testToken, "appkey": testAppkey} }

// headerSpec signs method, path, parameters, time and the body's hash in a header.
func headerSpec() Spec {
	return Spec{
		App:   "header.appId",
		Time:  &Time{Value: "header.timestamp", Unit: "ms", Else: "21002"},
		Nonce: &Nonce{Value: "header.sign"},
		Steps: []Step{{
			Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", To: "header.sign", Else: "20001",
			Over:   "{method}\n{path}\n{params}\n{header.timestamp}\n{body:sha256}",
			Params: &Params{From: []string{"query"}},
		}},
	}
}

// friend takes every token and every nonce, at the time of the tests.
type friend struct{}

func (friend) Valid(context.Context, string, string, string) (bool, error) { return true, nil }

func (friend) Use(context.Context, string, string, string, time.Time) (bool, error) { return true, nil }

func (f friend) guard() Guard {
	now := clock()
	return NewGuard("shop", f, f, func() time.Time { return now })
}

func setup(t testing.TB, spec Spec) (*Codec, *Keys) {
	t.Helper()
	c, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Keys("10086", secrets())
	if err != nil {
		t.Fatal(err)
	}
	return c, k
}

// signed returns a request that holds.
func signed(t testing.TB, c *Codec, k *Keys, r *Request) *Request {
	t.Helper()
	if err := c.Sign(r, k, clock(), func() string { return "n-1" }); err != nil {
		t.Fatal(err)
	}
	return r
}

func request() *Request {
	return &Request{
		Method: "PUT", Path: "/v1/customer", Query: "customerId=1&name=a+b", Header: http.Header{},
		Body: []byte(testBody),
	}
}

// verify parses and verifies; it returns "step code field" of a refusal, or "".
func verify(t testing.TB, c *Codec, k *Keys, r *Request, m *Message) string {
	t.Helper()
	err := c.Parse(r, m)
	if err == nil {
		err = c.Verify(t.Context(), m, k, friend{}.guard())
	}
	return refused(t, err)
}

func refused(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*problem.Error](err)
	if !ok {
		t.Fatalf("no refusal: %v", err)
	}
	out := []string{"request", string(e.Rule) + e.Code}
	if by, ok := errors.AsType[*stepError](err); ok {
		out[0] = by.step
	}
	if e.Field != "" {
		out = append(out, e.Field)
	}
	return strings.Join(out, " ")
}
