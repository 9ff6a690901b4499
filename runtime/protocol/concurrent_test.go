package protocol_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// One protocol serves many at once, and no message sees another one's texts.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lianfa", "wechat-pay-v2", "bank-envelope", "oauth1"} {
		f, p := load(t, "testdata/"+name+".yaml")
		_, keys := side(t, f, p, at, nil)
		s := forgetful(t, f, p, at)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for n := range 20 {
					payload := fmt.Sprintf(`{"a":"%d-%d"}`, i, n)
					o := protocol.Outgoing{Interface: "x", ID: fmt.Sprintf("%020d", i*1000+n), Payload: []byte(payload), Now: at}
					o.Draft = parse(t, "POST /x\nHost: h")
					sent, err := p.Call.Send(keys, o)
					if err != nil {
						t.Error(err)
						return
					}
					a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: sent.Message, Interface: "x"}, s)
					if err != nil || string(a.Payload()) != payload {
						t.Errorf("%s: %s, %v", name, a.Payload(), err)
					}
					m, err := p.Call.Reply(a, protocol.Outcome{OK: true, Code: "0", Payload: []byte(payload)})
					if err != nil {
						t.Error(err)
						return
					}
					if got, err := p.Call.Open(t.Context(), sent, m); err != nil || string(got.Payload) != payload {
						t.Errorf("%s: %v", name, err)
					}
					a.Release()
					sent.Release()
				}
			})
		}
		all.Wait()
	}
}
