package server

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// own are the flags whose values are an operator's own, so that nothing could be offered:
// addresses, times, lists of networks, ids of messages, and texts that are new.
var own = []string{
	"database-url", "handler-deadline", "listen", "name", "operate-hosts", "operate-listen", "origins", "overlap", "project", "proxies", "public-url", "push-allow", "retry",
	"retry-jitter", "sid", "since", "token", "trace", "url",
}

// TestCompletes holds that a shell completes every flag and argument of every command that
// takes something that is known: words, names of the systems, what is in the database, files
// and folders. TestCompletes of package operate looks at what is offered.
func TestCompletes(t *testing.T) {
	t.Parallel()
	some := system.System{System: route.System{Name: "shop", Title: "商店"}}
	some.Tables = []store.Table{{Name: "customer"}}
	seen := 0
	root := newCommand([]system.System{some})
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		looked := func(f *pflag.Flag) {
			kind := f.Value.Type()
			if kind == "bool" || strings.HasPrefix(kind, "int") || kind == "float64" || kind == "duration" || slices.Contains(own, f.Name) {
				return
			}
			seen++
			_, file := f.Annotations[cobra.BashCompFilenameExt]
			_, folder := f.Annotations[cobra.BashCompSubdirsInDir]
			if _, completes := cmd.GetFlagCompletionFunc(f.Name); !file && !folder && !completes {
				t.Errorf("%s --%s completes nothing: %s", cmd.CommandPath(), f.Name, f.Usage)
			}
		}
		cmd.Flags().VisitAll(looked)
		cmd.PersistentFlags().VisitAll(looked)
		for _, use := range strings.Fields(cmd.Use)[1:] {
			if free := strings.Contains(use, "FILE") || use == "[flags]"; !free && cmd.ValidArgsFunction == nil && cmd.ValidArgs == nil {
				t.Errorf("%s completes no %s", cmd.CommandPath(), use)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	if seen < 30 {
		t.Errorf("%d flags were found", seen)
	}
}
