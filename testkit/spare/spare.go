// Package spare says how much memory a short run may take.
package spare

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// much is what may live in memory before it is spared: a project of a thousand interfaces.
const much = 256 << 20

// Memory collects seldom, which takes a sixth less CPU, until much lives in memory. GOGC says
// otherwise.
func Memory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
		watch()
	}
}

// watch looks after each collection at what lives.
func watch() {
	runtime.AddCleanup(&struct{ next *byte }{}, func(int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		if metrics.Read(live); live[0].Value.Uint64() > much {
			debug.SetGCPercent(100)
			return
		}
		watch()
	}, 0)
}
