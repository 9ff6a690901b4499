package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// choose finds the variant of a message that came: the first whose conditions hold.
// from is where the search begins.
func (r *run) choose(in Incoming, from int) (f *form, at int) {
	r.iface, r.frame = in.Interface, in.Frame
	for i, f := range r.x.plan.calls[from:] {
		if len(f.when) == 0 || r.conditionsHold(f, false) {
			return f, from + i
		}
	}
	return nil, 0
}

// solved judges the conditions about values of a message that was solved.
func (r *run) solved() bool {
	for i := range r.f.when {
		if w := &r.f.when[i]; w.later {
			s := r.slots[w.slot]
			if !w.set && len(s.b) == 0 || w.set && !glob(w.glob, str(s.b)) {
				return false
			}
		}
	}
	return true
}

// chooseSend finds the variant of a message that is to be sent.
func (r *run) chooseSend(o Outgoing) *form {
	r.iface, r.frame, r.payload = o.Interface, o.Frame, o.Payload
	for _, f := range r.x.plan.calls {
		if len(f.when) == 0 {
			return f
		}
		if f.answer == nil && r.conditionsHold(f, false) {
			return f
		}
	}
	return nil
}

// conditionsHold judges the conditions of r's own message.
func (r *run) conditionsHold(f *form, ignoreOutcome bool) bool {
	for i := range f.when {
		w := &f.when[i]
		if w.later {
			continue
		}
		if w.outcome != "" {
			if ignoreOutcome {
				continue
			}
			return false
		}
		if !r.holdsOne(f, w) {
			return false
		}
	}
	return true
}

func (r *run) holdsOne(f *form, w *condition) bool {
	var b []byte
	ok := false
	if w.part != nil {
		src := r
		if f.reply && r.request != nil {
			src = r.request
		}
		b, _, ok = src.part(w.part)
	} else {
		switch w.slot {
		case slotMethod:
			b = view(r.msg.Method)
		case slotHost:
			b = view(r.msg.Host)
		case slotPath:
			b = view(r.msg.Path)
		case slotInterface:
			b = view(r.iface)
		case slotFrame:
			b = view(r.frame)
		case slotApp:
			if r.keys != nil && r.keys.m != nil {
				b = view(r.keys.m().app)
			}
		}
		ok = len(b) > 0
	}
	if !w.set {
		return ok
	}
	return glob(w.glob, string(b))
}

// glob matches a text with * for anything.
func glob(pattern, text string) bool {
	if strings.IndexByte(pattern, '*') < 0 {
		return pattern == text
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, one := range parts[1 : len(parts)-1] {
		i := strings.Index(text, one)
		if i < 0 {
			return false
		}
		text = text[i+len(one):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// replies reports whether a reply fits an outcome of the message in r.
func (r *run) replies(f *form, ok, known bool) bool {
	unknown := false
	for i := range f.when {
		w := &f.when[i]
		switch {
		case w.outcome == "success" && !ok, w.outcome == "failure" && (ok || !known), w.outcome == "unknown" && known:
			return false
		case w.outcome == "unknown":
			unknown = true
		case w.outcome != "":
		case !r.holdsCall(w):
			return false
		}
	}
	return known || unknown
}

// holdsCall judges a condition of a reply by the message that is answered.
func (r *run) holdsCall(w *condition) bool {
	if r.f == nil {
		return false
	}
	return r.holdsOne(r.f, w)
}

// boundary is that of a multipart body; it comes from its content, so that the same
// message is the same bytes.
func boundary(now, payload []byte) string {
	h := sha256.New()
	_, _ = h.Write(now)     // a hash takes everything
	_, _ = h.Write(payload) // a hash takes everything
	return "jiekou-" + hex.EncodeToString(h.Sum(nil)[:16])
}
