package operate

import (
	"context"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// tokenCommand issues tokens and takes them back.
func (o *appOptions) tokenCommand() *cobra.Command {
	lifetime := app.DefaultLifetime
	c := o.one("token", "Issue a token to an app and print it, once", `  jiekoud app token 301 --system shop --lifetime 2h
  jiekoud app token revoke 301 --system shop --all`,
		func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error {
			how := o.making(system, lifetime)
			if how.Lifetime == 0 {
				return command.Misused("", "%s asks for no issued tokens: its protocol has no guard issued", system)
			}
			made, err := admin.IssueToken(ctx, system, id, how)
			if err != nil {
				return err
			}
			keys := map[string]app.Secret{app.Token: made.Keys[app.Token], "token_secret": made.Keys[how.Beside]}
			maps.DeleteFunc(keys, func(_ string, text app.Secret) bool { return text == "" })
			return o.write(c, &sheet{}, app.Credentials{System: system, AppID: id, Keys: keys, Expires: made.Expires}, nil)
		})
	c.Long = `Issue a token to an app and print it. It is shown this once, and good at once on every server; earlier ones stay
good until they expire. The app file of jiekou call has it as "token".`
	c.Flags().DurationVar(&lifetime, "lifetime", lifetime, "for how long it is good")
	c.AddCommand(o.tokenRevokeCommand())
	return c
}

// tokenRevokeCommand ends tokens before they expire.
func (o *appOptions) tokenRevokeCommand() *cobra.Command {
	var token string
	var all bool
	c := o.one("revoke", "End tokens of an app: one, or all", "  jiekoud app token revoke 301 --system shop --all",
		func(c *cobra.Command, ctx context.Context, admin *app.Admin, system, id string) error {
			if all == (token != "") {
				return command.Misused("", "app token revoke needs --token TOKEN or --all")
			}
			if token == "-" {
				text, err := io.ReadAll(io.LimitReader(c.InOrStdin(), route.DefaultMaxBody))
				if err != nil {
					return err
				}
				if token = strings.TrimSpace(string(text)); token == "" {
					return command.Misused("", "--token -: nothing was given")
				}
			}
			n, err := admin.RevokeTokens(ctx, system, id, app.Secret(token))
			if err != nil {
				return err
			}
			if n == 0 && !all {
				return fmt.Errorf("%s %s has no such token that is good", system, id)
			}
			command.Tell(c, "%s %s: tokens ended: %d\n", system, id, n)
			return nil
		})
	c.Long = "End tokens of an app before they expire. Running servers refuse them within two seconds."
	c.Flags().StringVar(&token, "token", "", "the token to end; - reads it from standard input")
	c.Flags().BoolVar(&all, "all", false, "end every token of the app")
	return c
}
