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

// FuzzTree holds that what is let in is what encoding/json and encoding/xml let in,
// and that texts come back as they were.
