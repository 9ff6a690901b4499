package step_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// uses has a use of every step of the table; a new step without one fails.
func uses() map[string]string {
	return map[string]string{
		"pbkdf2-sha256": "salt rounds=10 bytes=16", "url": "java", "counted": "4", "fixed": "16", "from": "hex", "prefix": "ab", "suffix": "ab",
		"replace": "a b", "map": "ab AB", "first": "3", "last": "3", "skip": "3", "repeat": "2", "pad": "9 0 at=start", "digits": "6", "letters": "6", "xml": "root",
		"time": "datetime", "bytes": "4", "hkdf-sha256": "salt bytes=16", "flat": ".", "nested": ": , [ ]", "later": "10m", "before": ":", "after": ":", "member": "a", "decimals": "2",
	}
}

var keys = sync.OnceValue(func() map[step.Kind]*step.Pair {
	out := map[step.Kind]*step.Pair{}
	r, _ := rsa.GenerateKey(rand.Reader, 1024)
	s, _ := sm2.GenerateKey(rand.Reader)
	pub, e, _ := ed25519.GenerateKey(rand.Reader)
	c, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	out[step.RSA] = &step.Pair{Private: r, Public: &r.PublicKey}
	out[step.SM2] = &step.Pair{Private: s, Public: &s.PublicKey}
	out[step.Ed25519] = &step.Pair{Private: e, Public: pub}
	out[step.ECDSA] = &step.Pair{Private: c, Public: &c.PublicKey}
	return out
})

// find makes a step of the table ready, and the call with a key that fits.
func find(t testing.TB, row step.Row) (*step.Do, *step.Call) {
	t.Helper()
	args := uses()[row.Name]
	if args == "" && strings.Contains(row.Args, "KEY") || strings.Contains(row.Args, "PAIR") {
		args = "key"
	}
	var list []string
	named := map[string]string{}
	for _, word := range strings.Fields(args) {
		if name, value, ok := strings.Cut(word, "="); ok {
			named[name] = value
		} else {
			list = append(list, word)
		}
	}
	do, err := step.Find(row.Name, list, named)
	if err != nil {
		t.Fatalf("%s %s: %v", row.Name, args, err)
	}
	c := &step.Call{Ref: [step.Roles][]byte{step.Salt: []byte("salt")}}
	switch {
	case do.Key == step.Bytes:
		for _, n := range []int{16, 8, 32} {
			if c.Key, err = do.Prepare([]byte("0123456789abcdef0123456789abcdef")[:n]); err == nil {
				break
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", row.Name, err)
		}
	case do.Key != step.NoKey:
		c.Key = keys()[do.Key]
	}
	return do, c
}

func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range step.Table() {
		if seen[row.Name] || row.Doc == "" {
			t.Errorf("%s stands there twice or says nothing", row.Name)
		}
		seen[row.Name] = true
		do, _ := find(t, row)
		if do.Apply == nil || do.Undo != nil && do.Verify != nil {
			t.Errorf("%s does nothing, or two things", row.Name)
		}
	}
}

type made struct {
	row step.Row
	do  *step.Do
	c   *step.Call
}

var (
	once sync.Once
	all  []made
)

// ready is every step, made once: a key pair takes long.
func ready(t testing.TB) []made {
	once.Do(func() {
		for _, row := range step.Table() {
			do, c := find(t, row)
			all = append(all, made{row, do, c})
		}
	})
	return all
}

// FuzzSteps holds what every step promises: what has an inverse comes back, what is
// signed is verified, a changed signature is not, and no text makes any of them
// panic, whichever way it goes.
func FuzzSteps(f *testing.F) {
	f.Add([]byte(`{"a":[1,"b",null]}`))
	f.Add([]byte("1795847100000000000"))
	f.Add([]byte(""))
	f.Add([]byte("张三 a+b*c~d\r\n<x>"))
	f.Add(bytes.Repeat([]byte{0}, 300))
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) > 4096 {
			return
		}
		for _, one := range ready(t) {
			row, do, c := one.row, one.do, one.c
			before := []byte("before")
			out, err := do.Apply(bytes.Clone(before), in, c)
			if do.Undo != nil {
				if raw, err := do.Undo(bytes.Clone(before), in, c); err == nil && !bytes.HasPrefix(raw, before) {
					t.Errorf("%s: undo does not append", row.Name)
				}
			}
			if err != nil {
				continue
			}
			if !bytes.HasPrefix(out, before) {
				t.Errorf("%s does not append", row.Name)
			}
			out = out[len(before):]
			back(t, row.Name, do, c, in, out)
		}
	})
}

func back(t *testing.T, name string, do *step.Do, c *step.Call, in, out []byte) {
	t.Helper()
	if do.Verify != nil {
		if err := do.Verify(c, in, out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		bad := bytes.Clone(out)
		bad[len(bad)/2] ^= 1
		if do.Verify(c, in, bad) == nil || do.Verify(c, append(bytes.Clone(in), 'x'), out) == nil {
			t.Errorf("%s verifies what was changed", name)
		}
		return
	}
	if do.Undo == nil || do.Clock || do.Shift || slices.Contains([]string{"xml", "compact", "canonical", "from", "map"}, name) {
		return // a time loses what its form does not say, JSON its blanks, and a decoder's inverse its spelling
	}
	got, err := do.Undo(nil, out, c)
	if err != nil || !bytes.Equal(got, in) {
		t.Errorf("%s of %q came back as %q: %v", name, in, got, err)
	}
	if do.Take != nil && do.Take(append(bytes.Clone(out), "rest"...)) != len(out) {
		t.Errorf("%s does not see where it ends", name)
	}
}

// Known answers of standards, so that a step is not only its own inverse.
func TestKnown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, args, key, in, want string }{
		{"sm3", "", "", "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
		{"hmac-sha256", "key", "key", "The quick brown fox jumps over the lazy dog", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"},
		{"rc4", "key", "Key", "Plaintext", "bbf316e8d940af0ad3"},
		{"aes-ecb", "key pad=none", "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", "69c4e0d86a7b0430d8cdb78070b4c55a"},
		{"sm4-ecb", "key pad=none", "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10", "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10", "681edf34d206965e86b3e94f536e4246"},
		{"des-ecb", "key pad=none", "\x13\x34\x57\x79\x9b\xbc\xdf\xf1", "\x01\x23\x45\x67\x89\xab\xcd\xef", "85e813540f0ab405"},
		{"pbkdf2-sha256", "salt rounds=1 bytes=32", "", "password", "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"},
	} {
		var list []string
		named := map[string]string{}
		for _, word := range strings.Fields(tt.args) {
			if name, value, ok := strings.Cut(word, "="); ok {
				named[name] = value
			} else {
				list = append(list, word)
			}
		}
		do, err := step.Find(tt.name, list, named)
		if err != nil {
			t.Fatal(err)
		}
		c := &step.Call{Ref: [step.Roles][]byte{step.Salt: []byte("salt")}}
		if do.Prepare != nil {
			if c.Key, err = do.Prepare([]byte(tt.key)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := do.Apply(nil, []byte(tt.in), c)
		if err != nil || hex.EncodeToString(got) != tt.want {
			t.Errorf("%s: %x, %v; want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		args     []string
		in, want string
	}{
		{"url", []string{"rfc3986"}, "a b*~!'()é/", "a%20b%2A~%21%27%28%29%C3%A9%2F"},
		{"url", []string{"form"}, "a b*~", "a+b%2A~"},
		{"url", []string{"java"}, "a b*~!", "a+b*%7E%21"},
		{"url", []string{"php"}, "a b*~!", "a+b%2A%7E%21"},
		{"url", []string{"js"}, "a b*~!'()", "a%20b*~!'()"},
		{"url", []string{"python"}, "a b/~", "a%20b/~"},
		{"no-blanks", nil, "a \n b\t", "ab"},
		{"one-blank", nil, "a   b", "a b"},
		{"canonical", nil, `{"b": 1.0, "a": {"d":null,"c":""}}`, `{"a":{"c":"","d":null},"b":1.0}`},
		{"xml", []string{"r"}, `{"a":"<","b":[1,2],"c":{"d":"e"}}`, "<r><a>&lt;</a><b>1</b><b>2</b><c><d>e</d></c></r>"},
		{"time", []string{"yyyyMMddHHmmssSSS"}, "1795847100123000000", "20261128142500123"},
		{"time", []string{"rfc1123"}, "1795847100000000000", "Sat, 28 Nov 2026 06:25:00 GMT"},
		{"time", []string{"rfc2822"}, "1795847100000000000", "Sat, 28 Nov 2026 14:25:00 +0800"},
		{"time", []string{"iso"}, "1795847100000000000", "2026-11-28T14:25:00+08:00"},
		{"later", []string{"10m"}, "1795847100000000000", "1795847700000000000"},
		{"uuid", nil, "0123456789abcdef", "30313233-3435-4637-b839-616263646566"},
		{"pad", []string{"6", "0"}, "abc", "abc000"},
		{"from", []string{"base64"}, "YWJj", "abc"},
	} {
		do, err := step.Find(tt.name, tt.args, nil)
		if err != nil {
			t.Errorf("%s %v: %v", tt.name, tt.args, err)
			continue
		}
		got, err := do.Apply(nil, []byte(tt.in), &step.Call{})
		if err != nil || string(got) != tt.want {
			t.Errorf("%s %v: %s, %v; want %s", tt.name, tt.args, got, err, tt.want)
		}
	}
}

// A key pair is read from PEM, from the base64 of its DER and from bare hex.
func TestParsePair(t *testing.T) {
	t.Parallel()
	key, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := smx509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for kind, texts := range map[string][]string{
		"sm2": {base64.StdEncoding.EncodeToString(der), hex.EncodeToString(key.D.FillBytes(make([]byte, 32)))},
		"rsa": {base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(r)), base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&r.PublicKey))},
	} {
		for _, text := range texts {
			if p, err := step.ParsePair(kind, text); err != nil || p.Public == nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
	if _, err := step.ParsePair("rsa", base64.StdEncoding.EncodeToString(der)); err == nil {
		t.Error("an SM2 key passes as RSA")
	}
}

func TestJSONEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{}$x`: 2, `{"a":"}$\"","b":[1,{}]}$x`: 23, `[1]`: 3, ``: 0, `x{}`: 0, `"{}"`: 0, `{"a"`: 0, `}`: 0, `{"\`: 0,
	} {
		if got := step.JSONEnd([]byte(text)); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
