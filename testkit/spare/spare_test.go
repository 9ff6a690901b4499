package spare_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/testkit/spare"
)

// TestMemory collects as usual once much lives, and not before.
func TestMemory(t *testing.T) {
	t.Setenv("GOGC", "")
	spare.Memory()
	percent := func() int {
		runtime.GC()
		n := debug.SetGCPercent(0)
		debug.SetGCPercent(n)
		return n
	}
	for range 20 {
		if n := percent(); n != 400 {
			t.Fatalf("with little it is %d", n)
		}
	}
	live := make([]byte, 300<<20)
	for end := time.Now().Add(10 * time.Second); percent() != 100; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("with much it stays as it is")
		}
	}
	runtime.KeepAlive(live)
}
