package operate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// caller is an app that still calls a deprecated interface.
type caller struct {
	System    string `json:"system"`
	Interface string `json:"interface"`
	Sunset    string `json:"sunset,omitempty"` // its last day
	Days      *int   `json:"days,omitempty"`   // until then; below 0: after it
	App       string `json:"app"`
	Name      string `json:"name"`
	Calls     int64  `json:"calls"` // of the last 30 days
}

// callersCommand lists who still calls what ends.
func (o *appOptions) callersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "callers",
		Short: "List the apps that still call deprecated interfaces",
		Long: `List the apps that called a deprecated interface in the last 30 days, earlier revisions among them, with the number of calls and the days that are left.
What ends first comes first.`,
		Example: `  jiekoud app callers
  jiekoud app callers --system shop --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				all, err := admin.List(ctx, o.system)
				if err != nil {
					return err
				}
				found := o.callers(all, time.Now())
				if len(found) == 0 && !o.json {
					command.Tell(c, "nobody called a deprecated interface in the last 30 days\n")
				}
				return list(c, o.json, found, tellCaller)
			})
		},
	}
}

// callers joins the counts of apps with the interfaces that are deprecated.
func (o *appOptions) callers(apps []app.Info, now time.Time) []caller {
	out := []caller{}
	for _, a := range apps {
		s := system.Find(o.Systems, a.System)
		if s == nil {
			continue // this server does not serve it
		}
		for _, i := range s.Interfaces {
			if i.Status == route.Deprecated && a.Calls[i.Cmd] > 0 {
				out = append(out, caller{s.Name, i.Cmd, i.Sunset, daysUntil(i.Sunset, s.Zone, now), a.ID, a.Name, a.Calls[i.Cmd]})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b caller) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Sunset, "~"), cmp.Or(b.Sunset, "~")), cmp.Compare(a.System, b.System),
			cmp.Compare(a.Interface, b.Interface), cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.App, b.App))
	})
	return out
}

// daysUntil counts the days from today to a day, nil where it is not known.
func daysUntil(day, zone string, now time.Time) *int {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil
	}
	if place, err := time.LoadLocation(zone); err == nil {
		now = now.In(place)
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	days := int(at.Sub(today).Hours() / 24)
	return &days
}

func tellCaller(t *command.Table, one caller) {
	left := "no last day"
	if one.Days != nil {
		left = fmt.Sprintf("%s (%d days)", one.Sunset, *one.Days)
	}
	t.Tell("%s\t%s\t%s\t%s\t%d calls\t%s\n", one.System, one.Interface, left, one.App, one.Calls, one.Name)
}
