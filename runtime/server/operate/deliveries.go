package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/notify"
)

// deliveryOptions are the flags of the deliveries commands.
type deliveryOptions struct {
	*Settings
	json   bool
	filter notify.Filter
	state  string
	since  string
}

// deliveriesCommand looks at notifications on their way and steers them.
func deliveriesCommand(s *Settings) *cobra.Command {
	o := &deliveryOptions{Settings: s}
	c := &cobra.Command{
		Use:   "deliveries",
		Short: "Look at notifications on their way: list, show, replay, pause, resume",
		Long: `Look at the notifications that were queued for apps, and steer them.

Works beside a running server. Contents are never shown, only the names of their fields.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().BoolVar(&o.json, "json", false, "print JSON")
	c.PersistentFlags().StringVar(&o.filter.System, "system", "", "of this system only")
	c.AddCommand(o.listCommand(), o.receiversCommand(), o.showCommand(), o.replayCommand(),
		o.steerCommand("pause", "Hold the queue of an app", (*notify.Admin).Pause),
		o.steerCommand("resume", "Let a paused or disabled app have its notifications again", (*notify.Admin).Resume))
	return c
}

// run opens the database, does one thing and closes it.
func (o *deliveryOptions) run(c *cobra.Command, do func(ctx context.Context, b *Backing, admin *notify.Admin) error) error {
	b, err := o.Open(c.Context(), quiet(c.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer b.Close()
	err = do(c.Context(), b, notify.NewAdmin(b.Pool, actor()))
	if errors.Is(err, notify.ErrFilter) {
		return command.Misused("", "%w", err)
	}
	return err
}

// filters adds the flags that pick deliveries.
func (o *deliveryOptions) filters(c *cobra.Command) {
	c.Flags().StringVar(&o.filter.App, "app", "", "of this app only")
	c.Flags().StringVar(&o.filter.Cmd, "cmd", "", "of this notification only")
	c.Flags().StringVar(&o.filter.Sid, "sid", "", "with this message id only")
	c.Flags().StringVar(&o.state, "state", "", "waiting, delivered or dead only")
	c.Flags().StringVar(&o.since, "since", "", "queued since: 2026-11-21, 2026-11-21T15:04:05+08:00, or 36h ago")
}

// pick reads the filters.
func (o *deliveryOptions) pick(now time.Time) (err error) {
	o.filter.State = notify.State(o.state)
	if o.filter.Since, err = notify.ParseSince(o.since, now); err != nil {
		return command.Misused("", "--since: %w", err)
	}
	return nil
}

// listCommand lists deliveries.
func (o *deliveryOptions) listCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: "List deliveries, the newest first", Args: cobra.NoArgs,
		Example: "  jiekoud deliveries list --app 300 --state dead --since 36h",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.pick(time.Now()); err != nil {
				return err
			}
			return o.run(c, func(ctx context.Context, _ *Backing, admin *notify.Admin) error {
				all, err := admin.List(ctx, o.filter)
				if err != nil {
					return err
				}
				return list(c, o.json, all, func(t *command.Table, d notify.Delivery) {
					t.Tell("%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", d.ID, d.State,
						d.Queued.Format(time.DateTime), d.System, d.App, d.Cmd, cmp.Or(d.Sid, "-"), d.Attempts, d.Reason)
				})
			})
		},
	}
	o.filters(c)
	c.Flags().IntVar(&o.filter.Limit, "limit", notify.DefaultLimit, "how many")
	return c
}

// receiversCommand lists queues.
func (o *deliveryOptions) receiversCommand() *cobra.Command {
	return &cobra.Command{
		Use: "receivers", Short: "List the queues: state, how many wait, since when", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.run(c, func(ctx context.Context, _ *Backing, admin *notify.Admin) error {
				all, err := admin.Receivers(ctx, o.filter.System, "")
				if err != nil {
					return err
				}
				return list(c, o.json, all, tellReceiver)
			})
		},
	}
}

// tellReceiver tells a queue as one line.
func tellReceiver(t *command.Table, r notify.Receiver) {
	t.Tell("%s\t%s\t%s\t%s waiting", r.System, r.App, r.State, counted(r.Waiting))
	if r.Dead > 0 {
		t.Tell(", %s dead", counted(r.Dead))
	}
	if r.Oldest != nil {
		t.Tell(", the oldest since %s", r.Oldest.Format(time.DateTime))
	}
	if r.FailingSince != nil {
		t.Tell("; failing since %s (%s), %d in a row", r.FailingSince.Format(time.DateTime), r.Why, r.Failures)
	}
	if r.Due != nil && r.State == notify.Failing {
		t.Tell(", next %s", r.Due.Format(time.DateTime))
	}
	t.WriteString("\n")
}

// counted is a number of notifications, of which only so many are counted.
func counted(n int) string {
	if n >= notify.Counted {
		return strconv.Itoa(notify.Counted) + "+"
	}
	return strconv.Itoa(n)
}

// showCommand shows one delivery.
func (o *deliveryOptions) showCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show a delivery: its fields without their texts, and the answers", Args: cobra.ExactArgs(1),
		Example: "  jiekoud deliveries show 42",
		RunE: func(c *cobra.Command, args []string) error {
			ids, err := parseIDs(args)
			if err != nil {
				return err
			}
			return o.run(c, func(ctx context.Context, _ *Backing, admin *notify.Admin) error {
				d, err := admin.Show(ctx, ids[0])
				if err != nil {
					return err
				}
				if o.json {
					return printJSON(c.OutOrStdout(), d)
				}
				return list(c, false, []notify.Detail{d}, tellDetail)
			})
		},
	}
}

// tellDetail tells a delivery for people.
func tellDetail(t *command.Table, d notify.Detail) {
	t.Tell("id        %d\nsystem    %s\nappid     %s\ncmd       %s\nstate     %s\nqueued    %s\nsid       %s\n",
		d.ID, d.System, d.App, d.Cmd, d.State, d.Queued.Format(time.DateTime), cmp.Or(d.Sid, "-"))
	if d.Reason != "" {
		t.Tell("reason    %s\n", d.Reason)
	}
	t.Tell("content   %s\nreceiver  ", d.Content)
	tellReceiver(t, d.Receiver)
	for _, one := range d.Tries {
		t.Tell("attempt   %d  %s  %.3f s  %s", one.N, one.At.Format(time.DateTime), one.Seconds, one.Outcome)
		if one.Status != 0 {
			t.Tell("  HTTP %d", one.Status)
		}
		if one.Code != "" {
			t.Tell("  code %s", one.Code)
		}
		t.Tell(": %s\n", command.Language(t.C.Context()).Say(because[one.Outcome]))
	}
}

// because says why an attempt counts as it does.
var because = map[notify.Outcome]string{
	notify.Delivered: "the answer says success, as the protocol declares it",
	notify.Refused:   "the answer verifies, and does not say success",
	notify.Status:    "success has another HTTP status",
	notify.Gone:      "HTTP 410: the receiver is no more",
	notify.Forged:    "no answer of the protocol: another form, or not made with the keys of the app",
	notify.Large:     "the answer has more than 64 KiB",
	notify.Timeout:   "no whole answer came in time",
	notify.Lookup:    "nobody knows the name of the host",
	notify.Connect:   "nobody listens there, or no way leads there",
	notify.TLS:       "the certificate is not trusted, or no TLS is spoken there",
	notify.Broken:    "the connection ended, or it spoke no HTTP",
	notify.Blocked:   "the address is in a private network, which serve --push-allow has to name",
	notify.Unsent:    "it could not be written: a key is missing, or the URL may not be called",
}

// replayCommand lets deliveries wait again.
func (o *deliveryOptions) replayCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "replay [ID…]",
		Short: "Send dead or delivered notifications again, with the same message id and bytes",
		Long: `Send notifications again: those with the ids, or those that the filters pick; with filters
only the dead ones unless --state says otherwise. Each goes back to its place in the queue.`,
		Example: "  jiekoud deliveries replay 42 43\n  jiekoud deliveries replay --app 300 --since 36h",
		RunE: func(c *cobra.Command, args []string) (err error) {
			if o.filter.IDs, err = parseIDs(args); err != nil {
				return err
			}
			if err := o.pick(time.Now()); err != nil {
				return err
			}
			if len(args) == 0 {
				if o.filter.App == "" && o.filter.Cmd == "" && o.filter.Sid == "" && o.since == "" {
					return command.Misused("", "deliveries replay: name ids, or pick with --app, --cmd, --sid or --since")
				}
				o.filter.State = cmp.Or(o.filter.State, notify.Dead)
			}
			return o.run(c, func(ctx context.Context, _ *Backing, admin *notify.Admin) error {
				n, err := admin.Replay(ctx, o.filter)
				if err != nil {
					return err
				}
				if n == 0 {
					return fmt.Errorf("nothing to send again: %w", notify.ErrNotFound)
				}
				command.Tell(c, "%d to be sent again\n", n)
				return nil
			})
		},
	}
	o.filters(c)
	return c
}

// parseIDs reads ids of deliveries.
func parseIDs(args []string) ([]int64, error) {
	var ids []int64
	for _, a := range args {
		id, err := strconv.ParseInt(a, 10, 64)
		if err != nil || id <= 0 {
			return nil, command.Misused("", "%q is no id of a delivery", a)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// steerCommand holds or frees a queue.
func (o *deliveryOptions) steerCommand(use, short string, do func(*notify.Admin, context.Context, string, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " APP", Short: short, Example: "  jiekoud deliveries " + use + " 300", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, func(ctx context.Context, b *Backing, admin *notify.Admin) error {
				find := appOptions{Settings: o.Settings, system: o.filter.System}
				system, err := find.find(ctx, app.NewAdmin(b.Pool, b.Master, actor()), args[0])
				if err != nil {
					return err
				}
				if err := do(admin, ctx, system, args[0]); err != nil {
					return err
				}
				command.Tell(c, "%s %s: deliveries %sd\n", system, args[0], use)
				return nil
			})
		},
	}
}
