// Package signing holds the static rules of signatures: the values, templates,
// algorithms, times and known answers of a declaration.
package signing

import "github.com/jiekou-dev/jiekou/spec"

// checked is a linked system while the rules run over it.
type checked struct {
	*spec.Collector
	*spec.System
}

// Check runs one rule over a linked system.
type Check func(to *spec.Collector, s *spec.System)

// every turns a check of one signature into a check of a system.
func every(visit func(d *checked, g *spec.Signature)) Check {
	return func(to *spec.Collector, s *spec.System) {
		for _, g := range s.AllSignatures() {
			visit(&checked{to, s}, g)
		}
	}
}

// whole turns a check of a system with its own receiver into a Check.
func whole(visit func(d *checked)) Check {
	return func(to *spec.Collector, s *spec.System) { visit(&checked{to, s}) }
}

// Guard checks that a system is sealed or signed, not both.
func Guard(to *spec.Collector, s *spec.System) { whole(checkGuard)(to, s) }

// Values checks that values are named by their places.
func Values(to *spec.Collector, s *spec.System) { every(checkValues)(to, s) }

// Templates checks that templates can be filled.
func Templates(to *spec.Collector, s *spec.System) { every(checkTemplates)(to, s) }

// Secrets checks that secrets are those of an app, and something is proven by one.
func Secrets(to *spec.Collector, s *spec.System) { every(checkSecrets)(to, s) }

// Algorithms checks that algorithms are part of the runtime.
func Algorithms(to *spec.Collector, s *spec.System) { every(checkSignAlgorithms)(to, s) }

// Times checks that times have a unit and a window.
func Times(to *spec.Collector, s *spec.System) { every(checkTimes)(to, s) }

// Nonce checks that values that count once have a time.
func Nonce(to *spec.Collector, s *spec.System) { every(checkNonce)(to, s) }

// Vectors checks that known answers are of this declaration.
func Vectors(to *spec.Collector, s *spec.System) { every(checkVectors)(to, s) }

// Sent checks that interfaces send what is signed.
func Sent(to *spec.Collector, s *spec.System) { whole(checkSent)(to, s) }

// Payload checks that the payload has a place of its own.
func Payload(to *spec.Collector, s *spec.System) { every(checkPayload)(to, s) }

// Results checks that each result has a place of its own.
func Results(to *spec.Collector, s *spec.System) { every(checkResults)(to, s) }

// Refusals checks that each refusal has a code.
func Refusals(to *spec.Collector, s *spec.System) { every(checkRefusals)(to, s) }

// Covered checks that what is signed covers the time.
func Covered(to *spec.Collector, s *spec.System) { every(checkCovered)(to, s) }
