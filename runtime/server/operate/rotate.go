package operate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
)

// rotation has the flags of commands that rotate keys.
type rotation struct {
	keyFlags
	overlap, end string
}

func (r *rotation) flags(c *cobra.Command, o *appOptions) {
	r.anew = true
	r.add(c)
	c.Flags().StringVar(&r.overlap, "overlap", "", "for how long the old keys are good beside the new ones, for example 7d or 36h; default: they end at once")
	c.Flags().StringVar(&r.end, "end", "", "make nothing, and end the old keys of an earlier rotation: now, 36h, or a time such as 2026-12-05T12:00:00+08:00")
	c.Flags().BoolVar(&o.lostKey, "lost-key", false, "the master key is lost for good: make a new one and seal under it although no key opens with it")
	c.MarkFlagsMutuallyExclusive("end", "key")
	c.MarkFlagsMutuallyExclusive("end", "overlap")
	c.MarkFlagsMutuallyExclusive("end", "lost-key")
}

// rotateCommand makes new credentials.
func (o *appOptions) rotateCommand() *cobra.Command {
	var r rotation
	c := &cobra.Command{
		Use:   "rotate ID",
		Short: "Replace an app's keys and print the new credentials, once",
		Long: `Replace an app's keys and print the new credentials, once.

Without --key it replaces every key that was made here, and ends the issued tokens. Of a pair whose half the partner
gave, the half stays until --key NAME=FILE gives another one. The old keys end at once, or with --overlap at the end of
that time: until then both verify. Replies are made with the keys of the request, everything else that is sent with the
new ones. --end sets another end for old keys that are still good. A running server follows within two seconds.`,
		Example: `  jiekoud app rotate 300 --json
  jiekoud app rotate 300 --overlap 7d --out 300.json
  jiekoud app rotate 300 --key partner=partner.pem --overlap 7d
  jiekoud app rotate 300 --end now`,
		Args: cobra.ExactArgs(1), PreRun: o.sealing,
		RunE: func(c *cobra.Command, args []string) error {
			return o.rotate(c, &r, args[0], func(ctx context.Context, admin *app.Admin) (string, error) {
				return o.find(ctx, admin, args[0])
			})
		},
	}
	r.flags(c, o)
	return c
}

// rotate rotates the keys of an app, or of a system with an empty id.
func (o *appOptions) rotate(c *cobra.Command, r *rotation, id string, of func(context.Context, *app.Admin) (string, error)) error {
	if r.end != "" {
		return o.endKeys(c, r.end, id, of)
	}
	overlap, err := span(r.overlap)
	if err != nil {
		return err
	}
	return o.withKeys(c, &r.keyFlags, of, func(ctx context.Context, admin *app.Admin, g given) (app.Credentials, error) {
		next := app.Rotation{Making: g.how, Names: g.names, Keys: g.keys, Overlap: overlap, Lost: o.lostKey}
		if id == "" {
			return admin.RotateSystem(ctx, g.system, next)
		}
		return admin.Rotate(ctx, g.system, id, next)
	})
}

// endKeys sets the end of old keys.
func (o *appOptions) endKeys(c *cobra.Command, word, id string, of func(context.Context, *app.Admin) (string, error)) error {
	at, err := moment(word, time.Now())
	if err != nil {
		return err
	}
	return o.run(c, func(ctx context.Context, admin *app.Admin) error {
		system, err := of(ctx, admin)
		if err != nil {
			return err
		}
		n, err := admin.End(ctx, system, id, at)
		if errors.Is(err, app.ErrNoEnd) {
			return command.Hinted(err, "--overlap keeps the old keys beside new ones")
		}
		if err != nil {
			return err
		}
		_, err = command.Tell(c, "%s: old editions of its keys: %d, good until %s\n",
			strings.TrimSpace(system+" "+id), n, at.Format(time.DateTime))
		return err
	})
}

// span reads a duration, which may have days.
func span(word string) (time.Duration, error) {
	if word == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(word, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 {
		return 0, command.Misused("", "%q is no duration: write 7d, 36h or 30m", word)
	}
	return d, nil
}

// moment reads a time: now, after a duration, or as a date and a time of day.
func moment(word string, now time.Time) (time.Time, error) {
	if word == "now" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, word, time.Local); err == nil {
			return at, nil
		}
	}
	if d, err := span(word); err == nil {
		return now.Add(d), nil
	}
	return now, command.Misused("", "%q is no time: write now, 7d, 36h, 2026-12-05 or 2026-12-05T12:00:00+08:00", word)
}

// keyCommand manages the keys that all apps of a system share.
func keyCommand(s *Settings) *cobra.Command {
	o := &appOptions{Settings: s}
	var r rotation
	c := &cobra.Command{
		Use:   "key",
		Short: "Manage the keys that all apps of a system share",
		Long: `Manage the keys that a protocol declares as "system": one for all apps, like the key pair of a platform.

They are sealed in the database like those of apps, and a running server follows within two seconds.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	rotate := &cobra.Command{
		Use:   "rotate",
		Short: "Make or replace the keys of a system and print what its partners need of them",
		Long: `Make or replace the keys that all apps of a system share, and print what its partners need of them: the public half
of a pair that is ours, and shared texts.

Without --key it replaces every key that was made here. The old keys end at once, or with --overlap at the end of that
time; --end sets another end.`,
		Example: `  jiekoud key rotate --system bank
  jiekoud key rotate --system bank --key platform=platform.pem --overlap 30d`,
		Args: cobra.NoArgs, PreRun: o.sealing,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.system == "" {
				return command.Misused("", "key rotate needs --system")
			}
			if err := o.known(o.system); err != nil {
				return err
			}
			return o.rotate(c, &r, "", func(context.Context, *app.Admin) (string, error) { return o.system, nil })
		},
	}
	r.flags(rotate, o)
	c.PersistentFlags().StringVar(&o.system, "system", "", "the system")
	c.PersistentFlags().BoolVar(&o.json, "json", false, "print JSON")
	c.AddCommand(rotate, o.listKeysCommand())
	return c
}

// listKeysCommand lists the keys that apps share.
func (o *appOptions) listKeysCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the keys that all apps of a system share, without their values", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.system != "" {
				if err := o.known(o.system); err != nil {
					return err
				}
			}
			return o.run(c, func(ctx context.Context, admin *app.Admin) error {
				all := map[string][]app.Key{}
				for _, s := range o.Systems {
					if o.system != "" && s.Name != o.system {
						continue
					}
					keys, err := admin.SystemKeys(ctx, s.Name)
					if err != nil {
						return err
					}
					if all[s.Name] = keys; !o.json {
						for _, line := range o.listKeys(keys, s.Name, "") {
							fmt.Fprintf(c.OutOrStdout(), "%s %s\n", s.Name, line)
						}
					}
				}
				if o.json {
					return printJSON(c.OutOrStdout(), all)
				}
				return nil
			})
		},
	}
}

// listKeys has a line for each edition of keys, never with their values, and one for keys that are missing.
func (o *appOptions) listKeys(keys []app.Key, system, id string) (lines []string) {
	for i := 0; i < len(keys); {
		first := keys[i]
		var words []string
		for ; i < len(keys) && keys[i].Edition == first.Edition; i++ {
			words = append(words, describe(keys[i]))
		}
		end := ""
		if !first.Until.IsZero() {
			end = ", until " + first.Until.Local().Format(time.DateTime)
		}
		lines = append(lines, strings.Join(words, ", ")+end)
	}
	var missing []string
	for _, n := range o.making(system, 0).Server {
		has := false
		for _, k := range keys {
			has = has || k.Name == n.Name && k.Edition == keys[0].Edition
		}
		if !has && n.System == (id == "") {
			missing = append(missing, n.String())
		}
	}
	if len(missing) > 0 {
		lines = append(lines, fmt.Sprintf("missing: %s", strings.Join(missing, ", ")))
	}
	return lines
}

// describe is a key in a list: its name, of a pair its half and fingerprint.
func describe(k app.Key) string {
	if k.Half == "" {
		return k.Name
	}
	return fmt.Sprintf("%s (%s half, %s, %s)", k.Name, k.Half, k.Kind, k.Fingerprint)
}
