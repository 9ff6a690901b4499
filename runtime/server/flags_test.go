package server_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// A setting is that of the flag, else of the variable, else of the file.
func TestSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "jiekoud.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("listen: 127.0.0.1:1\nlog-level: warn\nconnections: 7\nrefuse-deprecated: true\n")
	t.Setenv("JIEKOU_CONFIG", file)
	t.Setenv("JIEKOU_LOG_LEVEL", "debug")
	t.Setenv("DATABASE_URL", "postgres://u:secret@h/d")
	var out bytes.Buffer
	if code := run(t.Context(), []string{"config", "--connections", "9"}, &out, io.Discard); code != command.Fine {
		t.Fatal(code, out.String())
	}
	for _, line := range []string{
		"listen: 127.0.0.1:1 # " + file + ":1: listen\n", "log-level: debug # JIEKOU_LOG_LEVEL\n", `connections: "9" # flag` + "\n",
		`refuse-deprecated: "true" # ` + file, "operate-listen: 127.0.0.1:8090 # default\n", "database-url: postgres://u:xxxxx@h/d # DATABASE_URL\n",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no %q in\n%s", line, out.String())
		}
	}
	for text, want := range map[string]string{
		"lisen: x\n":          file + ":1: there is no setting \"lisen\"",
		"Listen: x\n":         file + ":1: there is no setting \"Listen\"",
		"connections: many\n": file + ":1: connections: \"many\" is not right: int",
		"listen: [a]\n":       file + ":1: listen is one text, number or true",
		"- listen\n":          file + ":1: it is no mapping",
		"log: a\nlog: json\n": "log",
	} {
		write(text)
		var speech bytes.Buffer
		if code := run(t.Context(), []string{"config"}, io.Discard, &speech); code != command.Usage || !strings.Contains(speech.String(), want) {
			t.Errorf("%q: exit code %d, %s", text, code, speech.String())
		}
	}
	t.Setenv("JIEKOU_CONFIG", "")
	for given, want := range map[string]string{ // in each way to write a password
		"postgres://u:s3cret@a,b/x?sslmode=disable": "postgres://u:xxxxx@a,b/x?sslmode=disable", "postgres://u:s3/cr@et@h/x": "postgres://u:xxxxx@h/x",
		"postgres://h:5432/x?password=s3cret&a=b@c": "postgres://h:5432/x?password=xxxxx&a=b@c", "postgres://u@h/x?sslpassword=s3cret": "postgres://u@h/x?sslpassword=xxxxx",
		"host=h PassWord = 's3 \\'cret' dbname=x": "host=h PassWord = xxxxx dbname=x", "password=s3cret host=h": "password=xxxxx host=h",
	} {
		t.Setenv("DATABASE_URL", given)
		out.Reset()
		if run(t.Context(), []string{"config"}, &out, io.Discard); !strings.Contains(out.String(), "database-url: "+want+" # DATABASE_URL\n") {
			t.Errorf("%s: no %s in\n%s", given, want, out.String())
		}
	}
	t.Setenv("JIEKOU_CONNECTIONS", "x")
	if code := run(t.Context(), []string{"config"}, io.Discard, io.Discard); code != command.Usage {
		t.Errorf("a wrong variable: exit code %d", code)
	}
}

// docs/settings.md is what jiekoud config says.
func TestSettingsPage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"config", "--markdown"}, &out, io.Discard); code != command.Fine {
		t.Fatal(code)
	}
	page, err := os.ReadFile("../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, table, _ := strings.Cut(string(page), "\n| setting"); "| setting"+table != out.String() {
		t.Errorf("docs/settings.md differs; the table is:\n%s", out.String())
	}
}
