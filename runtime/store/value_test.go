package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	stored, err := HashPassword("密码 p@ss")
	if err != nil || !strings.HasPrefix(stored, "$pbkdf2-sha512$i=210000$") || strings.Contains(stored, "p@ss") {
		t.Fatalf("%q, %v", stored, err)
	}
	if other, _ := HashPassword("密码 p@ss"); other == stored {
		t.Error("two hashes of one password are the same: no salt")
	}
	if !CheckPassword(stored, "密码 p@ss") {
		t.Error("the right password is refused")
	}
	if empty, err := HashPassword(""); empty != "" || err != nil {
		t.Errorf("%q, %v", empty, err)
	}
	parts := strings.Split(stored, "$")
	for name, wrong := range map[string]string{
		"empty":            "",
		"plain text":       "密码 p@ss",
		"another name":     strings.Replace(stored, "sha512", "sha1", 1),
		"too few parts":    strings.Join(parts[:4], "$"),
		"too many parts":   stored + "$",
		"no rounds":        strings.Replace(stored, "i=210000", "i=", 1),
		"rounds below one": strings.Replace(stored, "i=210000", "i=0", 1),
		"other rounds":     strings.Replace(stored, "i=210000", "i=1", 1),
		"salt not base64":  strings.Join([]string{"", parts[1], "i=1", "!", parts[4]}, "$"),
		"hash not base64":  strings.Join([]string{"", parts[1], "i=1", parts[3], "!"}, "$"),
		"no hash":          strings.Join([]string{"", parts[1], "i=1", parts[3], ""}, "$"),
		"another hash":     strings.Join([]string{"", parts[1], "i=1", parts[3], "AAAA"}, "$"),
	} {
		if CheckPassword(wrong, "密码 p@ss") {
			t.Errorf("%s: accepted", name)
		}
	}
	if CheckPassword(stored, "") || CheckPassword(stored, "密码 p@sS") || CheckPassword("", "") {
		t.Error("a wrong password is accepted")
	}
}

// child is a member of a nested array.
type child struct {
	ID string
	At wire.Time
}

func (c *child) Decode(in *wire.Reader) {
	o := in.Object([]string{"id", "at"})
	for o.Next() {
		switch o.Key() {
		case "id":
			o.String(0, &c.ID)
		case "at":
			o.Time(1, &c.At)
		default:
			o.Skip()
		}
	}
}

func TestNested(t *testing.T) {
	t.Parallel()
	db, _ := setup(t)
	get := func(sql string, args ...any) (list []child, err error) {
		list = []child{{ID: "left from before"}}
		err = get(t, db, "", sql, "1012", args, Nested(&list))
		return list, err
	}
	list, err := get(`select json_agg(json_build_object('id', 'g' || n, 'at', '2026-11-21T00:09:10') order by n)::text from generate_series(1, 2) n`)
	want(t, err, "")
	when, _ := wire.ParseTime("1795219750", nil)
	if diff := cmp.Diff([]child{{"g1", wire.TimeOf(when.UTC())}, {"g2", wire.TimeOf(when.UTC())}}, list); diff != "" {
		t.Error(diff)
	}
	for _, sql := range []string{`select null::text`, `select '[]'::text`, `select 'null'::text`} {
		list, err := get(sql)
		if want(t, err, ""); len(list) != 0 {
			t.Errorf("%s: %v", sql, list)
		}
		if list == nil {
			t.Errorf("%s: nil, want []", sql)
		}
	}
	list, err = get(`select json_agg(json_build_object('id', n))::text from generate_series(1, 3) n`)
	want(t, err, "internal") // ids must be texts
	_ = list
	_, err = get(`select $1::text`, `[{"id":"`+secret)
	want(t, err, "internal")
	list, err = get(`select json_agg(json_build_object('id', n::text))::text from generate_series(1, 20000) n`)
	if want(t, err, ""); len(list) != 20000 {
		t.Errorf("%d of 20,000 rows", len(list))
	}
}

// TestJSONArray writes the arrays that members of an array have.
func TestJSONArray(t *testing.T) {
	t.Parallel()
	if got := JSONArray([]wire.Int{wire.IntOf(1), wire.IntOf(-2)}, (*wire.Writer).Ints); got != wire.TextOf("[1,-2]") {
		t.Errorf("numbers: %+v", got)
	}
	if got := JSONArray([]string{`}"`, ""}, (*wire.Writer).Strings); got != wire.TextOf(`["}\"",""]`) {
		t.Errorf("texts: %+v", got)
	}
	if got := JSONArray([]string{}, (*wire.Writer).Strings); got != wire.TextOf(`[]`) {
		t.Errorf("none: %+v", got)
	}
	if got := JSONArray(nil, (*wire.Writer).Strings); got.Set {
		t.Errorf("not sent: %+v", got)
	}
}
