package envelope

import (
	"errors"
	"strconv"
)

// Mistakes of a caller.
var (
	errForeign = errors.New("message of another codec")
	errKeys    = errors.New("keys of another codec")
)

// syntaxError names the fault and its place, without a byte of the text.
type syntaxError struct {
	at   int
	what string
}

func (e *syntaxError) Error() string { return "byte " + strconv.Itoa(e.at) + ": " + e.what }
