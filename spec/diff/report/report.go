// Package report writes the changes between two revisions: for people, for other tools, and
// for the list of revisions that partners expect.
package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/annotation"
	"github.com/jiekou-dev/jiekou/spec/diff"
)

// Formats lists the forms in which changes are written.
func Formats() []string {
	return []string{"text", "json", "markdown", "github", "sarif", "html", "changelog"}
}

// Report is the changes between two revisions, ready to be written.
type Report struct {
	Old, New string // how the revisions were named
	Changes  []diff.Change
	Losses   []diff.Loss // by partner; none where nobody said who they are
	// Findings are about what the team wrote beside the revisions: entries that accept
	// nothing, was: that names nothing. The form text leaves them to whoever prints them.
	Findings spec.Findings
	ZH       bool // in Chinese
	// Systems are those of the new revision, for changelog.
	Systems []*spec.System
	// Below is the folder of the repository that the project is in, "services/orders/", for
	// the tools that annotate its files; empty: it is the repository.
	Below string
}

// Write writes the report in one of Formats.
func (r Report) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return r.text(w)
	case "json":
		return r.json(w)
	case "markdown":
		return r.markdown(w)
	case "github":
		return annotation.GitHub(w, r.remarks())
	case "sarif":
		return r.sarif(w)
	case "html":
		return r.html(w)
	case "changelog":
		return r.changelog(w)
	}
	return fmt.Errorf("no format %q: %s", format, strings.Join(Formats(), ", "))
}

// say is a change in the language of the report.
func (r Report) say(c diff.Change) string {
	if r.ZH {
		return c.ZH()
	}
	return c.Text()
}

// note is what else is to be known of a change.
func (r Report) note(c diff.Change) string {
	if r.ZH {
		return c.NoteZH
	}
	return c.Note
}

var levelZH = map[diff.Level]string{diff.None: "无", diff.Info: "兼容", diff.Warning: "注意", diff.Breaking: "不兼容"}

func (r Report) level(l diff.Level) string {
	if r.ZH {
		return levelZH[l]
	}
	return l.String()
}

// count says how many changes there are of each level.
func (r Report) count() string {
	n := map[diff.Level]int{}
	accepted := 0
	for _, c := range r.Changes {
		n[c.Level()]++
		if c.Accepted != "" {
			accepted++
		}
	}
	if r.ZH {
		return fmt.Sprintf("共%d处修订：不兼容%d，注意%d，兼容%d；已接受%d", len(r.Changes), n[diff.Breaking], n[diff.Warning], n[diff.Info], accepted)
	}
	return fmt.Sprintf("changes: %d (%d breaking, %d warning, %d info), %d accepted", len(r.Changes), n[diff.Breaking], n[diff.Warning], n[diff.Info], accepted)
}

// columns are the levels that are more than none, by name.
func (r Report) columns(c diff.Change) string {
	names := []string{"wire", "protocol", "code", "data"}
	if r.ZH {
		names = []string{"报文", "协议", "代码", "数据"}
	}
	var out []string
	for i, l := range []diff.Level{c.Levels.Wire, c.Levels.Protocol, c.Levels.Code, c.Levels.Data} {
		if l > diff.None {
			out = append(out, names[i]+" "+r.level(l))
		}
	}
	return strings.Join(out, ", ")
}

// heads introduce what is said of a change: a note, partners, why it is accepted.
func (r Report) heads() [3]string {
	if r.ZH {
		return [3]string{"说明：", "合作方：", "已接受："}
	}
	return [3]string{"note: ", "partners: ", "accepted: "}
}

func (r Report) text(w io.Writer) error {
	var b strings.Builder
	head := "\x00"
	for _, c := range r.Changes {
		if at := strings.TrimSpace(c.System + " " + c.Interface); at != head {
			head = at
			fmt.Fprintf(&b, "%s\n", head)
		}
		fmt.Fprintf(&b, "  %s %s  %s\n      %s: %s [%s]\n", c.ID, c.Rule, r.say(c), c.Places(), r.columns(c), r.level(c.Level()))
		for i, text := range []string{r.note(c), c.Touched(r.ZH), c.Accepted} {
			if text != "" {
				fmt.Fprintf(&b, "      %s%s\n", r.heads()[i], text)
			}
		}
	}
	for _, l := range r.Losses {
		fmt.Fprintln(&b, l.Say(r.ZH))
	}
	fmt.Fprintln(&b, r.count())
	_, err := io.WriteString(w, b.String())
	return err
}

// placed is a change with its places, for JSON.
type placed struct {
	diff.Change
	Level diff.Level `json:"level"`
	Text  string     `json:"text"`
	From  string     `json:"from,omitempty"` // file:line:col in the old revision
	To    string     `json:"to,omitempty"`
}

func at(p spec.Pos) string {
	if p.File == "" {
		return ""
	}
	return p.String()
}

func (r Report) json(w io.Writer) error {
	list := []placed{}
	for _, c := range r.Changes {
		list = append(list, placed{c, c.Level(), r.say(c), at(c.OldPlace), at(c.NewPlace)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Old     string      `json:"old"`
		New     string      `json:"new"`
		Worst   diff.Level  `json:"worst"` // of what nobody accepted
		Changes []placed    `json:"changes"`
		Losses  []diff.Loss `json:"losses,omitempty"` // calls of partners that would have been refused
		// Findings make the comparison fail whatever the levels are.
		Findings []finding `json:"findings,omitempty"`
	}{r.Old, r.New, diff.Worst(r.Changes), list, r.Losses, r.findings()})
}

// finding is one for JSON.
type finding struct {
	ID      string `json:"id"`
	Place   string `json:"place"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func (r Report) findings() (out []finding) {
	for _, f := range r.Findings {
		out = append(out, finding{f.ID, at(f.Pos), f.Message, f.Hint})
	}
	return out
}

// found are the findings in one line each.
func (r Report) found() (out []string) {
	for _, f := range r.findings() {
		out = append(out, strings.TrimSpace(f.Place+" "+f.ID+" "+f.Message)+hinted(f.Hint))
	}
	return out
}

func hinted(hint string) string {
	if hint == "" {
		return ""
	}
	return " (" + hint + ")"
}

// mark makes a text inert in a cell of a Markdown table: a pattern with its backslashes and
// asterisks stays what it is.
func mark(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "[", `\[`, "~", `\~`, "|", `\|`, "&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "\\`", "\n", " ").Replace(s)
}

// markdown is the table of the five columns; in Chinese it has the shape of a
// document's own list of revisions.
func (r Report) markdown(w io.Writer) error {
	var b strings.Builder
	if r.ZH {
		fmt.Fprintf(&b, "## 修订记录：%s → %s\n\n%s\n\n| 序号 | 接口 | 修订内容 | 报文 | 协议 | 代码 | 数据 | 合作方 | 位置 |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", mark(r.Old), mark(r.New), r.count())
	} else {
		fmt.Fprintf(&b, "## %s → %s\n\n%s\n\n| # | interface | change | wire | protocol | code | data | partners | place |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", mark(r.Old), mark(r.New), r.count())
	}
	for i, c := range r.Changes {
		text := mark(r.say(c))
		if r.ZH {
			text = mark(c.Announced())
		}
		for _, more := range []string{r.note(c), c.Accepted} {
			if more != "" {
				text += " (" + mark(more) + ")"
			}
		}
		fmt.Fprintf(&b, "| %d | %s | %s `%s` | %s | %s | %s | %s | %s | %s |\n", i+1, mark(strings.TrimSpace(c.System+" "+c.Interface)), text, c.ID,
			r.level(c.Levels.Wire), r.level(c.Levels.Protocol), r.level(c.Levels.Code), r.level(c.Levels.Data), mark(c.Touched(r.ZH)), mark(c.Places()))
	}
	more := r.found()
	for _, l := range r.Losses {
		more = append(more, l.Say(r.ZH))
	}
	for i, line := range more {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "- %s\n", mark(line))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// remarks are the changes for other tools.
func (r Report) remarks() []annotation.Remark {
	levels := map[diff.Level]string{diff.None: annotation.None, diff.Info: annotation.Note, diff.Warning: annotation.Warning, diff.Breaking: annotation.Error}
	var list []annotation.Remark
	for _, c := range r.Changes {
		said := []string{c.Interface, r.say(c), "[" + r.columns(c) + "]", r.note(c)}
		if touched := c.Touched(r.ZH); touched != "" {
			said = append(said, r.heads()[1]+touched)
		}
		one := annotation.Remark{
			At: c.Place(), Rule: c.Rule, Level: levels[c.Level()], Text: strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " "),
			Details: c.ID, Accepted: c.Accepted, Fingerprint: map[string]string{"change": c.ID},
		}
		if c.OldPlace != one.At {
			one.Before, one.Earlier = c.OldPlace, "before"
			if r.ZH {
				one.Earlier = "修订前"
			}
		}
		list = append(list, one)
	}
	for _, f := range r.Findings {
		list = append(list, annotation.Remark{At: f.Pos, Rule: f.ID, Level: annotation.Error, Text: f.Message, Details: strings.TrimSpace(hinted(f.Hint))})
	}
	return annotation.Below(r.Below, list)
}

// sarif writes SARIF 2.1.0.
func (r Report) sarif(w io.Writer) error {
	var rules []annotation.Rule
	for _, rule := range diff.Rules() {
		rules = append(rules, annotation.Rule{ID: rule.ID, Title: rule.Title})
	}
	rules = append(rules, annotation.Rule{ID: "JD0001", Title: "an entry accepts no change"}, annotation.Rule{ID: "JD0002", Title: "was: names nothing of the revision before"})
	return annotation.SARIF(w, "jiekou diff", rules, r.remarks())
}

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="{{if .ZH}}zh{{else}}en{{end}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{.Old}} → {{.New}}</title>
<style>
:root { color-scheme: light dark } body { font: 15px/1.5 sans-serif; margin: 1rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { border-bottom: 1px solid #8886; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
code { font-size: .85em } .breaking { color: #c33; font-weight: bold } .warning { color: #a60 } .none { opacity: .5 } small { opacity: .75 }
</style></head><body><h1>{{.Old}} → {{.New}}</h1><p>{{.Count}}</p><table><thead><tr>{{range .Heads}}<th>{{.}}</th>{{end}}</tr></thead><tbody>
{{range .Rows}}<tr><td>{{.At}}</td><td>{{.Text}}<br><small><code>{{.ID}} {{.Rule}}</code> {{.Place}}{{range .More}}<br>{{.}}{{end}}</small></td>{{range .Levels}}<td class="{{.Class}}">{{.Text}}</td>{{end}}<td>{{.Partners}}</td></tr>
{{end}}</tbody></table>{{with .Losses}}<ul>{{range .}}<li>{{.}}</li>{{end}}</ul>{{end}}</body></html>
`))

// html writes one page that needs nothing else.
func (r Report) html(w io.Writer) error {
	type cell struct{ Class, Text string }
	type line struct {
		At, Text, ID, Rule, Place, Partners string
		More                                []string
		Levels                              []cell
	}
	heads := []string{"interface", "change", "wire", "protocol", "code", "data", "partners"}
	if r.ZH {
		heads = []string{"接口", "修订内容", "报文", "协议", "代码", "数据", "合作方"}
	}
	var rows []line
	for _, c := range r.Changes {
		one := line{
			At: strings.TrimSpace(c.System + " " + c.Interface), Text: r.say(c), ID: c.ID, Rule: c.Rule, Place: c.Places(),
			Partners: c.Touched(r.ZH),
		}
		for _, more := range []string{r.note(c), c.Accepted} {
			if more != "" {
				one.More = append(one.More, more)
			}
		}
		for _, l := range []diff.Level{c.Levels.Wire, c.Levels.Protocol, c.Levels.Code, c.Levels.Data} {
			one.Levels = append(one.Levels, cell{l.String(), r.level(l)})
		}
		rows = append(rows, one)
	}
	losses := r.found()
	for _, l := range r.Losses {
		losses = append(losses, l.Say(r.ZH))
	}
	return page.Execute(w, map[string]any{"Losses": losses, "ZH": r.ZH, "Old": r.Old, "New": r.New, "Count": r.count(), "Heads": heads, "Rows": rows})
}
