package server

import (
	"context"
	"log/slog"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// traceEnd is how long the last spans may take at the end.
const traceEnd = 5 * time.Second

// tracer gives the Config what sends traces, where a collector is named. end sends the
// last ones.
func (o *serveOptions) tracer(c *Config, log *slog.Logger) (end func(), err error) {
	if o.trace == "" {
		return func() {}, nil
	}
	provider, shut, err := trace.Export(o.trace, program, command.Version(), o.traceShare, func(err error) { log.Warn("traces", "error", err) })
	if err != nil {
		return nil, command.Misused("", "%w", err)
	}
	c.Tracer = provider
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), traceEnd)
		defer cancel()
		_ = shut(ctx) // what is lost has been said
	}, nil
}
