package client_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jiekou-dev/jiekou/generated/lianfa"
	"github.com/jiekou-dev/jiekou/generated/lianfa/customer"
	"github.com/jiekou-dev/jiekou/runtime/client"
)

// A generated client has a method for each interface of its system.
func Example() {
	c, err := lianfa.NewClient(client.Config{
		URL: "http://127.0.0.1:8080", App: "300", Secrets: map[string]string{"token": "…", "appkey": "…"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := c.CstInfoGet(context.Background(), &customer.CstInfoGetRequest{})
	switch refusal, refused := errors.AsType[*client.Refusal](err); {
	case refused && refusal.Code == "2001":
		fmt.Println("no such customer")
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(found.CustomerName)
	}
	// Output: cst_info_get was not sent: mobile (required, 1001 缺少必须参数[mobile])
}
