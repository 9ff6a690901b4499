package token

import (
	"encoding/binary"
	"testing"
	"time"
)

// TestKeepBound: however many good tokens there are, a bounded number of them is
// remembered, the latest among them.
func TestKeepBound(t *testing.T) {
	t.Parallel()
	tokens := NewTokens(nil, nil)
	now := time.Unix(1795219750, 0)
	for i := range 3 * most {
		var k key
		binary.BigEndian.PutUint32(k.hash[:], uint32(i))
		now = now.Add(time.Millisecond)
		tokens.keep(k, seen{expires: now.Add(time.Hour), at: now}, true)
		if len(tokens.good) > most {
			t.Fatalf("%d tokens are remembered", len(tokens.good))
		}
		if _, ok := tokens.known(k); !ok {
			t.Fatal("the latest is not remembered")
		}
	}
}
