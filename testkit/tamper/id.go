package tamper

import (
	"fmt"
	"sync"
	"time"
)

// ids makes message ids in the form that documents have: the app, the second and the
// part of it, at most 20 characters.
type ids struct {
	now func() time.Time

	mu   sync.Mutex
	last int64 // in steps since 1970
}

// steps are how many message ids there are a second.
const steps = 100_000

// step is a part of a second that no message had yet: the clock's, so that a run
// does not repeat the message ids of one that just ended.
func (i *ids) step() int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.last = max(i.last+1, i.now().UnixMicro()/(1_000_000/steps))
	return i.last
}

// next is a new id.
func (i *ids) next(app string) string {
	step := i.step()
	id := app + time.Unix(step/steps, 0).In(i.now().Location()).Format("060102150405") + fmt.Sprintf("%05d", step%steps)
	if len(id) > 20 {
		id = id[len(id)-20:]
	}
	return id
}

// old is an id of ten years ago, a time that nobody remembers.
func (i *ids) old(app string) string {
	return app + i.now().AddDate(-10, 0, 0).Format("060102") + "000000" + fmt.Sprintf("%0*d", max(1, 8-len(app)), i.step()%10)
}
