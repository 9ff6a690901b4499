package protocol_test

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
)

// TestLabels: a member whose name has a hole gives the hole to whoever receives it, and is
// compared where another place has it, too.
func TestLabels(t *testing.T) {
	t.Parallel()
	const form = `keys: {secret: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"HEAD}
  json: {version: "1", "{interface}_request": {data: "{payload}"}}
  values: {sign: {of: "{body}", by: [crc32, hex]}}
`
	at := time.Date(2026, 11, 28, 6, 25, 0, 0, time.UTC)
	for name, one := range map[string]struct{ head, method, body, want, refused string }{
		"it gives the name":    {"", "", `{"version":"1","order_query_request":{"data":{"id":1}}}`, "order_query", ""},
		"others do not matter": {"", "", `{"version":"1","more":1,"order_query_request":{"data":{"id":1}}}`, "order_query", ""},
		"nothing fits":         {"", "", `{"version":"1","order_query":{"data":{"id":1}}}`, "", "json"},
		"a header agrees":      {`, X-Method: "{interface}"`, "order_query", `{"version":"1","order_query_request":{"data":{"id":1}}}`, "order_query", ""},
		"a header does not":    {`, X-Method: "{interface}"`, "order_pay", `{"version":"1","order_query_request":{"data":{"id":1}}}`, "order_pay", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := protocol.Parse([]byte(strings.Replace(form, "HEAD", one.head, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if !p.Call.NamesInterface() {
				t.Error("the message does not name its interface")
			}
			f := &file{App: "300", Keys: map[string]string{"secret": "s"}}
			s, _ := side(t, f, p, at, nil)
			text := "POST /\nX-App: 300\nX-Sign: " + fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(one.body)))
			if one.method != "" {
				text += "\nX-Method: " + one.method
			}
			a, err := p.Call.Admit(t.Context(), protocol.Incoming{Message: parse(t, text+"\n\n"+one.body), Interface: "of_the_url"}, s)
			if code(err) != one.refused || a.Interface() != one.want {
				t.Errorf("%q refused %q: %v", a.Interface(), code(err), err)
			}
		})
	}
}
