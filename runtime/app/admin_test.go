package app

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAdd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.add(t, "lianfa", "301")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(string(c.Keys["token"])) ||
		!regexp.MustCompile(`^[0-9A-Za-z_-]{128}$`).MatchString(string(c.Keys["appkey"])) {
		t.Errorf("%q", c.Secrets())
	}
	if _, err := b.admin.Add(t.Context(), New{System: "lianfa", ID: "301", Making: classic}); !errors.Is(err, ErrExists) {
		t.Errorf("again: %v", err)
	}
	b.add(t, "u8", "301") // another system
	theirs := map[string]Secret{"token": "a-token-of-theirs\n", "appkey": "an+app/key=of!theirs"}
	given := New{System: "lianfa", ID: "123", Name: "试用", Keys: theirs, Making: classic}
	c, err := b.admin.Add(t.Context(), given)
	if err != nil || c.Keys["token"] != "a-token-of-theirs" || c.Keys["appkey"] != theirs["appkey"] {
		t.Errorf("given secrets: %v", err)
	}
	list, err := b.admin.List(t.Context(), "lianfa")
	if err != nil || len(list) != 2 || list[0].ID != "123" || list[0].Name != "试用" {
		t.Errorf("got %v, %v", list, err)
	}
	if all, err := b.admin.List(t.Context(), ""); err != nil || len(all) != 3 {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, n := range map[string]New{
		"system":    {System: "Lian Fa", ID: "1"},
		"id":        {System: "lianfa", ID: "1\n2"},
		"empty":     {System: "lianfa"},
		"grant":     {System: "lianfa", ID: "1", Grants: []string{"cst_["}},
		"blank":     {System: "lianfa", ID: "1", Grants: []string{""}},
		"empty key": {System: "lianfa", ID: "1", Keys: map[string]Secret{"token": "\n"}, Making: classic},
		"long":      {System: "lianfa", ID: "1", Keys: map[string]Secret{"token": Secret(strings.Repeat("k", 5000))}, Making: classic},
		"lines":     {System: "lianfa", ID: "1", Keys: map[string]Secret{"token": "a\nb"}, Making: classic},
		"no key":    {System: "lianfa", ID: "1", Keys: map[string]Secret{"tokn": "abc"}, Making: classic},
	} {
		if _, err := b.admin.Add(t.Context(), n); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	first := b.add(t, "lianfa", "301")
	const url = "https://partner.example/in?x=1"
	steps := []error{
		b.admin.Revoke(ctx, "lianfa", "301", "*"),
		b.admin.Grant(ctx, "lianfa", "301", "cst_*", "agent_recommend", "cst_*"),
		b.admin.Subscribe(ctx, "lianfa", "301", "cst_info_notify", "http://old.example/"),
		b.admin.Subscribe(ctx, "lianfa", "301", "cst_info_notify", url, "p2", "p1", "p2"),
		b.admin.Subscribe(ctx, "lianfa", "301", "other_notify", url),
		b.admin.Unsubscribe(ctx, "lianfa", "301", "other_notify"),
		b.admin.Disable(ctx, "lianfa", "301"),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	info, err := b.admin.Show(ctx, "lianfa", "301")
	if err != nil || !info.Disabled || !slices.Equal(info.Grants, []string{"agent_recommend", "cst_*"}) ||
		len(info.Subscriptions) != 1 || info.Subscriptions[0].URL != url || !slices.Equal(info.Subscriptions[0].Projects, []string{"p1", "p2"}) {
		t.Errorf("got %+v, %v", info, err)
	}
	if err := b.admin.Enable(ctx, "lianfa", "301"); err != nil {
		t.Error(err)
	}
	second, err := b.admin.Rotate(ctx, "lianfa", "301", Rotation{Making: classic})
	if err != nil || second.Keys["token"] == first.Keys["token"] || second.Keys["appkey"] == first.Keys["appkey"] {
		t.Errorf("rotate: %v", err)
	}
	if r := b.registry(t); !has(t, r, second) || has(t, r, first) {
		t.Error("the new secrets are not those in use")
	}
	rows, err := b.pool.Query(ctx, `select action || ' ' || actor || ' ' || detail from jiekou.audit order by id`)
	if err != nil {
		t.Fatal(err)
	}
	var audit []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		audit = append(audit, line)
	}
	want := []string{
		`add root@test {"name": "", "grants": ["*"]}`, `revoke root@test {"grants": ["*"]}`,
		`grant root@test {"grants": ["cst_*", "agent_recommend", "cst_*"]}`,
		`subscribe root@test {"cmd": "cst_info_notify", "url": "http://old.example/", "projects": []}`,
		`subscribe root@test {"cmd": "cst_info_notify", "url": "` + url + `", "projects": ["p1", "p2"]}`,
		`subscribe root@test {"cmd": "other_notify", "url": "` + url + `", "projects": []}`,
		`unsubscribe root@test {"cmd": "other_notify"}`,
		`disable root@test {}`, `enable root@test {}`, `rotate root@test {}`,
	}
	if diff := cmp.Diff(want, audit); diff != "" {
		t.Error(diff)
	}
}

func TestNoSuchApp(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	_, shown := b.admin.Show(ctx, "lianfa", "999")
	_, rotated := b.admin.Rotate(ctx, "lianfa", "999", Rotation{Making: classic})
	for name, err := range map[string]error{
		"show": shown, "rotate": rotated,
		"grant":       b.admin.Grant(ctx, "lianfa", "999", "*"),
		"revoke":      b.admin.Revoke(ctx, "lianfa", "999", "*"),
		"disable":     b.admin.Disable(ctx, "lianfa", "999"),
		"subscribe":   b.admin.Subscribe(ctx, "lianfa", "999", "x_notify", "http://h/"),
		"unsubscribe": b.admin.Unsubscribe(ctx, "lianfa", "999", "x_notify"),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text := dump(t, b.pool); strings.Contains(text, "999") {
		t.Errorf("what failed was noted: %s", text)
	}
}

func TestSubscribeRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.add(t, "lianfa", "301")
	for _, url := range []string{"", "ftp://h/", "http://", "/path", "http://u:hunter2@h/", "http://h/#f", "http://h:x/"} {
		err := b.admin.Subscribe(t.Context(), "lianfa", "301", "cst_info_notify", url)
		if !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if err := b.admin.Subscribe(t.Context(), "lianfa", "301", "cst_*", "http://h/"); !errors.Is(err, ErrInvalid) {
		t.Errorf("pattern: %v", err)
	}
	for _, project := range []string{"", "a b", "a\n", strings.Repeat("p", 257)} {
		err := b.admin.Subscribe(t.Context(), "lianfa", "301", "cst_info_notify", "http://h/", "p1", project)
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", project, err)
		}
	}
}

// Subscriptions know whether their app may have the notification, as May does.
func TestGranted(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	for _, cmd := range []string{"cst_info_notify", "cst-x", "s.x_notify", "s1x_notify", "abc"} {
		if err := b.admin.Subscribe(ctx, "lianfa", "301", cmd, "http://h/"); err != nil {
			t.Fatal(err)
		}
	}
	for _, grants := range [][]string{
		{}, {"*"}, {"cst_*"}, {"cst?x"}, {"s.x_*"}, {"a[a-c]c", "x"}, {"a[^a-c]c"}, {"*_notify"}, {"cst_info_notify"}, {"notify"}, {"cst_*", "abc"},
	} {
		if _, err := b.pool.Exec(ctx, `update jiekou.app set grants = $1`, grants); err != nil {
			t.Fatal(err)
		}
		info, err := b.admin.Show(ctx, "lianfa", "301")
		if err != nil || len(info.Subscriptions) != 5 {
			t.Fatal(info, err)
		}
		for _, s := range info.Subscriptions {
			if want := granted(grants, s.Cmd); s.Granted != want {
				t.Errorf("%v: %s is %t", grants, s.Cmd, s.Granted)
			}
		}
	}
	if err := b.admin.Disable(ctx, "lianfa", "301"); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []string{"abc", "cst-x"} {
		if err := b.admin.Subscribe(ctx, "lianfa", "301", cmd, "http://h/"); err != nil {
			t.Fatal(err)
		}
	}
	info, err := b.admin.Show(ctx, "lianfa", "301")
	if err != nil || slices.ContainsFunc(info.Subscriptions, func(s Subscription) bool { return s.Granted }) {
		t.Error("a disabled app is granted", info, err)
	}
}

// A subscription that is bound to projects gets the notifications about one of
// them, and those about none.
func TestSend(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.add(t, "lianfa", "301")
	if err := errors.Join(b.admin.Subscribe(ctx, "lianfa", "301", "x_notify", "http://h/", "p1"),
		b.admin.Subscribe(ctx, "lianfa", "301", "all_notify", "http://h/")); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		message Message
		want    error
	}{
		{Message{Cmd: "x_notify", About: true, Project: "p1"}, nil},
		{Message{Cmd: "x_notify", About: true, Project: "p2"}, ErrProject},
		{Message{Cmd: "x_notify", About: true}, ErrProject},
		{Message{Cmd: "x_notify"}, nil},
		{Message{Cmd: "all_notify", About: true}, nil},
		{Message{Cmd: "all_notify", About: true, Project: "p2"}, nil},
		{Message{Cmd: "other_notify"}, ErrSubscription},
	} {
		one.message.Body = []byte("{}")
		if _, err := b.admin.Send(ctx, "lianfa", "301", one.message); !errors.Is(err, one.want) {
			t.Errorf("%+v: %v, want %v", one.message, err, one.want)
		}
	}
	var queued string
	err := b.pool.QueryRow(ctx, `select string_agg(concat_ws(' ', cmd, project), ', ' order by id) from jiekou.outbox`).Scan(&queued)
	if want := "x_notify p1, x_notify, all_notify, all_notify p2"; err != nil || queued != want {
		t.Errorf("%s, want %s: %v", queued, want, err)
	}
	if _, err := b.admin.Send(ctx, "lianfa", "999", Message{Cmd: "x_notify"}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// Secrets show in Credentials.JSON and nowhere else: not in the database, its
// audit, errors, fmt, slog or JSON.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	first := b.add(t, "lianfa", "301")
	second, err := b.admin.Rotate(ctx, "lianfa", "301", Rotation{Making: classic})
	if err != nil {
		t.Fatal(err)
	}
	_, again := b.admin.Add(ctx, New{System: "lianfa", ID: "301", Keys: second.Keys, Making: classic})
	wrong := New{System: "lianfa", ID: "302", Keys: map[string]Secret{"token": second.Keys["token"] + " "}, Making: classic}
	_, invalid := b.admin.Add(ctx, wrong)
	if again == nil || invalid == nil {
		t.Fatal("taken")
	}
	info, err := b.admin.Show(ctx, "lianfa", "301")
	if err != nil {
		t.Fatal(err)
	}
	master, err := os.ReadFile(b.master.path)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := b.registry(t).Lookup(ctx, "lianfa", "301")
	if !ok {
		t.Fatal("unknown")
	}
	var all bytes.Buffer
	for _, v := range []any{
		a, *a,
		[]*App{a},
		b.master, *b.master, wrong,
		second, &second,
		[]Credentials{second},
		second.Keys["token"],
		struct{ C Credentials }{second},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&all, verb+"\n", v)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
		slog.New(slog.NewJSONHandler(&all, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&all, nil)).Info("x", "v", v)
	}
	fmt.Fprintln(&all, again, invalid, info)
	all.WriteString(dump(t, b.pool))
	for _, s := range []Secret{Secret(bytes.TrimSpace(master)), first.Keys["token"], first.Keys["appkey"], second.Keys["token"], second.Keys["appkey"]} {
		raw := string(s)
		coded := hex.EncodeToString([]byte(raw[:16]))
		for _, form := range []string{raw, raw[:16], coded, strings.ToUpper(coded)} {
			if strings.Contains(all.String(), form) {
				t.Errorf("%q is visible", form)
			}
		}
	}
	shown, err := second.JSON()
	want := fmt.Sprintf(`{"system":"lianfa","appid":"301","token":"%s","appkey":"%s"}`,
		string(second.Keys["token"]), string(second.Keys["appkey"]))
	if err != nil || string(shown) != want {
		t.Errorf("JSON: %s, %v", shown, err)
	}
	var back Credentials
	if err := json.Unmarshal(shown, &back); err != nil || !reflect.DeepEqual(back, second) {
		t.Errorf("read back: %v", err)
	}
}

func TestMay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		grants []string
		cmd    string
		want   bool
	}{
		{nil, "cst_info_create", false},
		{[]string{"*"}, "cst_info_create", true},
		{[]string{"cst_*"}, "cst_info_create", true},
		{[]string{"cst_*"}, "cst", false},
		{[]string{"cst_*"}, "xcst_info", false},
		{[]string{"cst_info_create"}, "cst_info_create", true},
		{[]string{"cst_info_create"}, "cst_info_create2", false},
		{[]string{"cst_info_create"}, "CST_INFO_CREATE", false},
		{[]string{"agent_*", "cst_*_query"}, "cst_info_query", true},
		{[]string{"["}, "[", true},
		{[]string{"["}, "x", false},
	}
	for _, test := range tests {
		a := &App{Grants: test.grants}
		if got := a.May(test.cmd); got != test.want {
			t.Errorf("%v may %s: %v", test.grants, test.cmd, got)
		}
		if a.Disabled = true; a.May(test.cmd) {
			t.Errorf("disabled: %v may %s", test.grants, test.cmd)
		}
	}
}
