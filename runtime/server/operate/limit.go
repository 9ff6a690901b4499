package operate

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/limit"
)

// limitCommand says what an app may have at a time.
func (o *appOptions) limitCommand() *cobra.Command {
	var l limit.App
	c := &cobra.Command{
		Use:   "limit ID",
		Short: "Bound the requests of an app",
		Long: `Bound the requests of an app, so that it cannot take from the others what they need.

A request beyond the concurrency waits for its turn, for a second; then, as beyond the rate, it is refused with the code
that the system has for the rule unavailable, and may be sent again. What is not given, or 0, is the server's default. A
running server follows within two seconds. Each server counts by itself.`,
		Example: "  jiekoud app limit 300 --concurrency 4 --rate 50\n  jiekoud app limit 300",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if l.Concurrency < 0 || l.Rate < 0 || l.Burst < 0 {
				return command.Misused("", "a limit is 0 or more")
			}
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				name, err := o.find(ctx, admin, args[0])
				if err != nil {
					return err
				}
				if err := admin.SetLimit(ctx, name, args[0], l); err != nil {
					return err
				}
				_, err = command.Tell(c, "%s %s: limits %s\n", name, args[0], limits(l))
				return err
			})
		},
	}
	c.Flags().IntVar(&l.Concurrency, "concurrency", 0, "requests at a time")
	c.Flags().Float64Var(&l.Rate, "rate", 0, "requests a second")
	c.Flags().IntVar(&l.Burst, "burst", 0, "requests at once; default twice the rate")
	return c
}

// limits says what an app may have, for people.
func limits(l limit.App) string {
	var list []string
	if l.Concurrency > 0 {
		list = append(list, fmt.Sprintf("%d at a time", l.Concurrency))
	}
	if l.Rate > 0 {
		list = append(list, fmt.Sprintf("%g a second", l.Rate))
	}
	if l.Burst > 0 {
		list = append(list, fmt.Sprintf("%d at once", l.Burst))
	}
	if len(list) == 0 {
		return "default"
	}
	return strings.Join(list, ", ")
}
