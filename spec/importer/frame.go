package importer

import (
	"slices"
	"strconv"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/frame"
)

// framed finds the frame of all replies and that of the answers to notifications, and takes
// the codes out that the first cannot have.
func (d *drafter) framed() {
	defer func() { d.draft.Answer = frame.Answer(d.draft, d.words) }() // the tables that are left
	if d.draft.Frame = frame.Find(d.draft, d.words); d.draft.Frame == nil {
		return
	}
	d.draft.Codes = d.numbered(d.draft.Codes)
	for _, i := range d.draft.Interfaces {
		i.Codes = d.numbered(i.Codes)
	}
}

// numbered takes out what tables list as codes and replies cannot have, where their code is
// a number: names of states, for one.
func (d *drafter) numbered(codes []draft.Code) []draft.Code {
	if !d.draft.Frame.Number {
		return codes
	}
	return slices.DeleteFunc(codes, func(c draft.Code) bool {
		_, err := strconv.Atoi(c.Code)
		if err != nil {
			d.leaveRow(c.Place, "the code of replies is a number in the examples")
		}
		return err != nil
	})
}
