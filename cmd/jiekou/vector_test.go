package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiekou-dev/jiekou/gen/bind"
	"github.com/jiekou-dev/jiekou/runtime/protocol/signature"
	"github.com/jiekou-dev/jiekou/spec"
	"github.com/jiekou-dev/jiekou/spec/load"
)

// TestSystemVectors runs the known answers that stand beside the declarations of
// the built-in systems. Their values were computed by another program.
func TestSystemVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "spec", "*", "system.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	total, refused := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		declared, err := signature.ReadVectors(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, d := range declared {
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
	}
	if total < 46 || refused < 36 {
		t.Errorf("%d known answers, %d of them refused", total, refused)
	}
}

// TestSignatureModels wants one meaning of the YAML: what is printed and served is
// what the runtime reads from the same file by itself.
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
		declared, err := signature.ReadVectors(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", s.File, err)
		}
		served := bind.System(s)
		if len(declared) != len(s.AllSignatures()) {
			t.Errorf("%s: %d signatures, want %d", s.File, len(s.AllSignatures()), len(declared))
		}
		for _, d := range declared {
			plain++
			have := served.Signature
			if d.Name != "" {
				have = served.Signatures[d.Name]
			}
			if diff := cmp.Diff(d.Spec, have); diff != "" {
				t.Errorf("%s: signature %s (-runtime +spec):\n%s", s.File, d.Name, diff)
			}
			g := s.AllSignatures()[slices.IndexFunc(s.AllSignatures(), func(g *spec.Signature) bool { return g.Name == d.Name })]
			if len(g.Vectors) != len(d.Vectors) {
				t.Errorf("%s: %d known answers, want %d", s.File, len(g.Vectors), len(d.Vectors))
			}
		}
	}
	if plain < 3 {
		t.Errorf("%d plain signatures", plain)
	}
}
