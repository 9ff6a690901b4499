package signature_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// noTokens has issued none.
type noTokens struct{}

func (noTokens) Valid(context.Context, string, string, string) (bool, error) { return false, nil }

// fresh has seen no nonce.
type fresh struct{}

func (fresh) Use(context.Context, string, string, string, time.Time) (bool, error) { return true, nil }

// A client signs a request and a server verifies it and shows a person the signed
// string.
func Example() {
	codec, err := signature.New(signature.Spec{
		App:  "header.appId",
		Time: &signature.Time{Value: "header.timestamp", Unit: "ms"},
		Steps: []signature.Step{{
			Op: "sign", Algorithm: "hmac-sha256", Key: "appkey", To: "header.sign",
			Over: "{method}\n{path}\n{params}\n{header.timestamp}", Params: &signature.Params{From: []string{"query"}},
		}},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	keys, err := codec.Keys("10086", map[string]string{"appkey": "a secret"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	r := &signature.Request{Method: "GET", Path: "/v1/customer", Query: "id=7&app=b", Header: http.Header{}}
	if err := codec.Sign(r, keys, now, nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	var m signature.Message
	if err := codec.Parse(r, &m); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	guard := signature.NewGuard("shop", noTokens{}, fresh{}, func() time.Time { return now })
	fmt.Println(codec.App(&m), codec.Verify(context.Background(), &m, keys, guard), keys)
	trace, err := codec.Trace(r, "10086", map[string]string{"appkey": "a secret"}, now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	lines, _ := trace.Step(0)
	fmt.Println(lines[1].Step + ": " + lines[1].Text)
	r.Query = "id=8&app=b"
	_ = codec.Parse(r, &m)
	fmt.Println(codec.Verify(context.Background(), &m, keys, guard))
	// Output:
	// 10086 <nil> [secret]
	// string to sign: GET\n/v1/customer\napp=b&id=7\n1795305600000
	// auth: sign: the signature differs
}
