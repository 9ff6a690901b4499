package importer

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
	"github.com/jiekou-dev/jiekou/spec/importer/wording"
)

// rowwise takes a table that says in columns of its own which interface each row of
// parameters is of: the address beside its first row, or merged over all of them.
func (d *drafter) rowwise(t *draft.Table) bool {
	if d.continued(t) {
		return true
	}
	if len(t.Rows) < 2 || rows.SaysFacts(t) {
		return false
	}
	facts := map[int]string{}
	url, method := -1, -1
	for col := range t.Width() {
		c := t.At(0, col)
		if c == nil {
			continue
		}
		switch word := wording.Fold(c.Text); {
		case len([]rune(word)) > 12:
		case url < 0 && (naming.URLWord.MatchString(word) || d.words.Side(word) == "" && t.Most(col, naming.IsAddress)):
			facts[col], url = "path", col
		case naming.VerbWord.MatchString(word) || t.Most(col, naming.OnlyVerb.MatchString):
			facts[col], method = "method", col
		case naming.TitleHead.MatchString(word):
			facts[col] = "title"
		case naming.NumberHead.MatchString(word):
			facts[col] = "cmd"
		}
	}
	if url < 0 {
		return d.namedIndex(t)
	}
	if first := t.At(1, url); (first == nil || naming.AddressOf(first.Text).Path == "") && !t.Most(url, naming.IsAddress) {
		return false
	}
	if rest := t.Table.Between(2, len(t.Rows)); rest != nil && rows.StatesOne(t, url, method) {
		t.Table = t.Table.Between(0, 2)
		d.introduced(t, facts)
		d.table(rest, t.Place)
		return true
	}
	if !d.heads(t, facts) {
		return len(t.Rows) == 2 && len(facts) > 1 && d.introduced(t, facts) || len(t.Rows) > 2 && d.index(t, facts, 2)
	}
	from := 1
	for row := 2; row <= len(t.Rows); row++ {
		if row == len(t.Rows) || t.Begins(row, url) || method >= 0 && t.Begins(row, method) {
			d.block(t, facts, from, row)
			from = row
		}
	}
	d.current, d.side = nil, ""
	return true
}

// continued takes a table that goes on with the list of interfaces right above, as behind the end of
// a page: it has an address in each column where that list has one. It gets the head of the list.
func (d *drafter) continued(t *draft.Table) bool {
	over, facts := d.listedAbove, d.listedFacts
	d.listedAbove = nil
	if over == nil || over.Width() != t.Width() || len(t.Rows) == 0 {
		return false
	}
	goesOn := false
	for col := range t.Width() {
		if c, first := over.At(1, col), t.At(0, col); c != nil && naming.IsAddress(c.Text) {
			if goesOn = first != nil && naming.IsAddress(first.Text); !goesOn {
				return false
			}
		}
	}
	head := over.Between(0, 1)
	if !goesOn || head == nil {
		return false
	}
	t.Table = t.Table.Under(head)
	return d.index(t, facts, 1)
}

// namedHead is above the names of interfaces.
var namedHead = pattern.New(`接口|方法|函数|服务|^(?:英文名称?|name|(?:api|action|method|command|cmd)(?: ?name)?)$`)

// namedIndex takes a table each of whose rows names an interface as programs do, with its
// parameters or its method and no address: checkLogin | 检查帐号 | 登录名：loginName.
func (d *drafter) namedIndex(t *draft.Table) bool {
	if rows.NewPart(t, 0, d.words).Has(wording.Type, wording.Required) {
		return false
	}
	facts, kinds := map[int]string{}, map[string]bool{}
	for col := range t.Width() {
		head := t.At(0, col)
		if head == nil {
			continue
		}
		kind := ""
		switch word := wording.Fold(head.Text); {
		case d.words.Side(word) != "" || d.words.IsWeak(word):
		case t.Most(col, naming.OnlyVerb.MatchString):
			kind = "method"
		case namedHead.MatchString(word) && t.Most(col, naming.IsBareName):
			kind = "path"
		case naming.TitleHead.MatchString(word) || namedHead.MatchString(word) || d.words.Role(word) == wording.Label || d.words.Role(word) == wording.Name:
			kind = "title"
		}
		if kind != "" && !kinds[kind] {
			facts[col], kinds[kind] = kind, true
		}
	}
	if !kinds["path"] || !kinds["title"] || !kinds["method"] && len(d.sideColumns(t, facts)) == 0 || d.heads(t, facts) {
		return false
	}
	return d.index(t, facts, 2)
}

// introduced takes a table of one row that says of the interface that follows what it is
// called and where it is: 接口名称 | 接口路径 | 请求方法.
func (d *drafter) introduced(t *draft.Table, facts map[int]string) bool {
	var e naming.Endpoint
	title := ""
	for col := range t.Width() {
		text := ""
		if c := t.At(1, col); c != nil {
			text = wording.OneLine(c.Text)
		}
		switch facts[col] {
		case "path":
			of := naming.EndpointOf(text)
			e.Path, e.Method = of.Path, cmp.Or(e.Method, of.Method)
		case "method":
			e.Method = cmp.Or(naming.EndpointOf(text).Method, e.Method)
		case "title":
			title = text
		}
	}
	headed := d.title().place != ""
	d.endpoint(e, t.Place, false)
	d.side = ""
	if title != "" && (!headed || d.words.IsGeneric(d.current.Title)) {
		d.current.Title = title
		d.current.TakeTitle()
	}
	for col := range t.Width() {
		t.Use(t.At(0, col), draft.Use{Fate: draft.Read, As: "head"})
		if kind := facts[col]; kind != "" {
			t.Use(t.At(1, col), draft.Use{Fate: draft.Carried, As: kind, Interface: d.current})
		} else {
			t.Use(t.At(1, col), draft.Use{Fate: draft.Left, As: "its head names no parameter"})
		}
	}
	return true
}

// heads says whether the columns beside the facts are those of parameters, one a row.
func (d *drafter) heads(t *draft.Table, facts map[int]string) bool {
	seen := map[wording.Role]bool{}
	for col := range t.Width() {
		c := t.At(0, col)
		if c == nil || facts[col] != "" {
			continue
		}
		if role := d.words.Role(c.Text); role != wording.Name || d.words.Side(c.Text) == "" && !d.words.IsWeak(c.Text) || t.OneEach(col) {
			seen[role] = true
		}
	}
	return seen[wording.Name] && (seen[wording.Type] || seen[wording.Required] || seen[wording.Label])
}

// block takes the rows of one interface, which another table may have begun: one of what is
// sent, and one of what comes back.
func (d *drafter) block(t *draft.Table, facts map[int]string, from, to int) {
	said := map[string]string{}
	for col := range t.Width() { // in their order: two columns may say one thing
		if c := t.At(from, col); c != nil && facts[col] != "" {
			said[facts[col]] = cmp.Or(strings.TrimSpace(c.Text), said[facts[col]])
		}
	}
	e := naming.AddressOf(said["path"])
	e.Method = cmp.Or(naming.EndpointOf(said["method"]).Method, e.Method)
	i := d.blocks[e]
	if i == nil || e.Path == "" {
		i = d.begin(e, t.Place)
		i.Section = ""
		if to-from < len(t.Rows)-1 {
			i.Title = "" // the heading is about all of them
		}
		d.blocks[e] = i
	}
	d.current, d.side = i, d.words.Side(d.before)
	i.Title, i.Cmd = cmp.Or(wording.OneLine(said["title"]), i.Title), cmp.Or(wording.OneLine(said["cmd"]), i.Cmd)
	for col, kind := range facts {
		t.Use(t.At(0, col), draft.Use{Fate: draft.Read, As: "head"})
		for row := from; row < to; row++ { // the same again in each row
			t.Use(t.At(row, col), draft.Use{Fate: draft.Carried, As: kind, Interface: i})
		}
	}
	i.TakeTitle()
	part := &draft.Table{Table: &document.Table{}, Title: i.Title, Place: t.Place, Uses: map[*document.Cell][]draft.Use{}}
	copies := map[*document.Cell]*document.Cell{}
	for n := from - 1; n < to; n++ {
		row := n
		if n < from {
			row = 0 // the head
		}
		line := []*document.Cell{}
		for col := range t.Width() {
			if facts[col] == "" {
				line = append(line, t.At(row, col).Copied(copies, len(part.Rows), len(line)))
			}
		}
		part.Rows = append(part.Rows, line)
	}
	for _, p := range rows.Cut(part, d.words).Parts {
		if p.From < p.To {
			d.takePart(p)
		}
	}
	for old, one := range copies {
		t.Uses[old] = append(t.Uses[old], part.Uses[one]...)
	}
}
