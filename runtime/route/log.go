package route

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
)

// done writes the log line of a request and calls the observer. The line has no
// values of the request.
func (s *system) done(ctx context.Context, call *Call, refusal *problem.Error, start time.Time) {
	took := s.Now().Sub(start)
	if s.Refused != nil && refusal != nil {
		s.Refused(ctx, *call, refusal)
	}
	code, level := s.Errors.Success, slog.LevelInfo
	if refusal != nil {
		code, _ = s.Errors.Resolve(refusal)
	}
	if s.Observer != nil {
		s.Observer.Observe(s.Name, call.Cmd, code, took)
	}
	if refusal != nil && (refusal.Rule == problem.Internal || refusal.Rule == problem.Unavailable) {
		level = slog.LevelError
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("system", s.Name), slog.String("cmd", call.Cmd), slog.String("app", call.App),
		slog.String("sid", call.Sid), slog.String("code", code), slog.Duration("took", took))
	if refusal != nil {
		attrs = append(attrs, slog.String("why", refusal.Error()))
	}
	s.Log.LogAttrs(nil, level, "request", attrs...) //nolint:staticcheck // slog takes a nil context: there is none to log
}

// panicked turns a panic into a refusal. Its value may quote the request, so the
// log gets its type and the stack.
func (s *system) panicked(call *Call, v any) *problem.Error {
	s.Log.Error("an answer panicked", "system", s.Name, "cmd", call.Cmd, "value", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	return problem.New(problem.Internal)
}
