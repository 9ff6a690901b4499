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
	return JSONText(kept(nil, func(out *wire.Writer) { write(out, "", list) }))
}

// KeptList returns the JSON of an array of objects, for a column; none for nil.
func KeptList[T any, P kind[T]](zone *time.Location, list []T) []byte {
	if list == nil {
		return nil
	}
	return kept(zone, func(out *wire.Writer) { wire.WriteList[T, P](out, "", list) })
}

// KeptStruct returns the JSON of an object, for a column; none for nil.
func KeptStruct[T any, P kind[T]](zone *time.Location, value *T) []byte {
	if value == nil {
		return nil
	}
	return kept(zone, func(out *wire.Writer) { wire.WriteStruct[T, P](out, "", value) })
}

// kind is a generated type of objects.
type kind[T any] interface {
	*T
	wire.Encoder
}

// kept returns the JSON that write writes without a name.
func kept(zone *time.Location, write func(out *wire.Writer)) []byte {
	out := wire.ToKeep(zone)
	out.Begin()
	write(out)
	out.End()
	return bytes.TrimSuffix(bytes.TrimPrefix(out.Bytes(), []byte(`{"":`)), []byte("}"))
}

// JSONText returns JSON as a text; none for nil.
func JSONText(json []byte) wire.Text { return wire.Text{Value: string(json), Set: json != nil} }

// Nested returns the place for a column that holds an array of objects as JSON text, such
// as the rows of a nested array; [] where it holds none.
func Nested[T any, P wire.Decoder[T]](dst *[]T) any {
	return nested(func(o *wire.Object) {
		*dst = []T{}
		wire.List[T, P](o, 0, dst)
	})
}

// NestedStruct returns the place for a column that holds an object as JSON text; where it
// holds none, dst stays as it is.
func NestedStruct[T any, P wire.Decoder[T]](dst **T) any {
	return nested(func(o *wire.Object) { wire.Struct[T, P](o, 0, dst) })
}

// nested reads what a column holds.
type nested func(o *wire.Object)

// ScanText reads the column; times in it are in UTC.
func (read nested) ScanText(v pgtype.Text) error {
	if !v.Valid {
		v.String = "null"
	}
	in := wire.NewReader([]byte(`{"rows":`+v.String+`}`), time.UTC, wire.Limits{Elements: 1 << 20})
	o := in.Object([]string{"rows"})
	for o.Next() {
		read(&o)
	}
	if in.Close() != nil || in.List.Len() > 0 {
		return errors.New("store: nested rows do not fit where they are read to")
	}
	return nil
}
