// Package key reads, makes and describes the keys of protocols: secrets as a vendor
// hands them out, and key pairs of which each side has its half.
//
// No error holds a byte of a key.
package key

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// Need is a key that one side must have.
type Need struct {
	Name    string
	Kind    string // text, hex, base64, rsa, sm2, ed25519, ecdsa
	Half    step.Half
	System  bool  // it is the same for all apps
	Lengths []int // bytes that the steps take of a secret; nil: any
	Most    int   // bytes of the longest that they take; 0: any
	Steps   bool  // steps take it as their key; else it is only part of a text
}

// Pair reports whether it is a key pair, of which one half is needed.
func (n Need) Pair() bool { return step.IsPair(n.Kind) }

// String is the name with what it must be: "merchant (public half, rsa)".
func (n Need) String() string {
	if n.Pair() {
		return fmt.Sprintf("%s (%s half, %s)", n.Name, HalfName(n.Half), n.Kind)
	}
	return fmt.Sprintf("%s (%s)", n.Name, n.Kind)
}

// Lacks reports whether a text that Read returned is not enough: it is not there, or
// the declaration has changed and needs the other half.
func (n Need) Lacks(text string) bool {
	return text == "" || n.Half == step.Private && !strings.Contains(text, "PRIVATE KEY")
}

// HalfName is private or public, empty for a secret.
func HalfName(h step.Half) string {
	switch h {
	case step.Private:
		return "private"
	case step.Public:
		return "public"
	}
	return ""
}

// takes refuses a secret whose length no step takes.
func (n Need) takes(text string) error {
	raw, err := step.Secret(n.Kind, text)
	if err != nil {
		return err
	}
	if len(raw) == 0 {
		return errEmpty
	}
	if n.Lengths != nil && len(n.Lengths) == 0 {
		return errLengths
	}
	if n.Lengths != nil && !slices.Contains(n.Lengths, len(raw)) {
		return fmt.Errorf("it has %d bytes, and the steps take %s", len(raw), either(n.Lengths))
	}
	if n.Most > 0 && len(raw) > n.Most {
		return fmt.Errorf("it has %d bytes, and the steps take %d at most", len(raw), n.Most)
	}
	return nil
}

// either lists numbers: 16, 24 or 32.
func either(all []int) string {
	var words []string
	for _, n := range all {
		words = append(words, strconv.Itoa(n))
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// Public returns the public half of a key in PEM.
func Public(kind, text string) (string, error) {
	p, err := step.ParsePair(kind, text)
	if err != nil {
		return "", err
	}
	return publicPEM(p)
}

// Fingerprint tells public keys apart: the SHA-256 of the public half (PKIX, DER) in
// hexadecimal. Of a secret there is none: it could be guessed from it.
func Fingerprint(kind, text string) (string, error) {
	if !step.IsPair(kind) {
		return "", nil
	}
	p, err := step.ParsePair(kind, text)
	if err != nil {
		return "", err
	}
	der, err := publicDER(p)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(der)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

func publicDER(p *step.Pair) ([]byte, error) {
	if k, ok := p.Public.(*ecdsa.PublicKey); ok && sm2.IsSM2PublicKey(k) {
		return smx509.MarshalPKIXPublicKey(k)
	}
	return x509.MarshalPKIXPublicKey(p.Public)
}

func publicPEM(p *step.Pair) (string, error) {
	der, err := publicDER(p)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

func privatePEM(private any) (string, error) {
	var der []byte
	var err error
	switch private.(type) {
	case *sm2.PrivateKey:
		der, err = smx509.MarshalPKCS8PrivateKey(private)
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey:
		der, err = x509.MarshalPKCS8PrivateKey(private)
	default:
		return "", errNoPrivate
	}
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}
