package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// The values of messages as columns: one that is absent is NULL. They are here, and no methods of
// wire, so that programs which only call a system are built without pgx.
type (
	text      wire.Text
	integer   wire.Int
	decimal   wire.Decimal
	truth     wire.Bool
	timestamp wire.Time
)

// Like is a pool whose connections know the values of messages: the given one, where NewPool made it, else
// one of its settings beside it, which is the caller's to close (own).
func Like(ctx context.Context, pool *pgxpool.Pool) (like *pgxpool.Pool, own bool, err error) {
	known := false
	err = pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		known = conn.Conn().TypeMap().PlanEncode(pgtype.TextOID, pgtype.TextFormatCode, wire.Text{}) != nil
		return nil
	})
	if err != nil || known {
		return pool, false, err
	}
	like, err = knowing(ctx, pool.Config())
	return like, err == nil, err
}

// knowing makes a pool whose connections are taught the values of messages when they are made.
func knowing(ctx context.Context, c *pgxpool.Config) (*pgxpool.Pool, error) {
	first := c.AfterConnect
	c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		learnValues(conn.TypeMap())
		if first == nil {
			return nil
		}
		return first(ctx, conn)
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return pool, nil
}

func learnValues(m *pgtype.Map) {
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{
		func(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
			c := column(value)
			return &encodePlan{}, c, c != nil
		},
	}, m.TryWrapEncodePlanFuncs...)
	m.TryWrapScanPlanFuncs = append([]pgtype.TryWrapScanPlanFunc{
		func(target any) (pgtype.WrappedScanPlanNextSetter, any, bool) {
			c := column(target)
			return &scanPlan{}, c, c != nil
		},
	}, m.TryWrapScanPlanFuncs...)
}

// column is a value of a message, or the place for one, as a column; nil for all else.
func column(value any) any {
	switch v := value.(type) {
	case wire.Text:
		return text(v)
	case *wire.Text:
		return (*text)(v)
	case wire.Int:
		return integer(v)
	case *wire.Int:
		return (*integer)(v)
	case wire.Decimal:
		return decimal(v)
	case *wire.Decimal:
		return (*decimal)(v)
	case wire.Bool:
		return truth(v)
	case *wire.Bool:
		return (*truth)(v)
	case wire.Time:
		return timestamp(v)
	case *wire.Time:
		return (*timestamp)(v)
	}
	return nil
}

type encodePlan struct{ next pgtype.EncodePlan }

func (p *encodePlan) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *encodePlan) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(column(value), buf)
}

type scanPlan struct{ next pgtype.ScanPlan }

func (p *scanPlan) SetNext(next pgtype.ScanPlan) { p.next = next }

func (p *scanPlan) Scan(src []byte, target any) error { return p.next.Scan(src, column(target)) }

func (t text) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: t.Value, Valid: t.Set}, nil
}

func (t *text) ScanText(v pgtype.Text) error {
	*t = text{Value: v.String, Set: v.Valid}
	return nil
}

func (i integer) Int64Value() (pgtype.Int8, error) {
	return pgtype.Int8{Int64: i.Value, Valid: i.Set}, nil
}

func (i *integer) ScanInt64(v pgtype.Int8) error {
	*i = integer{Value: v.Int64, Set: v.Valid}
	return nil
}

// TextValue is the digits; statements cast the text to numeric.
func (d decimal) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: d.Value, Valid: d.Set}, nil
}

// ScanText reads the text of a numeric column, whose NaN and infinity JSON does not have.
func (d *decimal) ScanText(v pgtype.Text) error {
	if v.Valid && !wire.IsNumber(v.String) {
		return errors.New("postgres: the column holds no number that JSON has")
	}
	*d = decimal{Value: v.String, Set: v.Valid}
	return nil
}

func (b truth) BoolValue() (pgtype.Bool, error) { return pgtype.Bool{Bool: b.Value, Valid: b.Set}, nil }

func (b *truth) ScanBool(v pgtype.Bool) error {
	*b = truth{Value: v.Bool, Set: v.Valid}
	return nil
}

func (t timestamp) TimestamptzValue() (pgtype.Timestamptz, error) {
	return pgtype.Timestamptz{Time: t.Value, Valid: t.Set}, nil
}

func (t *timestamp) ScanTimestamptz(v pgtype.Timestamptz) error {
	*t = timestamp{Value: v.Time, Set: v.Valid}
	return nil
}
