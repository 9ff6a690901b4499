package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/postgres"
	"github.com/jiekou-dev/jiekou/runtime/privatepg"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

// A server of one's own mounts the systems beside what it serves already.
func ExampleHandler() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	_ = os.Chmod(dir, 0o711) // the database has a user of its own
	database, err := privatepg.Open(ctx, privatepg.Config{DataDir: filepath.Join(dir, "data"), Fast: true})
	if err != nil {
		panic(err)
	}
	defer database.Stop(context.Background())
	pool, err := postgres.NewPool(ctx, database.URL())
	if err != nil {
		panic(err)
	}
	defer pool.Close()

	metrics := prometheus.NewRegistry()
	mount, err := server.Handler(ctx, server.Config{
		Systems:    generated.Systems(),
		Pool:       pool,
		MasterKey:  filepath.Join(dir, "master.key"),
		Registerer: metrics,
		Middleware: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Println(r.Method, r.URL.Path)
				next.ServeHTTP(w, r)
			})
		},
	})
	if err != nil {
		panic(err)
	}
	defer mount.Close()
	mount.Start(ctx) // deliveries and other background work

	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") })
	mux.Handle("/", mount)
	listener := httptest.NewServer(mux)
	defer listener.Close()
	for _, path := range []string{"/hello", "/readyz"} {
		reply, err := http.Get(listener.URL + path)
		if err != nil {
			panic(err)
		}
		body, _ := io.ReadAll(reply.Body)
		_ = reply.Body.Close()
		fmt.Print(string(body))
	}
	families, err := metrics.Gather()
	fmt.Println(len(families) > 0, err)
	http.DefaultClient.CloseIdleConnections()
	// Output:
	// hello
	// GET /readyz
	// {"ready":true}
	// true <nil>
}
