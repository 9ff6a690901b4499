package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/signature"
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
