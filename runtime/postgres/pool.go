// Package postgres opens connection pools: bounded, with deadlines, and quick to
// detect a peer that is silent or has become read-only. Their connections store and read the
// values of wire.
package postgres

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/failpoint"
)

const (
	silence  = 10 * time.Second // of a peer before its connection is given up
	poolBase = 16
	poolMost = 40 // several servers share PostgreSQL's 100 connections
)

// NewPool returns a pool for url and connects only when it is used.
//
// Size: 16 connections, or 4 a core up to 40, unless the URL has
// pool_max_conns. Sessions end a statement after 5 s, a wait for a lock after
// 2 s and an idle transaction after 10 s, and are named jiekou; parameters of
// the URL win. A URL with default_query_exec_mode=cache_describe means a pooler, which
// refuses such parameters: none are sent, the role has them (see Check). The modes
// exec, simple_protocol and describe_exec are refused.
// Connecting takes 2 s at most. Waiting for a free connection lasts as long as
// the caller's ctx: give it a deadline. With target_session_attrs=read-write a
// connection whose server has become read-only is dropped before use.
//
// change may alter the settings before the pool is made.
func NewPool(ctx context.Context, url string, change ...func(*pgxpool.Config)) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url) // its error hides the password
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns=") {
		c.MaxConns = poolSize(runtime.GOMAXPROCS(0))
	}
	c.MaxConnLifetimeJitter = max(c.MaxConnLifetimeJitter, c.MaxConnLifetime/10)
	c.PingTimeout = 2 * time.Second
	conn := c.ConnConfig
	if conn.ConnectTimeout == 0 {
		conn.ConnectTimeout = 2 * time.Second
	}
	conn.DialFunc = (&net.Dialer{
		Timeout:         conn.ConnectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silence, Interval: silence / 5, Count: 5},
		Control: func(network, address string, raw syscall.RawConn) error {
			if network == "unix" {
				return nil
			}
			return limitSilence(network, address, raw)
		},
	}).DialContext
	switch conn.DefaultQueryExecMode {
	case pgx.QueryExecModeCacheStatement:
		sessionDefaults(conn.RuntimeParams)
	case pgx.QueryExecModeCacheDescribe:
		conn.RuntimeParams["application_name"] = cmp.Or(conn.RuntimeParams["application_name"], "jiekou")
	default:
		return nil, fmt.Errorf("postgres: %w", ErrMode)
	}
	if conn.ValidateConnect != nil {
		c.PrepareConn = func(_ context.Context, conn *pgx.Conn) (bool, error) { return writable(conn), nil }
	}
	conn.Tracer = failpoint.Tracer()
	for _, f := range change {
		f(c)
	}
	return knowing(ctx, c)
}

// poolSize returns the number of connections for a number of cores.
func poolSize(cores int) int32 { return int32(min(max(poolBase, 4*cores), poolMost)) }

// sessionDefaults sets the parameters that the URL leaves open.
func sessionDefaults(params map[string]string) {
	for name, value := range map[string]string{
		"application_name":                    "jiekou",
		"statement_timeout":                   "5s",
		"lock_timeout":                        "2s",
		"idle_in_transaction_session_timeout": "10s",
	} {
		if params[name] == "" {
			params[name] = value
		}
	}
}

// writable says that the server has not become a standby or read-only since the
// connection was made. It reads the server's last report, without a round trip.
func writable(conn *pgx.Conn) bool {
	c := conn.PgConn()
	return c.ParameterStatus("in_hot_standby") != "on" && c.ParameterStatus("default_transaction_read_only") != "on"
}
