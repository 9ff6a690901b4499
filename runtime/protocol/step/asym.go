package step

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/emmansun/gmsm/sm2"
)

var (
	errSignature = errors.New("the signature differs: another key, or another text")
	errHalf      = errors.New("the half of the key pair that is needed is not there")
	errSeed      = errors.New("a seed has 32 bytes")
)

func readFull(r io.Reader, b []byte) (int, error) {
	if r == nil {
		r = rand.Reader
	}
	return io.ReadFull(r, b)
}

// random is never nil.
func (c *Call) random() io.Reader {
	if c.Random == nil {
		return rand.Reader
	}
	return c.Random
}

func (c *Call) rsaPrivate() (*rsa.PrivateKey, error) {
	if p, ok := c.Key.(*Pair); ok && p != nil {
		if k, ok := p.Private.(*rsa.PrivateKey); ok {
			return k, nil
		}
	}
	return nil, errHalf
}

func (c *Call) rsaPublic() (*rsa.PublicKey, error) {
	if p, ok := c.Key.(*Pair); ok && p != nil {
		if k, ok := p.Public.(*rsa.PublicKey); ok {
			return k, nil
		}
	}
	return nil, errHalf
}

// signing makes the row of a signature that is verified with the other half.
func signing(name, args, doc string, kind Kind, make func(a *Args) (Func, func(*Call, []byte, []byte) error, error)) Row {
	return Row{Name: name, Args: args, Doc: doc, Make: func(a *Args) (*Do, error) {
		key, err := a.one("the name of the key pair")
		if err != nil {
			return nil, err
		}
		apply, verify, err := make(a)
		do := &Do{
			Apply: apply, Verify: verify, Key: kind, KeyName: key, ApplyBy: Private, UndoBy: Public, Random: true, Keyed: true,
		}
		do.Apart[Info] = a.Named["uid"]
		return do, err
	}}
}

// seeded is the Ed25519 signature of a pair that both sides make out of a secret: it is
// the same each time, so it is compared.
func seeded() Row {
	return Row{Name: "ed25519-seed", Args: "KEY", Doc: "Ed25519 signature with the pair of a seed, 32 bytes that both sides have", Make: func(a *Args) (*Do, error) {
		key, err := a.one("the name of the key")
		return &Do{
			Apply: func(dst, in []byte, c *Call) ([]byte, error) {
				return append(dst, ed25519.Sign(c.Key.(ed25519.PrivateKey), in)...), nil
			},
			Key: Bytes, KeyName: key, Lengths: []int{ed25519.SeedSize}, Keyed: true,
			Prepare: func(key []byte) (any, error) {
				if len(key) != ed25519.SeedSize {
					return nil, errSeed
				}
				return ed25519.NewKeyFromSeed(key), nil
			},
		}, err
	}}
}

// signedHashes are the digests of RSA and ECDSA signatures.
func signedHashes() []struct {
	name string
	hash crypto.Hash
	sum  func([]byte) []byte
} {
	return []struct {
		name string
		hash crypto.Hash
		sum  func([]byte) []byte
	}{
		{"md5", crypto.MD5, func(b []byte) []byte { s := md5.Sum(b); return s[:] }},
		{"sha1", crypto.SHA1, func(b []byte) []byte { s := sha1.Sum(b); return s[:] }},
		{"sha256", crypto.SHA256, func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }},
		{"sha384", crypto.SHA384, func(b []byte) []byte { s := sha512.Sum384(b); return s[:] }},
		{"sha512", crypto.SHA512, func(b []byte) []byte { s := sha512.Sum512(b); return s[:] }},
	}
}

// signatures are what is made with the private half of a pair and verified, or
// undone, with the other one.
func signatures() []Row {
	var out []Row
	for _, h := range signedHashes() {
		out = append(out, signing("rsa-"+h.name, "PAIR", "RSA signature of PKCS #1 v1.5 over the "+h.name+" of the text", RSA,
			func(*Args) (Func, func(*Call, []byte, []byte) error, error) { return rsaSign(h.hash, h.sum, false) }))
	}
	for _, h := range signedHashes()[1:] {
		out = append(out, signing("rsa-pss-"+h.name, "PAIR", "RSA signature of PSS over the "+h.name+" of the text", RSA,
			func(*Args) (Func, func(*Call, []byte, []byte) error, error) { return rsaSign(h.hash, h.sum, true) }))
	}
	for _, h := range signedHashes()[1:] {
		out = append(out, signing("ecdsa-"+h.name, "PAIR [form=der|rs]",
			"ECDSA signature over the "+h.name+" of the text, as DER or r and s; the key says the curve: P-256, P-384 or P-521", ECDSA, ecdsaSign(h.sum)))
	}
	return append(out,
		signing("sm2", "PAIR [id=TEXT] [uid=NAME] [form=der|rs]", "SM2 signature with SM3; id is the user id, 1234567812345678 by default; uid is a name that has it", SM2, sm2Sign),
		signing("ed25519", "PAIR", "Ed25519 signature", Ed25519, ed25519Sign),
		crypting("rsa-encrypt", "PAIR", "RSA encryption of PKCS #1 v1.5 in blocks, with the public half", RSA, Public, Private, rsaEncrypt, rsaDecrypt),
		crypting("rsa-oaep-sha1", "PAIR", "RSA encryption of OAEP in blocks, with the public half", RSA, Public, Private, oaepEncrypt(crypto.SHA1), oaepDecrypt(crypto.SHA1)),
		crypting("rsa-oaep-sha256", "PAIR", "RSA encryption of OAEP in blocks, with the public half", RSA, Public, Private, oaepEncrypt(crypto.SHA256), oaepDecrypt(crypto.SHA256)),
		crypting("rsa-private-encrypt", "PAIR", "RSA in blocks with the private half, undone with the public one", RSA, Private, Public, rsaSeal, rsaUnseal),
		sm2Encrypting(),
	)
}

func rsaSign(hash crypto.Hash, sum func([]byte) []byte, pss bool) (Func, func(*Call, []byte, []byte) error, error) {
	opts := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	apply := func(dst, in []byte, c *Call) ([]byte, error) {
		key, err := c.rsaPrivate()
		if err != nil {
			return dst, err
		}
		var sig []byte
		if pss {
			sig, err = rsa.SignPSS(c.random(), key, hash, sum(in), opts)
		} else {
			sig, err = rsa.SignPKCS1v15(nil, key, hash, sum(in))
		}
		return append(dst, sig...), err
	}
	verify := func(c *Call, text, sig []byte) error {
		key, err := c.rsaPublic()
		if err != nil {
			return err
		}
		if pss {
			err = rsa.VerifyPSS(key, hash, sum(text), sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto})
		} else {
			err = rsa.VerifyPKCS1v15(key, hash, sum(text), sig)
		}
		if err != nil {
			return errSignature
		}
		return nil
	}
	return apply, verify, nil
}

type pairOf struct{ R, S *big.Int }

// signatureForm reads and writes r and s, as DER or one behind the other, each of size bytes.
func signatureForm(a *Args) (write func(dst, der []byte, size int) ([]byte, error), read func(sig []byte, size int) ([]byte, error), err error) {
	switch word := a.Named["form"]; word {
	case "", "der":
		return func(dst, der []byte, _ int) ([]byte, error) { return append(dst, der...), nil },
			func(sig []byte, _ int) ([]byte, error) { return sig, nil }, nil
	case "rs":
		return func(dst, der []byte, size int) ([]byte, error) {
				var p pairOf
				if _, err := asn1.Unmarshal(der, &p); err != nil {
					return dst, err
				}
				var room [2 * maxField]byte
				p.R.FillBytes(room[:size])
				p.S.FillBytes(room[size : 2*size])
				return append(dst, room[:2*size]...), nil
			}, func(sig []byte, size int) ([]byte, error) {
				if len(sig) != 2*size {
					return nil, errSignature
				}
				return asn1.Marshal(pairOf{new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])})
			}, nil
	default:
		return nil, nil, fmt.Errorf("form is der or rs, not %q", word)
	}
}

// maxField is how many bytes a number of the greatest curve has, P-521.
const maxField = 66

// sizeOf is how many bytes a number of a curve has.
func sizeOf(c elliptic.Curve) int { return (c.Params().BitSize + 7) / 8 }

// id is the user id that a name has, or the declaration's own.
func (c *Call) id(own []byte) []byte {
	if len(c.Ref[Info]) > 0 {
		return c.Ref[Info]
	}
	return own
}

func sm2Sign(a *Args) (Func, func(*Call, []byte, []byte) error, error) {
	id := []byte(a.Named["id"])
	if len(id) == 0 {
		id = []byte("1234567812345678")
	}
	write, read, err := signatureForm(a)
	apply := func(dst, in []byte, c *Call) ([]byte, error) {
		p, ok := c.Key.(*Pair)
		if !ok || p == nil {
			return dst, errHalf
		}
		key, ok := p.Private.(*sm2.PrivateKey)
		if !ok {
			return dst, errHalf
		}
		der, err := sm2.SignASN1(c.random(), key, in, sm2.NewSM2SignerOption(true, c.id(id)))
		if err != nil {
			return dst, err
		}
		return write(dst, der, 32)
	}
	verify := func(c *Call, text, sig []byte) error {
		p, ok := c.Key.(*Pair)
		if !ok || p == nil {
			return errHalf
		}
		key, ok := p.Public.(*ecdsa.PublicKey)
		if !ok {
			return errHalf
		}
		der, err := read(sig, 32)
		if err != nil || !sm2.VerifyASN1WithSM2(key, c.id(id), text, der) {
			return errSignature
		}
		return nil
	}
	return apply, verify, err
}

func ed25519Sign(*Args) (Func, func(*Call, []byte, []byte) error, error) {
	apply := func(dst, in []byte, c *Call) ([]byte, error) {
		if p, ok := c.Key.(*Pair); ok && p != nil {
			if key, ok := p.Private.(ed25519.PrivateKey); ok {
				return append(dst, ed25519.Sign(key, in)...), nil
			}
		}
		return dst, errHalf
	}
	verify := func(c *Call, text, sig []byte) error {
		if p, ok := c.Key.(*Pair); ok && p != nil {
			if key, ok := p.Public.(ed25519.PublicKey); ok {
				if len(sig) == ed25519.SignatureSize && ed25519.Verify(key, text, sig) {
					return nil
				}
				return errSignature
			}
		}
		return errHalf
	}
	return apply, verify, nil
}

// ecdsaSign signs and verifies a digest with a key of any curve that there is.
func ecdsaSign(sum func([]byte) []byte) func(a *Args) (Func, func(*Call, []byte, []byte) error, error) {
	return func(a *Args) (Func, func(*Call, []byte, []byte) error, error) {
		write, read, err := signatureForm(a)
		apply := func(dst, in []byte, c *Call) ([]byte, error) {
			if p, ok := c.Key.(*Pair); ok && p != nil {
				if key, ok := p.Private.(*ecdsa.PrivateKey); ok {
					der, err := ecdsa.SignASN1(c.random(), key, sum(in))
					if err != nil {
						return dst, err
					}
					return write(dst, der, sizeOf(key.Curve))
				}
			}
			return dst, errHalf
		}
		verify := func(c *Call, text, sig []byte) error {
			if p, ok := c.Key.(*Pair); ok && p != nil {
				if key, ok := p.Public.(*ecdsa.PublicKey); ok {
					der, err := read(sig, sizeOf(key.Curve))
					if err == nil && ecdsa.VerifyASN1(key, sum(text), der) {
						return nil
					}
					return errSignature
				}
			}
			return errHalf
		}
		return apply, verify, err
	}
}

// crypting makes the row of an encryption with a key pair.
func crypting(name, args, doc string, kind Kind, by, undoBy Half, apply, undo Func) Row {
	return Row{Name: name, Args: args, Doc: doc, Make: func(a *Args) (*Do, error) {
		key, err := a.one("the name of the key pair")
		return &Do{
			Apply: apply, Undo: undo, Key: kind, KeyName: key, ApplyBy: by, UndoBy: undoBy, Random: true,
			Keyed: by == Private, Seals: by == Private,
		}, err
	}}
}

// blocks carries out one in pieces of n bytes, at least once.
func blocks(dst, in []byte, n int, one func([]byte) ([]byte, error)) ([]byte, error) {
	if n <= 0 {
		return dst, errors.New("the key is too short")
	}
	if len(in) == 0 {
		in = []byte{}
	}
	for first := true; first || len(in) > 0; first = false {
		piece := in[:min(n, len(in))]
		in = in[len(piece):]
		out, err := one(piece)
		if err != nil {
			return dst, err
		}
		dst = append(dst, out...)
	}
	return dst, nil
}

var errDecrypt = errors.New("it cannot be decrypted: another key, or not this cipher text")

// unblocks is the reverse, for cipher text of whole blocks.
func unblocks(dst, in []byte, n int, one func([]byte) ([]byte, error)) ([]byte, error) {
	if len(in) == 0 || len(in)%n != 0 {
		return dst, errLength
	}
	for len(in) > 0 {
		out, err := one(in[:n])
		if err != nil {
			return dst, errDecrypt
		}
		dst, in = append(dst, out...), in[n:]
	}
	return dst, nil
}

func rsaEncrypt(dst, in []byte, c *Call) ([]byte, error) {
	key, err := c.rsaPublic()
	if err != nil {
		return dst, err
	}
	return blocks(dst, in, key.Size()-11, func(b []byte) ([]byte, error) {
		return rsa.EncryptPKCS1v15(c.random(), key, b) //nolint:staticcheck // vendors ask for it
	})
}

func rsaDecrypt(dst, in []byte, c *Call) ([]byte, error) {
	key, err := c.rsaPrivate()
	if err != nil {
		return dst, err
	}
	return unblocks(dst, in, key.Size(), func(b []byte) ([]byte, error) {
		return rsa.DecryptPKCS1v15(nil, key, b) //nolint:staticcheck // vendors ask for it
	})
}

func oaepEncrypt(h crypto.Hash) Func {
	return func(dst, in []byte, c *Call) ([]byte, error) {
		key, err := c.rsaPublic()
		if err != nil {
			return dst, err
		}
		return blocks(dst, in, key.Size()-2*h.Size()-2, func(b []byte) ([]byte, error) {
			return rsa.EncryptOAEP(h.New(), c.random(), key, b, nil)
		})
	}
}

func oaepDecrypt(h crypto.Hash) Func {
	return func(dst, in []byte, c *Call) ([]byte, error) {
		key, err := c.rsaPrivate()
		if err != nil {
			return dst, err
		}
		return unblocks(dst, in, key.Size(), func(b []byte) ([]byte, error) {
			return rsa.DecryptOAEP(h.New(), nil, key, b, nil)
		})
	}
}

// rsaSeal is what vendors call encryption with the private key: a signature of
// PKCS #1 v1.5 over the text itself, in blocks.
func rsaSeal(dst, in []byte, c *Call) ([]byte, error) {
	key, err := c.rsaPrivate()
	if err != nil {
		return dst, err
	}
	return blocks(dst, in, key.Size()-11, func(b []byte) ([]byte, error) {
		return rsa.SignPKCS1v15(nil, key, crypto.Hash(0), b)
	})
}

func rsaUnseal(dst, in []byte, c *Call) ([]byte, error) {
	key, err := c.rsaPublic()
	if err != nil {
		return dst, err
	}
	return unblocks(dst, in, key.Size(), func(b []byte) ([]byte, error) {
		x := new(big.Int).SetBytes(b)
		if x.Cmp(key.N) >= 0 {
			return nil, errDecrypt
		}
		m := make([]byte, key.Size())
		x.Exp(x, big.NewInt(int64(key.E)), key.N).FillBytes(m)
		end := slices.Index(m[2:], 0)
		if m[0] != 0 || m[1] != 1 || end < 8 {
			return nil, errDecrypt
		}
		for _, one := range m[2 : 2+end] {
			if one != 0xff {
				return nil, errDecrypt
			}
		}
		return m[2+end+1:], nil
	})
}

// sm2Encrypting is the encryption of SM2.
func sm2Encrypting() Row {
	return Row{
		Name: "sm2-encrypt", Args: "PAIR [form=c1c3c2|c1c2c3|der]", Doc: "SM2 encryption, with the public half",
		Make: func(a *Args) (*Do, error) {
			key, err := a.one("the name of the key pair")
			if err != nil {
				return nil, err
			}
			enc, dec := sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C3C2), sm2.NewPlainDecrypterOpts(sm2.C1C3C2)
			switch word := a.Named["form"]; word {
			case "", "c1c3c2":
			case "c1c2c3":
				enc, dec = sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C2C3), sm2.NewPlainDecrypterOpts(sm2.C1C2C3)
			case "der":
				enc, dec = sm2.ASN1EncrypterOpts, sm2.ASN1DecrypterOpts
			default:
				return nil, fmt.Errorf("form is c1c3c2, c1c2c3 or der, not %q", word)
			}
			return &Do{
				Key: SM2, KeyName: key, ApplyBy: Public, UndoBy: Private, Random: true, Seals: true,
				Apply: func(dst, in []byte, c *Call) ([]byte, error) {
					if p, ok := c.Key.(*Pair); ok && p != nil {
						if key, ok := p.Public.(*ecdsa.PublicKey); ok && len(in) > 0 {
							out, err := sm2.Encrypt(c.random(), key, in, enc)
							return append(dst, out...), err
						}
					}
					return dst, errHalf
				},
				Undo: func(dst, in []byte, c *Call) ([]byte, error) {
					if p, ok := c.Key.(*Pair); ok && p != nil {
						if key, ok := p.Private.(*sm2.PrivateKey); ok {
							out, err := key.Decrypt(nil, in, dec)
							if err != nil {
								return dst, errDecrypt
							}
							return append(dst, out...), nil
						}
					}
					return dst, errHalf
				},
			}, nil
		},
	}
}
