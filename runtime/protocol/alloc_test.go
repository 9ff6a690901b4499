//go:build !race

package protocol_test

import (
	"context"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// A sealed message is admitted and answered without an allocation, once the room is
// there. The
// race detector adds some, so this test is not built with it.
func TestNoAllocation(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole program
	for _, n := range []int{0, 600, 16 << 10} {
		x, in, s := sealedOf(t, n)
		ctx := context.Background()
		if got := testing.AllocsPerRun(100, func() {
			a, err := x.Admit(ctx, in, s)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := x.Reply(a, protocol.Outcome{OK: true, Code: "0", Text: "ok", Payload: a.Payload()}); err != nil {
				t.Fatal(err)
			}
			a.Release()
		}); got != 0 {
			t.Errorf("%d bytes: %v allocations", n, got)
		}
	}
}

func BenchmarkAdmit(b *testing.B) {
	for _, n := range []int{200, 600, 16 << 10, 256 << 10} {
		b.Run(label2(n), func(b *testing.B) {
			x, in, s := sealedOf(b, n)
			ctx := context.Background()
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for b.Loop() {
				a, err := x.Admit(ctx, in, s)
				if err != nil {
					b.Fatal(err)
				}
				a.Release()
			}
		})
	}
}

func BenchmarkAdmitReply600(b *testing.B) {
	x, in, s := sealedOf(b, 600)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		a, err := x.Admit(ctx, in, s)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Reply(a, protocol.Outcome{OK: true, Code: "0", Text: "ok", Payload: a.Payload()}); err != nil {
			b.Fatal(err)
		}
		a.Release()
	}
}

// BenchmarkVerify reports what verification costs by signature.
func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"custservice", "wechat-pay-v2", "alipay", "wechat-pay-v3", "bank-sm", "discord-interactions", "rsa-blocks"} {
		b.Run(name, func(b *testing.B) {
			f, p := load(b, "testdata/"+name+".yaml")
			at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
			x, _, sent := send(b, f, p, f.Trips[0], at)
			s := forgetful(b, f, p, at)
			in := protocol.Incoming{Message: sent.Message, Interface: f.Trips[0].Interface}
			b.ReportAllocs()
			for b.Loop() {
				a, err := x.Admit(b.Context(), in, s)
				if err != nil {
					b.Fatal(err)
				}
				a.Release()
			}
		})
	}
}

func label2(n int) string { return time.Duration(n).String() }

var _ = message.Message{}
