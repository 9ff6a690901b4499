package wire

import (
	"math/big"
	"strconv"
	"strings"
)

// wholeText reports whether a text is a whole number as one writes it; fractions and
// exponents are for JSON numbers.
func wholeText(s string) bool {
	n := digits(strings.TrimPrefix(s, "-"))
	return s != "-0" && (n == len(s) || n+1 == len(s) && s[0] == '-')
}

// parseInt reads every form of a whole number in JSON: 7, -7, 7.0, 7e0.
func parseInt(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, IsNumber(s)
	}
	if len(s) > 32 || !IsNumber(s) || !strings.ContainsAny(s, ".eE") {
		return 0, false
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	if e, _ := strconv.Atoi(exponent); e > 30 || e < -30 {
		return 0, mantissaZero(mantissa)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// longestNumber bounds the text of a number: to compare one of a million digits takes minutes,
// and PostgreSQL has no such number.
const longestNumber = 1000

// bounded reports whether a number that is kept as it is has a text and an exponent that
// PostgreSQL can hold.
func bounded(s string) bool {
	_, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	e, _ := strconv.Atoi(exponent) // of one beyond all ints the last int
	return len(s) <= longestNumber && -longestNumber <= e && e <= longestNumber
}

// mantissaZero reports whether all digits are zero, so that no exponent matters.
func mantissaZero(s string) bool { return strings.Trim(s, "-0.") == "" }

// IsNumber reports whether s is a number as JSON writes it; in texts that keeps
// out plus signs, leading zeros and spaces.
func IsNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && s[0]|0x20 == 'e' {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		n := digits(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// The digits that numbers may have in front of their point.
const (
	digitsOfDecimal     = 16
	digitsOfLongDecimal = 38
)

// decimal brings a number into the stored form: as it was sent, or 0 for a number
// nearer to 0 than any amount. It refuses numbers with more than so many digits in front
// of the point.
func decimal(s string, whole int) (string, bool) {
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(s), "e")
	if !scaled {
		return s, digits(strings.TrimPrefix(s, "-")) <= whole
	}
	if mantissaZero(mantissa) {
		return "0", true
	}
	e, _ := strconv.Atoi(exponent) // of one beyond all ints the last int
	if len(mantissa) > 64 || e > 100 {
		return "", false
	} else if e < -100 {
		return "0", true
	}
	r, ok := new(big.Rat).SetString(s)
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(whole)), nil)
	return s, ok && new(big.Rat).Abs(r).Cmp(new(big.Rat).SetInt(limit)) < 0
}

// digits counts the leading digits of s.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
