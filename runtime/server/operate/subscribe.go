package operate

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// subscription is one that is asked for.
type subscription struct {
	*appOptions
	cmds, projects []string
	url            string
	allow          string // private addresses
	silent         bool   // no handshake
}

// subscribeCommand says where notifications go.
func (o *appOptions) subscribeCommand() *cobra.Command {
	s := &subscription{appOptions: o}
	c := &cobra.Command{
		Use: "subscribe ID", Short: "Queue notifications for an app", Args: cobra.ExactArgs(1),
		Example: "  jiekoud app subscribe 300 --notify order_notify --url http://127.0.0.1:9000/push\n" +
			"  jiekoud app subscribe 300 --notify order_notify,goods_notify --url https://partner.example/push --project 985fb4e7-2a09-4ee8-abb2-997659ba1b0d",
		PreRun: func(*cobra.Command, []string) {
			o.NeedKey = !s.silent && slices.ContainsFunc(o.Systems, func(one system.System) bool { return greets(one.Protocol) })
		},
		RunE: s.run,
	}
	c.Long = `Queue notifications for an app, in place of earlier subscriptions to them.

With --project the app gets the notifications about one of these projects, and those about none; without it, those about
all projects that app scope binds it to. This is about notifications alone: what the app reads and writes is said by app
scope, and beyond that it gets nothing, whatever it asks for here. The
server looks at this when it queues a notification and again when it sends it: one that an app may not see any more is
not sent but listed as dead.

Where the system's protocol has a handshake, the URL must answer it first. --no-handshake leaves that out, for example
because the receiver is not there yet.`
	c.Flags().StringSliceVar(&s.cmds, "notify", nil, "notifications, by cmd")
	c.Flags().StringVar(&s.url, "url", "", "where they are to go")
	c.Flags().StringSliceVar(&s.projects, "project", nil, "only what is about one of these projects, or about none; what the app may read and write is app scope's")
	c.Flags().BoolVar(&s.silent, "no-handshake", false, "do not ask whether the URL answers")
	c.Flags().StringVar(&s.allow, "push-allow", os.Getenv("JIEKOU_PUSH_ALLOW"),
		"private addresses that a handshake may go to: CIDRs with commas between them (JIEKOU_PUSH_ALLOW)")
	_ = c.MarkFlagRequired("notify")
	_ = c.MarkFlagRequired("url")
	return c
}

// run subscribes.
func (s *subscription) run(c *cobra.Command, args []string) error {
	allow, err := notify.ParseAllow(s.allow)
	if err != nil {
		return command.Misused("", "%w", err)
	}
	return s.backed(c, func(ctx context.Context, b *Backing, admin *app.Admin) error {
		id := args[0]
		name, err := s.find(ctx, admin, id)
		if err != nil {
			return err
		}
		for _, cmd := range s.cmds {
			if err := s.knownNotification(name, cmd); err != nil {
				return err
			}
			if err := app.CheckSubscription(cmd, s.url, nil); err != nil {
				return err
			}
		}
		if !s.silent {
			if err := s.greet(ctx, b, name, id, allow); err != nil {
				return err
			}
		}
		for _, cmd := range s.cmds {
			if err := admin.Subscribe(ctx, name, id, cmd, s.url, s.projects...); err != nil {
				return err
			}
		}
		command.Tell(c, "%s %s: %s -> %s%s\n", name, id, strings.Join(s.cmds, " "), s.url, only(s.projects))
		return nil
	})
}

// greets reports whether a protocol has a handshake.
func greets(p *protocol.Protocol) bool { return p != nil && p.Push != nil && p.Push.HasHandshake() }

// greet asks the URL whether it answers, where the protocol of the system has it so.
func (s *subscription) greet(ctx context.Context, b *Backing, name, id string, allow []netip.Prefix) error {
	p := system.Find(s.Systems, name).Protocol
	if !greets(p) {
		return nil
	}
	registry, err := app.NewRegistry(ctx, b.Pool, b.Master, app.Protocols{name: p}, nil)
	if err != nil {
		return err
	}
	defer registry.Close()
	found, ok := registry.Lookup(ctx, name, id)
	if !ok {
		return fmt.Errorf("app %s: %w", id, app.ErrNotFound)
	}
	err = notify.Greet(ctx, p, found.Keys, s.url, allow)
	if errors.Is(err, notify.ErrNoAnswer) {
		hint := "start the receiver first, or leave the handshake out: --no-handshake"
		if strings.HasSuffix(err.Error(), string(notify.Blocked)) {
			hint = "private addresses must be allowed: --push-allow 127.0.0.1"
		}
		return command.Hinted(err, hint)
	}
	return err
}

// only says which projects a subscription sees, "" where it sees all.
func only(projects []string) string {
	if len(projects) == 0 {
		return ""
	}
	return ", projects " + strings.Join(projects, " ")
}

// ungranted says of a subscription that it gets nothing, "" where it does.
func ungranted(granted bool) string {
	if granted {
		return ""
	}
	return ", nothing is queued: no grant, or the app is disabled"
}

// unsubscribeCommand ends subscriptions.
func (o *appOptions) unsubscribeCommand() *cobra.Command {
	var cmds []string
	c := o.one("unsubscribe", "End subscriptions of an app", "  jiekoud app unsubscribe 300 --notify order_notify",
		func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error {
			for _, cmd := range cmds {
				if err := admin.Unsubscribe(ctx, system, id, cmd); err != nil {
					return err
				}
			}
			command.Tell(c, "%s %s: no more %s\n", system, id, strings.Join(cmds, " "))
			return nil
		})
	c.Flags().StringSliceVar(&cmds, "notify", nil, "notifications, by cmd")
	_ = c.MarkFlagRequired("notify")
	return c
}

// knownNotification refuses a cmd that is no notification of the system.
func (s *Settings) knownNotification(name, cmd string) error {
	var names []string
	if found := system.Find(s.Systems, name); found != nil {
		for _, i := range found.Interfaces {
			if i.Kind != route.Notify {
				continue
			}
			if i.Cmd == cmd {
				return nil
			}
			names = append(names, i.Cmd)
		}
	}
	return command.Misused("", "%s has no notification %q; it has %s", name, cmd, strings.Join(names, ", "))
}
