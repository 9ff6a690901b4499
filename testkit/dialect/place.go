package dialect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/plan"
)

// placed explains a place that is not written as declared: a word in front that is
// missing, another one, or in another letter case. What follows is looked at with it.
func placed(q *protocol.Inquiry, f *protocol.Failure, o Options) Result {
	r := Result{Value: f.Op.Item.Name}
	got := q.Text(f.Op.Slot)
	for i, p := range f.Op.Expr.Pieces {
		if p.Slot >= 0 || len(got) == 0 {
			continue
		}
		for _, one := range otherWords(p.Lit, got, i == 0) {
			e := clone(f.Op.Expr)
			cause := visible(string(one)) + " in place of " + visible(string(p.Lit))
			if len(one) == 0 {
				e.Pieces, cause = slices.Delete(e.Pieces, i, i+1), "without "+visible(string(p.Lit))
			} else {
				e.Pieces[i] = lit(one)
			}
			r.Tried++
			read := q.Again(&protocol.Overlay{Exprs: map[*plan.Item]*plan.Expr{f.Op.Item: e}})
			if !slices.ContainsFunc(read.Failed, func(g *protocol.Failure) bool { return g.Op.Item == f.Op.Item }) {
				r.Findings = append(r.Findings, reads(read, Finding{
					Value: r.Value, Causes: []string{r.Value + ": " + cause}, Fixes: []string{"write " + visible(string(p.Lit))},
				}, o))
			}
			read.Release()
		}
	}
	return r
}

// otherWords are the texts that may stand where a literal is declared.
func otherWords(declared, got []byte, first bool) (out [][]byte) {
	out = append(out, nil)
	if at := bytes.Index(bytes.ToLower(got), bytes.ToLower(declared)); at >= 0 {
		out = append(out, got[at:at+len(declared)])
	}
	if end := bytes.IndexAny(got, " :="); first && end >= 0 {
		out = append(out, got[:end+1])
	}
	for _, other := range []string{strings.TrimSpace(string(declared)), string(declared) + " ", strings.ReplaceAll(string(declared), ", ", ",")} {
		if other != string(declared) && other != "" {
			out = append(out, []byte(other))
		}
	}
	return out
}

// reads is what a mistake makes of a message: it holds, or with a further one.
func reads(q *protocol.Inquiry, f Finding, o Options) Finding {
	if q.Err == nil {
		f.Proven = true
		return f
	}
	for _, next := range q.Failed {
		if more := Find(q, next, o).Findings; len(more) > 0 {
			f.Causes, f.Fixes = append(f.Causes, more[0].Causes...), append(f.Fixes, more[0].Fixes...)
			f.Proven = more[0].Proven && len(q.Failed) == 1
			return f
		}
	}
	return f
}
