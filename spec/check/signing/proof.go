package signing

import (
	"slices"
	"strings"

	"github.com/jiekou-dev/jiekou/spec"
)

func checkSecrets(d *checked, g *spec.Signature) {
	proven := slices.ContainsFunc(g.Steps, proves)
	for _, s := range g.Steps {
		d.judgeKey(s)
		if s.With != "" && !slices.Contains(signSecrets, s.With) {
			d.Add("JK0515", s.At("with"), spec.OneOf(s.With, signSecrets), "an app has no secret %q", s.With)
		}
		if s.Op != "sign" || !slices.Contains(algorithmWords("sign"), s.Algorithm) {
			continue
		}
		keyed := strings.HasPrefix(s.Algorithm, "hmac-")
		switch {
		case keyed && s.Key == "":
			d.Add("JK0517", s.At("algorithm"), "add key: appkey, or token", "%s has no key", s.Algorithm)
		case !keyed && s.Key != "":
			d.Add("JK0517", s.At("key"), "write {"+s.Key+"} into over, or make it hmac-"+s.Algorithm, "%s takes no key", s.Algorithm)
		case !keyed && !proven:
			d.secretive(s)
		}
	}
}

// judgeKey checks a key: the name of a secret, or a text with secrets in braces.
func (d *checked) judgeKey(s *spec.SignStep) {
	if !strings.Contains(s.Key, "{") {
		if s.Key != "" && !slices.Contains(signSecrets, s.Key) {
			d.Add("JK0515", s.At("key"), spec.OneOf(s.Key, signSecrets), "an app has no secret %q", s.Key)
		}
		return
	}
	list, bad := spec.Template(s.Key)
	if bad != "" {
		d.Add("JK0513", d.Inside(s.At("key"), bad[:1], 0), "write {{ and }} for braces themselves", "a brace without its other half")
		return
	}
	for _, r := range list {
		at := d.Inside(s.At("key"), r.Raw, r.Nth)
		if !slices.Contains(signSecrets, r.Value) {
			d.Add("JK0515", at, spec.OneOf(r.Value, signSecrets), "an app has no secret %q", r.Value)
		} else if bad := badFilter(r); bad != "" {
			d.Add("JK0514", d.Inside(at, bad, 0), spec.OneOf(bad, filterWords), "unknown filter %q", bad)
		}
	}
	if len(list) == 0 {
		d.Add("JK0517", s.At("key"), "put {appkey} where the partner puts the secret", "no secret is in the key")
	}
}

// proves says whether a step proves who calls, which takes a secret. Unreadable
// steps are reported elsewhere.
func proves(s *spec.SignStep) bool {
	switch {
	case s.Op == "compare" || s.Op == "token":
		return true
	case s.Op == "encrypt":
		return strings.HasSuffix(s.Algorithm, "-gcm")
	case strings.HasPrefix(s.Algorithm, "hmac-"):
		return true
	}
	for text := range templates(s) {
		if !secret(s, text) {
			return false
		}
	}
	return true
}

// secret says whether a template of the step holds a secret, or cannot be read.
func secret(s *spec.SignStep, text string) bool {
	list, bad := spec.Template(text)
	return bad != "" || slices.ContainsFunc(list, func(r spec.TemplatePart) bool {
		return slices.Contains(signSecrets, r.Value) || !isKnown(r)
	}) || s.Params != nil && slices.ContainsFunc(s.Params.From, func(from string) bool {
		return slices.Contains(signSecrets, single(from))
	})
}

// single is the value that one word of params names: secret=appkey is appkey.
func single(from string) string {
	if _, value, renamed := strings.Cut(from, "="); renamed {
		return value
	}
	return from
}

// secretive reports templates without a secret, which anybody could sign.
func (d *checked) secretive(s *spec.SignStep) {
	for text, at := range templates(s) {
		if !secret(s, text) {
			d.Add("JK0517", at, "put {appkey} where the partner puts the secret, or make it hmac-"+s.Algorithm,
				"no secret is signed, so anybody could sign")
		}
	}
}

// checkCovered wants time and nonce signed. Otherwise anybody who saw a request
// could send it again as a new one. Without a sign step nothing is signed.
func checkCovered(d *checked, g *spec.Signature) {
	if !slices.ContainsFunc(g.Steps, func(s *spec.SignStep) bool { return s.Op == "sign" }) {
		return
	}
	if g.Time != nil && namedValue(g.Time.Value) && !covers(g, g.Time.Value) {
		d.Add("JK0527", g.Time.At("value"), "add {"+g.Time.Value+"} to over of a sign step",
			"no sign step is over %s, so anybody could make the request young again", g.Time.Value)
	}
	if g.Nonce != nil && namedValue(g.Nonce.Value) && !covers(g, g.Nonce.Value) {
		d.Add("JK0527", g.Nonce.At("value"), "add {"+g.Nonce.Value+"} to over of a sign step, or take the result of one",
			"no sign step is over %s, so anybody could put in a new one", g.Nonce.Value)
	}
}

// covers says whether some sign step makes a value, or is over it in each of its
// forms.
func covers(g *spec.Signature, value string) bool {
	return slices.ContainsFunc(g.Steps, func(s *spec.SignStep) bool {
		if s.Op != "sign" || sameValue(s.To, value) || !namedValue(s.To) { // an impossible place is reported elsewhere
			return s.Op == "sign"
		}
		for text := range templates(s) {
			if !signsOver(s, text, value) {
				return false
			}
		}
		return true
	})
}

// signsOver says whether one form of a step is over a value, or cannot be read.
func signsOver(s *spec.SignStep, text, value string) bool {
	in, name := spec.Value(value)
	list, bad := spec.Template(text)
	return bad != "" || slices.ContainsFunc(list, func(r spec.TemplatePart) bool {
		switch {
		case r.Value == "params" && s.Params != nil:
			return slices.Contains(s.Params.From, in) && !slices.Contains(s.Params.Except, name) ||
				slices.ContainsFunc(s.Params.From, func(from string) bool { return sameValue(single(from), value) })
		case r.Value == "query":
			return in == "query"
		case r.Value == "body":
			return in == "form" || in == "body"
		}
		return !isKnown(r) || sameValue(r.Value, value)
	})
}

// sameValue says whether two names mean one value. Names of headers are the same in
// any letter case.
func sameValue(a, b string) bool {
	return a == b || strings.HasPrefix(a, "header.") && strings.EqualFold(a, b)
}
