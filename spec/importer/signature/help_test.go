package signature_test

import (
	"crypto/md5" //nolint:gosec // documents sign with it
	"encoding/hex"
	"strings"
)

func md5of(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // documents sign with it
	return hex.EncodeToString(sum[:])
}

func upper(s string) string { return strings.ToUpper(s) }
