package migration

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// TestConstantRules holds --fill to what a column says of its texts beside their type.
func TestConstantRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		Column
		value, wrong string
	}{
		{Column{Required: true}, "''", "it is empty, and a required text is not"},
		{Column{Required: true, blank: true}, "''", ""},
		{Column{}, "''", ""},
		{Column{Required: true, format: "mobile"}, "'13800138000'", ""},
		{Column{Required: true, format: "mobile"}, "'1380'", "it is no mobile"},
		{Column{Required: true, format: "email"}, "'a'", "it is no email"},
		{Column{Required: true, hash: true}, "'secret'", "the column keeps hashes, and nobody could log in with it"},
	} {
		c.Name, c.Type = "c", "varchar(20)"
		if wrong, hint := constant(c.Column, c.value); wrong != c.wrong || (hint == "") != (wrong == "") {
			t.Errorf("%+v: %s: %q (%q), want %q", c.Column, c.value, wrong, hint, c.wrong)
		}
	}
}

// TestConstants holds which values --fill takes for which columns; PostgreSQL takes those
// that are taken.
func TestConstants(t *testing.T) {
	t.Parallel()
	tests := []struct{ typ, value, wrong string }{
		{"text", "'web'", ""},
		{"text", "''", ""},
		{"text", "'it''s'", ""},
		{"text", `'a\b'`, ""},
		{"varchar(2)", "'网站'", ""},
		{"varchar(2)", "'网站店'", "it has more than 2 characters"},
		{"varchar(2)", "''''", ""},
		{"text", "web", "it is no text in quotes"},
		{"text", "'web", "it is no text in quotes"},
		{"text", "'it's'", "it is no text in quotes"},
		{"text", `"web"`, "it is no text in quotes"},
		{"text", "'a'; drop table x; --'", "it is no text in quotes"},
		{"text", "'a' || 'b'", "it is no text in quotes"},
		{"text", "name", "it is no text in quotes"},
		{"text", "NULL", "null is no value"},
		{"text", "", "there is no value"},
		{"bigint", "1", ""},
		{"bigint", "-9223372036854775808", ""},
		{"bigint", "9223372036854775808", "it is no whole number of 64 bits"},
		{"bigint", "1.5", "it is no whole number of 64 bits"},
		{"bigint", "'1'", "it is no number"},
		{"bigint", "1+1", "it is no number"},
		{"bigint", "1e3", "it is no number"},
		{"bigint", "(select 1)", "it is no number"},
		{"bigint", "0x10", "it is no number"},
		{"numeric(5,2)", "999.99", ""},
		{"numeric(5,2)", "-0.5", ""},
		{"numeric(5,2)", "1000", "the column has 3 digits before the point and 2 behind it"},
		{"numeric(5,2)", "1.234", "the column has 3 digits before the point and 2 behind it"},
		{"double precision", "1.5", ""},
		{"boolean", "true", ""},
		{"boolean", "1", "it is neither true nor false"},
		{"timestamptz", "now()", ""},
		{"timestamptz", "'2026-01-02 15:04:05+08'", ""},
		{"timestamptz", "'2026-01-02T15:04:05Z'", ""},
		{"timestamptz", "'2026-13-02'", "it is no time"},
		{"date", "'2026-01-02'", ""},
		{"date", "2026-01-02", "it is no text in quotes"},
		{"jsonb", "'{}'", ""},
		{"jsonb", "'{'", "it is no JSON"},
	}
	var taken []string
	for _, test := range tests {
		wrong, hint := constant(Column{Name: "c", Type: test.typ}, test.value)
		if wrong != test.wrong || (hint == "") != (wrong == "") {
			t.Errorf("%s %s: %q (%q), want %q", test.typ, test.value, wrong, hint, test.wrong)
		}
		if test.wrong == "" {
			taken = append(taken, "cast("+test.value+" as "+test.typ+")")
		}
	}
	limits := Column{Name: "c", Type: "bigint", Min: "1", Max: "9"}
	for value, want := range map[string]string{"0": "it is not from 1 to 9", "10": "it is not from 1 to 9", "1": "", "9": ""} {
		if wrong, _ := constant(limits, value); wrong != want {
			t.Errorf("%s within 1 and 9: %q, want %q", value, wrong, want)
		}
	}
	listed := Column{Name: "c", Type: "text", Enum: []string{"'a'", "'b'"}}
	if wrong, hint := constant(listed, "'c'"); wrong != "the column does not take it" || hint != "one of: 'a', 'b'" {
		t.Errorf("%q %q", wrong, hint)
	}
	pool := postgrestest.New(t)
	if _, err := pool.Exec(t.Context(), "select "+strings.Join(taken, ", ")); err != nil {
		t.Errorf("PostgreSQL: %v", err)
	}
}

// TestKeyAndUnique holds that a key and a unique set which change places leave both: what
// is not unique any more goes by its own name, not by that of the new key. And a type that
// cuts or rounds values asks for them first.
func TestKeyAndUnique(t *testing.T) {
	t.Parallel()
	before := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(strings.Replace(goods, "key: [guid]", "key: [guid]\nunique: [[name]]", 1))}))
	after := shop(t, map[string][]byte{"goods.yaml": []byte(strings.Replace(strings.Replace(goods, "key: [guid]", "key: [name]\nunique: [[guid]]", 1), "length: 20", "length: 20, required: true", 1))})
	after.Released, after.Migrations = before.Released, before.Migrations
	files, err := Draft(after, "next", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all string
	for _, f := range files {
		all += string(f.Text)
	}
	if strings.Count(all, "\nalter table shop.goods drop constraint goods_pkey;") != 1 || strings.Count(all, "\nalter table shop.goods drop constraint goods_name_key;") != 1 {
		t.Errorf("the new key goes:\n%s", all)
	}
	longer := shop(t, map[string][]byte{"goods.yaml": []byte(strings.Replace(goods, "{type: int}", "{type: string, length: 4}", 1))})
	plain := freeze(t, shop(t, map[string][]byte{"goods.yaml": []byte(goods)}))
	longer.Released, longer.Migrations = plain.Released, plain.Migrations
	if files, err = Draft(longer, "next", Options{Rewrite: []string{"goods.no"}}); err != nil {
		t.Fatal(err)
	}
	all = ""
	for _, f := range files {
		all += string(f.Text)
	}
	if !strings.Contains(all, "char_length(no::text) > 4") || strings.Contains(all, "::varchar(4)") {
		t.Errorf("values are cut:\n%s", all)
	}
}
