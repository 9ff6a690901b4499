package step

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// Pair is a key pair of which one half may be missing.
type Pair struct {
	Private any
	Public  any
}

// IsPair reports whether a kind of key is a pair.
func IsPair(kind string) bool {
	return kind == "rsa" || kind == "sm2" || kind == "ed25519" || kind == "ecdsa"
}

// Secret reads a secret of the kinds text, hex and base64. Base64 may lack its
// padding, as vendors print it.
func Secret(kind, text string) ([]byte, error) {
	switch kind {
	case "hex":
		out, err := hex.DecodeString(text)
		if err != nil {
			return nil, errors.New("it is no hex")
		}
		return out, nil
	case "base64":
		trimmed := strings.TrimRight(strings.TrimSpace(text), "=")
		out, err := base64.RawStdEncoding.DecodeString(trimmed)
		if err != nil {
			out, err = base64.RawURLEncoding.DecodeString(trimmed)
		}
		if err != nil {
			return nil, errors.New("it is no base64")
		}
		return out, nil
	}
	return []byte(text), nil
}

// ParsePair reads one half of a key pair, or both halves one behind the other: PEM
// (private key, public key or certificate; of several certificates the first) or the
// base64 of the DER alone. Of SM2 also the hex of the bare key. A private half brings
// its public one. It refuses keys of another kind, halves that do not belong
// together, and what is encrypted with a password.
func ParsePair(kind, text string) (*Pair, error) {
	p := &Pair{}
	rest := []byte(text)
	for found := false; ; found = true {
		block, more := pem.Decode(rest)
		if block == nil && found {
			return p, left(rest)
		}
		if block == nil {
			break
		}
		rest = more
		if err := p.block(kind, block); err != nil {
			return nil, err
		}
	}
	if strings.Contains(text, "-----BEGIN") {
		return nil, errPEM
	}
	bare := strings.Join(strings.Fields(text), "")
	if der, err := base64.StdEncoding.DecodeString(bare); err == nil {
		if err := p.add(kind, der); err == nil || !errors.Is(err, errUnreadable) {
			return p, err
		}
	}
	if raw, err := hex.DecodeString(bare); err == nil {
		if err := p.bare(kind, raw); !errors.Is(err, errUnreadable) {
			return p, err
		}
	}
	return nil, errors.New("it is no key of kind " + kind + ": give PEM or the base64 of its DER")
}

var (
	errPEM        = errors.New("the PEM is damaged: a line is missing, or text that is no base64 is in it")
	errUnreadable = errors.New("a key that cannot be read: give PKCS #8, PKCS #1, SEC 1, PKIX or a certificate")
	errEncrypted  = errors.New("it is encrypted with a password: write it without one, with openssl pkey -in FILE -out OTHER")
	errStrangers  = errors.New("its two halves do not belong together")
)

// left refuses what is behind the last key and was meant as one.
func left(rest []byte) error {
	if strings.Contains(string(rest), "-----BEGIN") {
		return errPEM
	}
	return nil
}

// block takes one block of PEM.
func (p *Pair) block(kind string, b *pem.Block) error {
	switch {
	case strings.HasPrefix(b.Type, "ENCRYPTED "), strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"):
		return errEncrypted
	case strings.HasSuffix(b.Type, "PARAMETERS"):
		return nil
	case b.Type == "CERTIFICATE" && p.Public != nil && p.Private == nil:
		return nil // of a chain the first is the owner's
	}
	return p.add(kind, b.Bytes)
}

// add takes one half in DER.
func (p *Pair) add(kind string, der []byte) error {
	private, public := privateDER(der), any(nil)
	if private == nil {
		public = publicDER(der)
	}
	if k, ok := private.(interface{ Public() crypto.PublicKey }); ok {
		public = k.Public()
	}
	if public == nil {
		return errUnreadable
	}
	return p.take(kind, private, public)
}

// take keeps a half, a private one with its public one.
func (p *Pair) take(kind string, private, public any) error {
	if got := kindOf(public); got != kind {
		return fmt.Errorf("it is a key of %s, not of %s", got, kind)
	}
	if k, ok := public.(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
		return fmt.Errorf("an RSA key of %d bits proves nothing: give one of %d or more", k.N.BitLen(), minRSA)
	}
	if known, ok := p.Public.(interface{ Equal(x crypto.PublicKey) bool }); ok && !known.Equal(public) {
		return errStrangers
	}
	if p.Public = public; private != nil {
		p.Private = private
	}
	return nil
}

// minRSA bounds an RSA key from below, bits. Some vendors still have keys of 1024.
const minRSA = 1024

// kindOf is the kind of a public key, for people where no step takes it.
func kindOf(public any) string {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return "rsa"
	case *ecdsa.PublicKey:
		if sm2.IsSM2PublicKey(k) {
			return "sm2"
		}
		return "ecdsa"
	case ed25519.PublicKey:
		return "ed25519"
	}
	return "another algorithm"
}

func privateDER(der []byte) any {
	if k, err := smx509.ParsePKCS8PrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k
	}
	if k, err := smx509.ParseSM2PrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k
	}
	return nil
}

func publicDER(der []byte) any {
	if k, err := smx509.ParsePKIXPublicKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return k
	}
	if c, err := smx509.ParseCertificate(der); err == nil {
		return c.PublicKey
	}
	return nil
}

// bare takes a key without any frame. 32 bytes of Ed25519 may be either half.
func (p *Pair) bare(kind string, raw []byte) error {
	switch {
	case kind == "sm2" && len(raw) == 32:
		k, err := sm2.NewPrivateKey(raw)
		if err != nil {
			return errUnreadable
		}
		return p.take(kind, k, &k.PublicKey)
	case kind == "sm2" && (len(raw) == 65 || len(raw) == 64):
		if len(raw) == 64 {
			raw = append([]byte{4}, raw...)
		}
		k, err := sm2.NewPublicKey(raw)
		if err != nil {
			return errUnreadable
		}
		return p.take(kind, nil, k)
	case kind == "ed25519" && len(raw) == ed25519.PrivateKeySize:
		k := ed25519.PrivateKey(raw)
		if !k.Equal(ed25519.NewKeyFromSeed(k.Seed())) {
			return errStrangers
		}
		return p.take(kind, k, k.Public())
	case kind == "ed25519" && len(raw) == ed25519.SeedSize:
		return errors.New("32 bytes of Ed25519 may be a private or a public key: give PEM")
	}
	return errUnreadable
}
