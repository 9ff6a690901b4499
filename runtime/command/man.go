package command

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual of a program, a page a command.
func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages into a folder",
		Example: `  ` + root.Name() + ` man ~/.local/share/man/man1
  man ` + root.Name(),
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // pages are for everybody
				return err
			}
			root.DisableAutoGenTag = true // the same program, the same pages
			built := time.Unix(0, 0).UTC()
			if info, ok := debug.ReadBuildInfo(); ok {
				if at, err := time.Parse(time.RFC3339, setting(info, "vcs.time")); err == nil {
					built = at
				}
			}
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: root.Name(), Manual: root.Name(), Date: &built}, args[0])
		},
	}
}
