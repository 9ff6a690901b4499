// Package point is where faults are switched on in a server that was built with all of
// them: see the package fault. Nothing imports it but code that fault made.
package point

import (
	"cmp"
	"sync/atomic"
)

// on is the fault that is switched on, 0: none.
var on, reached atomic.Int64

// edit is the statement that is sent in place of another one; nil: none.
var edit atomic.Pointer[Edit]

// Edit is a changed statement.
type Edit struct{ Was, Is string }

// Set switches a fault of the Go code on, and all others off.
func Set(id int64) {
	on.Store(id)
	edit.Store(nil)
	reached.Store(0)
}

// SetSQL has another statement sent, and switches all other faults off.
func SetSQL(e Edit) {
	on.Store(0)
	edit.Store(&e)
	reached.Store(0)
}

// Reached is how often the fault that is on was met since it was switched on.
func Reached() int64 { return reached.Load() }

// At reports whether a fault is on.
func At(id int64) bool {
	if on.Load() != id {
		return false
	}
	reached.Add(1)
	return true
}

// Flip is a condition, or its opposite.
func Flip(id int64, c bool) bool { return c != At(id) }

// True is a condition that counts as true while the fault is on.
func True(id int64, c bool) bool { return At(id) || c }

// False is a condition that counts as false while the fault is on.
func False(id int64, c bool) bool { return !At(id) && c }

// Err is an error that is lost.
func Err(id int64, err error) error {
	if err != nil && At(id) {
		return nil
	}
	return err
}

// Less is a < b, or a <= b.
func Less[T cmp.Ordered](id int64, a, b T) bool { return a < b || At(id) && a == b }

// AtMost is a <= b, or a < b.
func AtMost[T cmp.Ordered](id int64, a, b T) bool { return a < b || a == b && !At(id) }

// More is a > b, or a >= b.
func More[T cmp.Ordered](id int64, a, b T) bool { return a > b || At(id) && a == b }

// AtLeast is a >= b, or a > b.
func AtLeast[T cmp.Ordered](id int64, a, b T) bool { return a > b || a == b && !At(id) }

// Key is the name of a member, which is read as another one.
func Key(key string, id int64, of string) string {
	if key == of && At(id) {
		return key + "\x00"
	}
	return key
}

// SQL is a statement, or the one that takes its place.
func SQL(text string) string {
	if e := edit.Load(); e != nil && e.Was == text {
		reached.Add(1)
		return e.Is
	}
	return text
}
