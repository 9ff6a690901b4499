package envelope

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// joinSorted is the documents' 按自然排序后字符串拼接.
func joinSorted(parts ...string) string {
	slices.Sort(parts)
	return strings.Join(parts, "")
}

func TestDocumentExampleOpens(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	var m Message
	if err := c.Parse([]byte(docMessage), &m); err != nil {
		t.Fatal(err)
	}
	got, err := c.Open([]byte("before"), &m, k)
	if err != nil || string(got) != "before"+docPlain {
		t.Fatalf("got %q, %v", got, err)
	}
	for name, want := range map[string]string{
		"header.appid": "123", "header.sid": docSid, "header.cmd": "cst_identity", "header.version": "2.0",
		"header.timestamp": "1436782123", "header.dataCode": docDataCode, "header.authCode": docAuthCode, "header.token": "",
	} {
		if got := m.Value(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if c.App(&m) != "123" || c.MessageID(&m) != docSid || string(m.Data()) != docData {
		t.Errorf("app %q, message %q, data %q", c.App(&m), c.MessageID(&m), m.Data())
	}
}

func TestDocumentExampleSeals(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	got, err := c.Seal([]byte("before"), docHeader(), []byte(docPlain), k)
	if err != nil {
		t.Fatal(err)
	}
	want := `before{"header":{"appid":"123","timestamp":1436782123,"sid":"` + docSid + `","authCode":"` + docAuthCode +
		`","cmd":"cst_identity","version":"2.0","dataCode":"` + docDataCode + `"},"data":"` + docData + `"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestExplainDocumentExample(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	lines, sealed, err := c.ExplainSeal(docHeader(), []byte(docPlain), k)
	if err != nil {
		t.Fatal(err)
	}
	join := "123 + " + docSid + " + [token] + " + docDataCode
	want := []Line{
		{"payload", docPlain},
		{"payload, bytes", "7B 22 68 65 6C 6C 6F 22 3A 31 32 33 7D"},
		{"encrypt, rc4 with [appkey]", "15 0C FC 96 18 A1 15 B0 47 F1 F5 78 3C"},
		{"encode, base64 -> data", docData},
		{"sha1 of data -> header.dataCode", docDataCode},
		{"join for header.authCode, sorted", join},
		{"sha1 -> header.authCode", docAuthCode},
		{"message", string(sealed)},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}

	var m Message
	if err := c.Parse(sealed, &m); err != nil {
		t.Fatal(err)
	}
	lines, plain, err := c.ExplainOpen(&m, k)
	want = []Line{
		{"join for header.authCode, sorted", join},
		{"sha1 -> header.authCode", docAuthCode + " = received"},
		{"sha1 of data -> header.dataCode", docDataCode + " = received"},
		{"decode, base64", "15 0C FC 96 18 A1 15 B0 47 F1 F5 78 3C"},
		{"decrypt, rc4 with [appkey]", "7B 22 68 65 6C 6C 6F 22 3A 31 32 33 7D"},
		{"payload", docPlain},
		{"payload, bytes", "7B 22 68 65 6C 6C 6F 22 3A 31 32 33 7D"},
	}
	if diff := cmp.Diff(want, lines); diff != "" || err != nil || string(plain) != docPlain {
		t.Error(diff, err, string(plain))
	}
}

func TestExplainHints(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	cipher := "\x15\x0c\xfc\x96\x18\xa1\x15\xb0\x47\xf1\xf5\x78\x3c"
	other := sha("123" + docDataCode + docSid + docToken)
	for name, tt := range map[string]struct{ old, new, hint string }{
		"order":       {docAuthCode, other, "the sender joined header.appid + header.dataCode + header.sid + token"},
		"no order":    {docAuthCode, strings.Repeat("0", 40), "no order of these values gives the code: look at the token"},
		"cipher text": {docDataCode, sha(cipher), "the sender took it over the cipher text; it is over the base64 text"},
		"plain text":  {docDataCode, sha(docPlain), "the sender took it over the plain text; it is over the base64 text"},
		"line breaks": {docData, docData + `\r\n`, "the sender took it before the line breaks came in"},
		"other":       {docData, "AAAA", "the payload changed on its way"},
	} {
		var m Message
		if err := c.Parse([]byte(strings.Replace(docMessage, tt.old, tt.new, 1)), &m); err != nil {
			t.Fatal(name, err)
		}
		lines, plain, err := c.ExplainOpen(&m, k)
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
	c, _ := setup(t)
	wrong, err := c.Keys("123", map[string]string{"token": docToken, "appkey": "another key"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		body, refusal string
		line          Line
	}{
		"wrong appkey": {docMessage, "", Line{"payload", "(no text: is the key right?)"}},
		"empty":        {signed(t, "123", docSid, "", `""`), "", Line{"payload", "(empty)"}},
		"sid": {
			signed(t, "123", "x", docData, `"`+docData+`"`), "sid sid:header/sid",
			Line{"grammar", "header/sid breaks sid"},
		},
		"base64": {
			signed(t, "123", docSid, "FQ", `"FQ"`), "1004",
			Line{"decode, base64", "refused: data is no strict base64"},
		},
	} {
		var m Message
		if err := c.Parse([]byte(tt.body), &m); err != nil {
			t.Fatal(name, err)
		}
		lines, _, err := c.ExplainOpen(&m, wrong)
		if refusal(t, err) != tt.refusal || !slices.Contains(lines, tt.line) {
			t.Errorf("%s: %v, %v", name, err, lines)
		}
	}
	if _, _, err := c.ExplainOpen(new(Message), wrong); err == nil {
		t.Error("a message that was not parsed")
	}
	if _, _, err := c.ExplainSeal(Header{}, nil, wrong); err == nil {
		t.Error("a header without values")
	}
}

// sorted and listed differ where the sid sorts behind the token.
func TestOrders(t *testing.T) {
	t.Parallel()
	const sid = "9991201020304050607"
	dataCode := sha(docData)
	sorted, listed := sha(joinSorted("999", sid, docToken, dataCode)), sha("999"+sid+docToken+dataCode)
	if sorted == listed {
		t.Fatal("the vector does not tell the orders apart")
	}
	only := lianfa()
	only.Steps[3].Accept = nil
	strict, strictKeys := setupSpec(t, only)
	only = lianfa()
	only.Steps[3].Order, only.Steps[3].Accept = "listed", nil
	written, writtenKeys := setupSpec(t, only)
	both, bothKeys := setup(t)
	for name, tt := range map[string]struct {
		c      *Codec
		k      *Keys
		code   string
		opened bool
	}{
		"both, sorted":   {both, bothKeys, sorted, true},
		"both, listed":   {both, bothKeys, listed, true},
		"sorted, sorted": {strict, strictKeys, sorted, true},
		"sorted, listed": {strict, strictKeys, listed, false},
		"listed, sorted": {written, writtenKeys, sorted, false},
		"listed, listed": {written, writtenKeys, listed, true},
	} {
		body := signed(t, "999", sid, docData, `"`+docData+`"`)
		_, err := open(tt.c, tt.k, strings.Replace(body, sorted, tt.code, 1))
		if (err == nil) != tt.opened {
			t.Errorf("%s: %v", name, err)
		}
	}
	h := Header{Values: []Value{{"appid", "999"}, {"sid", sid}, {"cmd", "x"}, {"timestamp", "1"}}}
	body, err := both.Seal(nil, h, []byte(docPlain), bothKeys)
	if err != nil || !strings.Contains(string(body), sorted) {
		t.Errorf("we sign sorted: %s, %v", body, err)
	}
}
