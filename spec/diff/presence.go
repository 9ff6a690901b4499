package diff

import (
	"cmp"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

// presence compares when the field must be there.
func (s side) presence(was, is *spec.Field) {
	before, after := condition(was), condition(is)
	switch {
	case was.Required == is.Required && before == after, was.IsOptional() && is.IsOptional():
	case is.IsRequired():
		s.on("required-demanded", string(was.Required), string(is.Required), was, is, "required")
		s.spared(is)
	case was.IsRequired() && is.IsConditional():
		s.on("required-waived", string(was.Required), after, was, is, "required")
	case was.IsRequired():
		s.on("required-waived", string(was.Required), string(is.Required), was, is, "required")
	case was.IsOptional():
		s.on("condition-added", "", after, was, is, "required")
	case is.IsOptional():
		s.on("condition-removed", before, "", was, is, "required")
	case !was.Needs() || !is.Needs():
		s.on("condition-changed", before, after, was, is, "required")
	default:
		s.situated("condition", before, after, was, is, "required", needed)
	}
	s.exclusion(was, is)
	s.flag("blank-allowed", "blank-forbidden", was.Blank, is.Blank, was, is, "blank")
	s.flag("null-allowed", "null-forbidden", was.Nullable, is.Nullable, was, is, "nullable")
}

// needed and barred are whether a field must be there, and whether it must not.
func needed(f *spec.Field, x situation) bool { return f.Needed(x.value) }
func barred(f *spec.Field, x situation) bool { return f.Forbidden(x.value) }

// exclusion compares when the field may be there.
func (s side) exclusion(was, is *spec.Field) {
	before, after := exclusion(was), exclusion(is)
	if before != "" && after != "" {
		s.situated("exclusion", before, after, was, is, "required", barred)
		return
	}
	s.optional("exclusion", "required", before, after, was, is)
}

// situated notes that something which is held to in some situations is held to in others.
func (s side) situated(part, before, after string, was, is *spec.Field, key string, holds func(f *spec.Field, x situation) bool) {
	if before == after {
		return
	}
	all, sent := s.compare(was, is, holds)
	if all == "" {
		return // the same in other words
	}
	s.on(part+"-"+all, before, after, was, is, key)
	if sent == "" || sent == map[bool]string{true: "loosened", false: "tightened"}[s.Comes()] {
		c := &s.changes[len(s.changes)-1]
		if c.Levels.Wire > Info {
			c.Levels.Wire = Info
			c.note("all values that are sent keep it", "所取的值均符合")
		}
	}
}

// spared notes that the last change asks nothing of callers: a value that is absent has
// a default.
func (s side) spared(f *spec.Field) {
	if s.Comes() && f.Default != "" {
		c := &s.changes[len(s.changes)-1]
		c.Levels.Wire = Info
		c.note("it has a default", "有缺省值")
	}
}

// condition is when a conditional field is required, as text.
func condition(f *spec.Field) string {
	if !f.IsConditional() {
		return ""
	}
	var parts []string
	parts = append(parts, matches("", f.RequiredIf), matches("unless ", f.RequiredUnless), names("with ", f.RequiredWith),
		names("without ", f.RequiredWithout), names("without all of ", f.RequiredWithoutAll))
	return cmp.Or(joinedBy("; ", parts), "as the document says") // the words alone are wording
}

// exclusion is when a field may be there, as text.
func exclusion(f *spec.Field) string {
	return joinedBy("; ", []string{matches("only if ", f.PresentIf), matches("not if ", f.AbsentIf), names("not with ", f.AbsentWith)})
}

func matches(word string, list []spec.Match) string {
	var texts []string
	for _, m := range list {
		texts = append(texts, m.Text())
	}
	return names(word, texts)
}

func names(word string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return word + strings.Join(list, ", ")
}

// demanded corrects what a new field of a request does to those who do not send it.
func (s side) demanded(c *Change, f *spec.Field) {
	switch {
	case !s.Comes():
	case f.Default != "":
		s.spared(f)
	case f.IsConditional() && f.Needs():
		c.Levels.Wire = Breaking
		c.note("it is required if "+condition(f), "必填条件："+condition(f))
	case f.IsConditional():
		c.Levels.Wire = Warning
		c.note("it is required in some cases", "条件必填")
	}
}
