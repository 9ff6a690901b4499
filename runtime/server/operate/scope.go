package operate

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// scopeCommand says which rows an app reaches.
func (o *appOptions) scopeCommand() *cobra.Command {
	free := false
	c := &cobra.Command{
		Use:   "scope ID NAME [VALUE…]",
		Short: "Bind an app to the rows of some projects, tenants or accounts",
		Long: `Bind an app to the rows that belong to some values of a scope, which its system declares: projects, tenants, accounts.
The app reads and writes these alone; what lies outside is answered like rows that are not there. A report that would
write outside is refused with the scope's code. If the scope is what notifications are about, subscriptions get the part
of what they ask for that is within. Without values it reaches none of these rows; --all frees it.

An app that was never bound reaches all rows, or none if the server was started with --scoped-only.`,
		Example: "  jiekoud app scope 301 project 985fb4e7-2a09-4ee8-abb2-997659ba1b0d\n  jiekoud app scope 301 project --all",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if free && len(args) > 2 {
				return command.Misused("", "--all goes without values")
			}
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				name, err := o.find(ctx, admin, args[0])
				if err != nil {
					return err
				}
				scope, err := o.scope(name, args[1])
				if err != nil {
					return err
				}
				values := append([]string{}, args[2:]...)
				if free {
					values = nil
				}
				if err := admin.SetScope(ctx, name, args[0], scope.Name, values, scope.Project); err != nil {
					return err
				}
				_, err = command.Tell(c, "%s %s: %s %s\n", name, args[0], scope.Name, scopeText(values))
				return err
			})
		},
	}
	c.Flags().BoolVar(&free, "all", false, "do not bind it any more")
	return c
}

// scope is a scope of a system by its name.
func (o *appOptions) scope(name, word string) (route.Scope, error) {
	list := system.Find(o.Systems, name).Scopes
	var names []string
	for _, s := range list {
		if s.Name == word {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if len(list) == 0 {
		return route.Scope{}, command.Misused("its system.yaml may declare scopes", "system %s has no scopes", name)
	}
	return route.Scope{}, command.Misused("", "no scope %q; %s has %s", word, name, strings.Join(names, ", "))
}

// scopeText says which values of a scope an app reaches.
func scopeText(values []string) string {
	switch {
	case values == nil:
		return "all"
	case len(values) == 0:
		return "none"
	}
	return strings.Join(values, " ")
}

// scopes says which rows an app reaches; "" where nothing binds it.
func scopes(s app.Scopes) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		list = append(list, name+" "+scopeText(s[name]))
	}
	return strings.Join(list, "; ")
}
