package operate

import (
	"context"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// offerPatience is how long a shell waits for what the database has.
const offerPatience = 3 * time.Second

// offer is what a shell is offered for a flag or an argument: words, each with what it is
// after a tab.
type offer func(c *cobra.Command, args []string) []string

// Offer has a shell complete the flags and arguments of a command and of all below it that
// take a system, an app, an interface, a table, a delivery, a key, one of some words, or a
// file. What is in the database is offered where it can be reached at once.
func Offer(c *cobra.Command, s *Settings) {
	for name, of := range map[string]offer{
		"system": s.systemNames, "app": s.appIDs, "grant": s.of(interfaces), "notify": s.of(notifications),
		"cmd": s.of(notifications), "table": s.of(loadable), "state": words(string(notify.Waiting), string(notify.Done), string(notify.Dead)),
		"log": words("text", "json"), "log-level": words("debug", "info", "warn", "error"), "end": words("now"),
	} {
		_ = c.RegisterFlagCompletionFunc(name, of.complete) // where the flag is there
	}
	_ = c.RegisterFlagCompletionFunc("key", s.completeKey)
	for _, flags := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		for name, endings := range map[string][]string{
			"config": {"yaml", "yml"}, "signatures": {"yaml", "yml"}, "out": {"json"}, "data": {"json"}, "master-key": {"key"},
			"tls-cert": {"pem", "crt"}, "tls-clients": {"pem", "crt"}, "tls-key": {"pem", "key"},
		} {
			_ = cobra.MarkFlagFilename(flags, name, endings...)
		}
		_ = flags.SetAnnotation("data-dir", cobra.BashCompSubdirsInDir, []string{})
	}
	if list := s.arguments(c); len(list) > 0 && c.ValidArgsFunction == nil {
		c.ValidArgsFunction = func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return list[min(len(args), len(list)-1)].complete(c, args, typed)
		}
	}
	for _, sub := range c.Commands() {
		Offer(sub, s)
	}
}

// completeKey offers the names of keys that a system has, and behind NAME= files.
func (s *Settings) completeKey(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if strings.Contains(typed, "=") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	keys := s.of(func(one system.System) (out []string) {
		for _, need := range one.Protocol.Needs(true) {
			if ofSystem := c.Parent().Name() == "key"; need.System == ofSystem {
				out = append(out, need.Name+"=\t"+one.Title)
			}
		}
		return out
	})
	out, directive := keys.complete(c, args, typed)
	return out, directive | cobra.ShellCompDirectiveNoSpace
}

// complete is the offer as cobra asks for it.
func (of offer) complete(c *cobra.Command, args []string, typed string) (out []string, _ cobra.ShellCompDirective) {
	if root := c.Root(); root.PersistentPreRunE != nil {
		_ = root.PersistentPreRunE(c, nil) // settings of a file that cannot be read are those without it
	}
	done := typed[:strings.LastIndex(typed, ",")+1] // of a list
	for _, word := range of(c, args) {
		bare, _, _ := strings.Cut(done+word, "\t")
		if word = done + word; strings.HasPrefix(word, typed) && !slices.Contains(args, bare) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// words offers some words.
func words(list ...string) offer { return func(*cobra.Command, []string) []string { return list } }

// arguments are what the arguments of a command take, by the words of its use; the last one is
// repeated. Files, new names and keys of rows have none.
func (s *Settings) arguments(c *cobra.Command) (out []offer) {
	uses := strings.Fields(c.Use)[1:]
	if len(uses) == 0 {
		return nil
	}
	by := map[string]offer{"ID": s.appIDs, "APP": s.appIDs, "CMD": s.of(notifications), "PATTERN…": s.of(interfaces), "NAME": s.of(profiles)}
	switch {
	case c.Parent().Name() == "deliveries":
		by["ID"], by["[ID…]"] = s.deliveries, s.deliveries
	case c.Name() == "scope":
		by["NAME"] = s.of(scoped)
	case c.Name() == "add":
		delete(by, "ID")
	case c.Name() == "load":
		return nil
	}
	for _, word := range uses {
		of := by[word]
		if of == nil {
			of = words()
		}
		out = append(out, of)
	}
	if !strings.Contains(uses[len(uses)-1], "…") {
		out = append(out, words())
	}
	return out
}

// said is what a command line says for a flag; empty: nothing, or there is no such flag.
func said(c *cobra.Command, name string) string {
	if f := c.Flag(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// systemNames are the systems of the program.
func (s *Settings) systemNames(*cobra.Command, []string) (out []string) {
	for _, one := range s.Systems {
		out = append(out, one.Name+"\t"+one.Title)
	}
	return out
}

// meant are the systems that --system or the app of a command line mean; nil, where neither
// does.
func (s *Settings) meant(c *cobra.Command, args []string) (out []string) {
	if only := said(c, "system"); only != "" {
		return []string{only}
	}
	id := said(c, "app")
	if c.Flag("app") == nil && len(args) > 0 {
		id = args[0]
	}
	if id == "" {
		return nil
	}
	for _, a := range s.apps(c) {
		if a.ID == id {
			out = append(out, a.System)
		}
	}
	return out
}

// of offers what each system has that a command line means.
func (s *Settings) of(has func(system.System) []string) offer {
	return func(c *cobra.Command, args []string) (out []string) {
		systems := s.meant(c, args)
		for _, one := range s.Systems {
			if systems == nil || slices.Contains(systems, one.Name) {
				out = append(out, has(one)...)
			}
		}
		return out
	}
}

// interfaces, notifications, loadable and scoped are what a system has: its interfaces, those
// that are sent, its tables and its scopes.
func interfaces(one system.System) []string {
	return named(one.Interfaces, func(i route.Interface) string { return i.Cmd + "\t" + one.Title })
}

func notifications(one system.System) []string {
	return named(one.Notifications, func(n outbox.Notification) string { return n.Cmd + "\t" + one.Title })
}

func loadable(one system.System) []string {
	return named(one.Tables, func(t store.Table) string { return t.Name + "\t" + t.Title })
}

func scoped(one system.System) []string {
	return named(one.Scopes, func(s route.Scope) string { return s.Name + "\t" + one.Title })
}

func named[T any](list []T, name func(T) string) (out []string) {
	for _, one := range list {
		out = append(out, name(one))
	}
	return out
}

// profiles are the profiles of a system, and what stands for none of them.
func profiles(one system.System) []string {
	names, _ := one.Protocol.Profiles()
	return append(slices.Clone(names), "none", "default")
}

// appIDs are the apps that are registered.
func (s *Settings) appIDs(c *cobra.Command, _ []string) (out []string) {
	only := said(c, "system")
	for _, a := range s.apps(c) {
		if only == "" || a.System == only {
			out = append(out, a.ID+"\t"+a.System+" "+a.Name)
		}
	}
	return out
}

// apps are those in the database, none where it cannot be reached.
func (s *Settings) apps(c *cobra.Command) (list []app.Info) {
	s.look(c, func(ctx context.Context, b *Backing) {
		list, _ = app.NewAdmin(b.Pool, nil, "").List(ctx, "") // a shell is offered nothing
	})
	return list
}

// deliveries are the newest ones that the filters of a command line pick.
func (s *Settings) deliveries(c *cobra.Command, _ []string) (out []string) {
	f := notify.Filter{System: said(c, "system"), App: said(c, "app"), Cmd: said(c, "cmd"), Sid: said(c, "sid")}
	s.look(c, func(ctx context.Context, b *Backing) {
		list, _ := notify.NewAdmin(b.Pool, "").List(ctx, f) // a shell is offered nothing
		for _, d := range list {
			out = append(out, strconv.FormatInt(d.ID, 10)+"\t"+string(d.State)+" "+d.System+" "+d.App+" "+d.Cmd)
		}
	})
	return out
}

// look reads the database, which it neither makes nor changes.
func (s *Settings) look(c *cobra.Command, do func(context.Context, *Backing)) {
	if _, err := os.Stat(s.DataDir); err != nil && s.DatabaseURL == "" {
		return // no server ever ran here
	}
	ctx, cancel := context.WithTimeout(c.Context(), offerPatience)
	defer cancel()
	if b, err := s.reach(ctx, slog.New(slog.NewTextHandler(io.Discard, nil))); err == nil {
		defer b.Close()
		do(ctx, b)
	}
}
