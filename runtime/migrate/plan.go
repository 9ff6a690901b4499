package migrate

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Ready refuses a database that lacks a migration which Up would apply, or, with finish,
// Finish. It changes nothing: it is for servers that may not change tables.
func Ready(ctx context.Context, pool *pgxpool.Pool, sets []Set, finish bool) error {
	pending, err := Pending(ctx, pool, sets)
	if err != nil {
		return err
	}
	var missing []string
	for _, m := range pending {
		if finish || !m.Waits {
			missing = append(missing, m.File())
		}
	}
	if missing != nil {
		return fmt.Errorf("migrate: the database lacks %s", strings.Join(missing, ", "))
	}
	return nil
}

// Script is pending migrations as SQL for psql, with the rows that note them, for people
// who apply them by hand. Migrations that wait are left out, unless finish says that they
// are wanted too. It is empty where there is nothing to do.
func Script(pending []Migration, finish bool) string {
	var b strings.Builder
	for _, m := range pending {
		if m.Waits && !finish {
			fmt.Fprintf(&b, "\n-- %s waits until no server of the revision before runs: --contract\n", m.File())
			continue
		}
		m.script(&b)
	}
	if b.Len() == 0 {
		return ""
	}
	return "\\set ON_ERROR_STOP on\n" + strings.TrimSpace(table) + ";\n" + b.String()
}

// script writes one migration.
func (m Migration) script(b *strings.Builder) {
	fmt.Fprintf(b, "\n-- %s (%s)\n", m.File(), m.Phase)
	for _, c := range m.Checks {
		fmt.Fprintf(b, "-- first: %s, which must find none:\n", c.Title)
		for line := range strings.Lines(strings.TrimSpace(c.SQL)) {
			b.WriteString("--   " + line)
		}
		b.WriteString("\n")
	}
	for _, s := range m.Steps {
		text := strings.TrimSpace(s.SQL)
		fmt.Fprintf(b, "-- %s\n", s.Title)
		switch {
		case s.Alone:
			fmt.Fprintf(b, "%s\n", text)
		case s.Repeat:
			fmt.Fprintf(b, "do $jiekou$ begin loop\n%s\nexit when not found;\ncommit;\nend loop; end $jiekou$;\n", text)
		default:
			fmt.Fprintf(b, "begin;\nset local lock_timeout = '1s';\n%s\ncommit;\n", text)
		}
	}
	fmt.Fprintf(b, "insert into jiekou.migration (set, version, name, checksum, phase) values ('%s', %d, '%s', '%s', '%s')\n"+
		"  on conflict (set, version) do update set steps = null, checksum = excluded.checksum;\n",
		m.Set, m.Version, m.Name, m.Checksum, string(m.Phase))
}
