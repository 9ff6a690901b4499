package step

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// Pair is a key pair of which one half may be missing.
type Pair struct {
	Private any
	Public  any
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
// (private key, public key or certificate) or the base64 of the DER alone. Of SM2
// and Ed25519 also the hex of the bare key. A private half brings its public one.
func ParsePair(kind, text string) (*Pair, error) {
	p := &Pair{}
	rest := []byte(text)
	any := false
	for {
		block, more := pem.Decode(rest)
		if block == nil {
			break
		}
		any, rest = true, more
		if strings.HasSuffix(block.Type, "PARAMETERS") {
			continue
		}
		if err := p.add(kind, block.Bytes); err != nil {
			return nil, err
		}
	}
	if any {
		return p, nil
	}
	bare := strings.Join(strings.Fields(text), "")
	if der, err := base64.StdEncoding.DecodeString(bare); err == nil && p.add(kind, der) == nil {
		return p, nil
	}
	if raw, err := hex.DecodeString(bare); err == nil && p.bare(kind, raw) == nil {
		return p, nil
	}
	return nil, errors.New("it is no key of kind " + kind + ": give PEM or the base64 of its DER")
}

// add takes one half in DER.
func (p *Pair) add(kind string, der []byte) error {
	if key := privateDER(der); key != nil {
		return p.private(kind, key)
	}
	if key := publicDER(der); key != nil {
		return p.public(kind, key)
	}
	return errors.New("a key that cannot be read: give PKCS #8, PKCS #1, SEC 1, PKIX or a certificate")
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

var errOtherKind = errors.New("a key of another kind")

func (p *Pair) private(kind string, key any) error {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if kind != "rsa" {
			return errOtherKind
		}
		p.Private, p.Public = k, &k.PublicKey
	case *sm2.PrivateKey:
		if kind != "sm2" {
			return errOtherKind
		}
		p.Private, p.Public = k, &k.PublicKey
	case ed25519.PrivateKey:
		if kind != "ed25519" {
			return errOtherKind
		}
		p.Private, p.Public = k, k.Public()
	case *ecdsa.PrivateKey:
		if kind != "ecdsa" {
			return errOtherKind
		}
		p.Private, p.Public = k, &k.PublicKey
	default:
		return errOtherKind
	}
	return nil
}

func (p *Pair) public(kind string, key any) error {
	ok := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		ok = kind == "rsa"
	case *ecdsa.PublicKey:
		ok = kind == "sm2" && sm2.IsSM2PublicKey(k) || kind == "ecdsa" && !sm2.IsSM2PublicKey(k)
	case ed25519.PublicKey:
		ok = kind == "ed25519"
	}
	if !ok {
		return errOtherKind
	}
	p.Public = key
	return nil
}

// bare takes a key without any frame.
func (p *Pair) bare(kind string, raw []byte) error {
	switch {
	case kind == "sm2" && len(raw) == 32:
		k, err := sm2.NewPrivateKey(raw)
		if err != nil {
			return err
		}
		return p.private(kind, k)
	case kind == "sm2" && (len(raw) == 65 || len(raw) == 64):
		if len(raw) == 64 {
			raw = append([]byte{4}, raw...)
		}
		k, err := sm2.NewPublicKey(raw)
		if err != nil {
			return err
		}
		return p.public(kind, k)
	case kind == "ed25519" && len(raw) == ed25519.SeedSize:
		return p.private(kind, ed25519.NewKeyFromSeed(raw))
	}
	return errOtherKind
}
