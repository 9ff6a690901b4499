package writer

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
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/sm3"
)

// Hashes are the digests by their names.
func Hashes() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{
		"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New, "sm3": sm3.New,
	}
}

// HashNames are the digests that senders take for each other, likely ones first.
func HashNames() []string {
	return []string{"md5", "sha1", "sha256", "sm3", "sha512", "sha224", "sha384"}
}

// Sum is the digest of a text.
func Sum(name string, in []byte) []byte {
	h := Hashes()[name]()
	_, _ = h.Write(in) // a hash takes everything
	return h.Sum(nil)
}

// MAC is the keyed digest of a text.
func MAC(name string, key, in []byte) []byte {
	h := hmac.New(Hashes()[name], key)
	_, _ = h.Write(in) // a hash takes everything
	return h.Sum(nil)
}

// Form is how a digest becomes a text.
type Form struct {
	Name  string
	Rank  int
	Write func([]byte) []byte
}

// Hex writes hexadecimal in lower case.
func Hex(b []byte) []byte { return hex.AppendEncode(nil, b) }

// HEX writes hexadecimal in upper case.
func HEX(b []byte) []byte { return bytes.ToUpper(Hex(b)) }

// Base64 writes base64 with padding.
func Base64(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) }

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

// bytesAs writes bytes as languages print a list of them.
func bytesAs(open, between, end string, signed bool) func([]byte) []byte {
	return func(b []byte) []byte {
		out := []byte(open)
		for i, ch := range b {
			if i > 0 {
				out = append(out, between...)
			}
			if signed {
				out = strconv.AppendInt(out, int64(int8(ch)), 10) //nolint:gosec // that is what Java does
			} else {
				out = strconv.AppendUint(out, uint64(ch), 10)
			}
		}
		return append(out, end...)
	}
}

// printed are bytes as a language prints them.
func printed() []Form {
	return []Form{
		{"as Java's Arrays.toString writes the bytes", Usual, bytesAs("[", ", ", "]", true)},
		{"as Go's %v writes the bytes", Usual, bytesAs("[", " ", "]", false)},
		{"as numbers joined by commas (JavaScript's bytes as a text)", Usual, bytesAs("", ",", "", false)},
		{"as numbers in brackets (a list of Python, an array as JSON)", Possible, bytesAs("[", ", ", "]", false)},
		{"as numbers in brackets, without blanks", Possible, bytesAs("[", ",", "]", false)},
		{"as a Buffer of Node written as JSON", Usual, bytesAs(`{"type":"Buffer","data":[`, ",", "]}", false)},
	}
}

// middle is the MD5 of 16 characters, as some pages print it.
func middle(b []byte) []byte {
	if len(b) < 12 {
		return b
	}
	return Hex(b[4:12])
}

// signExtended is Integer.toHexString of each byte of Java without a mask.
func signExtended(b []byte) []byte {
	var out []byte
	for _, ch := range b {
		out = fmt.Appendf(out, "%x", uint32(int32(int8(ch)))) //nolint:gosec // that is what Java does
	}
	return out
}

// Forms are the texts that people make of a digest.
func Forms() []Form {
	lines := func(n int, end string) func([]byte) []byte {
		return func(b []byte) []byte {
			var out []string
			for s := range slices.Chunk(Base64(b), n) {
				out = append(out, string(s))
			}
			return []byte(strings.Join(out, end))
		}
	}
	return append(printed(), []Form{
		{"as hex in lower case", Common, Hex},
		{"as hex in upper case", Common, HEX},
		{"in base64", Common, Base64},
		{"in base64 without padding", Usual, func(b []byte) []byte { return base64.RawStdEncoding.AppendEncode(nil, b) }},
		{"in base64 for URLs", Usual, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, b) }},
		{"in base64 for URLs, with padding", Usual, func(b []byte) []byte { return base64.URLEncoding.AppendEncode(nil, b) }},
		{"in base64 of the hex", Usual, func(b []byte) []byte { return Base64(Hex(b)) }},
		{"in base64 of the hex in upper case", Usual, func(b []byte) []byte { return Base64(HEX(b)) }},
		{"in base64 for URLs of the hex", Possible, func(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, Hex(b)) }},
		{"in base64 twice", Possible, func(b []byte) []byte { return Base64(Base64(b)) }},
		{"as hex of the hex", Usual, func(b []byte) []byte { return Hex(Hex(b)) }},
		{"as hex of the base64", Possible, func(b []byte) []byte { return Hex(Base64(b)) }},
		{"as hex of the hex in upper case", Possible, func(b []byte) []byte { return HEX(HEX(b)) }},
		{"as raw bytes", Usual, bytes.Clone},
		{"as hex without zeros in front (BigInteger.toString(16) of Java)", Usual, func(b []byte) []byte { return new(big.Int).SetBytes(b).Append(nil, 16) }},
		{"as hex in upper case without zeros in front", Possible, func(b []byte) []byte { return bytes.ToUpper(new(big.Int).SetBytes(b).Append(nil, 16)) }},
		{"as hex with one digit for bytes below 16 (Integer.toHexString of Java)", Usual, each("%x")},
		{"as hex in upper case with one digit for bytes below 16", Possible, each("%X")},
		{"as hex with ffffff in front of bytes from 128 on (Integer.toHexString of Java)", Usual, signExtended},
		{"as hex with - between the bytes (BitConverter.ToString of .NET)", Usual, grouped("-", HEX)},
		{"as hex in lower case with - between the bytes", Possible, grouped("-", Hex)},
		{"as hex with : between the bytes", Possible, grouped(":", Hex)},
		{"as hex in upper case with : between the bytes", Possible, grouped(":", HEX)},
		{"as hex with blanks between the bytes", Possible, grouped(" ", Hex)},
		{"as hex in upper case with blanks between the bytes", Rare, grouped(" ", HEX)},
		{"as hex with 0x in front", Usual, func(b []byte) []byte { return slices.Concat([]byte("0x"), Hex(b)) }},
		{"as the 16 characters in the middle of the MD5", Usual, middle},
		{"as the 16 characters in the middle, in upper case", Usual, func(b []byte) []byte { return bytes.ToUpper(middle(b)) }},
		{"as the first 16 characters", Possible, func(b []byte) []byte { return Hex(b[:min(8, len(b))]) }},
		{"as the first 16 characters, in upper case", Possible, func(b []byte) []byte { return HEX(b[:min(8, len(b))]) }},
		{"as the first 32 characters", Possible, func(b []byte) []byte { return Hex(b[:min(16, len(b))]) }},
		{"as the last 16 characters", Rare, func(b []byte) []byte { return Hex(b[max(0, len(b)-8):]) }},
		{"as hex, the bytes backwards", Rare, func(b []byte) []byte {
			out := bytes.Clone(b)
			slices.Reverse(out)
			return Hex(out)
		}},
		{"as a decimal number", Possible, func(b []byte) []byte { return new(big.Int).SetBytes(b).Append(nil, 10) }},
		{"in base64 with a line end behind 76 characters", Usual, lines(76, "\n")},
		{`in base64 with \r\n behind 76 characters`, Usual, lines(76, "\r\n")},
		{"in base64 with a line end behind 64 characters", Possible, lines(64, "\n")},
		{"in base64 with a line end at the end", Usual, func(b []byte) []byte { return append(Base64(b), '\n') }},
		{"as hex with a line end at the end", Possible, func(b []byte) []byte { return append(Hex(b), '\n') }},
		{"in base64 with its + / = escaped", Usual, func(b []byte) []byte { return (&escape{safe: "-_.~"}).write(Base64(b)) }},
		{"in base64 with its + / = escaped in lower case", Possible, func(b []byte) []byte { return (&escape{safe: "-_.~", low: true}).write(Base64(b)) }},
		{"as a text that was read from the raw bytes as UTF-8", Rare, func(b []byte) []byte { return bytes.ToValidUTF8(b, []byte("\ufffd")) }},
		{"as a text that was read from the raw bytes as Latin-1", Rare, func(b []byte) []byte { return decode("ISO-8859-1", b) }},
	}...)
}
