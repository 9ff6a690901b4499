package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// count is "1 finding", "2 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// names prints names, one a line.
func (t *tool) names(names []string) error {
	for _, name := range names {
		if _, err := fmt.Fprintln(t.stdout, name); err != nil {
			return err
		}
	}
	return nil
}

// since is how long something took, in milliseconds.
func since(start time.Time) string {
	return strconv.FormatInt(time.Since(start).Milliseconds(), 10) + " ms"
}

// writeJSON prints indented JSON without escaping of <, > and &.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
