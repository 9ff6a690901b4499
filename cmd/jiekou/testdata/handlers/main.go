// Command depot is the server of the depot.
package main

import (
	"os"

	"github.com/jiekou-dev/jiekou/runtime/server"

	"example.com/acme/depot/generated"
	"example.com/acme/depot/handler"
)

func main() { os.Exit(server.Main(generated.Systems(handler.Depot{}))) }
