package lianfa_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/generated/lianfa/customer"
	"github.com/jiekou-dev/jiekou/runtime/client"
	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// The generated client creates a customer and reads it back; what breaks a rule is not
// sent, a code of the document is a Refusal, and a message is repeated under its id.
func TestTypedClient(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.App(t, "300", "cst_*")
	c, err := lianfa.NewClient(client.Config{
		URL: w.URL, App: app.AppID, Secrets: map[string]string{"token": app.Token, "appkey": app.AppKey},
	})
	if err != nil {
		t.Fatal(err)
	}
	q := &customer.CstInfoCreateRequest{
		ProjGUID: project1, CustomerName: "张三", Gender: wire.IntOf(1), Mobile: "13912345678", UserGUID: user1,
		CertType: wire.IntOf(1), CertNum: "110101", OldOwner: "也许",
	}
	_, err = c.CstInfoCreate(t.Context(), q)
	wrong, ok := errors.AsType[*problem.Error](err)
	if !ok || !errors.Is(err, client.ErrUnsent) || len(wrong.Problems) != 2 || wrong.Problems[0].Field != "certNum" || wrong.Problems[1].Field != "oldOwner" {
		t.Errorf("a request with two wrong fields: %v", err)
	}
	q.CertNum, q.OldOwner = goodIDCard, ""
	made, err := c.CstInfoCreate(t.Context(), q)
	if err != nil || made.CstGUID == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	found, err := c.CstInfoGet(t.Context(), &customer.CstInfoGetRequest{Mobile: q.Mobile})
	if err != nil || found.CstGUID != made.CstGUID || found.CustomerName != "张三" || found.Gender != wire.IntOf(1) || found.Birthday.Set {
		t.Errorf("%+v, %v", found, err)
	}
	for code, sid := range map[string]string{"2002": "", "1013": "300261121121" + "00000001"} {
		again := *q
		if sid != "" {
			again.Mobile = "139" + strconv.Itoa(10000000)
			again.CertNum = ""
			again.CertType = wire.Int{}
			if _, err := c.CstInfoCreate(client.WithSid(t.Context(), sid), &again); err != nil {
				t.Fatal(err)
			}
		}
		_, err := c.CstInfoCreate(client.WithSid(t.Context(), sid), &again)
		if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}
