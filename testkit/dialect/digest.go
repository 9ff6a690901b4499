package dialect

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// hashes are the digests that senders take for each other.
func hashes() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{
		"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New, "sm3": sm3.New,
	}
}

func hashNames() []string {
	return []string{"md5", "sha1", "sha256", "sm3", "sha512", "sha224", "sha384"}
}

func sum(name string, in []byte) []byte {
	h := hashes()[name]()
	_, _ = h.Write(in) // a hash takes everything
	return h.Sum(nil)
}

func mac(name string, key, in []byte) []byte {
	h := hmac.New(hashes()[name], key)
	_, _ = h.Write(in) // a hash takes everything
	return h.Sum(nil)
}

// form is how a digest becomes a text.
type form struct {
	name  string
	rank  int
	write func([]byte) []byte
}

func toHex(b []byte) []byte { return hex.AppendEncode(nil, b) }

func toHEX(b []byte) []byte { return bytes.ToUpper(toHex(b)) }

func to64(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) }

// grouped writes hex with something between the bytes.
func grouped(sep string, f func([]byte) []byte) func([]byte) []byte {
	return func(b []byte) []byte {
		var parts []string
		for i := range b {
			parts = append(parts, string(f(b[i:i+1])))
		}
		return []byte(strings.Join(parts, sep))
	}
}

// each writes one byte after the other.
func each(format string) func([]byte) []byte {
	return func(b []byte) []byte {
		var out []byte
		for _, ch := range b {
			out = fmt.Appendf(out, format, ch)
		}
		return out
	}
}

// middle is the MD5 of 16 characters, as some pages print it.
func middle(b []byte) []byte {
	if len(b) < 12 {
		return b
	}
	return toHex(b[4:12])
}

// signExtended is Integer.toHexString of each byte of Java without a mask.
func signExtended(b []byte) []byte {
	var out []byte
	for _, ch := range b {
		out = fmt.Appendf(out, "%x", uint32(int32(int8(ch)))) //nolint:gosec // that is what Java does
	}
	return out
}

func forms() []form {
	lines := func(n int, end string) func([]byte) []byte {
		return func(b []byte) []byte {
			var out []string
			for s := range slices.Chunk(to64(b), n) {
				out = append(out, string(s))
			}
			return []byte(strings.Join(out, end))
		}
	}
	return []form{
		{"as hex in lower case", common, toHex},
		{"as hex in upper case", common, toHEX},
		{"in base64", common, to64},
		{"in base64 without padding", usual, func(b []byte) []byte { return base64.RawStdEncoding.AppendEncode(nil, b) }},
		{"in base64 for URLs", usual, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, b) }},
		{"in base64 for URLs, with padding", usual, func(b []byte) []byte { return base64.URLEncoding.AppendEncode(nil, b) }},
		{"in base64 of the hex", usual, func(b []byte) []byte { return to64(toHex(b)) }},
		{"in base64 of the hex in upper case", usual, func(b []byte) []byte { return to64(toHEX(b)) }},
		{"in base64 for URLs of the hex", possible, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, toHex(b)) }},
		{"in base64 twice", possible, func(b []byte) []byte { return to64(to64(b)) }},
		{"as hex of the hex", usual, func(b []byte) []byte { return toHex(toHex(b)) }},
		{"as hex of the base64", possible, func(b []byte) []byte { return toHex(to64(b)) }},
		{"as hex of the hex in upper case", possible, func(b []byte) []byte { return toHEX(toHEX(b)) }},
		{"as raw bytes", usual, bytes.Clone},
		{"as hex without zeros in front (BigInteger.toString(16) of Java)", usual, func(b []byte) []byte { return new(big.Int).SetBytes(b).Append(nil, 16) }},
		{"as hex in upper case without zeros in front", possible, func(b []byte) []byte { return bytes.ToUpper(new(big.Int).SetBytes(b).Append(nil, 16)) }},
		{"as hex with one digit for bytes below 16 (Integer.toHexString of Java)", usual, each("%x")},
		{"as hex in upper case with one digit for bytes below 16", possible, each("%X")},
		{"as hex with ffffff in front of bytes from 128 on (Integer.toHexString of Java)", usual, signExtended},
		{"as hex with - between the bytes (BitConverter.ToString of .NET)", usual, grouped("-", toHEX)},
		{"as hex with : between the bytes", possible, grouped(":", toHex)},
		{"as hex in upper case with : between the bytes", possible, grouped(":", toHEX)},
		{"as hex with blanks between the bytes", possible, grouped(" ", toHex)},
		{"as hex in upper case with blanks between the bytes", rare, grouped(" ", toHEX)},
		{"as hex with 0x in front", usual, func(b []byte) []byte { return slices.Concat([]byte("0x"), toHex(b)) }},
		{"as the 16 characters in the middle of the MD5", usual, middle},
		{"as the 16 characters in the middle, in upper case", usual, func(b []byte) []byte { return bytes.ToUpper(middle(b)) }},
		{"as the first 16 characters", possible, func(b []byte) []byte { return toHex(b[:min(8, len(b))]) }},
		{"as the first 16 characters, in upper case", possible, func(b []byte) []byte { return toHEX(b[:min(8, len(b))]) }},
		{"as the first 32 characters", possible, func(b []byte) []byte { return toHex(b[:min(16, len(b))]) }},
		{"as the last 16 characters", rare, func(b []byte) []byte { return toHex(b[max(0, len(b)-8):]) }},
		{"as hex, the bytes backwards", rare, func(b []byte) []byte {
			out := bytes.Clone(b)
			slices.Reverse(out)
			return toHex(out)
		}},
		{"as a decimal number", possible, func(b []byte) []byte { return new(big.Int).SetBytes(b).Append(nil, 10) }},
		{"in base64 with a line end behind 76 characters", usual, lines(76, "\n")},
		{`in base64 with \r\n behind 76 characters`, usual, lines(76, "\r\n")},
		{"in base64 with a line end behind 64 characters", possible, lines(64, "\n")},
		{"in base64 with a line end at the end", usual, func(b []byte) []byte { return append(to64(b), '\n') }},
		{"as hex with a line end at the end", possible, func(b []byte) []byte { return append(toHex(b), '\n') }},
		{"in base64 with its + / = escaped", usual, func(b []byte) []byte { return (&escape{safe: "-_.~"}).write(to64(b)) }},
		{"in base64 with its + / = escaped in lower case", possible, func(b []byte) []byte { return (&escape{safe: "-_.~", low: true}).write(to64(b)) }},
		{"as a text that was read from the raw bytes as UTF-8", rare, func(b []byte) []byte { return bytes.ToValidUTF8(b, []byte("\ufffd")) }},
		{"as a text that was read from the raw bytes as Latin-1", rare, func(b []byte) []byte { return decode("ISO-8859-1", b) }},
	}
}

// digested are other digests, keys and forms of a pipe.
func (h *hunt) digested(p *pipe) []change {
	var out []change
	for i, u := range p.uses {
		if !isHash(u) || i >= len(p.stages) {
			continue
		}
		out = append(out, h.otherHashes(p, i, u)...)
		tail := i + 1
		for tail < len(p.uses) && !digests(p.uses[tail]) {
			tail++
		}
		if i+1 < len(p.stages) {
			out = append(out, h.otherForms(p, i, tail)...)
		}
	}
	return out
}

// digester is a digest in place of the declared one.
type digester struct {
	name, fix string
	rank      int
	f         func([]byte) []byte
	drop      int // slot of a secret that the text loses at the same time, -1: none
}

func (h *hunt) otherHashes(p *pipe, i int, u *plan.Use) (out []change) {
	for _, d := range h.digesters(u) {
		edit := p.replace(i, i+1, own(d.name, d.f))
		c := change{
			item: p.item, kind: "digest", place: p.label, name: d.name, tail: "(declared: " + u.Src + ")", fix: "take " + u.Src, rank: d.rank + p.plus, edit: edit,
		}
		if d.drop >= 0 {
			c.moves = true
			c.edit = func(dr *draft) bool { return edit(dr) && dr.dropSlot(p.item, p.alt, d.drop) }
		}
		out = append(out, c)
	}
	return out
}

func (h *hunt) digesters(u *plan.Use) (out []digester) {
	own, keyed := strings.CutPrefix(wordOf(u), "hmac-")
	add := func(name string, rank int, f func([]byte) []byte) {
		out = append(out, digester{name: name, rank: rank, f: f, drop: -1})
	}
	for _, name := range hashNames() {
		far := 0
		if name != own {
			far = 10
		}
		if !keyed && name != own {
			add(name, common, func(in []byte) []byte { return sum(name, in) })
		}
		if keyed {
			key := h.q.Text(u.Key)
			label := h.keyName(u.Key)
			if name != own {
				add("hmac-"+name, common, func(in []byte) []byte { return mac(name, key, in) })
			}
			add(name+" of the text alone, without "+label, common+far, func(in []byte) []byte { return sum(name, in) })
			add(name+" with "+label+" at the end of the text", common+far, func(in []byte) []byte { return sum(name, slices.Concat(in, key)) })
			add(name+" with "+label+" in front of the text", common+far, func(in []byte) []byte { return sum(name, slices.Concat(key, in)) })
			add(name+" with "+label+" around the text", usual+far, func(in []byte) []byte { return sum(name, slices.Concat(key, in, key)) })
			add(name+" with &key= and "+label+" at the end", usual+far, func(in []byte) []byte { return sum(name, slices.Concat(in, []byte("&key="), key)) })
			add(name+" with & and "+label+" at the end", possible+far, func(in []byte) []byte { return sum(name, slices.Concat(in, []byte("&"), key)) })
			add("hmac-"+name+" with the text as the key", possible+far, func(in []byte) []byte { return mac(name, in, key) })
		}
		for _, s := range h.secrets {
			if keyed && (s.slot == u.Key || name == own) {
				continue // another secret is a mistake of its own
			}
			label := "hmac-" + name + " with " + s.name
			add(label, usual+far, func(in []byte) []byte { return mac(name, s.text, in) })
			if !keyed && s.slot >= 0 {
				out = append(out, digester{name: label + ", which is not in the text", rank: common + far, drop: s.slot, f: func(in []byte) []byte { return mac(name, s.text, in) }})
			}
		}
	}
	one := func(in []byte) []byte { return sum(own, in) }
	if keyed {
		key := h.q.Text(u.Key)
		one = func(in []byte) []byte { return mac(own, key, in) }
	}
	add("the digest of the digest's bytes", usual, func(in []byte) []byte { return one(one(in)) })
	add("the digest of the digest's hex", common, func(in []byte) []byte { return one(toHex(one(in))) })
	add("the digest of the digest's hex in upper case", usual, func(in []byte) []byte { return one(toHEX(one(in))) })
	add("the digest of the digest's base64", possible, func(in []byte) []byte { return one(to64(one(in))) })
	for _, name := range hashNames() {
		add("over the "+name+" of the text in hex", usual, func(in []byte) []byte { return one(toHex(sum(name, in))) })
		add("over the "+name+" of the text in hex in upper case", possible, func(in []byte) []byte { return one(toHEX(sum(name, in))) })
		add("over the bytes of the "+name+" of the text", usual, func(in []byte) []byte { return one(sum(name, in)) })
		add("over the "+name+" of the text in base64", possible, func(in []byte) []byte { return one(to64(sum(name, in))) })
	}
	return out
}

// otherForms are other texts of the digest at i; its declared steps end at tail.
func (h *hunt) otherForms(p *pipe, i, tail int) (out []change) {
	declared := make([]string, 0, 4)
	for _, u := range p.uses[i+1 : tail] {
		declared = append(declared, u.Src)
	}
	want := or(strings.Join(declared, "|"), "the bytes")
	for _, f := range forms() {
		if !p.whole && strings.HasSuffix(f.name, "at the end") {
			continue // it is that of the text in which it stands
		}
		out = append(out, change{
			item: p.item, kind: "form", behind: true, place: p.label, name: "the digest " + f.name, tail: "(declared: " + want + ")", fix: "write the digest as declared: " + want,
			rank: f.rank + p.plus, edit: p.replace(i+1, tail, own(f.name, f.write)),
		})
	}
	name := strings.TrimPrefix(wordOf(p.uses[i]), "hmac-")
	for _, front := range []string{name + "=", name + ":", strings.ToUpper(name) + "=", "v1=", "v0=", "sign=", name + " ", "hmac-" + name + "="} {
		out = append(out, change{
			item: p.item, kind: "form", behind: true, place: p.label, name: "with " + front + " in front of the digest", fix: "write the digest alone", rank: possible + p.plus,
			edit: p.insert(tail, own(front, func(b []byte) []byte { return slices.Concat([]byte(front), b) })),
		})
	}
	return out
}
