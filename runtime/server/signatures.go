package server

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// readSignatures reads the file with signatures that replace declared ones, and
// compiles them, so that a mistake is reported before anything is started. Without
// a file there are none.
func readSignatures(systems []system.System, file string) (map[string]signature.Override, error) {
	if file == "" {
		return nil, nil
	}
	over, err := signature.LoadOverrides(file)
	if err == nil {
		if _, err = route.Signatures(system.Descriptions(systems), over); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
	}
	if err != nil {
		return nil, command.Failed(
			`it is written like signature: in a system.yaml, below the system's name: NAME: {signature: {…}, apps: {"10086": {…}}}`,
			"--signatures (JIEKOU_SIGNATURES): %w", err)
	}
	return over, nil
}
