// Package trace writes down how long the parts of a request take, as spans of
// OpenTelemetry: its opening, its checks, its statements, the seal of its reply; and each
// attempt at a delivery. Spans hang together by the W3C header traceparent, so those of a
// caller, a proxy and a server are one trace. They name system, interface, app and code,
// and have no value of a request.
//
// Nobody pays for what is off: without a provider nothing is started, and below a request
// that is not traced Start does nothing.
package trace

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// name is that of the library, in each span.
const name = "github.com/jiekou-dev/jiekou"

// Span is one span; End ends it.
type Span = trace.Span

// Provider makes spans.
type Provider = trace.TracerProvider

// None is a span that does nothing.
var None Span = noop.Span{}

// Request begins the span of a request, below the one that its headers name.
func Request(r *http.Request, p Provider) (context.Context, Span) {
	ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	return p.Tracer(name).Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
}

// Root begins a span that belongs to no request; without a provider it does nothing.
func Root(ctx context.Context, p Provider, what string) (context.Context, Span) {
	if p == nil {
		return ctx, None
	}
	return p.Tracer(name).Start(ctx, what, trace.WithSpanKind(trace.SpanKindClient))
}

// Start begins a span below that of ctx; without one it does nothing.
func Start(ctx context.Context, what string) (context.Context, Span) {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return ctx, None
	}
	return above.TracerProvider().Tracer(name).Start(ctx, what)
}

// Text is an attribute of a span; an empty text is none.
func Text(s Span, key, value string) {
	if value != "" {
		s.SetAttributes(attribute.String(key, value))
	}
}

// Failed marks a span as failed, by our fault or that of what we called.
func Failed(s Span, why string) { s.SetStatus(codes.Error, why) }

// ID is the id of the trace that a span belongs to, for the log; empty where it is in none.
func ID(s Span) string {
	if c := s.SpanContext(); c.IsSampled() {
		return c.TraceID().String()
	}
	return ""
}
