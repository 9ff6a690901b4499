package validate

import "strings"

// IsMobile reports whether s is a mobile number of mainland China: 11 digits,
// the first 1, the second 3 to 9.
func IsMobile(s string) bool {
	return len(s) == 11 && s[0] == '1' && '3' <= s[1] && s[1] <= '9' && allDigits(s)
}

// IsIDCard reports whether s is an identity card number: 18 characters with the
// check digit of GB 11643 and a possible date of birth, or the old form of 15
// digits.
func IsIDCard(s string) bool {
	switch len(s) {
	case 15:
		return allDigits(s) && isDate("19"+s[6:12])
	case 18:
		if !allDigits(s[:17]) || !isDate(s[6:14]) {
			return false
		}
		sum, weight := 0, 1
		for i := 16; i >= 0; i-- { // the weights are the powers of 2 modulo 11
			weight = weight * 2 % 11
			sum += int(s[i]-'0') * weight
		}
		return s[17] == "10X98765432"[sum%11] // X is a capital, lest one person be two
	}
	return false
}

// isDate reports whether yyyymmdd is a day of the calendar.
func isDate(s string) bool {
	year, month, day := number(s[:4]), number(s[4:6]), number(s[6:])
	if year < 1850 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := 31
	switch month {
	case 4, 6, 9, 11:
		last = 30
	case 2:
		last = 28
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			last = 29
		}
	}
	return day <= last
}

// number reads digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// IsEmail reports whether s has one @ between two parts without spaces, the
// second with a dot inside.
func IsEmail(s string) bool {
	user, host, ok := strings.Cut(s, "@")
	if !ok || user == "" || strings.ContainsAny(s, " \t\r\n") || strings.Contains(host, "@") {
		return false
	}
	i := strings.LastIndexByte(host, '.')
	return i > 0 && i < len(host)-1
}

// allDigits reports whether s is ASCII digits only.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
