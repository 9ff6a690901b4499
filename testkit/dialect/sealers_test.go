package dialect_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

const boxProtocol = `
protocol:
  keys: {key: text, ivtext: text}
  request:
    method: POST
    json: {appId: "{app}", data: "{box}"}
    values:
      box: {of: "{payload}", by: [aes-cbc key iv=ivtext, base64], else: E1}
  reply:
    json: {code: "{code}", msg: "{text}"}
app: A1
keys: {key: 0123456789abcdef, ivtext: fedcba9876543210}
`

const gcmProtocol = `
protocol:
  keys: {key: hex}
  request:
    method: POST
    json: {appId: "{app}", iv: "{iv|base64}", data: "{box}"}
    values:
      iv: {send: "{random|first 12}"}
      box: {of: "{payload}", by: [aes-gcm key iv=iv, base64], else: E1}
  reply:
    json: {code: "{code}", msg: "{text}"}
app: A1
keys: {key: 30313233343536373839616263646566}
`

const smProtocol = `
protocol:
  keys: {partner: sm2, bank: sm2}
  request:
    method: POST
    json: {appId: "{app}", data: "{payload|json}", sign: "{sign}"}
    values:
      sign: {of: "{app}{payload}", by: [sm2 partner, hex], else: E1}
  reply:
    json: {code: "{code}", msg: "{text}"}
app: A1
keys: {partner: "generate sm2", bank: "generate sm2"}
`

const pssProtocol = `
protocol:
  keys: {partner: rsa}
  request:
    method: POST
    json: {appId: "{app}", data: "{payload|json}", sign: "{sign}"}
    values:
      sign: {of: "{app}{payload}", by: [rsa-pss-sha256 partner, base64], else: E1}
  reply:
    json: {code: "{code}", msg: "{text}"}
app: A1
keys: {partner: "generate rsa"}
`

const curveProtocol = `
protocol:
  keys: {bank: sm2}
  request:
    method: POST
    json: {appId: "{app}", data: "{box}"}
    values:
      box: {of: "{payload}", by: [sm2-encrypt bank, hex], else: E1}
  reply:
    json: {code: "{code}", msg: "{text}"}
app: A1
keys: {bank: "generate sm2"}
`

const letter = `{"amount":"1.00","name":"张三"}`

func jsonOf(v map[string]string) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func pkcs7(b []byte) []byte {
	n := 16 - len(b)%16
	return append(slices.Clone(b), bytes.Repeat([]byte{byte(n)}, n)...)
}

func cbc(key, iv, text []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, text)
	return out
}

// ecb encrypts block by block.
func ecb(key, text []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(text))
	for i := 0; i < len(text); i += 16 {
		block.Encrypt(out[i:], text[i:])
	}
	return out
}

// salted is how CryptoJS and openssl enc encrypt with a passphrase.
func salted(pass, text []byte, bits int) []byte {
	salt := []byte("saltsalt")
	var made, last []byte
	for len(made) < bits/8+16 {
		last = digestOf(md5.New, slices.Concat(last, pass, salt))
		made = append(made, last...)
	}
	return slices.Concat([]byte("Salted__"), salt, cbc(made[:bits/8], made[bits/8:bits/8+16], pkcs7(text)))
}

func sealedCallers() []caller {
	box := func(name, want string, f func(key, iv []byte) []byte) caller {
		return caller{name, "box", want, func(_ *sender, k map[string]string) *message.Message {
			b := f([]byte(k["key"]), []byte(k["ivtext"]))
			return post("/x", "", jsonOf(map[string]string{"appId": "A1", "data": base64.StdEncoding.EncodeToString(b)}), jsonType, nil)
		}}
	}
	gcm := func(name, want string, f func(sealed []byte) []byte) caller {
		return caller{name, "gcm", want, func(*sender, map[string]string) *message.Message {
			iv := []byte("123456789012")
			block, _ := aes.NewCipher([]byte("0123456789abcdef"))
			g, _ := cipher.NewGCM(block)
			return post("/x", "", jsonOf(map[string]string{
				"appId": "A1", "iv": base64.StdEncoding.EncodeToString(iv), "data": base64.StdEncoding.EncodeToString(f(g.Seal(nil, iv, []byte(letter), nil))),
			}), jsonType, nil)
		}}
	}
	curve := func(name, want string, f func(sealed []byte) []byte) caller {
		return caller{name, "curve", want, func(_ *sender, k map[string]string) *message.Message {
			b, err := sm2.Encrypt(rand.Reader, &sm2Of(k["bank"]).PublicKey, []byte(letter), nil)
			if err != nil {
				panic(err)
			}
			return post("/x", "", jsonOf(map[string]string{"appId": "A1", "data": hex.EncodeToString(f(b))}), jsonType, nil)
		}}
	}
	return []caller{
		box("as declared", "none", func(key, iv []byte) []byte { return cbc(key, iv, pkcs7([]byte(letter))) }),
		box("CryptoJS with the key as a text", "CryptoJS|passphrase", func(key, _ []byte) []byte { return salted(key, []byte(letter), 256) }),
		box("openssl enc -aes-128-cbc -md md5 -k", "openssl|passphrase", func(key, _ []byte) []byte { return salted(key, []byte(letter), 128) }),
		box("KeyGenerator with SHA1PRNG", "SHA1PRNG", func(key, _ []byte) []byte {
			return ecb(digestOf(sha1.New, digestOf(sha1.New, key))[:16], pkcs7([]byte(letter)))
		}),
		box("key and iv exchanged", "ivtext", func(key, iv []byte) []byte { return cbc(iv, key, pkcs7([]byte(letter))) }),
		box("blanks as padding", "blanks", func(key, iv []byte) []byte {
			return cbc(key, iv, []byte(letter+strings.Repeat(" ", 16-len(letter)%16)))
		}),
		box("encoded twice", "base64", func(key, iv []byte) []byte {
			return []byte(base64.StdEncoding.EncodeToString(cbc(key, iv, pkcs7([]byte(letter)))))
		}),
		box("hex in the base64", "hex", func(key, iv []byte) []byte { return []byte(hex.EncodeToString(cbc(key, iv, pkcs7([]byte(letter))))) }),
		box("the text in base64 before it is encrypted", "base64", func(key, iv []byte) []byte {
			return cbc(key, iv, pkcs7([]byte(base64.StdEncoding.EncodeToString([]byte(letter)))))
		}),
		box("the text as JSON in quotes", "quotes", func(key, iv []byte) []byte { return cbc(key, iv, pkcs7(marshalled(letter))) }),
		box("the text in GBK", "GB", func(key, iv []byte) []byte { return cbc(key, iv, pkcs7([]byte(gbkOf(letter)))) }),
		box("the key as its MD5 in bytes", "md5", func(key, iv []byte) []byte { return cbc(digestOf(md5.New, key), iv, pkcs7([]byte(letter))) }),
		box("the key as its MD5 in hex: AES-256", "md5", func(key, iv []byte) []byte {
			return cbc([]byte(hex.EncodeToString(digestOf(md5.New, key))), iv, pkcs7([]byte(letter)))
		}),
		box("the iv in front, too", "front|prefix", func(key, iv []byte) []byte { return append(slices.Clone(iv), cbc(key, iv, pkcs7([]byte(letter)))...) }),
		box("an iv of zeros", "zero", func(key, _ []byte) []byte { return cbc(key, make([]byte, 16), pkcs7([]byte(letter))) }),
		curve("C1C2C3", "c1c2c3", func(b []byte) []byte { return slices.Concat(b[:65], b[97:], b[65:97]) }),
		curve("no 04 in front", "04", func(b []byte) []byte { return b[1:] }),
		curve("C1C2C3 and no 04 in front", "c1c2c3, without the byte 04", func(b []byte) []byte { return slices.Concat(b[1:65], b[97:], b[65:97]) }),
		gcm("the tag in front", "tag", func(b []byte) []byte { return slices.Concat(b[len(b)-16:], b[:len(b)-16]) }),
		gcm("the iv in front, too", "iv|front", func(b []byte) []byte { return slices.Concat([]byte("123456789012"), b) }),
		gcm("no tag", "tag", func(b []byte) []byte { return b[:len(b)-16] }),
	}
}

func marshalled(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return b
}

// sm2Of is the key pair of a desk.
func sm2Of(text string) *sm2.PrivateKey {
	pair, err := step.ParsePair("sm2", text)
	if err != nil {
		panic(err)
	}
	return pair.Private.(*sm2.PrivateKey)
}

func pairCallers() []caller {
	sm := func(name, want string, f func(key *sm2.PrivateKey, text []byte) string) caller {
		return caller{name, "sm", want, func(_ *sender, k map[string]string) *message.Message {
			sign := f(sm2Of(k["partner"]), []byte("A1"+letter))
			return post("/x", "", jsonOf(map[string]string{"appId": "A1", "data": letter, "sign": sign}), jsonType, nil)
		}}
	}
	over := func(id []byte) func(key *sm2.PrivateKey, text []byte) []byte {
		return func(key *sm2.PrivateKey, text []byte) []byte {
			z, err := sm2.CalculateZA(&key.PublicKey, id)
			if err != nil {
				panic(err)
			}
			out, err := key.Sign(rand.Reader, digestOf(sm3.New, slices.Concat(z, text)), nil)
			if err != nil {
				panic(err)
			}
			return out
		}
	}
	rs := func(der []byte) (r, s *big.Int) {
		var both struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &both); err != nil {
			panic(err)
		}
		return both.R, both.S
	}
	usual := []byte("1234567812345678")
	pss := func(name, want string, f func(key *rsa.PrivateKey, text []byte) string) caller {
		return caller{name, "pss", want, func(*sender, map[string]string) *message.Message {
			return post("/x", "", jsonOf(map[string]string{"appId": "A1", "data": letter, "sign": f(rsaKey, []byte("A1"+letter))}), jsonType, nil)
		}}
	}
	b64 := base64.StdEncoding.EncodeToString
	return []caller{
		sm("as declared", "none", func(key *sm2.PrivateKey, text []byte) string { return hex.EncodeToString(over(usual)(key, text)) }),
		sm("the user id in hex", "user id", func(key *sm2.PrivateKey, text []byte) string {
			return hex.EncodeToString(over([]byte(hex.EncodeToString(usual)))(key, text))
		}),
		sm("r and s in base64", "r and s", func(key *sm2.PrivateKey, text []byte) string {
			r, s := rs(over(usual)(key, text))
			return b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
		}),
		sm("the text as hex", "hex", func(key *sm2.PrivateKey, text []byte) string {
			return hex.EncodeToString(over(usual)(key, []byte(hex.EncodeToString(text))))
		}),
		sm("r and s without zeros in front", "zeros", func(key *sm2.PrivateKey, text []byte) string {
			for {
				r, s := rs(over(usual)(key, text))
				if len(r.Text(16)) < 64 {
					return r.Text(16) + s.Text(16)
				}
			}
		}),
		sm("SM3 first", "sm3", func(key *sm2.PrivateKey, text []byte) string {
			return hex.EncodeToString(over(usual)(key, digestOf(sm3.New, text)))
		}),
		hooked("CryptoAPI writes it backwards", "alipay", "backwards", func() *sender {
			return &sender{sign: func(k *rsa.PrivateKey, text []byte) []byte {
				out := signed(k, crypto.SHA256, digestOf(sha256.New, text))
				slices.Reverse(out)
				return out
			}}
		}),
		hooked("the signature in quotes of JSON", "alipay", "quotes", func() *sender { return &sender{came: func(s string) string { return `"` + s + `"` }} }),
		pss("as declared", "none", func(key *rsa.PrivateKey, text []byte) string { return b64(pssOf(key, text, 32, crypto.SHA256)) }),
		pss("MGF1 with SHA-1, Java's default", "MGF1", func(key *rsa.PrivateKey, text []byte) string { return b64(pssOf(key, text, 32, crypto.SHA1)) }),
		pss("PKCS #1", "rsa-sha256", func(key *rsa.PrivateKey, text []byte) string {
			return b64(signed(key, crypto.SHA256, digestOf(sha256.New, text)))
		}),
		pss("the digest's hex", "hex", func(key *rsa.PrivateKey, text []byte) string {
			return b64(pssOf(key, []byte(hex.EncodeToString(digestOf(sha256.New, text))), 32, crypto.SHA256))
		}),
	}
}

// pssOf is a signature of PSS over SHA-256 with a mask of its own digest, as Java's
// PSSParameterSpec has one.
func pssOf(key *rsa.PrivateKey, text []byte, salted int, mask crypto.Hash) []byte {
	digest := digestOf(sha256.New, text)
	salt := bytes.Repeat([]byte{7}, salted)
	h := digestOf(sha256.New, slices.Concat(make([]byte, 8), digest, salt))
	em := make([]byte, key.Size())
	db := em[:len(em)-len(h)-1]
	db[len(db)-len(salt)-1] = 1
	copy(db[len(db)-len(salt):], salt)
	for i, counter := 0, byte(0); i < len(db); counter++ {
		for _, ch := range digestOf(mask.New, slices.Concat(h, []byte{0, 0, 0, counter})) {
			if i < len(db) {
				db[i] ^= ch
				i++
			}
		}
	}
	db[0] &= 0x7f
	copy(em[len(db):], h)
	em[len(em)-1] = 0xbc
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}
