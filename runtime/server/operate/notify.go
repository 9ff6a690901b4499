package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// notifyCommand sends notifications by hand.
func notifyCommand(s *Settings) *cobra.Command {
	c := &cobra.Command{
		Use: "notify", Short: "Send notifications by hand", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(sendCommand(s))
	return c
}

// sendCommand queues one notification for one app.
func sendCommand(s *Settings) *cobra.Command {
	o := &appOptions{Settings: s}
	var id, file, project string
	c := &cobra.Command{
		Use:   "send CMD",
		Short: "Queue a notification with contents of your own for one app",
		Long: `Queue a notification for one app, which must have subscribed to it.

The contents are a JSON object, validated by the rules of the notification and written anew in the document's order;
members that the document does not have are left out. A running server delivers it after the notifications that wait for the app already.

An app that sees certain projects gets only notifications about one of them: the contents name the project, or
--project if they have no field for it.`,
		Example: `  jiekoud notify send goods_notify --app 300 --data goods.json
  echo '{…}' | jiekoud notify send order_notify --app 300 --data -`,
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
				body, err := o.judge(system, args[0], payload)
				if err != nil {
					return err
				}
				message, err := o.message(system, args[0], body, project)
				if err != nil {
					return err
				}
				n, err := admin.Send(ctx, system, id, message)
				switch {
				case errors.Is(err, app.ErrSubscription):
					return command.Hinted(err, fmt.Sprintf("%s app subscribe %s --notify %s --url URL", c.Root().Name(), id, args[0]))
				case errors.Is(err, app.ErrProject) && message.Project == "":
					return command.Hinted(err, "say with --project which one the notification is about")
				case errors.Is(err, app.ErrProject):
					return command.Hinted(err, fmt.Sprintf("%s app show %s names them; the notification is about another one", c.Root().Name(), id))
				case err != nil:
					return err
				}
				command.Tell(c, "%s %s: %s queued as delivery %d\n", system, id, args[0], n)
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

// judge validates contents by the rules of a notification, and returns them in the
// document's form.
func (s *Settings) judge(name, cmd string, payload []byte) ([]byte, error) {
	if err := s.knownNotification(name, cmd); err != nil {
		return nil, err
	}
	of := system.Find(s.Systems, name)
	one := of.Interfaces[slices.IndexFunc(of.Interfaces, func(i route.Interface) bool { return i.Cmd == cmd })]
	if one.Status != route.Active {
		return nil, fmt.Errorf("%s is %s: it is not sent", cmd, one.Status)
	}
	zone, err := time.LoadLocation(of.Zone)
	if err != nil {
		return nil, err
	}
	request, err := one.Judge(payload, zone, of.Limits)
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

// message is a notification with the project that it is about: the contents', or
// the given one where they have no field for it.
func (s *Settings) message(name, cmd string, body []byte, project string) (app.Message, error) {
	m := app.Message{Cmd: cmd, Body: body, Project: project}
	for _, n := range system.Notifications(s.Systems) {
		if n.System != name || n.Cmd != cmd {
			continue
		}
		if m.About = n.About; !n.About && project != "" {
			return m, command.Misused("", "--project: %s is about no project", cmd)
		}
		if n.Project == "" {
			return m, nil
		}
		if project != "" {
			return m, command.Misused("", "--project: the contents of %s say it, in %s", cmd, n.Project)
		}
		m.Project = n.ProjectOf(body)
	}
	return m, nil
}

// faults lists the faults of contents, without any value of them.
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
