package again

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/jiekou-dev/jiekou/spec/scaffold"
)

// BaseName is the file, beside system.yaml, that keeps what the last import wrote.
const BaseName = "import.base"

const mark = "== "

// Pack writes the interfaces of an import, and system.yaml for what they share, as one
// text, for the next import to compare with.
func Pack(files []scaffold.File) []byte {
	var b bytes.Buffer
	b.WriteString("What the last jiekou import wrote. --again compares with it; do not edit.\n")
	for _, f := range files {
		if strings.Count(f.Path, "/") == 2 || path.Base(f.Path) == "system.yaml" {
			fmt.Fprintf(&b, "%s%s\n%s", mark, f.Path, f.Text)
		}
	}
	return b.Bytes()
}

// Unpack reads what Pack wrote; nil where the text is empty.
func Unpack(text []byte) map[string][]byte {
	if len(text) == 0 {
		return nil
	}
	out := map[string][]byte{}
	name := ""
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			name = strings.TrimSpace(rest)
			out[name] = []byte{}
			continue
		}
		if name != "" {
			out[name] = append(out[name], line...)
		}
	}
	return out
}
