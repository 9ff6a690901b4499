package step

import "strings"

// Markdown is the table of all steps for the manual.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| step | does | back |\n| --- | --- | --- |\n")
	for _, r := range Table() {
		args := ""
		if r.Args != "" {
			args = " " + r.Args
		}
		b.WriteString("| `" + strings.ReplaceAll(r.Name+args, "|", `\|`) + "` | " + r.Doc + " | " + r.back() + " |\n")
	}
	return b.String()
}

// back is what a receiver does with a step.
func (r Row) back() string {
	for _, args := range [][]string{{"k"}, nil, {"1"}, {"1", "0"}, {"10m"}, {"hex"}, {"datetime"}} {
		for _, named := range []map[string]string{nil, {"rounds": "1", "bytes": "1"}} {
			do, err := r.Make(&Args{args, named})
			switch {
			case err != nil:
			case do.Verify != nil:
				return "verify"
			case do.Undo != nil:
				return "undo"
			default:
				return "compare"
			}
		}
	}
	return "compare"
}
