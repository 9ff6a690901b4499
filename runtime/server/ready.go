package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Of a look at the database for the readiness probe.
const (
	readyTimeout = time.Second
	readyFresh   = 200 * time.Millisecond // no second look before
)

// readiness knows whether requests can be served: the database takes writes and the
// server is not about to stop. Many probes share one look at the database.
type readiness struct {
	pool     *pgxpool.Pool
	full     func() bool // the database could not keep the last report, not long ago
	draining atomic.Bool

	mu   sync.Mutex // of what follows
	why  string     // the database cannot be used; empty: it can
	seen time.Time
}

// reason says why the server is not ready; empty: it is.
func (r *readiness) reason() string {
	if r.draining.Load() {
		return "the server is stopping"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.seen) < readyFresh {
		return r.why
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout) // others wait for the outcome, too
	defer cancel()
	var standby, readOnly bool
	err := r.pool.QueryRow(ctx, "select pg_is_in_recovery(), current_setting('transaction_read_only')::bool").Scan(&standby, &readOnly)
	switch {
	case err != nil:
		r.why = "the database cannot be reached"
	case standby:
		r.why = "the database takes no writes: it is a standby"
	case readOnly:
		r.why = "the database takes no writes: it is read-only"
	case r.full():
		r.why = "the database takes no writes: it has no room, or no memory"
	default:
		r.why = ""
	}
	r.seen = time.Now()
	return r.why
}

// status answers yes or no, which is all that partners and load balancers need.
func (r *readiness) status(w http.ResponseWriter, _ *http.Request) { r.answer(w, false) }

// details answers with the reason.
func (r *readiness) details(w http.ResponseWriter, _ *http.Request) { r.answer(w, true) }

func (r *readiness) answer(w http.ResponseWriter, details bool) {
	why := r.reason()
	state := struct {
		Ready bool   `json:"ready"`
		Why   string `json:"why,omitempty"`
	}{Ready: why == ""}
	if details {
		state.Why = why
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !state.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(state)
}
