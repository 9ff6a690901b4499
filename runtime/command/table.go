package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/text/width"
)

// Table is a list for people: what tabs part stands beneath each other, in lines with as many of them.
type Table struct {
	strings.Builder
	C *cobra.Command
}

// Tell adds text in the language of the command line.
func (t *Table) Tell(format string, args ...any) {
	t.WriteString(Language(t.C.Context()).Say(fmt.Sprintf(format, args...)))
}

// Print prints the list.
func (t *Table) Print() error {
	wide := map[[2]int]int{} // by the number of cells in the line, and the place of one
	each := func(do func(cell string, at [2]int)) {
		for line := range strings.Lines(t.String()) {
			cells := strings.Split(line, "\t")
			for n, cell := range cells {
				do(cell, [2]int{n - len(cells), n})
			}
		}
	}
	each(func(cell string, at [2]int) { wide[at] = max(wide[at], columns(cell)) })
	var out strings.Builder
	each(func(cell string, at [2]int) {
		if out.WriteString(cell); at[0] < -1 {
			out.WriteString(strings.Repeat(" ", wide[at]-columns(cell)+2))
		}
	})
	_, err := io.WriteString(t.C.OutOrStdout(), out.String())
	return err
}

func columns(text string) (n int) { // of a terminal
	for _, r := range text {
		if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
			n++
		}
		n++
	}
	return n
}
