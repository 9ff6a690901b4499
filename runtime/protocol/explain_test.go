package protocol_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

func explain(t *testing.T, name, msg string, at time.Time, keys map[string]string) (string, error) {
	t.Helper()
	f, p := load(t, "testdata/"+name+".yaml")
	s, _ := side(t, f, p, at, keys)
	q := p.Call.Inquire(t.Context(), protocol.Incoming{Message: parse(t, msg), Interface: "x"}, s)
	defer q.Release()
	lines, err := q.Lines, q.Err
	var out []string
	for _, l := range lines {
		out = append(out, l.Step+": "+strings.ReplaceAll(l.Text, "\n", `\n`))
	}
	return strings.Join(out, "\n"), err
}

func TestExplain(t *testing.T) {
	t.Parallel()
	at := time.Date(2019, 2, 25, 16, 44, 25, 0, time.UTC)
	f, _ := load(t, "testdata/tencent-tc3.yaml")
	got, err := explain(t, "tencent-tc3", f.Vectors[0].Message, at, nil)
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		`sign, text: TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84`,
		`canonical: POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:cvm.tencentcloudapi.com\nx-tc-action:describeinstances\n\ncontent-type;host;x-tc-action\n35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064`,
		`keyDate: [keyDate]`,
		`key: [key]`,
		`window time: fine`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "Gu5t9xGARNpq86cd98joQYCN3") {
		t.Errorf("the secret shows:\n%s", got)
	}
}

// Secrets are masked where the template put them: a secret of one letter garbles
// nothing.
func TestExplainShortSecrets(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	got, err := explain(t, "wechat-pay-v2", "POST /\n\n<xml><appid>wxd930ea5d5a258f4f</appid><mch_id>t</mch_id><nonce_str>test</nonce_str><sign>0</sign><body>key</body></xml>",
		at, map[string]string{"key": "t", "mch_id": "t"})
	if code(err) != "SIGNERROR" {
		t.Error(err)
	}
	want := strings.TrimPrefix(`
params, text: appid=wxd930ea5d5a258f4f&body=key&mch_id=t&nonce_str=test
params: appid=wxd930ea5d5a258f4f&body=key&mch_id=t&nonce_str=test
sign, came: 0
sign, text: appid=wxd930ea5d5a258f4f&body=key&mch_id=t&nonce_str=test&key=[key]
sign, md5: AF 05 16 80 1D 03 3A 0A 89 AA 5E 0D 4E 0B 4F B7
sign, ours: AF0516801D033A0A89AA5E0D4E0B4FB7
refused: SIGNERROR: sign: it differs`, "\n")
	got = strings.ReplaceAll(got, "\nparams, text", "params, text")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
