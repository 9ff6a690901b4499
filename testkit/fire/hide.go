package fire

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxShown is the most bytes that are kept of requests and answers for people.
const maxShown = 4 << 10

// secretNames are the members of App.Secrets that no report may show.
func secretNames() []string { return []string{"token", "appkey"} }

// masker replaces the secrets of apps by their names, in every form in which a
// request may carry them.
func masker(apps ...*App) *strings.Replacer {
	forms := map[string]string{}
	for _, app := range apps {
		if app == nil {
			continue
		}
		for _, name := range secretNames() {
			for _, form := range formsOf(app.Secrets[name]) {
				forms[form] = "[" + name + "]"
			}
		}
	}
	list := make([]string, 0, len(forms))
	for form := range forms {
		list = append(list, form)
	}
	// The longest first: one secret may begin with another.
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, form := range list {
		pairs = append(pairs, form, forms[form])
	}
	return strings.NewReplacer(pairs...)
}

// formsOf lists how a secret may be written: as it is, in other case (cases do
// that), in a URL, in JSON.
func formsOf(secret string) []string {
	if secret == "" {
		return nil
	}
	var out []string
	for _, s := range []string{secret, strings.ToUpper(secret), strings.ToLower(secret)} {
		inner, _ := json.Marshal(s) // a text never fails
		out = append(out, s, url.QueryEscape(s), url.PathEscape(s), string(inner[1:len(inner)-1]))
	}
	return out
}

// hide removes secrets from a result and cuts long texts.
func (g *gun) hide(r *Result) {
	clean := func(s string) string { return cut(g.mask.Replace(s)) }
	r.Why, r.Payload, r.Got.Plain, r.Got.Text = clean(r.Why), clean(r.Payload), clean(r.Got.Plain), clean(r.Got.Text)
	if r.Sent == nil {
		return
	}
	header := http.Header{}
	for name, values := range r.Sent.Header {
		for _, v := range values {
			header.Add(name, clean(v))
		}
	}
	r.Sent = &Sent{Method: r.Sent.Method, URL: g.mask.Replace(r.Sent.URL), Header: header, Body: clean(r.Sent.Body)}
}

// cut keeps the shown part of a text, in whole characters.
func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown
	for end > maxShown-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
