//go:build failpoint

package failpoint

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// On says whether this is a build for the rig.
const On = true

// point decides by chance what happens at a point.
type point struct {
	mu     sync.Mutex
	random *rand.Rand
	chance float64
}

var setup = sync.OnceValue(func() *point {
	chance, seed, _ := strings.Cut(os.Getenv("JIEKOU_FAILPOINTS"), ":")
	p := new(point)
	p.chance, _ = strconv.ParseFloat(chance, 64) // empty: nothing happens
	n, _ := strconv.ParseUint(seed, 10, 64)
	p.random = rand.New(rand.NewPCG(n, 1))
	return p
})

// hit passes a point of the function of ours that runs a statement.
func hit(side string) {
	p := setup()
	if p.chance == 0 {
		return
	}
	p.mu.Lock()
	drawn, kills, rest := p.random.Float64(), p.random.IntN(2) == 0, time.Duration(p.random.Int64N(int64(300*time.Millisecond)))
	p.mu.Unlock()
	switch {
	case drawn > p.chance:
	case kills:
		fmt.Fprintf(os.Stderr, "failpoint: killed %s %s\n", side, caller())
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	default:
		time.Sleep(rest)
	}
}

// caller is the function of ours that ran the statement.
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if _, name, ok := strings.Cut(f.Function, "/jiekou/runtime/"); ok && !strings.HasPrefix(name, "failpoint") {
			return name
		}
		if !more {
			return "somewhere"
		}
	}
}

// tracer hears of every statement, pipeline and commit from pgx.
type tracer struct{}

// Tracer passes points around every statement, pipeline and commit.
func Tracer() pgx.QueryTracer { return tracer{} }

func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	hit("before")
	return ctx
}

func (tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) { hit("after") }

func (tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	hit("before")
	return ctx
}

func (tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) { hit("after") }

var offset atomic.Int64

var follow = sync.OnceFunc(func() {
	file := os.Getenv("JIEKOU_FAIL_CLOCK")
	if file == "" {
		return
	}
	go func() {
		for ; ; time.Sleep(50 * time.Millisecond) {
			text, _ := os.ReadFile(file)
			if d, err := time.ParseDuration(strings.TrimSpace(string(text))); err == nil {
				offset.Store(int64(d))
			}
		}
	}()
})

// Now is the clock of the server, which may be wrong.
func Now() time.Time {
	follow()
	return time.Now().Add(time.Duration(offset.Load()))
}

// Lease is the lease of a receiver; zero: the default stands.
func Lease() time.Duration {
	d, _ := time.ParseDuration(os.Getenv("JIEKOU_FAIL_LEASE"))
	return d
}
