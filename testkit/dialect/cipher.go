package dialect

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
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
	it := b.h.f.Op.Item
	b.out = append(b.out, change{
		item: it, kind: kind, place: it.Name, name: name, fix: fix, rank: rank,
		look: func() (string, string) { return "", "" },
		edit: func(d *draft) bool {
			e := d.expr(it, 0)
			if e == nil || len(e.Steps) != len(b.steps) {
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
	}
}

func (b *box) encrypted(i int, u *plan.Use) {
	for _, r := range b.h.ciphersLike(u) {
		one := found(u, r.name, []string{u.Do.KeyName}, r.named)
		if one == nil || one.Do.Key != u.Do.Key {
			continue
		}
		one.Refs = [3]int{-1, -1, -1}
		for role, name := range one.Do.Apart {
			if name != "" {
				one.Refs[role] = b.h.form.Index[name]
			}
		}
		b.add("cipher", "encrypted with "+r.String()+" (declared: "+u.Src+")", "encrypt with "+u.Src, writer.Usual, func(e *plan.Expr) { e.Steps[i] = one })
	}
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
