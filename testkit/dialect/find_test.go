package dialect_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/dialect"
)

func desks(t testing.TB) map[string]*desk {
	t.Helper()
	out := map[string]*desk{}
	for name, f := range map[string]build{
		"parcel": parcel, "custservice": custservice, "baas": baas, "taobao-top": taobao, "wechat-pay-v2": wechat, "aliyun-rpc": aliyun, "tencent-tc3": tc3,
		"lianfa": lianfa, "alipay": alipay(rsaKey), "sf-express": sf, "jd-jos": jd, "stripe-webhook": stripe,
	} {
		out[name] = open(t, name, name == "stripe-webhook", f)
	}
	return out
}

// Without a mistake everything holds: the senders of this test are right.
func TestSenders(t *testing.T) {
	t.Parallel()
	for name, d := range desks(t) {
		if q := d.ask(t, d.make(&sender{}, d.keys)); q.Err != nil || len(q.Failed) > 0 {
			t.Errorf("%s: %v\n%v", name, q.Err, q.Lines)
		}
	}
}

// Each mistake is made by hand-written senders of each protocol; the finding names it.
func TestFind(t *testing.T) {
	t.Parallel()
	all, known, tried := desks(t), 0, 0
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, m := range mistakes() {
		if only := os.Getenv("MISTAKE"); only != "" && only != m.name {
			continue
		}
		for _, name := range names {
			d := all[name]
			q := d.ask(t, d.make(m.made(), d.keys))
			if q.Err == nil {
				q.Release()
				continue // it makes no difference there
			}
			tried++
			start := time.Now()
			var causes []string
			for _, f := range q.Failed {
				r := dialect.Find(q, f, dialect.Options{Secrets: map[string]string{"token": "t"}})
				for _, one := range r.Findings {
					causes = append(causes, strings.Join(one.Causes, " AND "))
				}
			}
			text := strings.Join(causes, "\n")
			switch {
			case text != "" && strings.Contains(strings.ToLower(text), strings.ToLower(m.want)):
				known++
			default:
				t.Logf("%s / %s (%s): %q", m.name, name, time.Since(start).Round(time.Millisecond), causes)
			}
			q.Release()
		}
	}
	t.Logf("%d of %d", known, tried)
}
