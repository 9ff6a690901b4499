package diff

import "strings"

// refuse notes how many calls the change refuses. What is inside of a member that may be
// absent is demanded of the calls that have it, and what a reply or a notification
// carries refuses no call.
func (c *Change) refuse(r Rule) {
	c.Refuses = r.Refuses
	message, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "protocol."), ".")
	switch {
	case c.Levels.Wire < Breaking, strings.HasPrefix(r.ID, "protocol-") && (message == "reply" || message == "push"):
		c.Refuses = NoCall
	case c.Refuses == EveryCall && strings.HasPrefix(r.ID, string(Request)+"-") && strings.Contains(c.Path, "/"):
		c.Refuses = SomeCalls
	}
}
