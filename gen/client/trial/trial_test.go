package trial_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/gen"
	"github.com/jiekou-dev/jiekou/gen/client/trial"
)

func TestX(t *testing.T) {
	files, err := gen.Generate(trial.Set(t, ""), gen.Options{Module: "github.com/jiekou-dev/jiekou", Root: "gen/client/trial/made"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files.Paths() {
		t.Log(name, len(files[name]))
	}
	t.Log(string(files["gen/client/trial/made/base/client.go"])[:3000])
	t.Log(string(files["gen/client/trial/made/base/order/values.go"])[:6000])
	_ = json.Marshal
	_ = os.Getwd
	_ = exec.Command
	_ = filepath.Join
	_ = strings.Join
}
