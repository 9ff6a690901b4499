// Command jiekoud is the server: it answers the interfaces of every generated
// system from one PostgreSQL, and manages what the server stands on: callers,
// master data, migrations.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // systems name time zones; the machine may have none

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitFine    = 0
	exitRefused = 1 // what was asked could not be done
	exitUsage   = 2 // wrong usage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// hinted is an error with a way out of it.
type hinted struct {
	error
	hint string
}

// Unwrap returns the error without the hint.
func (h hinted) Unwrap() error { return h.error }

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitFine
	}
	fmt.Fprintf(stderr, "jiekoud: error: %v\n", err)
	if h, ok := errors.AsType[hinted](err); ok {
		fmt.Fprintf(stderr, "jiekoud: hint: %s\n", h.hint)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(stderr, "jiekoud: hint: jiekoud --help lists the commands\n")
		return exitUsage
	}
	return exitRefused
}

// rootCommand builds the command tree.
func rootCommand(stdout, stderr io.Writer) *cobra.Command {
	s := new(settings)
	root := &cobra.Command{
		Use:   "jiekoud",
		Short: "Serve the interfaces that were generated from spec/",
		Long: `jiekoud serves the interfaces that were generated from spec/, from one PostgreSQL.

Without DATABASE_URL it runs a private PostgreSQL in its data folder.

Exit codes: 0 fine, 1 it could not be done, 2 wrong usage.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q", args[0])}
			}
			return c.Help()
		},
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	s.flags(root.PersistentFlags())
	root.AddCommand(serveCommand(s), appCommand(s), loadCommand(s), notifyCommand(s), projectCommand(s), syncCommand(s), migrateCommand(s), deliveriesCommand(s))
	for _, c := range root.Commands() {
		checkArgs(c)
	}
	return root
}

// checkArgs makes wrong arguments a usage error in a whole tree of commands.
func checkArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{fmt.Errorf("%s: %w", c.CommandPath(), err)}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		checkArgs(sub)
	}
}
