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
				return writeJSON(t.stdout, check.Rules())
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
