package key

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// MaxBytes bounds the file of one key.
const MaxBytes = 64 << 10

const maxSecret = 4096 // characters

// Why a key is not taken.
var (
	errEmpty     = errors.New("it is empty")
	errLarge     = errors.New("it is larger than any key")
	errNoPrivate = errors.New("it is a public key, and this side signs or decrypts with it: give the private half")
	errIsPEM     = errors.New("it is PEM, and the protocol declares a secret: give the text itself")
	errPKCS12    = errors.New("it is PKCS #12: take the key out with openssl pkcs12 -in FILE -nodes -out OTHER")
	errLines     = errors.New("it has several lines: give the secret alone")
	errBlank     = errors.New("it begins or ends with a blank: take that away, or the signatures differ")
	errControl   = errors.New("it holds bytes that are no text; a key of raw bytes is declared as hex or base64 and given so")
	errLengths   = errors.New("its ciphers take keys of different lengths: no key fits all of them")
	errLong      = errors.New("it is longer than 4,096 characters")
)

// Read takes a key that exists already, as its file holds it, and returns the text
// that is kept: of a secret the text without the end of its line, of a pair the half
// that is needed, in PEM. Of a certificate it takes the key, and looks at no date. It refuses what is no key of the kind, of a length that no
// step takes, and a public half where the private one is needed.
func (n Need) Read(file []byte) (string, error) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if len(file) > MaxBytes {
		return "", errLarge
	}
	if len(bytes.TrimSpace(file)) == 0 {
		return "", errEmpty
	}
	if n.Pair() {
		return n.readPair(string(file))
	}
	return n.readSecret(string(file))
}

func (n Need) readSecret(text string) (string, error) {
	if strings.Contains(text, "-----BEGIN") {
		return "", errIsPEM
	}
	if n.Kind != "text" {
		text = strings.Join(strings.Fields(text), "")
		return text, n.takes(text)
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	switch {
	case !utf8.ValidString(text):
		return "", errControl
	case strings.ContainsAny(text, "\r\n"):
		return "", errLines
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", errControl
	case strings.TrimSpace(text) != text:
		return "", errBlank
	case len(text) > maxSecret:
		return "", errLong
	}
	return text, n.takes(text)
}

func (n Need) readPair(text string) (string, error) {
	if n.Kind == "ed25519" {
		if bare := bareEd25519(text, n.Half); bare != nil {
			return n.half(bare)
		}
	}
	if !utf8.ValidString(text) { // DER as it is
		if pkcs12(text) {
			return "", errPKCS12
		}
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	p, err := step.ParsePair(n.Kind, text)
	if err != nil {
		return "", err
	}
	return n.half(p)
}

// pkcs12 recognises the beginning of a PKCS #12 file: a sequence with the version 3.
func pkcs12(text string) bool {
	return len(text) > 7 && text[0] == 0x30 && text[1] == 0x82 && text[4:7] == "\x02\x01\x03"
}

// half is the half of a pair that is needed.
func (n Need) half(p *step.Pair) (string, error) {
	if n.Half == step.Public {
		return publicPEM(p)
	}
	return privatePEM(p.Private)
}

// bareEd25519 reads the 32 bytes of one half, which look like those of the other
// one; nil: it is something else.
func bareEd25519(text string, half step.Half) *step.Pair {
	bare := strings.Join(strings.Fields(text), "")
	raw, err := hex.DecodeString(bare)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(bare, "="))
	}
	switch {
	case err != nil || len(raw) != ed25519.PublicKeySize:
		return nil
	case half == step.Public:
		return &step.Pair{Public: ed25519.PublicKey(raw)}
	}
	k := ed25519.NewKeyFromSeed(raw)
	return &step.Pair{Private: k, Public: k.Public()}
}
