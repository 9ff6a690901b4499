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
	"github.com/jiekou-dev/jiekou/runtime/protocol/step"
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
	var have app.Credentials
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &have); err != nil {
			return fmt.Errorf("%s: %w; delete it to have it made again", file, err)
		}
	}
	how := operate.Making(s.Protocol, demoLifetime)
	if err := admin.FirstSystemKeys(ctx, s.Name, how); err != nil {
		return err
	}
	made := app.Credentials{System: s.Name, AppID: d.ID, Keys: map[string]app.Secret{}}
	_, err := admin.Show(ctx, s.Name, d.ID)
	switch {
	case errors.Is(err, app.ErrNotFound):
		made, err = admin.Add(ctx, app.New{
			System: s.Name, ID: d.ID, Name: d.Name, Grants: []string{"*"}, Keys: reusable(have, how), Making: how,
		})
	case err != nil:
		return err
	case !complete(have, how):
		made, err = admin.Rotate(ctx, s.Name, d.ID, app.Rotation{Making: how})
	case how.Lifetime > 0:
		made, err = admin.IssueToken(ctx, s.Name, d.ID, how)
	}
	if err != nil {
		return err
	}
	for name, text := range have.Keys {
		if _, ok := made.Keys[name]; !ok {
			made.Keys[name] = text // the partner's own half
		}
	}
	return writeApp(s, file, made, url)
}

// reusable are the keys of a file that an app can be registered with again: all but
// the public halves of our own pairs.
func reusable(have app.Credentials, how app.Making) map[string]app.Secret {
	out := map[string]app.Secret{}
	for _, n := range how.Server {
		if text := have.Keys[n.Name]; text != "" && n.Half != step.Private && !n.System {
			out[n.Name] = text
		}
	}
	return out
}

// complete reports whether a file has everything that its app needs.
func complete(have app.Credentials, how app.Making) bool {
	for _, n := range how.Partner {
		if have.Keys[n.Name] == "" {
			return false
		}
	}
	return how.Lifetime == 0 || have.Keys[app.Token] != ""
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
	values["url"] = url + onePath(s)
	if text, err = json.MarshalIndent(values, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}
