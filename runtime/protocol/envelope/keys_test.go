package envelope

import (
	"bytes"
	"crypto/rc4"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func TestKeysRefuse(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	long := strings.Repeat("k3Y!", 65)
	for want, secrets := range map[string]map[string]string{
		"secret appkey is missing":                        {"token": docToken},
		"secret token is missing":                         {"token": "", "appkey": docKey},
		"secret appkey: crypto/rc4: invalid key size 260": {"token": docToken, "appkey": long},
	} {
		k, err := c.Keys("123", secrets)
		if k != nil || err == nil || err.Error() != want {
			t.Errorf("want %s, got %v", want, err)
		}
		quiet(t, err, docToken, docKey, long)
	}
}

func TestKeysPrintNothing(t *testing.T) {
	t.Parallel()
	_, k := setup(t)
	if k.App() != "123" || (Keys{}).App() != "" {
		t.Error("App")
	}
	holder := struct {
		Open   *Keys
		Value  Keys
		hidden Keys
		below  *Keys
	}{k, *k, *k, k}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "keys", k, "value", *k, "holder", holder)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "keys", k, "value", *k, "holder", holder)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%U", "%08b"} {
		for _, v := range []any{k, *k} {
			if got := fmt.Sprintf(verb, v); got != "[secret]" {
				t.Errorf("%s prints %s", verb, got)
			}
		}
		fmt.Fprintf(&log, verb, holder)
	}
	for _, v := range []any{k, *k} {
		if got, err := json.Marshal(v); string(got) != `"[secret]"` || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	}
	if k.String() != "[secret]" || k.GoString() != "[secret]" {
		t.Error("String")
	}
	text, _ := k.MarshalText()
	log.Write(text)
	for _, secret := range []string{docToken, docKey, fmt.Sprintf("%x", docToken), fmt.Sprintf("%d", []byte(docToken))} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("a secret shows in %s", log.String())
		}
	}
}

// rc4 does not promise that a cipher may be copied by value. This holds it, the
// kept window and its growth against fresh ciphers.
func TestCopiedCipher(t *testing.T) {
	t.Parallel()
	seed := rand.New(rand.NewPCG(1, 2))
	lengths := []int{0, 1, 13, 600, firstWindow, firstWindow + 1, maxWindow - 1, maxWindow, maxWindow + 1, 132 << 10}
	for i := range 200 {
		key := make([]byte, 1+seed.IntN(256))
		for j := range key {
			key[j] = byte(seed.Uint32())
		}
		first, err := rc4.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		s := newStream(*first)
		for range 4 {
			n := lengths[seed.IntN(len(lengths))]
			if i < len(lengths) {
				n = lengths[i]
			}
			src := make([]byte, n)
			for j := range src {
				src[j] = byte(seed.Uint32())
			}
			want, got := make([]byte, n), bytes.Clone(src)
			fresh, err := rc4.NewCipher(key)
			if err != nil {
				t.Fatal(err)
			}
			fresh.XORKeyStream(want, src)
			at := s.start(n)
			for rest := got; len(rest) > 0; {
				piece := 1 + seed.IntN(len(rest))
				at.xor(rest[:piece], rest[:piece])
				rest = rest[piece:]
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("key %d: %d bytes differ", i, n)
			}
		}
	}
}

func TestKeysAreShared(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			plain := bytes.Repeat([]byte("x"), 1000<<i)
			body, err := c.Seal(nil, docHeader(), plain, k)
			if err != nil {
				t.Error(err)
			}
			if got, err := open(c, k, string(body)); !bytes.Equal(got, plain) || err != nil {
				t.Error(len(got), err)
			}
		})
	}
	wg.Wait()
}
