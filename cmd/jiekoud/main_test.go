package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
)

// TestMain runs the tests, or a history worker for the test that kills it.
func TestMain(m *testing.M) {
	if url := os.Getenv(historyEnv); url != "" {
		if err := workHistory(url); err != nil {
			fmt.Fprintln(os.Stderr, "history worker:", err)
			os.Exit(1)
		}
		return
	}
	postgrestest.Main(m)
}
