package importer

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// aPage is the path of a page that people look at: /doc.html, /swagger-ui.
var aPage = pattern.New(`(?i)\.\w+$|swagger|/docs?$|redoc|knife4j`)

// basedOn keeps the path at which all URLs begin.
func (d *drafter) basedOn(path string) {
	path = strings.TrimRight(naming.Bare(path), "/")
	if strings.HasPrefix(path, "/") && !aPage.MatchString(path) && !slices.Contains(d.bases, path) {
		d.bases = append(d.bases, path)
	}
}

// baseRows finds rows of a table that say where all URLs begin: 基础路径 | /api/v1.
func (d *drafter) baseRows(t *draft.Table) {
	for row := range t.Rows {
		cells := t.Distinct(row)
		if len(cells) != 2 || !baseURL.MatchString(wording.Fold(cells[0].Text)) {
			continue
		}
		if e := naming.EndpointOf(cells[1].Text); len(e.Path) > 1 {
			d.basedOn(e.Path)
			for _, c := range []*document.Cell{cells[0], cells[1]} {
				t.Use(c, draft.Use{Fate: draft.Read, As: "where URLs begin"})
			}
		}
	}
}

// opened takes a URL in front of all headings, behind which nothing is said of an interface, as
// that at which those of the others begin: it is that of none.
func (d *drafter) opened() {
	i := d.opening
	if i == nil || i.Method != "" || len(i.Request)+len(i.Response) > 0 || !i.IsEmpty() && !onlyAddress.MatchString(i.Head) || len(d.draft.Interfaces) < 3 {
		return
	}
	d.basedOn(i.URL)
	d.draft.Interfaces = slices.DeleteFunc(d.draft.Interfaces, func(o *draft.Interface) bool { return o == i })
}

// based puts the path at which all URLs begin in front of them, where the document says one and
// leaves it out of every URL; or of those of its lists, where chapters have it.
func (d *drafter) based() {
	if len(d.bases) != 1 {
		return
	}
	base, whole := d.bases[0], false
	for _, i := range d.draft.Interfaces {
		if i.Base != "" {
			return
		}
		whole = whole || strings.HasPrefix(naming.Bare(i.URL)+"/", base+"/")
	}
	listed := slices.ContainsFunc(d.listings, func(one *listing) bool {
		return slices.ContainsFunc(d.draft.Interfaces, func(i *draft.Interface) bool { return naming.Bare(i.URL) == base+naming.Bare(naming.Holes(one.e.Path)) })
	})
	for _, i := range d.draft.Interfaces {
		if i.URL != "" && (!whole || listed && i.Indexed) {
			i.Base = base
		}
	}
}
