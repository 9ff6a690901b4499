package diff_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/diff"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// onSide is the small system with the fields of order_create's request on one side. The
// interfaces are taken apart from their answers, which name fields.
func onSide(t *testing.T, s diff.Side, fields string) fstest.MapFS {
	t.Helper()
	file, mapping, kind := "order_create", "request", "kind: report\n"
	switch s {
	case diff.Request:
	case diff.Reply:
		mapping = "response"
	case diff.Notification:
		file, kind = "order_notify", "kind: notify\nrow: purchase\n"
	case diff.Answer:
		file, mapping, kind = "order_notify", "response", "kind: notify\nrow: purchase\n"
	}
	out := base(t)
	out["spec/shop/order/"+file+".yaml"] = &fstest.MapFile{Data: []byte("interface: " + file + "\ntitle: 单\n" + kind + mapping + ":\n" + fields)}
	return out
}

// unchecked reads a system without check.
func unchecked(t *testing.T, fsys fs.FS) *spec.Set {
	t.Helper()
	set, found, err := load.Models(fsys, "spec", nil, nil)
	if err != nil || !set.Systems[0].Whole() {
		t.Fatal(err, found)
	}
	return set
}

// fieldsOf are the fields of order_create's request, as text.
func fieldsOf(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(base(t)["spec/shop/order/order_create.yaml"].Data), "\nrequest:\n")
	fields, _, found := strings.Cut(rest, "response:\n")
	if !ok || !found {
		t.Fatal("no fields")
	}
	return fields
}

// TestSides makes each edit of a field in a request, a reply, a notification and the answer
// to one: it is the same change there, its reverse is the mirror, and it is weighed as
// whoever writes the message decides.
func TestSides(t *testing.T) {
	t.Parallel()
	rules := map[string]diff.Rule{}
	for _, r := range diff.Rules() {
		rules[r.ID] = r
	}
	text := fieldsOf(t)
	befores := map[diff.Side]*spec.Set{}
	for _, s := range diff.Sides() {
		befores[s] = unchecked(t, onSide(t, s, text))
	}
	shown := 0
	for _, e := range edits {
		if e.file != "order/order_create" || strings.Count(text, e.before) != 1 || strings.HasPrefix(e.before, "starts_with") || strings.HasPrefix(e.before, "absent_with") {
			continue // responses do not have these two keys
		}
		shown++
		changed := strings.Replace(text, e.before, e.after, 1)
		levels := map[diff.Side][]diff.Level{}
		for _, s := range diff.Sides() {
			before, after := befores[s], unchecked(t, onSide(t, s, changed))
			there, back := diff.Diff(before, after), diff.Diff(after, before)
			want := strings.Fields(strings.ReplaceAll(e.want, "request-", string(s)+"-"))
			slices.Sort(want)
			if got := ids(there); !slices.Equal(got, want) {
				t.Errorf("%s: %q becomes %q: %v, want %v", s, e.before, e.after, got, want)
			}
			var mirrors []string
			for _, id := range want {
				mirrors = append(mirrors, rules[id].Mirror)
			}
			slices.Sort(mirrors)
			if got := ids(back); !slices.Equal(got, slices.Compact(mirrors)) {
				t.Errorf("%s: %q becomes %q: %v, want %v", s, e.after, e.before, got, mirrors)
			}
			for _, c := range slices.Concat(there, back) {
				levels[s] = append(levels[s], c.Levels.Wire)
			}
		}
		if !slices.Equal(levels[diff.Request], levels[diff.Answer]) && !strings.Contains(e.want, "clearing") {
			t.Errorf("%q becomes %q: %v in a request, %v in an answer to a notification: both are the partner's", e.before, e.after, levels[diff.Request], levels[diff.Answer])
		}
		if !slices.Equal(levels[diff.Reply], levels[diff.Notification]) {
			t.Errorf("%q becomes %q: %v in a reply, %v in a notification: both are ours", e.before, e.after, levels[diff.Reply], levels[diff.Notification])
		}
	}
	if shown < 45 {
		t.Errorf("%d edits were made", shown)
	}
}

// TestDirections holds each rule of a field to the other three sides: partners' messages
// break where they may hold less, ours where they may hold more, and what changes on one
// side has its rule on the side that goes the other way.
func TestDirections(t *testing.T) {
	t.Parallel()
	rules := map[string]diff.Rule{}
	for _, r := range diff.Rules() {
		rules[r.ID] = r
	}
	for id, r := range rules {
		part, ok := strings.CutPrefix(id, string(diff.Request)+"-")
		if !ok {
			continue
		}
		reply, told, answer := rules["reply-"+part], rules["notification-"+part], rules["answer-"+part]
		if r.Opposite != reply.ID || reply.Opposite != r.ID || told.Opposite != answer.ID || answer.Opposite != told.ID {
			t.Errorf("%s: opposites %q %q %q %q", part, r.Opposite, reply.Opposite, told.Opposite, answer.Opposite)
		}
		if r.Levels.Wire != answer.Levels.Wire && part != "clearing-changed" {
			t.Errorf("%s is %s for a request and %s for an answer to a notification", part, r.Levels.Wire, answer.Levels.Wire)
		}
		if reply.Levels != told.Levels {
			t.Errorf("%s is %v for a reply and %v for a notification", part, reply.Levels, told.Levels)
		}
		if answer.Refuses != diff.NoCall || told.Refuses != diff.NoCall || reply.Refuses != diff.NoCall {
			t.Errorf("%s refuses calls outside of requests", part)
		}
	}
}
