package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// listenOperators listens for operators; nil where nobody should. If the default
// address is taken, any free one of this machine does: it must not keep a second server
// from starting.
func (o *serveOptions) listenOperators(ctx context.Context, log *slog.Logger) (net.Listener, error) {
	if o.operate == "none" {
		return nil, nil //nolint:nilnil // that is what was asked for
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.operate)
	if err != nil && o.free {
		listener, err = config.Listen(ctx, "tcp", "127.0.0.1:0")
		if err == nil {
			log.Info("the usual address for operators is taken", "wanted", o.operate, "listen", listener.Addr().String())
		}
	}
	if err != nil {
		return nil, command.Hinted(fmt.Errorf("listen for operators: %w", err),
			"set JIEKOU_OPERATE_LISTEN to a free address, or to none")
	}
	if a, ok := listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		log.Warn("the listener for operators asks nobody who they are: keep partners away from it", "listen", a.String())
	}
	return listener, nil
}

// serveOperators answers operators until the function that it returns is called: while
// requests of partners are finished, metrics and readiness can still be asked for.
func serveOperators(listener net.Listener, m *Mount, log *slog.Logger) (end func()) {
	if listener == nil {
		return func() {}
	}
	server := newServer(m.Operate(), log)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // until Close
	}()
	return func() {
		_ = server.Close()
		<-done
	}
}
