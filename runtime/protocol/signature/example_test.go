package signature_test

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
)

// A request is signed by a client and verified by a server, which shows a person
// what it signed.
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
	fmt.Println(codec.App(&m), codec.Verify(&m, keys, now), keys)
	lines, _ := codec.Explain(r, keys, now, "")
	fmt.Println(lines[1].Step + ": " + lines[1].Text)
	r.Query = "id=8&app=b"
	_ = codec.Parse(r, &m)
	fmt.Println(codec.Verify(&m, keys, now))
	// Output:
	// 10086 <nil> [secret]
	// sign, string to sign: GET\n/v1/customer\napp=b&id=7\n1795305600000
	// auth: sign: the signature differs
}
