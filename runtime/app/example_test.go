package app_test

import (
	"fmt"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
)

func ExampleApp_May() {
	a := &app.App{System: "lianfa", ID: "301", Grants: []string{"cst_*"}}
	fmt.Println(a, a.May("cst_info_create"), a.May("agent_recommend"))
	// Output: lianfa/301 true false
}

func ExampleCredentials() {
	c := app.Credentials{System: "lianfa", AppID: "301", Keys: map[string]app.Secret{"token": "a token", "appkey": "a key"}}
	fmt.Println(c.AppID, c.Keys["token"], c.Keys["appkey"])
	shown, err := c.JSON()
	fmt.Println(string(shown), err)
	c.Expires = time.Unix(1795219750, 0).UTC()
	shown, err = c.JSON()
	fmt.Println(string(shown), err)
	// Output:
	// 301 [hidden] [hidden]
	// {"system":"lianfa","appid":"301","token":"a token","appkey":"a key"} <nil>
	// {"system":"lianfa","appid":"301","token":"a token","appkey":"a key","token_expires":"2026-11-21T00:09:10Z"} <nil>
}
