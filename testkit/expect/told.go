package expect

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/testkit/model"
)

// Subscriber is who gets a notification.
type Subscriber struct {
	App, Cmd string
	Projects []string // empty: all
}

// Notification is one that came.
type Notification struct {
	App, Cmd string
	Body     []byte // JSON
}

// Told compares the notifications of a message with those that came for its subscribers, in
// whatever order: exactly those, with the expected values, and no other.
func (j *Judge) Told(s *spec.System, told []model.Told, to []Subscriber, came []Notification) []Difference {
	var found []Difference
	left := slices.Clone(came)
	for _, t := range told {
		for _, sub := range to {
			if sub.Cmd != t.Of.Cmd || !t.For(sub.App) || !t.Sees(sub.Projects) {
				continue
			}
			at, least := j.nearest(t, sub, left)
			name := fmt.Sprintf("notification %s (%s)", t.Of.Cmd, sub.App)
			if at < 0 {
				found = append(found, Difference{Path: name, Want: t.Body.String(), Why: "absent"})
				continue
			}
			for _, d := range least {
				d.Path = fmt.Sprintf("notification %s (%s), %s", t.Of.Cmd, sub.App, d.Path)
				found = append(found, d)
			}
			left = slices.Delete(left, at, at+1)
		}
	}
	for _, one := range left {
		found = append(found, Difference{Path: fmt.Sprintf("notification %s (%s)", one.Cmd, one.App), Got: string(one.Body), Why: "surplus"})
	}
	return found
}

// nearest is the notification for a subscriber that differs least, -1 where there is none.
func (j *Judge) nearest(t model.Told, sub Subscriber, left []Notification) (at int, least []Difference) {
	at = -1
	for n, one := range left {
		if one.App != sub.App || one.Cmd != sub.Cmd {
			continue
		}
		if d := j.body(t, one.Body); at < 0 || len(d) < len(least) {
			at, least = n, d
		}
	}
	return at, least
}

// body compares the content of a notification.
func (j *Judge) body(t model.Told, body []byte) []Difference {
	got, err := tree.Parse(body)
	if err != nil {
		return []Difference{{Path: "the content", Want: "JSON", Got: string(body), Why: "type"}}
	}
	return j.Object(t.Of.Request, t.Body, got, t.Unsure)
}
