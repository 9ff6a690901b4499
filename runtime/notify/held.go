package notify

import (
	"sync"
)

// held are the receivers that an engine serves, each with the number of its lease.
type held struct {
	mu   sync.Mutex
	list map[queue]int64
}

// queue is a receiver by name.
type queue struct{ system, app string }

// add notes claims.
func (h *held) add(claims []claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.list == nil {
		h.list = map[queue]int64{}
	}
	for _, c := range claims {
		h.list[queue{c.system, c.app}] = c.lease
	}
}

// end forgets one that is served no more. Under the next lease the engine may serve it
// already: between the end of a lease in the database and this there may be a claim.
func (h *held) end(c *claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := (queue{c.system, c.app}); h.list[one] == c.lease {
		delete(h.list, one)
	}
}

// all are the names of the receivers, side by side.
func (h *held) all() (systems, apps []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for one := range h.list {
		systems, apps = append(systems, one.system), append(apps, one.app)
	}
	return systems, apps
}
