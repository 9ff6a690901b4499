package tamper_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/testkit/tamper"
)

// TestOtherKeyIsNoLuck makes messages with another key many times: the same value
// refuses each of them. What a cipher without a seal makes of another key is in order
// for one of 256, and the value behind it would refuse that one with another code.
func TestOtherKeyIsNoLuck(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../runtime/protocol/testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	often := 300
	if testing.Short() { // under the race detector
		often = 10
	}
	at, tried := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC), 0
	for _, path := range files {
		f, p := load(t, path)
		if p.Call == nil {
			continue
		}
		codes := problem.Catalogue{Success: f.Trips[0].Code, Rules: map[problem.Rule]string{}}
		for i, r := range problem.Rules() {
			codes.Rules[r] = fmt.Sprint(9000 + i)
		}
		rig, err := tamper.NewRig(p, false, codes, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := tamper.Order{Out: protocol.Outgoing{Interface: "order_get", Payload: []byte(`{"number":"7"}`)}}
		sound, err := rig.Try(t.Context(), o, nil)
		if err != nil {
			continue // it wants a message of its own
		}
		for _, fault := range tamper.Faults(p, false, sound.Form) {
			if fault.Tamper.What != tamper.OtherKey || !strings.HasPrefix(fault.ID, "key-") {
				continue
			}
			o.Tamper = &fault.Tamper
			refused := map[string]int{}
			for range often {
				if s, err := rig.Try(t.Context(), o, nil); err == nil && s.Refused != nil {
					refused[s.By]++
				}
			}
			tried++
			if len(refused) > 1 {
				t.Errorf("%s %s: refused by chance: %v", filepath.Base(path), fault.ID, refused)
			}
		}
	}
	if tried < 5 {
		t.Errorf("only %d keys of ciphers", tried)
	}
}
