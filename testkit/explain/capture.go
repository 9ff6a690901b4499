// Package explain says why a captured message holds or does not: every intermediate
// text of the receiver's side, the first byte that differs, and what the sender does
// otherwise than declared, with a proof (package dialect knows the mistakes). It reads
// captures in their usual forms: raw HTTP, or a curl command line.
//
// An account names secrets in brackets and has everything else of a message in full.
// So it is for people who may see it, not for logs.
package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Capture is a message as it was seen on its way: a request, or what of a reply or of
// a sealed message is needed.
type Capture struct {
	Method string // empty: a message without the HTTP around it, all of it in Body
	Scheme string // empty: not known
	Host   string // where the target is a URL
	Path   string // escaped, as a server sees it
	Query  string // raw
	Header http.Header
	Body   []byte   // to the letter
	Reply  bool     // an answer, not a request
	Status int      // of a reply
	Notes  []string // as it was read, for people
}

// CaptureForms says what ReadCapture takes.
const CaptureForms = `a capture is raw HTTP ("POST /path HTTP/1.1", headers, an empty line, the body) or a curl command line`

var (
	requestLine = regexp.MustCompile(`^[A-Z]+ \S+( HTTP/[0-9.]+)?$`)
	curlLine    = regexp.MustCompile(`^(?:[$>#] *)?curl(?:\.exe)?(?:\s|$)`)
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

// ReadCapture reads a capture of any form; which one it is shows at its first line.
// open reads a file that a curl command names. The errors name the line and say what
// was expected, and never show the value there.
func ReadCapture(text []byte, open func(name string) ([]byte, error)) (*Capture, error) {
	if bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF}) {
		return nil, errors.New("line 1: expected UTF-8, found UTF-16: save the capture again as UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	line := 1
	for len(text) > 0 && (text[0] == '\n' || text[0] == '\r') {
		if text[0] == '\n' {
			line++
		}
		text = text[1:]
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	first = bytes.TrimRight(first, "\r")
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, fmt.Errorf("line %d: expected a request, found nothing", line)
	case curlLine.Match(first):
		return readCurl(string(text), line, open)
	case bytes.HasPrefix(first, []byte("HTTP/")):
		return readRaw(text, line, true)
	case requestLine.Match(first):
		return readRaw(text, line, false)
	case first[0] == '{', first[0] == '<', bytes.Contains(first, []byte("=")) && !bytes.ContainsAny(first, " \t"):
		return &Capture{Body: text}, nil
	}
	return nil, fmt.Errorf("line %d: expected a request line such as POST /path HTTP/1.1, or a curl command", line)
}

// readRaw reads HTTP text. Lines end with LF or CRLF; the body is the part after
// the first empty line.
func readRaw(text []byte, line int, reply bool) (*Capture, error) {
	c := &Capture{Header: http.Header{}, Reply: reply}
	next := func() (string, bool) {
		one, rest, found := bytes.Cut(text, []byte("\n"))
		text = rest
		return string(bytes.TrimSuffix(one, []byte("\r"))), found
	}
	start, more := next()
	if words := strings.Fields(start); reply && len(words) > 1 {
		c.Status, _ = strconv.Atoi(words[1]) // 0: not known
	}
	if !reply {
		words := strings.Split(start, " ")
		c.Method = words[0]
		if err := c.aim(words[1]); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	for more {
		var one string
		line++
		if one, more = next(); one == "" {
			break
		}
		name, value, colon := strings.Cut(one, ":")
		if !colon || !headerName.MatchString(name) {
			return nil, fmt.Errorf("line %d: expected a header such as Content-Type: application/json, or an empty line before the body", line)
		}
		c.Header.Add(name, strings.Trim(value, " \t"))
	}
	c.Body = text
	c.measure()
	return c, nil
}

// aim sets path and query from the target of a request line, like a server.
func (c *Capture) aim(target string) error {
	if scheme, rest, absolute := strings.Cut(target, "://"); absolute && !strings.HasPrefix(target, "/") {
		host := strings.IndexAny(rest, "/?#")
		if host < 0 {
			host = len(rest)
		}
		c.Scheme, c.Host = strings.ToLower(scheme), rest[:host]
		if target = rest[host:]; !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
	}
	target, _, _ = strings.Cut(target, "#")
	u, err := url.ParseRequestURI(target)
	if err != nil || !strings.HasPrefix(target, "/") {
		return errors.New("expected a path that begins with / and has no wrong percent escape, or a URL")
	}
	c.Path, c.Query = u.EscapedPath(), u.RawQuery
	return nil
}

// measure takes the chunks of a body apart and holds it against Content-Length.
func (c *Capture) measure() {
	if strings.EqualFold(c.Header.Get("Transfer-Encoding"), "chunked") && len(c.Body) > 0 {
		whole, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(c.Body)))
		if err != nil {
			c.note("the body is said to be chunked and is not; it is taken as it is")
			return
		}
		c.note("the body came in chunks; it is taken without them")
		c.Body = whole
		return
	}
	size, err := strconv.Atoi(c.Header.Get("Content-Length"))
	switch {
	case err != nil || size < 0 || size == len(c.Body):
	case size < len(c.Body) && len(bytes.Trim(c.Body[size:], "\r\n")) == 0:
		what := "line break bytes"
		if len(c.Body) == size+1 {
			what = "line break byte"
		}
		c.note("%d %s behind the Content-Length of %d left out", len(c.Body)-size, what, size)
		c.Body = c.Body[:size]
	default:
		c.note("Content-Length says %d bytes and the capture has %d: its body is not the one that was sent (other line ends, another encoding, cut off?)",
			size, len(c.Body))
	}
}

// note keeps a remark.
func (c *Capture) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

// Sender reads the string that a sender says it signed: a file, or the text itself.
func Sender(text string) (string, error) {
	if info, err := os.Stat(text); err != nil || info.IsDir() {
		return text, nil
	}
	out, err := os.ReadFile(text)
	return string(out), err
}
