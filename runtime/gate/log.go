package gate

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/trace"
)

// done writes the log line of a request and calls the observer. The line has no
// values of the request.
func (s *system) done(r *http.Request, x *exchange, call *route.Call, refusal *problem.Error, start time.Time, span trace.Span) {
	took := s.Now().Sub(start)
	if s.Refused != nil && refusal != nil {
		s.Refused(r.Context(), *call, refusal)
	}
	code, level := s.Errors.Success, slog.LevelInfo
	if refusal != nil {
		code, _ = s.Errors.Resolve(refusal)
	}
	spoken(span, call, code, refusal)
	if s.Observer != nil {
		s.Observer.Observe(s.Name, call.Cmd, code, took)
	}
	if s.Counted != nil && call.Cmd != "" {
		s.Counted(*call, refusal != nil)
	}
	switch {
	case refusal == nil:
	case limit.Is(refusal): // the caller's doing, not ours
		level = slog.LevelWarn
	case refusal.Rule == problem.Internal || refusal.Rule == problem.Unavailable:
		level = slog.LevelError
	}
	attrs := make([]slog.Attr, 0, 10)
	attrs = append(attrs, slog.String("system", s.Name), slog.String("cmd", call.Cmd), slog.String("app", call.App),
		slog.String("sid", call.Sid), slog.String("code", code), slog.Int("status", x.status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("from", r.RemoteAddr), slog.String("request", s.numbered()))
	if id := trace.ID(span); id != "" {
		attrs = append(attrs, slog.String("trace", id))
	}
	if refusal != nil {
		attrs = append(attrs, slog.String("why", refusal.Error()))
	}
	s.Log.LogAttrs(nil, level, "request", attrs...) //nolint:staticcheck // slog takes a nil context: there is none to log
}

// traced begins the span of a request, where there is somebody for it.
func (s *system) traced(r *http.Request) (*http.Request, trace.Span) {
	if s.Tracer == nil {
		return r, trace.None
	}
	ctx, span := trace.Request(r, s.Tracer)
	return r.WithContext(ctx), span
}

// spoken ends the span of a request with what is known of it at the end.
func spoken(span trace.Span, call *route.Call, code string, refusal *problem.Error) {
	if span.IsRecording() {
		span.SetName(strings.TrimSpace(call.System + " " + call.Cmd))
		trace.Text(span, "jiekou.system", call.System)
		trace.Text(span, "jiekou.cmd", call.Cmd)
		trace.Text(span, "jiekou.app", call.App)
		trace.Text(span, "jiekou.code", code)
		if refusal != nil && (refusal.Rule == problem.Internal || refusal.Rule == problem.Unavailable) {
			trace.Failed(span, refusal.Error())
		}
	}
	span.End()
}

// numbered is the id of a request in the log: that of the process, and a number.
func (s *system) numbered() string {
	return s.process + "-" + strconv.FormatUint(s.count.Add(1), 36)
}

// panicked turns a panic into a refusal. Its value may quote the request, so the
// log gets its type and the stack.
func (s *system) panicked(call *route.Call, v any) *problem.Error {
	s.Log.Error("an answer panicked", "system", s.Name, "cmd", call.Cmd, "value", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	return problem.New(problem.Internal)
}
