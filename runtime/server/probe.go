package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/config"
)

// readyCommand asks the running server whether it is ready: a health check where
// there is no other program, as in an image.
func readyCommand() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use:   "ready",
		Short: "Ask the server of this machine whether it is ready",
		Long: `Ask the server of this machine whether it is ready, on its listener for operators.

Exit codes: 0 it is ready, 1 it is not, with the reason.`,
		Example: "  jiekoud ready",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			host, port, err := net.SplitHostPort(at)
			if err != nil {
				return command.Misused("", "--operate-listen: %w", err)
			}
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				host = "127.0.0.1"
			}
			client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
			request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
			if err != nil {
				return err
			}
			reply, err := client.Do(request)
			if err != nil {
				return command.Hinted(fmt.Errorf("no answer: %w", err), "is jiekoud serve running, with this JIEKOU_OPERATE_LISTEN?")
			}
			defer reply.Body.Close()
			var state struct {
				Ready bool
				Why   string
			}
			if err := json.NewDecoder(io.LimitReader(reply.Body, 4096)).Decode(&state); err != nil {
				return fmt.Errorf("no answer of jiekoud: %w", err)
			}
			if !state.Ready {
				return command.Failed("", "not ready: %s", state.Why)
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), "ready")
			return err
		},
	}
	c.Flags().StringVar(&at, "operate-listen", operateListen,
		"address of the listener for operators (JIEKOU_OPERATE_LISTEN)")
	config.Env(c.Flags(), map[string]string{"operate-listen": "JIEKOU_OPERATE_LISTEN"})
	return c
}
