package validate_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// FuzzFormats gives any text to the formats: what is taken is what its name says.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{"13800138000", "+8613800138000", "11010519491231002X", "110105491231002", "a@b.cn", "13800138000\n", "a@b@c", "@", "١٣٨٠٠١٣٨٠٠٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if validate.IsMobile(s) && (strings.Trim(s, "0123456789") != "" || len(s) != 11 || s[0] != '1') {
			t.Errorf("%q is no mobile number", s)
		}
		if validate.IsIDCard(s) {
			if n := len(s); n != 18 && n != 15 || strings.Trim(s[:n-1], "0123456789") != "" {
				t.Errorf("%q is no identity card", s)
			}
			if len(s) == 18 {
				if _, err := time.Parse("20060102", s[6:14]); err != nil {
					t.Errorf("%q: nobody was born then", s)
				}
			}
		}
		if validate.IsEmail(s) && (!utf8.ValidString(s) || strings.Count(s, "@") < 1 || strings.ContainsAny(s, "\r\n\x00")) {
			t.Errorf("%q is no address", s)
		}
	})
}
