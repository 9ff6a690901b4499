package inbox

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jiekou-dev/jiekou/spec"
)

// Fault is a way of failing that was asked for. The zero Fault is none.
type Fault struct {
	text    string        // as it was asked for, without its count
	status  int           // answer with this HTTP status and nothing else
	wait    time.Duration // answer after this
	garbage bool          // answer with a malformed message
	code    string        // let the method fail with this code
	times   int           // 0: from now on
}

// faultPattern is a way of failing with its count behind it.
var faultPattern = regexp.MustCompile(`^(.*?)(?:x([1-9][0-9]{0,5}))?$`)

// ErrFault says that a fault is not written like 503x3, slow=5s, garbage or code=1005x2.
var ErrFault = errors.New("not understood")

// ParseFault reads 503x3, slow=5s, garbage or code=1005x2: a status, a late answer, one
// that is no message, a code of the document. xN behind it is for the next N messages.
func ParseFault(s *spec.System, text string) (Fault, error) {
	parts := faultPattern.FindStringSubmatch(text)
	f := Fault{text: parts[1]}
	f.times, _ = strconv.Atoi(parts[2])
	name, value, _ := strings.Cut(f.text, "=")
	switch name {
	case "garbage":
		if f.garbage = f.text == name; !f.garbage {
			return Fault{}, ErrFault
		}
	case "slow":
		wait, err := time.ParseDuration(value)
		if err != nil || wait <= 0 {
			return Fault{}, ErrFault
		}
		f.wait = wait
	case "code":
		if _, err := strconv.Atoi(value); value == "" || err != nil && s.Reply.CodeType != "string" {
			return Fault{}, ErrFault
		}
		if value == s.Reply.Success {
			return Fault{}, fmt.Errorf("%s is the code of success", value)
		}
		f.code = value
	default:
		status, err := strconv.Atoi(f.text)
		if err != nil || status <= 200 || status > 599 {
			return Fault{}, ErrFault
		}
		f.status = status
	}
	return f, nil
}

// ParseFaults reads faults that follow one another. An error names the one that --fail
// may not be.
func ParseFaults(s *spec.System, texts []string) ([]Fault, error) {
	var all []Fault
	for _, text := range texts {
		f, err := ParseFault(s, text)
		if err != nil {
			return nil, fmt.Errorf("--fail %s: %w", text, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// faults are ways of failing, one after the other.
type faults struct {
	mu   sync.Mutex
	list []Fault
}

// next is the failure for the next message.
func (q *faults) next() Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return Fault{}
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
