package app

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/jiekou-dev/jiekou/runtime/migrate"
	"github.com/jiekou-dev/jiekou/runtime/postgres/postgrestest"
	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/schema"
)

// TestOldRows: the token and the appkey of apps from before keys had names open
// after the migration, with the seals that they had.
func TestOldRows(t *testing.T) {
	t.Parallel()
	b, ctx := setup(t), t.Context()
	b.pool = postgrestest.New(t)
	set := schema.Migrations()
	before := fstest.MapFS{}
	names, err := fs.Glob(set.FS, "migration/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(set.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name < "migration/0011" {
			before[name] = &fstest.MapFile{Data: text}
		}
	}
	if err := migrate.Up(ctx, b.pool, []migrate.Set{{Name: set.Name, FS: before}}); err != nil {
		t.Fatal(err)
	}
	_, err = b.pool.Exec(ctx, `insert into jiekou.app (system, id, token, appkey, grants) values ('lianfa', '301', $1, $2, '{*}'), ('kiosk', 'none', '', '', '{}')`,
		b.master.seal("lianfa", "301", "token", "a token"), b.master.seal("lianfa", "301", "appkey", "a key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(ctx, b.pool, []migrate.Set{set}); err != nil {
		t.Fatal(err)
	}
	p := parsed(t, `
keys: {token: text, appkey: text}
request:
  header: {X-App: "{app}", X-Sign: "{sign}"}
  json: "{payload}"
  values: {sign: {of: "{body}{token}", by: [hmac-sha256 appkey, hex]}}
reply: {json: {code: "{code}"}, success: {code: "0"}}
`)
	r, err := NewRegistry(ctx, b.pool, b.master, Protocols{"lianfa": p}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := admitted(t, p, r, "lianfa", "301", protocol.Secrets{"token": {"a token"}, "appkey": {"a key"}}); err != nil {
		t.Error(err)
	}
	info, err := NewAdmin(b.pool, b.master, "").Show(ctx, "lianfa", "301")
	if err != nil || len(info.Keys) != 2 || info.Keys[0].Name != "appkey" || info.Keys[1].Kind != "text" {
		t.Errorf("%+v %v", info.Keys, err)
	}
}
