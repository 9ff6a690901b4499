package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/spec/check"
)

// rulesCommand lists the rules of check.
func rulesCommand(t *tool) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules that check holds YAML against",
		Long:  "rules lists every rule by its id. jiekou explain ID says why it is there and how to keep it.",
		Example: `  jiekou rules
  jiekou rules --json | jq -r '.[].id'`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return writeJSON(t.stdout, ruleRows())
			}
			for _, r := range check.Rules() {
				if _, err := fmt.Fprintf(t.stdout, "%s  %s\n", r.ID, r.Title); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the rules as JSON")
	return cmd
}

// ruleRow is a check.Rule as JSON.
type ruleRow struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Why   string `json:"why"`
	Wrong string `json:"wrong"`
	Right string `json:"right"`
}

// ruleRows are all rules as JSON.
func ruleRows() []ruleRow {
	var out []ruleRow
	for _, r := range check.Rules() {
		out = append(out, ruleRow{r.ID, r.Title, r.Why, r.Wrong, r.Right})
	}
	return out
}
