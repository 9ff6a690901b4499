package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	exportTime = 5 * time.Second
	maxAnswer  = 64 << 10
)

// Export returns a Provider that sends a share of all traces to a collector, at the base
// URL of OTLP over HTTP such as http://127.0.0.1:4318, as JSON. Which ones is decided by
// their id, so that servers agree; a caller may ask for none of his, and not for more.
// failed hears of spans that could not be sent, and are lost. end sends the last ones.
func Export(collector, service, version string, share float64, failed func(error)) (p Provider, end func(context.Context) error, err error) {
	u, err := url.Parse(collector)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, nil, fmt.Errorf("trace: a collector is an address like http://127.0.0.1:4318, not %q", collector)
	}
	if share < 0 || share > 1 {
		return nil, nil, fmt.Errorf("trace: a share is between 0 and 1, not %g", share)
	}
	sampler := sdk.TraceIDRatioBased(share)
	provider := sdk.NewTracerProvider(
		sdk.WithSampler(sdk.ParentBased(sampler, sdk.WithRemoteParentSampled(sampler))),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", service), attribute.String("service.version", version))),
		sdk.WithBatcher(&exporter{
			url: u.JoinPath("v1", "traces").String(), client: &http.Client{Timeout: exportTime}, failed: failed,
		}),
	)
	return provider, provider.Shutdown, nil
}

// exporter sends spans as JSON. The exporters of OpenTelemetry itself bring gRPC along.
type exporter struct {
	url    string
	client *http.Client
	failed func(error)
}

// ExportSpans sends spans.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(document(spans))
	if err == nil {
		err = e.post(ctx, body)
	}
	if err != nil {
		e.failed(fmt.Errorf("trace: %d spans are lost: %w", len(spans), err))
	}
	return nil // it has been said
}

func (e *exporter) post(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := e.client.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, maxAnswer)) // so that the connection is used again
	if reply.StatusCode/100 != 2 {
		return fmt.Errorf("the collector says HTTP %d", reply.StatusCode)
	}
	return nil
}

// Shutdown lets go of connections.
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

// Spans as OTLP writes them in JSON.
type (
	message struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource struct {
			Attributes []pair `json:"attributes"`
		} `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []span `json:"spans"`
	}
	span struct {
		TraceID    string `json:"traceId"`
		SpanID     string `json:"spanId"`
		ParentID   string `json:"parentSpanId,omitempty"`
		Name       string `json:"name"`
		Kind       int    `json:"kind"`
		Begun      string `json:"startTimeUnixNano"`
		Ended      string `json:"endTimeUnixNano"`
		Attributes []pair `json:"attributes,omitempty"`
		Status     status `json:"status,omitzero"`
	}
	status struct {
		Code    int    `json:"code"` // 2: an error
		Message string `json:"message,omitempty"`
	}
	pair struct {
		Key   string `json:"key"`
		Value struct {
			Text string `json:"stringValue"`
		} `json:"value"`
	}
)

// document is what is sent for spans, which are all of one provider and one library.
func document(spans []sdk.ReadOnlySpan) message {
	var one scopeSpans
	one.Scope.Name = name
	for _, s := range spans {
		v := span{
			TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(), Name: s.Name(),
			Kind: int(s.SpanKind()), Begun: nanos(s.StartTime()), Ended: nanos(s.EndTime()), Attributes: pairs(s.Attributes()),
		}
		if s.Parent().HasSpanID() {
			v.ParentID = s.Parent().SpanID().String()
		}
		if s.SpanKind() == trace.SpanKindUnspecified {
			v.Kind = int(trace.SpanKindInternal)
		}
		if s.Status().Code == codes.Error {
			v.Status = status{Code: 2, Message: s.Status().Description}
		}
		one.Spans = append(one.Spans, v)
	}
	whole := resourceSpans{ScopeSpans: []scopeSpans{one}}
	whole.Resource.Attributes = pairs(spans[0].Resource().Attributes())
	return message{[]resourceSpans{whole}}
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func pairs(list []attribute.KeyValue) []pair {
	var out []pair
	for _, a := range list {
		p := pair{Key: string(a.Key)}
		p.Value.Text = a.Value.String()
		out = append(out, p)
	}
	return out
}
