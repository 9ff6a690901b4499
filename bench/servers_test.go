package bench

import (
	"context"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-faster/jx"
	"github.com/go-playground/validator/v10"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/protocol"
	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

// handServer serves cst_info_create with one statement, written by hand for this
// interface alone. The protocol is the project's.
type handServer struct {
	pool *pgxpool.Pool
	call *protocol.Exchange
	side *protocol.Side
	kept sync.Pool // of *handExchange
}

type handExchange struct {
	body    []byte
	message message.Message
	decoder handDecoder
	enc     jx.Encoder
}

func newHandServer(pool *pgxpool.Pool, call *protocol.Exchange, keys *protocol.Keys) *handServer {
	side := protocol.NewSide(oneKey{keys}, nil, nil, time.Now)
	return &handServer{pool: pool, call: call, side: side, kept: sync.Pool{New: func() any { return new(handExchange) }}}
}

// oneKey knows one app.
type oneKey struct{ keys *protocol.Keys }

func (o oneKey) Keys(_ context.Context, app string) (*protocol.Keys, error) {
	if app != appID {
		return nil, nil //nolint:nilnil // nobody has that id
	}
	return o.keys, nil
}

const handSQL = `with verdict as (
  select case
    when exists (select from jiekou.sid where system = 'lianfa' and app = $1 and sid = $2) then '1013'
    when not exists (select from lianfa.project where guid = $3) then '4001'
    when not exists (select from lianfa.consultant where guid = $4) then '4002'
    when exists (select from lianfa.customer where mobile = $5) then '2003'
    when exists (select from lianfa.customer where cert_num = $6) then '2004'
  end as code
), sid as (
  insert into jiekou.sid (system, app, sid, cmd) select 'lianfa', $1, $2, 'cst_info_create' from verdict where code is null
  on conflict do nothing returning 1
), added as (
  insert into lianfa.customer (proj_guid, customer_name, gender, mobile, home_tel, cert_type, cert_num, address, home_area, home_case,
    work_area, work_trade, work_job, cst_type, cst_class, from_area, zy_num, old_owner, user_guid)
  select $3, $7, $8::bigint, $5, $9::text, $10::bigint, $6, $11::text, $12::text, $13::text, $14::text, $15::text, $16::text,
    $17::text, $18::text, $19::text, $20::bigint, $21::text, $4 from sid
  returning *
), queued as (
  insert into jiekou.outbox (system, app, cmd, body)
  select s.system, s.app, s.cmd, json_strip_nulls(json_build_object(
    'cstGUID', t.guid, 'projGUID', t.proj_guid, 'customerName', t.customer_name, 'gender', t.gender, 'mobile', t.mobile,
    'homeTel', t.home_tel, 'certNum', t.cert_num, 'address', t.address, 'certType', t.cert_type, 'userGUID', t.user_guid,
    'homeArea', t.home_area, 'homeCase', t.home_case, 'workTrade', t.work_trade, 'workJob', t.work_job, 'workArea', t.work_area,
    'cstType', t.cst_type, 'fromArea', t.from_area, 'zyNum', t.zy_num, 'oldOwner', t.old_owner, 'cstClass', t.cst_class))
  from added t join jiekou.subscription s on s.system = 'lianfa' and s.cmd in ('cst_info_notify', 'notify_proj_cst_update')
)
select coalesce((select code from verdict), ''), coalesce((select guid from added), '')`

// opt is nil for "".
func opt(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *handServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := s.kept.Get().(*handExchange)
	defer s.kept.Put(x)
	n := int(r.ContentLength)
	if n < 1 || n > 1<<20 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	x.body = slices.Grow(x.body[:0], n)[:n]
	if _, err := io.ReadFull(r.Body, x.body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	x.message = message.Message{Method: r.Method, Scheme: "http", Host: r.Host, Path: r.URL.EscapedPath(), Header: r.Header, Body: x.body}
	a, err := s.call.Admit(r.Context(), protocol.Incoming{Message: &x.message}, s.side)
	defer a.Release()
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	code, guid := s.create(r.Context(), x, a)
	x.enc.Reset()
	x.enc.ObjStart()
	x.enc.FieldStart("cstGUID")
	x.enc.Str(guid)
	x.enc.ObjEnd()
	reply, err := s.call.Reply(a, protocol.Outcome{OK: code == "0", Code: code, Payload: x.enc.Bytes()})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(reply.Body)))
	_, _ = w.Write(reply.Body)
}

func (s *handServer) create(ctx context.Context, x *handExchange, a *protocol.Admitted) (code, guid string) {
	if a.Interface() != "cst_info_create" {
		return "1008", ""
	}
	var q handRequest
	if x.decoder.decode(a.Payload(), &q) != nil {
		return "1004", ""
	}
	if x.decoder.check(&q); len(x.decoder.faults) > 0 {
		return "1002", ""
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := s.pool.QueryRow(
		ctx, handSQL, appID, a.MessageID(), q.ProjGUID, q.UserGUID, q.Mobile, opt(q.CertNum), q.CustomerName, q.Gender.arg(),
		opt(q.HomeTel), q.CertType.arg(), opt(q.Address), opt(q.HomeArea), opt(q.HomeCase), opt(q.WorkArea), opt(q.WorkTrade), opt(q.WorkJob),
		opt(q.CstType), opt(q.CstClass), opt(q.FromArea), q.ZyNum.arg(), opt(q.OldOwner),
	).Scan(&code, &guid)
	if err != nil {
		return "1005", ""
	}
	if code == "" {
		code = "0"
	}
	return code, guid
}

// naiveServer does the same as most first versions do: encoding/json twice,
// validator, the ciphers as the standard library has them, and a transaction of
// several round trips.
type naiveServer struct {
	pool *pgxpool.Pool
	v    *validator.Validate
}

func newNaiveServer(pool *pgxpool.Pool) *naiveServer {
	return &naiveServer{pool, validator.New(validator.WithRequiredStructEnabled())}
}

type naiveMessage struct {
	Header naiveHeader `json:"header"`
	Data   string      `json:"data"`
}

type naiveHeader struct {
	AppID     string `json:"appid"`
	Timestamp int64  `json:"timestamp"`
	Sid       string `json:"sid"`
	AuthCode  string `json:"authCode"`
	Cmd       string `json:"cmd"`
	Version   string `json:"version"`
	DataCode  string `json:"dataCode"`
}

func naiveSum(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func naiveCipher(data []byte) []byte {
	c, err := rc4.NewCipher([]byte(appkey))
	if err != nil {
		return nil
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

func (s *naiveServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m naiveMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h := m.Header
	if h.AppID != appID || h.DataCode != naiveSum(m.Data) || h.AuthCode != naiveSum(h.AppID, h.Sid, token, h.DataCode) {
		http.Error(w, "1009", http.StatusUnauthorized)
		return
	}
	sealed, err := base64.StdEncoding.DecodeString(m.Data)
	if err != nil {
		http.Error(w, "1004", http.StatusBadRequest)
		return
	}
	code, guid := s.create(r.Context(), h, naiveCipher(sealed))
	plain, err := json.Marshal(struct {
		Code    int               `json:"errcode"`
		Text    string            `json:"errmsg"`
		Content map[string]string `json:"content"`
	}{code, "", map[string]string{"cstGUID": guid}})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	data := base64.StdEncoding.EncodeToString(naiveCipher(plain))
	dataCode := naiveSum(data)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(naiveMessage{naiveHeader{
		AppID: "100", Timestamp: time.Now().Unix(), Sid: h.Sid, Cmd: h.Cmd, Version: h.Version,
		DataCode: dataCode, AuthCode: naiveSum("100", h.Sid, token, dataCode),
	}, data})
}

func (s *naiveServer) create(ctx context.Context, h naiveHeader, plain []byte) (code int, guid string) {
	var q naiveRequest
	if h.Cmd != "cst_info_create" || json.Unmarshal(plain, &q) != nil || s.v.Struct(&q) != nil {
		return 1002, ""
	}
	code = 1005
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var project, consultant, mobile, cert bool
		if err := tx.QueryRow(ctx, `select exists (select from lianfa.project where guid = $1), exists (select from lianfa.consultant where guid = $2),
			exists (select from lianfa.customer where mobile = $3), exists (select from lianfa.customer where cert_num = $4)`,
			q.ProjGUID, q.UserGUID, q.Mobile, q.CertNum).Scan(&project, &consultant, &mobile, &cert); err != nil {
			return err
		}
		if !project || !consultant || mobile || cert {
			code = 4001
			return nil
		}
		if _, err := tx.Exec(ctx, `insert into jiekou.sid (system, app, sid, cmd) values ('lianfa', $1, $2, $3)`, h.AppID, h.Sid, h.Cmd); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `insert into lianfa.customer (proj_guid, customer_name, gender, mobile, home_tel, cert_type, cert_num, address,
			home_area, home_case, work_area, work_trade, work_job, cst_type, cst_class, from_area, zy_num, old_owner, user_guid)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) returning guid`,
			q.ProjGUID, q.CustomerName, q.Gender, q.Mobile, q.HomeTel, q.CertType, q.CertNum, q.Address, q.HomeArea, q.HomeCase, q.WorkArea,
			q.WorkTrade, q.WorkJob, q.CstType, q.CstClass, q.FromArea, q.ZyNum, q.OldOwner, q.UserGUID).Scan(&guid); err != nil {
			return err
		}
		code = 0
		return s.queue(ctx, tx, guid, &q)
	})
	if err != nil {
		return 1005, ""
	}
	return code, guid
}

// queue puts a notification into the outbox for every subscriber.
func (s *naiveServer) queue(ctx context.Context, tx pgx.Tx, guid string, q *naiveRequest) error {
	rows, err := tx.Query(ctx, `select app from jiekou.subscription where system = 'lianfa'
		and cmd in ('cst_info_notify', 'notify_proj_cst_update')`)
	if err != nil {
		return err
	}
	apps, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, to := range apps {
		body, err := json.Marshal(struct {
			GUID string `json:"cstGUID"`
			*naiveRequest
		}{guid, q})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into jiekou.outbox (system, app, cmd, body) values ('lianfa', $1, 'cst_info_notify', $2)`, to, body); err != nil {
			return err
		}
	}
	return nil
}
