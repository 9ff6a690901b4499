package server

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// readOverrides reads the file with words that replace declared ones, and compiles
// them, so that a mistake is reported before anything is started. Without a file there
// are none.
func readOverrides(systems []system.System, file string) (protocol.Overrides, error) {
	if file == "" {
		return nil, nil
	}
	over, err := declare.LoadOverrides(file)
	if err == nil {
		if _, err = protocol.Apply(over, protocols(system.Descriptions(systems))); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
	}
	if err != nil {
		return nil, command.Failed(
			`it is written like protocol: in a system.yaml, below the system's name: NAME: {protocol: {…}, apps: {"10086": {…}}}`,
			"--signatures (JIEKOU_SIGNATURES): %w", err)
	}
	return over, nil
}
