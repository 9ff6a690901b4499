package operate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/command"
	"github.com/jiekou-dev/jiekou/runtime/store"
)

// loading runs `jiekoud load` in a folder with files of its own.
type loading struct {
	w   *world
	dir string
}

func newLoading(t *testing.T) *loading {
	t.Helper()
	return &loading{setup(t), t.TempDir()}
}

// load writes a file and loads it. It returns the output without the folder and the
// duration.
func (l *loading) load(t *testing.T, file, text string, flags ...string) (stdout, stderr string, code int) {
	t.Helper()
	name := filepath.Join(l.dir, file)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	args := append([]string{"load", "--database-url", l.w.Pool.Config().ConnString(), "--data-dir", filepath.Join(l.dir, "data"), name}, flags...)
	code = run(t.Context(), args, &out, &errs)
	said := strings.ReplaceAll(out.String(), l.dir+string(filepath.Separator), "")
	if at := strings.LastIndex(said, ", "); at >= 0 && strings.HasSuffix(said, "s\n") {
		said = said[:at]
	}
	return said, strings.ReplaceAll(errs.String(), l.dir+string(filepath.Separator), ""), code
}

// loads fails unless a load says exactly this and ends with this code.
func (l *loading) loads(t *testing.T, file, text, stdout, stderr string, code int, flags ...string) {
	t.Helper()
	out, errs, got := l.load(t, file, text, flags...)
	same(t, file+": output", out, stdout)
	same(t, file+": messages", errs, stderr)
	if got != code {
		t.Errorf("%s: exit code %d, want %d", file, got, code)
	}
}

// rooms is the content of room as it matters here.
func (l *loading) rooms(t *testing.T) string {
	t.Helper()
	return l.w.One(t, `select coalesce(string_agg(concat_ws(' ', guid, room, status, coalesce(unit, '-'), bld_area, total), ';' order by guid), '')
		from lianfa.room where guid like 'r-%'`)
}

const roomHead = "guid,proj_guid,bld_guid,unit,floor,room,status,bld_area,total\n"

// CSV as spreadsheets write it: a byte order mark, CRLF, quotes, any order of
// columns; and the same rows again with other values.
func TestLoadCSV(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	l.loads(t, "room.csv", "\ufeff\"guid\",proj_guid,bld_guid,unit,floor,room,status,bld_area,total\r\n"+
		"r-1,p,b,1单元,1,101,待售,89.5,1000000\r\n\r\n"+
		"\"r-2\",p,b,,\"1\",\"1,\"\"02\"\"\r\n\",认购,112.36,2000000.00\r\n",
		"room.csv: 2 rows into lianfa.room, 0 bad", "", 0)
	same(t, "rows", l.rooms(t), "r-1 101 待售 1单元 89.50 1000000.00;r-2 1,\"02\"\n 认购 - 112.36 2000000.00")
	created := l.w.One(t, `select created from lianfa.room where guid = 'r-1'`)
	l.w.Prepare(t, `update lianfa.room set modified = '2026-11-01', xk_row = 'kept' where guid like 'r-%'`)
	// the columns that the file has, in another order; r-2 brings nothing new
	l.loads(t, "other.csv", "room,guid,bld_guid,proj_guid,status,total,bld_area,floor,unit\n101,r-1,b,p,签约,1000000,89.50,1,\n"+
		"\"1,\"\"02\"\"\n\",r-2,b,p,认购,2000000,112.36,1,\n103,r-3,b,p,待售,1,1,1,\n",
		"other.csv: 3 rows into lianfa.room, 0 bad", "", 0, "--table", "room", "--system", "lianfa")
	same(t, "rows", l.rooms(t), "r-1 101 签约 - 89.50 1000000.00;r-2 1,\"02\"\n 认购 - 112.36 2000000.00;r-3 103 待售 - 1.00 1.00")
	same(t, "changed", l.w.One(t, `select string_agg(concat_ws(' ', guid, modified > '2026-11-02', coalesce(xk_row, '-'), created = $1::timestamptz), ';' order by guid)
		from lianfa.room where guid in ('r-1', 'r-2')`, created), "r-1 t kept t;r-2 f kept t")
}

func TestLoadJSONLines(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	line := func(guid string, more members) string {
		return members{
			"guid": guid, "proj_guid": "p", "bld_guid": "b", "unit": nil, "floor": "1", "room": 101, "status": "待售", "bld_area": "89.5",
			"total": json.Number("1000000.00"),
		}.With(pairs(more)...).JSON() + "\n"
	}
	l.loads(t, "room.jsonl", "\ufeff"+line("r-1", nil)+"\n  \n"+line("r-2", members{"unit": "2单元", "room": "a\nb"})+strings.TrimSuffix(line("r-3", nil), "\n"),
		"room.jsonl: 3 rows into lianfa.room, 0 bad", "", 0)
	same(t, "rows", l.rooms(t), "r-1 101 待售 - 89.50 1000000.00;r-2 a\nb 待售 2单元 89.50 1000000.00;r-3 101 待售 - 89.50 1000000.00")
	long := line("r-9", members{"13800138000": "x"}) // the table has no such column
	l.loads(t, "rooms.ndjson", line("r-1", members{"status": "签约"})+"{\"guid\":\n"+"[]\nnull\n"+strings.TrimSpace(line("r-4", nil))+line("r-5", nil)+
		long+line("r-6", members{"total": "x"})+line("r-7", members{"room": strings.Repeat("室", 21)})+strings.Replace(line("r-8", nil), `"1"`, "\"\xff\"", 1)+
		strings.Repeat("[", 2<<20)+"\n"+line("r-8", nil),
		"rooms.ndjson: 2 rows into lianfa.room, 9 bad",
		"rooms.ndjson:2: not a JSON object\nrooms.ndjson:3: not a JSON object\nrooms.ndjson:4: not a JSON object\nrooms.ndjson:5: not a JSON object\n"+
			"rooms.ndjson:6: it has a column that the table does not have\nrooms.ndjson:7: column total: not a number\n"+
			"rooms.ndjson:8: column room: longer than 20 characters\nrooms.ndjson:9: not a JSON object\n"+
			"rooms.ndjson:10: not a JSON object\njiekoud: error: 9 rows were bad\n", 1,
		"--table", "room")
	same(t, "the good ones", l.w.One(t, `select string_agg(guid || status, ',' order by guid) from lianfa.room where guid like 'r-%'`),
		"r-1签约,r-2待售,r-3待售,r-8待售")
	// a column that only a later line has
	l.loads(t, "late.jsonl", line("r-10", nil)+line("r-11", members{"xk_row": "7"})+line("r-12", nil),
		"late.jsonl: 3 rows into lianfa.room, 0 bad", "", 0, "--table", "room")
	same(t, "the later column", l.w.One(t, `select string_agg(guid || coalesce(xk_row, '-'), ',' order by guid) from lianfa.room where guid in ('r-10', 'r-11', 'r-12')`),
		"r-10-,r-117,r-12-")
	// a line without a column that others have gets its default, as without the others
	l.loads(t, "company.jsonl", `{"guid":"co-1","company_name":"甲","enable":0}`+"\n"+`{"guid":"co-2","company_name":"乙","created":"2026-01-01"}`+"\n"+
		`{"guid":"co-3","company_name":"丙","enable":null}`+"\n",
		"company.jsonl: 2 rows into lianfa.company, 1 bad", "company.jsonl:3: column enable: a value is needed\njiekoud: error: 1 rows were bad\n", 1)
	same(t, "defaults", l.w.One(t, `select string_agg(guid || enable || (created > now() - interval '1 hour'), ',' order by guid) from lianfa.company where guid like 'co-%'`),
		"co-10true,co-21false")
}

// Rows must keep the interfaces' rules for the same values, and the messages name
// the column and have no value.
func TestLoadRules(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	l.loads(t, "room.csv", roomHead+"r-1,p,b,,1,101,在售,1,1\nr-2,p,b,,1,102,,1,1\nr-3,p,b,, ,103,待售,1,1\nr-4,p,b,,1,104,待售,-1,1\n"+
		"r-5,p,b,,1,105,待售,1,-0.01\nr-6,p,b,,1,106,待售,0,0\n",
		"room.csv: 1 rows into lianfa.room, 5 bad",
		"room.csv:2: column status: not one of 销控, 待售, 签约, 认购\nroom.csv:3: column status: a value is needed\n"+
			"room.csv:4: column floor: a value is needed\nroom.csv:5: column bld_area: less than 0\nroom.csv:6: column total: less than 0\n"+
			"jiekoud: error: 5 rows were bad\n", 1)
	l.loads(t, "customer.csv", "guid,proj_guid,customer_name,gender,mobile,user_guid\nk-1,p,甲,3,15500000001,u\nk-2,p,乙,0,155,u\nk-3,p,丙,00,15500000003,\n",
		"customer.csv: 1 rows into lianfa.customer, 2 bad",
		"customer.csv:2: column gender: not one of 1, 2, 0\ncustomer.csv:3: column mobile: not of the form mobile\njiekoud: error: 2 rows were bad\n",
		1, "--system", "lianfa")
	stored, err := store.HashPassword("open sesame")
	if err != nil {
		t.Fatal(err)
	}
	l.loads(t, "consultant.csv", "guid,user_name,user_code,mobile,password\nk-1,甲,jia,1,open sesame\nk-2,乙,yi,2,"+stored+"\nk-3,丙,bing,3,\n",
		"consultant.csv: 3 rows into lianfa.consultant, 0 bad", "", 0)
	if got := l.w.One(t, `select password from lianfa.consultant where guid = 'k-1'`); !store.CheckPassword(got, "open sesame") {
		t.Error("a password is stored as it came, or lost")
	}
	same(t, "a hash", l.w.One(t, `select password from lianfa.consultant where guid = 'k-2'`), stored)
	same(t, "no password", l.w.One(t, `select password is null from lianfa.consultant where guid = 'k-3'`), "true")
}

// A key that comes again is a bad row, however far apart the two are.
func TestLoadKeyTwice(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	var text strings.Builder
	text.WriteString(roomHead)
	for n := range 4500 {
		fmt.Fprintf(&text, "r-%d,p,b,,1,%d,待售,1,1\n", n%4400, n)
	}
	_, errs, code := l.load(t, "room.csv", text.String())
	if code != 1 || !strings.Contains(errs, "room.csv:4402: the key is that of an earlier row\n") || !strings.Contains(errs, "100 rows were bad") {
		t.Errorf("%d %s", code, errs)
	}
	same(t, "the first of the two stays", l.w.One(t, `select room from lianfa.room where guid = 'r-0'`), "0")
}

// pairs lists an object's members as with takes them.
func pairs(m members) []any {
	var list []any
	for k, v := range m {
		list = append(list, k, v)
	}
	return list
}

// Bad rows of every kind, in the middle of good ones: each is named by file and
// line, the others are loaded; with --strict none is; --dry-run says the same.
func TestLoadBadRows(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	text := roomHead +
		"r-1,p,b,,1,101,待售,89.5,1\n" + // 2
		"r-2,p,b,,1,102,待售,much,1\n" +
		",p,b,,1,103,待售,89.5,1\n" +
		"r-4,p,b,,1,104,待售,89.5\n" +
		"r-5,p,b,,1,\"105\"x,待售,89.5,1\n" +
		"\"r\"-6,p,b,,1,106,待售,89.5,1\n" +
		"r-7,p,b,,1,\"10\n7\",待售,,1\n" + // 8 and 9
		"r-8,p,b,,1,108,待售,89.5,12345678901234567\n" + // more than numeric(18,2) holds
		"r-1,p,b,,1,101,认购,89.5,1\n" +
		"r-9,p,b,,1,\xb5\xa5,待售,89.5,1\n" +
		"r-10,p,b,,1,110,待售,89.5,1\n" +
		"r-11,p,b,,1,\"111,待售,89.5,1\n"
	const bad = "room.csv:3: column bld_area: not a number\n" +
		"room.csv:4: column guid: a value is needed\n" +
		"room.csv:5: 8 values for 9 columns\n" +
		"room.csv:6: extraneous or missing \" in quoted-field\n" +
		"room.csv:7: extraneous or missing \" in quoted-field\n" +
		"room.csv:8: column bld_area: a value is needed\n" +
		"room.csv:10: column total: more than 16 digits in front of the point, or than 2 behind it\n" +
		"room.csv:11: the key is that of an earlier row\n" +
		"room.csv:12: column room: not UTF-8 text\n" +
		"room.csv:14: extraneous or missing \" in quoted-field\n" +
		"jiekoud: error: 10 rows were bad\n"
	l.w.Unchanged(t, func() {
		l.loads(t, "room.csv", text, "room.csv: 2 rows would go into lianfa.room, 10 bad", bad, 1, "--dry-run")
		l.loads(t, "room.csv", text, "room.csv: 2 rows kept out of lianfa.room, 10 bad", bad, 1, "--strict")
		l.loads(t, "room.csv", text, "room.csv: 2 rows would go into lianfa.room, 10 bad", bad, 1, "--strict", "--dry-run")
	})
	l.loads(t, "room.csv", text, "room.csv: 2 rows into lianfa.room, 10 bad", bad, 1)
	same(t, "rows", l.rooms(t), "r-1 101 待售 - 89.50 1.00;r-10 110 待售 - 89.50 1.00")
	l.loads(t, "room.csv", roomHead+"r-12,p,b,,1,1,待售,1,1\n", "room.csv: 1 rows into lianfa.room, 0 bad", "", 0, "--strict")
	same(t, "strict without a bad row", l.w.One(t, `select count(*) from lianfa.room where guid = 'r-12'`), "1")
}

// Rows that only the database can refuse are found among thousands, and their
// values are not repeated: a customer's mobile that another customer has.
func TestLoadTaken(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	var text strings.Builder
	text.WriteString("guid,proj_guid,customer_name,gender,mobile,user_guid,cert_num\n")
	for n := range 5000 {
		mobile, card := fmt.Sprintf("155%08d", n), ""
		switch n {
		case 17:
			mobile = "13800138001"
		case 2500:
			mobile = "15500002499" // of the row before, which is new as well
		case 4999:
			card = "110101190001010110"
		}
		fmt.Fprintf(&text, "c-%d,%s,CNRY%d,1,%s,u,%s\n", n, project1, n, mobile, card)
	}
	const bad = "customer.csv:19: another row has the value that must be unique (customer_mobile_key)\n" +
		"customer.csv:2502: another row has the value that must be unique (customer_mobile_key)\n" +
		"customer.csv:5001: another row has the value that must be unique (customer_cert_num_key)\n" +
		"jiekoud: error: 3 rows were bad\n"
	l.w.Unchanged(t, func() {
		l.loads(t, "customer.csv", text.String(), "customer.csv: 4997 rows kept out of lianfa.customer, 3 bad", bad, 1, "--strict", "--system", "lianfa")
	})
	l.loads(t, "customer.csv", text.String(), "customer.csv: 4997 rows into lianfa.customer, 3 bad", bad, 1, "--system", "lianfa")
	same(t, "customers", l.w.One(t, `select count(*) from lianfa.customer where guid like 'c-%'`), "4997")
	same(t, "whose mobile it was", l.w.One(t, `select guid from lianfa.customer where mobile = '13800138001'`), customer2)
}

// A malformed file is refused as a whole, and its values are not repeated, even if
// they are in the line of names.
func TestLoadRefused(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	const columns = "guid, proj_guid, bld_guid, unit, floor, room, status, bld_area, total, room_stru, xk_row, xk_col, created, modified"
	l.w.Unchanged(t, func() {
		for _, one := range []struct {
			file, text, want string
			code             int
			flags            []string
		}{
			{"room.csv", "", "room.csv: first line: the file is empty", 1, nil},
			{"room.jsonl", "\n", "room.jsonl: first line: the file is empty", 1, nil},
			{"room.jsonl", "r-1;p;b", "room.jsonl: first line: not a JSON object", 1, nil},
			{"room.csv", "guid,proj_guid,bld_guid,floor,room,status,bld_area\n", `room.csv: room needs column "total"`, 1, nil},
			{"room.csv", "guid,guid\n", `room.csv: column "guid" comes twice`, 1, nil},
			{"room.csv", "guid,rooms\n", `room.csv: room has no column "rooms"; it has ` + columns, 1, nil},
			{"room.jsonl", `{"guid":"r-1","13800138000":1}`, `room.jsonl: room has no column as named in place 1 (is the line of names missing?); it has ` + columns, 1, nil},
			{"customer.csv", "c-1,安如是,13800138000\n", "", 1, []string{"--system", "lianfa"}},
			{"room.xlsx", "PK", "room.xlsx: a file to load ends in .csv or .jsonl", 2, nil},
			{"rooms.csv", roomHead, `rooms.csv: no table "rooms"; name it with --table`, 2, nil},
			{"customer.csv", roomHead, `customer.csv: several systems have a table "customer"; say which with --system`, 2, nil},
			{"room.csv", roomHead, `room.csv: no table "room"; name it with --table`, 2, []string{"--system", "u8"}},
		} {
			out, errs, code := l.load(t, one.file, one.text, one.flags...)
			first, _, _ := strings.Cut(errs, "\n")
			if code != one.code || out != "" || one.want != "" && first != "jiekoud: error: "+one.want ||
				strings.Contains(errs, "13800138000") || strings.Contains(errs, "安如是") {
				t.Errorf("%s %q: exit code %d, %q, %q", one.file, one.text, code, out, errs)
			}
		}
		if code := run(t.Context(), []string{"load"}, &bytes.Buffer{}, &bytes.Buffer{}); code != command.Usage {
			t.Errorf("no file: exit code %d", code)
		}
	})
	_, errs, code := l.load(t, "missing/../room.csv", roomHead, filepath.Join(l.dir, "nothing.csv"), "--table", "room")
	if code != 1 || !strings.Contains(errs, "nothing.csv") {
		t.Errorf("a file that is not there: %d %s", code, errs)
	}
}

// manyRooms is a file of n rooms.
func manyRooms(n int) string {
	var text strings.Builder
	text.WriteString(roomHead)
	for i := range n {
		fmt.Fprintf(&text, "room-%07d,%s,building-%d,%d单元,%d,%d%02d,待售,%d.36,%d.20\n", i, project1, i/400, i/100%4+1, i/4%25+1, i/4%25+1, i%4, 80+i%60, 2000000+i)
	}
	return text.String()
}

// A file of many batches arrives whole. BenchmarkLoadRooms says how fast.
func TestLoadManyRooms(t *testing.T) {
	t.Parallel()
	l := newLoading(t)
	l.loads(t, "room.csv", manyRooms(100_000), "room.csv: 100000 rows into lianfa.room, 0 bad", "", 0)
	same(t, "rooms", l.w.One(t, `select count(*) from lianfa.room where guid like 'room-%'`), "100000")
}

// BenchmarkLoadRooms loads 100,000 rooms, new and then again.
func BenchmarkLoadRooms(b *testing.B) {
	const rooms = 100_000
	name := filepath.Join(b.TempDir(), "room.csv")
	if err := os.WriteFile(name, []byte(manyRooms(rooms)), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "again"}[again], func(b *testing.B) {
			w, dir := setup(b), b.TempDir()
			for b.Loop() {
				if !again {
					w.Prepare(b, `truncate lianfa.room`)
				}
				var out bytes.Buffer
				args := []string{"--database-url", w.Pool.Config().ConnString(), "--data-dir", dir, "load", name}
				if code := run(b.Context(), args, &out, io.Discard); code != command.Fine || !strings.Contains(out.String(), ": 100000 rows into") {
					b.Fatal(code, out.String())
				}
			}
			b.ReportMetric(float64(rooms*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
