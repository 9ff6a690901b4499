package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/spec"
)

// readmePath is the file at the project's root that generate keeps a block of
// up to date.
const readmePath = "README.md"

// The lines round the block. What stands between them is printed; all else in
// the file is written by hand.
var (
	blockStart = []byte("<!-- jiekou:interfaces -->\n")
	blockEnd   = []byte("<!-- /jiekou:interfaces -->")
)

// readReadme finds the block in the README. A project without a README, and one
// without the two lines, has none.
func (o *output) readReadme(root *os.Root, set *spec.Set) error {
	text, err := root.ReadFile(readmePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	before, rest, start := bytes.Cut(text, blockStart)
	_, after, end := bytes.Cut(rest, blockEnd)
	switch {
	case !start && !bytes.Contains(text, blockEnd):
		return nil
	case !start || !end || bytes.Contains(after, blockStart) || bytes.Contains(after, blockEnd):
		return failed("write both, each once and on a line of its own",
			"%s has not one %s before one %s", readmePath, bytes.TrimSpace(blockStart), blockEnd)
	}
	block := "\n" + gen.Readme(set) + "\n"
	printed := bytes.Join([][]byte{before, blockStart, []byte(block), blockEnd, after}, nil)
	if !bytes.Equal(text, printed) {
		o.readmeOld, o.readme = text, printed
	}
	return nil
}

// stale counts what generate would change.
func (o *output) stale() int {
	n := len(o.changed) + len(o.gone)
	if o.readme != nil {
		n++
	}
	return n
}
