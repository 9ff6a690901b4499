package operate

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
)

// migrateCommand brings the tables up to date without serving.
func migrateCommand(s *Settings) *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Bring the tables of the database up to date",
		Long:    "Bring the tables of the database up to date. serve does it too; safe to run twice and from two processes at once.",
		Example: "  DATABASE_URL=postgres://jiekou@db/jiekou jiekoud migrate",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b, err := s.Open(c.Context(), quiet(c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer b.Close()
			applied, err := migrate.Status(c.Context(), b.Pool, Migrations(s.Systems))
			if err != nil {
				return err
			}
			for _, a := range applied {
				fmt.Fprintf(c.OutOrStdout(), "%-8s %04d %-10s applied %s\n", a.Set, a.Version, a.Name, a.At.Format(time.DateTime))
			}
			return nil
		},
	}
}
