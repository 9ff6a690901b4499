// Package expect holds what a server did against what a model of it did: the members of a
// reply, the rows that were written, the notifications.
//
// Two things differ between the two although both are right: ids that a server makes up,
// and the time of now. An id that the model made is bound to the one that comes in its
// place the first time, and must be the same from then on.
package expect

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
)

// Near is how far two times of now may be apart.
const Near = 2 * time.Minute

// Difference is a place at which what came is not what was expected.
type Difference struct {
	Path string // of the reply, such as list/0/mobile
	Want string // JSON; empty: nothing
	Got  string
	Why  string // in a word: value, type, layout, absent, surplus, rows
}

// String describes the difference, for testers.
func (d Difference) String() string {
	switch d.Why {
	case "absent":
		return fmt.Sprintf("%s: %s expected, nothing came", d.Path, d.Want)
	case "surplus":
		return fmt.Sprintf("%s: nothing expected, %s came", d.Path, d.Got)
	case "rows":
		return fmt.Sprintf("%s: %s rows expected, %s came", d.Path, d.Want, d.Got)
	}
	return fmt.Sprintf("%s: %s expected, %s came", d.Path, d.Want, d.Got)
}

// IDs relates ids that a model made to those of a server. It is safe for concurrent use.
type IDs struct {
	mu     sync.Mutex
	made   map[string]bool
	theirs map[string]string
	ours   map[string]string
}

// NewIDs knows no ids.
func NewIDs() *IDs {
	return &IDs{made: map[string]bool{}, theirs: map[string]string{}, ours: map[string]string{}}
}

// Made notes an id that the model made.
func (ids *IDs) Made(id string) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.made[id] = true
}

// IsMade reports whether the model made an id.
func (ids *IDs) IsMade(id string) bool {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	return ids.made[id]
}

// guid is the form of ids.
var guid = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// Same reports whether a text of the server is one of the model, and binds an id that came
// for the first time.
func (ids *IDs) Same(want, got string) bool { return ids.same(want, got, true) }

// May is Same without binding.
func (ids *IDs) May(want, got string) bool { return ids.same(want, got, false) }

func (ids *IDs) same(want, got string, bind bool) bool {
	if want == got {
		return true
	}
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if ids.made[want] {
		if theirs, bound := ids.theirs[want]; bound {
			return theirs == got
		}
		if _, taken := ids.ours[got]; taken || got == "" {
			return false
		}
		if bind {
			ids.theirs[want], ids.ours[got] = got, want
		}
		return true
	}
	return ids.swap(want, ids.theirs) == got // an id inside a text
}

// Ours is a text of the server with the model's ids in place of its own.
func (ids *IDs) Ours(text string) string {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	return ids.swap(text, ids.ours)
}

// Theirs is a text of the model with the server's ids.
func (ids *IDs) Theirs(text string) string {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	return ids.swap(text, ids.theirs)
}

func (ids *IDs) swap(text string, with map[string]string) string {
	if whole, ok := with[text]; ok {
		return whole
	}
	return guid.ReplaceAllStringFunc(text, func(id string) string {
		if other, ok := with[id]; ok {
			return other
		}
		return id
	})
}

// Judge compares.
type Judge struct {
	IDs  *IDs
	Zone *time.Location // of times without one
	Now  time.Time      // when the message was sent
	// Loose are paths of the model at which more rows may be than it knows: what others
	// wrote.
	Loose map[string]bool
	// Ignored are columns, as table.column, that a server changes on its own account.
	Ignored map[string]bool
	// Texts says that replies have numbers and bools as texts: XML and pairs know no others.
	Texts bool
	// Then says that the message may be about what was now at any time: two times that are
	// near each other are the same.
	Then bool
}

// Object compares the members of an object by its fields. unsure are the paths that the
// model cannot tell.
func (j *Judge) Object(fields spec.Fields, want, got *tree.Value, unsure []string) []Difference {
	c := comparison{Judge: j, unsure: unsure}
	c.object("", fields, want, got)
	return c.found
}

// comparison is one run of a Judge.
type comparison struct {
	*Judge
	unsure []string
	trial  bool // it binds no ids: another row may be the right one
	found  []Difference
}

func (c *comparison) add(path, want, got, why string) {
	c.found = append(c.found, Difference{path, want, got, why})
}

// object compares two objects.
func (c *comparison) object(path string, fields spec.Fields, want, got *tree.Value) {
	if got == nil || got.Members == nil {
		c.add(cmpOr(path, "the reply"), "an object", text(got), "type")
		return
	}
	for _, m := range want.Members {
		at := join(path, m.Name)
		have := got.Get(m.Name)
		switch {
		case slices.Contains(c.unsure, at):
		case have == nil:
			c.add(at, m.Value.String(), "", "absent")
		default:
			c.value(at, fields.Named(m.Name), m.Value, have)
		}
	}
	for _, m := range got.Members {
		if at := join(path, m.Name); want.Get(m.Name) == nil && !slices.Contains(c.unsure, at) {
			c.add(at, "", m.Value.String(), "surplus")
		}
	}
}

// value compares two values of a field; nil is a member that no field describes.
func (c *comparison) value(path string, f *spec.Field, want, got *tree.Value) {
	var inner spec.Fields
	if f != nil {
		inner = f.Fields
		if f.IsPacked() {
			if a, b := unpacked(want), unpacked(got); a != nil && b != nil {
				want, got = a, b
			}
		}
	}
	switch {
	case want.Items != nil:
		c.array(path, inner, f, want, got)
	case want.Members != nil:
		c.object(path, inner, want, got)
	case got.Scalar == nil:
		c.add(path, want.String(), got.String(), "type")
	default:
		c.scalar(path, f, want, got)
	}
}

// unpacked is JSON that travels as a text.
func unpacked(v *tree.Value) *tree.Value {
	s, ok := v.Plain()
	if !ok {
		return nil
	}
	out, err := tree.Parse([]byte(s))
	if err != nil {
		return nil
	}
	return out
}

// array compares two arrays.
func (c *comparison) array(path string, inner spec.Fields, f *spec.Field, want, got *tree.Value) {
	if got.Items == nil {
		c.add(path, "an array", got.String(), "type")
		return
	}
	if c.Loose[path] {
		c.subsequence(path, inner, f, want, got)
		return
	}
	if len(want.Items) != len(got.Items) {
		c.add(path, strconv.Itoa(len(want.Items)), strconv.Itoa(len(got.Items)), "rows")
		return
	}
	for n := range want.Items {
		at := path + "/" + strconv.Itoa(n)
		if want.Items[n].Members != nil {
			c.object(at, inner, want.Items[n], got.Items[n])
			continue
		}
		c.value(at, member(f), want.Items[n], got.Items[n])
	}
}

// member is the field of the members of an array of scalars.
func member(f *spec.Field) *spec.Field {
	if f == nil || f.Type != spec.Array {
		return nil
	}
	return f.Member()
}

// subsequence wants the rows of the model among those that came, in their order.
func (c *comparison) subsequence(path string, inner spec.Fields, f *spec.Field, want, got *tree.Value) {
	next := 0
	for n, one := range want.Items {
		found := false
		for ; next < len(got.Items) && !found; next++ {
			trial := comparison{Judge: c.Judge, unsure: c.unsure, trial: true}
			trial.row(path+"/"+strconv.Itoa(n), inner, f, one, got.Items[next])
			found = len(trial.found) == 0
			if found {
				c.row(path+"/"+strconv.Itoa(n), inner, f, one, got.Items[next]) // binds the ids
			}
		}
		if !found {
			c.add(path+"/"+strconv.Itoa(n), one.String(), "", "absent")
			return
		}
	}
}

// same reports whether two texts are the same, or ids that may be.
func (c *comparison) same(want, got string) bool { return c.IDs.same(want, got, !c.trial) }

// row compares two members of a list.
func (c *comparison) row(path string, inner spec.Fields, f *spec.Field, want, got *tree.Value) {
	if want.Members != nil {
		c.object(path, inner, want, got)
		return
	}
	c.value(path, f, want, got)
}

// scalar compares two scalars.
func (c *comparison) scalar(path string, f *spec.Field, want, got *tree.Value) {
	a, _ := want.Plain()
	b, _ := got.Plain()
	if c.Texts && kind(got) == "string" {
		if kind(want) == "number" && sameNumber(a, b) || kind(want) == "bool" && a == b {
			return
		}
	}
	if kind(want) != kind(got) {
		c.add(path, want.String(), got.String(), "type")
		return
	}
	switch kind(want) {
	case "number":
		x, ok := new(big.Rat).SetString(a)
		y, well := new(big.Rat).SetString(b)
		late := f != nil && f.Type == spec.Epoch && ok && well && c.near(x, y, f)
		if !ok || !well || x.Cmp(y) != 0 && !late {
			c.add(path, a, b, "value")
		}
		return
	case "string":
		if c.same(a, b) || c.about(f, a, b) || f != nil && f.IsFraction() && sameNumber(a, b) {
			return
		}
		why := "value"
		if f != nil && f.Item().IsTime() && len(a) != len(b) {
			why = "layout"
		}
		c.add(path, want.String(), got.String(), why)
		return
	}
	if a != b {
		c.add(path, a, b, "value")
	}
}

// sameNumber compares numbers that travel as texts.
func sameNumber(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, well := new(big.Rat).SetString(b)
	return ok && well && x.Cmp(y) == 0
}

// kind is the JSON type of a scalar.
func kind(v *tree.Value) string {
	switch v.Scalar[0] {
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	case 'n':
		return "null"
	}
	return "number"
}

// near reports whether two times since 1970 are both about now.
func (c *comparison) near(x, y *big.Rat, f *spec.Field) bool {
	a, _ := x.Float64()
	b, _ := y.Float64()
	unit := time.Second
	if f.Layout == "millis" {
		unit = time.Millisecond
	}
	return c.both(time.Unix(0, int64(a)*int64(unit)), time.Unix(0, int64(b)*int64(unit)))
}

// about reports whether two times in the same form are both about now.
func (c *comparison) about(f *spec.Field, a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	x, ok := Moment(f, a, c.Zone)
	y, well := Moment(f, b, c.Zone)
	return ok && well && c.both(x, y)
}

// both reports whether two times are both about now, or about the same time.
func (j *Judge) both(x, y time.Time) bool {
	return j.IsNow(x) && j.IsNow(y) || j.Then && x.Sub(y).Abs() < Near
}

// IsNow reports whether a time is about now.
func (j *Judge) IsNow(t time.Time) bool {
	d := t.Sub(j.Now)
	return d > -Near && d < Near
}

// Moment reads a time in the form of its field.
func Moment(f *spec.Field, s string, zone *time.Location) (time.Time, bool) {
	layouts := []string{"2006-01-02 15:04:05.999999999", "2006-01-02", "20060102150405", time.RFC3339Nano}
	if f != nil && f.WrittenLayout() != "" {
		layouts = append([]string{spec.GoLayout(f.Layout)}, layouts...)
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func text(v *tree.Value) string {
	if v == nil {
		return ""
	}
	return v.String()
}

// Texts are differences, each in a line.
func Texts(list []Difference) string {
	var out []string
	for _, d := range list {
		out = append(out, d.String())
	}
	return strings.Join(out, "; ")
}
