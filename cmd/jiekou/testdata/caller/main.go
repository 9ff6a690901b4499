// Command caller calls a system with the client that was exported into its module.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"example.com/partner/house/lianfa"
	"example.com/partner/house/lianfa/base"
	"example.com/partner/house/lianfa/customer"
	"github.com/jiekou-dev/jiekou/runtime/client"
)

func main() {
	config := client.Config{URL: os.Args[1], App: os.Args[2]}
	if err := json.Unmarshal([]byte(os.Args[3]), &config.Secrets); err != nil {
		fmt.Println(err)
		return
	}
	c, err := lianfa.NewClient(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, mobile := range []string{"", "13999999999"} {
		_, err := c.CstInfoGet(context.Background(), &customer.CstInfoGetRequest{Mobile: mobile})
		fmt.Println(err)
	}
	list, err := c.BaseCompanyList(context.Background(), &base.BaseCompanyListRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Page, len(list.List))
}
