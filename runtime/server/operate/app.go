package operate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// appOptions are the flags of the app commands.
type appOptions struct {
	*Settings
	system string
	json   bool
}

// appCommand manages registered callers.
func appCommand(s *Settings) *cobra.Command {
	o := &appOptions{Settings: s}
	c := &cobra.Command{
		Use:   "app",
		Short: "Manage registered apps: keys, grants, subscriptions",
		Long: `Manage the apps that may call: their keys, their grants, and the URLs of their notifications.

Works beside a running server, which follows within two seconds.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&o.system, "system", "", "system of the app; may be left out where there is one app with the id")
	c.PersistentFlags().BoolVar(&o.json, "json", false, "print JSON")
	c.AddCommand(o.addCommand(), o.listCommand(), o.callersCommand(), o.showCommand(), o.rotateCommand(),
		o.patternsCommand("grant", "Let an app call interfaces", (*app.Admin).Grant),
		o.patternsCommand("revoke", "Take grants back, written as they were given", (*app.Admin).Revoke),
		o.stateCommand("disable", "Refuse an app from now on", (*app.Admin).Disable),
		o.stateCommand("enable", "Let a disabled app call again", (*app.Admin).Enable),
		o.profileCommand(), o.limitCommand(), o.scopeCommand(), o.subscribeCommand(), o.unsubscribeCommand(), o.tokenCommand())
	return c
}

// sealing marks a command that seals credentials.
func (o *appOptions) sealing(*cobra.Command, []string) { o.NeedKey = true }

// run opens the database, does one thing with the apps and closes it.
func (o *appOptions) run(c *cobra.Command, do func(ctx context.Context, admin *app.Admin) error) error {
	return o.backed(c, func(ctx context.Context, _ *Backing, admin *app.Admin) error { return do(ctx, admin) })
}

// backed is run with the database itself.
func (o *appOptions) backed(c *cobra.Command, do func(ctx context.Context, b *Backing, admin *app.Admin) error) error {
	b, err := o.Open(c.Context(), quiet(c.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer b.Close()
	return do(c.Context(), b, app.NewAdmin(b.Pool, b.Master, actor()))
}

// find returns the system of an app: the flag's, or the only one that has it.
func (o *appOptions) find(ctx context.Context, admin *app.Admin, id string) (string, error) {
	if o.system != "" {
		return o.system, o.known(o.system)
	}
	list, err := admin.List(ctx, "")
	if err != nil {
		return "", err
	}
	var systems []string
	for _, a := range list {
		if a.ID == id {
			systems = append(systems, a.System)
		}
	}
	switch len(systems) {
	case 0:
		return "", fmt.Errorf("app %s: %w", id, app.ErrNotFound)
	case 1:
		return systems[0], nil
	}
	return "", command.Misused("", "app %s is in %s: say which with --system", id, strings.Join(systems, " and "))
}

// known refuses a name that no system has.
func (s *Settings) known(name string) error {
	if system.Find(s.Systems, name) != nil {
		return nil
	}
	var names []string
	for _, s := range s.Systems {
		names = append(names, s.Name)
	}
	return command.Misused("", "no system %q; there are %s", name, strings.Join(names, ", "))
}

// addCommand registers an app.
func (o *appOptions) addCommand() *cobra.Command {
	var grants []string
	var name string
	flags := keyFlags{}
	lifetime := app.DefaultLifetime
	c := &cobra.Command{
		Use:   "add ID",
		Short: "Register an app and print its credentials, once",
		Long: `Register an app and print its credentials. They are shown this once; rotate makes new ones.

The system's protocol says which keys an app has. Those that exist already are read from files with --key: texts, hex or
base64 as the protocol declares them, key pairs as PEM (PKCS #8, PKCS #1, SEC 1, a public key, a certificate), DER or its
base64. The others are made. Of a pair that is the partner's, the server keeps the public half; of one that is
ours, the partner gets the public half. If the partner gives no half of its own pair, the pair is made and the private
half is printed.

If the protocol asks for issued tokens, the first one is issued to the app; app token issues further ones.`,
		Example: `  jiekoud app add 301 --system shop --grant 'order_*' --grant 'goods_*'
  jiekoud app add 301 --system shop --grant '*' --out 301.json
  jiekoud app add 301 --system shop --key partner=partner.pem --key token=- < token.txt`,
		Args:   cobra.ExactArgs(1),
		PreRun: o.sealing,
		RunE: func(c *cobra.Command, args []string) error {
			if o.system == "" {
				return command.Misused("", "app add needs --system")
			}
			if err := o.known(o.system); err != nil {
				return err
			}
			of := func(context.Context, *app.Admin) (string, error) { return o.system, nil }
			return o.withKeys(c, &flags, of, func(ctx context.Context, admin *app.Admin, g given) (app.Credentials, error) {
				if g.how.Lifetime > 0 {
					g.how.Lifetime = lifetime
				}
				made, err := admin.Add(ctx, app.New{System: o.system, ID: args[0], Name: name, Grants: grants, Keys: g.keys, Making: g.how})
				if errors.Is(err, app.ErrMissing) {
					err = command.Hinted(err, fmt.Sprintf("%s key rotate --system %s makes them; --key NAME=FILE takes those that exist", c.Root().Name(), o.system))
				}
				return made, err
			})
		},
	}
	c.Flags().StringArrayVar(&grants, "grant", nil, "pattern of interfaces it may call; may be repeated")
	c.Flags().StringVar(&name, "name", "", "name for people")
	c.Flags().DurationVar(&lifetime, "lifetime", lifetime, "for how long the token is good, of a system that asks for issued tokens")
	flags.add(c)
	return c
}

// plainly prints credentials for people.
func plainly(cmd *cobra.Command, c app.Credentials) error {
	t := &command.Table{C: cmd}
	line := func(name, text string) {
		if strings.Contains(text, "\n") {
			text = "\n" + strings.TrimSuffix(text, "\n") // PEM
		}
		fmt.Fprintf(t, "%s\t%s\n", name, text)
	}
	line("system", c.System)
	if c.AppID != "" {
		line("appid", c.AppID)
	}
	for _, name := range c.Names() {
		line(name, string(c.Keys[name]))
	}
	if !c.Expires.IsZero() {
		line("expires", c.Expires.Format(time.DateTime))
	}
	return t.Print()
}

// listCommand lists apps.
func (o *appOptions) listCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the apps", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				all, err := admin.List(ctx, o.system)
				if err != nil {
					return err
				}
				return list(c, o.json, all, func(t *command.Table, a app.Info) {
					t.Tell("%s\t%s\t%s\t%s\t%s\n", a.System, a.ID, state(c, a), strings.Join(a.Grants, " "), a.Name)
					o.about(labelled(t, "  %s %s\n"), a)
				})
			})
		},
	}
}

// state says whether an app may call, in the language of the command line.
func state(c *cobra.Command, a app.Info) string {
	return command.Language(c.Context()).Say(map[bool]string{true: "disabled", false: "enabled"}[a.Disabled])
}

// one is a command on one app.
func (o *appOptions) one(use, short, example string, do func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error,
) *cobra.Command {
	return &cobra.Command{
		Use: use + " ID", Short: short, Example: example, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				system, err := o.find(ctx, admin, args[0])
				if err != nil {
					return err
				}
				return do(c, ctx, admin, system, args[0])
			})
		},
	}
}

// showCommand shows one app.
func (o *appOptions) showCommand() *cobra.Command {
	return o.one("show", "Show an app: grants, state, keys, subscriptions", "  jiekoud app show 300",
		func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error {
			info, err := admin.Show(ctx, system, id)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c.OutOrStdout(), info)
			}
			t := &command.Table{C: c}
			tell := labelled(t, "%s\t%s\n")
			tell("system: %s", info.System)
			tell("appid: %s", info.ID)
			tell("name: %s", info.Name)
			tell("state: %s", state(c, info))
			tell("grants: %s", strings.Join(info.Grants, " "))
			o.about(tell, info)
			return t.Print()
		})
}

// labelled adds lines that begin with a label, which ends at the first colon.
func labelled(t *command.Table, form string) func(format string, args ...any) {
	return func(format string, args ...any) {
		label, text, _ := strings.Cut(command.Language(t.C.Context()).Say(fmt.Sprintf(format, args...)), ": ")
		fmt.Fprintf(t, form, label, text)
	}
}

// about tells what not every app has, a line each.
func (o *appOptions) about(tell func(format string, args ...any), a app.Info) {
	if a.Profile != nil {
		tell("profile: %s", cmp.Or(*a.Profile, "none"))
	}
	if a.Limit != (limit.App{}) {
		tell("limits: %s", limits(a.Limit))
	}
	if len(a.Scopes) > 0 {
		tell("scope: %s", scopes(a.Scopes))
	}
	for _, keys := range o.listKeys(a.Keys, a.System, a.ID) {
		tell("keys: %s", keys)
	}
	for _, s := range a.Subscriptions {
		tell("notify: %s -> %s%s%s", s.Cmd, s.URL, only(s.Projects), ungranted(s.Granted))
	}
}

// stateCommand turns an app on or off.
func (o *appOptions) stateCommand(use, short string, do func(*app.Admin, context.Context, string, string) error) *cobra.Command {
	return o.one(use, short, "  jiekoud app "+use+" 300", func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error {
		if err := do(admin, ctx, system, id); err != nil {
			return err
		}
		command.Tell(c, "%s %s: %sd\n", system, id, use)
		return nil
	})
}

// patternsCommand gives or takes grants.
func (o *appOptions) patternsCommand(use, short string, do func(*app.Admin, context.Context, string, string, ...string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " ID PATTERN…", Short: short, Example: "  jiekoud app " + use + " 300 'order_*' goods_list", Args: cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				system, err := o.find(ctx, admin, args[0])
				if err != nil {
					return err
				}
				if err := do(admin, ctx, system, args[0], args[1:]...); err != nil {
					return err
				}
				info, err := admin.Show(ctx, system, args[0])
				if err != nil {
					return err
				}
				command.Tell(c, "%s %s may call: %s\n", system, args[0], strings.Join(info.Grants, " "))
				return nil
			})
		},
	}
}
