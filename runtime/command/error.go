package command

import "fmt"

// The exit codes.
const (
	Fine    = 0
	Failure = 1 // findings, stale output, a refusal
	Usage   = 2 // wrong usage, or nothing to work on
	Ours    = 3 // a bug of jiekou
)

// Error is an error with its exit code and a hint.
type Error struct {
	Code  int
	Text  string // empty: everything was said already
	Hint  string // empty: none
	Cause error  // for errors.Is and errors.As; nil: none
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Failed returns an error with the exit code Failure. hint may be empty.
func Failed(hint, format string, args ...any) error { return made(Failure, hint, format, args) }

// Misused returns an error with the exit code Usage. hint may be empty.
func Misused(hint, format string, args ...any) error { return made(Usage, hint, format, args) }

// made keeps the error that %w wraps as the cause.
func made(code int, hint, format string, args []any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Hint: hint, Text: err.Error(), Cause: err}
}

// Hinted adds a hint to an error of exit code Failure. nil stays nil.
func Hinted(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &Error{Code: Failure, Text: err.Error(), Hint: hint, Cause: err}
}

// Bug returns an error that should not be possible, with the exit code Ours.
func Bug(err error) error {
	return &Error{
		Code: Ours, Text: "internal error: " + err.Error(), Cause: err,
		Hint: "this is a bug of jiekou; please report it with the command and the YAML",
	}
}

// Quiet returns an error with the exit code Failure that is not reported: the
// command has said everything.
func Quiet() error { return &Error{Code: Failure} }
