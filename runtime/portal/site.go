package portal

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

//go:embed templates assets
var files embed.FS

// Source is the generated documentation of one system.
type Source struct {
	Name string
	// Read returns portal.json or a Markdown page such as "errata.md"; an error that is
	// fs.ErrNotExist where the system has no such page.
	Read func(page string) ([]byte, error)
}

// Options say for whom a site is.
type Options struct {
	// All adds what is not for partners: the ledger, our reasons and the test cases.
	All bool
	// Host is the address of the server in commands, without a slash at its end; empty:
	// that at which a page is opened, and SampleHost in a folder.
	Host string
	// May reports whether the reader may call an interface, or is sent it; nil: all.
	// Interfaces that he may not are left out, and systems of which nothing is left.
	May func(system, cmd string) bool
	// Send is where the pages of interfaces can send calls to: Own, or the address of a
	// server without a slash at its end; empty: nowhere, and no page has a form.
	Send string
}

// Site is the pages of all systems. Its pages are made when they are asked for.
type Site struct {
	Options
	systems []*systemPages
	sending map[string]bool                              // the pages that call
	files   map[string]func(host string) ([]byte, error) // at the address of a server, which pages and downloads name
}

// systemPages is one system with what its pages are made of.
type systemPages struct {
	Document
	read    func(page string) ([]byte, error)
	prose   []prosePage
	console *Console // nil: no page calls
	starts  map[string][]Example
	files   []Download
}

// prosePage is a page that is generated as Markdown.
type prosePage struct {
	Name, Title, English string
	ours                 bool // not for partners
}

// File is the address of the page.
func (p prosePage) File() string { return p.Name + ".html" }

// prosePages are the pages of a system beside those of its interfaces, in their order.
func prosePages() []prosePage {
	return []prosePage{
		{"protocol", "协议", "Protocol", false},
		{"errors", "错误码", "Error codes", false},
		{"errata", "勘误与约定", "Decisions", false},
		{"reasons", "勘误的原因", "Reasons", true},
		{"ledger", "条款落实表", "Ledger", true},
		{"testing", "测试用例", "Test cases", true},
	}
}

// New makes the site of some systems. An error names the system whose data cannot be
// read.
func New(sources []Source, o Options) (*Site, error) {
	s := &Site{Options: o, files: map[string]func(string) ([]byte, error){}, sending: map[string]bool{}}
	for _, source := range sources {
		one, err := s.read(source)
		if err != nil {
			return nil, fmt.Errorf("portal: %s: %w", source.Name, err)
		}
		if len(one.Interfaces) > 0 || o.May == nil {
			s.systems = append(s.systems, one)
		}
	}
	s.addPage("index.html", func() ([]byte, error) { return s.execute("index", s.index()) })
	for _, one := range s.systems {
		s.addSystem(one)
	}
	return s, s.addAssets()
}

// read reads the data of a system, without what the reader may not see.
func (s *Site) read(source Source) (*systemPages, error) {
	text, err := source.Read(DataFile)
	if err != nil {
		return nil, err
	}
	one := &systemPages{read: source.Read}
	if err := json.Unmarshal(text, &one.Document); err != nil {
		return nil, err
	}
	if err := source.decode(StartFile, &one.starts); err != nil {
		return nil, err
	}
	if s.Send != "" {
		if err := source.decode(ConsoleFile, &one.console); err != nil {
			return nil, err
		}
	}
	if s.May == nil { // each download holds the whole system
		if err := source.decode(DownloadsFile, &one.files); err != nil {
			return nil, err
		}
	}
	if s.May != nil {
		whole := one.Document
		one.Interfaces = slices.DeleteFunc(slices.Clone(whole.Interfaces), func(i Interface) bool { return !s.May(one.Name, i.Cmd) })
		for n := range one.Errors { // a code that others alone are answered is not for the reader
			one.Errors[n].Errors = slices.DeleteFunc(one.Errors[n].Errors, func(e Error) bool {
				return len(e.Rules) == 0 && len(origins(&one.Document, e.Code)) == 0 && len(origins(&whole, e.Code)) > 0
			})
		}
	}
	for _, p := range prosePages() {
		if _, err := source.Read(p.Name + ".md"); err == nil && (s.All || !p.ours) {
			one.prose = append(one.prose, p)
		}
	}
	return one, nil
}

// decode reads a file of a system as JSON, where it was generated.
func (source Source) decode(name string, into any) error {
	text, err := source.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// add adds a file that is made once, when it is asked for, and names no server.
func (s *Site) add(name string, make func() ([]byte, error)) {
	make = sync.OnceValues(make)
	s.files[name] = func(string) ([]byte, error) { return make() }
}

// addPage adds a page that is made once with SampleHost, in whose place another server is put.
func (s *Site) addPage(name string, make func() ([]byte, error)) {
	make = sync.OnceValues(make)
	s.files[name] = func(host string) ([]byte, error) {
		text, err := make()
		text = bytes.ReplaceAll(text, []byte(SampleHost), []byte(host))
		return bytes.Replace(text, []byte("<title>"), []byte(s.meta(name, host)+"<title>"), 1), err
	}
}

// addSystem adds the pages of a system.
func (s *Site) addSystem(one *systemPages) {
	s.addPage(one.Name+"/index.html", func() ([]byte, error) { return s.execute("system", s.view(one, "index", one.Title)) })
	s.add(one.Name+"/search.js", func() ([]byte, error) { return searchScript(one) })
	for _, d := range one.files {
		s.files[one.Name+"/"+DownloadFolder+"/"+d.File] = func(host string) ([]byte, error) { return one.download(d, host) }
	}
	for _, p := range one.prose {
		s.addPage(one.Name+"/"+p.File(), func() ([]byte, error) { return s.prosePage(one, p) })
	}
	for n := range one.Interfaces {
		i := &one.Interfaces[n]
		s.addPage(one.Name+"/"+i.Cmd+".html", func() ([]byte, error) { return s.interfacePage(one, i) })
		s.sending[one.Name+"/"+i.Cmd+".html"] = one.calls(i) && one.console.Gap == ""
	}
	if one.console != nil && one.console.Gap == "" {
		s.add(one.Name+"/"+ProtocolFile, func() ([]byte, error) { return one.read(ProtocolFile) })
	}
}

// addAssets adds style, script and icon.
func (s *Site) addAssets() error {
	return fs.WalkDir(files, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		s.add(name, func() ([]byte, error) { return files.ReadFile(name) })
		return nil
	})
}

// Names lists the files of the site, sorted: "index.html", "lianfa/cst_info_get.html".
func (s *Site) Names() []string {
	return slices.Sorted(maps.Keys(s.files))
}

// Page returns a file of the site, nil when there is none of the name.
func (s *Site) Page(name string) ([]byte, error) { return s.at(name, SampleHost) }

// at is a file of the site at the address of a server, where Host names no other.
func (s *Site) at(name, host string) ([]byte, error) {
	if make := s.files[name]; make != nil {
		return make(cmp.Or(s.Host, host))
	}
	return nil, nil
}

// has reports whether the site has a file.
func (s *Site) has(name string) bool { return s.files[name] != nil }

// pageTemplates are the templates, parsed once.
var pageTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("portal").Funcs(template.FuncMap{
		"rule": ruleName, "ruleEnglish": ruleEnglish, "english": english, "counts": counts, "englishCounts": englishCounts, "word": func(key string) string { return listWords[key] },
	}).ParseFS(files, "templates/*.html"))
})

// execute makes a page by its template.
func (s *Site) execute(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplates().ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

// searchScript is what the search of a system looks through: one entry for each
// interface, field, and code. It is a script and not JSON, so that pages that were
// opened from a folder can load it.
func searchScript(one *systemPages) ([]byte, error) {
	var entries [][4]string // address, name, text, kind
	for _, i := range one.Interfaces {
		entries = append(entries, [4]string{i.Cmd + ".html", i.Cmd, i.Title + " " + i.Code, "接口"})
		for _, row := range slices.Concat(flat(i.Request, "request", 0), flat(i.Response, "response", 0)) {
			entries = append(entries, [4]string{i.Cmd + ".html#" + row.Anchor, row.Name, row.words(), i.Cmd})
		}
	}
	for _, g := range one.Errors {
		for _, e := range g.Errors {
			entries = append(entries, [4]string{"errors.html#code-" + e.Code, e.Code, e.Text, "错误码"})
		}
	}
	text, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	of, err := json.Marshal([]string{one.Name, one.Title})
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("portalSearch("), text, []byte(", ..."), of, []byte(");\n")), nil
}
