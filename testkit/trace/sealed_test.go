package trace

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
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
func lianfa() envelope.Spec {
	return envelope.Spec{
		Head: "header", Data: "data",
		Header: []envelope.HeaderField{
			{Name: "appid", Required: true, Length: 16},
			{Name: "timestamp", Required: true, Number: true},
			{Name: "sid", Required: true, Length: 20, Pattern: "[0-9]{16,20}"},
			{Name: "authCode", Required: true, Length: 40},
			{Name: "cmd", Required: true, Length: 64, Pattern: "[A-Za-z_]+"},
			{Name: "version", Required: true, Length: 16},
			{Name: "dataCode", Required: true, Length: 40},
		},
		App: "header.appid", Message: "header.sid", Sender: "100", Version: "2.0",
		Steps: []envelope.Step{
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

func docHeader() envelope.Header {
	return envelope.Header{Values: []envelope.Value{
		{Name: "appid", Text: "123"}, {Name: "sid", Text: docSid}, {Name: "cmd", Text: "cst_identity"}, {Name: "timestamp", Text: "1436782123"},
	}}
}

// document is the worked example's codec and keys.
func document(t testing.TB) (*envelope.Codec, *envelope.Keys) {
	t.Helper()
	c, err := envelope.New(lianfa())
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.Keys("123", docSecrets())
	if err != nil {
		t.Fatal(err)
	}
	return c, k
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

func sha(s string) string {
	h := sha1.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

// signed builds a body by other means than Seal: data is JSON text, and the codes
// cover its value.
func signedBody(t *testing.T, appid, sid, data, dataJSON string) string {
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

// joinSorted is the documents' 按自然排序后字符串拼接.
func joinSorted(parts ...string) string {
	slices.Sort(parts)
	return strings.Join(parts, "")
}

func TestExplainDocumentExample(t *testing.T) {
	t.Parallel()
	c, k := document(t)
	sealed, err := c.Seal(nil, docHeader(), []byte(docPlain), k)
	if err != nil {
		t.Fatal(err)
	}
	join := "123 + " + docSid + " + [token] + " + docDataCode
	var m envelope.Message
	if err := c.Parse(sealed, &m); err != nil {
		t.Fatal(err)
	}
	lines, plain, err := Open(c, &m, "123", docSecrets())
	want := []crypt.Line{
		{Step: "join for header.authCode, sorted", Text: join},
		{Step: "sha1 -> header.authCode", Text: docAuthCode + " = received"},
		{Step: "sha1 of data -> header.dataCode", Text: docDataCode + " = received"},
		{Step: "decode, base64", Text: "15 0C FC 96 18 A1 15 B0 47 F1 F5 78 3C"},
		{Step: "decrypt, rc4 with [appkey]", Text: "7B 22 68 65 6C 6C 6F 22 3A 31 32 33 7D"},
		{Step: "payload", Text: docPlain},
		{Step: "payload, bytes", Text: "7B 22 68 65 6C 6C 6F 22 3A 31 32 33 7D"},
	}
	if diff := cmp.Diff(want, lines); diff != "" || err != nil || string(plain) != docPlain {
		t.Error(diff, err, string(plain))
	}
}

func TestExplainHints(t *testing.T) {
	t.Parallel()
	c, _ := document(t)
	cipher := "\x15\x0c\xfc\x96\x18\xa1\x15\xb0\x47\xf1\xf5\x78\x3c"
	other := sha("123" + docDataCode + docSid + docToken)
	for name, tt := range map[string]struct{ old, new, hint string }{
		"order":       {docAuthCode, other, "the sender joined header.appid + header.dataCode + header.sid + token"},
		"no order":    {docAuthCode, strings.Repeat("0", 40), "no order of these values gives the code: look at the token"},
		"cipher text": {docDataCode, sha(cipher), "the sender took it over the cipher text; it is over the base64 text"},
		"plain text":  {docDataCode, sha(docPlain), "the sender computed it over the plaintext; it is over the base64 text"},
		"line breaks": {docData, docData + `\r\n`, "the sender took it before the line breaks came in"},
		"other":       {docData, "AAAA", "the payload changed on its way"},
	} {
		var m envelope.Message
		if err := c.Parse([]byte(strings.Replace(docMessage, tt.old, tt.new, 1)), &m); err != nil {
			t.Fatal(name, err)
		}
		lines, plain, err := Open(c, &m, "123", docSecrets())
		if refusal(t, err) != "1009" || plain != nil {
			t.Errorf("%s: %v", name, err)
		}
		found := false
		for _, l := range lines {
			found = found || l.Step == "hint" && strings.HasPrefix(l.Text, tt.hint)
			if strings.Contains(l.Text, docToken) || strings.Contains(l.Text, docKey) {
				t.Errorf("%s: a secret shows in %v", name, l)
			}
		}
		if !found {
			t.Errorf("%s: no hint %q in %q", name, tt.hint, lines)
		}
	}
}

func TestExplainOtherFaults(t *testing.T) {
	t.Parallel()
	c, _ := document(t)
	wrong := map[string]string{"token": docToken, "appkey": "another key"}
	for name, tt := range map[string]struct {
		body, refusal string
		line          crypt.Line
	}{
		"wrong appkey": {docMessage, "", crypt.Line{Step: "payload", Text: "(no text: is the key right?)"}},
		"empty":        {signedBody(t, "123", docSid, "", `""`), "", crypt.Line{Step: "payload", Text: "(empty)"}},
		"sid": {
			signedBody(t, "123", "x", docData, `"`+docData+`"`), "sid sid:header/sid",
			crypt.Line{Step: "grammar", Text: "header/sid breaks sid"},
		},
		"base64": {
			signedBody(t, "123", docSid, "FQ", `"FQ"`), "1004",
			crypt.Line{Step: "decode, base64", Text: "refused: data is no strict base64"},
		},
	} {
		var m envelope.Message
		if err := c.Parse([]byte(tt.body), &m); err != nil {
			t.Fatal(name, err)
		}
		lines, _, err := Open(c, &m, "123", wrong)
		if refusal(t, err) != tt.refusal || !slices.Contains(lines, tt.line) {
			t.Errorf("%s: %v, %v", name, err, lines)
		}
	}
	if _, _, err := Open(c, new(envelope.Message), "123", wrong); err == nil {
		t.Error("a message that was not parsed")
	}
	if _, _, err := Open(c, new(envelope.Message), "123", nil); err == nil {
		t.Error("no secrets, and no error")
	}
}
