package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// notifyCommand sends notifications by hand.
func notifyCommand(s *settings) *cobra.Command {
	c := &cobra.Command{
		Use: "notify", Short: "Send notifications by hand", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sendCommand(s))
	return c
}

// sendCommand queues one notification for one app.
func sendCommand(s *settings) *cobra.Command {
	o := &appOptions{settings: s}
	var id, file, project string
	c := &cobra.Command{
		Use:   "send CMD",
		Short: "Queue a notification with contents of your own for one app",
		Long: `Queue a notification for one app, which must have subscribed to it.

The contents are a JSON object, judged by the rules of the notification and written anew in the document's order;
members that the document does not have are left out. A running server delivers it after what waits for the app already.

An app that sees certain projects only gets what is about one of them: the contents say which one, and where they have
no field for it --project does.`,
		Example: `  jiekoud notify send notify_proj_publish --app 300 --data publish.json
  echo '{…}' | jiekoud notify send cst_info_notify --app 300 --data -`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			payload, err := readData(file, c.InOrStdin())
			if err != nil {
				return err
			}
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				system, err := o.find(ctx, admin, id)
				if err != nil {
					return err
				}
				body, err := judgeNotification(system, args[0], payload)
				if err != nil {
					return err
				}
				message, err := messageOf(system, args[0], body, project)
				if err != nil {
					return err
				}
				n, err := admin.Send(ctx, system, id, message)
				switch {
				case errors.Is(err, app.ErrSubscription):
					return hinted{err, fmt.Sprintf("jiekoud app subscribe %s --notify %s --url URL", id, args[0])}
				case errors.Is(err, app.ErrProject) && message.Project == "":
					return hinted{err, "say with --project which one the notification is about"}
				case errors.Is(err, app.ErrProject):
					return hinted{err, fmt.Sprintf("jiekoud app show %s names them; the notification is about another one", id)}
				case err != nil:
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "%s %s: %s queued as delivery %d\n", system, id, args[0], n)
				return nil
			})
		},
	}
	c.Flags().StringVar(&o.system, "system", "", "system of the app; may be left out where there is one app with the id")
	c.Flags().StringVar(&id, "app", "", "the app that gets it")
	c.Flags().StringVar(&project, "project", "", "the project that it is about, where its contents have no field for it")
	c.Flags().StringVar(&file, "data", "", "file with the contents as JSON; - is standard input")
	_ = c.MarkFlagRequired("app")
	_ = c.MarkFlagRequired("data")
	return c
}

// readData reads a file, or standard input for "-".
func readData(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, route.DefaultMaxBody))
	}
	return os.ReadFile(name)
}

// judgeNotification holds contents against the rules of a notification that is sent,
// and returns them in the document's form.
func judgeNotification(system, cmd string, payload []byte) ([]byte, error) {
	if err := knownNotification(system, cmd); err != nil {
		return nil, err
	}
	for _, s := range describedSystems() {
		for i := range s.Interfaces {
			one := &s.Interfaces[i]
			if s.Name != system || one.Cmd != cmd {
				continue
			}
			if one.Status != route.Active {
				return nil, fmt.Errorf("%s is %s: it is not sent", cmd, one.Status)
			}
			zone, err := time.LoadLocation(s.Zone)
			if err != nil {
				return nil, err
			}
			request, err := one.Judge(payload, zone, s.Limits)
			if err != nil {
				return nil, faults(cmd, err)
			}
			body, ok := request.(wire.Encoder)
			if !ok {
				return nil, fmt.Errorf("%s cannot be written", cmd)
			}
			out := wire.NewWriter(zone)
			out.Begin()
			body.Encode(out)
			out.End()
			return out.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("no notification %s", cmd)
}

// messageOf is a notification with the project that it is about: the contents', or
// the given one where they have no field for it.
func messageOf(system, cmd string, body []byte, project string) (app.Message, error) {
	m := app.Message{Cmd: cmd, Body: body, Project: project}
	for _, n := range allNotifications() {
		if n.System != system || n.Cmd != cmd {
			continue
		}
		if m.About = n.About; !n.About && project != "" {
			return m, usageError{fmt.Errorf("--project: %s is about no project", cmd)}
		}
		if n.Project == "" {
			return m, nil
		}
		if project != "" {
			return m, usageError{fmt.Errorf("--project: the contents of %s say it, in %s", cmd, n.Project)}
		}
		m.Project = n.ProjectOf(body)
	}
	return m, nil
}

// faults lists what is wrong with contents, without any value of them.
func faults(cmd string, err error) error {
	refused, ok := errors.AsType[*problem.Error](err)
	if !ok {
		return err
	}
	lines := []string{fmt.Sprintf("the contents break rules of %s", cmd)}
	for _, p := range refused.Problems {
		lines = append(lines, fmt.Sprintf("  %s: %s", p.At, p.Rule))
	}
	if len(refused.Problems) == 0 {
		lines = append(lines, "  "+string(refused.Rule))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// publishNotification is the notification that tells of a project going online.
const publishNotification = "notify_proj_publish"

// projectCommand is about projects as the partners see them.
func projectCommand(s *settings) *cobra.Command {
	c := &cobra.Command{
		Use: "project", Short: "Publish projects to subscribers", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(publishCommand(s))
	return c
}

// publishCommand tells subscribers that projects are online.
func publishCommand(s *settings) *cobra.Command {
	o := &appOptions{settings: s}
	var id string
	c := &cobra.Command{
		Use:   "publish GUID…",
		Short: "Queue " + publishNotification + " of projects for its subscribers",
		Long: `Queue ` + publishNotification + ` of projects, one a project, for every subscriber or for the app of --app.

All of them are queued or none: an unknown project refuses the whole command.`,
		Example: "  jiekoud project publish 985fb4e7-2a09-4ee8-abb2-997659ba1b0d",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, guids []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				n, err := publish(ctx, admin, id, guids)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "%d projects: %d notifications queued\n", len(guids), n)
				return nil
			})
		},
	}
	c.Flags().StringVar(&id, "app", "", "only for this app; default: every subscriber")
	return c
}

// publish queues the notification of projects.
func publish(ctx context.Context, admin *app.Admin, id string, guids []string) (int64, error) {
	for _, n := range allNotifications() {
		if n.Cmd != publishNotification {
			continue
		}
		var queued int64
		err := admin.Change(ctx, "publish", n.System, id, map[string]any{"projects": guids}, func(tx pgx.Tx) error {
			var unknown []string
			err := tx.QueryRow(ctx, "select array(select guid from unnest($1::text[]) as u(guid) where not exists (select from "+
				n.System+"."+n.Table+" t where t.guid = u.guid))", guids).Scan(&unknown)
			if err != nil {
				return err
			}
			if len(unknown) > 0 {
				return fmt.Errorf("no project %s", strings.Join(unknown, ", "))
			}
			by := make([][]string, len(guids))
			for i, guid := range guids {
				by[i] = []string{guid}
			}
			queued, err = n.Queue(ctx, tx, id, by)
			return err
		})
		return queued, err
	}
	return 0, fmt.Errorf("no system has %s", publishNotification)
}
