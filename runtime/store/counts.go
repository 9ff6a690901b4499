package store

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Bounds of what is kept of long lists.
const (
	// longList is from how many rows on the number of a paged list's rows is kept for
	// countTime: PostgreSQL counts them one by one, for every page.
	longList  = 10_000
	countTime = 5 * time.Second
	mostKept  = 1000 // lists
)

// counts are the numbers of rows of long lists, for a short time. The zero value keeps
// nothing yet.
type counts struct {
	now func() time.Time // nil: time.Now

	mu   sync.Mutex
	list map[string]counted
}

// counted is a number of rows, with the time at which it is forgotten.
type counted struct {
	rows int64
	ends time.Time
}

// countOf names a list: its statement, with what it is asked for.
func countOf(sql string, args []any) string {
	var name strings.Builder
	name.WriteString(sql)
	for _, arg := range args {
		fmt.Fprintf(&name, "\x00%#v", arg)
	}
	return name.String()
}

// clock is the time.
func (c *counts) clock() time.Time {
	if c.now != nil {
		return c.now()
	}
	return time.Now()
}

// get returns the number of rows of a list, if it is kept.
func (c *counts) get(name string) (rows int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, ok := c.list[name]
	return one.rows, ok && c.clock().Before(one.ends)
}

// keep keeps the number of rows of a long list.
func (c *counts) keep(name string, rows int64) {
	if rows < longList {
		return
	}
	now := c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) >= mostKept {
		for other, one := range c.list {
			if !now.Before(one.ends) {
				delete(c.list, other)
			}
		}
	}
	if c.list == nil || len(c.list) >= mostKept {
		c.list = map[string]counted{}
	}
	c.list[name] = counted{rows, now.Add(countTime)}
}
