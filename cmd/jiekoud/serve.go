package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/store"
	"github.com/jiekou-dev/jiekou/runtime/token"
)

// The limits of a connection.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 16 << 10
	drainTimeout  = 20 * time.Second
)

// serveOptions are the flags of serve.
type serveOptions struct {
	listen           string
	demo             bool
	refuseDeprecated bool
	pushAllow        string
	retry            string
	retryJitter      string
	signatures       string
}

// serveCommand runs the server in the foreground.
func serveCommand(s *settings) *cobra.Command {
	var o serveOptions
	refuse, wrong := strconv.ParseBool(cmp.Or(os.Getenv("JIEKOU_REFUSE_DEPRECATED"), "false"))
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the server in the foreground",
		Example: `  jiekoud serve --demo
  DATABASE_URL=postgres://jiekou@db/jiekou jiekoud serve --listen 0.0.0.0:8080`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if wrong != nil {
				return usageError{fmt.Errorf("JIEKOU_REFUSE_DEPRECATED is true or false, not %q", os.Getenv("JIEKOU_REFUSE_DEPRECATED"))}
			}
			return serve(c.Context(), s, o, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&o.listen, "listen", cmp.Or(os.Getenv("JIEKOU_LISTEN"), "127.0.0.1:8080"), "address (JIEKOU_LISTEN)")
	c.Flags().BoolVar(&o.demo, "demo", false, "load demo data and register demo apps")
	c.Flags().BoolVar(&o.refuseDeprecated, "refuse-deprecated", refuse,
		"answer deprecated interfaces like unknown ones (JIEKOU_REFUSE_DEPRECATED=true)")
	c.Flags().StringVar(&o.pushAllow, "push-allow", os.Getenv("JIEKOU_PUSH_ALLOW"),
		"private addresses that notifications may go to: CIDRs with commas between them (JIEKOU_PUSH_ALLOW)")
	c.Flags().StringVar(&o.retry, "retry", os.Getenv("JIEKOU_RETRY"),
		"waits after the first, second … failure of a notification, which is dead after the last one (JIEKOU_RETRY; default "+
			"15s,15s,30s,3m,10m,20m,30m,30m,30m,60m,3h,3h,3h,6h,6h)")
	c.Flags().StringVar(&o.retryJitter, "retry-jitter", os.Getenv("JIEKOU_RETRY_JITTER"),
		"how much each wait varies, up or down (JIEKOU_RETRY_JITTER; default 20%)")
	c.Flags().StringVar(&o.signatures, "signatures", os.Getenv("JIEKOU_SIGNATURES"),
		"YAML file with signatures in place of the declared ones, by system or app (JIEKOU_SIGNATURES)")
	_ = c.MarkFlagFilename("signatures", "yaml", "yml")
	return c
}

// serve runs until ctx ends.
func serve(ctx context.Context, s *settings, o serveOptions, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	signatures, err := readSignatures(o.signatures)
	if err != nil {
		return err
	}
	lock, err := privatepg.Hold(s.dataDir)
	if err != nil {
		return err
	}
	defer lock.Release()
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return hinted{fmt.Errorf("listen: %w", err), "set JIEKOU_LISTEN to a free address, for example 127.0.0.1:8081"}
	}
	defer listener.Close()
	s.serving, s.needKey = true, true
	b, err := s.open(ctx, log)
	if err != nil {
		return err
	}
	defer b.close()
	b.refuseDeprecated, b.signatures = o.refuseDeprecated, signatures
	url := "http://" + listener.Addr().String()
	var samples []string
	if o.demo {
		if samples, err = prepareDemo(ctx, s, b, url, log); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	handler, closeRegistry, err := newHandler(ctx, b, log)
	if err != nil {
		return err
	}
	defer closeRegistry()
	stopPush, err := startPush(ctx, b, handler, o, log)
	if err != nil {
		return err
	}
	defer stopPush()
	stopWork, err := background(ctx, b, log)
	if err != nil {
		return err
	}
	defer stopWork()
	warnPlain(log, listener)
	announce(stdout, url, samples)
	return listenAndDrain(ctx, listener, handler, log)
}

// daemon is everything that the listener serves.
type daemon struct {
	http.Handler
	draining atomic.Bool
	systems  []route.System
	codecs   map[string]*envelope.Codec
	registry *app.Registry
	metrics  *metrics
}

// newHandler puts the systems, operations and docs together.
func newHandler(ctx context.Context, b *base, log *slog.Logger) (*daemon, func(), error) {
	systems := answeredSystems(store.New(b.pool, 0))
	codecs, err := route.Codecs(systems)
	if err != nil {
		return nil, nil, err
	}
	signatures, err := route.Signatures(systems, b.signatures)
	if err != nil {
		return nil, nil, err
	}
	prepare := func(system, id string, secrets map[string]string) (any, error) {
		if set := signatures[system]; set != nil {
			return set.Keys(id, secrets)
		}
		if codec := codecs[system]; codec != nil {
			return codec.Keys(id, secrets)
		}
		return nil, fmt.Errorf("no system %s", system)
	}
	registry, err := app.NewRegistry(ctx, b.pool, b.master, prepare, log)
	if err != nil {
		return nil, nil, err
	}
	metrics := newMetrics(b.pool)
	server, err := route.New(systems, route.Config{
		Apps: apps{registry}, Codecs: codecs, Signatures: signatures,
		Tokens: token.NewTokens(b.pool, nil), Nonces: token.NewNonces(b.pool, nil),
		Log: log, Observer: metrics, RefuseDeprecated: b.refuseDeprecated,
	})
	if err != nil {
		registry.Close()
		return nil, nil, err
	}
	d := &daemon{systems: systems, codecs: codecs, registry: registry, metrics: metrics}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", readiness(b.pool, &d.draining))
	mux.Handle("GET /metrics", metrics.handler())
	if err := addDocs(mux, systems); err != nil {
		registry.Close()
		return nil, nil, err
	}
	mux.Handle("/", server)
	d.Handler = mux
	return d, registry.Close, nil
}

// apps shows the registry to the route.
type apps struct{ registry *app.Registry }

// App finds a caller that is not disabled.
func (a apps) App(ctx context.Context, system, id string) (route.App, bool) {
	found, ok := a.registry.Lookup(ctx, system, id)
	if !ok || found.Disabled {
		return route.App{}, false
	}
	keys, sealed := found.Prepared.(*envelope.Keys)
	sign, plain := found.Prepared.(*signature.Keys)
	return route.App{ID: found.ID, Keys: keys, Sign: sign, May: found.May}, sealed || plain
}

// warnPlain says what plain HTTP means for what the systems send.
func warnPlain(log *slog.Logger, listener net.Listener) {
	if a, ok := listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		log.Warn("this listener speaks plain HTTP: RC4 with a fixed key hides nothing, a signature hides nothing, and a token can be taken from the wire: put TLS in front of it", "listen", a.String())
	}
}

// announce says that the server is ready and how to call it.
func announce(w io.Writer, url string, samples []string) {
	fmt.Fprintln(w, "ready")
	for _, s := range describedSystems() {
		if s.Path != "" {
			fmt.Fprintf(w, "  %-8s POST %s%s\n", s.Name, url, s.Path)
			continue
		}
		for _, i := range s.Interfaces {
			if i.Path != "" {
				fmt.Fprintf(w, "  %-8s %-4s %s%s\n", s.Name, i.Method, url, i.Path)
			}
		}
	}
	fmt.Fprintf(w, "  docs     %s/docs/\n  metrics  %s/metrics\n", url, url)
	if len(samples) > 0 {
		fmt.Fprintln(w, "try in another terminal:")
		for _, sample := range samples {
			fmt.Fprintln(w, "  "+sample)
		}
	}
}

// listenAndDrain serves until ctx ends, then finishes what has begun.
func listenAndDrain(ctx context.Context, listener net.Listener, d *daemon, log *slog.Logger) error {
	server := &http.Server{
		Handler: d, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	d.draining.Store(true)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if e := <-failed; err == nil && !errors.Is(e, http.ErrServerClosed) {
		err = e
	}
	return err
}
