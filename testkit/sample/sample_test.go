package sample_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/validate"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// TestNumbers holds that numbers become mobile numbers and identity cards that the
// runtime takes, and that no two numbers become the same.
func TestNumbers(t *testing.T) {
	t.Parallel()
	mobiles, cards := map[string]bool{}, map[string]bool{}
	for n := range uint64(200_000) {
		n *= 34_981 // up to 7·10⁹, which is all that fire uses
		mobile, card := sample.Mobile(n), sample.IDCard(n)
		if !validate.IsMobile(mobile) || mobiles[mobile] {
			t.Fatalf("%d: mobile %s", n, mobile)
		}
		if !validate.IsIDCard(card) || cards[card] {
			t.Fatalf("%d: identity card %s", n, card)
		}
		mobiles[mobile], cards[card] = true, true
	}
	for _, n := range []uint64{1<<64 - 1, 1 << 63, 6_999_999_999, 7_000_000_000} {
		if !validate.IsMobile(sample.Mobile(n)) || !validate.IsIDCard(sample.IDCard(n)) {
			t.Errorf("%d: %s, %s", n, sample.Mobile(n), sample.IDCard(n))
		}
	}
}

// TestMatching holds that patterns are sampled by texts that they take, and that
// others are said.
func TestMatching(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"[0-9]{16,20}", "a|b", "(ab)+c?", "[A-Z][a-z]*", `\d{4}-\d{2}`, "x{2,3}", ".", "(?i)abc", "^ab$", "[^a]"} {
		re := regexp.MustCompile("^(?:" + pattern + ")$")
		for name, find := range map[string]func(string) (string, error){"short": sample.Matching, "long": sample.Longest} {
			if s, err := find(pattern); err != nil || !re.MatchString(s) {
				t.Errorf("%s (%s): %q, %v", pattern, name, s, err)
			}
		}
	}
	for _, pattern := range []string{"[", `a\b`, `[^\x00-\x{10FFFF}]`} {
		if s, err := sample.Matching(pattern); err == nil {
			t.Errorf("%s: %q", pattern, s)
		}
	}
	if s := sample.Long("甲", 3, '乙'); s != "甲乙乙" || sample.Long("甲乙丙", 2, 'x') != "甲乙" || !strings.HasPrefix(sample.Long("", 5, 'a'), "aaaaa") {
		t.Error(s)
	}
}

// TestFill holds the text of each kind of slot.
func TestFill(t *testing.T) {
	t.Parallel()
	known := map[string]string{"cst_info_create.guid": "a\"b\\c\n", "mobile": "captured"}
	for in, want := range map[string]string{
		`{{idcard}}`:                        `^[0-9]{17}[0-9X]$`,
		`{{id}}`:                            `^[0-9A-Z]{12}$`,
		`{{id:4}}`:                          `^[0-9A-Z]{4}$`,
		`{{digits:9}}`:                      `^[0-9]{9}$`,
		`{{digits:3}}`:                      `^421$`,
		`"{{number:2}}"`:                    `^11$`,
		`{"n":"{{number:9}}","m":1}`:        `^\{"n":100654421,"m":1\}$`,
		`"{{cst_info_create.guid}}"`:        `^"a\\"b\\\\c\\n"$`,
		`{{mobile}}`:                        `^captured$`,
		`{{ id }} { {id}} {{}} {id}`:        `^\{\{ id \}\} \{ \{id\}\} \{\{\}\} \{id\}$`,
		`{{id:3}}{{id:3}}`:                  `^([0-9A-Z]{3}){2}$`,
		`without a slot`:                    `^without a slot$`,
		`{{digits:30}}`:                     `^0{24}654421$`,
		`{"a":"{{id:12}}","b":"{{id:12}}"}`: `^\{"a":"[0-9A-Z]{12}","b":"[0-9A-Z]{12}"\}$`,
	} {
		got, err := sample.Fill(in, 654421, known)
		if err != nil || !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %s, %v, want %s", in, got, err, want)
		}
	}
	if got, err := sample.Fill(`{{mobile}}`, 654421, nil); err != nil || got != "13000654421" {
		t.Errorf("mobile: %s, %v", got, err)
	}
	for _, bad := range []string{`{{nobody}}`, `"{{number:1}}"`, `{{number:5}}`, `{{id:99999999999999999999}}`} {
		if got, err := sample.Fill(bad, 1, known); err == nil {
			t.Errorf("%s became %s", bad, got)
		}
	}
}

// TestFormats wants a sample of each format that a pattern says, and a pattern that all
// readers of schemas understand.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, format := range spec.Formats() {
		pattern := spec.FormatPattern(format)
		if pattern == "" {
			continue
		}
		if _, err := spec.SharedPattern(pattern); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		text, err := sample.Matching(pattern)
		if err != nil || !regexp.MustCompile("^(?:"+pattern+")$").MatchString(text) {
			t.Errorf("%s: %q, %v", format, text, err)
		}
	}
}
