package message

import "net/url"

// WithCookie is the text of a Cookie header with one more cookie. What a cookie cannot
// hold is escaped as in a path.
func WithCookie(header, name, value string) string {
	if header != "" {
		header += "; "
	}
	return header + name + "=" + url.PathEscape(value)
}
