package notify

import (
	"sync"
)

// held are the receivers that an engine serves.
type held struct {
	mu   sync.Mutex
	list map[queue]bool
}

// queue is a receiver by name.
type queue struct{ system, app string }

// add notes claims.
func (h *held) add(claims []claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.list == nil {
		h.list = map[queue]bool{}
	}
	for _, c := range claims {
		h.list[queue{c.system, c.app}] = true
	}
}

// end forgets one that is served no more.
func (h *held) end(c *claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.list, queue{c.system, c.app})
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
