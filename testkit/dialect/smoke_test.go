package dialect_test

import (
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/testkit/dialect"
	"strings"
	"testing"
	"time"
)

func javaURL(s string) string {
	var b strings.Builder
	for i := range len(s) {
		ch := s[i]
		switch {
		case strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*", ch) >= 0:
			b.WriteByte(ch)
		case ch == ' ':
			b.WriteByte('+')
		default:
			b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[ch>>4])+string("0123456789abcdef"[ch&15])))
		}
	}
	return b.String()
}

func desks(t testing.TB) map[string]*desk {
	return map[string]*desk{
		"parcel": open(t, "parcel", false, parcel), "custservice": open(t, "custservice", false, custservice), "baas": open(t, "baas", false, baas),
		"taobao-top": open(t, "taobao-top", false, taobao), "wechat-pay-v2": open(t, "wechat-pay-v2", false, wechat), "aliyun-rpc": open(t, "aliyun-rpc", false, aliyun),
		"tencent-tc3": open(t, "tencent-tc3", false, tc3), "lianfa": open(t, "lianfa", false, lianfa), "alipay": open(t, "alipay", false, alipay(rsaKey)),
		"sf-express": open(t, "sf-express", false, sf), "jd-jos": open(t, "jd-jos", false, jd), "stripe-webhook": open(t, "stripe-webhook", true, stripe),
	}
}

func TestClean(t *testing.T) {
	for name, d := range desks(t) {
		q := d.ask(t, d.make(&sender{}, d.keys))
		if q.Err != nil {
			t.Errorf("%s: %v\n%v", name, q.Err, q.Lines)
		}
	}
}

func (d *desk) find(t testing.TB, m *message.Message) []dialect.Result {
	q := d.ask(t, m)
	defer q.Release()
	var out []dialect.Result
	for _, f := range q.Failed {
		out = append(out, dialect.Find(q, f, dialect.Options{Secrets: d.keys}))
	}
	return out
}

func TestSmoke(t *testing.T) {
	all := desks(t)
	for _, name := range []string{"parcel", "custservice", "baas", "taobao-top", "wechat-pay-v2", "aliyun-rpc", "tencent-tc3", "lianfa", "alipay", "sf-express", "jd-jos", "stripe-webhook"} {
		d := all[name]
		for what, s := range map[string]*sender{
			"none": {came: func(s string) string {
				return strings.Map(func(r rune) rune {
					if r == 'a' {
						return 'b'
					}
					if r == 'A' {
						return 'B'
					}
					return r
				}, s)
			}},
			"java":  {value: javaURL},
			"gbk":   {body: func(s string) string { return s + "\n" }},
			"Upper": {came: strings.ToUpper},
		} {
			start := time.Now()
			for _, r := range d.find(t, d.make(s, d.keys)) {
				t.Logf("%s %s %s: %v tried %d early %v note %s", name, what, r.Value, time.Since(start).Round(time.Millisecond), r.Tried, r.Early, r.Note)
				for _, f := range r.Findings {
					t.Logf("     %q -> %q", f.Causes, f.Fixes)
				}
			}
		}
	}
}
