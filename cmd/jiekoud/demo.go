package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiekou-dev/jiekou/generated"
	"github.com/jiekou-dev/jiekou/runtime/app"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

//go:embed demo/*/*.csv
var demoData embed.FS

// demoLifetime is how long the tokens of demo apps are good; each start issues new
// ones.
const demoLifetime = 30 * 24 * time.Hour

// demoApp is an app that --demo registers, with a call to try.
type demoApp struct {
	system, id, name string
	sample           string // of jiekou call, without the app file
}

// demoApps are two apps of lianfa and one of each other system.
func demoApps(now time.Time) []demoApp {
	trade := "MVNE" + now.Format("20060102150405.000") + "000000001" // used once
	trade = strings.Replace(trade, ".", "", 1)
	return []demoApp{
		{"lianfa", "300", "案场", `cst_info_get --app %s --data '{"mobile":"13800138000"}'`},
		{"lianfa", "200", "经纪人平台", ""},
		{
			"baas", "demo-tenant", "租户", `srv_baas_custinfo_sync --app %s --data '{"tradeSeq":"` + trade +
				`","tenantId":"MVNE","extCustId":"10101111","custName":"张三","provinceCode":"35","cityCode":"0592"}'`,
		},
		{"custservice", "demo-desk", "客服平台", `customer_update --app %s --data '{"customerId":"1","desc":"老客户"}'`},
		{"u8", "demo-erp", "ERP", `customer_get --app %s --data '{"from_account":"demo","to_account":"demo","id":"0000000017"}'`},
	}
}

// prepareDemo loads the demo data where there is none yet and registers the demo
// apps, whose credentials it keeps in the data folder. It returns sample calls.
func prepareDemo(ctx context.Context, s *settings, b *base, url string, log *slog.Logger) ([]string, error) {
	if err := loadDemo(ctx, b, log); err != nil {
		return nil, err
	}
	if err := loadSetup(ctx, b); err != nil {
		return nil, err
	}
	folder := filepath.Join(s.dataDir, "apps")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	admin := app.NewAdmin(b.pool, b.master, "demo")
	var samples []string
	for _, d := range demoApps(time.Now()) {
		file := filepath.Join(folder, d.id+".json")
		if err := d.register(ctx, admin, file, url); err != nil {
			return nil, fmt.Errorf("app %s: %w", d.id, err)
		}
		if d.sample != "" {
			samples = append(samples, "bin/jiekou call "+fmt.Sprintf(d.sample, file))
		}
	}
	return samples, nil
}

// register makes sure that the app is there and that its file has its
// credentials and the server's present address.
func (d demoApp) register(ctx context.Context, admin *app.Admin, file, url string) error {
	credentials := map[string]string{}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &credentials); err != nil {
			return fmt.Errorf("%s: %w; delete it to have it made again", file, err)
		}
	}
	_, err := admin.Show(ctx, d.system, d.id)
	switch {
	case errors.Is(err, app.ErrNotFound):
		n := app.New{System: d.system, ID: d.id, Name: d.name, Grants: []string{"*"}, Making: making(d.system, demoLifetime)}
		n.Token, n.AppKey = app.Secret(credentials["token"]), app.Secret(credentials["appkey"])
		made, err := admin.Add(ctx, n)
		if err != nil {
			return err
		}
		return writeApp(file, made, url)
	case err != nil:
		return err
	case credentials["token"] == "":
		made, err := admin.Rotate(ctx, d.system, d.id, making(d.system, demoLifetime))
		if err != nil {
			return err
		}
		return writeApp(file, made, url)
	}
	made := app.Credentials{
		System: d.system, AppID: d.id, Token: app.Secret(credentials["token"]), AppKey: app.Secret(credentials["appkey"]),
	}
	if lifetime := making(d.system, demoLifetime).Lifetime; lifetime > 0 {
		if made.Token, made.Expires, err = admin.IssueToken(ctx, d.system, d.id, lifetime); err != nil {
			return err
		}
	}
	return writeApp(file, made, url)
}

// writeApp writes the file that jiekou call takes: credentials and address.
func writeApp(file string, c app.Credentials, url string) error {
	text, err := c.JSON()
	if err != nil {
		return err
	}
	values := map[string]string{}
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	values["url"] = url
	for _, s := range describedSystems() {
		if s.Name == c.System && s.Path != "" {
			values["url"] = url + s.Path
		}
	}
	if text, err = json.MarshalIndent(values, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// loadDemo loads the demo data, once: a table that has rows is left alone.
func loadDemo(ctx context.Context, b *base, log *slog.Logger) error {
	for _, t := range allTables() {
		name := path.Join("demo", t.System, t.Name+".csv")
		text, err := demoData.ReadFile(name)
		if err != nil {
			continue // no demo data for this table
		}
		var filled bool
		if err := b.pool.QueryRow(ctx, fmt.Sprintf("select exists (select from %s.%s)", t.System, t.Name)).Scan(&filled); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if filled {
			continue
		}
		report, err := loadText(ctx, b, t, name, text)
		if err != nil {
			return err
		}
		log.Info("demo data loaded", "table", report.table, "rows", report.good)
	}
	return nil
}

// loadSetup loads the rows that the test cases of jiekou fire need, each time: a
// case may have changed one.
func loadSetup(ctx context.Context, b *base) error {
	for _, s := range generated.Describe() {
		for _, t := range s.Tables {
			if s.Setup == nil {
				break
			}
			name := t.Name + ".csv"
			text, err := fs.ReadFile(s.Setup, name)
			if err != nil {
				continue // no rows of this table
			}
			if _, err := loadText(ctx, b, t, s.Name+" "+name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadText loads a table from a file that belongs to the program: every row must be
// right.
func loadText(ctx context.Context, b *base, t store.Table, name string, text []byte) (loadReport, error) {
	_, zone, err := findTable(t.System, t.Name)
	if err != nil {
		return loadReport{}, err
	}
	in, err := newCSVRows(bytes.NewReader(text))
	if err != nil {
		return loadReport{}, fmt.Errorf("%s: %w", name, err)
	}
	var wrong []string
	report, err := loadRows(ctx, b.pool, t, zone, in, nil, func(line int, err error) {
		wrong = append(wrong, fmt.Sprintf("%s:%d: %v", name, line, err))
	})
	if err == nil && len(wrong) > 0 {
		err = errors.New(strings.Join(wrong, "\n"))
	}
	return report, err
}
