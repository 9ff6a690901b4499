package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/history"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

// syncTasks are the tables whose tasks ask for history: of sync_request.
func syncTasks() []history.Tasks {
	return []history.Tasks{
		{System: "lianfa", Table: "sync_task", Scope: []string{"proj_guid", "shop_guid"}, Result: "notify_request_result"},
	}
}

// background does the work of a server that no request waits for: history, and
// deleting message ids, tokens and nonces that are too old. stop ends it and waits until it has ended.
func background(ctx context.Context, b *base, log *slog.Logger) (stop func(), err error) {
	worker, err := history.New(b.pool, history.Config{Tasks: syncTasks(), Notifications: allNotifications(), Log: log})
	if err != nil {
		return nil, err
	}
	zones := map[string]*time.Location{}
	for _, s := range describedSystems() {
		if zones[s.Name], err = time.LoadLocation(s.Zone); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { worker.Run(ctx) })
	group.Go(func() { store.KeepSids(ctx, b.pool, zones, log) })
	group.Go(func() { token.Keep(ctx, b.pool, log) })
	return func() {
		cancel()
		group.Wait()
	}, nil
}

// syncCommand is about tasks that send history.
func syncCommand(s *settings) *cobra.Command {
	c := &cobra.Command{
		Use: "sync", Short: "See the tasks of sync_request", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(syncListCommand(s))
	return c
}

// syncListCommand lists tasks with how far they are.
func syncListCommand(s *settings) *cobra.Command {
	var asJSON bool
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List the tasks, the youngest first, with how far each notification is",
		Example: "  jiekoud sync list --json", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b, err := s.open(c.Context(), quiet(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer b.close()
			list, err := history.List(c.Context(), b.pool, syncTasks(), limit)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), list)
			}
			for _, p := range list {
				fmt.Fprintf(c.OutOrStdout(), "%-8s %s  app %s  %s  %s  %s\n", p.State, p.Task, p.App, p.Created.Format(time.DateTime), p.Name, p.Remark)
				for _, part := range p.Parts {
					fmt.Fprintf(c.OutOrStdout(), "  %-32s %8d queued  %s\n", part.Cmd, part.Queued, stage(part))
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().IntVar(&limit, "limit", 50, "how many tasks")
	return c
}

// stage says where a part of a task stands.
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
