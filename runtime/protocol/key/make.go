package key

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/emmansun/gmsm/sm2"
)

// The bits of an RSA key that is made.
const (
	DefaultBits = 2048
	maxBits     = 8192
)

// Lengths of secrets that are made where no step says one.
const (
	stepBytes = 128 // characters of a key of steps: of at most 256 that RC4 takes
	partBytes = 16  // random bytes of a text that is part of others, written in hexadecimal
	codeBytes = 32  // random bytes of a key that is written as hex or base64
)

// alphabet is 64 printable characters that need no escape in JSON, shells or
// URLs, so that a random byte gives one without bias.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// Make makes a key: a random secret that every step takes, or a pair, as its private
// half in PEM. bits are those of RSA, 0: DefaultBits.
func (n Need) Make(bits int) (string, error) {
	if n.Pair() {
		return makePair(n.Kind, bits)
	}
	if n.Lengths != nil && len(n.Lengths) == 0 {
		return "", errLengths
	}
	switch n.Kind {
	case "hex":
		return hex.EncodeToString(random(n.length(codeBytes))), nil
	case "base64":
		return base64.StdEncoding.EncodeToString(random(n.length(codeBytes))), nil
	}
	if n.Lengths == nil && !n.Steps {
		return hex.EncodeToString(random(partBytes)), nil
	}
	b := random(n.length(stepBytes))
	for i := range b {
		b[i] = alphabet[b[i]&63]
	}
	return string(b), nil
}

// length is the greatest length that the steps take.
func (n Need) length(otherwise int) int {
	if n.Lengths == nil {
		return otherwise
	}
	return slices.Max(n.Lengths)
}

// random never fails: the program ends where the system has no randomness.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func makePair(kind string, bits int) (string, error) {
	var k any
	var err error
	switch kind {
	case "rsa":
		if bits == 0 {
			bits = DefaultBits
		}
		if bits < DefaultBits || bits > maxBits || bits%8 != 0 {
			return "", fmt.Errorf("an RSA key is made with %d to %d bits, not %d", DefaultBits, maxBits, bits)
		}
		k, err = rsa.GenerateKey(rand.Reader, bits)
	case "sm2":
		k, err = sm2.GenerateKey(rand.Reader)
	case "ed25519":
		_, k, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		k, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return "", err
	}
	return privatePEM(k)
}
