package statement

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/spec"
)

// reserved are the words of SQL that cannot name a table, a column or a step.
var reserved = []string{
	"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check", "collate",
	"column", "constraint", "create", "current_date", "current_role", "current_time", "current_timestamp", "current_user",
	"default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
	"grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "localtime",
	"localtimestamp", "not", "null", "offset", "on", "only", "or", "order", "placing", "primary", "references", "returning",
	"select", "session_user", "some", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user",
	"using", "variadic", "when", "where", "window", "with",
}

// Names refuses the tables, columns and steps of a system whose names are words of
// SQL: statements name them as they are.
func Names(system *spec.System) error {
	for _, t := range system.Tables {
		if err := usable(t.Name, t.Pos); err != nil {
			return err
		}
		for _, c := range t.Columns {
			if err := usable(c.Name, c.Pos); err != nil {
				return err
			}
		}
	}
	for _, i := range system.Interfaces {
		if i.Answer == nil {
			continue
		}
		for _, s := range i.Answer.Steps {
			if err := usable(s.Name, s.Pos); err != nil {
				return err
			}
		}
	}
	return nil
}

// usable refuses a name that is a word of SQL.
func usable(name string, at spec.Pos) error {
	if slices.Contains(reserved, name) {
		return fmt.Errorf("%s: %s is a word of SQL; choose another name", at, name)
	}
	return nil
}
