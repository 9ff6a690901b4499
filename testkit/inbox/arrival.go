package inbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// Arrival is what is known of a message.
type Arrival struct {
	At        time.Time       `json:"at"`
	Cmd       string          `json:"cmd"`
	Sid       string          `json:"sid"`
	Timestamp string          `json:"timestamp"` // as it was sent; empty where there is none
	Try       int             `json:"try"`       // 0 where the message is refused, or has no id
	Repeated  bool            `json:"repeated"`  // carried out before
	Handshake bool            `json:"handshake"` // it asks whether somebody is there
	Verified  []string        `json:"verified"`  // the parts that were, none where it is refused
	Refused   string          `json:"refused"`   // why
	Breaks    []string        `json:"breaks"`    // rules of the document
	Fault     string          `json:"fault"`     // that was asked for
	Status    int             `json:"status"`    // of HTTP; 0 where the sender was gone
	Code      string          `json:"code"`      // that was answered, sealed
	Payload   json.RawMessage `json:"payload"`   // null where it is no JSON
	Steps     []protocol.Line `json:"-"`         // of verification, where it was refused
}

// String is the message in lines for people, without its payload.
func (a *Arrival) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", a.At.Format(time.DateTime), asWord(a.Cmd), asWord(a.Sid))
	if a.Try > 0 {
		fmt.Fprintf(&b, " try %d", a.Try)
	}
	if a.Repeated {
		b.WriteString(", repeated")
	}
	fmt.Fprintf(&b, ": %s\n", a.answered())
	if len(a.Verified) > 0 {
		fmt.Fprintf(&b, "verified %s\n", strings.Join(a.Verified, ", "))
	}
	for _, rule := range a.Breaks {
		fmt.Fprintf(&b, "breaks %s\n", rule)
	}
	return b.String()
}

// asWord is a value that a message claims, in quotes if it may be more than a word.
func asWord(text string) string {
	if quoted := strconv.Quote(text); text == "" || quoted != `"`+text+`"` || strings.Contains(text, " ") {
		return quoted
	}
	return text
}

// answered describes the answer that the sender got.
func (a *Arrival) answered() string {
	text := "answered " + a.Code
	switch {
	case a.Handshake && a.Code == "" && a.Status == http.StatusOK:
		text = "answered the handshake"
	case a.Status == 0:
		text = "not answered"
	case a.Code == "" && a.Status == http.StatusOK && a.Fault != "":
		text = "answered garbage"
	case a.Code == "":
		text = "answered HTTP " + strconv.Itoa(a.Status)
	}
	if a.Fault != "" {
		text += " (--fail " + a.Fault + ")"
	}
	return text
}
