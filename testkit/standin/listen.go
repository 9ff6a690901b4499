package standin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// Listen serves until ctx ends. It calls began with the URL.
func Listen(ctx context.Context, address string, handler http.Handler, began func(url string)) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return command.Misused("", "cannot listen: %s", err)
	}
	began("http://" + listener.Addr().String())
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
		IdleTimeout: 2 * time.Minute, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		_ = server.Close() // callers that still wait are cut off
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
