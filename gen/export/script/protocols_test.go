package script_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/gen/export/script"
	"github.com/jiekou-dev/jiekou/gen/program"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/declare"
)

// file is a protocol of the engine with its trips and known answers.
type file struct {
	name     string
	p        *protocol.Protocol
	program  *script.Program
	text     string            // of program, once it was asked for
	keys     map[string]string // as texts
	Protocol yaml.Node         `yaml:"protocol"`
	App      string            `yaml:"app"`
	Keys     map[string]string `yaml:"keys"`
	System   map[string]string `yaml:"system"`
	Token    string            `yaml:"token"`
	Secret   string            `yaml:"secret"`
	Trips    []trip            `yaml:"trips"`
	Vectors  []vector          `yaml:"vectors"`
	Unsigned []string          `yaml:"unsigned"`
}

type trip struct {
	Name      string            `yaml:"name"`
	Push      bool              `yaml:"push"`
	Interface string            `yaml:"interface"`
	Payload   string            `yaml:"payload"`
	Draft     string            `yaml:"draft"`
	Reply     string            `yaml:"reply"`
	Code      string            `yaml:"code"`
	Failure   string            `yaml:"failure"`
	File      string            `yaml:"file"` // of multipart
	Values    map[string]string `yaml:"values"`
}

type vector struct {
	Name    string            `yaml:"name"`
	Push    bool              `yaml:"push"`
	At      time.Time         `yaml:"at"`
	Message string            `yaml:"message"`
	Keys    map[string]string `yaml:"keys"`
	App     string            `yaml:"app"`
	Send    *struct {
		Interface string            `yaml:"interface"`
		ID        string            `yaml:"id"`
		Payload   string            `yaml:"payload"`
		Draft     string            `yaml:"draft"`
		Values    map[string]string `yaml:"values"`
	} `yaml:"send"`
}

var kept sync.Map // key pairs by kind and name: they are slow to make

func pairs(t *testing.T, name, kind string) string {
	t.Helper()
	text, ok := kept.Load(name)
	if !ok {
		text, _ = kept.LoadOrStore(name, pairOf(t, kind))
	}
	return text.(string)
}

// pairOf makes a key pair, in PEM with both halves.
func pairOf(t *testing.T, kind string) string {
	t.Helper()
	var key any
	var err error
	switch kind {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "sm2":
		key, err = sm2.GenerateKey(rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if kind == "sm2" {
		der, err = smx509.MarshalPKCS8PrivateKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// protocols are those of the engine's tests that have requests and that a script can carry
// out, that of a page where none of a sandbox can: gaps says why.
func protocols(t *testing.T) []*file {
	t.Helper()
	gaps := map[string]string{
		"agora":            "request.values.token: step zlib cannot be carried out by a script",
		"emay":             "request.values.box: step gzip cannot be carried out by a script",
		"abc-bank":         "request.values.sign: step gbk cannot be carried out by a script",
		"fuiou":            "request.values.sign: step gbk cannot be carried out by a script",
		"qiniu-upload":     "request: a multipart body cannot be carried out by a script",
		"tencent-im":       "request.values.box: step zlib cannot be carried out by a script",
		"bank-gbk":         "request.values.sign: step gbk cannot be carried out by a script",
		"bank-envelope":    "request.values.box: step gzip cannot be carried out by a script",
		"upload-multipart": "request: a multipart body cannot be carried out by a script",
		"s3-post":          "request: a multipart body cannot be carried out by a script",
		"gzip-body":        "request.variants[1].values.box: step gzip cannot be carried out by a script",
	}
	all, err := filepath.Glob("../../../runtime/protocol/testdata/*.yaml")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	var out []*file
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &file{name: strings.TrimSuffix(filepath.Base(path), ".yaml"), keys: map[string]string{}}
		if err := yaml.Unmarshal(raw, f); err != nil {
			t.Fatal(err)
		}
		d, problems := declare.Read(&f.Protocol)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		if f.p, err = protocol.Compile(d); err != nil {
			t.Fatal(err)
		}
		if f.p.Call == nil {
			continue
		}
		f.program, err = script.Of(f.p)
		gap, told := errors.AsType[*program.Gap](err)
		if told && gap.Error() == gaps[f.name] {
			f.program, err = script.Traced(f.p)
		} else if gaps[f.name] != "" {
			t.Errorf("%s: %v, want %q", f.name, err, gaps[f.name])
		}
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		for _, list := range []map[string]string{f.Keys, f.System} {
			for name, text := range list {
				if kind, ok := strings.CutPrefix(text, "generate "); ok {
					text = pairs(t, kind+name, kind)
				}
				f.keys[name] = text
			}
		}
		out = append(out, f)
	}
	return out
}

// world is the rest of a side.
type world struct {
	f    *file
	keys *protocol.Keys
}

func (w *world) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != "" && app != w.f.App {
		return nil, nil //nolint:nilnil // nobody has that id
	}
	return w.keys, nil
}

func (w *world) Valid(_ context.Context, _, token string) (bool, error) {
	return token == w.f.Token && token != "", nil
}

func (w *world) App(_ context.Context, token string) (string, error) {
	if token == w.f.Token && token != "" {
		return w.f.App, nil
	}
	return "", nil
}

func (w *world) Unsent(_ context.Context, _, token string) ([]string, error) {
	if token != "" {
		return []string{w.f.Secret}, nil
	}
	return []string{w.f.Token}, nil
}

func (w *world) Use(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// side is the server of a file.
func (f *file) side(t *testing.T, keys map[string]string, now time.Time) *protocol.Side {
	t.Helper()
	list, shared := protocol.Secrets{}, protocol.Secrets{}
	for name, text := range keys {
		list[name] = []string{text}
		if _, ok := f.System[name]; ok {
			shared[name] = []string{text}
		}
	}
	k, err := f.p.Keys(f.App, list)
	if err != nil {
		t.Fatal(f.name, err)
	}
	w := &world{f, k}
	s := protocol.NewSide(w, w, w, func() time.Time { return now })
	if len(shared) == 0 {
		return s
	}
	system, err := f.p.Keys("", shared)
	if err != nil {
		t.Fatal(err)
	}
	return s.With(system)
}

// both is the program that seals and opens.
func (f *file) both() string {
	if f.text == "" {
		f.text = f.program.Both()
	}
	return f.text
}
