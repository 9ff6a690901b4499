package notify

import (
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/jiekou-dev/jiekou/runtime/outbox"
	"github.com/jiekou-dev/jiekou/runtime/validate"
)

// The findings about a value that was sent.
const (
	wasCut     = "as long as the field holds: it was cut, unless it just fits"
	wasUnknown = "the mapping does not know the row's value"
	wasEmpty   = "the row has no value for a required field"
)

// doubts counts the values sent that are not the row's, until they are logged. No
// value is kept.
type doubts struct {
	mu     sync.Mutex
	counts map[doubt]int
}

// doubt is a counted finding.
type doubt struct{ system, cmd, field, why string }

// look counts the doubts of one notification that was sent.
func (d *doubts) look(system, cmd string, list []outbox.Doubt, body []byte) {
	var members map[string]json.RawMessage
	if len(list) == 0 || json.Unmarshal(body, &members) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range list {
		if why := doubtful(&list[i], member(members, list[i].Field)); why != "" {
			if d.counts == nil {
				d.counts = map[doubt]int{}
			}
			d.counts[doubt{system, cmd, list[i].Field, why}]++
		}
	}
}

// member is the raw value at a path, nil where there is none.
func member(members map[string]json.RawMessage, path string) json.RawMessage {
	name, rest, deeper := strings.Cut(path, "/")
	raw := members[name]
	if !deeper {
		return raw
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(raw, &inner) != nil {
		return nil
	}
	return member(inner, rest)
}

// doubtful says why a value that was sent is not the row's, "" where it is.
func doubtful(d *outbox.Doubt, raw json.RawMessage) string {
	text := string(raw)
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &text) != nil {
		return ""
	}
	switch {
	case raw == nil:
		return ""
	case d.Empty && (text == "" || text == "0"):
		return wasEmpty
	case d.Else != "" && text == d.Else:
		return wasUnknown
	case d.Length > 0 && isFull(d, text):
		return wasCut
	}
	return ""
}

// isFull reports whether a text has no room for a further character.
func isFull(d *outbox.Doubt, text string) bool {
	switch d.Bytes {
	case "bytes":
		return len(text) > d.Length-utf8.UTFMax
	case "gbk":
		return validate.GBK(text) > d.Length-utf8.UTFMax
	}
	return utf8.RuneCountInString(text) >= d.Length
}

// flush logs the counts and resets them.
func (d *doubts) flush(log *slog.Logger) {
	d.mu.Lock()
	counts := d.counts
	d.counts = nil
	d.mu.Unlock()
	for one, n := range counts {
		log.Warn("values were sent that are not the row's",
			"system", one.system, "cmd", one.cmd, "field", one.field, "count", n, "why", one.why)
	}
}
