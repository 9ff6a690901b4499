package notify

import (
	"sync"
)

// lane is the lane of a receiver. Failing and slow receivers have lanes of their
// own, so that there is always room for the others.
type lane int

const (
	prompt  lane = iota // it did not fail last time
	failing             // it failed last time
	slow                // its call takes long
	lanes
)

// road counts the receivers that are served, by lane.
type road struct {
	size [lanes]int

	mu   sync.Mutex
	used [lanes]int
}

// newRoad returns a road with so many places in each lane.
func newRoad(workers, suspects int) *road {
	return &road{size: [lanes]int{prompt: workers, failing: suspects, slow: suspects}}
}

// free is how many places a lane has left.
func (r *road) free(l lane) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size[l] - r.used[l]
}

// enter takes a place, which is there: only one goroutine lets receivers in.
func (r *road) enter(l lane) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[l]++
}

// leave gives a place back.
func (r *road) leave(l lane) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[l]--
}

// slowDown moves a receiver from the prompt lane to the slow one, where that has
// room.
func (r *road) slowDown() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.used[slow] >= r.size[slow] {
		return false
	}
	r.used[prompt]--
	r.used[slow]++
	return true
}
