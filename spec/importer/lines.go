package importer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/draft"
	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/sample"
)

// paragraph looks for a method, a path, and whether requests or responses follow.
func (d *drafter) paragraph(text, place string) {
	after := d.next
	d.listedAbove = nil
	defer func() { d.next = after }()
	for rest := text; rest != ""; {
		line, more, _ := strings.Cut(rest, "\n")
		if rest = more; strings.TrimSpace(rest) != "" {
			d.next = &document.Block{Text: rest}
		} else {
			d.next = after
		}
		line = strings.TrimSpace(bullet.ReplaceAllString(naming.WithoutBase(line), ""))
		if line == "" {
			continue
		}
		if e := naming.EndpointOf(line); naming.OnlyVerb.MatchString(line) && !naming.VerbWord.MatchString(line) && (naming.VerbWord.MatchString(d.before) || d.current != nil && d.current.Method == "") {
			d.verbed(e.Method)
		}
		verb := naming.VerbWord.MatchString(d.before) && naming.EndpointOf(d.before).Method != ""
		asked := (naming.URLWord.MatchString(d.before) || verb && onlyURL.MatchString(line)) && len([]rune(d.before)) < 20
		if commandName.MatchString(line) && nameHead.MatchString(d.before) {
			d.command(line, d.before, place)
		}
		d.before = line
		if len([]rune(line)) <= 40 {
			d.setSide(line, false)
			d.captions = append(d.captions, line)
		}
		if member := d.memberIn(line); member != "" {
			d.inside, d.insideOnce = member, true
		}
		if !naming.LinksToReading(line) {
			d.line(line, place, asked)
		}
	}
	d.prose(text, place)
}

var bullet = pattern.New("^[\\s>]*(?:[-*+◆■]\\s+|[•·]\\s*|&gt;\\s*|`\\s+)*")

// verbed gives the current interface its method, or keeps it for the next one.
func (d *drafter) verbed(method string) {
	if d.current != nil && d.current.Method == "" {
		d.current.Method, d.current.Weak = method, false
		return
	}
	d.verb = method
}

// hostWord is in lines that say where all interfaces are served.
var hostWord = pattern.New(`(?i)网关|前缀|域名|服务器|根地址|根路径|基础|\b(?:host|server|root)\b`)

// baseURL is in lines that say it wherever they are.
var baseURL = pattern.New(`(?i)\bbase[ _-]?(?:url|path|地址|路径)|接口前缀|基础路径|统一前缀`)

// allOf is a sentence about all interfaces.
var allOf = pattern.New(`(所有|全部|均|统一|都)\S*\s*(采用|使用|为|通过)?|(?i)all (requests|interfaces|apis)`)

// ofEnvironment says whether a line is the URL of one of several environments.
func ofEnvironment(line string) bool {
	word, url, ok := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
	return ok && naming.IsEnvironment(strings.TrimSpace(word)) && strings.HasPrefix(strings.TrimSpace(url), "http")
}

// line takes an endpoint from a line of text: one with a method and a path, or one
// that says that a path or method follows. asked says that the line before it did.
func (d *drafter) line(line, place string, asked bool) {
	e := naming.EndpointOf(line)
	if naming.IsMedia(e.Path) || naming.IsFile(naming.Bare(e.Path)) {
		e.Path = ""
	}
	plain := strings.TrimLeft(line, "*`")
	bare := strings.HasPrefix(plain, "/") || strings.HasPrefix(plain, "http")
	named := asked || naming.URLWord.MatchString(line) || naming.IsVerbAndPath(line) || ofEnvironment(line) && naming.URLWord.MatchString(d.nearest())
	short := len([]rune(line)) < 200 || onlyURL.MatchString(line)
	if d.current != nil && short && naming.IsForm(line) {
		d.current.Form = true
	}
	if exampleWord.MatchString(naming.InFront(line, e.Path)) {
		d.calledWith(e)
	}
	switch {
	case d.current != nil && d.exampleLine(line), d.noted(line):
	case e.Method != "" && strings.Contains(e.Path, "/") && naming.IsMethodURL(line) && short:
		if d.title().place == "" {
			d.begins = cmp.Or(naming.TitleBehind(line), d.begins)
		}
		d.endpoint(e, place, false)
	case baseURL.MatchString(line) && e.Method == "", naming.BaseWord.MatchString(naming.InFront(line, e.Path)) && (d.current != nil && d.current.URL != "" || d.title().place == "" || d.title().level <= 1 && hostWord.MatchString(line) || commonWord.MatchString(d.nearest())):
		if d.current == nil || baseURL.MatchString(line) {
			d.basedOn(e.Path)
		}
	case d.listedPath(line, e, place):
	case (named || bare) && len(e.Path) > 1 && short:
		opens := d.current == nil && d.title().place == "" && strings.Contains(line, "://")
		methodSaid := d.current == nil && d.verb != "" && d.title().place != ""
		if d.endpoint(e, place, !named && !methodSaid && (d.titleAbove() == "" || !d.partFollows())); opens {
			d.opening = d.current
		}
	case d.titledPath(line, place):
	case d.current == nil && d.title().place != "" && naming.IsTitle(d.title().text) && naming.IsAddressHead(line):
		d.begin(naming.Endpoint{}, place)
		d.current.Method = e.Method
	case naming.VerbWord.MatchString(line) && e.Method != "" && d.titledAnew():
		d.verb = e.Method
	case naming.VerbWord.MatchString(line) && e.Method != "":
		d.verbed(e.Method)
		if d.current != nil {
			d.current.Callback = d.current.Callback || naming.CallsBack(line)
		}
		if d.current == nil && len(d.draft.Interfaces) == 0 {
			d.method = e.Method
		}
	case d.current == nil && e.Method != "" && allOf.MatchString(line):
		d.method = e.Method
	case exportedPush.MatchString(line):
		if d.current == nil {
			d.begin(naming.Endpoint{}, place)
		}
		d.current.Pushed = true
	case pushLine.MatchString(line) && d.current != nil:
		d.current.Callback = true
	default:
		d.names(line, e, place)
	}
}

// names takes what a line says an interface is called, or what it does.
func (d *drafter) names(line string, e naming.Endpoint, place string) {
	switch {
	case naming.IsDotted(line):
		d.dotted(line, place)
	case naming.NamedIn(line) != "" && d.current == nil:
		d.named = naming.NamedIn(line)
	case purposeLine.MatchString(line) && d.title().place == "":
		d.begins = purposeLine.FindStringSubmatch(line)[1]
	case nameLine.MatchString(line):
		if name := strings.TrimSpace(nameLine.FindStringSubmatch(line)[1]); !commandName.MatchString(name) || d.current != nil && len(d.current.Request)+len(d.current.Response) == 0 {
			d.begins = name
		} else {
			d.command(name, line, place)
		}
	case commandLine.MatchString(line) && e.Method == "":
		d.command(commandLine.FindStringSubmatch(line)[1], line, place)
	}
}

// calledWith keeps the parameters of a call of the current interface as its example.
func (d *drafter) calledWith(e naming.Endpoint) {
	_, query, _ := strings.Cut(e.Path, "?")
	if c := d.current; c != nil && c.URL != "" && c.URL != e.Path && naming.Bare(c.URL) == naming.Bare(e.Path) && c.Example[0] == "" && sample.ArePairs(query) && naming.Called(query) == "" {
		c.Example[0] = query
	}
}

// exampleLine takes a line that shows what comes back, or what is sent: 返回：{"code":0}.
func (d *drafter) exampleLine(line string) bool {
	if !strings.HasSuffix(line, "}") {
		return false
	}
	sides := d.sidesIn(line)
	for _, one := range sides {
		d.side = one[0]
		d.example(one[1])
	}
	return len(sides) > 0
}

// onlyURL is a line with a URL and nothing else, whatever values are in its query.
var onlyURL = pattern.New(`^https?://[^\s\p{Han}]+$`)

// titledPath begins the interface whose title and path a line is, where no heading does.
func (d *drafter) titledPath(line, place string) bool {
	title, path, ok := naming.TitledPath(line)
	if ok = ok && d.words.Side(title) == ""; !ok && d.partFollows() {
		title, path, ok = naming.TitledBare(line)
	}
	c := d.current
	if !ok && (c == nil && d.title().place == "" || c != nil && d.level == maxLevel && !c.IsEmpty()) && naming.IsTitle(line) && d.partFollows() {
		title, ok = line, true
	}
	if !ok || c != nil && c.URL != "" && d.level < maxLevel || d.words.IsGeneric(title) {
		return false
	}
	e := naming.EndpointOf(line)
	if c != nil && c.URL == "" && len(c.Request)+len(c.Response) == 0 {
		c.URL, c.Method = path, cmp.Or(c.Method, e.Method)
		return true
	}
	if c != nil && d.level == maxLevel && c.IsCalledBy(path) {
		if h := d.title(); h.place != "" && h.text == c.Head {
			_, c.Title = naming.SectionOf(h.text)
		}
		return true
	}
	d.begin(naming.Endpoint{Method: e.Method, Path: path}, place)
	d.current.Weak, d.current.Listed, d.level = e.Method == "", strings.Contains(line, "://") && !naming.IsReading(line) && !naming.IsFile(naming.Bare(path)), maxLevel
	d.current.Section, d.current.Title = naming.SectionOf(title)
	d.current.TakeTitle()
	return true
}

// listedPath begins the interface that a line with nothing but a path names, where the line
// before it is a title: 用户抽卡： above /card/draw/{userId}.
func (d *drafter) listedPath(line string, e naming.Endpoint, place string) bool {
	n := len(d.captions) - 1
	if n >= 0 && d.captions[n] == line {
		n--
	}
	if n < 0 || !e.IsEndpoint(line) || d.current != nil && d.level < maxLevel && d.current.URL != "" {
		return false
	}
	above := d.captions[n]
	title := strings.TrimRight(above, ":： ")
	sure := naming.IsTitle(above) || naming.IsNumberedTitle(above) && !strings.Contains(line, "://")
	if above == d.title().text && d.title().place != "" || !sure && (!naming.IsListTitle(above) || naming.URLWord.MatchString(above) || naming.BaseWord.MatchString(above)) || d.words.Side(title) != "" || d.words.IsGeneric(title) || exampleWord.MatchString(title) {
		return false
	}
	e.Method = cmp.Or(e.Method, naming.EndpointOf(above).Method)
	d.begin(e, place)
	d.current.Weak, d.current.Listed, d.level = true, true, maxLevel
	d.current.Section, d.current.Title = naming.SectionOf(naming.WithoutMethod(title))
	d.current.TakeTitle()
	return true
}

// partFollows says whether the next line or block is a part of an interface: a table, or the
// title of one.
func (d *drafter) partFollows() bool {
	switch next := d.next; {
	case next == nil:
		return false
	case next.Table != nil:
		return true
	default:
		line := strings.TrimSpace(firstLine(strings.TrimSpace(next.Text)))
		return len([]rune(line)) <= 20 && (d.words.Side(line) != "" || d.words.IsWeak(line) || d.words.IsGeneric(line) || naming.IsAddressHead(line))
	}
}

// dotted begins the interface that a line names. One that has its name, and no table yet,
// has only been named again.
func (d *drafter) dotted(line, place string) {
	_, title := naming.SectionOf(line)
	i := &draft.Interface{Title: title}
	i.TakeTitle()
	if c := d.current; c != nil && len(c.Request)+len(c.Response) == 0 && (c.Cmd == "" || c.Cmd == i.Cmd) {
		c.Cmd = i.Cmd
		return
	}
	d.begin(naming.Endpoint{}, place)
	d.current.Title, d.current.Cmd, d.current.Section = i.Title, i.Cmd, ""
	if i.Title == i.Cmd && d.title().place != "" {
		_, d.current.Title = naming.SectionOf(d.title().text)
	}
	d.level = maxLevel
}

// command begins the interface that a line names as programs do, or names the one that
// has begun and has nothing yet. said are the words that say that it is its name; a code
// is one beside the URL.
func (d *drafter) command(name, said, place string) {
	if c := d.current; c != nil && len(c.Request)+len(c.Response) == 0 {
		switch {
		case codeWord.MatchString(said) && c.Code == "":
			c.Code = name
			return
		case c.Cmd == "" && c.URL == "":
			c.Cmd = name
			return
		}
	}
	title := ""
	for _, caption := range slices.Backward(d.captions) {
		if d.words.Side(caption) == "" && !strings.Contains(caption, name) {
			title = caption
			break
		}
	}
	i := d.begin(naming.Endpoint{}, place)
	if codeWord.MatchString(said) {
		i.Code = name
	} else {
		i.Cmd = name
	}
	if d.title().place == "" && title != "" {
		i.Title = title
		i.TakeTitle()
	}
}

var (
	// nameHead is before the name of an interface: 4.1 接口名称.
	nameHead = pattern.New(`(?i)^[\d.、\s]*(?:(?:接口|服务|方法|函数|功能|交易|api)\s*(?:名称?|标识|代码|编码|英文名称?)|交易码|api\s?name)\s*[:：]?$`)
	// codeWord is in words for the code of an interface.
	codeWord = pattern.New(`代码|编码`)
	// commandName is a name of an interface as programs write it.
	commandName = pattern.New(`^[A-Za-z][A-Za-z0-9_]{1,60}(?:[./:][A-Za-z][A-Za-z0-9_]*)*$`)
	// commandLine is a line that says which interface is called by a parameter.
	commandLine = pattern.New(`^\W*(?:act|action|method|cmd|service|func|function)\s*=\s*([A-Za-z][A-Za-z0-9_./]{2,60})\W*$`)
)

// pushLine is a line that says that the other side calls.
var pushLine = pattern.New(`^(?:推送|通知|回调)方式\s*[:：]`)

// exportedPush is the line of our own export: no address of its own makes it another.
var exportedPush = pattern.New(`^推送方式：由提供方发送到接收方的地址$`)

// nameLine is a line that says the name of an interface.
var nameLine = pattern.New(`(?i)^\W*(?:接口名称|接口名|服务名称|功能名称|方法名称?|函数名称?|(?:api|接口|服务|功能|交易)\s*(?:代码|编码|标识|英文名称?))\s*[:：]\s*(\S.{0,60})$`)

// purposeLine is a line that says what an interface does: its title, where no heading is.
var purposeLine = pattern.New(`^\W*功能\s*[:：]\s*(\S.{1,40})$`)

// endpoint gives the current interface its endpoint, or begins the next one.
func (d *drafter) endpoint(e naming.Endpoint, place string, weak bool) {
	title := d.titleAbove()
	untitled := d.title().place != "" || title == ""
	if c := d.current; c != nil && d.title().text == c.Head {
		same := naming.Bare(c.URL) == naming.Bare(e.Path)
		c.Weak = c.Weak && (weak || !same)
		if c.URL == "" || len(c.Request)+len(c.Response) == 0 && c.Method == "" && (same || (weak || c.IsEmpty()) && untitled) {
			c.URL, c.Method = cmp.Or(c.URL, e.Path), cmp.Or(c.Method, e.Method)
			return
		}
		if same && !weak && d.otherVerb(e) != "" {
			e.Method = d.otherVerb(e)
		} else if same && !d.titledAnew() || (weak || c.IsEmpty() && d.verb == "" && d.begins == "") && untitled {
			return
		}
	}
	if weak && (d.current != nil && d.side != "") {
		return
	}
	first := d.current
	below := len(d.captions) <= 2 && d.title().place != "" && slices.Index(d.captions, d.title().text) == 0
	if d.begin(e, place).Weak = weak && !below; weak && !below {
		d.level = maxLevel
	}
	d.current.Above = title
	if first != nil && d.title().place != "" && first.Head == d.current.Head && title != "" { // one of several below a heading
		first.Retitle(first.Above)
	} else if d.title().place != "" {
		title = ""
	}
	d.current.Retitle(cmp.Or(d.begins, title))
	d.begins = ""
}

// titleAbove is the line above the one that is read, and above its method, where it may be the
// title of an interface and no heading: 获取小区列表 above 地址：/villages. It is empty elsewhere.
func (d *drafter) titleAbove() string {
	n := len(d.captions) - 1
	for n >= 0 && (d.captions[n] == d.before || naming.VerbWord.MatchString(d.captions[n]) && naming.IsAddressHead(d.captions[n])) {
		n--
	}
	if n < 0 || d.captions[n] == d.title().text || !naming.IsPlainTitle(d.captions[n]) || d.words.IsGeneric(d.captions[n]) || d.words.Side(remarkBehind.ReplaceAllString(d.captions[n], "")) != "" {
		return ""
	}
	return d.captions[n]
}

// remarkBehind is a remark at the end of a title: 登录（一次请求）.
var remarkBehind = pattern.New(`[(（][^()（）]*[)）]\s*$`)

// titledAnew says whether the line above is the title of another interface than the current one,
// where no headings are.
func (d *drafter) titledAnew() bool {
	above := d.titleAbove()
	return above != "" && d.title().place == "" && d.current != nil && d.current.URL != "" && above != d.current.Above && above != d.current.Head
}
