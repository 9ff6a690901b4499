package operate

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/migrate"
)

// migrateCommand is about the tables of the database, without serving.
func migrateCommand(s *Settings) *cobra.Command {
	up := upCommand(s)
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of the database up to date",
		Long: `Bring the tables of the database up to date. serve does it too; safe to run twice and
from two processes at once. migrate alone is migrate up.

A migration that expands runs beside servers of the revision before. One that contracts
ends that revision: it waits for up --contract, and only in a database that is made anew
it runs at once.`,
		Example: `  DATABASE_URL=postgres://jiekou@db/jiekou jiekoud migrate
  jiekoud migrate check && jiekoud migrate up --contract`,
		Args: cobra.NoArgs,
		RunE: up.RunE,
	}
	cmd.AddCommand(up, statusCommand(s), checkCommand(s), planCommand(s))
	return cmd
}

// upCommand applies what is missing.
func upCommand(s *Settings) *cobra.Command {
	contract := false
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Apply the migrations that are missing",
		Long: `Apply the migrations that are missing. With --contract also those that end the
revision before: make sure that none of its servers runs any more.`,
		Example: "  jiekoud migrate up\n  jiekoud migrate up --contract",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.tables(c, func(ctx context.Context, b *Backing) error {
				if err := s.apply(ctx, b.Pool, contract); err != nil {
					return reached(err)
				}
				return printStatus(ctx, c, false, s, b)
			})
		},
	}
	cmd.Flags().BoolVar(&contract, "contract", false, "also what ends the revision before")
	return cmd
}

// statusCommand lists the migrations.
func statusCommand(s *Settings) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "List the migrations, applied and missing; change nothing",
		Example: "  jiekoud migrate status",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.tables(c, func(ctx context.Context, b *Backing) error {
				return printStatus(ctx, c, asJSON, s, b)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// checkCommand asks for rows in the way.
func checkCommand(s *Settings) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Count the rows that are in the way of missing migrations; change nothing",
		Long: `Ask every question that the missing migrations ask before they run, those that
contract among them: how many rows would break them, and the keys of the first ten.

Exit codes: 0 none, 1 some, or a migration that cannot be applied.`,
		Example: "  jiekoud migrate check",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.tables(c, func(ctx context.Context, b *Backing) error {
				found, err := migrate.Prechecks(ctx, b.Pool, Migrations(s.Systems))
				if err != nil {
					return reached(err)
				}
				bad, asked := 0, 0
				for _, one := range found {
					if _, err := fmt.Fprintln(c.OutOrStdout(), one); err != nil {
						return err
					}
					if one.Count > 0 {
						bad++
					}
					if !one.Later {
						asked++
					}
				}
				if bad > 0 {
					return command.Failed("change or remove these rows first", "rows are in the way of what %d of %d questions are about", bad, len(found))
				}
				_, err = command.Tell(c, "%d of %d questions asked, no rows in the way\n", asked, len(found))
				return err
			})
		},
	}
}

// planCommand prints what up would run.
func planCommand(s *Settings) *cobra.Command {
	contract := false
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Print the SQL of the missing migrations, for psql; change nothing",
		Long: `Print the SQL of the missing migrations, with the rows that note them as applied: for
people to read, and for databases whose tables only people change (--no-ddl).`,
		Example: "  jiekoud migrate plan | psql \"$DATABASE_URL\"",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.tables(c, func(ctx context.Context, b *Backing) error {
				pending, err := migrate.Pending(ctx, b.Pool, Migrations(s.Systems))
				if err != nil {
					return reached(err)
				}
				_, err = io.WriteString(c.OutOrStdout(), migrate.Script(pending, contract))
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&contract, "contract", false, "also what ends the revision before")
	return cmd
}

// tables runs a command on the database as it is.
func (s *Settings) tables(c *cobra.Command, f func(context.Context, *Backing) error) error {
	b, err := s.reach(c.Context(), quiet(c.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer b.Close()
	return f(c.Context(), b)
}

// printStatus prints a migration a line.
func printStatus(ctx context.Context, c *cobra.Command, asJSON bool, s *Settings, b *Backing) error {
	all, err := migrate.Status(ctx, b.Pool, Migrations(s.Systems))
	if err != nil {
		return reached(err)
	}
	return list(c, asJSON, all, func(t *command.Table, a migrate.Applied) {
		t.Tell("%s\t%04d\t%s\t%s\t%s\n", a.Set, a.Version, a.Name, a.Phase, became(a))
	})
}

// became says what became of a migration.
func became(a migrate.Applied) string {
	at := a.At.Format(time.DateTime)
	switch {
	case a.Unknown:
		return "applied " + at + ", unknown here: a newer server was here"
	case a.Changed:
		return "applied " + at + " with other text"
	case a.Half:
		return fmt.Sprintf("%d steps applied, up to %s", a.Done, at)
	case !a.At.IsZero():
		return "applied " + at
	case a.Phase == migrate.Contract:
		return "missing: up --contract"
	}
	return "missing"
}
