package store

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/jiekou-dev/jiekou/runtime/wire"
)

// hashRounds is the cost of a stored password: iterations of PBKDF2 with
// HMAC-SHA-512, about a tenth of a second.
const hashRounds = 210_000

// HashPassword returns the text to store instead of a password: algorithm, cost,
// salt and hash. "" stays "".
func HashPassword(password string) (string, error) {
	if password == "" {
		return "", nil
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	sum, err := pbkdf2.Key(sha512.New, password, salt, hashRounds, sha512.Size)
	if err != nil {
		return "", fmt.Errorf("store: hash a password: %w", err)
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$pbkdf2-sha512$i=%d$%s$%s", hashRounds, enc.EncodeToString(salt), enc.EncodeToString(sum)), nil
}

// Hashed says whether text has the form of HashPassword's results.
func Hashed(text string) bool {
	parts := strings.Split(text, "$")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "pbkdf2-sha512" || parts[2] != fmt.Sprintf("i=%d", hashRounds) {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[3])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[4])
	return err == nil && err2 == nil && len(salt) == 16 && len(sum) == sha512.Size
}

// CheckPassword reports whether password is the one that was hashed to stored.
func CheckPassword(stored, password string) bool {
	parts := strings.Split(stored, "$")
	if len(parts) != 5 || parts[1] != "pbkdf2-sha512" {
		return false
	}
	rounds, err := strconv.Atoi(strings.TrimPrefix(parts[2], "i="))
	if err != nil || rounds < 1 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[3])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	got, err := pbkdf2.Key(sha512.New, password, salt, rounds, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// JSONArray returns the JSON of an array that a member of an array has, for a column of
// its row; nil for none. write is the method of a Writer for such arrays.
func JSONArray[T any](list []T, write func(out *wire.Writer, name string, list []T)) wire.Text {
	if list == nil {
		return wire.Text{}
	}
	out := wire.NewWriter(nil)
	out.Begin()
	write(out, "", list)
	out.End()
	return JSONText(bytes.TrimSuffix(bytes.TrimPrefix(out.Bytes(), []byte(`{"":`)), []byte("}")))
}

// JSONText returns JSON as a text; none for nil.
func JSONText(json []byte) wire.Text { return wire.Text{Value: string(json), Set: json != nil} }

// Nested returns the place for a column that holds the rows of a nested array
// as JSON text.
func Nested[T any, P wire.Decoder[T]](dst *[]T) any { return &nested[T, P]{dst} }

type nested[T any, P wire.Decoder[T]] struct{ dst *[]T }

// ScanText reads the column; times in it are in UTC.
func (n *nested[T, P]) ScanText(v pgtype.Text) error {
	*n.dst = []T{}
	if !v.Valid {
		return nil
	}
	in := wire.NewReader([]byte(`{"rows":`+v.String+`}`), time.UTC, wire.Limits{Elements: 1 << 20})
	o := in.Object([]string{"rows"})
	for o.Next() {
		wire.List[T, P](&o, 0, n.dst)
	}
	if in.Close() != nil || in.List.Len() > 0 {
		return errors.New("store: nested rows do not fit where they are read to")
	}
	return nil
}
