package dialect

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"encoding/asn1"
	"math/big"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm2"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// rsaNames are the signatures of RSA.
func rsaNames() []string {
	return []string{"rsa-sha1", "rsa-sha256", "rsa-md5", "rsa-sha512", "rsa-sha384", "rsa-pss-sha256", "rsa-pss-sha1", "rsa-pss-sha512", "rsa-pss-sha384"}
}

// row is a step with its named arguments.
type row struct {
	name  string
	named map[string]string
}

func (r *row) String() string {
	out := r.name
	for _, key := range []string{"id", "form", "iv", "pad", "aad"} {
		if r.named[key] != "" {
			out += " " + key + "=" + r.named[key]
		}
	}
	return out
}

// signed are other signatures over the text: another digest, padding, form or pair.
func (h *hunt) signed(p *pipe) (out []change) {
	at := slices.IndexFunc(p.uses, func(u *plan.Use) bool { return u.Do.Verify != nil })
	if at < 0 || !p.whole {
		return nil
	}
	u := p.uses[at]
	add := func(kind, cause string, rank int, edit func(*draft) bool) {
		out = append(out, change{
			item: p.item, kind: kind, behind: kind == "digest", place: p.item.Name, name: cause, tail: "(declared: " + u.Src + ")", fix: "sign with " + u.Src, rank: rank, edit: edit,
			look: func() (string, string) { return "", "" },
		})
	}
	for _, pair := range h.pairsOfKind(u.Do.Key) {
		with := ""
		if pair != u.Key {
			with = " with the key pair " + h.form.Infos[pair].Name
		}
		for _, one := range h.signers(u, pair) {
			one.Key, one.Pair = pair, pair-plan.Builtins
			add("digest", one.Src+with, writer.Common, p.replace(at, at+1, one))
		}
	}
	for _, name := range writer.HashNames() {
		for _, f := range []struct {
			name string
			f    func([]byte) []byte
		}{{"in hex", writer.Hex}, {"in hex in upper case", writer.HEX}, {"as bytes", bytes.Clone}, {"in base64", writer.Base64}} {
			add("over", "over the "+name+" of the text "+f.name, writer.Usual, p.insert(at, own("digest", func(in []byte) []byte { return f.f(writer.Sum(name, in)) })))
		}
	}
	if at > 0 {
		before := make([]string, at)
		for i, one := range p.uses[:at] {
			before[i] = one.Src
		}
		add("over", "over the text itself, not its "+strings.Join(before, "|"), writer.Common, p.replace(0, at))
	}
	if u.Do.Key == step.RSA {
		out = append(out, h.blocks(p, at, u)...)
	}
	if u.Do.Key == step.SM2 || u.Do.Key == step.ECDSA {
		out = append(out, h.bare(p, at, u)...)
	}
	return append(out, h.tails(p, at)...)
}

// signers are the signatures of a kind of pair.
func (h *hunt) signers(u *plan.Use, pair int) (out []*plan.Use) {
	switch u.Do.Key {
	case step.RSA:
		for _, name := range rsaNames() {
			out = append(out, found(u, name, []string{h.form.Infos[pair].Name}, nil))
		}
		out = append(out, masks(u)...)
	case step.SM2, step.ECDSA:
		for _, c := range h.curved(u.Do.Key) {
			out = append(out, c.use(u, false), c.use(u, true))
		}
	case step.Ed25519:
		out = append(out, found(u, "ed25519", []string{h.form.Infos[pair].Name}, nil))
	}
	return out
}

// use is a step that verifies with a curve.
func (c *curved) use(u *plan.Use, rs bool) *plan.Use {
	do := *u.Do
	do.Name, do.Verify = c.name+", as DER", c.verifier(rs)
	if rs {
		do.Name = c.name + ", as r and s"
	}
	one := *u
	one.Do, one.Src = &do, do.Name
	return &one
}

// curved is a digest that a signature of an elliptic curve is made over.
type curved struct {
	name   string
	sm2    bool
	digest func(pub *ecdsa.PublicKey, text []byte) []byte
}

func (h *hunt) curved(kind step.Kind) (out []curved) {
	plain := func(name string) func(*ecdsa.PublicKey, []byte) []byte {
		return func(_ *ecdsa.PublicKey, text []byte) []byte { return writer.Sum(name, text) }
	}
	if kind == step.ECDSA {
		for _, name := range writer.HashNames() {
			out = append(out, curved{"ecdsa-" + name, false, plain(name)})
		}
		return append(out, curved{"ecdsa over the text itself", false, func(_ *ecdsa.PublicKey, text []byte) []byte { return text }})
	}
	withZ := func(id []byte) func(*ecdsa.PublicKey, []byte) []byte {
		return func(pub *ecdsa.PublicKey, text []byte) []byte {
			z, err := sm2.CalculateZA(pub, id)
			if err != nil {
				return nil
			}
			return writer.Sum("sm3", slices.Concat(z, text))
		}
	}
	out = append(out,
		curved{"sm2 with the user id 1234567812345678", true, withZ([]byte("1234567812345678"))},
		curved{"sm2 over the SM3 of the text alone, without user id and public key", true, plain("sm3")},
		curved{"sm2 with an empty user id", true, withZ(nil)},
		curved{"sm2 with the hex of 1234567812345678 as the user id", true, withZ([]byte("31323334353637383132333435363738"))},
		curved{"sm2 with 1234567812345678 read as hex as the user id", true, withZ([]byte("\x12\x34\x56\x78\x12\x34\x56\x78"))},
		curved{"sm2 over the text itself (sm-crypto without hash: true)", true, modulo},
		curved{"sm2 over the SHA-256 of the text", true, plain("sha256")},
	)
	for _, p := range h.parts {
		if len(p.text) <= 64 && !strings.HasPrefix(p.name, "the method") {
			out = append(out, curved{"sm2 with " + p.name + " as the user id", true, withZ(p.text)})
		}
	}
	return out
}

// modulo is a text as a number below the order of the curve.
func modulo(pub *ecdsa.PublicKey, text []byte) []byte {
	n := new(big.Int).SetBytes(text)
	return n.Mod(n, pub.Params().N).FillBytes(make([]byte, 32))
}

func (c *curved) verifier(rs bool) func(*step.Call, []byte, []byte) error {
	return func(call *step.Call, text, sig []byte) error {
		pair, ok := call.Key.(*step.Pair)
		if !ok || pair == nil {
			return errOther
		}
		pub, ok := pair.Public.(*ecdsa.PublicKey)
		if !ok {
			return errOther
		}
		if rs {
			if len(sig) != 64 {
				return errOther
			}
			sig, _ = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])}) // numbers can be written
		}
		digest := c.digest(pub, text)
		if c.sm2 && sm2.VerifyASN1(pub, digest, sig) || !c.sm2 && ecdsa.VerifyASN1(pub, digest, sig) {
			return nil
		}
		return errOther
	}
}

// pairsOfKind lists the slots of key pairs.
func (h *hunt) pairsOfKind(kind step.Kind) (out []int) {
	for at, info := range h.form.Infos {
		if info.Kind == plan.KindSecret && h.q.Pair(at) == kind {
			out = append(out, at)
		}
	}
	return out
}

// blocks are RSA signatures that were made as an encryption with the private half,
// which do not name a digest.
func (h *hunt) blocks(p *pipe, at int, u *plan.Use) (out []change) {
	open := found(u, "rsa-private-encrypt", []string{u.Do.KeyName}, nil)
	if open == nil {
		return nil
	}
	want := map[string]func([]byte) []byte{"the text itself": bytes.Clone}
	for _, name := range writer.HashNames() {
		want["the bytes of the "+name] = func(b []byte) []byte { return writer.Sum(name, b) }
		want["the "+name+" in hex"] = func(b []byte) []byte { return writer.Hex(writer.Sum(name, b)) }
		want["the "+name+" in hex in upper case"] = func(b []byte) []byte { return writer.HEX(writer.Sum(name, b)) }
		want["the "+name+" in base64"] = func(b []byte) []byte { return writer.Base64(writer.Sum(name, b)) }
	}
	for name, f := range want {
		do := *u.Do
		do.Verify = func(c *step.Call, text, sig []byte) error {
			inner, err := open.Do.Undo(nil, sig, c)
			if err == nil && !bytes.Equal(inner, f(text)) {
				err = errOther
			}
			return err
		}
		one := *u
		one.Do = &do
		out = append(out, change{
			item: p.item, kind: "digest", behind: true, place: p.item.Name, name: name + " encrypted with the private key, not signed", tail: "(declared: " + u.Src + ")",
			fix: "sign with " + u.Src + ": in Java Signature.getInstance, not Cipher", rank: writer.Usual, edit: p.replace(at, at+1, &one),
			look: func() (string, string) { return "", "" },
		})
	}
	return out
}

// tails are other texts of the signature.
func (h *hunt) tails(p *pipe, at int) (out []change) {
	declared := make([]string, 0, 2)
	for _, u := range p.uses[at+1:] {
		declared = append(declared, u.Src)
	}
	for _, names := range [][]string{
		{"hex"},
		{"HEX"},
		{"base64"},
		{"base64-bare"},
		{"base64url"},
		{"base64url-padded"},
		{"hex", "base64"},
		{"base64", "hex"},
		{"base64", "base64"},
		{"hex", "hex"},
		{"HEX", "base64"},
		{"base64", "url form"},
		{"reverse", "base64"},
		{"reverse", "hex"},
		{},
	} {
		label := strings.Join(names, "|")
		if label == strings.Join(declared, "|") {
			continue
		}
		var list []*plan.Use
		for _, one := range names {
			word, arg, _ := strings.Cut(one, " ")
			list = append(list, found(nil, word, strings.Fields(arg), nil))
		}
		out = append(out, change{
			item: p.item, kind: "form", behind: true, place: p.item.Name, name: "the signature written as " + cmp.Or(strings.Replace(label, "reverse", "its bytes backwards (Windows' CryptoAPI)", 1), "bytes"), tail: "(declared: " + strings.Join(declared, "|") + ")",
			fix: "write it as " + strings.Join(declared, "|"), rank: writer.Usual, edit: p.replace(at+1, len(p.uses), list...),
			look: func() (string, string) { return "", "" },
		})
	}
	return out
}

// signedWith says what the public key tells of an RSA signature: which digest it
// holds, or that another key made it.
func (h *hunt) signedWith() string {
	e := h.f.Op.Expr
	at := plan.Verifies(e)
	if h.f.Op.Kind != plan.OpVerify || e.Steps[at].Do.Key != step.RSA || strings.HasPrefix(wordOf(e.Steps[at]), "rsa-pss") {
		return ""
	}
	sig := h.q.Text(h.f.Op.Slot)
	for i := len(e.Steps) - 1; i > at; i-- {
		var err error
		if sig, err = h.q.Undo(e.Steps[i], sig); err != nil {
			return "what came is not written as " + e.Steps[i].Src
		}
	}
	open := found(e.Steps[at], "rsa-private-encrypt", []string{e.Steps[at].Do.KeyName}, nil)
	inner, err := h.q.Undo(open, sig)
	if err != nil {
		return "the public key of " + e.Steps[at].Do.KeyName + " does not open what came: it was made with another private key, or with PSS, or it was cut or changed on its way; the text does not matter yet"
	}
	for name, oid := range map[string]string{
		"sha256": "\x60\x86\x48\x01\x65\x03\x04\x02\x01", "sha512": "\x60\x86\x48\x01\x65\x03\x04\x02\x03", "sha1": "\x2b\x0e\x03\x02\x1a", "md5": "\x2a\x86\x48\x86\xf7\x0d\x02\x05",
	} {
		if bytes.Contains(inner, []byte(oid)) {
			return "the key is right: what came is a signature with " + name + " over another text"
		}
	}
	return "the key is right, but what came names no digest: it was encrypted with the private key, not signed"
}
