package server

import (
	"cmp"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/config"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
)

// configCommand prints the settings of serve, as they are now.
func configCommand(s *operate.Settings) *cobra.Command {
	o := serveOptions{Settings: s}
	markdown := false
	c := &cobra.Command{
		Use:   "config",
		Short: "Print every setting and where it is from",
		Long: `Print every setting of serve as a file that --config takes, each with where it is from: a flag, a variable of the
environment, the file, or the default. The password of a database is not shown.`,
		Example: "  jiekoud config > jiekoud.yaml\n  jiekoud config --config jiekoud.yaml --listen 0.0.0.0:8080",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if markdown {
				return config.Page(c.OutOrStdout(), c.Flags())
			}
			if err := checkFile(c); err != nil {
				return err
			}
			return config.Print(c.OutOrStdout(), c.Flags(), func(value string) string { return passwords.ReplaceAllString(value, "${1}${3}xxxxx${2}") })
		},
	}
	o.flags(c.Flags())
	c.Flags().BoolVar(&markdown, "markdown", false, "print the table of docs/settings.md")
	return c
}

// checkFile refuses what is no setting of serve in the file: other commands share it and
// know fewer.
func checkFile(c *cobra.Command) error {
	file, err := c.Flags().GetString("config")
	if err == nil {
		err = config.Check(c.Flags(), cmp.Or(file, os.Getenv("JIEKOU_CONFIG")))
	}
	if err != nil {
		return command.Misused("jiekoud config shows every setting", "%w", err)
	}
	return nil
}

// passwords are those in URLs, behind them, and in a list of the settings of a database.
var passwords = regexp.MustCompile(`(?i)(://[^:/@?]*:)[^?]*(@)|(password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^&\s]*)`)
