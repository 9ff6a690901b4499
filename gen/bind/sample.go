package bind

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/spec"
)

// Sampler makes the messages of documents: with the keys and at the time of the first
// known answer that holds, or with made-up keys. They are the same each time.
type Sampler struct {
	system *spec.System
	p      *protocol.Protocol
	known  *known
	values map[string]string // of the known answer: ids, times, nonces
	now    time.Time
}

// NewSampler compiles the protocol of a system.
func NewSampler(s *spec.System) (*Sampler, error) {
	p, err := Protocol(s)
	if err != nil {
		return nil, err
	}
	m := &Sampler{system: s, p: p, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.FixedZone("CST", 8*60*60))}
	for _, k := range s.Known {
		if !k.Holds() || k.Push || k.Answer != "" || k.Only || prove(s, p, k) != nil {
			continue
		}
		if m.known, err = newKnown(s, p, k); err != nil {
			return nil, err
		}
		a, err := m.known.x.Admit(context.Background(), m.known.in, m.known.side)
		if err != nil {
			return nil, err
		}
		m.values = m.known.outgoing(a).Values
		a.Release()
		m.now, _ = time.Parse(time.RFC3339, k.At) // it was parsed before
		return m, nil
	}
	m.madeUp()
	return m, nil
}

// MadeUp is at the end of the keys and tokens that nobody has.
const MadeUp = "-of-demo"

// Keyed says whether messages are written or proven with keys.
func (m *Sampler) Keyed() bool { return len(m.p.Needs(false)) > 0 }

// madeUp gives the app demo keys that nobody has. Key pairs cannot be made up: without
// them there is no message.
func (m *Sampler) madeUp() {
	list := protocol.Secrets{}
	for _, n := range m.p.Needs(false) {
		switch n.Kind {
		case "text":
			list[n.Name] = []string{n.Name + MadeUp}
		case "hex":
			list[n.Name] = []string{"00112233445566778899aabbccddeeff"}
		case "base64":
			list[n.Name] = []string{base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))}
		}
	}
	keys, err := m.p.Keys("demo", list)
	if err != nil {
		return
	}
	m.known = &known{Known: &spec.Known{App: "demo", Issued: "token" + MadeUp}, keys: keys, used: map[string]bool{}}
	m.known.side = protocol.NewSide(m.known, m.known, m.known, func() time.Time { return m.now })
}

// Known is the answer whose keys the samples have, nil where they are made up.
func (m *Sampler) Known() *spec.Known {
	if m.known == nil || m.known.in.Message == nil {
		return nil
	}
	return m.known.Known
}

// Lines are the intermediate results of the known answer, as a receiver finds them.
func (m *Sampler) Lines() []protocol.Line {
	if m.Known() == nil {
		return nil
	}
	clear(m.known.used)
	q := m.known.x.Inquire(context.Background(), m.known.in, m.known.side) // it holds
	defer q.Release()
	return q.Lines
}

// exchange is the one that an interface belongs to, nil where the protocol has none.
func (m *Sampler) exchange(i *spec.Interface) *protocol.Exchange {
	if i.Kind == spec.Notify {
		return m.p.Push
	}
	return m.p.Call
}

// Request is a sample of the message of an interface: draft has method, path, query and
// headers that the interface says. It is nil where none can be made that is the same
// each time.
func (m *Sampler) Request(i *spec.Interface, draft *message.Message, payload []byte) *message.Message {
	first := m.send(i, draft, payload)
	second := m.send(i, draft, payload)
	if first == nil || second == nil || differs(first, second) != nil {
		return nil
	}
	return first
}

func (m *Sampler) send(i *spec.Interface, draft *message.Message, payload []byte) *message.Message {
	x := m.exchange(i)
	if x == nil || m.known == nil {
		return nil
	}
	sent, err := x.Send(m.known.keys, m.outgoing(i, draft, payload))
	if err != nil {
		return nil
	}
	defer sent.Release()
	out := *sent.Message // its texts are the run's, which ends
	out.Header, out.Body = http.Header{}, bytes.Clone(out.Body)
	for name, values := range sent.Message.Header {
		for _, value := range values {
			out.Header.Add(name, strings.Clone(value))
		}
	}
	out.Method, out.Path, out.Query = strings.Clone(out.Method), strings.Clone(out.Path), strings.Clone(out.Query)
	return &out
}

func (m *Sampler) outgoing(i *spec.Interface, draft *message.Message, payload []byte) protocol.Outgoing {
	return protocol.Outgoing{
		Interface: i.Cmd, Frame: i.FrameName, ID: "2026112208000000", Payload: payload, Draft: draft, Now: m.now,
		Token: m.known.Issued, Values: m.values, Random: &fixed{},
	}
}

// Reply is a sample of the reply to a message of an interface: all of it that has code
// and payload, as JSON, before it is encrypted, and its body as it is sent. They are nil
// where none can be made.
func (m *Sampler) Reply(i *spec.Interface, draft *message.Message, payload, reply []byte) (whole, body []byte) {
	x := m.exchange(i)
	if x == nil || m.known == nil {
		return nil, nil
	}
	sent, err := x.Send(m.known.keys, m.outgoing(i, draft, payload))
	if err != nil {
		return nil, nil
	}
	defer sent.Release()
	clear(m.known.used)
	in := protocol.Incoming{Message: sent.Message, Interface: i.Cmd, Frame: i.FrameName}
	ctx := context.Background()
	a, err := x.Admit(ctx, in, m.known.side)
	defer a.Release()
	if err != nil {
		return nil, nil
	}
	wire, err := x.Reply(a, protocol.Outcome{OK: true, Payload: reply, Now: m.now, Random: &fixed{}})
	if err != nil || wire == nil {
		return nil, nil
	}
	opened, err := x.Open(ctx, sent, wire)
	if err != nil {
		return nil, nil
	}
	return slices.Clone(opened.Whole()), bytes.Clone(wire.Body)
}

// fixed is bytes that look random and are the same each time.
type fixed struct {
	n    uint64
	left []byte
}

// Read fills b.
func (f *fixed) Read(b []byte) (int, error) {
	for n := 0; n < len(b); {
		if len(f.left) == 0 {
			f.n++
			sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, f.n))
			f.left = sum[:]
		}
		c := copy(b[n:], f.left)
		n, f.left = n+c, f.left[c:]
	}
	return len(b), nil
}

var _ io.Reader = (*fixed)(nil)
