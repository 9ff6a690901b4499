package signature

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// profiles reads the known answers of testdata.
func profiles(t testing.TB) map[string]Declared {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Declared{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := ReadVectors(bytes.NewReader(data))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %d signatures, %v", file, len(all), err)
		}
		out[filepath.Base(file)] = all[0]
	}
	return out
}

// TestVectors runs every known answer, both ways.
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
