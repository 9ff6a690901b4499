package crypt

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"strings"

	"github.com/emmansun/gmsm/sm3"
)

// Hashes lists the hashes. MD5 and SHA-1 are broken as hashes and are here because
// partners ask for them. A stranger can continue any unkeyed hash with the secret
// only before the text (sm3, sha256): put the secret after the text, or better use
// hmac-sha256 or hmac-sm3.
func Hashes() []string { return []string{"md5", "sha1", "sha256", "sha512", "sm3"} }

// NewHash returns the constructor of a hash, nil for an unknown name.
func NewHash(name string) func() hash.Hash {
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha256":
		return sha256.New
	case "sha512":
		return sha512.New
	case "sm3":
		return sm3.New
	}
	return nil
}

// Algorithm signs: a hash, keyed or not.
type Algorithm struct {
	Hash  string
	Keyed bool
}

// Signing reads the name of an algorithm that signs.
func Signing(name string) (Algorithm, error) {
	hashed, keyed := strings.CutPrefix(name, "hmac-")
	if NewHash(hashed) == nil {
		all := Hashes()
		for _, h := range Hashes() {
			all = append(all, "hmac-"+h)
		}
		return Algorithm{}, Unknown("algorithm", name, all...)
	}
	return Algorithm{hashed, keyed}, nil
}

// Sum appends the hash of data to dst, without an allocation where dst has room.
func Sum(dst []byte, name string, data []byte) []byte {
	switch name {
	case "md5":
		s := md5.Sum(data)
		return append(dst, s[:]...)
	case "sha1":
		s := sha1.Sum(data)
		return append(dst, s[:]...)
	case "sha512":
		s := sha512.Sum512(data)
		return append(dst, s[:]...)
	case "sm3":
		s := sm3.Sum(data)
		return append(dst, s[:]...)
	}
	s := sha256.Sum256(data)
	return append(dst, s[:]...)
}

// NewMAC returns a keyed hash.
func NewMAC(name string, key []byte) hash.Hash { return hmac.New(NewHash(name), key) }

// Encodings lists how bytes are written as text. base64url has no padding.
func Encodings() []string { return []string{"hex", "HEX", "base64", "base64url"} }

// Encode appends b as text to dst.
func Encode(dst []byte, encoding string, b []byte) []byte {
	switch encoding {
	case "base64":
		return base64.StdEncoding.AppendEncode(dst, b)
	case "base64url":
		return base64.RawURLEncoding.AppendEncode(dst, b)
	case "HEX":
		const digits = "0123456789ABCDEF"
		for _, one := range b {
			dst = append(dst, digits[one>>4], digits[one&15])
		}
		return dst
	}
	return hex.AppendEncode(dst, b)
}

// Decode is the strict reverse of encode: one text for each bytes, but for the
// letter case of hex, the padding of base64url, and CR and LF within base64.
func Decode(encoding, text string) ([]byte, error) {
	var out []byte
	var err error
	switch encoding {
	case "base64":
		out, err = base64.StdEncoding.Strict().DecodeString(text)
	case "base64url":
		out, err = base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	default:
		out, err = hex.DecodeString(text)
	}
	if err != nil {
		return nil, errors.New("it is no " + strings.ToLower(encoding))
	}
	return out, nil
}
