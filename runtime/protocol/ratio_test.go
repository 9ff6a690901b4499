package protocol_test

import (
	"context"
	"crypto/rc4" //nolint:gosec // the document has it
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// straight is the sealed document written by hand: each message in one function, without a
// plan, with the parser and the room that the engine has too.
type straight struct {
	app, token      string
	fresh           rc4.Cipher // before its first byte: the key is prepared once, as the engine does
	tree            step.Tree
	out, box, plain []byte
	parts           [4]string
	sum, shown      [40]byte
}

var errStraight = errors.New("it differs")

// digest writes the SHA-1 of some bytes in hexadecimal.
func digest(dst *[40]byte, in []byte) {
	sum := sha1.Sum(in) //nolint:gosec // likewise
	hex.Encode(dst[:], sum[:])
}

// auth writes the digest of the sorted parts.
func (s *straight) auth(dst *[40]byte, sid, dataCode string) {
	s.parts = [4]string{s.app, sid, s.token, dataCode}
	slices.Sort(s.parts[:])
	s.out = s.out[:0]
	for _, one := range s.parts {
		s.out = append(s.out, one...)
	}
	digest(dst, s.out)
}

// open reads a message and returns its payload.
func (s *straight) open(body []byte) ([]byte, error) {
	if err := s.tree.JSON(body, 4); err != nil {
		return nil, err
	}
	head, err := s.tree.Find(0, "header")
	if err != nil || head < 0 {
		return nil, errStraight
	}
	text := func(name string) []byte {
		at, err := s.tree.Find(head, name)
		if err != nil || at < 0 {
			return nil
		}
		return s.tree.Nodes[at].Text
	}
	at, err := s.tree.Find(0, "data")
	if err != nil || at < 0 {
		return nil, errStraight
	}
	data, sid, code := s.tree.Nodes[at].Text, text("sid"), text("dataCode")
	if string(text("appid")) != s.app || string(text("version")) != "2.0" || len(text("cmd")) == 0 || len(text("timestamp")) == 0 || len(sid) < 16 || len(sid) > 20 {
		return nil, errStraight
	}
	digest(&s.sum, data)
	s.auth(&s.shown, string(sid), string(code))
	if subtle.ConstantTimeCompare(s.sum[:], code)&subtle.ConstantTimeCompare(s.shown[:], text("authCode")) != 1 {
		return nil, errStraight
	}
	n := base64.StdEncoding.DecodedLen(len(data))
	s.box = slices.Grow(s.box[:0], n)[:n]
	if n, err = base64.StdEncoding.Decode(s.box, data); err != nil {
		return nil, err
	}
	return s.crypt(s.box[:n]), nil
}

// crypt is RC4, which is the same both ways.
func (s *straight) crypt(in []byte) []byte {
	c := s.fresh
	s.plain = slices.Grow(s.plain[:0], len(in))[:len(in)]
	c.XORKeyStream(s.plain, in)
	return s.plain
}

// seal writes a message with a payload.
func (s *straight) seal(sid, cmd string, payload []byte, now time.Time) []byte {
	s.box = base64.StdEncoding.AppendEncode(s.box[:0], s.crypt(payload))
	digest(&s.sum, s.box)
	s.auth(&s.shown, sid, string(s.sum[:]))
	b := append(s.out[:0], `{"header":{"appid":"`...)
	b = append(append(b, s.app...), `","timestamp":`...)
	b = strconv.AppendInt(b, now.Unix(), 10)
	b = append(append(append(b, `,"sid":"`...), sid...), `","authCode":"`...)
	b = append(append(append(b, s.shown[:]...), `","cmd":"`...), cmd...)
	b = append(append(append(b, `","version":"2.0","dataCode":"`...), s.sum[:]...), `"},"data":"`...)
	s.out = append(append(b, s.box...), `"}`...)
	return s.out
}

// straightOf is the hand-written road with the keys of the sealed document's test.
func straightOf(t testing.TB) *straight {
	t.Helper()
	f, _ := load(t, "testdata/lianfa.yaml")
	c, err := rc4.NewCipher([]byte(f.Keys["appkey"])) //nolint:gosec // likewise
	if err != nil {
		t.Fatal(err)
	}
	return &straight{app: f.App, token: f.Keys["token"], fresh: *c}
}

// TestStraight holds that both roads are about the same messages.
func TestStraight(t *testing.T) {
	t.Parallel()
	x, in, _ := sealedOf(t, 600)
	s := straightOf(t)
	got, err := s.open(in.Message.Body)
	if err != nil || string(got) != string(payloadOf(600)) {
		t.Fatalf("%s %v", got, err)
	}
	body := s.seal("12326112806250000001", "cst_info_create", payloadOf(600), time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC))
	if string(body) != string(in.Message.Body) {
		t.Errorf("by hand:\n%s\nby %T:\n%s", body, x, in.Message.Body)
	}
}

// BenchmarkRatio measures the engine against the same road by hand, in turns in one run:
// ratio is how much longer the engine takes.
func BenchmarkRatio(b *testing.B) {
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	f, p := load(b, "testdata/lianfa.yaml")
	_, keys := side(b, f, p, at, nil)
	for _, n := range []int{200, 600, 16 << 10} {
		x, in, server := sealedOf(b, n)
		hand, body, payload, ctx := straightOf(b), slices.Clone(in.Message.Body), payloadOf(n), context.Background()
		for _, one := range []struct {
			name            string
			engine, written func() error
		}{
			{"open", func() error {
				a, err := x.Admit(ctx, in, server)
				a.Release()
				return err
			}, func() error {
				_, err := hand.open(body)
				return err
			}},
			{"seal", func() error {
				sent, err := p.Call.Send(keys, protocol.Outgoing{Interface: "cst_info_create", ID: "12326112806250000001", Payload: payload, Now: at})
				if err == nil {
					sent.Release()
				}
				return err
			}, func() error {
				hand.seal("12326112806250000001", "cst_info_create", payload, at)
				return nil
			}},
		} {
			b.Run(one.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				var spent [2]time.Duration
				for b.Loop() {
					for i, road := range []func() error{one.engine, one.written} {
						start := time.Now()
						for range 16 {
							if err := road(); err != nil {
								b.Fatal(err)
							}
						}
						spent[i] += time.Since(start)
					}
				}
				b.ReportMetric(float64(spent[0])/float64(spent[1]), "ratio")
				b.ReportMetric(float64(spent[0].Nanoseconds())/float64(16*b.N), "ns/engine")
			})
		}
	}
}

// sealedOf is a message of lianfa with a payload of n bytes, and its receiver.
func sealedOf(t testing.TB, n int) (*protocol.Exchange, protocol.Incoming, *protocol.Side) {
	t.Helper()
	f, p := load(t, "testdata/lianfa.yaml")
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	s, keys := side(t, f, p, at, nil)
	sent, err := p.Call.Send(keys, protocol.Outgoing{
		Interface: "cst_info_create", ID: "12326112806250000001", Payload: payloadOf(n), Now: at,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.Call, protocol.Incoming{Message: sent.Message}, s
}

// payloadOf is n bytes of Chinese JSON and a frame around them.
func payloadOf(n int) []byte {
	out := []byte(`{"a":"`)
	for len(out) < n {
		out = append(out, "张三看房两次"...)
	}
	return append(out, `"}`...)
}
