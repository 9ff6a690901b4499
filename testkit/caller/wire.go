package caller

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// Print writes the steps of a protocol: each one, and its result below it.
func Print(w io.Writer, lines []protocol.Line) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s\n    %s\n", l.Step, strings.ReplaceAll(l.Text, "\n", "\\n")); err != nil {
			return err
		}
	}
	return nil
}

// Whole reports whether a request is more than its body: its method, path, query or
// headers say something that no other request of the system has too.
func Whole(p *protocol.Protocol, m *message.Message) bool {
	if m.Method != "POST" || m.Query != "" || p.Call == nil || !p.Call.HasPath() || !p.Call.NamesInterface() {
		return true
	}
	for name := range m.Header {
		if name != "Content-Type" {
			return true
		}
	}
	return false
}

// HTTP is a request as text: request line, headers, an empty line, the body. Lines end
// with \n, as in a capture.
func HTTP(m *message.Message) []byte {
	var b, head bytes.Buffer
	target := m.Path
	if m.Query != "" {
		target += "?" + m.Query
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", m.Method, target)
	if m.Host != "" {
		fmt.Fprintf(&b, "Host: %s\n", m.Host)
	}
	_ = m.Header.Write(&head) // a buffer takes everything
	b.Write(bytes.ReplaceAll(head.Bytes(), []byte("\r\n"), []byte("\n")))
	if len(m.Body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\n", len(m.Body))
	}
	b.WriteByte('\n')
	b.Write(m.Body)
	return b.Bytes()
}
