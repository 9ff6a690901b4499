package faults

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var plant = flag.Bool("plant", false, "plant every fault of the table and see the rig find it; minutes")

// edit replaces a text of a file.
type edit struct{ file, old, new string }

// planted is a fault of the server that the rig must find.
type planted struct {
	name  string
	edits []edit
	only  string   // faults that bring it out; empty: any
	kinds []string // of anomalies that show it
}

const (
	group   = "runtime/store/group.go"
	reading = "runtime/store/read.go"
	storing = "runtime/store/store.go"
	claims  = "runtime/notify/claim.go"
	reports = "runtime/notify/report.go"
	serving = "runtime/notify/serve.go"
	create  = "generated/lianfa/customer/cst_info_create.go"
	update  = "generated/lianfa/customer/cst_info_update.go"
)

// faultsPlanted are the faults.
func faultsPlanted() []planted {
	return []planted{
		{"a group that failed is acknowledged", []edit{{group, "r.err, r.alone = failed, nothingKept(failed)", "r.err, r.alone = nil, failed == nil"}}, "SIGKILL postgres", []string{"lost", "answer", "notification", "invented", "retry"}},
		{"a group whose end is unknown is tried again", []edit{{group, `return ok && e.SeverityUnlocalized == "ERROR"`, `return e != nil || !ok`}}, "lost answers of the database", []string{"retry", "acknowledged", "refused"}},
		{"the verdicts of a group are mixed up", []edit{{group, "if own, failed = scan(results, r.dest); own != nil {", "if own, failed = scan(results, list[len(list)-1].dest); own != nil {"}}, "", []string{"acknowledged", "refused", "retry", "lost", "notification"}},
		{"a turn is lost with an error", []edit{{group, "\tg.pass()\n\tfor", "\tif r.err == nil {\n\t\tg.pass()\n\t}\n\tfor"}}, "SIGKILL backend", []string{"recovery"}},
		{"reports do not wait for the disk", []edit{{group, "select set_config('lock_timeout', $1::text, true)`", "select set_config('lock_timeout', $1::text, true), set_config('synchronous_commit', 'off', true)`"}}, "SIGKILL postgres", []string{"lost", "read", "notification", "retry", "invented"}},
		{"a repeated message is confirmed before it is durable", []edit{{create, " for key share", ""}, {update, " for key share", ""}}, "standby that was away", []string{"lost", "read", "notification", "retry", "invented"}},
		{"the id of a report is not kept", []edit{{update, "select 'lianfa', $1::text, $2::text, 'cst_info_update'", "select 'lianfa', $1::text, $2::text || clock_timestamp(), 'cst_info_update'"}}, "", []string{"retry", "once", "lost", "notification"}},
		{"what was refused is written", []edit{{create, "from verdict where refusal is null", "from verdict where true"}}, "", []string{"invented", "refused", "once", "notification", "retry", "read"}},
		{"a refusal uses the id up", []edit{{create, "from verdict where refusal is null", "from verdict where refusal is null or refusal[1] = '4002'"}, {create, "text as user_guid\n  from sid", "text as user_guid\n  from sid, verdict where refusal is null"}}, "", []string{"refused"}},
		{"a query whose database is away answers nothing", []edit{{reading, "\t\tif err := r.take(results); err != nil {\n\t\t\treturn once, err", "\t\tif err := r.take(results); err != nil {\n\t\t\treturn once, nil"}, {reading, "if e := results.Close(); err == nil {", "if e := results.Close(); err == nil && false {"}, {reading, "\t\tif err != nil {\n\t\t\treturn false, err\n\t\t}\n\t\tif once", "\t\tif err != nil {\n\t\t\treturn false, nil\n\t\t}\n\t\tif once"}}, "terminate all", []string{"read", "refused", "acknowledged"}},
		{"a database that is away is a refusal", []edit{{storing, `return problem.Wrap(problem.Unavailable, fmt.Errorf("store: %w", err))`, `return problem.Code("4001")`}}, "SIGKILL postgres", []string{"acknowledged", "refused", "read"}},
		{"the youngest notification comes first", []edit{{claims, "order by o.id limit c.most", "order by o.id desc limit c.most"}}, "SIGKILL server", []string{"order"}},
		{"a failure counts as delivered", []edit{{serving, "if r.outcome != Delivered {\n\t\treturn", "if r.outcome != Delivered && ctx == nil {\n\t\treturn"}}, "cut database", []string{"notification"}},
		{"leases are not kept", []edit{{claims, "`(leased_until < now() or holder", "`(true or leased_until < now() or holder"}}, "cut partners", []string{"alone", "order"}},
		{"each attempt has an id of its own", []edit{{claims, " where o.sid is null order by o.id) o", " order by o.id) o"}, {claims, "where o.id = numbered.id and o.sid is null", "where o.id = numbered.id"}}, "cut database", []string{"invented", "notification"}},
		{"a failed notification lets its successors pass", []edit{{serving, "if next == lost {\n\t\t\treturn", "if next == lost {\n\t\t\tcontinue"}}, "cut database", []string{"order"}},
		{"dead letters have no reason", []edit{{reports, "reason = case when $12 then $13 end", "reason = case when $12 and $13::text = '' then $13 end"}}, "cut database", []string{"dead"}},
		{"projects are not looked at", []edit{{create, "and jiekou.sees(s.projects, t.proj_guid)", ""}, {update, "and jiekou.sees(s.projects, t.proj_guid)", ""}}, "cut database", []string{"dead", "notification"}},
		{"some notifications are not queued", []edit{{update, "and jiekou.sees(s.projects, t.proj_guid)", "and jiekou.sees(s.projects, t.proj_guid) and t.customer_name not like '%5'"}}, "cut database", []string{"notification"}},
		{"after a blip leases run out", []edit{{claims, "holder = $6 || ':' || lease and (", "holder = $6 || ':' || lease and leased_until is null and ("}}, "terminate all", []string{"deliveries"}},
		{"ready without a database", []edit{{"runtime/server/ready.go", `r.why = "the database cannot be reached"`, `r.why = ""`}}, "black hole to the database", []string{"ready"}},
		{"a goroutine stays behind", []edit{{group, "\tif len(list) == 1 {", "\tgo func() { select {} }()\n\tif len(list) == 1 {"}}, "cut database", []string{"leak"}},
	}
}

// TestPlanted shows that the rig finds each planted fault. It builds a server for each,
// with the changed files laid over the real ones.
//
//nolint:paralleltest // machines under faults, one at a time
func TestPlanted(t *testing.T) {
	if !*plant {
		t.Skip("-plant is not set")
	}
	for _, p := range faultsPlanted() {
		t.Run(p.name, func(t *testing.T) {
			bin := p.build(t)
			found := false
			for seed := uint64(1); seed <= 2 && !found; seed++ {
				found = p.hunt(t, bin, seed)
			}
			if !found {
				t.Error("not found")
			}
		})
	}
}

// TestPlantable holds the table to the files.
func TestPlantable(t *testing.T) {
	t.Parallel()
	if n := len(faultsPlanted()); n < 20 {
		t.Errorf("%d faults", n)
	}
	for _, p := range faultsPlanted() {
		p.overlay(t)
	}
}

// overlay writes the changed files and the list of them.
func (p planted) overlay(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	changed := map[string]string{}
	for _, e := range p.edits {
		name, err := filepath.Abs(filepath.Join("..", "..", e.file))
		if err != nil {
			t.Fatal(err)
		}
		from := name
		if changed[name] != "" {
			from = changed[name]
		}
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte(e.old)); n != 1 { // elsewhere it may not compile
			t.Errorf("%s: %s has %q %d times", p.name, e.file, e.old, n)
		}
		changed[name] = filepath.Join(dir, strings.ReplaceAll(e.file, "/", "_"))
		if err := os.WriteFile(changed[name], bytes.ReplaceAll(text, []byte(e.old), []byte(e.new)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": changed})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// build builds a server with the fault.
func (p planted) build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "jiekoud")
	if err := build(bin, p.overlay(t)); err != nil {
		t.Fatal(err)
	}
	return bin
}

// hunt runs the rig on a server with the fault.
func (p planted) hunt(t *testing.T, bin string, seed uint64) bool {
	t.Helper()
	r, err := open(config{
		length: 25 * time.Second, pause: 500 * time.Millisecond, seed: seed, servers: 2, writers: 24, only: p.only, bin: bin,
		standby: strings.Contains(p.only, "standby"), stopAt: p.kinds, drain: 15 * time.Second, patience: 2,
	})
	if r != nil {
		defer r.close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r.run()
	var found []string
	for kind := range r.kinds {
		if slices.Contains(p.kinds, kind) {
			found = append(found, kind)
		}
	}
	slices.Sort(found)
	t.Logf("seed %d: %v of %v, e.g. %.300s", seed, found, r.kinds, strings.Join(r.anomalies, "; "))
	return len(found) > 0
}
