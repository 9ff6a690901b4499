package receive_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/generated/lianfa/notice"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
	"github.com/jiekou-dev/jiekou/runtime/receive"
)

// docs/receive.md shows the two functions below.

func newHandler(token, appkey string) (http.Handler, error) {
	return receive.New(receive.Config{
		System:  lianfa.Describe().System,
		App:     "300",
		Secrets: map[string]string{"token": token, "appkey": appkey},
		Seen:    receive.NewMemory(0), // or a table of your own
	}, lianfa.OnSLeadNotify(lead)) // or lianfa.Receive(r)..., an interface of all of them
}

func lead(ctx context.Context, call *receive.Call, q *notice.SLeadNotifyRequest) error {
	_, err := fmt.Println(call.Sid, q.LeadGUID, q.CstName, q.Status.Value)
	return err // nil: it is done and counts as delivered; else 1005, and it comes again
}

func Example() {
	handler, err := newHandler("the token of 300", "the appkey of 300")
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(handler)
	defer server.Close()

	// The data centre's side.
	centre := lianfa.Describe().System.Protocol
	keys, err := centre.Keys("300", protocol.Secrets{"token": {"the token of 300"}, "appkey": {"the appkey of 300"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, push := range []struct{ sid, payload string }{
		{"10026112111040500001", `{"leadGUID":"L1","projGUID":"P1","userId":"U1","cstName":"张三","cstTel":"13800138000",` +
			`"cstType":"个人","cstGender":1,"leadType":"微信","status":"登记"}`},
		{"10026112111040500001", `{"leadGUID":"L1","projGUID":"P1","userId":"U1","cstName":"张三","cstTel":"13800138000",` +
			`"cstType":"个人","cstGender":1,"leadType":"微信","status":"登记"}`},
		{"10026112111040500002", `{"leadGUID":"L1"}`},
	} {
		sent, err := centre.Push.Send(keys, protocol.Outgoing{Interface: "s_lead_notify", ID: push.sid, Payload: []byte(push.payload)})
		if err != nil {
			fmt.Println(err)
			return
		}
		response, err := http.Post(server.URL, "application/json", bytes.NewReader(sent.Message.Body))
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		reply, err := centre.Push.Open(context.Background(), sent, &message.Message{Status: response.StatusCode, Body: body})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("answered %s %q\n", reply.Code, reply.Text)
	}
	// Output:
	// 10026112111040500001 L1 张三 登记
	// answered 0 ""
	// answered 1013 "消息序列号重复"
	// answered 1001 "缺少必须参数[projGUID]"
}
