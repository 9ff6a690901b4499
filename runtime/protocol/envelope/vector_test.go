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
