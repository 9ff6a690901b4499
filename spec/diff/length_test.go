package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// TestLengths holds that lengths of two units are weighed by the texts that they leave: lowered
// where some text of before is too long now, raised where one of now was too long before, and
// likewise for the least length. Any text has so many characters of one, two, three and four bytes.
func TestLengths(t *testing.T) {
	t.Parallel()
	var texts []string
	for n := range 10 * 10 * 10 * 10 {
		texts = append(texts, strings.Repeat("a", n%10)+strings.Repeat("é", n/10%10)+strings.Repeat("长", n/100%10)+strings.Repeat("😀", n/1000))
	}
	type one struct {
		f    *spec.Field
		set  *spec.Set
		fits []bool
	}
	for _, key := range []string{"length", "min_length"} {
		var all []one
		for _, unit := range []string{"", ", length_in: bytes", ", length_in: gbk"} {
			for _, n := range []int{1, 2, 3, 4, 5, 8} {
				set := unchecked(t, onSide(t, diff.Request, fmt.Sprintf("  a: {type: string, %s: %d%s}\n", key, n, unit)))
				f := set.Systems[0].Interface("order_create").Request.Named("a")
				fits := make([]bool, len(texts))
				for i, text := range texts {
					size := f.Size(text)
					fits[i] = size >= f.MinLength && (f.Length == 0 || size <= f.Length)
				}
				all = append(all, one{f, set, fits})
			}
		}
		part := "request-" + strings.ReplaceAll(key, "_", "-")
		for _, was := range all {
			for _, is := range all {
				var less, more bool
				for i := range texts {
					less = less || was.fits[i] && !is.fits[i]
					more = more || is.fits[i] && !was.fits[i]
				}
				if key == "min_length" {
					less, more = more, less // a higher one leaves less
				}
				var want, got []string
				if less {
					want = append(want, part+"-lowered")
				}
				if more {
					want = append(want, part+"-raised")
				}
				for _, c := range diff.Diff(was.set, is.set) {
					got = append(got, c.Rule)
				}
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%d-%d %s -> %d-%d %s: got %v, want %v", was.f.MinLength, was.f.Length, was.f.LengthIn, is.f.MinLength, is.f.Length, is.f.LengthIn, got, want)
				}
			}
		}
	}
}

// TestHeaderCase holds that the name of a header is the same in any case, and that of a
// member of JSON is not.
func TestHeaderCase(t *testing.T) {
	t.Parallel()
	edit := func(file, from, to string) fstest.MapFS {
		out := base(t)
		text := string(out[file].Data)
		if !strings.Contains(text, from) {
			t.Fatalf("no %q in %s", from, file)
		}
		out[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, from, to, 1))}
		return out
	}
	for _, c := range []struct {
		file, from, to string
		same           bool
	}{
		{"spec/shop/system.yaml", `X-Time: "{time}"`, `x-time: "{time}"`, true},
		{"spec/shop/system.yaml", `code: "{code}"`, `Code: "{code}"`, false},
	} {
		list := diff.Diff(unchecked(t, base(t)), unchecked(t, edit(c.file, c.from, c.to)))
		if c.same != (len(list) == 0) {
			t.Errorf("%s -> %s: %v", c.from, c.to, list)
		}
	}
	named := func(name string) *spec.Set {
		return unchecked(t, onSide(t, diff.Request, "  kind: {type: string, in: header, name: "+name+", label: 类别}\n"))
	}
	if list := diff.Diff(named("X-Kind"), named("x-kind")); len(list) > 0 {
		t.Error(list)
	}
	if list := diff.Diff(named("X-Kind"), named("X-Kinds")); len(list) != 1 {
		t.Error(list)
	}
}
