package faults

import (
	"bytes"
	"testing"
	"time"
)

// TestFaults is the short form of the rig: nothing may be wrong in it.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs servers under faults for half a minute")
	}
	r, err := open(config{length: 12 * time.Second, pause: 400 * time.Millisecond, seed: 3, servers: 2, writers: 2, chance: 0.0001, standby: true, patience: 3})
	if r != nil {
		defer r.close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r.run()
	var out bytes.Buffer
	r.report(&out)
	t.Log(out.String())
	if len(r.kinds) > 0 {
		t.Error("anomalies")
	}
	if r.operations.Load() < 100 || len(r.counts) < 3 {
		t.Error("hardly anything happened")
	}
}
