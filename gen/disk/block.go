package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// Block is the generated part of a page that is otherwise written by hand: the
// project's table of interfaces.
type Block struct {
	Path string // of the page, below the root
	Text string
}

// The lines around a block.
var (
	blockStart = []byte("<!-- jiekou:interfaces -->\n")
	blockEnd   = []byte("<!-- /jiekou:interfaces -->")
)

// readPage compares the block with the one on its page. A project without the page,
// or with a page that has neither line, has no block.
func (o *Output) readPage() error {
	text, err := o.root.ReadFile(o.block.Path)
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
		return &ErrWay{
			Text: fmt.Sprintf("%s needs one %s and, after it, one %s", o.block.Path, bytes.TrimSpace(blockStart), blockEnd),
			Hint: "write both, each once and on a line of its own",
		}
	}
	block := "\n" + o.block.Text + "\n"
	page := bytes.Join([][]byte{before, blockStart, []byte(block), blockEnd, after}, nil)
	if !bytes.Equal(text, page) {
		o.pageOld, o.page = text, page
	}
	return nil
}
