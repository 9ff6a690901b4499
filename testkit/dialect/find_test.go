package dialect_test

import (
	"hash/crc32"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
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

// find is what is said of a message, one line for each finding.
func (d *desk) find(t testing.TB, s *sender) (causes []string, refused bool) {
	t.Helper()
	return d.search(t, d.ask(t, d.make(s, d.keys)), map[string]string{"token": "t"}, 400*time.Millisecond)
}

func (d *desk) search(t testing.TB, q *protocol.Inquiry, secrets map[string]string, budget time.Duration) (causes []string, refused bool) {
	t.Helper()
	defer q.Release()
	for _, f := range q.Failed {
		r := dialect.Find(q, f, dialect.Options{Secrets: secrets, Budget: budget})
		for _, one := range r.Findings {
			causes = append(causes, strings.Join(append(one.Causes, one.Same...), "; "))
		}
	}
	return causes, q.Err != nil
}

// Each mistake is made by senders that were written by hand, of each protocol. The
// findings name it, or there are none; no other mistake is ever proven. A third of the
// combinations is run; with DIALECT=all every one, with DIALECT=NAME that mistake.
func TestFind(t *testing.T) {
	t.Parallel()
	all := desks(t)
	only := os.Getenv("DIALECT")
	named, tried := 0, 0
	for _, m := range mistakes() {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			sampled := only == "" && crc32.ChecksumIEEE([]byte(m.name+name))%3 == 0
			if !sampled && only != "all" && only != m.name {
				continue
			}
			causes, refused := all[name].find(t, m.made())
			if !refused {
				continue // it makes no difference there
			}
			tried++
			text := strings.Join(causes, "\n")
			switch {
			case text == "":
				t.Logf("%s / %s: nothing was found", m.name, name)
			case !regexp.MustCompile(m.want).MatchString(text):
				t.Errorf("%s / %s: want %s in\n%s", m.name, name, m.want, text)
			default:
				named++
			}
		}
	}
	t.Logf("%d of %d mistakes are named", named, tried)
	if only == "" && (tried < 250 || named*20 < tried*19) {
		t.Errorf("%d of %d mistakes are named", named, tried)
	}
}
