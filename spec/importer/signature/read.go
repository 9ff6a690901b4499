// Package signature reads what a document says of the signature of its messages:
// algorithm, order, place of the key, case. Where the document has a worked example, the
// rule is the one under which the example comes out; prose alone is a draft.
package signature

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/jiekou-dev/jiekou/spec/importer/document"
	"github.com/jiekou-dev/jiekou/spec/importer/pattern"
)

// Rule is how messages are signed.
type Rule struct {
	Algorithm string // a step of protocols: md5, hmac-sha256, rsa-sha256
	Encoding  string // hex, HEX, base64
	Order     string // name, name-nocase, value, listed
	Pair      string // "{name}={value}"
	Join      string // between pairs
	Key       string // where the secret is: a text with {params} and {secret}; {params} alone for keyed digests and pairs of keys
	Param     string // name of the signature
	App       string // name of the parameter that says who calls
	Place     string // of what was read, in the document

	Proven  *Example // the document's own example, which comes out under the rule
	Nearest string   // what is known of an example that does not come out
	Tried   int      // forms that were tried
	Form    bool     // parameters are sent as a form
	Refused string   // why the protocol was not declared so
}

// Example is a worked example.
type Example struct {
	Pairs  []Pair // in the order of the example, without the signature
	Secret string
	Text   string // that is signed
	Digest string
	Place  string
}

// Pair is a parameter with its value.
type Pair struct{ Name, Value string }

var (
	about     = pattern.New(`(?i)签名|加签|验签|\bsign(ature|ing)?\b|摘要|校验码|seccode|authcode|digest`)
	keyed     = pattern.New(`(?i)hmac[-_ ]?(?:with)?[-_ ]?(md5|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sm3)`)
	paired    = pattern.New(`(?i)(sha-?1|sha-?256|sha-?512|md5)\s*with\s*rsa|rsa[-_ ]?(sha-?1|sha-?256|sha-?512|2)\b`)
	plain     = pattern.New(`(?i)(?:^|[^a-z0-9])(md5|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sm3)(?:[^a-z0-9]|$)`)
	upper     = pattern.New(`(?i)大写|toUpperCase|upper\s?case|\.upper\(`)
	inBase64  = pattern.New(`(?i)base64`)
	byName    = pattern.New(`(?i)字典|ascii|字母(顺序|升序)|升序|按?(参数|字段|键|key)名?\S{0,6}排序|从小到大|alphabetic|lexicograph|sort(ed)?\b|ksort|TreeMap`)
	byListing = pattern.New(`按(照)?(上述|以上|下列|参数|表中|文档)?\S{0,4}顺序(拼接|连接)|(?i)in the order`)
	signName  = pattern.New(`(?i)^(sign|signature|sig|seccode|authcode|digest|mac|signdata|signvalue|signmsg|sign_msg|checksum|hash|verifycode|token_sign|x-sign|x-signature|autograph)$`)
	appName   = pattern.New(`(?i)^(app_?id|app_?key|mch_?id|merchant_?(id|no|code)|mer_?(id|no)|partner(_?id)?|agent|client_?id|access_?key(_?id)?|app_?code|org_?(id|code)|channel_?(id|code)|tenant_?id|x-app-?id|x-app-?key|ak)$`)
	frontKey  = pattern.New(`(密钥|secret|key)\S{0,4}\s*\+\s*(参数|params|拼接|签名|字符串)|首尾|前后(各)?(拼|加|都)|两端`)
	formed    = pattern.New(`(?i)x-www-form-urlencoded`)
	keyPair   = pattern.New(`(?i)[&＆]\s*(key|secret|app_?secret|app_?key|secret_?key|sign_?key|api_?key|token)\s*=`)
)

// SignName says whether a parameter is called like a signature.
func SignName(name string) bool { return signName.MatchString(name) }

// AppName says whether a parameter is called like what says who calls.
func AppName(name string) bool { return appName.MatchString(name) }

// Read reads the documents; params are the names of the parameters of their interfaces.
// It returns nil where they say nothing of a signature.
func Read(docs []*document.Document, params []string) *Rule {
	r := &Rule{Pair: "{name}={value}", Join: "&", Encoding: "hex", Order: "listed"}
	var prose []string
	var found findings
	for _, d := range docs {
		file := path.Base(filepath.ToSlash(d.Name))
		for at, b := range d.Blocks {
			text := textOf(b)
			found.read(text, file+" "+b.Place)
			if formed.MatchString(text) {
				found.kinds = formed.FindString(text)
			}
			near := about.MatchString(text) || at > 0 && about.MatchString(textOf(d.Blocks[at-1])) && b.Table == nil
			if !near || b.Table != nil && len(b.Table.Rows) > 60 {
				continue
			}
			prose = append(prose, text)
			if r.Place == "" && b.Table == nil && (plain.MatchString(text) || keyed.MatchString(text) || paired.MatchString(text)) {
				r.Place = file + " " + b.Place
			}
		}
	}
	all := norm.NFKC.String(strings.Join(prose, "\n"))
	if !about.MatchString(all) {
		return nil
	}
	r.told(all)
	r.Form = formed.MatchString(found.kinds)
	r.named(params)
	found.prove(r, all)
	if r.Algorithm == "" {
		return nil
	}
	if r.Proven == nil && !byName.MatchString(all) {
		r.Refused = "the text that is signed was not read: no example comes out, and the prose does not say that parameters are sorted"
	}
	return r
}

// textOf is the text of a block; cells of a table one behind the other.
func textOf(b *document.Block) string {
	if b.Table == nil {
		return b.Text
	}
	var parts []string
	for _, row := range b.Table.Rows {
		for i, c := range row {
			if c != nil && (i == 0 || c != row[i-1]) {
				parts = append(parts, c.Text)
			}
		}
	}
	return strings.Join(parts, "\n")
}

// told reads what the prose says.
func (r *Rule) told(text string) {
	r.Key = "{params}{secret}"
	short := func(s string) string { return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(s)) }
	switch m := keyed.FindStringSubmatch(text); {
	case m != nil:
		r.Algorithm, r.Key = "hmac-"+short(m[1]), "{params}"
	case paired.MatchString(text):
		m := paired.FindStringSubmatch(text)
		digest := short(cmp.Or(m[1], m[2]))
		r.Algorithm, r.Key = "rsa-"+map[string]string{"2": "sha256"}[digest], "{params}"
		if digest != "2" {
			r.Algorithm = "rsa-" + digest
		}
	case plain.MatchString(text):
		r.Algorithm = short(plain.FindStringSubmatch(text)[1])
	}
	if m := keyPair.FindStringSubmatch(text); m != nil && r.Key != "{params}" {
		r.Key = "{params}&" + m[1] + "={secret}"
	} else if frontKey.MatchString(text) && r.Key != "{params}" {
		r.Key = "{secret}{params}{secret}"
	}
	switch {
	case byName.MatchString(text):
		r.Order = "name"
	case byListing.MatchString(text):
		r.Order = "listed"
	}
	switch {
	case strings.HasPrefix(r.Algorithm, "rsa"), strings.HasPrefix(r.Algorithm, "hmac") && inBase64.MatchString(text):
		r.Encoding = "base64"
	case upper.MatchString(text):
		r.Encoding = "HEX"
	}
}

// named finds the names of the signature and of the caller among the parameters.
func (r *Rule) named(params []string) {
	if at := slices.IndexFunc(params, SignName); at >= 0 {
		r.Param = params[at]
	}
	if at := slices.IndexFunc(params, AppName); at >= 0 {
		r.App = params[at]
	}
}
