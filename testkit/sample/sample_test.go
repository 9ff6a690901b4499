package sample_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/validate"
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

// TestLong fills texts up and cuts them.
func TestLong(t *testing.T) {
	t.Parallel()
	if s := sample.Long("甲", 3, '乙'); s != "甲乙乙" || sample.Long("甲乙丙", 2, 'x') != "甲乙" || !strings.HasPrefix(sample.Long("", 5, 'a'), "aaaaa") {
		t.Error(s)
	}
}

// TestFill holds the text of each kind of slot.
func TestFill(t *testing.T) {
	t.Parallel()
	known := map[string]string{"cst_info_create.guid": "a\"b\\c\n", "mobile": "captured", "trade.order-get.guid": "g"}
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
		`{{trade.order-get.guid}}`:          `^g$`,
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
