package command_test

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
)

// A cell is as wide as the widest one above and below it, in lines with as many cells.
func TestTable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var c cobra.Command
	c.SetOut(&out)
	table := command.Table{C: &c}
	table.Tell("shop\t%s\t门店\n", "a-very-long-id")
	table.Tell("  keys aes, rsa\n")
	table.Tell("店铺系统\tＢ\tx\n")
	table.Tell("  two\tcells\n")
	if err := table.Print(); err != nil {
		t.Fatal(err)
	}
	want := "shop      a-very-long-id  门店\n  keys aes, rsa\n店铺系统  Ｂ              x\n  two  cells\n"
	if out.String() != want {
		t.Errorf("%q\nis not\n%q", out.String(), want)
	}
}
