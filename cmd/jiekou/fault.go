package main

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/spec"
)

// fault is a way of failing that was asked for. The zero fault is none.
type fault struct {
	text    string        // as it was asked for, without its count
	status  int           // answer with this HTTP status and nothing else
	wait    time.Duration // answer after this
	garbage bool          // answer with a malformed message
	code    string        // let the method fail with this code
	times   int           // 0: from now on
}

// faultPattern is a way of failing with its count behind it.
var faultPattern = regexp.MustCompile(`^(.*?)(?:x([1-9][0-9]{0,5}))?$`)

// parseFault reads 503x3, slow=5s, garbage or code=1005x2.
func parseFault(s *spec.System, text string) (fault, error) {
	parts := faultPattern.FindStringSubmatch(text)
	f := fault{text: parts[1]}
	f.times, _ = strconv.Atoi(parts[2])
	name, value, _ := strings.Cut(f.text, "=")
	wrong := command.Misused("--fail 503x3, slow=5s, garbage or code=1005x2; xN for the next N messages, without it from then on",
		"--fail %s: not understood", text)
	switch name {
	case "garbage":
		if f.garbage = f.text == name; !f.garbage {
			return fault{}, wrong
		}
	case "slow":
		wait, err := time.ParseDuration(value)
		if err != nil || wait <= 0 {
			return fault{}, wrong
		}
		f.wait = wait
	case "code":
		if _, err := strconv.Atoi(value); value == "" || err != nil && s.Reply.CodeType != "string" {
			return fault{}, wrong
		}
		if value == s.Reply.Success {
			return fault{}, command.Misused("", "--fail %s: %s is the code of success", text, value)
		}
		f.code = value
	default:
		status, err := strconv.Atoi(f.text)
		if err != nil || status <= 200 || status > 599 {
			return fault{}, wrong
		}
		f.status = status
	}
	return f, nil
}

// faults are ways of failing, one after the other.
type faults struct {
	mu   sync.Mutex
	list []fault
}

// next is the failure for the next message.
func (q *faults) next() fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return fault{}
	}
	f := q.list[0]
	switch f.times {
	case 0:
	case 1:
		q.list = q.list[1:]
	default:
		q.list[0].times--
	}
	return f
}
