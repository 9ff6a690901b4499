package step

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// encodings all have an inverse.
func encodings() []Row {
	out := []Row{
		plain("hex", "hexadecimal in lower case", Do{Apply: hexLower, Undo: unhex(false), Safe: true}),
		plain("HEX", "hexadecimal in upper case", Do{Apply: hexUpper, Undo: unhex(true), Safe: true}),
		base("base64", "base64 with padding", base64.StdEncoding.Strict()),
		base("base64-bare", "base64 without padding", base64.RawStdEncoding.Strict()),
		base("base64url", "base64 for URLs, without padding", base64.RawURLEncoding.Strict()),
		base("base64url-padded", "base64 for URLs, with padding", base64.URLEncoding.Strict()),
		{Name: "url", Args: "DIALECT [safe='…'] [case=lower]", Doc: "% escapes as a dialect writes them: " + strings.Join(dialectNames(), ", "), Make: escaping},
		plain("gzip", "compressed by gzip", Do{Apply: compressed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }), Undo: expanded(gzip.NewReader)}),
		plain("zlib", "compressed by zlib", Do{Apply: compressed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }), Undo: expanded(zlib.NewReader)}),
		plain("decimal", "bytes as one decimal number, the high one first", Do{Apply: decimal, Safe: true}),
		{Name: "decimals", Args: "N", Doc: "a decimal number with N places, 5 as 5.00; more places are an error", Make: decimals},
		plain("number-hex", "a decimal number as a hexadecimal one", Do{Apply: numberHex(false), Undo: hexNumber(false), Safe: true}),
		plain("number-HEX", "a decimal number as a hexadecimal one in upper case", Do{Apply: numberHex(true), Undo: hexNumber(true), Safe: true}),
		{Name: "counted", Args: "N [order=little] [as=digits]", Doc: "its length in front, as a number of N bytes, the high one first, with order=little the low one, or as N decimal digits", Make: counted},
		{Name: "bytes", Args: "N [order=little]", Doc: "a decimal number as N bytes, the high one first, with order=little the low one", Make: numberBytes},
		{Name: "fixed", Args: "N", Doc: "exactly N bytes, so that a receiver knows where it ends", Make: fixed},
		{Name: "from", Args: "ENCODING", Doc: "undoes an encoding: from hex, from base64, from url java", Make: from},
	}
	for _, c := range charsets() {
		out = append(out, plain(c.name, "the text in the charset "+c.name, Do{
			Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
				if !utf8.Valid(in) {
					return dst, errInput
				}
				return charset(dst, in, c.e.NewEncoder().Bytes)
			},
			Undo: func(dst, in []byte, _ *Call) ([]byte, error) { return charset(dst, in, c.e.NewDecoder().Bytes) },
		}))
	}
	return out
}

func hexLower(dst, in []byte, _ *Call) ([]byte, error) { return hex.AppendEncode(dst, in), nil }

func hexUpper(dst, in []byte, _ *Call) ([]byte, error) {
	at := len(dst)
	dst = hex.AppendEncode(dst, in)
	upper(dst[at:])
	return dst, nil
}

func upper(b []byte) {
	for i, ch := range b {
		if 'a' <= ch && ch <= 'z' {
			b[i] = ch - 'a' + 'A'
		}
	}
}

func lower(b []byte) {
	for i, ch := range b {
		if 'A' <= ch && ch <= 'Z' {
			b[i] = ch - 'A' + 'a'
		}
	}
}

// unhex takes one letter case only, so that there is one text for each value.
func unhex(high bool) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		for _, ch := range in {
			if high && 'a' <= ch && ch <= 'f' || !high && 'A' <= ch && ch <= 'F' {
				return dst, errInput
			}
		}
		out, err := hex.AppendDecode(dst, in)
		if err != nil {
			return dst, errInput
		}
		return out, nil
	}
}

// base is a base64. Text that was broken into lines is read only where breaks=any says
// so: a text that counts once must have one form.
func base(name, doc string, e *base64.Encoding) Row {
	apply := func(dst, in []byte, _ *Call) ([]byte, error) {
		at, n := len(dst), e.EncodedLen(len(in))
		dst = slices.Grow(dst, n)[:at+n]
		e.Encode(dst[at:], in)
		return dst, nil
	}
	return Row{Name: name, Args: "[breaks=any]", Doc: doc + "; breaks=any reads it in lines, too", Make: func(a *Args) (*Do, error) {
		breaks := a.Named["breaks"]
		if breaks != "" && breaks != "any" || len(a.List) > 0 {
			return nil, errors.New("it takes breaks=any or nothing")
		}
		return &Do{Safe: true, Apply: apply, Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			if breaks == "" && (bytes.IndexByte(in, '\n') >= 0 || bytes.IndexByte(in, '\r') >= 0) {
				return dst, errInput
			}
			at, n := len(dst), e.DecodedLen(len(in))
			dst = slices.Grow(dst, n)[:at+n]
			n, err := e.Decode(dst[at:], in)
			if err != nil {
				return dst[:at], errInput
			}
			return dst[:at+n], nil
		}}, nil
	}}
}

// dialect is how a language escapes URLs.
type dialect struct {
	name string
	safe string // characters beside letters and digits that stay
	plus bool   // a blank becomes +
	low  bool   // the digits of escapes are in lower case
}

func dialects() []dialect {
	return []dialect{
		{"rfc3986", "-_.~", false, false},
		{"form", "-_.~", true, false},
		{"java", "-_.*", true, false},
		{"php", "-_.", true, false},
		{"js", "-_.!~*'()", false, false},
		{"python", "-_.~/", false, false},
		{"dotnet", "-_.!*()", true, true},
		{"path", "-_.~/", false, false},
		{"none", "", false, false},
	}
}

func dialectNames() []string {
	var out []string
	for _, d := range dialects() {
		out = append(out, d.name)
	}
	return out
}

func escaping(a *Args) (*Do, error) {
	word := "form"
	if len(a.List) > 0 {
		word = a.List[0]
	}
	for _, d := range dialects() {
		if d.name != word || len(a.List) > 1 {
			continue
		}
		d.safe += a.Named["safe"]
		if word := a.Named["case"]; word == "lower" {
			d.low = true
		} else if word != "" {
			return nil, fmt.Errorf("case is lower, not %q", word)
		}
		var keep [256]bool
		for ch := range 256 {
			b := byte(ch)
			keep[ch] = '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || strings.IndexByte(d.safe, b) >= 0 && b < 0x80
		}
		return &Do{
			Apply: func(dst, in []byte, _ *Call) ([]byte, error) { return escape(dst, in, &keep, d), nil },
			Undo:  func(dst, in []byte, _ *Call) ([]byte, error) { return unescape(dst, in, d.plus) },
		}, nil
	}
	return nil, fmt.Errorf("the dialect is one of %s, not %q", strings.Join(dialectNames(), ", "), strings.Join(a.List, " "))
}

func escape(dst, in []byte, keep *[256]bool, d dialect) []byte {
	digits := "0123456789ABCDEF"
	if d.low {
		digits = "0123456789abcdef"
	}
	for _, ch := range in {
		switch {
		case keep[ch]:
			dst = append(dst, ch)
		case ch == ' ' && d.plus:
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', digits[ch>>4], digits[ch&15])
		}
	}
	return dst
}

func unescape(dst, in []byte, plus bool) ([]byte, error) {
	for i := 0; i < len(in); i++ {
		switch ch := in[i]; {
		case ch == '%':
			if i+2 >= len(in) {
				return dst, errInput
			}
			var err error
			if dst, err = hex.AppendDecode(dst, in[i+1:i+3]); err != nil {
				return dst, errInput
			}
			i += 2
		case ch == '+' && plus:
			dst = append(dst, ' ')
		default:
			dst = append(dst, ch)
		}
	}
	return dst, nil
}

// maxUnzipped bounds what a compressed text may grow to.
const maxUnzipped = 16 << 20

func compressed(to func(io.Writer) io.WriteCloser) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		b := bytes.NewBuffer(dst)
		w := to(b)
		_, _ = w.Write(in) // a buffer takes everything
		err := w.Close()
		return b.Bytes(), err
	}
}

func expanded[R io.Reader](from func(io.Reader) (R, error)) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		r, err := from(bytes.NewReader(in))
		if err != nil {
			return dst, errInput
		}
		out, err := io.ReadAll(io.LimitReader(r, maxUnzipped+1))
		if err != nil || len(out) > maxUnzipped {
			return dst, errInput
		}
		return append(dst, out...), nil
	}
}

func decimal(dst, in []byte, _ *Call) ([]byte, error) {
	if len(in) > 64 {
		return dst, errInput
	}
	return new(big.Int).SetBytes(in).Append(dst, 10), nil
}

func decimals(a *Args) (*Do, error) {
	n, err := a.number("the number of places", 1, 18)
	return &Do{Safe: true, Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
		whole, places, _ := bytes.Cut(in, []byte("."))
		places, digits := bytes.TrimRight(places, "0"), bytes.TrimPrefix(whole, []byte("-"))
		if len(digits) == 0 || len(places) > n || len(bytes.Trim(digits, "0123456789"))+len(bytes.Trim(places, "0123456789")) > 0 {
			return dst, errInput
		}
		dst = append(append(append(dst, whole...), '.'), places...)
		return append(dst, bytes.Repeat([]byte("0"), n-len(places))...), nil
	}}, err
}

// numberHex and its inverse take numbers without zeros in front, of at most 18 digits.
func numberHex(high bool) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		n, err := strconv.ParseInt(string(in), 10, 64)
		if err != nil || n < 0 || string(in) != strconv.FormatInt(n, 10) {
			return dst, errInput
		}
		at := len(dst)
		dst = strconv.AppendInt(dst, n, 16)
		if high {
			upper(dst[at:])
		}
		return dst, nil
	}
}

func hexNumber(high bool) Func {
	return func(dst, in []byte, _ *Call) ([]byte, error) {
		n, err := strconv.ParseInt(string(in), 16, 64)
		want := strconv.FormatInt(n, 16)
		if high {
			want = strings.ToUpper(want)
		}
		if err != nil || n < 0 || string(in) != want {
			return dst, errInput
		}
		return strconv.AppendInt(dst, n, 10), nil
	}
}

// charsets are those that vendors ask for.
func charsets() []struct {
	name string
	e    encoding.Encoding
} {
	return []struct {
		name string
		e    encoding.Encoding
	}{
		{"gbk", simplifiedchinese.GBK},
		{"gb18030", simplifiedchinese.GB18030},
		{"latin1", charmap.ISO8859_1},
		{"utf16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"utf16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	}
}

func charset(dst, in []byte, f func([]byte) ([]byte, error)) ([]byte, error) {
	out, err := f(in)
	if err != nil {
		return dst, errors.New("a character that the charset does not have")
	}
	return append(dst, out...), nil
}

// number writes a number as so many bytes, and reads it.
type number struct {
	size   int
	little bool
	digits bool
}

// numbered reads how a number is written.
func numbered(a *Args, most int) (n number, err error) {
	n.size, err = a.number("the number of bytes", 1, most)
	order, as := a.Named["order"], a.Named["as"]
	switch {
	case err != nil:
		return n, err
	case order != "" && order != "little":
		return n, fmt.Errorf("order is little, not %q", order)
	case as != "" && as != "digits" || as != "" && order != "":
		return n, errors.New("it takes order=little, as=digits or nothing")
	}
	n.little, n.digits = order != "", as != ""
	return n, nil
}

func (n number) write(dst []byte, value uint64) ([]byte, error) {
	if n.digits {
		text := strconv.FormatUint(value, 10)
		if len(text) > n.size {
			return dst, errInput
		}
		return append(append(dst, strings.Repeat("0", n.size-len(text))...), text...), nil
	}
	if n.size < 8 && value >= 1<<(8*n.size) {
		return dst, errInput
	}
	var room [8]byte
	if n.little {
		binary.LittleEndian.PutUint64(room[:], value)
		return append(dst, room[:n.size]...), nil
	}
	binary.BigEndian.PutUint64(room[:], value)
	return append(dst, room[8-n.size:]...), nil
}

func (n number) read(b []byte) (uint64, bool) {
	if len(b) < n.size {
		return 0, false
	}
	var room [8]byte
	switch {
	case n.digits:
		value, err := strconv.ParseUint(string(b[:n.size]), 10, 63)
		return value, err == nil
	case n.little:
		copy(room[:], b[:n.size])
		return binary.LittleEndian.Uint64(room[:]), true
	}
	copy(room[8-n.size:], b[:n.size])
	return binary.BigEndian.Uint64(room[:]), true
}

func counted(a *Args) (*Do, error) {
	n, err := numbered(a, 8)
	if err != nil {
		return nil, err
	}
	length := func(b []byte) int {
		value, ok := n.read(b)
		if !ok || value > uint64(len(b)-n.size) {
			return -1
		}
		return n.size + int(value) //nolint:gosec // at most len(b)
	}
	return &Do{
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			dst, err := n.write(dst, uint64(len(in)))
			return append(dst, in...), err
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			if length(in) != len(in) {
				return dst, errInput
			}
			return append(dst, in[n.size:]...), nil
		},
		Take: length,
	}, nil
}

// numberBytes is a decimal number as bytes.
func numberBytes(a *Args) (*Do, error) {
	n, err := numbered(a, 8)
	if err == nil && n.digits {
		err = errors.New("it takes order=little or nothing")
	}
	if err != nil {
		return nil, err
	}
	return &Do{
		Size: n.size,
		Apply: func(dst, in []byte, _ *Call) ([]byte, error) {
			value, err := strconv.ParseUint(string(in), 10, 63)
			if err != nil || strconv.FormatUint(value, 10) != string(in) {
				return dst, errInput
			}
			return n.write(dst, value)
		},
		Undo: func(dst, in []byte, _ *Call) ([]byte, error) {
			value, ok := n.read(in)
			if !ok || len(in) != n.size {
				return dst, errInput
			}
			return strconv.AppendUint(dst, value, 10), nil
		},
		Take: func(b []byte) int {
			if len(b) < n.size {
				return -1
			}
			return n.size
		},
	}, nil
}

func fixed(a *Args) (*Do, error) {
	n, err := a.number("the number of bytes", 1, 1<<16)
	same := func(dst, in []byte, _ *Call) ([]byte, error) {
		if len(in) != n {
			return dst, errInput
		}
		return append(dst, in...), nil
	}
	return &Do{Size: n, Apply: same, Undo: same, Take: func(b []byte) int {
		if len(b) < n {
			return -1
		}
		return n
	}}, err
}

// from is an encoding the other way round.
func from(a *Args) (*Do, error) {
	if len(a.List) == 0 {
		return nil, errors.New("say from what, for example from base64")
	}
	for _, r := range append(encodings(), texts()...) {
		if r.Name != a.List[0] || r.Name == "from" {
			continue
		}
		do, err := r.Make(&Args{a.List[1:], a.Named})
		if err != nil {
			return nil, err
		}
		if do.Undo == nil || do.Key != NoKey {
			return nil, fmt.Errorf("%s cannot be undone", r.Name)
		}
		return &Do{Apply: do.Undo, Undo: do.Apply}, nil
	}
	return nil, fmt.Errorf("there is no encoding %q", a.List[0])
}
