package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Errors of a database that is reached through a pooler. Each has a hint, see Hint.
var (
	// ErrMode is the error of a URL whose mode of sending statements cannot be used.
	ErrMode = errors.New("default_query_exec_mode must be cache_statement (PostgreSQL itself) or cache_describe (a pooler)")
	// ErrPooler is the error of a pooler that is reached as if it were PostgreSQL itself.
	ErrPooler = errors.New("a pooler answers, which takes prepared statements apart")
	// ErrLimits is the error of sessions without limits, which a pooler does not let us set.
	ErrLimits = errors.New("statements and locks have no limits in time: through a pooler we cannot set them")
)

// Hint says what to do about an error of NewPool or Check; empty: nothing is known.
func Hint(err error) string {
	e, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case errors.Is(err, ErrMode), errors.Is(err, ErrPooler), e != nil && strings.Contains(e.Message, "unsupported startup parameter"):
		return "through PgBouncer add default_query_exec_mode=cache_describe to DATABASE_URL; see docs/scale.md"
	case errors.Is(err, ErrLimits):
		return "type: alter role NAME set statement_timeout = '5s'; alter role NAME set lock_timeout = '2s'; " +
			"alter role NAME set idle_in_transaction_session_timeout = '10s'; then reconnect the pooler"
	}
	return ""
}

// pooled says whether a mode is that of a pooler: every statement is described once, by
// its text, and no statement has a name on the server.
func pooled(mode pgx.QueryExecMode) bool { return mode == pgx.QueryExecModeCacheDescribe }

// Check reaches the database and refuses what would fail later: a pooler that is taken for
// PostgreSQL, and sessions whose statements may take forever. A pooler is known by the
// number of the process, which it makes up.
func Check(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var pid uint32
	var limited bool
	err = conn.QueryRow(ctx, `select pg_backend_pid(), current_setting('statement_timeout') <> '0' and current_setting('lock_timeout') <> '0'`,
		pgx.QueryExecModeExec).Scan(&pid, &limited)
	if err != nil {
		return err
	}
	told := conn.Conn().PgConn().PID()
	switch {
	case !pooled(conn.Conn().Config().DefaultQueryExecMode) && told != 0 && told != pid:
		return fmt.Errorf("postgres: %w", ErrPooler)
	case !limited && pooled(conn.Conn().Config().DefaultQueryExecMode):
		return fmt.Errorf("postgres: %w", ErrLimits)
	}
	return nil
}
