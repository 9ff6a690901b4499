package signature

import (
	"strings"
	"testing"
)

// bodyOf is a JSON body of n bytes.
func bodyOf(n int) []byte {
	const head, tail = `{"customerId":"1","name":"`, `"}`
	return []byte(head + strings.Repeat("a", n-len(head)-len(tail)) + tail)
}

// BenchmarkVerify parses and verifies a JSON body of 600 bytes, once with its hash
// in the signed string and once with its sorted members.
func BenchmarkVerify(b *testing.B) {
	members := headerSpec()
	members.Steps[0].Over, members.Steps[0].Params.From = "{method}{path}{header.timestamp}{params}",
		[]string{"query", "body"}
	for name, spec := range map[string]Spec{"hash": headerSpec(), "members": members} {
		b.Run(name, func(b *testing.B) {
			c, k := setup(b, spec)
			r := request()
			r.Query, r.Body = "page=1&size=20", bodyOf(600)
			signed(b, c, k, r)
			var m Message
			ctx, g := b.Context(), friend{}.guard()
			b.SetBytes(int64(len(r.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Parse(r, &m); err != nil {
					b.Fatal(err)
				}
				if err := c.Verify(ctx, &m, k, g); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
