package importer

import (
	"slices"

	"github.com/jiekou-dev/jiekou/spec/importer/draft"
)

// lists puts the rows of a body that is a list, as the example or the names of its rows show,
// into a row that is all of the body. Beside a frame it would have no place.
func (d *drafter) lists() {
	for _, i := range d.draft.Interfaces {
		if i.Callback {
			continue
		}
		for n, side := range []*[]*draft.Field{&i.Request, &i.Response} {
			if n == 0 && hasNoBody(i.Method) || n == 1 && d.draft.Frame != nil {
				continue
			}
			if draft.IsList(i.Example[n], *side) || slices.ContainsFunc(*side, func(f *draft.Field) bool { return f.Each && f.InBody() }) {
				*side = draft.InList(*side, i.Place)
			}
		}
	}
}

func hasNoBody(method string) bool { return method == "GET" || method == "DELETE" }
