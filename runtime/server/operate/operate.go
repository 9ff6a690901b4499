// Package operate has the commands of operators, for apps and their grants, master
// data, deliveries, tasks, tables. All of them work beside a running server.
package operate

import (
	"encoding/json"
	"io"
	"log/slog"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// Commands returns the commands, for systems of s.
func Commands(s *Settings) []*cobra.Command {
	list := []*cobra.Command{
		appCommand(s), keyCommand(s), loadCommand(s), notifyCommand(s), syncCommand(s), migrateCommand(s), deliveriesCommand(s),
	}
	return append(list, publishCommands(s)...)
}

// actor names the user who runs a command, for the audit of changes.
func actor() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// quiet is the logger of commands: warnings only.
func quiet(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// list prints things as JSON, or each in lines for people.
func list[T any](c *cobra.Command, asJSON bool, things []T, tell func(t *command.Table, one T)) error {
	if asJSON {
		return printJSON(c.OutOrStdout(), things)
	}
	t := &command.Table{C: c}
	for _, one := range things {
		tell(t, one)
	}
	return t.Print()
}

// printJSON prints a value as indented JSON.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
