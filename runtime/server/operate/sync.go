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
			all, err := history.List(c.Context(), b.Pool, system.Histories(s.Systems), limit)
			if err != nil {
				return err
			}
			return list(c, asJSON, all, func(t *command.Table, p history.Progress) {
				t.Tell("%s\t%s\tapp %s\t%s\t%s\t%s\n", p.State, p.Task, p.App, p.Created.Format(time.DateTime), p.Name, p.Remark)
				for _, part := range p.Parts {
					t.Tell("  %s\t%d queued\t%s\n", part.Cmd, part.Queued, stage(part))
				}
			})
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
