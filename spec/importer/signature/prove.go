package signature

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // documents sign with it
	"crypto/sha1" //nolint:gosec // likewise
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// findings are the parts of examples that a document has, anywhere.
type findings struct {
	texts   []sample // with pairs
	secrets []string
	digests []sample
	kinds   string // a type of content that is spoken of
}

type sample struct{ text, place string }

// Bounds of a search: a document may be long.
const (
	maxTexts   = 60
	maxSecrets = 24
	maxDigests = 60
	maxTries   = 400_000
)

var (
	pairsText   = pattern.New(`[A-Za-z_][\w.\-]*=[^&\s"'<>，。；（）()]*(?:&[A-Za-z_][\w.\-]*=[^&\s"'<>，。；（）()]*)+`)
	glued       = pattern.New(`(?:待签名|签名前|签名源|签名原|加密前|拼接后|拼接成|拼接|string\w*)[^:：=\n]{0,24}[:：=]\s*["“]?([^\s"”，。]{12,1000})`)
	secretText  = pattern.New(`(?i)(?:密钥|秘钥|secret(?:_?key)?|app_?secret|app_?key|sign_?key|api_?key|\bkey|token|商户key|私钥)\s*(?:\([^)]*\))?\s*(?:为|是|=|:|：)+\s*["'“]?([\x21-\x25\x27-\x7e]{3,128})`)
	hexDigest   = pattern.New(`(?:^|[^0-9A-Za-z])([0-9a-f]{32}|[0-9A-F]{32}|[0-9a-f]{40}|[0-9A-F]{40}|[0-9a-f]{64}|[0-9A-F]{64}|[0-9a-f]{128}|[0-9A-F]{128})(?:[^0-9A-Za-z]|$)`)
	base64Value = pattern.New(`(?i)sign\w*["'”]?\s*[=:：]\s*["'“]?([A-Za-z0-9+/]{22,100}={1,2})`)
	secretName  = pattern.New(`(?i)^(key|secret|app_?secret|secret_?key|sign_?key|api_?key|app_?key|token)$`)
)

// read collects the parts of examples that a text has.
func (f *findings) read(text, place string) {
	text = norm.NFC.String(strings.NewReplacer("&amp;", "&", "“", `"`, "”", `"`).Replace(text))
	for _, m := range pairsText.FindAllString(text, -1) {
		if len(f.texts) < maxTexts {
			f.texts = append(f.texts, sample{m, place})
		}
	}
	for _, m := range glued.FindAllStringSubmatch(text, -1) {
		if len(f.texts) < maxTexts && !pairsText.MatchString(m[1]) {
			f.texts = append(f.texts, sample{m[1], place})
		}
	}
	for _, m := range secretText.FindAllStringSubmatch(text, -1) {
		if s := strings.TrimRight(m[1], `",;'.)`); len(f.secrets) < maxSecrets && len(s) > 2 && !slices.Contains(f.secrets, s) {
			f.secrets = append(f.secrets, s)
		}
	}
	for _, form := range []*pattern.Pattern{hexDigest, base64Value} {
		for _, m := range form.FindAllStringSubmatch(text, -1) {
			if len(f.digests) < maxDigests && !slices.ContainsFunc(f.digests, func(s sample) bool { return s.text == m[1] }) {
				f.digests = append(f.digests, sample{m[1], place})
			}
		}
	}
	f.object(text, place)
}

// object takes the members of JSON as pairs.
func (f *findings) object(text, place string) {
	var members map[string]any
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") || len(text) > 1<<16 || json.Unmarshal([]byte(text), &members) != nil || len(f.texts) >= maxTexts {
		return
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if v, ok := members[name].(string); ok && !SignName(name) {
			parts = append(parts, name+"="+v)
		}
	}
	if len(parts) >= 2 {
		f.texts = append(f.texts, sample{strings.Join(parts, "&"), place})
	}
}

// digest is a way to a digest.
type digest struct {
	name  string
	keyed bool
	make  func() hash.Hash
}

func digests() []digest {
	return []digest{
		{"md5", false, md5.New},
		{"sha1", false, sha1.New},
		{"sha256", false, sha256.New},
		{"sha512", false, sha512.New},
		{"hmac-md5", true, md5.New},
		{"hmac-sha1", true, sha1.New},
		{"hmac-sha256", true, sha256.New},
		{"hmac-sha512", true, sha512.New},
	}
}

// prove looks for the form under which an example comes out.
func (f *findings) prove(r *Rule, prose string) {
	want := map[string]sample{}
	for _, d := range f.digests {
		want[strings.ToLower(d.text)] = d
	}
	if len(want) == 0 || len(f.texts) == 0 {
		return
	}
	for _, text := range f.texts {
		pairs, own := split(text.text)
		secrets := slices.Concat(own, f.secrets, []string{""})
		if at := strings.LastIndex(text.text, "密钥"); at > 0 { // the word itself stands for the key
			secrets = append([]string{"密钥"}, secrets...)
		}
		if f.search(r, text, pairs, secrets, want, prose) || r.Tried > maxTries {
			break
		}
	}
	if r.Proven == nil {
		r.Nearest = fmt.Sprintf("%d forms were tried on %d texts with %d digests of the document, and none comes out: an example that was made up, or a further step", r.Tried, len(f.texts), len(f.digests))
	}
}

// split takes a text of pairs apart; a last pair that is called like a key has the
// secret.
func split(text string) (pairs []Pair, secrets []string) {
	for part := range strings.SplitSeq(text, "&") {
		name, value, ok := strings.Cut(part, "=")
		switch {
		case !ok:
		case SignName(name):
		case secretName.MatchString(name) && strings.HasSuffix(text, part):
			secrets = append(secrets, value)
		default:
			pairs = append(pairs, Pair{name, value})
		}
	}
	return pairs, secrets
}

// form is a text that may be what was signed.
type form struct{ text, order, pair, join, key, secret string }

// search tries the forms of a text.
func (f *findings) search(r *Rule, text sample, pairs []Pair, secrets []string, want map[string]sample, prose string) bool {
	for _, secret := range secrets {
		for _, one := range forms(text.text, pairs, secret) {
			if d, encoding, hit, ok := r.digested(one, want); ok {
				r.take(one, d, encoding, hit, text, pairs, prose)
				return true
			}
			if r.Tried > maxTries {
				return false
			}
		}
	}
	return false
}

// digested tries the digests of one form.
func (r *Rule) digested(one form, want map[string]sample) (d digest, encoding string, hit sample, ok bool) {
	for _, d = range digests() {
		if d.keyed && (one.secret == "" || one.key != "{params}") {
			continue
		}
		r.Tried++
		if encoding, hit, ok = found(d.sum(one.text, one.secret), want); ok {
			return d, encoding, hit, true
		}
	}
	return d, "", hit, false
}

// found looks for a digest among the examples, in the encodings that documents write.
func found(sum []byte, want map[string]sample) (encoding string, hit sample, ok bool) {
	if hit, ok = want[hex.EncodeToString(sum)]; ok {
		return "hex", hit, true
	}
	hit, ok = want[strings.ToLower(base64.StdEncoding.EncodeToString(sum))]
	return "base64", hit, ok
}

func (d digest) sum(text, secret string) []byte {
	h := d.make()
	if d.keyed {
		h = hmac.New(d.make, []byte(secret))
	}
	h.Write([]byte(text))
	return h.Sum(nil)
}

// places are where a secret is put, before or behind the parameters.
func places() []string {
	return []string{
		"{params}{secret}", "{params}&key={secret}", "{params}&secret={secret}", "{params}&{secret}", "{params}&appSecret={secret}", "{params}&app_secret={secret}",
		"{params}&secretKey={secret}", "{params}&appKey={secret}", "{params}&token={secret}", "{params}key={secret}", "{secret}{params}{secret}", "{secret}{params}", "{secret}&{params}&{secret}", "{params}",
	}
}

// forms are the texts that pairs and a secret may make.
func forms(raw string, pairs []Pair, secret string) []form {
	var out []form
	add := func(params, order, pair, join string) {
		for _, place := range places() {
			if secret == "" && place != "{params}" {
				continue
			}
			out = append(out, form{strings.NewReplacer("{params}", params, "{secret}", secret).Replace(place), order, pair, join, place, secret})
		}
	}
	if len(pairs) < 2 {
		add(raw, "listed", "{name}={value}", "&")
		return out
	}
	if secret != "" && strings.HasSuffix(raw, secret) { // the text ends with the key
		last := pairs[len(pairs)-1]
		if cut, ok := strings.CutSuffix(last.Value, secret); ok {
			pairs = append(slices.Clone(pairs[:len(pairs)-1]), Pair{last.Name, cut})
		}
	}
	for _, decode := range []bool{false, true} {
		list := slices.Clone(pairs)
		if decode {
			if list = decoded(pairs); slices.Equal(list, pairs) {
				continue
			}
		}
		for _, order := range []string{"listed", "name", "name-nocase", "value"} {
			sorted := ordered(list, order)
			if order != "listed" && slices.Equal(sorted, list) {
				continue
			}
			for _, shape := range [][2]string{{"{name}={value}", "&"}, {"{name}={value}", ""}, {"{name}{value}", ""}, {"{value}", ""}, {"{value}", "&"}, {"{value}", "|"}, {"{value}", ","}} {
				add(joined(sorted, shape[0], shape[1]), order, shape[0], shape[1])
			}
		}
	}
	return out
}

// joined writes pairs one after another.
func joined(pairs []Pair, shape, join string) string {
	parts := make([]string, 0, len(pairs))
	for _, p := range pairs {
		parts = append(parts, strings.NewReplacer("{name}", p.Name, "{value}", p.Value).Replace(shape))
	}
	return strings.Join(parts, join)
}

func decoded(pairs []Pair) []Pair {
	out := slices.Clone(pairs)
	for i, p := range out {
		if v, err := url.QueryUnescape(p.Value); err == nil {
			out[i].Value = v
		}
	}
	return out
}

func ordered(pairs []Pair, order string) []Pair {
	out := slices.Clone(pairs)
	key := map[string]func(Pair) string{
		"name": func(p Pair) string { return p.Name }, "name-nocase": func(p Pair) string { return strings.ToLower(p.Name) }, "value": func(p Pair) string { return p.Value },
	}[order]
	if key != nil {
		slices.SortStableFunc(out, func(a, b Pair) int { return strings.Compare(key(a), key(b)) })
	}
	return out
}

// take makes the rule that of the form under which an example came out.
func (r *Rule) take(one form, d digest, encoding string, hit, text sample, pairs []Pair, prose string) {
	if encoding == "hex" && strings.ToUpper(hit.text) == hit.text && strings.ToLower(hit.text) != hit.text {
		encoding = "HEX"
	}
	if last := len(pairs) - 1; last >= 0 && one.secret != "" && strings.HasSuffix(text.text, one.secret) {
		pairs = slices.Clone(pairs)
		pairs[last].Value = strings.TrimSuffix(pairs[last].Value, one.secret)
	}
	if one.order == "listed" && slices.Equal(ordered(pairs, "name"), pairs) && byName.MatchString(norm.NFKC.String(prose)) {
		one.order = "name" // the example was sorted already, and the prose says so
	}
	r.Algorithm, r.Encoding, r.Order, r.Pair, r.Join, r.Key = d.name, encoding, one.order, one.pair, one.join, one.key
	r.Place = text.place
	r.Proven = &Example{Pairs: decoded(pairs), Secret: one.secret, Text: one.text, Digest: hit.text, Place: text.place}
}
