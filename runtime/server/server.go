// Package server is jiekoud as a library: it serves generated systems from one
// PostgreSQL, delivers their notifications, and has the commands that operators
// need beside it.
//
// A program of a team is Main with the team's systems:
//
//	func main() { os.Exit(server.Main(generated.Systems())) }
//
// A team with a server of its own mounts a Handler.
package server

import (
	"cmp"
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	_ "time/tzdata" // systems name time zones; the machine may have none

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/config"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// Main runs the command line of the process until its end, or until SIGINT or
// SIGTERM, and returns the exit code.
func Main(systems []system.System) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	root := newCommand(systems)
	called(root, strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"))
	return command.Main(ctx, root, os.Args[1:])
}

// program is what the help calls the server until it knows its own name.
const program = "jiekoud"

// called gives a tree of commands the name of the program: a team's is its own.
func called(c *cobra.Command, name string) {
	for _, text := range []*string{&c.Use, &c.Long, &c.Example} {
		*text = strings.ReplaceAll(*text, program, name)
	}
	for _, sub := range c.Commands() {
		called(sub, name)
	}
}

// Run is Main for a given command line. Results go to stdout, everything said
// about them to stderr.
func Run(ctx context.Context, systems []system.System, args []string, stdout, stderr io.Writer) int {
	root := newCommand(systems)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return command.Main(ctx, root, args)
}

// newCommand builds the command tree.
func newCommand(systems []system.System) *cobra.Command {
	s := operate.FromEnvironment(systems)
	root := &cobra.Command{
		Use:   program,
		Short: "Serve the interfaces that were generated from spec/",
		Long: `jiekoud serves the interfaces that were generated from spec/, from one PostgreSQL.

Without DATABASE_URL it runs a private PostgreSQL in its data folder.

Exit codes: 0 fine, 1 it could not be done, 2 wrong usage, 3 a bug of jiekou.`,
		Version: command.Version(),
	}
	s.Flags(root.PersistentFlags())
	config.Env(root.PersistentFlags(), map[string]string{
		"database-url": "DATABASE_URL", "data-dir": "JIEKOU_DATA_DIR", "master-key": "JIEKOU_MASTER_KEY_FILE",
	})
	file := root.PersistentFlags().String("config", "", "YAML file with settings, which flags and variables override (JIEKOU_CONFIG)")
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := config.Apply(c.Flags(), cmp.Or(*file, os.Getenv("JIEKOU_CONFIG")), os.Getenv); err != nil {
			return command.Misused("jiekoud config shows every setting and where it is from", "%w", err)
		}
		return nil
	}
	root.AddCommand(serveCommand(s), readyCommand(), configCommand(s))
	root.AddCommand(operate.Commands(s)...)
	operate.Offer(root, s)
	return root
}
