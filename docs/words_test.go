package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ban is a word or a turn of phrase that hand-written text does not use.
type ban struct {
	pattern string
	instead string
	only    string // pattern of the files that it is for; empty: all
}

// bans holds one word for each idea (docs/architecture.md, Words), and plain English
// (subject, verb, object).
func bans() []ban {
	return []ban{
		{`\b[Nn]otices?\b`, "notification; the verb is detect or see", ""},
		{`\bprint(s|ed|ing)?\b`, "generate, or write", `^gen/`},
		{
			`\b[Pp]rinted (code|file|struct|decoder|receiver|schema|statement|documentation|JSON|Go|SQL|from|by the generator)`,
			"generated", "",
		},
		{`\b(what|everything that) (is|was) printed\b`, "generated code, generated files", ""},
		{`\b[Jj]udg(es|ed|ing)\b`, "a request is validated, YAML is checked, a signature is verified", ""},
		{`\b(the|a|an|by|our|real|three|these|its) judges?\b`, "validator, validation", ""},
		{`\b[Pp]lain (system|request|message)s?\b`, "signed", ""},
		{`\b[Pp]ush(es|ed|ing)?\b`, "notification, to send, delivery", ""},
		{`\b[Mm]end(s|ed|ing)?\b`, "fix, repair", ""},
		{`\bstands? (in|at|beside|behind|below|above|before|there|here|outside|between|side by side|by name)\b`, "is", ""},
		{`(^|[.;] )(Does|Is|Are|Has|Do) (a|an|the|it|there|one|no) [^.?]*\.`, "if …", ""},
		{`(^|\. )Who(ever)? [a-z]`, "a noun as the subject", ""},
		{`(^|\. )What [a-z][^?]*\.( |$)`, "a noun as the subject", `\.go$`},
		{`\b[Cc]ases write\b[^ ]`, "cases change data", ""},
		{`\bsees to it\b|\bholds? up\b|\bis told\b|\bthat [a-z]+ stands at\b`, "plain English", ""},
	}
}

// allowed are texts that a ban would refuse, each with its reason.
func allowed() []string {
	return []string{
		"spec/lianfa/notice", "lianfa/notice", "notice.md", // a group of the document, 通知接口
		"notice.SLeadNotifyRequest", "package notice", "Package notice",
		"lead-notify", "notice-required", // errata
		"jiekou_push", "JIEKOU_PUSH_ALLOW", "push-allow", "--push", "push.md", "/push", // public names
		"push:",                                 // a key of protocols
		"jiekou.notice",                         // a sequence in the database
		"print(reply)", "print(e.code, e.text)", // Python, in the first call of a client
	}
}

// words is one text that somebody wrote, with its place.
type words struct{ place, text string }

// TestWords refuses the words and turns that are not the project's, in comments and
// messages of Go, generated comments included, and in documents.
func TestWords(t *testing.T) {
	t.Parallel()
	var all []words
	for name, text := range documents(t) {
		if name == "docs/interfaces.md" || name == "docs/architecture.md" { // generated; names the words themselves
			continue
		}
		for n, line := range strings.Split(prose(text), "\n") {
			all = append(all, words{name + ":" + strconv.Itoa(n+1), regexp.MustCompile("`[^`]*`|\\[[^]]*\\]\\([^)]*\\)").ReplaceAllString(line, "`…`")})
		}
	}
	source(t, func(name, text string) { all = append(all, spoken(t, name, text)...) }, ".go")
	source(t, func(name, text string) { // scripts of tests are the manual of the command
		for n, line := range strings.Split(text, "\n") {
			if rest, ok := strings.CutPrefix(line, "# "); ok {
				all = append(all, words{name + ":" + strconv.Itoa(n+1), rest})
			}
		}
	}, ".txtar")
	if len(all) < 5000 {
		t.Errorf("only %d texts were read", len(all))
	}
	for _, b := range bans() {
		pattern, only := regexp.MustCompile(b.pattern), regexp.MustCompile(b.only)
		for _, w := range all {
			if only.MatchString(w.place[:strings.LastIndex(w.place, ":")]) && pattern.MatchString(w.text) {
				t.Errorf("%s: %q: use %s\n\t%s", w.place, pattern.FindString(w.text), b.instead, w.text)
			}
		}
	}
}

// spoken lists the comments and messages of a Go file. A comment that begins with
// the name of what it documents is read without the name.
func spoken(t *testing.T, name, text string) (all []words) {
	t.Helper()
	if strings.HasPrefix(name, "docs/") { // this test names the words
		return nil
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, parser.ParseComments)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	add := func(pos token.Pos, text string) {
		for _, one := range allowed() {
			text = strings.ReplaceAll(text, one, "…")
		}
		all = append(all, words{files.Position(pos).String(), strings.Join(strings.Fields(text), " ")})
	}
	names := declared(file)
	for _, group := range file.Comments {
		text := group.Text()
		if first, rest, found := strings.Cut(text, " "); found && slices.Contains(names, first) {
			text = "… " + rest
		}
		add(group.Pos(), text)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			field.Tag = nil
		}
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil && strings.Contains(text, " ") && !strings.HasSuffix(name, "_test.go") {
				add(l.Pos(), text)
			}
		}
		return true
	})
	return all
}

// declared lists the names that a file declares.
func declared(file *ast.File) (names []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			names = append(names, n.Name.Name)
		case *ast.TypeSpec:
			names = append(names, n.Name.Name)
		case *ast.ValueSpec:
			for _, id := range n.Names {
				names = append(names, id.Name)
			}
		case *ast.Field:
			for _, id := range n.Names {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names
}
