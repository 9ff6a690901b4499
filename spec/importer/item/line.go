package item

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/naming"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
	"github.com/jiekou-dev/jiekou/spec/importer/rows"
)

// Lines are the parameters that the lines of a cell say, and the lines that say none.
func (r *Reader) Lines(text string, indent int) (out []Item, rest []string) {
	numbered := false
	for line := range strings.SplitSeq(text, "\n") {
		if run := declared(line, indent); run != nil {
			out = append(out, run...)
			continue
		}
		one, ok := r.Read(line, indent)
		if !ok {
			one, ok = r.Described(line, indent)
		}
		if ok && !strings.ContainsAny(line, "={}") {
			switch mark := strings.TrimSpace(itemMark.FindString(norm.NFKC.String(line))); {
			case numbered && strings.HasPrefix(mark, "("): // below 1、 it numbers members
				one.Indent += 500
			case mark != "":
				numbered = mark[0] >= '0' && mark[0] <= '9'
			}
			out = append(out, one)
		} else if strings.TrimSpace(line) != "" {
			rest = append(rest, line)
		}
	}
	return out, rest
}

// declaration is a parameter as programs declare it, annotations in front of it.
var declaration = pattern.New(`^(?:@\w+(?:\([^()]*\))?\s+)*([A-Za-z][\w.]*(?:<[\w<>, ]+>)?(?:\[\])?)\s+([A-Za-z_]\w*)$`)

// declared are the parameters of a line that declares them as a program does: String
// name,int page. It is nil where one of them is no declaration.
func declared(line string, indent int) (out []Item) {
	for _, one := range Tokens(norm.NFKC.String(line)) {
		m := declaration.FindStringSubmatch(one)
		if m == nil || !rows.KnownType(m[1]) && !strings.HasPrefix(one, "@") {
			return nil
		}
		out = append(out, Item{Name: m[2], Kind: m[1], Indent: indent})
	}
	return out
}

// onlyName is a line that is a name, with a value behind it or none: charge, total: 8.
var onlyName = pattern.New(`^["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*(?:[:：](.*?))?,?$`)

// saidOf is what a line says of a name: words or a list of values, and no value.
func saidOf(text string) string {
	if text = strings.TrimSpace(text); !strings.Contains(text, " ") && !severalWords.MatchString(text) {
		return ""
	}
	return text
}

var severalWords = pattern.New(`^\w+(?:/\w+)+$`)

// valueLine is a line of a sample that no JSON parser reads: location: '苏州',.
var valueLine = pattern.New(`^["']?([A-Za-z_][A-Za-z0-9_]*)["']?\s*[:：]\s*['"\[{\d-]`)

// typedLine is a type with a name behind it: String: phone.
var typedLine = pattern.New(`^([A-Za-z]\w*(?:<\w+>)?(?:\[\])?)\s*[:：;；]\s*([A-Za-z_]\w*)\s*[,;，；]?$`)

// Named is the parameter that a line names: with what is said of it, with a value, or alone.
func (r *Reader) Named(line string) (Item, bool) {
	if run := declared(strings.TrimRight(strings.TrimSpace(line), ";,"), 0); len(run) == 1 {
		return run[0], true
	}
	if m := typedLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && rows.KnownType(m[1]) && !rows.KnownType(m[2]) {
		return Item{Name: m[2], Kind: m[1]}, true
	}
	if m := valueLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
		return Item{Name: m[1]}, true
	}
	one, ok := r.Read(line, 0)
	if !ok {
		one, ok = r.Described(line, 0)
	}
	bare := strings.TrimSpace(itemMark.ReplaceAllString(line, ""))
	if m := onlyName.FindStringSubmatch(bare); !ok && m != nil {
		one, ok = Item{Name: m[1], Label: saidOf(m[2])}, !naming.TypeName.MatchString(m[1])
	}
	if m := meantName.FindStringSubmatch(norm.NFKC.String(bare)); !ok && m != nil {
		one, ok = Item{Name: m[1], Label: m[2]}, true
	}
	return one, ok && !rows.KnownType(one.Name)
}

// Join adds parameters to others, with a mark where they have none; of two that have one name, it
// adds what the first one does not say.
func Join(run []Item, mark string, more ...Item) []Item {
	for _, one := range more {
		one.Mark = cmp.Or(one.Mark, mark)
		at := slices.IndexFunc(run, func(i Item) bool { return i.Name == one.Name })
		if at < 0 {
			run = append(run, one)
			continue
		}
		run[at].Label, run[at].Kind, run[at].Mark = cmp.Or(run[at].Label, one.Label), cmp.Or(run[at].Kind, one.Kind), cmp.Or(run[at].Mark, one.Mark)
	}
	return run
}

var (
	// calledToken is what a parameter is, with its name behind it: 主键：articleId（可空）.
	calledToken = pattern.New(`^(\p{Han}[\p{Han}\w/]*?\s*:|\p{Han}{2,}?)\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?$`)
	// namedToken is a name, with what it is right behind it: pageNo当前页, id[学号].
	namedToken = pattern.New(`^([A-Za-z_]\w*)\[?(\p{Han}[^=\]]*)\]?$`)
	// meantName is a sentence that says what a name means: (courseId为课程编号).
	meantName = pattern.New(`^\(?([A-Za-z_]\w*)为(\p{Han}.*?)\)?$`)
	// aheadOfNames is in front of names that are listed: their number, the kind of their body.
	aheadOfNames = pattern.New(`^\s*(?:\d{1,2}[.)、]|(?i:\[(?:json|form|query)\]|(?:json|form|query|body|object)\s*:)|路径(?:变量|参数))\s*`)
	// valuedName is a name with a value, as queries have it.
	valuedName = pattern.New(`^([A-Za-z_]\w*)(?:=\S*)?$`)
)

// names are the parameters that a line lists with no word of what they are, nil where it says
// anything else: {name,phone}, [JSON] id status, 1. id, page=1&size=10.
func names(line string) (out []Item) {
	text := aheadOfNames.ReplaceAllString(line, "")
	spaced := len(text) < len(line)
	text = strings.Trim(text, "{} ")
	parts := Tokens(text)
	if query := strings.Split(text, "&"); strings.Contains(text, "=") {
		parts = query
	} else if spaced && len(parts) == 1 {
		parts = strings.Fields(text)
	}
	for _, part := range parts {
		m := valuedName.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil || rows.KnownType(m[1]) || noName.MatchString(m[1]) {
			return nil
		}
		out = append(out, Item{Name: m[1]})
	}
	if len(out) == 1 && !spaced && !strings.Contains(text, "=") {
		return nil
	}
	return out
}

// noName is a word for nothing, or for the kind of a body.
var noName = pattern.New(`^(?i:null|none|nil|void|empty|json|xml|form|form_?data|query)$`)

// noneWord is what a cell says that names no parameters.
var noneWord = pattern.New(`^(?i:无|没有|空|-+|/|none|n/a|void|null|[{}\[\](),]+)$`)

// Cell are the parameters that a cell names, several a line or one, and the lines that name none.
func (r *Reader) Cell(text string) (run []Item, rest []string) {
	for line := range strings.SplitSeq(strings.Trim(text, "{}｛｝ \n"), "\n") {
		if listed := r.Listed(line); len(listed) > 0 {
			run = Join(run, "", listed...)
			continue
		}
		one, ok := r.Named(line)
		switch text := strings.TrimSpace(line); {
		case text == "", noneWord.MatchString(text):
		case ok:
			run = Join(run, "", one)
		default:
			rest = append(rest, text)
		}
	}
	return run, rest
}

// Listed are the parameters that a line lists, each with what it is, or none of them. It is nil
// where one of them is something else.
func (r *Reader) Listed(line string) (out []Item) {
	if run := names(norm.NFKC.String(strings.TrimRight(strings.TrimSpace(line), ",，"))); run != nil {
		return run
	}
	for _, token := range Tokens(strings.TrimRight(norm.NFKC.String(strings.TrimSpace(itemMark.ReplaceAllString(line, ""))), ".。;、,")) {
		var one Item
		said := ""
		if m := calledToken.FindStringSubmatch(token); m != nil {
			one, said = Item{Name: m[2], Label: strings.TrimRight(m[1], ": ")}, m[3]
		} else if m := namedToken.FindStringSubmatch(token); m != nil {
			one = Item{Name: m[1], Label: m[2]}
		} else {
			return nil
		}
		if said != "" && !r.token(&one, said) {
			one.Label += "(" + said + ")"
		}
		out = append(out, one)
	}
	return out
}
