package explain

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// prompt is that of a shell.
var prompt = regexp.MustCompile(`^[$>#] *`)

// curl is a command line that is being read.
type curl struct {
	*Capture
	open   func(name string) ([]byte, error)
	url    string
	data   []byte
	some   bool // there are data, if only empty ones
	asJSON bool
	inURL  bool // -G
	head   bool // -I
	user   string
	unset  []string // headers that are not sent
}

// readCurl reads the request that a curl command line sends.
func readCurl(text string, line int, open func(string) ([]byte, error)) (*Capture, error) {
	words, cut, err := shellWords(prompt.ReplaceAllString(text, ""), line)
	if err != nil {
		return nil, err
	}
	c := &curl{Capture: &Capture{Header: http.Header{}}, open: open}
	if cut {
		c.note("an & outside quotes ended the command: the text after it is not sent")
	}
	for i := 1; i < len(words); i++ {
		value := func() (string, error) {
			if i++; i == len(words) {
				return "", errors.New("expected a value behind the last option")
			}
			return words[i].text, nil
		}
		if err := c.word(words[i].text, value); err != nil {
			return nil, fmt.Errorf("line %d: %w", words[min(i, len(words)-1)].line, err)
		}
	}
	if err := c.finish(); err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return c.Capture, nil
}

// shortOptions are the letters of curl's options that matter here, or that are
// common and do not. Those in shortValues have a value.
func shortOptions() map[byte]string {
	return map[byte]string{
		'X': "--request", 'H': "--header", 'd': "--data", 'G': "--get", 'I': "--head", 'u': "--user", 'A': "--user-agent",
		'e': "--referer", 'b': "--cookie", 'o': "--output", 'm': "--max-time", 'x': "--proxy", 'w': "--write-out", 'E': "--cert",
		'c': "--cookie-jar", 'F': "--form", 'T': "--upload-file", 's': "--silent", 'S': "--show-error", 'v': "--verbose",
		'k': "--insecure", 'i': "--include", 'L': "--location", 'f': "--fail", 'g': "--globoff", '#': "--progress-bar",
		'N': "--no-buffer", 'O': "--remote-name", 'D': "--dump-header", 'K': "--config",
	}
}

// longOptions lists options that change nothing in the signed part, and whether
// they have a value.
func longOptions() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(`silent show-error verbose insecure include location fail fail-with-body globoff progress-bar
		no-buffer remote-name compressed http1.0 http1.1 http2 http2-prior-knowledge http3 path-as-is location-trusted
		no-progress-meter no-keepalive tlsv1.2 tlsv1.3 ipv4 ipv6 disable ssl-reqd`) {
		out["--"+name] = false
	}
	for _, name := range strings.Fields(`output max-time connect-timeout proxy write-out cert key cacert capath cookie-jar retry
		retry-delay retry-max-time resolve connect-to interface limit-rate max-redirs dump-header proxy-user noproxy ciphers
		trace trace-ascii stderr unix-socket dns-servers`) {
		out["--"+name] = true
	}
	return out
}

// word takes one word of the command line.
func (c *curl) word(text string, value func() (string, error)) error {
	switch {
	case strings.HasPrefix(text, "--"):
		return c.option(text, value)
	case len(text) < 2 || text[0] != '-':
		return c.at(text)
	}
	for i := 1; i < len(text); i++ {
		name := shortOptions()[text[i]]
		if name == "" {
			return fmt.Errorf("expected an option of curl that is known here, found -%c", text[i])
		}
		rest, asked := text[i+1:], false
		err := c.option(name, func() (string, error) {
			asked = true
			if rest != "" {
				return rest, nil
			}
			return value()
		})
		if err != nil || asked {
			return err
		}
	}
	return nil
}

// at sets the URL.
func (c *curl) at(address string) error {
	if c.url != "" {
		return errors.New("expected one URL, found another word: is a value not quoted?")
	}
	if c.url = address; !strings.Contains(c.url, "://") {
		c.url = "http://" + c.url
	}
	return nil
}

// option takes an option by its long name.
func (c *curl) option(name string, value func() (string, error)) error {
	switch name {
	case "--get":
		c.inURL = true
		return nil
	case "--head":
		c.head = true
		return nil
	case "--form", "--form-string", "--upload-file", "--config", "--next", "--variable":
		return fmt.Errorf("expected a body in -d, --data-raw, --data-binary or --json, found %s", name)
	}
	takes, ignored := longOptions()[name]
	if ignored && !takes {
		return nil
	}
	known := slices.Contains(strings.Fields("--request --header --url --user --user-agent --referer --cookie --data --data-ascii"+
		" --data-raw --data-binary --data-urlencode --json"), name)
	if !ignored && !known {
		return fmt.Errorf("expected an option of curl that is known here, found %s", strings.SplitN(name, "=", 2)[0])
	}
	text, err := value()
	if err != nil || ignored {
		return err
	}
	return c.set(name, text)
}

// set takes an option with its value.
func (c *curl) set(name, value string) error {
	switch name {
	case "--request":
		c.Method = value
	case "--header":
		return c.setHeader(value)
	case "--url":
		return c.at(value)
	case "--user":
		c.user = value
	case "--user-agent":
		c.Header.Set("User-Agent", value)
	case "--referer":
		c.Header.Set("Referer", value)
	case "--cookie":
		c.Header.Set("Cookie", value)
	case "--data-urlencode":
		return c.encode(value)
	default:
		return c.add(name, value)
	}
	return nil
}

// setHeader takes Name: value, Name; for an empty one, and Name: for one that is not
// sent.
func (c *curl) setHeader(text string) error {
	name, value, colon := strings.Cut(text, ":")
	value = strings.Trim(value, " \t")
	switch {
	case !colon && strings.HasSuffix(name, ";"):
		name = strings.TrimSuffix(name, ";")
	case !colon || !headerName.MatchString(name):
		return errors.New("expected a header such as -H 'Content-Type: application/json'")
	case value == "":
		c.unset = append(c.unset, http.CanonicalHeaderKey(name))
		return nil
	}
	c.Header.Add(name, value)
	return nil
}

// add adds data as -d, --data-raw, --data-binary and --json do.
func (c *curl) add(option, value string) error {
	data := []byte(value)
	if file, named := strings.CutPrefix(value, "@"); named && option != "--data-raw" {
		var err error
		if data, err = c.open(file); err != nil {
			return err
		}
		if option == "--data" || option == "--data-ascii" {
			data = []byte(strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(string(data)))
		}
	}
	if c.some && option != "--json" {
		c.data = append(c.data, '&')
	}
	c.data, c.some, c.asJSON = append(c.data, data...), true, c.asJSON || option == "--json"
	return nil
}

// encode adds data as --data-urlencode does: value, =value, name=value, @file or
// name@file.
func (c *curl) encode(text string) error {
	name, value := "", text
	if at := strings.IndexAny(text, "=@"); at >= 0 {
		name, value = text[:at], text[at+1:]
		if text[at] == '@' {
			data, err := c.open(value)
			if err != nil {
				return err
			}
			value = string(data)
		}
	}
	out := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	if name != "" {
		out = name + "=" + out
	}
	return c.add("--data-raw", out)
}

// finish makes the request from the options.
func (c *curl) finish() error {
	if c.url == "" {
		return errors.New("expected a URL in the curl command")
	}
	address, _, _ := strings.Cut(c.url, "#")
	if c.inURL && c.some {
		sign := "?"
		if strings.Contains(address, "?") {
			sign = "&"
		}
		address, c.some, c.data = address+sign+string(c.data), false, nil
	}
	if err := c.aim(address); err != nil {
		return err
	}
	usual := http.MethodGet
	kind := ""
	switch {
	case c.head:
		usual = http.MethodHead
	case c.some:
		usual, kind = http.MethodPost, "application/x-www-form-urlencoded"
	}
	if c.asJSON {
		kind = "application/json"
	}
	if c.Method == "" {
		c.Method = usual
	}
	if kind != "" && c.Header.Get("Content-Type") == "" && !slices.Contains(c.unset, "Content-Type") {
		c.Header.Set("Content-Type", kind)
	}
	if c.user != "" {
		c.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.user)))
	}
	c.Body = c.data
	return nil
}
