package bind

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// profile is a signature with its known answers, as one file of testdata has it.
type profile struct {
	Spec    signature.Spec
	Vectors []Vector
}

// profiles reads the known answers of testdata.
func profiles(t testing.TB) map[string]profile {
	t.Helper()
	files, err := filepath.Glob("testdata/signature/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]profile{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct{ Signature yaml.Node }
		if err := yaml.Load(data, &doc, yaml.WithKnownFields()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[filepath.Base(file)] = readProfile(t, file, &doc.Signature)
	}
	return out
}

// readProfile reads the part below signature: with the runtime's own reader.
func readProfile(t testing.TB, file string, n *yaml.Node) (p profile) {
	t.Helper()
	if at := slices.IndexFunc(n.Content, func(n *yaml.Node) bool { return n.Value == "vectors" }); at >= 0 {
		if err := n.Content[at+1].Load(&p.Vectors, yaml.WithKnownFields()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		n.Content = slices.Delete(n.Content, at, at+2)
	}
	if err := n.Load(&p.Spec, yaml.WithKnownFields()); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

// TestSignatureModels wants one meaning of the YAML: the served declaration equals
// the one that the runtime reads from the same file by itself, like an override.
func TestSignatureModels(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	plain := 0
	for _, s := range set.Systems {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(s.File)))
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Signature  yaml.Node
			Signatures map[string]yaml.Node
		}
		if err := yaml.Load(text, &doc); err != nil {
			t.Fatal(err)
		}
		for _, g := range s.AllSignatures() {
			plain++
			at := doc.Signature
			if g.Name != "" {
				at = doc.Signatures[g.Name]
			}
			p := readProfile(t, s.File, &at)
			if diff := cmp.Diff(p.Spec, Signature(g)); diff != "" {
				t.Errorf("%s: signature %s (-runtime +spec):\n%s", s.File, g.Name, diff)
			}
			if len(g.Vectors) != len(p.Vectors) {
				t.Errorf("%s: %d known answers, want %d", s.File, len(g.Vectors), len(p.Vectors))
			}
		}
	}
	if plain < 3 {
		t.Errorf("%d plain signatures", plain)
	}
}

// TestVectors runs every known answer of testdata, both ways.
func TestVectors(t *testing.T) {
	t.Parallel()
	total, refused := 0, 0
	for file, d := range profiles(t) {
		for _, v := range d.Vectors {
			total++
			if v.Refused != nil {
				refused++
			}
			if err := v.Run(d.Spec); err != nil {
				t.Errorf("%s: %s: %v", file, v.Name, err)
			}
		}
	}
	if total < 45 || refused < 18 {
		t.Errorf("%d known answers, %d of them refused", total, refused)
	}
}

// TestSystemVectors runs the known answers beside the declarations of the built-in
// systems. Another program computed their values.
func TestSystemVectors(t *testing.T) {
	t.Parallel()
	set, err := load.Systems(spec.Embedded(), "spec")
	if err != nil {
		t.Fatal(err)
	}
	total, refused := 0, 0
	for _, s := range set.Systems {
		for _, g := range s.AllSignatures() {
			vectors, err := Vectors(g)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range vectors {
				total++
				if v.Refused != nil {
					refused++
				}
				if err := v.Run(Signature(g)); err != nil {
					t.Errorf("%s: %s: %v", s.File, v.Name, err)
				}
			}
		}
	}
	if total < 46 || refused < 36 {
		t.Errorf("%d known answers, %d of them refused", total, refused)
	}
}

// TestRunSays: the messages about a wrong known answer.
func TestRunSays(t *testing.T) {
	t.Parallel()
	d := profiles(t)["hmac-header.yaml"]
	for want, change := range map[string]func(v *Vector){
		"expect lacks sign, digest":          func(v *Vector) { delete(v.Expect, "sign, digest") },
		`there is no line "sign, dgest"`:     func(v *Vector) { v.Expect["sign, dgest"] = "x" },
		"sign, digest:\n  have ":             func(v *Vector) { v.Expect["sign, digest"] = "00" },
		"sign: the signature differs":        func(v *Vector) { v.Request.Body += " " },
		"it is not refused, want sign 20001": func(v *Vector) { v.Refused = &VectorRefusal{"sign", "20001"} },
		"refused by sign with 20001, want time with 20001": func(v *Vector) {
			v.Request.Body, v.Refused = "{}", &VectorRefusal{"time", "20001"}
		},
		`the app is "10086"`:       func(v *Vector) { v.App = "10087" },
		"secret appkey is missing": func(v *Vector) { v.Secrets = nil },
		"sent for the first time: 20001: sign: the signature di": func(v *Vector) {
			v.Again, v.Request.Body = true, ""
		},
	} {
		v := d.Vectors[0]
		expect := map[string]string{}
		for name, text := range v.Expect {
			expect[name] = text
		}
		v.Expect = expect
		change(&v)
		if err := v.Run(d.Spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s\nhave %v", want, err)
		}
	}
}
