package signature

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
	errLength  = errors.New("the cipher text is too short or not a whole number of blocks")
	errPadding = errors.New("wrong padding: another key, another iv, or not this cipher text")
	errSeal    = errors.New("the tag differs: another key, or it was changed")
)

const (
	blockSize = 16 // of AES and SM4
	nonceSize = 12 // of gcm
)

// suite is an algorithm of encrypt.
//
// ECB is here because partners ask for it: equal blocks of the payload become
// equal blocks of the cipher text, so it hides little. CBC hides the payload and
// does not protect it; a sign step over the cipher text must. GCM does both.
type suite struct {
	name    string // as declared
	sm4     bool
	mode    string // cbc | ecb | gcm
	lengths []int  // of the key, bytes
}

// suites lists the algorithms of encrypt.
func suites() []suite {
	var all []suite
	for _, mode := range []string{"cbc", "ecb", "gcm"} {
		all = append(all,
			suite{"aes-" + mode, false, mode, []int{16, 24, 32}},
			suite{"sm4-" + mode, true, mode, []int{16}})
	}
	return all
}

// encrypting reads the name of an algorithm of encrypt.
func encrypting(name string) (suite, error) {
	var names []string
	for _, s := range suites() {
		if s.name == name {
			return s, nil
		}
		names = append(names, s.name)
	}
	return suite{}, unknown("algorithm", name, names...)
}

// iv returns the length of the initialisation vector.
func (s suite) iv() int {
	switch s.mode {
	case "ecb":
		return 0
	case "gcm":
		return nonceSize
	}
	return blockSize
}

// block prepares a key, or says how to mend one of a wrong length.
func (s suite) block(key []byte) (cipher.Block, error) {
	if !slices.Contains(s.lengths, len(key)) {
		may := strings.Trim(strings.ReplaceAll(fmt.Sprint(s.lengths), " ", ", "), "[]")
		return nil, fmt.Errorf("the key has %d bytes, %s takes %s: "+
			"give the app another one, or declare derive: md5 (16 bytes), sha256 (32), hex or base64", len(key), s.name, may)
	}
	if s.sm4 {
		return sm4.NewCipher(key)
	}
	return aes.NewCipher(key)
}

// seal appends the cipher text of plain to dst.
func (s suite) seal(dst []byte, b cipher.Block, iv, plain []byte) ([]byte, error) {
	if s.mode == "gcm" {
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
	if s.mode == "cbc" {
		cipher.NewCBCEncrypter(b, iv).CryptBlocks(out, out)
		return dst, nil
	}
	for i := 0; i < len(out); i += blockSize {
		b.Encrypt(out[i:], out[i:])
	}
	return dst, nil
}

// open returns the plain text; it is written over the cipher text.
func (s suite) open(b cipher.Block, iv, text []byte) ([]byte, error) {
	if s.mode == "gcm" {
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
		return nil, errLength
	}
	if s.mode == "cbc" {
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
