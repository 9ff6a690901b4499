package tamper

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// prepared are the keys of a caller for a protocol, made once.
func (s *Sender) prepared(p *protocol.Protocol, c Caller) (*protocol.Keys, error) {
	name := fmt.Sprintf("%p %s", p, c.ID)
	for _, key := range slices.Sorted(maps.Keys(c.Secrets)) {
		sum := sha256.Sum256([]byte(strings.Join(c.Secrets[key], "\x00")))
		name += " " + key + "=" + hex.EncodeToString(sum[:])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.keys[name]; k != nil {
		return k, nil
	}
	k, err := p.Keys(c.ID, c.Secrets)
	if err != nil {
		return nil, err
	}
	s.keys[name] = k
	return k, nil
}

// formed is the protocol of a sender that takes an accepted form; the protocol itself
// where the tamper asks for none.
func (s *Sender) formed(t *Tamper) (*protocol.Protocol, error) {
	if t.What != Form || t.Value == "0" {
		return s.p, nil
	}
	n, err := strconv.Atoi(t.Value)
	if err != nil {
		return nil, fmt.Errorf("tamper: there is no form %q", t.Value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := t.Part + " " + t.Value
	if p := s.forms[name]; p != nil {
		return p, nil
	}
	p, err := protocol.Compile(withForm(s.p.Declaration(), s.push, t.Part, n-1))
	if err != nil {
		return nil, err
	}
	s.forms[name] = p
	return p, nil
}

// withForm is a declaration in which a value is made as one of its accepted forms.
func withForm(d *declare.Protocol, push bool, value string, n int) *declare.Protocol {
	out := *d
	at := &out.Request
	if push {
		at = &out.Push
	}
	m := **at
	m.Values = slices.Clone(m.Values)
	for i := range m.Values {
		v := &m.Values[i]
		if v.Name == value && n < len(v.Accept) {
			m.Values[i] = *declare.OverlayValue(v, v.Accept[n])
			m.Values[i].Accept = nil
		}
	}
	*at = &m
	return &out
}

// spoiled are secrets of which one is another one of its kind.
func (s *Sender) spoiled(secrets protocol.Secrets, name string) (protocol.Secrets, error) {
	out := maps.Clone(secrets)
	texts := out[name]
	if len(texts) == 0 {
		return nil, fmt.Errorf("tamper: the caller has no key %q", name)
	}
	kind := ""
	for _, k := range s.p.Declaration().Keys {
		if k.Name == name {
			kind = k.Kind
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	other, ok := s.other[name]
	if !ok {
		var err error
		if other, err = another(kind, name, texts[0]); err != nil {
			return nil, err
		}
		s.other[name] = other
	}
	out[name] = []string{other}
	return out, nil
}

// another is a key of a kind that is unlike the one that is given.
func another(kind, name, text string) (string, error) {
	switch kind {
	case "rsa", "sm2", "ed25519", "ecdsa":
		return pair(kind, name, 2)
	case "hex", "base64":
		return changed(Flip, "first", text)
	}
	return anotherText(text)
}

//go:embed rsa.pem
var rsaPairs string

// pair is a key pair in PEM, with both halves. Those of RSA are slow to make: there are
// two for each of three owners.
func pair(kind, name string, owner int) (string, error) {
	var key any
	var err error
	switch kind {
	case "rsa":
		const end = "-----END PRIVATE KEY-----\n"
		return strings.SplitAfter(rsaPairs, end)[2*owner+len(name)%2], nil
	case "sm2":
		key, err = sm2.GenerateKey(rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return "", err
	}
	encode := x509.MarshalPKCS8PrivateKey
	if kind == "sm2" {
		encode = smx509.MarshalPKCS8PrivateKey
	}
	der, err := encode(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

// anotherText changes every letter and digit of a key, by more than the bit that DES
// ignores, whichever part of it counts. What is hexadecimal stays so, and so does base64:
// the last letters of that may have bits to spare.
func anotherText(text string) (string, error) {
	letters := byte(26)
	if strings.Trim(text, "0123456789abcdefABCDEF") == "" {
		letters = 6
	}
	out := []byte(text)
	end := len(out)
	if isBase64(text) && end > 8 && letters == 26 {
		end = len(strings.TrimRight(text, "=")) - 1
	}
	for at, ch := range out[:end] {
		switch {
		case '0' <= ch && ch <= '9':
			out[at] = '0' + (ch-'0'+2)%10
		case 'A' <= ch && ch <= 'Z':
			out[at] = 'A' + (ch-'A'+2)%letters
		case 'a' <= ch && ch <= 'z':
			out[at] = 'a' + (ch-'a'+2)%letters
		}
	}
	if string(out) == text {
		return text + "x", nil // there is no letter or digit to change
	}
	return string(out), nil
}
