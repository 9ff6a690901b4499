package operate_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestCompletes has a shell complete what is in the program and what is in the database.
func TestCompletes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.App(t, "300")
	w.Server.App(t, "u8", "demo-erp")
	at := w.Pool.Config().ConnString()
	for line, want := range map[string]string{
		"app show 3":                                    "300\tlianfa",
		"app show 300 3":                                "",
		"app add 3":                                     "",
		"app show --system u8 ":                         "demo-erp\tu8",
		"app grant 300 cst_info_g":                      "cst_info_get\t联发地产开放接口规范说明书",
		"app grant 300 cst_info_get cst_info_g":         "",
		"app revoke demo-erp c":                         "customer_get\tU8 基础档案类接口 customer/get",
		"app add x --system u8 --grant c":               "customer_get\tU8 基础档案类接口 customer/get",
		"app subscribe 300 --notify cst_info_get,cst_s": "cst_info_get,cst_status_notify\t联发地产开放接口规范说明书",
		"app profile 300 ":                              "hardened none default",
		"app profile demo-erp ":                         "none default",
		"app scope 300 p":                               "project\t联发地产开放接口规范说明书",
		"app token revoke demo-e":                       "demo-erp\tu8",
		"deliveries list --app 3":                       "300\tlianfa",
		"deliveries list --state d":                     "delivered dead",
		"deliveries pause --system u8 ":                 "demo-erp\tu8",
		"app rotate nobody":                             "",
		"load --system u8 --table c":                    "customer\t客户档案",
		"key list --system u":                           "u8\tU8 基础档案类接口 customer/get",
		"app rotate 300 --system lianfa --end ":         "now",
		"serve --log-level w":                           "warn",
	} {
		var out bytes.Buffer
		args := append([]string{"__complete", "--database-url", at, "--data-dir", t.TempDir()}, strings.Split(line, " ")...)
		run(t.Context(), args, &out, io.Discard)
		got, directive, _ := strings.Cut("\n"+out.String(), "\n:")
		if got = strings.Join(strings.Split(strings.TrimPrefix(got, "\n"), "\n"), " "); got != want || strings.TrimSpace(directive) != "4" {
			t.Errorf("%s: %q and %s, want %q", line, got, directive, want)
		}
	}
}

// TestKeysComplete offers the keys of a system by name, and files behind a name.
func TestKeysComplete(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"app": "appkey=\t联发地产开放接口规范说明书\n:6\n", "appkey=": ":0\n"} {
		var out bytes.Buffer
		run(t.Context(), []string{"__complete", "app", "add", "x", "--system", "lianfa", "--key", typed}, &out, io.Discard)
		if out.String() != want {
			t.Errorf("%s: %q", typed, out.String())
		}
	}
}

// TestNothingToComplete offers what is in the program where no server ever ran, and makes nothing.
func TestNothingToComplete(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	dir := t.TempDir() + "/none"
	var out bytes.Buffer
	run(t.Context(), []string{"__complete", "--data-dir", dir, "app", "show", ""}, &out, io.Discard)
	run(t.Context(), []string{"__complete", "--data-dir", dir, "app", "subscribe", "300", "--notify", "cst_s"}, &out, io.Discard)
	if got := out.String(); got != ":4\ncst_status_notify\t联发地产开放接口规范说明书\n:4\n" {
		t.Errorf("%q", got)
	}
}
