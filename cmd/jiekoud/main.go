// Command jiekoud serves the four systems of this repository. It is the server
// library with their generated code, as a team's own program is.
package main

import (
	"os"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/server"
)

func main() { os.Exit(server.Main(generated.Systems())) }
