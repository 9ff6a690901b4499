package faults

import (
	"bytes"
	"flag"
	"testing"
	"time"
)

var short = flag.Bool("rig", false, "run servers under faults for a minute")

// TestFaults is the short form of the rig: nothing may be wrong in it.
//
//nolint:paralleltest // a machine under faults
func TestFaults(t *testing.T) {
	if !*short {
		t.Skip("make faults FAULTS=short runs it: servers under faults for a minute, which other tests beside it would slow down")
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
