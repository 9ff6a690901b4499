package key_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiekou-dev/jiekou/runtime/protocol/key"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

func made(t testing.TB, kind string) string {
	t.Helper()
	text, err := key.Need{Kind: kind}.Make(0)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func public(t testing.TB, kind, text string) string {
	t.Helper()
	out, err := key.Public(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func der(text string) string {
	block, _ := pem.Decode([]byte(text))
	return string(block.Bytes)
}

// bare is the base64 of the DER, as consoles of vendors show it.
func bare(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(der(text)))
}

func rsaKey(t testing.TB, text string) *rsa.PrivateKey {
	t.Helper()
	p, err := step.ParsePair("rsa", text)
	if err != nil {
		t.Fatal(err)
	}
	return p.Private.(*rsa.PrivateKey)
}

// certificate is one of a key pair, signed by itself.
func certificate(t testing.TB, kind, text string) string {
	t.Helper()
	p, err := step.ParsePair(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "partner"},
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := smx509.CreateCertificate(rand.Reader, about, about, p.Public, p.Private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// TestReadPairs: every form in which a vendor hands a key out gives the same half.
func TestReadPairs(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rsa", "sm2", "ed25519", "ecdsa"} {
		private := made(t, kind)
		half := public(t, kind, private)
		forms := map[string]string{
			"private": private, "public": half, "both": private + half, "garbage in front": "Bag Attributes\n  x\n" + half,
			"base64 of the private half": bare(private), "base64 in lines": strings.Join(chunks(bare(half)), "\r\n"),
			"certificate": certificate(t, kind, private), "with a BOM": "\ufeff" + half,
			"DER": der(half), "DER of the private half": der(private), "DER of a certificate": der(certificate(t, kind, private)),
			"chain": certificate(t, kind, private) + certificate(t, kind, made(t, kind)), "blanks": "\n\n" + half + "\n ",
		}
		switch p, _ := step.ParsePair(kind, private); k := p.Private.(type) {
		case *rsa.PrivateKey:
			forms["PKCS #1"] = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}))
			forms["public PKCS #1"] = base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&k.PublicKey))
		case *sm2.PrivateKey:
			forms["hex"] = hex.EncodeToString(k.D.FillBytes(make([]byte, 32)))
			forms["hex of the point"] = "04" + hex.EncodeToString(k.X.FillBytes(make([]byte, 32))) + hex.EncodeToString(k.Y.FillBytes(make([]byte, 32)))
		case ed25519.PrivateKey:
			forms["hex of the public half"] = hex.EncodeToString(k.Public().(ed25519.PublicKey))
			forms["base64 of the public half"] = base64.StdEncoding.EncodeToString(k.Public().(ed25519.PublicKey))
			forms["hex of both"] = hex.EncodeToString(k)
		}
		for name, form := range forms {
			got, err := key.Need{Kind: kind, Half: step.Public}.Read([]byte(form))
			if err != nil || got != half {
				t.Errorf("%s, %s: %v\n%s", kind, name, err, got)
			}
		}
		for _, form := range []string{private, private + half, bare(private)} {
			if got, err := (key.Need{Kind: kind, Half: step.Private}).Read([]byte(form)); err != nil || got != private {
				t.Errorf("%s, private: %v", kind, err)
			}
		}
	}
}

func chunks(s string) []string {
	var out []string
	for len(s) > 64 {
		out, s = append(out, s[:64]), s[64:]
	}
	return append(out, s)
}

// TestReadRefuses: what is no key of the kind, or the wrong half, is refused with
// the way out, and without a byte of it.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	rsaKeyText, sm2Key, other := made(t, "rsa"), made(t, "sm2"), made(t, "rsa")
	encrypted := encryptedPEM(t)
	legacy := string(pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}, Bytes: []byte("secret bytes"),
	}))
	for _, tt := range []struct {
		need key.Need
		text string
		want string
	}{
		{key.Need{Kind: "rsa", Half: step.Private}, public(t, "rsa", rsaKeyText), "it is a public key, and this side signs or decrypts with it: give the private half"},
		{key.Need{Kind: "rsa", Half: step.Private}, certificate(t, "rsa", rsaKeyText), "it is a public key"},
		{key.Need{Kind: "rsa", Half: step.Public}, sm2Key, "it is a key of sm2, not of rsa"},
		{key.Need{Kind: "sm2", Half: step.Public}, bare(rsaKeyText), "it is a key of rsa, not of sm2"},
		{key.Need{Kind: "rsa", Half: step.Public}, "-----BEGIN PUBLIC KEY-----\nnonsense!\n-----END PUBLIC KEY-----\n", "the PEM is damaged"},
		{key.Need{Kind: "rsa", Half: step.Public}, rsaKeyText[:300], "the PEM is damaged"},
		{key.Need{Kind: "rsa", Half: step.Public}, public(t, "rsa", rsaKeyText) + rsaKeyText[:300], "the PEM is damaged"},
		{key.Need{Kind: "rsa", Half: step.Public}, rsaKeyText + public(t, "rsa", other), "its two halves do not belong together"},
		{key.Need{Kind: "rsa", Half: step.Public}, rsaKeyText + other, "its two halves do not belong together"},
		{key.Need{Kind: "rsa", Half: step.Public}, "s3cret", "it is no key of kind rsa: give PEM or the base64 of its DER"},
		{key.Need{Kind: "rsa", Half: step.Private}, encrypted, "it is encrypted with a password: write it without one"},
		{key.Need{Kind: "rsa", Half: step.Private}, legacy, "it is encrypted with a password"},
		{key.Need{Kind: "rsa", Half: step.Private}, " \n", "it is empty"},
		{key.Need{Kind: "rsa", Half: step.Private}, "\x30\x82\x09\xff\x02\x01\x03\x30", "it is PKCS #12: take the key out with openssl pkcs12 -in FILE -nodes -out OTHER"},
		{key.Need{Kind: "rsa", Half: step.Private}, "\x30\x82\xff\xff", "it is no key of kind rsa"},
		{key.Need{Kind: "rsa", Half: step.Private}, strings.Repeat("A", key.MaxBytes+1), "it is larger than any key"},
		{key.Need{Kind: "ed25519", Half: step.Private}, "abcd", "it is no key of kind ed25519"},
		{key.Need{Kind: "text"}, rsaKeyText, "it is PEM, and the protocol declares a secret"},
		{key.Need{Kind: "text"}, "one\ntwo\n", "it has several lines"},
		{key.Need{Kind: "text"}, " one\n", "it begins or ends with a blank"},
		{key.Need{Kind: "text"}, "a\x00b", "it holds bytes that are no text"},
		{key.Need{Kind: "text"}, "\xff\xfe", "it holds bytes that are no text"},
		{key.Need{Kind: "text", Lengths: []int{16, 24, 32}}, "fifteen letters", "it has 15 bytes, and the steps take 16, 24 or 32"},
		{key.Need{Kind: "hex", Lengths: []int{16}}, "0011", "it has 2 bytes, and the steps take 16"},
		{key.Need{Kind: "text", Most: 256}, strings.Repeat("k", 257), "it has 257 bytes, and the steps take 256 at most"},
		{key.Need{Kind: "hex"}, "s3cret", "it is no hex"},
		{key.Need{Kind: "base64"}, "s3cret!", "it is no base64"},
		{key.Need{Kind: "text", Lengths: []int{}}, "s3cret", "its ciphers take keys of different lengths"},
	} {
		got, err := tt.need.Read([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v, want %s (%q)", tt.need, err, tt.want, got)
		}
		if err != nil && (strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "MII")) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
}

// encryptedPEM is a key as a wallet exports it.
func encryptedPEM(t testing.TB) string {
	t.Helper()
	return string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("secret bytes")}))
}

// TestReadSecrets: the end of the line is not part of a secret; blanks inside are.
func TestReadSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a b\n": "a b", "a\r\n": "a", "密钥": "密钥", "v1": "v1"} {
		if got, err := (key.Need{Kind: "text"}).Read([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
	got, err := key.Need{Kind: "hex", Lengths: []int{16}}.Read([]byte("00112233445566778899aabb\nccddeeff\n"))
	if err != nil || got != "00112233445566778899aabbccddeeff" {
		t.Errorf("%q %v", got, err)
	}
}

// TestMake: what is made has the form and the length that the steps take, and is
// another one each time.
func TestMake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		need key.Need
		want int // characters
	}{
		{key.Need{Kind: "text"}, 32},
		{key.Need{Kind: "text", Steps: true}, 128},
		{key.Need{Kind: "text", Steps: true, Lengths: []int{16, 24, 32}}, 32},
		{key.Need{Kind: "text", Steps: true, Lengths: []int{8}}, 8},
		{key.Need{Kind: "hex", Steps: true}, 64},
		{key.Need{Kind: "hex", Lengths: []int{16}}, 32},
		{key.Need{Kind: "base64", Lengths: []int{32}}, 44},
	} {
		one, err := tt.need.Make(0)
		two, _ := tt.need.Make(0)
		if err != nil || len(one) != tt.want || one == two {
			t.Errorf("%+v: %d characters, %v", tt.need, len(one), err)
		}
		if back, err := tt.need.Read([]byte(one)); err != nil || back != one {
			t.Errorf("%+v: read back: %v", tt.need, err)
		}
	}
	for bits, fine := range map[int]bool{0: true, 3072: true, 1024: false, 2049: false, 1 << 20: false} {
		text, err := key.Need{Kind: "rsa"}.Make(bits)
		if (err == nil) != fine || fine && bits > 0 && rsaKey(t, text).N.BitLen() != bits {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
	if _, err := (key.Need{Kind: "text", Lengths: []int{}}).Make(0); err == nil {
		t.Error("a key for ciphers that contradict each other")
	}
}

// TestOpenSSL: another tool reads what is made, and gives the same fingerprint.
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	for _, kind := range []string{"rsa", "ed25519", "ecdsa", "sm2"} {
		text := made(t, kind)
		run := func(in string, args ...string) []byte {
			c := exec.Command(openssl, args...)
			c.Stdin = strings.NewReader(in)
			out, err := c.Output()
			if err != nil {
				t.Fatalf("%s: openssl %v: %v", kind, args, err)
			}
			return out
		}
		if got := run(text, "pkey", "-pubout"); string(got) != public(t, kind, text) {
			t.Errorf("%s: openssl has another public half:\n%s", kind, got)
		}
		raw := run(text, "pkey", "-pubout", "-outform", "DER")
		sum := run(string(raw), "dgst", "-sha256", "-r")
		print, err := key.Fingerprint(kind, text)
		if want := "sha256:" + string(bytes.Fields(sum)[0]); err != nil || print != want {
			t.Errorf("%s: fingerprint %s, want %s", kind, print, want)
		}
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := exec.Command(openssl, "genpkey", "-algorithm", "RSA", "-aes256", "-pass", "pass:x", "-out", file).Run(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (key.Need{Kind: "rsa", Half: step.Private}).Read(text); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("encrypted: %v", err)
	}
}

func TestNeedString(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]key.Need{
		"merchant (public half, rsa)": {Name: "merchant", Kind: "rsa", Half: step.Public},
		"token (text)":                {Name: "token", Kind: "text"},
	} {
		if n.String() != want {
			t.Errorf("%s, want %s", n, want)
		}
	}
	if s, err := key.Fingerprint("text", "x"); s != "" || err != nil {
		t.Errorf("a secret has a fingerprint: %s %v", s, err)
	}
}

// FuzzRead: no key makes it fail otherwise than by an error, and what is read is
// read again as it is.
func FuzzRead(f *testing.F) {
	kinds := []string{"text", "hex", "base64", "rsa", "sm2", "ed25519", "ecdsa"}
	for i, text := range []string{
		"s3cret\n", "0011", "AAA=", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n", "04" + strings.Repeat("11", 64), strings.Repeat("11", 32),
	} {
		f.Add(uint8(i), []byte(text))
	}
	f.Fuzz(func(t *testing.T, kind uint8, file []byte) {
		n := key.Need{Kind: kinds[int(kind)%len(kinds)]}
		for _, half := range []step.Half{step.NoHalf, step.Public, step.Private} {
			if n.Pair() == (half == step.NoHalf) {
				continue
			}
			n.Half = half
			text, err := n.Read(file)
			if err != nil {
				continue
			}
			if again, err := n.Read([]byte(text)); err != nil || again != text {
				t.Errorf("%q is read again as %q: %v", text, again, err)
			}
		}
	})
}
