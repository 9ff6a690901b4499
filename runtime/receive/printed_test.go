package receive_test

import (
	"context"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/generated/lianfa/agent"
	"github.com/jiekou-dev/jiekou/generated/lianfa/notice"
	"github.com/jiekou-dev/jiekou/runtime/receive"
	"github.com/jiekou-dev/jiekou/runtime/route"
)

// all takes every notification of lianfa, and keeps which came.
type all struct{ got string }

func (a *all) note(call *receive.Call) error { a.got = call.Cmd; return nil }

func (a *all) CstInfoNotify(_ context.Context, c *receive.Call, _ *notice.CstInfoNotifyRequest) error {
	return a.note(c)
}

func (a *all) SLeadNotify(_ context.Context, c *receive.Call, _ *notice.SLeadNotifyRequest) error {
	return a.note(c)
}

func (a *all) OpportunityInfoNotify(_ context.Context, c *receive.Call, _ *notice.OpportunityInfoNotifyRequest) error {
	return a.note(c)
}

func (a *all) CstFollowNotify(_ context.Context, c *receive.Call, _ *notice.CstFollowNotifyRequest) error {
	return a.note(c)
}

func (a *all) CstFeeNotify(_ context.Context, c *receive.Call, _ *notice.CstFeeNotifyRequest) error {
	return a.note(c)
}

func (a *all) CstOrderNotify(_ context.Context, c *receive.Call, _ *notice.CstOrderNotifyRequest) error {
	return a.note(c)
}

func (a *all) CstContractNotify(_ context.Context, c *receive.Call, _ *notice.CstContractNotifyRequest) error {
	return a.note(c)
}

func (a *all) NotifyCstAttachV2(_ context.Context, c *receive.Call, _ *notice.NotifyCstAttachV2Request) error {
	return a.note(c)
}

func (a *all) NotifyRequestResult(_ context.Context, c *receive.Call, _ *notice.NotifyRequestResultRequest) error {
	return a.note(c)
}

func (a *all) NotifyProjPublish(_ context.Context, c *receive.Call, _ *notice.NotifyProjPublishRequest) error {
	return a.note(c)
}

func (a *all) NotifyProjCstUpdate(_ context.Context, c *receive.Call, _ *notice.NotifyProjCstUpdateRequest) error {
	return a.note(c)
}

func (a *all) ConsultantAssignCreateNotify(
	_ context.Context, c *receive.Call, _ *agent.ConsultantAssignCreateNotifyRequest,
) error {
	return a.note(c)
}

func (a *all) CstStatusNotify(_ context.Context, c *receive.Call, _ *agent.CstStatusNotifyRequest) error {
	return a.note(c)
}

// TestPrinted sends every notification of lianfa to its generated receiver: the
// sample payload of the docs arrives, and an object without members is refused for
// its first required field.
func TestPrinted(t *testing.T) {
	t.Parallel()
	system, a := lianfa.Describe().System, new(all)
	handler, err := receive.New(receive.Config{System: system, App: "300", Secrets: secrets()}, lianfa.Receive(a)...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b := &bench{url: server.URL}
	active := 0
	for _, i := range system.Interfaces {
		if i.Kind != route.Notify {
			continue
		}
		a.got = ""
		one := push{cmd: i.Cmd, payload: sample(t, i.Cmd), sid: sid, protocol: system.Protocol}
		reply := b.push(t, one)
		switch {
		case i.Status == route.Active && (!reply.ok || a.got != i.Cmd):
			t.Errorf("%s: %+v, %q was called", i.Cmd, reply, a.got)
		case i.Status != route.Active && (reply.code != "1008" || a.got != ""):
			t.Errorf("%s: %+v", i.Cmd, reply)
		}
		if i.Status != route.Active {
			continue
		}
		active++
		a.got = ""
		one.payload = "{}"
		reply = b.push(t, one)
		if reply.code != "1001" || !strings.HasPrefix(reply.text, "缺少必须参数[") || a.got != "" {
			t.Errorf("%s: %+v", i.Cmd, reply)
		}
	}
	if active != 13 {
		t.Errorf("%d notifications", active)
	}
}

// sample is the request that the docs show of an interface.
func sample(t *testing.T, cmd string) string {
	t.Helper()
	pages, err := fs.Glob(lianfa.Describe().System.Docs, "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		page, err := fs.ReadFile(lianfa.Describe().System.Docs, name)
		if err != nil {
			t.Fatal(err)
		}
		_, section, ok := strings.Cut(string(page), "\n## "+cmd+"\n")
		if !ok {
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		_, block, ok := strings.Cut(section, "```json\n")
		block, _, _ = strings.Cut(block, "```")
		if ok {
			return block
		}
	}
	return "{}"
}

// TestManual compares the example of docs/receive.md with the one that is compiled.
func TestManual(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/receive.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```go\n")
	block, _, found := strings.Cut(block, "```")
	if !found || strings.Count(block, "\n") < 10 || !strings.Contains(string(source), block) {
		t.Errorf("docs/receive.md does not show what example_test.go compiles:\n%s", block)
	}
}
