package signature

import "strings"

// Stand returns the value of a verified message that stands for a place which
// declared names and the message's own signature does not: an override of a
// deployment may move the app, the time, the nonce and what steps make, and the
// declaration's fields must not be missed for that. What the override does without
// is "-". ok is false for a place that declared does not name, and where the message
// was signed as declared.
func (m *Message) Stand(declared *Spec, place string) (value string, ok bool) {
	if m.codec == nil {
		return "", false
	}
	used := &m.codec.spec
	same := func(a string) bool { return strings.EqualFold(a, place) }
	for _, v := range used.places() {
		if same(v) {
			return "", false // it stands where it was declared
		}
	}
	of := func(full string) (string, bool) {
		for i, v := range m.codec.values {
			if strings.EqualFold(v.full, full) && m.values[i] != "" {
				return m.values[i], true
			}
		}
		return "-", true
	}
	switch {
	case same(declared.App):
		return of(used.App)
	case declared.Time != nil && same(declared.Time.Value):
		if used.Time == nil {
			return of("")
		}
		return of(used.Time.Value)
	}
	for i, s := range declared.Steps {
		if same(s.Value) || same(s.To) {
			return of(used.counterpart(declared.Steps[:i+1]))
		}
	}
	if declared.Nonce != nil && same(declared.Nonce.Value) {
		if used.Nonce == nil {
			return of("")
		}
		return of(used.Nonce.Value)
	}
	return "", false
}

// places lists every value that a signature names.
func (s *Spec) places() []string {
	list := []string{s.App}
	if s.Time != nil {
		list = append(list, s.Time.Value)
	}
	if s.Nonce != nil {
		list = append(list, s.Nonce.Value)
	}
	for _, step := range s.Steps {
		list = append(list, step.Value, step.To)
	}
	return list
}

// counterpart is the value of the step that does what the last of steps does: the
// first, second … of its operation; "" where there is none.
func (s *Spec) counterpart(steps []Step) string {
	op, n := steps[len(steps)-1].Op, 0
	for _, step := range steps {
		if step.Op == op {
			n++
		}
	}
	for _, step := range s.Steps {
		if step.Op != op {
			continue
		}
		if n--; n == 0 {
			return step.Value + step.To
		}
	}
	return ""
}
