package hopeless

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
)

// unknown is the size of a text that depends on the message or the app.
const unknown = -1

// randoms is how many bytes {random} has.
const randoms = 32

// sums are the bytes of digests.
func sums() map[string]int {
	return map[string]int{"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64, "sm3": 32, "crc32": 4}
}

// sized tells the steps of an item that always fail, because what they are given has
// another length than they take.
func (l *look) sized(it *plan.Item) {
	e := it.Expr
	for i := range e.Pieces {
		l.steps(it, l.slot(e.Pieces[i].Slot, 0), e.Pieces[i].Steps)
	}
	l.steps(it, l.base(e, 0), e.Steps)
}

// base is how many bytes a text has before its steps.
func (l *look) base(e *plan.Expr, depth int) int {
	if e.Kind != plan.FromTemplate {
		return unknown
	}
	sum := 0
	for i := range e.Pieces {
		n := len(e.Pieces[i].Lit)
		if p := &e.Pieces[i]; p.Slot >= 0 {
			n = l.behind(l.slot(p.Slot, depth), p.Steps)
		}
		if n == unknown {
			return unknown
		}
		sum += n
	}
	return sum
}

// slot is how many bytes the text of a name has.
func (l *look) slot(at, depth int) int {
	if at == plan.SlotRandom {
		return randoms
	}
	if at < plan.Builtins || depth > len(l.f.Items) {
		return unknown
	}
	if text, ok := (&sampler{f: l.f, fixed: true}).slot(at, depth); ok {
		return len(text)
	}
	it := l.f.Infos[at].Item
	if it == nil || it.Expr == nil || it.Leaf {
		return unknown
	}
	if it.Given() {
		return unknown
	}
	return l.behind(l.base(it.Expr, depth+1), it.Expr.Steps)
}

func (l *look) behind(n int, steps []*plan.Use) int {
	for _, u := range steps {
		n, _ = after(n, u)
	}
	return n
}

// steps tells the first step that fails.
func (l *look) steps(it *plan.Item, n int, steps []*plan.Use) {
	pos, place := it.At()
	for _, u := range steps {
		if why := l.given(u); why != "" {
			l.add(pos, place, why, "make a key or an iv of that length: first N, or another digest")
			return
		}
		next, why := after(n, u)
		if why != "" {
			l.add(pos, place, u.Src+" always fails: "+why, "write a number that fits")
			return
		}
		n = next
	}
}

// given says what of a step's key and iv never fits.
func (l *look) given(u *plan.Use) string {
	if n := keySize(l, u.Key); n != unknown && len(u.Do.Lengths) > 0 && !slices.Contains(u.Do.Lengths, n) {
		return fmt.Sprintf("%s always fails: {%s} has %d bytes, and it takes %s", u.Src, l.f.Infos[u.Key].Name, n, listed(u.Do.Lengths))
	}
	if n := keySize(l, u.Refs[step.IV]); n != unknown && u.Do.IVBytes > 0 && n != u.Do.IVBytes {
		return fmt.Sprintf("%s always fails: {%s} has %d bytes, and an iv has %d", u.Src, l.f.Infos[u.Refs[step.IV]].Name, n, u.Do.IVBytes)
	}
	return ""
}

func keySize(l *look, at int) int {
	if at < plan.Builtins {
		return unknown
	}
	return l.slot(at, 0)
}

func listed(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, " or ")
}

// after is how many bytes a step makes of n, and why it never does.
func after(n int, u *plan.Use) (int, string) {
	use, err := declare.ParseUse(u.Src)
	if err != nil {
		return unknown, ""
	}
	if sum := sums()[strings.TrimPrefix(use.Name, "hmac-")]; sum > 0 {
		return sum, ""
	}
	count := 0
	if len(use.Args) > 0 {
		count, _ = strconv.Atoi(use.Args[0])
	}
	switch use.Name {
	case "bytes":
		return count, ""
	case "fixed":
		if n != unknown && n != count {
			return unknown, fmt.Sprintf("its text has %d bytes", n)
		}
		return count, ""
	case "digits", "letters":
		return count, ""
	case "uuid":
		return 36, ""
	}
	if n == unknown || use.Named["of"] != "" {
		return unknown, ""
	}
	switch use.Name {
	case "first", "last", "skip":
		if count > n {
			return unknown, fmt.Sprintf("its text has %d bytes", n)
		}
		if use.Name == "skip" {
			return n - count, ""
		}
		return count, ""
	case "pad":
		return max(n, count), ""
	case "repeat":
		return n * count, ""
	case "hex", "HEX":
		return 2 * n, ""
	case "base64", "base64url-padded":
		return (n + 2) / 3 * 4, ""
	case "base64-bare", "base64url":
		return (4*n + 2) / 3, ""
	case "lower", "upper", "any-case", "reverse":
		return n, ""
	}
	return unknown, ""
}
