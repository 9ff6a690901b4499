//go:build !linux

package postgres

import "syscall"

// limitSilence does nothing here; keepalive alone detects a silent peer.
func limitSilence(_, _ string, _ syscall.RawConn) error { return nil }
