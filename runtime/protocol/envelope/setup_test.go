package envelope

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// The worked example of chapter 3.
const (
	docToken = "52e41ab0d3eee56b725e3e29999762a8"
	docKey   = "S_+SFO!fH.7qj_CEIKgCoSRfYr&e%,zAL1-*UEW7D]V$o4Cc=Dd4kwSh%6Q<!?=!+_@H^,K*#Gdk/d.qp@nBjl:e^/," +
		".ckVGC2<4OoZNS2JN5<IX[Uq0W0oI-Y(K[k-R"
	docSid      = "2014123123123123"
	docData     = "FQz8lhihFbBH8fV4PA=="
	docDataCode = "a975283943d4be0d7cb355c2115f45d63b5dcc5d"
	docAuthCode = "8c694932bba5d137af13654ce5a875d30a267ec8"
	docPlain    = `{"hello":123}`
	docMessage  = `
{
"header": {
"timestamp": 1436782123,
"dataCode": "a975283943d4be0d7cb355c2115f45d63b5dcc5d",
"authCode": "8c694932bba5d137af13654ce5a875d30a267ec8",
"sid": "2014123123123123",
"cmd": "cst_identity",
"appid": "123",
"version": "2.0"
    },
"data": "FQz8lhihFbBH8fV4PA=="
}
`
)

// lianfa is the envelope as the generator declares it.
func lianfa() Spec {
	return Spec{
		Head: "header", Data: "data",
		Header: []HeaderField{
			{Name: "appid", Required: true, Length: 16},
			{Name: "timestamp", Required: true, Number: true},
			{Name: "sid", Required: true, Length: 20, Pattern: "[0-9]{16,20}"},
			{Name: "authCode", Required: true, Length: 40},
			{Name: "cmd", Required: true, Length: 64, Pattern: "[A-Za-z_]+"},
			{Name: "version", Required: true, Length: 16},
			{Name: "dataCode", Required: true, Length: 40},
		},
		App: "header.appid", Message: "header.sid", Sender: "100", Version: "2.0",
		Steps: []Step{
			{Op: "encrypt", Algorithm: "rc4", Key: "appkey", Else: "1004"},
			{Op: "encode", Algorithm: "base64", To: "data", Else: "1004"},
			{Op: "digest", Algorithm: "sha1", Over: []string{"data"}, To: "header.dataCode", Else: "1009"},
			{
				Op: "digest", Algorithm: "sha1", Order: "sorted", Accept: []string{"listed"},
				Over: []string{"header.appid", "header.sid", "token", "header.dataCode"},
				To:   "header.authCode", Else: "1009",
			},
		},
	}
}

func docSecrets() map[string]string { return map[string]string{"token": docToken, "appkey": docKey} }

func docHeader() Header {
	return Header{Values: []Value{
		{"appid", "123"}, {"sid", docSid}, {"cmd", "cst_identity"}, {"timestamp", "1436782123"},
	}}
}

func setup(t testing.TB) (*Codec, *Keys) {
	t.Helper()
	return setupSpec(t, lianfa())
}

func setupSpec(t testing.TB, spec Spec) (*Codec, *Keys) {
	t.Helper()
	c, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Keys("123", docSecrets())
	if err != nil {
		t.Fatal(err)
	}
	return c, k
}

// open parses and opens.
func open(c *Codec, k *Keys, body string) ([]byte, error) {
	var m Message
	if err := c.Parse([]byte(body), &m); err != nil {
		return nil, err
	}
	return c.Open(nil, &m, k)
}

// refusal returns the rule or the code of err, and the field.
func refusal(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *problem.Error
	if !errors.As(err, &e) {
		t.Fatalf("not a refusal: %v", err)
	}
	out := string(e.Rule) + e.Code
	for _, p := range e.Problems {
		out += " " + string(p.Rule) + ":" + p.Field
	}
	return out
}

// quiet fails when 4 bytes of a value of the input show in err.
func quiet(t *testing.T, err error, inputs ...string) {
	t.Helper()
	if err == nil {
		return
	}
	for _, input := range inputs {
		for i := 0; i+4 <= len(input); i++ {
			if strings.Contains(err.Error(), input[i:i+4]) {
				t.Fatalf("%q of the input shows in %q", input[i:i+4], err)
			}
		}
	}
}

func sha(s string) string {
	h := sha1.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

// signed builds a body by other means than Seal: data is JSON text, and the codes
// cover its value.
func signed(t *testing.T, appid, sid, data, dataJSON string) string {
	t.Helper()
	dataCode := sha(data)
	auth := sha(joinSorted(appid, sid, docToken, dataCode))
	head, err := json.Marshal(map[string]any{
		"appid": appid, "sid": sid, "cmd": "cst_identity", "timestamp": 1436782123, "version": "2.0",
		"dataCode": dataCode, "authCode": auth,
	})
	if err != nil {
		t.Fatal(err)
	}
	return `{"header":` + string(head) + `,"data":` + dataJSON + `}`
}
