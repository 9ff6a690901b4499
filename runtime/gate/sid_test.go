package gate

import (
	"testing"
	"time"
)

func TestOutdated(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		app, sid string
		want     bool
	}{
		{"300", "30026112112000000001", false},
		{"300", "30025102112000000001", false}, // 13 months to the second
		{"300", "30025102111595900001", true},
		{"300", "30015010100000000001", true},
		{"300", "30099123123595900001", false}, // a time to come
		{"300", "20015010100000000001", false}, // not its own id
		{"300", "30015130100000000001", false}, // no such month
		{"300", "30015013200000000001", false},
		{"300", "30015010124000000001", false},
		{"300", "30015010100600000001", false},
		{"300", "30015010100006000001", false},
		{"300", "30015023100000000001", true}, // the deletion takes it as well
		{"300", "3001501010000000", false},    // 16 digits: no seconds to go by
		{"30", "30150101000000000001", true},
		{"300000000", "30000000015010100000", false},
		{"300", "", false},
	} {
		if got := outdated(tt.app, tt.sid, now); got != tt.want {
			t.Errorf("outdated(%q, %q) = %v", tt.app, tt.sid, got)
		}
	}
}
