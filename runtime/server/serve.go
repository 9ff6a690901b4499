package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
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
	*operate.Settings
	listen           string
	demo             bool
	refuseDeprecated bool
	pushAllow        string
	retry            string
	retryJitter      string
	signatures       string
	handlerDeadline  string
}

// serveCommand runs the server in the foreground.
func serveCommand(s *operate.Settings) *cobra.Command {
	o := serveOptions{Settings: s}
	refuse, wrong := strconv.ParseBool(cmp.Or(os.Getenv("JIEKOU_REFUSE_DEPRECATED"), "false"))
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the server in the foreground",
		Example: `  jiekoud serve --demo
  DATABASE_URL=postgres://jiekou@db/jiekou jiekoud serve --listen 0.0.0.0:8080`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if wrong != nil {
				return command.Misused("", "JIEKOU_REFUSE_DEPRECATED is true or false, not %q", os.Getenv("JIEKOU_REFUSE_DEPRECATED"))
			}
			return o.serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
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
		"YAML file with words of protocols in place of the declared ones, by system or app (JIEKOU_SIGNATURES)")
	c.Flags().StringVar(&o.handlerDeadline, "handler-deadline", os.Getenv("JIEKOU_HANDLER_DEADLINE"),
		"how long a handler may take (JIEKOU_HANDLER_DEADLINE; default 5s)")
	_ = c.MarkFlagFilename("signatures", "yaml", "yml")
	return c
}

// serve runs until ctx ends.
func (o *serveOptions) serve(ctx context.Context, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	config, err := o.config(log)
	if err != nil {
		return err
	}
	lock, err := privatepg.Hold(o.DataDir)
	if err != nil {
		return err
	}
	defer lock.Release()
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return command.Hinted(fmt.Errorf("listen: %w", err), "set JIEKOU_LISTEN to a free address, for example 127.0.0.1:8081")
	}
	defer listener.Close()
	o.Serving, o.NeedKey = true, true
	b, err := o.Open(ctx, log)
	if err != nil {
		return err
	}
	defer b.Close()
	config.Pool, config.Master = b.Pool, b.Master
	url := "http://" + listener.Addr().String()
	var samples []string
	if o.demo {
		log.Info("loading demo data and registering demo apps")
		if samples, err = prepareDemo(ctx, o.Settings, b, url, log); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	mount, err := Handler(ctx, config)
	if err != nil {
		return err
	}
	defer mount.Close()
	mount.Start(ctx)
	warnPlain(log, listener)
	announce(stdout, o.Systems, url, samples)
	return listenAndDrain(ctx, listener, mount, log)
}

// config reads the flags into the Config of a Handler.
func (o *serveOptions) config(log *slog.Logger) (Config, error) {
	c := Config{Systems: o.Systems, Logger: log, RefuseDeprecated: o.refuseDeprecated}
	var err error
	if c.Overrides, err = readOverrides(o.Systems, o.signatures); err != nil {
		return c, err
	}
	if o.handlerDeadline != "" {
		if c.HandlerDeadline, err = time.ParseDuration(o.handlerDeadline); err != nil || c.HandlerDeadline <= 0 {
			return c, command.Misused("", "JIEKOU_HANDLER_DEADLINE is a time like 5s, not %q", o.handlerDeadline)
		}
	}
	if c.Allow, err = notify.ParseAllow(o.pushAllow); err != nil {
		return c, command.Misused("", "%w", err)
	}
	if c.Schedule, err = notify.ParseSchedule(o.retry); err != nil {
		return c, command.Misused("", "--retry: %w", err)
	}
	if c.Jitter, err = notify.ParseJitter(o.retryJitter); err != nil {
		return c, command.Misused("", "--retry-jitter: %w", err)
	}
	if o.demo {
		c.Allow = append(c.Allow, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	return c, nil
}

// warnPlain warns of HTTP without TLS.
func warnPlain(log *slog.Logger, listener net.Listener) {
	if a, ok := listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		log.Warn("this listener speaks plain HTTP: RC4 with a fixed key hides nothing, a signature hides nothing, and a token can be read on the wire: put TLS in front of it", "listen", a.String())
	}
}

// onePath is the path of all interfaces of a system; empty where each has its own.
func onePath(s system.System) string {
	if s.Protocol == nil || s.Protocol.Call == nil {
		return ""
	}
	for _, door := range s.Protocol.Call.Doors("", "") {
		if door.Path != "" && !strings.ContainsAny(door.Path, "{*") {
			return door.Path
		}
	}
	return ""
}

// announce says that the server is ready and how to call it.
func announce(w io.Writer, systems []system.System, url string, samples []string) {
	fmt.Fprintln(w, "ready")
	width := len("metrics")
	for _, s := range systems {
		width = max(width, len(s.Name))
	}
	for _, s := range systems {
		if path := onePath(s); path != "" {
			fmt.Fprintf(w, "  %-*s  POST %s%s\n", width, s.Name, url, path)
			continue
		}
		for _, i := range s.Interfaces {
			if i.Path != "" {
				fmt.Fprintf(w, "  %-*s  %-4s %s%s\n", width, s.Name, i.Method, url, i.Path)
			}
		}
	}
	fmt.Fprintf(w, "  %-*s  %s/docs/\n  %-*s  %s/metrics\n", width, "docs", url, width, "metrics", url)
	if len(samples) > 0 {
		fmt.Fprintln(w, "try in another terminal:")
		for _, sample := range samples {
			fmt.Fprintln(w, "  "+sample)
		}
	}
}

// listenAndDrain serves until ctx ends, then finishes the requests under way.
func listenAndDrain(ctx context.Context, listener net.Listener, m *Mount, log *slog.Logger) error {
	server := &http.Server{
		Handler: m, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	m.Drain()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if e := <-failed; err == nil && !errors.Is(e, http.ErrServerClosed) {
		err = e
	}
	return err
}
