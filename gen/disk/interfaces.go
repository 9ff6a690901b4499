package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/docs"
	"github.com/jiekou-dev/jiekou/spec"
)

// The lines around the block of docs.InterfacesPath. The block is generated; the rest
// of the file is written by hand.
var (
	blockStart = []byte("<!-- jiekou:interfaces -->\n")
	blockEnd   = []byte("<!-- /jiekou:interfaces -->")
)

// readInterfaces compares the block with the model. A project without the page, or
// with a page that has neither line, has no block.
func (o *Output) readInterfaces(set *spec.Set) error {
	text, err := o.root.ReadFile(docs.InterfacesPath)
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
			Text: fmt.Sprintf("%s needs one %s and, after it, one %s", docs.InterfacesPath, bytes.TrimSpace(blockStart), blockEnd),
			Hint: "write both, each once and on a line of its own",
		}
	}
	block := "\n" + docs.Interfaces(set, gen.DefaultRoot) + "\n"
	page := bytes.Join([][]byte{before, blockStart, []byte(block), blockEnd, after}, nil)
	if !bytes.Equal(text, page) {
		o.pageOld, o.page = text, page
	}
	return nil
}
