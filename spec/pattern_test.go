package spec_test

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

func TestReadPattern(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		`[\u4e00-\u9fa5]+`: "[一-龥]+",
		`\u005B\u002d`:     `\x5b\x2d`,
		`\\u4e00`:          `\\u4e00`,
		`\\\u4e00`:         `\\一`,
		`\uD842\uDFB7`:     "𠮷",
		`a\u00a0`:          `a\xa0`,
		`\d+`:              `\d+`,
	} {
		got := spec.ReadPattern(written)
		if got != want {
			t.Errorf("%s: %s, want %s", written, got, want)
		}
		if _, err := regexp.Compile(got); err != nil && written != `\\u4e00` {
			t.Errorf("%s: %v", written, err)
		}
	}
}

// foreignPatterns are those that only Go reads, or that others read otherwise.
func foreignPatterns() []string {
	return []string{
		`[\x{4e00}-\x{9fa5}]+`, `\p{Han}+`, `(?i)[a-k]+`, `\pL+`, `a\z`, `\Aa`, `.+`, `\d{3}`, `\D`, `[[:alpha:]]+`, `(?P<x>a|b)`, `(?<x>a)b`,
		`\Qa.b\E`, `(?s).`, `a{`, `}`, `]`, `a{,2}`, `[a&&b]`, `[--a]`, `\s\S\w\W`, `(?U)a+`, `(?i:k)`, `a-b`, `[^\n]`, `\a\f\t\n\r\v`,
		`\x41`, `\101`, `\_|\-`, `[a-z\d]`, `[^a]`, `(?:a|b)*?c{2,3}`, `()|[^\x00-\x{10FFFF}]`, `a#b c`, `[]a]`, `[/]/`, `\P{Han}`,
	}
}

// TestSharedPattern holds what a pattern becomes for the schema against the pattern.
func TestSharedPattern(t *testing.T) {
	t.Parallel()
	r, letters := rand.New(rand.NewPCG(1, 2)), []rune("aAbkKK019._-[]{}/\\ \n\t\u00a0,#&一龥𠮷")
	for _, p := range foreignPatterns() {
		shared, err := spec.SharedPattern(p)
		if err != nil {
			t.Errorf("%s: %v", p, err)
			continue
		}
		was, is := regexp.MustCompile("^(?:"+p+")$"), regexp.MustCompile("^(?:"+shared+")$")
		for range 5000 {
			var text []rune
			for range r.IntN(4) {
				text = append(text, letters[r.IntN(len(letters))])
			}
			if was.MatchString(string(text)) != is.MatchString(string(text)) {
				t.Errorf("%s is %s, which differs on %q", p, shared, string(text))
				break
			}
		}
	}
	for _, p := range []string{`[一-龥]+`, `(?:[0-9]{2})?A|B+?`, `[a-z_0-9]{1,20}`, `\.\+a/b`} {
		if shared, err := spec.SharedPattern(p); err != nil || shared != p {
			t.Errorf("%s became %s (%v)", p, shared, err)
		}
	}
	for _, p := range []string{`(?m)^a$`, `\ba`, `a\B`, `(?=a)`} {
		if shared, err := spec.SharedPattern(p); err == nil {
			t.Errorf("%s became %s", p, shared)
		}
	}
}
