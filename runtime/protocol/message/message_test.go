package message_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

func TestMessagePrints(t *testing.T) {
	t.Parallel()
	m := &message.Message{Header: http.Header{"Authorization": {"secret"}}, Body: []byte("secret")}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "m", m)
	if out := fmt.Sprintf("%v %+v %#v %s", m, m, m, m) + b.String(); strings.Contains(out, "secret") {
		t.Error(out)
	}
}

// A star is anything and a question mark one character, whatever its bytes.
func TestGlob(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern string
		texts   string // with blanks between them
		not     string
	}{
		{"", "", "a"},
		{"a*", "a ab abc", "b ba"},
		{"*a*b", "ab xaxb aab abab", "a b ba abx"},
		{"*", "a ab *", ""},
		{"?", "a 你 ?", "ab 你好"},
		{"???*", "abc 你好吗 abcd", "ab 你好"},
		{"a?*c", "abc abbc a你c", "ac ab abcd"},
		{"*??", "ab abc 你好", "a 你"},
		{"a**", "a ab", "b"},
	} {
		for _, text := range strings.Fields(tt.texts) {
			if !message.Glob(tt.pattern, text) {
				t.Errorf("%s does not match %s", tt.pattern, text)
			}
		}
		for _, text := range strings.Fields(tt.not) {
			if message.Glob(tt.pattern, text) {
				t.Errorf("%s matches %s", tt.pattern, text)
			}
		}
	}
	if !message.Glob("", "") || !message.Glob("*", "") || message.Glob("?", "") {
		t.Error("an empty text")
	}
}

// FuzzTree holds that what is let in is what encoding/json and encoding/xml let in,
// and that texts come back as they were.
