package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
)

// publishCommands are the commands named after tables whose rows operators may
// tell subscribers of.
func publishCommands(s *Settings) []*cobra.Command {
	var list []*cobra.Command
	for _, of := range s.Systems {
		for _, n := range of.Notifications {
			if slices.Contains(of.Publish, n.Cmd) {
				list = append(list, tableCommand(s, n))
			}
		}
	}
	return list
}

// tableCommand is about the rows of a table as the partners see them.
func tableCommand(s *Settings, n outbox.Notification) *cobra.Command {
	c := &cobra.Command{
		Use: n.Table, Short: "Publish " + n.Table + "s to subscribers", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(publishCommand(s, n))
	return c
}

// publishCommand sends notifications about rows.
func publishCommand(s *Settings, n outbox.Notification) *cobra.Command {
	o := &appOptions{Settings: s}
	var id string
	c := &cobra.Command{
		Use:   "publish " + strings.ToUpper(n.By[0]) + "…",
		Short: "Queue " + n.Cmd + " of " + n.Table + "s for its subscribers",
		Long: `Queue ` + n.Cmd + ` of ` + n.Table + `s, one a ` + n.Table + `, for every subscriber or for the app of --app.

All of them are queued or none: an unknown ` + n.Table + ` refuses the whole command.`,
		Example: "  jiekoud " + n.Table + " publish 3f2a9c1e-6f0b-4c53-9b0e-2d7f51a8c041",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, keys []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				queued, err := publish(ctx, admin, n, id, keys)
				if err != nil {
					return err
				}
				command.Tell(c, "%d %ss: %d notifications queued\n", len(keys), n.Table, queued)
				return nil
			})
		},
	}
	c.Flags().StringVar(&id, "app", "", "only for this app; default: every subscriber")
	return c
}

// publish queues a notification of the rows with these keys.
func publish(ctx context.Context, admin *app.Admin, n outbox.Notification, id string, keys []string) (int64, error) {
	var queued int64
	err := admin.Change(ctx, "publish", n.System, id, map[string]any{n.Table + "s": keys}, func(tx pgx.Tx) error {
		var unknown []string
		sql := fmt.Sprintf("select array(select key from unnest($1::text[]) as u(key) where not exists (select from %s.%s t where t.%s = u.key))",
			n.System, n.Table, n.By[0])
		if err := tx.QueryRow(ctx, sql, keys).Scan(&unknown); err != nil {
			return err
		}
		if len(unknown) > 0 {
			return fmt.Errorf("no %s %s", n.Table, strings.Join(unknown, ", "))
		}
		by := make([][]string, len(keys))
		for i, key := range keys {
			by[i] = []string{key}
		}
		var err error
		queued, err = n.Queue(ctx, tx, id, by)
		return err
	})
	return queued, err
}
