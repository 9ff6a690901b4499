package dialect

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// ciphers are what senders take for each other, with their modes and paddings.
func ciphers() (out []row) {
	for _, name := range []string{"aes", "sm4", "des", "3des"} {
		for _, pad := range []string{"pkcs7", "zero", "none", "32"} {
			out = append(out, row{name + "-ecb", map[string]string{"pad": pad}})
			for _, iv := range []string{"prefix", "zero", "key"} {
				out = append(out, row{name + "-cbc", map[string]string{"pad": pad, "iv": iv}})
			}
		}
		for _, iv := range []string{"prefix", "zero", "key"} {
			out = append(out, row{name + "-ctr", map[string]string{"iv": iv}})
		}
	}
	out = append(out, row{"rc4", nil}, row{"aes-gcm", map[string]string{"iv": "prefix"}}, row{"sm4-gcm", map[string]string{"iv": "prefix"}})
	for _, name := range []string{"rsa-encrypt", "rsa-oaep-sha1", "rsa-oaep-sha256", "rsa-private-encrypt"} {
		out = append(out, row{name, nil})
	}
	return out
}

// box collects the mistakes of a value that cannot be undone.
type box struct {
	h     *hunt
	steps []*plan.Use
	out   []change
}

// sealed are other ciphers, modes and encodings of a value that cannot be undone.
func (h *hunt) sealed() []change {
	b := &box{h, h.f.Op.Expr.Steps, nil}
	b.inner()
	for i, u := range b.steps {
		if u.Key < 0 {
			b.encoded(i, u)
		} else {
			b.encrypted(i, u)
		}
	}
	return b.out
}

func (b *box) add(kind, name, fix string, rank int, edit func(*plan.Expr)) {
	it, n := b.h.f.Op.Item, len(b.steps)
	b.out = append(b.out, change{
		item: it, kind: kind, place: it.Name, name: name, fix: fix, rank: rank,
		look: func() (string, string) { return "", "" },
		edit: func(d *draft) bool {
			e := d.expr(it, 0)
			if e == nil || len(e.Steps) != n {
				return false
			}
			edit(e)
			return !slices.Contains(e.Steps, nil)
		},
	})
}

func (b *box) encoded(i int, u *plan.Use) {
	b.add("step", "without "+u.Src, "carry out "+u.Src, writer.Usual, func(e *plan.Expr) { e.Steps = slices.Delete(e.Steps, i, i+1) })
	for _, name := range []string{"hex", "HEX", "base64", "base64-bare", "base64url", "base64url-padded"} {
		if u.Do.Undo != nil && name != wordOf(u) {
			b.add("form", "written as "+name+" (declared: "+u.Src+")", "write it as "+u.Src, writer.Common, func(e *plan.Expr) { e.Steps[i] = found(nil, name, nil, nil) })
		}
		if u.Do.Undo != nil && (name == "hex" || strings.HasPrefix(name, "base64")) {
			b.add("form", "written as "+name+" first, and then as "+u.Src, "write it as "+u.Src+" alone", writer.Usual, func(e *plan.Expr) {
				e.Steps = slices.Insert(e.Steps, i, found(nil, name, nil, nil))
			})
		}
	}
}

func (b *box) encrypted(i int, u *plan.Use) {
	for _, r := range b.h.ciphersLike(u) {
		one := found(u, r.name, []string{u.Do.KeyName}, r.named)
		if one == nil || one.Do.Key != u.Do.Key {
			continue
		}
		one.Refs = plan.NoRefs()
		for role, name := range one.Do.Apart {
			if name != "" {
				one.Refs[role] = b.h.form.Index[name]
			}
		}
		b.add("cipher", "encrypted with "+r.String()+" (declared: "+u.Src+")", "encrypt with "+u.Src, writer.Usual, func(e *plan.Expr) { e.Steps[i] = one })
	}
	b.modes(i, u)
	b.add("cipher", "not encrypted", "encrypt with "+u.Src, writer.Common, func(e *plan.Expr) { e.Steps = slices.Delete(e.Steps, i, i+1) })
}

// ciphersLike are the ciphers to try for one: also with the IVs that its message has.
func (h *hunt) ciphersLike(u *plan.Use) []row {
	out := ciphers()
	for at, info := range h.form.Infos {
		if info.Name == "" || strings.ContainsAny(info.Name, ". ") || at < plan.Builtins || at == u.Key || len(h.q.Text(at)) < 8 || len(h.q.Text(at)) > 32 {
			continue
		}
		for _, name := range []string{"aes", "sm4", "des", "3des"} {
			out = append(out, row{name + "-cbc", map[string]string{"iv": info.Name}}, row{name + "-gcm", map[string]string{"iv": info.Name}})
		}
	}
	return out
}

// inner are texts that were written otherwise before they were encrypted.
func (b *box) inner() {
	for _, one := range []struct{ name, step, arg, fix string }{
		{"its text in base64", "base64", "", "encrypt the text itself"},
		{"its text in base64 for URLs", "base64url", "", "encrypt the text itself"},
		{"its text in hex", "hex", "", "encrypt the text itself"},
		{"its text as JSON in quotes: written as JSON twice", "json", "", "write it as JSON once"},
		{"its text with % escapes", "url", "form", "escape nothing before it is encrypted"},
		{"its text in GB18030 or GBK", "gb18030", "", "encrypt UTF-8"},
		{"its text in UTF-16LE (.NET's Encoding.Unicode)", "utf16le", "", "encrypt UTF-8"},
		{"its text compressed by gzip", "gzip", "", "encrypt the text itself"},
		{"its text compressed by zlib", "zlib", "", "encrypt the text itself"},
	} {
		undo := found(nil, one.step, strings.Fields(one.arg), nil)
		if one.step == "json" {
			undo = undoes("json", func(in []byte) ([]byte, error) {
				var text string
				err := json.Unmarshal(in, &text)
				return []byte(text), err
			})
		}
		b.add("inner", one.name, one.fix, writer.Common, func(e *plan.Expr) { e.Steps = slices.Insert(e.Steps, 0, undo) })
	}
}

// undoes makes a step that undoes what a sender does.
func undoes(name string, f func([]byte) ([]byte, error)) *plan.Use {
	return use(&step.Do{
		Name:  name,
		Apply: func(dst, in []byte, _ *step.Call) ([]byte, error) { return append(dst, in...), nil },
		Undo: func(dst, in []byte, _ *step.Call) ([]byte, error) {
			out, err := f(in)
			return append(dst, out...), err
		},
	})
}

// modes are slips with one cipher: its padding, its iv, its tag, a passphrase for a key.
func (b *box) modes(i int, u *plan.Use) {
	mode := wordOf(u)
	put := func(name string, rank int, list ...*plan.Use) {
		b.add("cipher", name+" (declared: "+u.Src+")", "encrypt with "+u.Src, rank, func(e *plan.Expr) { e.Steps = slices.Replace(e.Steps, i, i+1, list...) })
	}
	iv := u.Do.Apart
	for _, pad := range []string{"none", "zero"} {
		named := map[string]string{"pad": pad}
		if len(iv) > 0 && iv[0] != "" {
			named["iv"] = iv[0]
		}
		if one := found(u, mode, []string{u.Do.KeyName}, named); one != nil {
			put("filled up with blanks, zeros or nothing: pad="+pad, writer.Usual, one)
		}
	}
	key := b.h.q.Text(u.Key)
	if strings.HasPrefix(mode, "aes-") {
		for _, digest := range []string{"md5", "sha256"} {
			for _, bits := range []int{256, 128, 192} {
				put(fmt.Sprintf("encrypted with a passphrase from which CryptoJS or openssl enc derives an AES-%d key by %s, salted", bits, digest), writer.Usual,
					undoes("salted", func(in []byte) ([]byte, error) { return unsalted(key, in, digest, bits) }))
			}
		}
	}
	if len(iv) > 0 && iv[0] != "" && u.Refs[0] >= 0 && b.h.q.Secret(u.Refs[0]) {
		at, other, text := u.Key, u.Refs[0], b.h.q.Text(u.Refs[0])
		b.out = append(b.out, change{
			kind: "key", place: "the key", name: b.h.keyName(at) + " and " + b.h.keyName(other) + " exchanged", fix: "take each where it is declared", rank: writer.Common,
			look: func() (string, string) { return "", "" },
			edit: func(d *draft) bool { return d.rekey(at, text) && d.rekey(other, key) },
		})
	}
	if strings.HasSuffix(mode, "-gcm") {
		put("with the tag in front of the cipher text", writer.Common, u, undoes("tag", func(in []byte) ([]byte, error) {
			if len(in) < 16 {
				return nil, errOther
			}
			return slices.Concat(in[16:], in[:16]), nil
		}))
		if nonce := b.h.q.Text(u.Refs[0]); len(nonce) == 12 && strings.HasPrefix(mode, "aes") {
			put("without its tag of 16 bytes", writer.Common, undoes("tag", func(in []byte) ([]byte, error) { return counted(key, nonce, in) }))
		}
	}
	if mode == "sm2-encrypt" {
		b.points(i, u)
	}
}

// points are other orders of the parts of an SM2 cipher text, and its first byte.
func (b *box) points(i int, u *plan.Use) {
	bare := undoes("point", func(in []byte) ([]byte, error) { return slices.Concat([]byte{4}, in), nil })
	for _, form := range []string{"c1c3c2", "c1c2c3", "der"} {
		one := found(u, "sm2-encrypt", []string{u.Do.KeyName}, map[string]string{"form": form})
		if one == nil {
			continue
		}
		b.add("cipher", "in the order form="+form+" (declared: "+u.Src+")", "encrypt with "+u.Src, writer.Common, func(e *plan.Expr) { e.Steps[i] = one })
		if form != "der" {
			b.add("cipher", "in the order form="+form+", without the byte 04 in front (declared: "+u.Src+")", "put 04 in front, and encrypt with "+u.Src, writer.Common, func(e *plan.Expr) {
				e.Steps = slices.Replace(e.Steps, i, i+1, one, bare)
			})
		}
	}
}

// unsalted opens what openssl enc and CryptoJS make of a passphrase: Salted__, eight
// bytes of salt, and the cipher text under a key and an iv that EVP_BytesToKey derives.
func unsalted(pass, in []byte, digest string, bits int) ([]byte, error) {
	rest, ok := bytes.CutPrefix(in, []byte("Salted__"))
	if !ok || len(rest) < 24 || len(rest)%16 != 8 {
		return nil, errOther
	}
	salt, text := rest[:8], rest[8:]
	var made, last []byte
	for len(made) < bits/8+16 {
		last = writer.Sum(digest, slices.Concat(last, pass, salt))
		made = append(made, last...)
	}
	block, err := aes.NewCipher(made[:bits/8])
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(text))
	cipher.NewCBCDecrypter(block, made[bits/8:bits/8+16]).CryptBlocks(out, text)
	if n := int(out[len(out)-1]); n > 0 && n <= 16 {
		return out[:len(out)-n], nil
	}
	return nil, errOther
}

// counted is the text of GCM whose tag is missing.
func counted(key, nonce, in []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(in))
	cipher.NewCTR(block, slices.Concat(nonce, []byte{0, 0, 0, 2})).XORKeyStream(out, in)
	return out, nil
}

// isLetter reports whether what comes out of a value is the payload itself, which is
// JSON.
func isLetter(e *plan.Expr) bool {
	return e.Kind == plan.FromTemplate && len(e.Pieces) == 1 && e.Pieces[0].Slot == plan.SlotPayload && len(e.Pieces[0].Steps) == 0
}

// object reports whether a text is JSON with members or elements.
func object(b []byte) bool {
	b = bytes.TrimSpace(bytes.Trim(b, "\x00"))
	return len(b) > 1 && (b[0] == '{' || b[0] == '[') && utf8.Valid(b) && json.Valid(b)
}

// readable reports whether what was decrypted is a text that somebody wrote: a wrong
// key or mode gives noise.
func readable(b []byte) bool {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || !utf8.Valid(b) {
		return false
	}
	if last := b[len(b)-1]; b[0] == '{' || b[0] == '[' || last == '}' || last == ']' {
		return json.Valid(b)
	}
	for _, r := range string(b) {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == utf8.RuneError {
			return false
		}
	}
	return len(b) >= 8
}
