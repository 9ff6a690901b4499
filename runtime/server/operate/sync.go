package operate

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/history"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// syncCommand is about tasks that send history.
func syncCommand(s *Settings) *cobra.Command {
	c := &cobra.Command{
		Use: "sync", Short: "See the tasks that send history", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(syncListCommand(s))
	return c
}

// syncListCommand lists tasks with how far they are.
func syncListCommand(s *Settings) *cobra.Command {
	var asJSON bool
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List the tasks, the youngest first, with how far each notification is",
		Example: "  jiekoud sync list --json", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b, err := s.Open(c.Context(), quiet(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer b.Close()
			list, err := history.List(c.Context(), b.Pool, system.Histories(s.Systems), limit)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), list)
			}
			for _, p := range list {
				command.Tell(c, "%-8s %s  app %s  %s  %s  %s\n", p.State, p.Task, p.App, p.Created.Format(time.DateTime), p.Name, p.Remark)
				for _, part := range p.Parts {
					command.Tell(c, "  %-32s %8d queued  %s\n", part.Cmd, part.Queued, stage(part))
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().IntVar(&limit, "limit", 50, "how many tasks")
	return c
}

// stage says how far a part of a task is.
func stage(p history.Part) string {
	switch {
	case p.Why != "":
		return p.Why
	case p.Finished:
		return "finished"
	case len(p.After) > 0:
		return "under way"
	}
	return "not begun"
}
