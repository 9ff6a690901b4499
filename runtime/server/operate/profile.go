package operate

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// profileCommand says which further guards hold for an app.
func (o *appOptions) profileCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "profile ID NAME",
		Short: "Hold an app to the further guards of a profile",
		Long: `Hold an app to the further guards of a profile that the protocol of its system declares, like a message id that must
begin with the app's own id. NAME is a profile, none, or default: that of the system. A running server follows within two
seconds.`,
		Example: "  jiekoud app profile 300 hardened\n  jiekoud app profile 300 none",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				name, err := o.find(ctx, admin, args[0])
				if err != nil {
					return err
				}
				profile, text, err := o.profile(name, args[1])
				if err != nil {
					return err
				}
				if err := admin.SetProfile(ctx, name, args[0], profile); err != nil {
					return err
				}
				_, err = command.Tell(c, "%s %s: profile %s\n", name, args[0], text)
				return err
			})
		},
	}
}

// profile is a profile of a system by its name, none or default.
func (o *appOptions) profile(name, word string) (profile *string, text string, err error) {
	names, usual := system.Find(o.Systems, name).Protocol.Profiles()
	if usual == "" {
		usual = "none"
	}
	switch {
	case slices.Contains(names, word):
		return &word, word, nil
	case word == "none":
		return new(string), word, nil
	case word == "default":
		return nil, "default, which is " + usual, nil
	}
	if len(names) == 0 {
		return nil, "", command.Misused("", "the protocol of %s declares no profiles", name)
	}
	return nil, "", command.Misused("", "%s has no profile %q: there are %s, none and default", name, word, strings.Join(names, ", "))
}
