package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// depot is a built server of another module, whose handlers go wrong on some shelves.
type depot struct{ *walk }

// newDepot generates, vets and builds the module of docs/handlers.md, and registers an
// app that subscribes to its notifications.
func newDepot(ctx context.Context, t *testing.T) (d depot, daemon string) {
	t.Helper()
	f := newForeign(t, "example.com/acme/depot", "handlers")
	daemon = filepath.Join(f.root, "bin", "faulty")
	for _, command := range []string{"jiekou check", "jiekou fmt --check", "jiekou generate", "go vet ./...", "go build -o " + daemon + " ./faulty"} {
		f.run(ctx, t, command)
	}
	d = depot{&walk{root: f.root, data: shortDir(t), app: filepath.Join(f.root, "700.json")}}
	out, err := d.command(ctx, daemon, "app", "add", "700", "--system", "depot", "--grant", "*", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.app, out, 0o600); err != nil {
		t.Fatal(err)
	}
	subscribe := d.command(ctx, daemon, "app", "subscribe", "700", "--notify", "parcel_notify,shelf_notify", "--url", "http://127.0.0.1:1/")
	if out, err := subscribe.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return d, daemon
}

// call calls an interface and returns the code and the content of the reply.
func (d depot) call(ctx context.Context, t *testing.T, cmd, sid, parcel, shelf string) string {
	t.Helper()
	data := fmt.Sprintf(`{"parcelNo":%q,"shelf":%q}`, parcel, shelf)
	out, _ := d.command(ctx, "jiekou", "call", cmd, "--app", d.app, "--url", d.url, "--sid", sid, "--data", data, "--json").Output()
	var r struct {
		Code  string
		Reply struct{ Content json.RawMessage }
	}
	if err := json.Unmarshal(out, &r); err != nil { // a refusal ends with exit code 1
		t.Errorf("%s %s: %v\n%s", cmd, data, err, out)
	}
	return r.Code + " " + compact(string(r.Reply.Content))
}

// left is what the database holds: message ids, where the parcels are, notifications.
func (d depot) left(ctx context.Context, t *testing.T) string {
	t.Helper()
	var text string
	d.scan(ctx, t, `select concat((select count(*) from jiekou.sid), '; ',
		(select string_agg(concat_ws(' ', parcel_no, shelf, moved_by), ', ' order by parcel_no) from depot.parcel), '; ',
		(select string_agg(concat(cmd, body::text), ', ' order by id) from jiekou.outbox))`, &text)
	return compact(text)
}

// compact takes the blanks around the marks of JSON away.
func compact(text string) string {
	return regexp.MustCompile(`\s*([{}:,])\s*`).ReplaceAllString(text, "$1")
}

// TestHandlers walks docs/handlers.md with a built server of another module: a handler
// that works, one that refuses, and whatever can go wrong behind what it has written,
// which leaves nothing. A message id counts once, and only where the call succeeds.
func TestHandlers(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	d, daemon := newDepot(ctx, t)
	defer d.serve(ctx, t, daemon, "--handler-deadline", "5s")()
	sid := func(n int) string { return fmt.Sprintf("%020d", n) }
	for n, parcel := range []string{"SF1", "SF2", "SF3"} {
		if got := d.call(ctx, t, "parcel_put", sid(n), parcel, "A-1"); got != "0 {}" {
			t.Fatalf("put: %s", got)
		}
	}
	before := d.left(ctx, t)
	for shelf, want := range map[string]string{
		"A-1": "3002 {}", "error": "1005 {}", "typo": "1005 {}", "panic": "1005 {}", "slow": "1006 {}", "wait": "1006 {}", "wrong": "1005 {}", "": "1001 {}",
	} {
		if got := d.call(ctx, t, "parcel_move", sid(10), "SF1", shelf); got != want {
			t.Errorf("to %q: %s, want %s", shelf, got, want)
		}
	}
	if got := d.call(ctx, t, "parcel_move", sid(10), "SF9", "B-1"); got != "3001 {}" {
		t.Errorf("a parcel that is not there: %s", got)
	}
	if got := d.left(ctx, t); got != before {
		t.Errorf("refused calls left %s, before %s", got, before)
	}
	if got := d.call(ctx, t, "parcel_move", sid(10), "SF1", "B-1"); got != `0 {"from":"A-1","count":1}` {
		t.Errorf("a move: %s", got)
	}
	if got := d.call(ctx, t, "parcel_move", sid(10), "SF2", "B-1"); got != "1013 {}" {
		t.Errorf("a repeated message: %s", got)
	}
	if got := d.atOnce(ctx, t, sid(11), "SF2", "B-1"); !slices.Equal(got, []string{`0 {"from":"A-1","count":2}`, "1013 {}", "1013 {}", "1013 {}"}) {
		t.Errorf("four at once: %s", got)
	}
	want := strings.Replace(before, "3;", "5;", 1)
	want = strings.Replace(want, "SF1 A-1,SF2 A-1", "SF1 B-1 700,SF2 B-1 700", 1) +
		`,parcel_notify{"parcelNo":"SF1","shelf":"B-1"},shelf_notify{"shelf":"B-1","free":1}` +
		`,parcel_notify{"parcelNo":"SF2","shelf":"B-1"},shelf_notify{"shelf":"B-1","free":0}`
	if got := d.left(ctx, t); got != want {
		t.Errorf("left %s\nwant %s", got, want)
	}
}

// TestHandlersPage looks for the code and the YAML of docs/handlers.md in the module
// that TestHandlers builds.
func TestHandlersPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "handlers.md"))
	if err != nil {
		t.Fatal(err)
	}
	var built strings.Builder
	err = fs.WalkDir(os.DirFS(filepath.Join("testdata", "handlers")), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join("testdata", "handlers", filepath.FromSlash(name)))
		built.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(?:go|yaml)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 4 {
		t.Fatalf("the page has %d blocks", len(blocks))
	}
	for _, b := range blocks {
		if !strings.Contains(built.String(), b[1]) {
			t.Errorf("nothing that is built holds\n%s", b[1])
		}
	}
}

// atOnce makes a call four times at once under one message id.
func (d depot) atOnce(ctx context.Context, t *testing.T, sid, parcel, shelf string) []string {
	t.Helper()
	got := make([]string, 4)
	var group sync.WaitGroup
	for n := range got {
		group.Go(func() { got[n] = d.call(ctx, t, "parcel_move", sid, parcel, shelf) })
	}
	group.Wait()
	slices.Sort(got)
	return got
}
