package main

import (
	"regexp"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/testkit/project"
)

// migrateCommand writes the SQL that brings stored data along.
func migrateCommand(t *tool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Draft the SQL that a revision of the tables needs, and freeze it with a release",
		Long: `migrate writes the migrations of a system, spec/SYSTEM/sql/. The server applies them:
jiekoud migrate up, status, check and plan.`,
		Example: `  jiekou migrate draft --name wechat
  jiekou migrate release`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(draftCommand(t), releaseCommand(t), compareCommand(t))
	return cmd
}

// draftName is what a migration may be called.
var draftName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// draftCommand drafts the next migrations.
func draftCommand(t *tool) *cobra.Command {
	o, show := project.DraftOptions{Name: "tables"}, false
	cmd := &cobra.Command{
		Use:   "draft",
		Short: "Draft the migrations from the released tables to those of the YAML",
		Long: `draft compares the tables of the YAML with those that were released, and writes the
next migrations into spec/SYSTEM/sql/: one that expands, beside which servers of the
revision before go on, and where needed one that contracts, for when they are gone.
Each has its steps with the way back, and queries for rows that are in the way. Read
them, and change what you know better, until jiekou migrate release freezes them.

sql/released.json says what was released. A system that has none yet is frozen as the
revision of --against has it.

It refuses what would lose data: --drop TABLE or --drop TABLE.COLUMN says that it may
go. A new column that is required needs default: in the YAML, or --fill
TABLE.COLUMN=CONSTANT for the rows that are there, and so may a column that is required
from now on; one that is not required any more has it until the servers of before are
gone. A change of type needs another name, or --rewrite TABLE.COLUMN and a stop of all
servers. A table that was there without jiekou (existing:) begins empty as one of its
own: --empty TABLE.`,
		Example: `  jiekou migrate draft --against v3.9 --name wechat
  jiekou migrate draft --name leaner --drop customer.fax
  jiekou migrate draft --fill "customer.source=''" --print`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return t.draft(o, show) },
	}
	cmd.Flags().StringVar(&o.System, "system", "", "system to draft for (default: all)")
	cmd.Flags().StringVar(&o.Name, "name", o.Name, "what the migration does, as part of its file's name")
	cmd.Flags().StringVar(&o.Against, "against", "", "revision that is released, where nothing is frozen yet")
	cmd.Flags().StringArrayVar(&o.Drop, "drop", nil, "table or column whose data may go")
	cmd.Flags().StringArrayVar(&o.Fills, "fill", nil, "constant of SQL for rows that lack a required column: TABLE.COLUMN=CONSTANT")
	cmd.Flags().StringArrayVar(&o.Rewrite, "rewrite", nil, "column whose type changes while no server runs")
	cmd.Flags().StringArrayVar(&o.Empty, "empty", nil, "table that begins empty, and was existing: before")
	cmd.Flags().BoolVar(&show, "print", false, "print the SQL and write nothing")
	return cmd
}

func (t *tool) draft(o project.DraftOptions, show bool) error {
	if !draftName.MatchString(o.Name) {
		return command.Misused("small letters, digits and _", "%q cannot be part of a file's name", o.Name)
	}
	p, set, err := t.readToWrite()
	if err != nil {
		return err
	}
	var files []project.Drafted
	err = command.Until(t.ctx, func() (err error) { files, err = p.DraftMigrations(t.ctx, set, o); return err })
	if err != nil {
		return t.found(err)
	}
	if show {
		for _, f := range files {
			if _, err := t.stdout.Write(append([]byte("-- "+f.Path+"\n"), f.Text...)); err != nil {
				return err
			}
		}
		return nil
	}
	return t.written(p, files, "read them, then jiekou generate")
}

// releaseCommand freezes migrations.
func releaseCommand(t *tool) *cobra.Command {
	system := ""
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Freeze the migrations, because databases are about to have them",
		Long: `release writes spec/SYSTEM/sql/released.json: the checksums of all migrations, and the
tables that they lead to, which the next draft begins with. The migrations that
followed from the YAML alone become files. From then on jiekou check and generate refuse
a migration that was edited, and the server did so already.`,
		Example: "  jiekou migrate release",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, set, err := t.readToWrite()
			if err != nil {
				return err
			}
			files, err := p.ReleaseMigrations(set, system)
			if err != nil {
				return t.found(err)
			}
			if files == nil {
				t.say("all migrations are released already")
			}
			return t.written(p, files, "commit spec/ with the release")
		},
	}
	cmd.Flags().StringVar(&system, "system", "", "system to release (default: all)")
	return cmd
}

// written writes files and names them.
func (t *tool) written(p project.Project, files []project.Drafted, next string) error {
	if err := p.WriteMigrations(files); err != nil {
		return inTheWay(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
	}
	if names != nil {
		t.say("%s", next)
	}
	return t.names(names)
}

// compareCommand holds a database to the tables of the YAML.
func compareCommand(t *tool) *cobra.Command {
	url := ""
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Say what a database lacks of the tables of the YAML; change nothing",
		Long: `compare reads the catalogue of a database and says which tables, columns, types, defaults
and unique sets of the YAML it lacks, those of tables with existing: among them. It is
for databases that people or other programs make.

Exit codes: 0 it has all of them, 1 it lacks some, 2 it could not be read.`,
		Example: `  jiekou migrate compare --database "$DATABASE_URL"`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := t.read()
			if err != nil {
				return err
			}
			found, err := project.Lacking(t.ctx, url, set)
			if err != nil {
				return command.Misused("the URL of the database", "%s", err)
			}
			if len(found) > 0 {
				return t.found(found)
			}
			n := 0
			for _, s := range set.Systems {
				n += len(s.Tables)
			}
			t.say("%s: the database has them as the YAML says", count(n, "table"))
			return nil
		},
	}
	cmd.Flags().StringVar(&url, "database", "", "URL of the database")
	_ = cmd.MarkFlagRequired("database")
	return cmd
}
