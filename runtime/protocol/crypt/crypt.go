// Package crypt has what packages envelope and signature share: hashes, ciphers, the
// text of their results, times, and secrets that cannot be shown.
//
// Package envelope seals whole messages, package signature signs HTTP requests;
// both do what the YAML of a system declares.
package crypt

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Line is one intermediate result, for people.
type Line struct {
	Step string // "sign, string to sign", "join for header.authCode, listed", …
	Text string
}

// Visible escapes invisible characters of a text: \n, \r, \t, \\, and \xNN for
// other control characters and bytes that are not UTF-8.
func Visible(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r == '\u00a0' || r == '\u3000' || r == '\ufeff' || r == '\u200b':
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}
