package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// args: url width theme(light|dark|print) out [js]
func main() {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.WindowSize(1280, 900), chromedp.Flag("lang", "zh-CN"))
	ctx, stop := context.WithTimeout(context.Background(), 9*time.Minute)
	defer stop()
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	list, _ := os.ReadFile(os.Args[1])
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		f := strings.SplitN(line, "\t", 5)
		w, _ := strconv.Atoi(f[1])
		js := "0"
		if len(f) > 4 {
			js = f[4]
		}
		var buf []byte
		h := int64(900)
		if w < 500 {
			h = 844
		}
		actions := []chromedp.Action{chromedp.EmulateViewport(int64(w), h), chromedp.Navigate(f[0]), chromedp.WaitReady("body")}
		if f[2] != "print" {
			actions = append(actions, chromedp.Evaluate(`document.documentElement.dataset.theme="`+f[2]+`";0`, nil), chromedp.Evaluate(js, nil), chromedp.Sleep(400*time.Millisecond))
			actions = append(actions, chromedp.CaptureScreenshot(&buf))
		} else {
			actions = append(actions, emulation.SetEmulatedMedia().WithMedia("print"), chromedp.Evaluate(js, nil), chromedp.ActionFunc(func(ctx context.Context) (err error) {
				buf, _, err = page.PrintToPDF().WithPrintBackground(false).WithPaperWidth(8.27).WithPaperHeight(11.69).Do(ctx)
				return err
			}), emulation.SetEmulatedMedia().WithMedia(""))
		}
		if err := chromedp.Run(ctx, actions...); err != nil {
			fmt.Println(line, err)
			continue
		}
		os.WriteFile(f[3], buf, 0o644)
	}
}
