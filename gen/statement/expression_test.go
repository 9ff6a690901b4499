package statement

import (
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "''", "a": "'a'", "it's": "'it''s'", `a\b`: `'a\b'`, "''": "''''''"} {
		if got := quote(text); got != want {
			t.Errorf("quote(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestQualified(t *testing.T) {
	t.Parallel()
	table := &spec.Table{System: &spec.System{Name: "mini"}, Name: "goods"}
	if got := qualified(table); got != "mini.goods" {
		t.Errorf("got %s", got)
	}
}

// TestFields finds fields in SQL, but neither casts nor times.
func TestFields(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"upper(:name)":             "name",
		"a::text":                  "",
		":a::text":                 "a",
		"'HH24:MI:SS'":             "",
		"x = :lines/no and y":      "lines/no",
		"array[1:n]":               "",
		"coalesce(:a,:b)":          "a b",
		"(:a)::int":                "a",
		"case when x then :a end":  "a",
		"'2016-05-26 10:30:00' ":   "",
		":_x + :X9":                "_x X9",
		"jsonb_path(x, '$.a ? (@)": "",
		"E'it\\'s :no' || :yes":    "yes",
		"1 -- :no\n+ :yes":         "yes",
		"/* :no */ :yes":           "yes",
		`"a:b" = $$:no$$ and :yes`: "yes",
		"call/app is :call/app":    "call/app",
	} {
		var got []string
		all := ""
		for _, token := range tokens(sql) {
			if token.kind == fieldToken {
				got = append(got, token.text)
				all += ":"
			}
			all += token.text
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q names %q, want %q", sql, got, want)
		}
		if all != sql {
			t.Errorf("%q becomes %q", sql, all)
		}
	}
}

// TestClosed: SQL that needs no parentheses beside an operator.
func TestClosed(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{
		"a": true, "t.a": true, "'x y'": true, "lower(a || b)": true, "(a + b)": true, "now()": true,
		"a + b": false, "(a) + (b)": false, "f(a) + 1": false, "a::text": false, "case when a then b end": false, "-1": false,
	} {
		if got := closed(tokens(sql)); got != want {
			t.Errorf("closed(%q) is %v", sql, got)
		}
	}
}
