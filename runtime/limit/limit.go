// Package limit bounds what one caller can take from all others: turns at the work, room
// for large messages, and the attention of the listener.
//
// A request is a Visit. It arrives from an address, whose bodies and unproved messages
// are bounded; once its app has proved who it is, it takes a turn among the requests of
// that app. Turns go around the apps that wait, so that one with a hundred requests does
// not keep another's first one waiting.
package limit

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Errors to match with errors.Is. They are refusals for the moment: the same message may
// be sent again.
var (
	ErrRate   = errors.New("the app sends more requests a second than it may")
	ErrBusy   = errors.New("the app has more requests under way than it may")
	ErrRoom   = errors.New("too much is being read at the moment")
	ErrStrike = errors.New("too many messages from this address did not prove who sent them")
)

// Is reports whether a refusal is one of a limit.
func Is(err error) bool {
	return errors.Is(err, ErrRate) || errors.Is(err, ErrBusy) || errors.Is(err, ErrRoom) || errors.Is(err, ErrStrike)
}

// App says how much one app may have; zero values are the defaults of the Config.
type App struct {
	Concurrency int     `json:"concurrency,omitempty"` // requests at a time
	Rate        float64 `json:"rate,omitempty"`        // requests a second
	Burst       int     `json:"burst,omitempty"`       // requests at once beyond the rate
}

// Config configures Limits. Zero values are the defaults, which no honest partner meets.
type Config struct {
	Queries     int           // at a time, of all apps; 0: as of 16 connections (see Connections)
	Reports     int           // at a time, of all apps; 0: 256
	Concurrency int           // of one app; 0: two thirds of Queries, and half of Reports
	Rate        float64       // requests of one app a second; 0: 10,000
	Burst       int           // 0: twice the rate
	Wait        time.Duration // for a turn, before a request is refused; 0: 1.2 s
	Replies     int64         // bytes of memory for large replies, of all apps; 0: 64 MiB. One app has half
	Bodies      int64         // bytes of bodies beyond the first 16 KiB of each, of all addresses; 0: 64 MiB. One address has a quarter
	Strikes     float64       // messages a second from one address that prove nothing; 0: 20
}

// Connections shares the connections of a pool: how many queries and how many groups of
// reports work at a time. One app has two thirds of the former and may fill the latter, and
// so never has all.
func Connections(all int) (queries, groups int) { return max(1, all*3/4), max(1, all*3/8) }

// The sizes below which a message is never held up.
const (
	FreeBody  = 16 << 10
	freeReply = 64 << 10
)

// heavier is how much memory the making of a reply takes, by its size.
const heavier = 3

// Limits is what visits share. It is safe for concurrent use.
type Limits struct {
	config  Config
	queries *turns
	reports *turns

	mu        sync.Mutex
	bodies    int64 // bytes in use
	addresses map[netip.Addr]*address
	swept     time.Time

	refused [4]atomic.Int64 // by each, in the order of reasons
}

// reasons are the errors of this package and their names.
var reasons = [4]struct {
	err  error
	name string
}{{ErrRate, "rate"}, {ErrBusy, "busy"}, {ErrRoom, "room"}, {ErrStrike, "strike"}}

// refuse counts a refusal, and returns it.
func (l *Limits) refuse(err error) error {
	for n := range reasons {
		if err != nil && reasons[n].err == err { //nolint:errorlint // they are never wrapped here
			l.refused[n].Add(1)
		}
	}
	return err
}

// State is what Limits have to do at the moment.
type State struct {
	Queries, Reports Turns
	Bodies           int64            // bytes of large bodies
	Refused          map[string]int64 // since the start, by rate, busy, room and strike
}

// Turns are requests of a kind.
type Turns struct {
	Running, Waiting int
	Bytes            int64 // of memory that replies hold, or are expected to
}

// State looks at the limits.
func (l *Limits) State() State {
	s := State{Queries: l.queries.state(), Reports: l.reports.state(), Refused: map[string]int64{}}
	l.mu.Lock()
	s.Bodies = l.bodies
	l.mu.Unlock()
	for n := range reasons {
		s.Refused[reasons[n].name] = l.refused[n].Load()
	}
	return s
}

// New returns Limits.
func New(c Config) *Limits {
	c = c.filled()
	l := &Limits{config: c, addresses: map[netip.Addr]*address{}}
	l.queries = newTurns(c.Queries, share(c.Concurrency, c.Queries*2/3), c)
	l.reports = newTurns(c.Reports, share(c.Concurrency, c.Reports/2), c)
	return l
}

func share(given, usual int) int {
	if given > 0 {
		return given
	}
	return max(usual, 1)
}

func (c Config) filled() Config {
	set := func(to *int, usual int) {
		if *to <= 0 {
			*to = usual
		}
	}
	queries, _ := Connections(16)
	set(&c.Queries, queries)
	set(&c.Reports, 256)
	if c.Rate <= 0 {
		c.Rate = 10_000
	}
	set(&c.Burst, int(2*c.Rate))
	if c.Wait <= 0 {
		c.Wait = 1200 * time.Millisecond
	}
	if c.Replies <= 0 {
		c.Replies = 64 << 20
	}
	if c.Bodies <= 0 {
		c.Bodies = 64 << 20
	}
	if c.Strikes <= 0 {
		c.Strikes = 20
	}
	return c
}
