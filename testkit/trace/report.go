package trace

import (
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Print writes intermediate results: each step, and its result below it.
func Print(w io.Writer, lines []crypt.Line) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s\n    %s\n", l.Step, strings.ReplaceAll(l.Text, "\n", "\n    ")); err != nil {
			return err
		}
	}
	return nil
}
