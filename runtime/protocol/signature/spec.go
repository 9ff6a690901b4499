// Package signature signs and verifies HTTP requests as the YAML of a system
// declares it: the values that name the caller and the time, the exact string that
// is signed and its algorithm, the encrypted part, and the place of each result.
//
// It is the sister of package envelope, which seals whole messages into an outer
// JSON. A Codec is made once per declaration, Keys once per app, a Message once
// per request. A request goes through Parse, a look-up of the app by App, and
// Verify; a caller's request goes through Sign. Trace shows every intermediate
// string of a request, for people.
//
// No error of this package holds a value of a request or of a secret.
package signature

import "time"

// Spec is a declared signature. YAML tags are those of an override file; see
// ReadOverrides.
//
// Values are named by their places: "method", "path" (escaped, as sent), "query"
// (the raw query, whole), "body" (the raw body), "header.X" (any letter case),
// "query.x", "form.x" (of a form-encoded body) and "body.x" (a member of a JSON
// body, its text: strings without quotes, everything else as it is written). Every
// other word is a secret of the app: "token" or "appkey".
type Spec struct {
	App     string `yaml:"app"`     // value that names the calling app
	Payload string `yaml:"payload"` // value whose text is the JSON of the request's body fields; empty: the body itself
	Time    *Time  `yaml:"time"`    // nil: requests do not grow old
	Nonce   *Nonce `yaml:"nonce"`   // nil: requests may be repeated
	// Steps in the order of sending; Verify undoes them from the last to the first.
	Steps []Step `yaml:"steps"`
}

// Time bounds the age of a request.
type Time struct {
	Value string `yaml:"value"`
	// Unit is s (default) | ms | yyyyMMddHHmmss | yyyy-MM-dd HH:mm:ss | rfc3339; the
	// third and fourth are in China's time.
	Unit   string        `yaml:"unit"`
	Window time.Duration `yaml:"window"` // before and after our own clock; default 5 minutes
	Else   string        `yaml:"else"`   // code of the refusal; empty: the rule auth
}

// Nonce is a value that may be used once by each app.
type Nonce struct {
	Value string `yaml:"value"` // "header.nonce", or the signature itself: "header.sign"
	Else  string `yaml:"else"`  // code of the refusal; empty: the rule repeated
}

// Step is one operation. Which members it takes depends on Op.
type Step struct {
	// Op is compare (a value equals a secret), token (a value is a token that was
	// issued to the app and is still good), encrypt or sign.
	Op string `yaml:"-"`

	Value string `yaml:"value"` // compare, token: the caller's value
	// Accept lists other places of the value of compare and token, and other forms of
	// Over of sign. Only on receipt.
	Accept []string `yaml:"accept"`
	With   string   `yaml:"with"` // compare: the secret

	// Algorithm of sign: md5 | sha1 | sha256 | sha512 | sm3 | hmac-md5 | hmac-sha1 |
	// hmac-sha256 | hmac-sha512 | hmac-sm3. Of encrypt: aes-cbc | aes-ecb | aes-gcm |
	// sm4-cbc | sm4-ecb | sm4-gcm; the length of the key says which AES.
	Algorithm string `yaml:"algorithm"`
	Key       string `yaml:"key"` // hmac-*, encrypt: the secret
	// Derive says how the bytes of the key come from the secret's text: raw (default)
	// | hex | base64 | md5 | sha256, or md5-hex, the 32 lower case letters of the MD5.
	Derive string `yaml:"derive"`
	// IV of encrypt: "prefix" (random, before the cipher text; default of cbc and
	// gcm), "key" (the first bytes of the key), "zero", a secret's name (its first
	// bytes), or the place of a random one in the encoding of the result: "body.iv".
	// gcm takes "prefix" or a place only: it is broken by an IV that comes twice.
	IV string `yaml:"iv"`

	// Over is the exact string that is signed. {x} is a value or secret, {params} the
	// sorted or listed pairs of Params, {{ and }} are braces. Filters follow colons:
	// {body:sha256}, {body:md5:base64}, {method:lower}, {query.x:url}. Hashes are md5,
	// sha1, sha256, sha512 and sm3, written as hex unless HEX, base64 or base64url
	// follows; the others are lower, upper and url.
	Over   string  `yaml:"over"`
	Params *Params `yaml:"params"`

	// To is the place of the result of sign and encrypt: header.x, query.x, form.x or
	// body.x; of encrypt also body, the whole.
	To string `yaml:"to"`
	// Encoding of the result: hex (default of sign) | HEX | base64 (default of encrypt)
	// | base64url, without padding.
	Encoding string `yaml:"encoding"`
	Else     string `yaml:"else"` // code of the refusal; empty: the rule auth, of encrypt json
}

// Params says how {params} is written.
type Params struct {
	// From lists, in order, places (query, form, body: the members of a JSON object)
	// and single values or secrets: header.timestamp, token. "secret=appkey" gives a
	// single one another name than its own.
	From   []string `yaml:"from"`
	Except []string `yaml:"except"` // names left out; the result of a sign step is always left out
	Order  string   `yaml:"order"`  // sorted (by name, bytewise; default) | values (by value) | listed (as sent)
	// Pair is the text between name and value, "=" by default. "-" means nothing.
	Pair string `yaml:"pair"`
	Join string `yaml:"join"` // between the pairs, "&" by default; "-" for nothing
	// Values leaves the names out and keeps the values, in the order of the names.
	Values bool `yaml:"values"`
	Empty  bool `yaml:"empty"` // keep pairs with an empty value; default: leave them out
	URL    bool `yaml:"url"`   // values (and names) in their URL-escaped form
}
