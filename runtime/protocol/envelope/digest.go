package envelope

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// code is a digest as it is sent: lower-case hexadecimal.
type code [2 * sha1.Size]byte

// digest computes the code of a step.
func (s *step) digest(sorted bool, values []string, data []byte, k *material) (c code) {
	var sum [sha1.Size]byte
	if len(s.over) == 1 && s.over[0].kind == fromData {
		sum = sha1.Sum(data)
	} else {
		var room [512]byte
		var list [maxParts]string
		joined := room[:0]
		for _, part := range s.parts(&list, sorted, values, data, k) {
			joined = append(joined, part...)
		}
		sum = sha1.Sum(joined)
	}
	hex.Encode(c[:], sum[:])
	return c
}

// parts puts the values that a digest joins into list, in order.
func (s *step) parts(list *[maxParts]string, sorted bool, values []string, data []byte, k *material) []string {
	n := 0
	for _, r := range s.over {
		v := pick(r, values, data, k)
		at := n
		for ; sorted && at > 0 && list[at-1] > v; at-- {
			list[at] = list[at-1]
		}
		list[at] = v
		n++
	}
	return list[:n]
}

// pick returns the value of a name in one message.
func pick(r ref, values []string, data []byte, k *material) string {
	switch r.kind {
	case fromData:
		return crypt.AliasText(data)
	case fromSecret:
		return k.secrets[r.at]
	}
	return values[r.at]
}

// equal compares a received code in constant time, ignoring the case of letters.
func (c *code) equal(got string) bool {
	if len(got) != len(c) {
		return false
	}
	var low code
	for i := range low {
		low[i] = got[i]
		if 'A' <= got[i] && got[i] <= 'F' {
			low[i] |= 0x20
		}
	}
	return subtle.ConstantTimeCompare(c[:], low[:]) == 1
}

// sameSecret compares in constant time; only the length can be learned.
func sameSecret(got, want string) bool {
	return subtle.ConstantTimeCompare(crypt.AliasBytes(got), crypt.AliasBytes(want)) == 1
}
