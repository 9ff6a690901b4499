package envelope

import (
	"bytes"
	"fmt"
	"testing"
)

// payload is n bytes of Chinese JSON.
func payload(n int) []byte {
	return bytes.Repeat([]byte(`{"customerName":"张三","remark":"看房两次"},`), n/48+1)[:n]
}

var sizes = []int{200, 600, 1 << 10, 16 << 10, 256 << 10}

func sealed(t testing.TB, c *Codec, k *Keys, n int) []byte {
	t.Helper()
	body, err := c.Seal(nil, docHeader(), payload(n), k)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// openSeal is one request and its answer, without anything between.
func openSeal(t testing.TB, c *Codec, k *Keys, m *Message, body, in, out []byte) {
	if err := c.Parse(body, m); err != nil {
		t.Fatal(err)
	}
	plain, err := c.Open(in[:0], m, k)
	if err != nil {
		t.Fatal(err)
	}
	h := Header{Values: []Value{
		{"sid", c.MessageID(m)}, {"cmd", m.Value("header.cmd")}, {"timestamp", "1436782123"},
	}}
	if _, err := c.Seal(out[:0], h, plain, k); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkOpen(b *testing.B) {
	c, k := setup(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			body, dst := sealed(b, c, k, n), make([]byte, 0, n+8)
			var m Message
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for b.Loop() {
				if err := c.Parse(body, &m); err != nil {
					b.Fatal(err)
				}
				if _, err := c.Open(dst, &m, k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	c, k := setup(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			plain, dst, h := payload(n), make([]byte, 0, 2*n+1024), docHeader()
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for b.Loop() {
				if _, err := c.Seal(dst, h, plain, k); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpenSeal600(b *testing.B) {
	c, k := setup(b)
	body, in, out := sealed(b, c, k, 600), make([]byte, 1024), make([]byte, 2048)
	var m Message
	b.ReportAllocs()
	for b.Loop() {
		openSeal(b, c, k, &m, body, in, out)
	}
}
