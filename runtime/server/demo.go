package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/load"
	"github.com/jiekou-dev/jiekou/runtime/route"
	"github.com/jiekou-dev/jiekou/runtime/server/operate"
	"github.com/jiekou-dev/jiekou/runtime/system"
)

// demoLifetime is how long the tokens of demo apps are good; each start issues new
// ones.
const demoLifetime = 30 * 24 * time.Hour

// prepareDemo loads the demo data where there is none yet and registers the demo
// apps, whose credentials it keeps in the data folder. It returns sample calls, those that only read first.
func prepareDemo(ctx context.Context, s *operate.Settings, b *operate.Backing, url string, log *slog.Logger) ([]string, error) {
	folder := filepath.Join(s.DataDir, "apps")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	admin := app.NewAdmin(b.Pool, b.Master, "demo")
	var reads, writes []string // sample calls
	for _, of := range s.Systems {
		tables, err := load.Tables(of.Zone, of.Tables, of.Notifications)
		if err != nil {
			return nil, err
		}
		reports, err := load.Demo(ctx, b.Pool, tables, of.Demo.Rows)
		if err != nil {
			return nil, err
		}
		for _, r := range reports {
			log.Info("demo data loaded", "table", r.Table, "rows", r.Good)
		}
		if err := load.Setup(ctx, b.Pool, tables, of.Setup); err != nil {
			return nil, err
		}
		for _, d := range of.Demo.Apps {
			file := filepath.Join(folder, d.ID+".json")
			if err := register(ctx, admin, of, d, file, url); err != nil {
				return nil, fmt.Errorf("app %s: %w", d.ID, err)
			}
			call := sample(d, file, time.Now())
			switch at := slices.IndexFunc(of.Interfaces, func(i route.Interface) bool { return i.Cmd == d.Cmd }); {
			case at < 0: // it shows no call
			case of.Interfaces[at].Kind == route.Query:
				reads = append(reads, call)
			default:
				writes = append(writes, call)
			}
		}
	}
	return append(reads, writes...), nil
}

// sample is a call to try.
func sample(d system.DemoApp, file string, now time.Time) string {
	program := "go tool jiekou"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path == command.Module {
		program = "bin/jiekou"
	}
	stamp := strings.Replace(now.Format("20060102150405.000"), ".", "", 1)
	return fmt.Sprintf("%s call %s --app %s --data '%s'", program, d.Cmd, file, strings.ReplaceAll(d.Data, "{now}", stamp))
}

// register makes sure that a demo app is there and that its file has its
// credentials and the server's present address.
func register(ctx context.Context, admin *app.Admin, s system.System, d system.DemoApp, file, url string) error {
	credentials := map[string]string{}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &credentials); err != nil {
			return fmt.Errorf("%s: %w; delete it to have it made again", file, err)
		}
	}
	making := operate.Making(s.System, demoLifetime)
	_, err := admin.Show(ctx, s.Name, d.ID)
	switch {
	case errors.Is(err, app.ErrNotFound):
		n := app.New{System: s.Name, ID: d.ID, Name: d.Name, Grants: []string{"*"}, Making: making}
		n.Token, n.AppKey = app.Secret(credentials["token"]), app.Secret(credentials["appkey"])
		made, err := admin.Add(ctx, n)
		if err != nil {
			return err
		}
		return writeApp(s, file, made, url)
	case err != nil:
		return err
	case credentials["token"] == "":
		made, err := admin.Rotate(ctx, s.Name, d.ID, making)
		if err != nil {
			return err
		}
		return writeApp(s, file, made, url)
	}
	made := app.Credentials{
		System: s.Name, AppID: d.ID, Token: app.Secret(credentials["token"]), AppKey: app.Secret(credentials["appkey"]),
	}
	if making.Lifetime > 0 {
		if made.Token, made.Expires, err = admin.IssueToken(ctx, s.Name, d.ID, making.Lifetime); err != nil {
			return err
		}
	}
	return writeApp(s, file, made, url)
}

// writeApp writes the file that jiekou call takes: credentials and address.
func writeApp(s system.System, file string, c app.Credentials, url string) error {
	text, err := c.JSON()
	if err != nil {
		return err
	}
	values := map[string]string{}
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	values["url"] = url
	if s.Path != "" {
		values["url"] = url + s.Path
	}
	if text, err = json.MarshalIndent(values, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}
