package client

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// replies answers every request with the same bytes, without a network.
type replies []byte

func (r replies) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		_, _ = io.Copy(io.Discard, request.Body)
		_ = request.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(r)), Request: request,
	}, nil
}

// BenchmarkCall is a call without the network and the server: write, sign, read,
// verify.
func BenchmarkCall(b *testing.B) {
	for _, name := range []string{"lianfa", "custservice", "alipay"} {
		b.Run(name, func(b *testing.B) {
			v := speak(b, name, at("POST", "/x", "x"))
			var reply []byte
			v.answer = func(*protocol.Admitted) protocol.Outcome {
				code := map[string]string{"lianfa": "0", "custservice": "10000"}[name]
				return protocol.Outcome{OK: true, Code: code, Payload: []byte(`{"cstGUID":"138 300","seen":20}`)}
			}
			v.change = func(m *message.Message) { reply = bytes.Clone(m.Body) }
			r := Request{Cmd: "x", Payload: []byte(`{"mobile":"13800138000","customerName":"张三","gender":1}`)}
			if name == "lianfa" {
				r.Sid = "12326112111040500001"
			}
			if _, err := v.dial(b, nil).Send(b.Context(), r); err != nil {
				b.Fatal(err)
			}
			c := v.dial(b, func(c *Config) { c.Transport = replies(reply) })
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Send(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
