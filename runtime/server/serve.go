package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/config"
	"github.com/jiekou-dev/jiekou/runtime/limit"
	"github.com/jiekou-dev/jiekou/runtime/notify"
	"github.com/jiekou-dev/jiekou/runtime/portal"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/retain"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// operateListen is the address for operators where none is given.
const operateListen = "127.0.0.1:8090"

// The limits of a connection.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 16 << 10
	drainTimeout  = 20 * time.Second
	databasePause = 500 * time.Millisecond // between attempts to reach a database that is starting

	connections     = 10_000
	connectionsEach = 1_000 // of one address: a proxy before us needs fewer
)

// serveOptions are the flags of serve.
type serveOptions struct {
	*operate.Settings
	listen           string
	operate          string // address for operators
	operateHosts     string
	proxies          string
	origins          string
	publicURL        string
	tls              tlsFiles
	trace            string
	traceShare       float64
	log, logLevel    string
	connections      int  // at a time
	connectionsEach  int  // of one address
	free             bool // another one does where that is taken: nobody asked for it
	demo             bool
	scopedOnly       bool
	refuseDeprecated bool
	pushAllow        string
	retry            string
	retryJitter      string
	signatures       string
	handlerDeadline  string
	drainDelay       time.Duration
	databaseWait     time.Duration
}

// serveCommand runs the server in the foreground.
func serveCommand(s *operate.Settings) *cobra.Command {
	o := serveOptions{Settings: s}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the server in the foreground",
		Example: `  jiekoud serve --demo
  DATABASE_URL=postgres://jiekou@db/jiekou jiekoud serve --listen 0.0.0.0:8080
  jiekoud serve --config /etc/jiekou/jiekoud.yaml`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkFile(c); err != nil {
				return err
			}
			o.free = !c.Flags().Changed("operate-listen")
			return o.serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	o.flags(c.Flags())
	return c
}

// flags are the settings of serve, and --demo.
func (o *serveOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address (JIEKOU_LISTEN)")
	f.StringVar(&o.operate, "operate-listen", operateListen,
		"address for operators: their pages, metrics, readiness with reasons, profiles, all documents; none: nobody (JIEKOU_OPERATE_LISTEN)")
	f.StringVar(&o.operateHosts, "operate-hosts", "",
		"names that operators' pages may be reached by, beside localhost and addresses: with commas between them (JIEKOU_OPERATE_HOSTS)")
	f.StringVar(&o.tls.cert, "tls-cert", "",
		"certificate with its chain, PEM; the listener for partners then speaks HTTPS (JIEKOU_TLS_CERT)")
	f.StringVar(&o.tls.key, "tls-key", "", "its key, PEM (JIEKOU_TLS_KEY)")
	f.StringVar(&o.tls.clients, "tls-clients", "",
		"certificates of authorities, PEM: callers must have a certificate of one of them (JIEKOU_TLS_CLIENTS)")
	f.StringVar(&o.log, "log", "", "text or json; default: text on a terminal, else json (JIEKOU_LOG)")
	f.StringVar(&o.logLevel, "log-level", "info", "debug, info, warn or error (JIEKOU_LOG_LEVEL)")
	f.StringVar(&o.trace, "trace", "",
		"collector that traces go to, OTLP over HTTP, such as http://127.0.0.1:4318; empty: nowhere (JIEKOU_TRACE)")
	f.Float64Var(&o.traceShare, "trace-share", 0.01, "share of requests and deliveries that are traced, 0 to 1 (JIEKOU_TRACE_SHARE)")
	f.StringVar(&o.proxies, "proxies", "",
		"addresses of proxies whose X-Forwarded-For says who calls: CIDRs with commas between them (JIEKOU_PROXIES)")
	f.StringVar(&o.publicURL, "public-url", "",
		"where partners reach the server, such as https://api.example.com/partner: for the commands and calls of /docs/ (JIEKOU_PUBLIC_URL)")
	f.StringVar(&o.origins, "origins", "",
		"origins whose pages may call interfaces, such as https://docs.example.com: with commas between them (JIEKOU_ORIGINS)")
	f.IntVar(&o.connections, "connections", connections,
		"connections at a time; what comes beyond is closed at once (JIEKOU_CONNECTIONS)")
	f.IntVar(&o.connectionsEach, "connections-each", connectionsEach,
		"connections of one address at a time (JIEKOU_CONNECTIONS_EACH)")
	f.BoolVar(&o.demo, "demo", false, "load demo data and register demo apps")
	f.BoolVar(&o.scopedOnly, "scoped-only", false,
		"an app that app scope binds to nothing reaches no row that belongs to somebody, instead of all (JIEKOU_SCOPED_ONLY=true)")
	f.BoolVar(&o.refuseDeprecated, "refuse-deprecated", false,
		"answer deprecated interfaces like unknown ones (JIEKOU_REFUSE_DEPRECATED=true)")
	f.StringVar(&o.pushAllow, "push-allow", "",
		"private addresses that notifications may go to: CIDRs with commas between them (JIEKOU_PUSH_ALLOW)")
	f.StringVar(&o.retry, "retry", "",
		"waits after the first, second … failure of a notification, which is dead after the last one (JIEKOU_RETRY; default "+
			"15s,15s,30s,3m,10m,20m,30m,30m,30m,60m,3h,3h,3h,6h,6h)")
	f.StringVar(&o.retryJitter, "retry-jitter", "",
		"how much each wait varies, up or down (JIEKOU_RETRY_JITTER; default 20%)")
	f.StringVar(&o.signatures, "signatures", "",
		"YAML file with words of protocols in place of the declared ones, by system or app (JIEKOU_SIGNATURES)")
	f.StringVar(&o.handlerDeadline, "handler-deadline", "",
		"how long a handler may take (JIEKOU_HANDLER_DEADLINE; default 5s)")
	f.DurationVar(&o.drainDelay, "drain-delay", 0,
		"how long to go on after /readyz has said that the server is stopping, so that load balancers see it (JIEKOU_DRAIN_DELAY)")
	f.DurationVar(&o.databaseWait, "database-wait", time.Minute,
		"how long to wait at the start for a database that cannot be reached yet (JIEKOU_DATABASE_WAIT)")
	config.Env(f, map[string]string{
		"drain-delay": "JIEKOU_DRAIN_DELAY", "database-wait": "JIEKOU_DATABASE_WAIT",
		"listen": "JIEKOU_LISTEN", "operate-listen": "JIEKOU_OPERATE_LISTEN", "operate-hosts": "JIEKOU_OPERATE_HOSTS", "proxies": "JIEKOU_PROXIES", "origins": "JIEKOU_ORIGINS", "public-url": "JIEKOU_PUBLIC_URL",
		"tls-cert": "JIEKOU_TLS_CERT", "tls-key": "JIEKOU_TLS_KEY", "tls-clients": "JIEKOU_TLS_CLIENTS",
		"trace": "JIEKOU_TRACE", "trace-share": "JIEKOU_TRACE_SHARE",
		"log": "JIEKOU_LOG", "log-level": "JIEKOU_LOG_LEVEL",
		"connections": "JIEKOU_CONNECTIONS", "connections-each": "JIEKOU_CONNECTIONS_EACH",
		"scoped-only":       "JIEKOU_SCOPED_ONLY",
		"refuse-deprecated": "JIEKOU_REFUSE_DEPRECATED", "push-allow": "JIEKOU_PUSH_ALLOW", "retry": "JIEKOU_RETRY",
		"retry-jitter": "JIEKOU_RETRY_JITTER", "signatures": "JIEKOU_SIGNATURES", "handler-deadline": "JIEKOU_HANDLER_DEADLINE",
	})
}

// serve runs until ctx ends.
func (o *serveOptions) serve(ctx context.Context, stdout, stderr io.Writer) error {
	log, end, err := newLog(stderr, o.log, o.logLevel)
	if err != nil {
		return err
	}
	defer end()
	config, err := o.config(log)
	if err != nil {
		return err
	}
	endTraces, err := o.tracer(&config, log)
	if err != nil {
		return err
	}
	defer endTraces()
	lock, err := privatepg.Hold(o.DataDir)
	if err != nil {
		return err
	}
	defer lock.Release()
	if most := limit.Memory(); most > 0 {
		log.Info("the heap is bounded by the control group", "bytes", most)
	}
	listener, url, err := o.listenPartners(ctx, log)
	if err != nil {
		return err
	}
	defer listener.Close()
	operators, err := o.listenOperators(ctx, log)
	if err != nil {
		return err
	}
	if operators != nil {
		defer operators.Close()
	}
	o.Serving, o.NeedKey = true, true
	b, err := o.open(ctx, log)
	if err != nil {
		return err
	}
	defer b.Close()
	config.Pool, config.Master = b.Pool, b.Master
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
	announce(stdout, o.Systems, url, operators, samples)
	defer serveOperators(operators, mount, log)()
	return listenAndDrain(ctx, listener, mount, o.drainDelay, log)
}

// open opens the database, and waits for one that is only starting: one that refuses
// connections, or whose name is not known yet.
func (o *serveOptions) open(ctx context.Context, log *slog.Logger) (*operate.Backing, error) {
	begun := time.Now()
	for said := false; ; said = true {
		b, err := o.Open(ctx, log)
		if err == nil || !starting(err) || time.Since(begun) > o.databaseWait || ctx.Err() != nil {
			return b, err
		}
		if !said {
			log.Warn("waiting for the database", "at_most", o.databaseWait.String(), "error", err)
		}
		retain.Pause(ctx, databasePause)
	}
}

// starting says whether an error is that of a database that may just be starting.
func starting(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "57P03" // cannot_connect_now
	}
	_, down := errors.AsType[*pgconn.ConnectError](err)
	_, unreached := errors.AsType[net.Error](err)
	return down && unreached
}

// listenPartners listens for partners, and says under which URL.
func (o *serveOptions) listenPartners(ctx context.Context, log *slog.Logger) (net.Listener, string, error) {
	secure, err := o.tls.config(log)
	if err != nil {
		return nil, "", err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return nil, "", command.Hinted(fmt.Errorf("listen: %w", err), "set JIEKOU_LISTEN to a free address, for example 127.0.0.1:8081")
	}
	at := listener.Addr()
	listener = limit.Listen(listener, o.connections, o.connectionsEach)
	if secure != nil {
		return tls.NewListener(listener, secure), "https://" + at.String(), nil
	}
	if a, ok := at.(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		log.Warn("this listener speaks plain HTTP: RC4 with a fixed key hides nothing, a signature hides nothing, and a token can be read on the wire: "+
			"set JIEKOU_TLS_CERT, or put TLS in front of it", "listen", a.String())
	}
	return listener, "http://" + at.String(), nil
}

// config reads the flags into the Config of a Handler.
func (o *serveOptions) config(log *slog.Logger) (Config, error) {
	c := Config{Systems: o.Systems, Logger: log, RefuseDeprecated: o.refuseDeprecated, ScopedOnly: o.scopedOnly}
	c.OperateHosts, c.Origins = listed(o.operateHosts), listed(o.origins)
	if err := checkOrigins(c.Origins); err != nil {
		return c, command.Misused("", "--origins: %w", err)
	}
	var err error
	if c.PublicURL, err = portal.Address(o.publicURL); err != nil {
		return c, command.Misused("", "--public-url: %w", err)
	}
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
	if c.Proxies, err = notify.ParseAllow(o.proxies); err != nil {
		return c, command.Misused("", "--proxies: %w", err)
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

// listed are the parts of a setting that is a list.
func listed(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// onePath is the path of all interfaces of a system; empty where each has its own.
func onePath(s system.System) string {
	if s.Protocol == nil || s.Protocol.Call == nil {
		return ""
	}
	for _, door := range s.Protocol.Call.Doors("", "", "") {
		if door.Path != "" && !strings.ContainsAny(door.Path, "{*") {
			return door.Path
		}
	}
	return ""
}

// announce says that the server is ready and how to call it.
func announce(w io.Writer, systems []system.System, url string, operators net.Listener, samples []string) {
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
	fmt.Fprintf(w, "  %-*s  %s/docs/\n", width, "docs", url)
	if operators != nil {
		fmt.Fprintf(w, "  %-*s  http://%s/metrics\n", width, "metrics", operators.Addr())
	}
	if len(samples) > 0 {
		fmt.Fprintln(w, "try in another terminal:")
		for _, sample := range samples {
			fmt.Fprintln(w, "  "+sample)
		}
	}
}

// newServer bounds how long a request takes to be read, and how many lines its reading writes.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(strangers(log.Handler()), slog.LevelWarn),
	}
}

// listenAndDrain serves until ctx ends, and for a while longer, in which load balancers see
// that the server is not ready; then it finishes the requests under way.
func listenAndDrain(ctx context.Context, listener net.Listener, m *Mount, delay time.Duration, log *slog.Logger) error {
	server := newServer(m, log)
	server.WriteTimeout = writeTimeout
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	m.Drain()
	select {
	case err := <-failed:
		return err
	case <-time.After(delay):
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if e := <-failed; err == nil && !errors.Is(e, http.ErrServerClosed) {
		err = e
	}
	return err
}
