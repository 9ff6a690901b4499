package main

import (
	"fmt"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// readSignatures reads the file with signatures that replace declared ones, and
// tries them, so that a mistake is told before anything is started. Without a file
// there are none.
func readSignatures(file string) (map[string]signature.Override, error) {
	if file == "" {
		return nil, nil
	}
	over, err := signature.LoadOverrides(file)
	if err == nil {
		if _, err = route.Signatures(describedSystems(), over); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
	}
	if err != nil {
		return nil, hinted{
			fmt.Errorf("--signatures (JIEKOU_SIGNATURES): %w", err),
			`it is written like signature: in a system.yaml, below the system's name: custservice: {signature: {…}, apps: {"10086": {…}}}`,
		}
	}
	return over, nil
}
