// Package sample makes texts that rules take: numbers that look like those of people,
// and texts of patterns.
package sample

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/spec"
)

// Mobile is the mobile number of a number: 13 to 19 and nine digits.
func Mobile(n uint64) string { return fmt.Sprintf("1%d%09d", 3+n/1_000_000_000%7, n%1_000_000_000) }

// IDCard is an identity card number: a district, a day from 1950, a serial number
// and the check digit of GB 11643.
func IDCard(n uint64) string {
	provinces := []int{11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65}
	serial, day, place := n%1000, n/1000%18816, n/18_816_000
	y, m, d := civil(int(day))
	body := fmt.Sprintf("%02d%02d%02d%04d%02d%02d%03d",
		provinces[place%31], place/31%20+1, place/620%20+1, y, m, d, serial)
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}

// civil is one of the first 28 days of a month from 1950 to 2005.
func civil(n int) (year, month, day int) { return 1950 + n/336%56, n/28%12 + 1, n%28 + 1 }

// Seed turns names into a number.
func Seed(names ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	var n uint64
	for _, b := range sum[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}

// GUID is a GUID of a number, of version 8: one's own.
func GUID(n uint64) string {
	sum := sha256.Sum256(fmt.Append(nil, n))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// Cut keeps the first n characters; 0 keeps all.
func Cut(s string, n int) string {
	if r := []rune(s); n > 0 && len(r) > n {
		return string(r[:n])
	}
	return s
}

// Long is a text of exactly n characters that begins with s.
func Long(s string, n int, filler rune) string {
	if have := utf8.RuneCountInString(s); have < n {
		return s + strings.Repeat(string(filler), n-have)
	}
	return Cut(s, n)
}

// Sized is a text of exactly n, as a field counts lengths: of a character, with digits where
// less than one of it is left.
func Sized(r spec.Rules, n int, filler rune) string {
	each := r.Size(string(filler))
	return strings.Repeat(string(filler), n/each) + strings.Repeat("1", n%each)
}

// Amount is a number that no other field has and that is no bound of its own, as far as its
// bounds let it: a value that is lost may become 0, which is often the least one.
func Amount(f *spec.Field) string {
	n := Seed(f.Path)
	amount := strconv.FormatUint(2+n%88, 10)
	if !f.IsWhole() && (!f.Decimals.Set || f.Decimals.N > 0) {
		amount += "." + strconv.FormatUint(1+n/88%9, 10)
	}
	if f.WholeDigits() < 2 || !within(f, amount) {
		return cmp.Or(f.Min, f.Max, Plain(f))
	}
	return amount
}
