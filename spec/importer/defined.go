package importer

import (
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/item"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// What types are called that are all of a message: LoginRequest, LoginResp.
var (
	askedType    = pattern.New(`(?:Request|Req|Params?|Query|Body|Input)$`)
	answeredType = pattern.New(`(?:Response|Resp|Res|Result|Reply|Output)$`)
)

// defined takes the types that a sample defines in TypeScript, and the calls above them: those
// that are called like a message are that of the current interface which has no rows yet.
func (d *drafter) defined(text, place string) bool {
	types := item.Definitions(text)
	for _, one := range types {
		if e := naming.EndpointOf(one.Above); naming.IsMethodURL(one.Above) && d.title().place != "" && (d.current == nil || d.current.URL != "" && d.current.URL != e.Path) {
			d.begin(e, place)
		}
		if len(one.Items) == 0 {
			continue
		}
		title := one.Name
		switch c := d.current; {
		case c == nil:
		case askedType.MatchString(one.Name) && len(c.Request) == 0:
			title = "Request"
		case answeredType.MatchString(one.Name) && len(c.Response) == 0:
			title = "Response"
		}
		d.before, d.captions = title, []string{title}
		d.setSide(strings.ToLower(title), true)
		d.table(d.items.Table(one.Items, place).Table, place)
		if title != one.Name && d.structs[one.Name] == nil { // another message may have it as a part
			d.structs[one.Name] = &structure{name: one.Name, place: place, fields: d.last, used: true, order: len(d.structs)}
		}
	}
	return len(types) > 0
}
