// Command orders serves the interfaces that are written down in spec/.
package main

import (
	"os"

	"github.com/jiekou-dev/jiekou/runtime/server"

	"example.com/acme/orders/generated"
)

func main() { os.Exit(server.Main(generated.Systems())) }
