package script_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/jiekou-dev/jiekou/gen/export/npm"
)

// library is the whole library, for tests of functions that no protocol calls alone.
func library(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("library/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var all strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// TestCharsets writes every character in GBK and GB18030, and reads every code, as the server does,
// apart from characters for private use.
func TestCharsets(t *testing.T) {
	t.Parallel()
	var points []rune
	for r := rune(0); r <= 0x10ffff; r++ {
		if (r < 0xd800 || r > 0xf8ff) && r != '\ufffd' && (r < 0x20000 || r%997 == 0) {
			points = append(points, r)
		}
	}
	var codes []string
	for lead := 0x80; lead < 0xff; lead++ {
		for trail := 0x40; trail < 0xff; trail++ {
			codes = append(codes, hex.EncodeToString([]byte{byte(lead), byte(trail)}))
		}
	}
	var got struct {
		Write map[string][]string
		Read  []string
	}
	npm.Run(t, library(t)+`
const { points, list } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const one = (write) => points.map((p) => {
  try {
    return hex(write(utf8(String.fromCodePoint(p))));
  } catch (e) {
    return "";
  }
});
console.log(JSON.stringify({ write: { gbk: one(gbk), gb18030: one(gb18030) }, read: list.map((x) => hex(ungbk(unhex(x)))) }));`,
		map[string]any{"points": points, "list": codes}, &got)
	faults := 0
	for name, e := range map[string]encoding.Encoding{"gbk": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030} {
		for i, r := range points {
			want, err := e.NewEncoder().Bytes([]byte(string(r)))
			if err != nil {
				want = nil
			}
			if hex.EncodeToString(want) != got.Write[name][i] {
				if faults++; faults < 60 {
					t.Errorf("%s of U+%04X is %q, want %x", name, r, got.Write[name][i], want)
				}
			}
		}
	}
	for i, code := range codes {
		raw, err := hex.DecodeString(code)
		if err != nil {
			t.Fatal(err)
		}
		want, err := simplifiedchinese.GBK.NewDecoder().Bytes(raw)
		if text := string(want); err == nil && !strings.ContainsFunc(text, private) && hex.EncodeToString(want) != got.Read[i] {
			if faults++; faults < 120 {
				t.Errorf("%s is %s, want %x", code, got.Read[i], want)
			}
		}
	}
	if faults > 0 {
		t.Errorf("%d differ", faults)
	}
}

// private reports whether a character stands for none, or for what its users say.
func private(r rune) bool { return r == '\ufffd' || r >= 0xe000 && r <= 0xf8ff }

// TestCompressed reads what Go compressed, in every kind of block, refuses it once a byte was
// changed or the end is gone, and writes what Go reads.
func TestCompressed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // texts of a test
	noise := make([]byte, 70_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	texts := [][]byte{nil, []byte("a"), []byte(strings.Repeat("商品,", 9000)), noise, bytes.Repeat(noise[:300], 400), noise[:0xffff], bytes.Repeat([]byte(`{"mobile":"13800138000","name":"张三"}`), 40)}
	type packed struct{ Kind, Text string }
	var tasks []packed
	var want []string
	for _, text := range texts {
		for _, level := range []int{flate.NoCompression, flate.BestSpeed, flate.BestCompression, flate.HuffmanOnly} {
			var g, z bytes.Buffer
			gw, err := gzip.NewWriterLevel(&g, level)
			if err != nil {
				t.Fatal(err)
			}
			gw.Name, gw.Comment, gw.Extra = "a.json", "x", []byte("more")
			zw, err := zlib.NewWriterLevel(&z, level)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range []io.WriteCloser{gw, zw} {
				_, _ = w.Write(text) // a buffer takes everything
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for kind, b := range map[string][]byte{"gzip": g.Bytes(), "zlib": z.Bytes()} {
				changed := bytes.Clone(b)
				changed[len(b)-5] ^= 1
				tasks = append(tasks, packed{kind, binary(b)}, packed{kind, binary(changed)}, packed{kind, binary(b[:len(b)-1])})
				want = append(want, binary(text), "refused", "refused")
			}
		}
	}
	var got struct{ Read, Gzip, Zlib []string }
	npm.Run(t, library(t)+`
const { tasks, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify({ read: tasks.map((one) => {
  try {
    return (one.Kind === "gzip" ? ungzip : unzlib)(one.Text);
  } catch (e) {
    return "refused";
  }
}), gzip: texts.map(gzip), zlib: texts.map(zlib) }));`, map[string]any{"tasks": tasks, "texts": binaries(texts)}, &got)
	for i := range tasks {
		if got.Read[i] != want[i] {
			t.Errorf("%s %d: %d characters, want %d", tasks[i].Kind, i, len(got.Read[i]), len(want[i]))
		}
	}
	for i, text := range texts {
		g, err := gzip.NewReader(bytes.NewReader(fromBinary(got.Gzip[i])))
		if err != nil {
			t.Fatal(err)
		}
		z, err := zlib.NewReader(bytes.NewReader(fromBinary(got.Zlib[i])))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []io.Reader{g, z} {
			if read, err := io.ReadAll(r); err != nil || !bytes.Equal(read, text) {
				t.Errorf("text %d comes back as %d bytes: %v", i, len(read), err)
			}
		}
	}
}

// binaries are several texts as binary writes one.
func binaries(list [][]byte) []string {
	var out []string
	for _, one := range list {
		out = append(out, binary(one))
	}
	return out
}
