// Command rig runs servers and their database under faults: see package faults.
package main

import (
	"os"

	"github.com/jiekou-dev/jiekou/bench/faults"
)

func main() { os.Exit(faults.Main()) }
