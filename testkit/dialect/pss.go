package dialect

import (
	"bytes"
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
	"github.com/jiekou-dev/jiekou/testkit/dialect/writer"
)

// masks are signatures of PSS whose mask is made with another digest: Java's
// PSSParameterSpec takes one of its own, SHA-1 by default.
func masks(u *plan.Use) (out []*plan.Use) {
	for _, digest := range []string{"sha256", "sha1", "sha512"} {
		for _, mask := range []string{"sha1", "sha256", "sha512"} {
			if mask == digest {
				continue
			}
			do := *u.Do
			do.Name = "rsa-pss-" + digest + " with MGF1 of " + mask
			do.Verify = func(c *step.Call, text, sig []byte) error {
				pair, ok := c.Key.(*step.Pair)
				if !ok || pair == nil {
					return errOther
				}
				if pub, ok := pair.Public.(*rsa.PublicKey); ok && pssHolds(pub, digest, mask, text, sig) {
					return nil
				}
				return errOther
			}
			one := *u
			one.Do, one.Src = &do, do.Name
			out = append(out, &one)
		}
	}
	return out
}

// pssHolds verifies EMSA-PSS of RFC 8017 with a salt of any length and a mask of its
// own digest.
func pssHolds(pub *rsa.PublicKey, digest, mask string, text, sig []byte) bool {
	m := new(big.Int).SetBytes(sig)
	if len(sig) != pub.Size() || m.Cmp(pub.N) >= 0 {
		return false
	}
	bits := pub.N.BitLen() - 1
	em := m.Exp(m, big.NewInt(int64(pub.E)), pub.N).FillBytes(make([]byte, pub.Size()))[pub.Size()-(bits+7)/8:]
	sum := writer.Sum(digest, text)
	end := len(em) - 1 - len(sum)
	if end < 1 || em[len(em)-1] != 0xbc {
		return false
	}
	db, h := bytes.Clone(em[:end]), em[end:end+len(sum)]
	var stream []byte
	for counter := byte(0); len(stream) < len(db); counter++ {
		stream = append(stream, writer.Sum(mask, slices.Concat(h, []byte{0, 0, 0, counter}))...)
	}
	for i := range db {
		db[i] ^= stream[i]
	}
	db[0] &= 0xff >> (8*len(em) - bits)
	at := bytes.IndexByte(db, 1)
	if at < 0 || len(bytes.TrimLeft(db[:at], "\x00")) > 0 {
		return false
	}
	return bytes.Equal(h, writer.Sum(digest, slices.Concat(make([]byte, 8), sum, db[at+1:])))
}

// bare are r and s in hexadecimal whose zeros in front are missing, as
// BigInteger.toString(16) writes them.
func (h *hunt) bare(p *pipe, at int, u *plan.Use) (out []change) {
	slot := h.f.Op.Slot
	text := strings.ToLower(string(h.q.Text(slot)))
	if n := len(text); n >= 128 || n < 112 || strings.Trim(text, "0123456789abcdef") != "" {
		return nil
	}
	for cut := len(text) - 64; cut <= 64; cut++ {
		raw, err := hex.DecodeString(strings.Repeat("0", 64-cut) + text[:cut] + strings.Repeat("0", 64-len(text)+cut) + text[cut:])
		if err != nil {
			continue
		}
		for _, c := range h.curved(u.Do.Key) {
			one := c.use(u, true)
			do := *one.Do
			do.Verify = func(call *step.Call, text, _ []byte) error { return c.verifier(true)(call, text, raw) }
			one.Do = &do
			out = append(out, change{
				item: p.item, kind: "digest", behind: true, place: p.item.Name, name: c.name + ", r and s in hex without zeros in front", tail: "(declared: " + u.Src + ")",
				fix: "fill r and s up to 64 digits each", rank: writer.Usual, edit: func(d *draft) bool { return p.replace(at, len(p.uses), one)(d) },
				look: func() (string, string) { return "", "" },
			})
		}
	}
	return out
}
