package importer

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
)

// blocksOf reads a sheet with one interface for each block of rows, whose facts are in
// cells that are merged over it, with parameters and replies side by side. It returns
// nil where a table is of another kind.
func blocksOf(t *document.Table, place string) []*Interface {
	at := -1 // column of the path
	head := -1
	for row := 0; row < min(maxHead, len(t.Rows)) && at < 0; row++ {
		for col := range t.Width() {
			if c := t.At(row, col); c != nil && urlWord.MatchString(c.Text) && len([]rune(c.Text)) < 12 {
				at, head = col, row
			}
		}
	}
	if at < 0 {
		return nil
	}
	sides, title := sidesOf(t, head)
	if len(sides) == 0 {
		return nil
	}
	var out []*Interface
	var last *document.Cell
	for row := head + 1; row < len(t.Rows); row++ {
		c := t.At(row, at)
		if c == nil || c.Row <= head {
			continue
		}
		if e := endpointOf(c.Text); c != last && e.path != "" {
			last = c
			one := &Interface{Path: e.path, Method: e.method, Place: fmt.Sprintf("%s row %d", place, row+1)}
			if n := t.At(row, title); n != nil && title >= 0 {
				one.Title = oneLine(n.Text)
			}
			out = append(out, one)
		}
		if len(out) == 0 || c != last {
			continue
		}
		for _, s := range sides {
			s.add(out[len(out)-1], t, row, place)
		}
	}
	return out
}

// pair is the columns of one side of a sheet.
type pair struct {
	response    bool
	name, label int
}

// sidesOf finds the columns of parameters and of replies in a head of two rows.
func sidesOf(t *document.Table, head int) (out []pair, title int) {
	title = -1
	for col := range t.Width() {
		top, sub := t.At(head, col), t.At(head+1, col)
		if top == nil {
			continue
		}
		if r := roleOf(top.Text); title < 0 && (strings.Contains(top.Text, "功能") || strings.Contains(top.Text, "接口名") || r == nameRole && sub == top) {
			title = col
		}
		if sub == nil || sub == top || roleOf(sub.Text) != nameRole {
			continue
		}
		out = append(out, pair{responseWord.MatchString(top.Text), col, col + 1})
	}
	return out, title
}

// add adds the field of a row.
func (p pair) add(i *Interface, t *document.Table, row int, place string) {
	c, l := t.At(row, p.name), t.At(row, p.label)
	if c == nil || c.Row != row || strings.TrimSpace(c.Text) == "" {
		return
	}
	name, rest, _ := strings.Cut(strings.TrimSpace(norm.NFKC.String(c.Text)), "\n")
	if before, after, ok := cutName(name); ok {
		name, rest = before, after+"\n"+rest
	}
	if !aName.MatchString(name) {
		return
	}
	f := &Field{Path: splitPath(name), Required: "unstated", Place: fmt.Sprintf("%s row %d", place, row+1)}
	label := ""
	if l != nil {
		label = l.Text
	}
	f.describe(label, "", strings.TrimSpace(rest), false, false)
	if p.response {
		i.Response = append(i.Response, f)
	} else {
		i.Request = append(i.Request, f)
	}
}
