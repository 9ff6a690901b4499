package inbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol/crypt"
)

// Arrival is what is known of a message.
type Arrival struct {
	At        time.Time       `json:"at"`
	Cmd       string          `json:"cmd"`
	Sid       string          `json:"sid"`
	Timestamp string          `json:"timestamp"` // of the header, as it was sent
	Try       int             `json:"try"`       // 0 where the message does not open
	Repeated  bool            `json:"repeated"`  // carried out before
	Refused   string          `json:"refused"`   // why it does not open
	Breaks    []string        `json:"breaks"`    // rules of the document
	Fault     string          `json:"fault"`     // that was asked for
	Status    int             `json:"status"`    // of HTTP; 0 where the sender was gone
	Code      string          `json:"code"`      // that was answered, sealed
	Payload   json.RawMessage `json:"payload"`   // null where it is no JSON
	Steps     []crypt.Line    `json:"-"`         // of opening, where it was refused
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
	case a.Status == 0:
		text = "not answered"
	case a.Code == "" && a.Status == http.StatusOK:
		text = "answered garbage"
	case a.Code == "":
		text = "answered HTTP " + strconv.Itoa(a.Status)
	}
	if a.Fault != "" {
		text += " (--fail " + a.Fault + ")"
	}
	return text
}
