package main

import (
	"io"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/explain"
)

// account prints everything. What does not hold ends with exit code 1.
func (t *tool) account(x *explain.Account, asJSON bool) error {
	var err error
	if asJSON {
		err = writeJSON(t.stdout, x)
	} else {
		_, err = io.WriteString(t.stdout, x.Text())
	}
	if err == nil && !x.Holds {
		return command.Quiet()
	}
	return err
}
