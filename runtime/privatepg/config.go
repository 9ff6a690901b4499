// Package privatepg finds or makes the database of a server. With a URL that is the
// database of the URL. Without one it runs a private PostgreSQL in the data folder:
// durable settings, no network, a socket that only its owner may enter, never as
// root.
//
// The private server ends with the process that runs it, even on kill -9 (Linux),
// and is started again when it dies. A process that runs it waits a while at its
// end for other users; those that remain take it over.
package privatepg

import "log/slog"

// Config says which database to use. The zero Config is a private server below
// ".jiekou".
type Config struct {
	URL     string       // an existing server; empty: a private one
	DataDir string       // folder of the private server; default ".jiekou"
	Bin     string       // folder of initdb and postgres; default: FindBin
	Fast    bool         // no fsync: for tests only, a power cut loses everything
	Log     *slog.Logger // default: none

	// Own is for a long-lived process: if another process runs the server, Open waits
	// up to ten seconds for its end before it uses that server, so that the server is
	// not lost when a short command ends.
	Own bool
}
