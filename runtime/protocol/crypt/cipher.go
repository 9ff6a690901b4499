package crypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm4"
)

// Why a text cannot be decrypted; only the log says which.
var (
	ErrLength  = errors.New("the cipher text is too short or not a whole number of blocks")
	errPadding = errors.New("wrong padding: another key, another iv, or not this cipher text")
	errSeal    = errors.New("the tag differs: another key, or it was changed")
)

const (
	blockSize = 16 // of AES and SM4
	nonceSize = 12 // of gcm
)

// Suite is an algorithm that encrypts.
//
// ECB is here because partners ask for it: equal blocks of the payload become
// equal blocks of the cipher text, so it hides little. CBC hides the payload and
// does not protect it; a sign step over the cipher text must. GCM does both.
type Suite struct {
	Name    string // as declared
	sm4     bool
	Mode    string // cbc | ecb | gcm
	lengths []int  // of the key, bytes
}

// Suites lists the algorithms that encrypt.
func Suites() []Suite {
	var all []Suite
	for _, mode := range []string{"cbc", "ecb", "gcm"} {
		all = append(all,
			Suite{"aes-" + mode, false, mode, []int{16, 24, 32}},
			Suite{"sm4-" + mode, true, mode, []int{16}})
	}
	return all
}

// Encrypting reads the name of an algorithm that encrypts.
func Encrypting(name string) (Suite, error) {
	var names []string
	for _, s := range Suites() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Suite{}, Unknown("algorithm", name, names...)
}

// IV returns the length of the initialisation vector; 0 where there is none.
func (s Suite) IV() int {
	switch s.Mode {
	case "ecb":
		return 0
	case "gcm":
		return nonceSize
	}
	return blockSize
}

// Block prepares a key, or says how to fix one of a wrong length.
func (s Suite) Block(key []byte) (cipher.Block, error) {
	if !slices.Contains(s.lengths, len(key)) {
		may := strings.Trim(strings.ReplaceAll(fmt.Sprint(s.lengths), " ", ", "), "[]")
		return nil, fmt.Errorf("the key has %d bytes, %s takes %s: "+
			"give the app another one, or declare derive: md5 (16 bytes), sha256 (32), hex or base64", len(key), s.Name, may)
	}
	if s.sm4 {
		return sm4.NewCipher(key)
	}
	return aes.NewCipher(key)
}

// Seal appends the ciphertext of plain to dst.
func (s Suite) Seal(dst []byte, b cipher.Block, iv, plain []byte) ([]byte, error) {
	if s.Mode == "gcm" {
		g, err := cipher.NewGCM(b)
		if err != nil {
			return nil, err
		}
		return g.Seal(dst, iv, plain, nil), nil
	}
	start := len(dst)
	dst = append(dst, plain...)
	fill := blockSize - len(plain)%blockSize
	dst = append(dst, bytes.Repeat([]byte{byte(fill)}, fill)...)
	out := dst[start:]
	if s.Mode == "cbc" {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(out, out)
		return dst, nil
	}
	for i := 0; i < len(out); i += blockSize {
		b.Encrypt(out[i:], out[i:])
	}
	return dst, nil
}

// Open returns the plaintext, written over the ciphertext.
func (s Suite) Open(b cipher.Block, iv, text []byte) ([]byte, error) {
	if s.Mode == "gcm" {
		g, err := cipher.NewGCM(b)
		if err != nil {
			return nil, err
		}
		out, err := g.Open(text[:0], iv, text, nil)
		if err != nil {
			return nil, errSeal
		}
		return out, nil
	}
	if len(text) == 0 || len(text)%blockSize != 0 {
		return nil, ErrLength
	}
	if s.Mode == "cbc" {
		cipher.NewCBCDecrypter(b, iv).CryptBlocks(text, text)
	} else {
		for i := 0; i < len(text); i += blockSize {
			b.Decrypt(text[i:], text[i:])
		}
	}
	return unpad(text)
}

// unpad takes the PKCS#7 padding away.
func unpad(text []byte) ([]byte, error) {
	fill := int(text[len(text)-1])
	if fill < 1 || fill > blockSize {
		return nil, errPadding
	}
	for _, one := range text[len(text)-fill:] {
		if int(one) != fill {
			return nil, errPadding
		}
	}
	return text[:len(text)-fill], nil
}
