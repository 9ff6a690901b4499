//go:build !failpoint

package failpoint

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// On says whether this is a build for the rig.
const On = false

// Tracer is nil: nothing is traced.
func Tracer() pgx.QueryTracer { return nil }

// Now is the clock of the server.
func Now() time.Time { return time.Now() }

// Lease is zero: the default stands.
func Lease() time.Duration { return 0 }
