package envelope

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	const secretive = "zQ7xJ9wK5vB3" // an example of anything that an attacker sends
	tests := map[string]struct{ body, want string }{
		"as it is":            {docMessage, ""},
		"authCode upper case": {swap(docAuthCode, strings.ToUpper(docAuthCode)), ""},
		"dataCode upper case": {swap(docDataCode, strings.ToUpper(docDataCode)), "1009"},
		"authCode":            {swap(docAuthCode, strings.Repeat("0", 40)), "1009"},
		"authCode short":      {swap(docAuthCode, docAuthCode[:39]), "1009"},
		"authCode long":       {swap(docAuthCode, docAuthCode+"0"), "1009"},
		"authCode control":    {swap(docAuthCode[1:2], `\u0003`), "1009"},
		"authCode attacker":   {swap(docAuthCode, secretive), "1009"},
		"dataCode":            {swap(docDataCode, sha("x")), "1009"},
		"data":                {swap(docData, "FQz8lhihFbBH8fV4PB=="), "1009"},
		"data absent": {swap(`,
"data": "`+docData+`"`, ""), "1009"},
		"appid":            {swap(`"123"`, `"124"`), "1009"},
		"sid":              {swap(docSid, "2014123123123124"), "1009"},
		"sid attacker":     {swap(docSid, secretive), "1009"},
		"appid missing":    {swap(`"appid"`, `"appId"`), "required required:header/appid"},
		"sid null":         {swap(`"`+docSid+`"`, `null`), "required required:header/sid"},
		"cmd blank":        {swap(`cst_identity`, ` \t `), "required required:header/cmd"},
		"dataCode missing": {swap(`"dataCode"`, `"datacode"`), "required required:header/dataCode"},
		"two missing": {
			`{"header":{"appid":"1","timestamp":1,"version":2,"authCode":"` + secretive + `","dataCode":"x"}}`,
			"required required:header/sid required:header/cmd",
		},
		"timestamp text":      {swap(`1436782123`, `"1436782123"`), ""},
		"timestamp no number": {swap(`1436782123`, `"`+secretive+`"`), "type type:header/timestamp"},
		"timestamp fraction":  {swap(`1436782123`, `1436782123.5`), "type type:header/timestamp"},
		"timestamp too long":  {swap(`1436782123`, `14367821231436782123`), "type type:header/timestamp"},
		"timestamp bool":      {swap(`1436782123`, `true`), "type type:header/timestamp"},
		"appid number":        {swap(`"123"`, `123`), ""},
		"sid number":          {swap(`"`+docSid+`"`, docSid), ""},
		"version number":      {swap(`"2.0"`, `2.0`), ""},
		"sid array":           {swap(`"`+docSid+`"`, `["`+docSid+`"]`), "sid sid:header/sid"},
		"cmd object":          {swap(`"cst_identity"`, `{"`+secretive+`":1}`), "type type:header/cmd"},
		"cmd pattern":         {swap(`cst_identity`, `cst\n`+secretive), "type type:header/cmd"},
		"version too long":    {swap(`2.0`, strings.Repeat("数", 17)), "length length:header/version"},
		"version 16":          {swap(`2.0`, strings.Repeat("数", 16)), ""},
		"token is ignored":    {swap(`"appid"`, `"token":"`+secretive+`","appid"`), ""},
		"token of any type":   {swap(`"appid"`, `"token":{"a":[1,{"b":null}]},"appid"`), ""},
		"sid signed, letters": {signed(t, "123", "20141231231231ab", docData, `"`+docData+`"`), "sid sid:header/sid"},
		"sid signed, 15":      {signed(t, "123", "201412312312312", docData, `"`+docData+`"`), "sid sid:header/sid"},
		"sid signed, 21":      {signed(t, "123", "201412312312312312345", docData, `"`+docData+`"`), "sid sid:header/sid"},
		"sid signed, newline": {signed(t, "123", docSid+"\n", docData, `"`+docData+`"`), "sid sid:header/sid"},
		"sid signed, width":   {signed(t, "123", "２０１４１２３１２３１２３１２３", docData, `"`+docData+`"`), "sid sid:header/sid"},
		"data signed, attack": {signed(t, "123", docSid, secretive+"!", `"`+secretive+`!"`), "1004"},
		"data signed, empty":  {signed(t, "123", docSid, "", `""`), ""},
		"data signed, null":   {signed(t, "123", docSid, "", `null`), ""},
	}
	for name, tt := range tests {
		_, err := open(c, k, tt.body)
		if got := refusal(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q (%v)", name, got, tt.want, err)
		}
		quiet(t, err, secretive, docSid, docAuthCode, docDataCode, docData, docToken, docKey)
	}
}

func TestOpenWithoutElseUsesRules(t *testing.T) {
	t.Parallel()
	spec := lianfa()
	for i := range spec.Steps {
		spec.Steps[i].Else = ""
	}
	c, k := setupSpec(t, spec)
	for body, want := range map[string]string{
		swap(docAuthCode, "0"):               "auth",
		signed(t, "123", docSid, "a", `"a"`): "json",
	} {
		if _, err := open(c, k, body); refusal(t, err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// swap changes the document's message.
func swap(old, new string) string { return strings.Replace(docMessage, old, new, 1) }

// The codes are taken over the text as received, so each variant is signed anew.
func TestBase64(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	for name, tt := range map[string]struct {
		data, json string // the text, and how the sender's JSON library writes it
		opened     bool
	}{
		"plain":                 {docData, `"FQz8lhihFbBH8fV4PA=="`, true},
		"Gson escapes =":        {docData, `"FQz8lhihFbBH8fV4PA\u003d\u003d"`, true},
		"PHP escapes /":         {"FQz8lhihFbBH8fV/PA==", `"FQz8lhihFbBH8fV\/PA=="`, true},
		"Java breaks lines":     {"FQz8lhih\r\nFbBH8fV4PA==", `"FQz8lhih\r\nFbBH8fV4PA=="`, true},
		"break at the end":      {docData + "\n", `"FQz8lhihFbBH8fV4PA==\n"`, true},
		"break in the padding":  {"FQz8lhihFbBH8fV4PA=\n=", `"FQz8lhihFbBH8fV4PA=\n="`, true},
		"raw break in JSON":     {"FQz8lhih\nFbBH8fV4PA==", "\"FQz8lhih\nFbBH8fV4PA==\"", false},
		"bits left over":        {"FQz8lhihFbBH8fV4PB==", `"FQz8lhihFbBH8fV4PB=="`, false},
		"no padding":            {"FQz8lhihFbBH8fV4PA", `"FQz8lhihFbBH8fV4PA"`, false},
		"half the padding":      {"FQz8lhihFbBH8fV4PA=", `"FQz8lhihFbBH8fV4PA="`, false},
		"too much padding":      {docData + "=", `"FQz8lhihFbBH8fV4PA==="`, false},
		"more after the end":    {docData + docData, `"` + docData + docData + `"`, false},
		"url alphabet":          {"FQz8lhihFbBH8fV_PA==", `"FQz8lhihFbBH8fV_PA=="`, false},
		"a space":               {"FQz8lhih FbBH8fV4PA==", `"FQz8lhih FbBH8fV4PA=="`, false},
		"a tab":                 {"FQz8lhih\tFbBH8fV4PA==", `"FQz8lhih\tFbBH8fV4PA=="`, false},
		"+ turned into a space": {"FQz8 hihFbBH8fV4PA==", `"FQz8 hihFbBH8fV4PA=="`, false},
	} {
		got, err := open(c, k, signed(t, "123", docSid, tt.data, tt.json))
		if (err == nil) != tt.opened || tt.opened && len(got) != len(docPlain) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if err != nil && !strings.Contains("1004 json", refusal(t, err)) {
			t.Errorf("%s: %v", name, err)
		}
		quiet(t, err, tt.data)
	}
}

func TestPayloadByteOrderMark(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	body, err := c.Seal(nil, docHeader(), []byte("\ufeff"+docPlain), k)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(c, k, string(body)); string(got) != docPlain || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Without a grammar, app 121 with sid 21 and with sid 12 have one authCode. Over
// the ids of the document there are 33 such pairs (15 of them below 300), all of
// them with sids of 2 digits; each is refused, though its code holds.
func TestConcatenationPairs(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	pairs, low := 0, 0
	for app := 100; app <= 699; app++ {
		for digits, n := 1, 10; digits <= 3; digits, n = digits+1, n*10 {
			for i := range n {
				appid, after := strconv.Itoa(app), strconv.Itoa(n + i)[1:]
				joined := appid + after
				before := joined[:digits]
				if !strings.HasSuffix(joined, appid) || before >= after || before > appid || after < appid {
					continue
				}
				pairs++
				if app < 300 {
					low++
				}
				if digits != 2 || joinSorted(appid, before) != joinSorted(appid, after) {
					t.Errorf("not a pair as analysed: %s with %s and %s", appid, before, after)
				}
				for _, sid := range []string{before, after} {
					_, err := open(c, k, signed(t, appid, sid, docData, `"`+docData+`"`))
					if got := refusal(t, err); got != "sid sid:header/sid" {
						t.Errorf("%s with %s: %s", appid, sid, got)
					}
				}
			}
		}
	}
	if pairs != 33 || low != 15 {
		t.Errorf("%d pairs, %d below 300", pairs, low)
	}
}

// Anybody who sees one message whose sid sorts last can make the code of a longer
// sid without the token. Such a sid never has digits only.
func TestLengthExtension(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	const appid, sid, more = "699", "6991411202032250", "1234567890123456"
	dataCode := sha("") // da39… and the token sort before: the sid is last
	token := "123e1ab0d3eee56b725e3e29999762a8"
	k, err := c.Keys(appid, map[string]string{"token": token, "appkey": docKey})
	if err != nil {
		t.Fatal(err)
	}
	dataCode = "1" + dataCode[1:] // as a payload would have it whose code starts with a digit
	joined := joinSorted(appid, sid, token, dataCode)
	if !strings.HasSuffix(joined, sid) {
		t.Fatal("the sid is not last")
	}
	glue, forged := extend1(t, sha(joined), len(joined), more)
	if sha(joined+glue+more) != forged {
		t.Fatal("the forgery is wrong")
	}

	mat, _ := k.of(c)
	m := Message{codec: c}
	m.values = [maxFields]string{appid, "1", sid + glue + more, forged, "x", "2.0", dataCode}
	if !c.steps[3].holds(&m, mat) {
		t.Fatal("the forged code should hold: only the grammar is in its way")
	}
	if got := refusal(t, c.Grammar(&m)); got != "sid sid:header/sid" {
		t.Errorf("forged sid: %s", got)
	}
	head := `{"appid":"699","timestamp":1,"sid":"` + sid + glue + more + `","authCode":"` + forged +
		`","cmd":"x","version":"2.0","dataCode":"` + dataCode + `"}`
	if got := refusal(t, c.Parse([]byte(`{"header":`+head+`}`), &m)); got != "json" {
		t.Errorf("forged sid in a body: %s", got)
	}
	if got := refusal(t, c.ParseParts([]byte(head), nil, &m)); got != "json" {
		t.Errorf("forged sid in a query: %s", got)
	}
}

// extend1 continues SHA-1 behind a known digest of n bytes.
func extend1(t *testing.T, digest string, n int, more string) (glue, forged string) {
	t.Helper()
	pad := append([]byte{0x80}, make([]byte, (55-n%64+64)%64)...)
	pad = binary.BigEndian.AppendUint64(pad, uint64(n)*8)
	raw, err := hex.DecodeString(digest)
	if err != nil {
		t.Fatal(err)
	}
	h := sha1.New()
	state := slices.Concat([]byte("sha\x01"), raw, make([]byte, 64))
	state = binary.BigEndian.AppendUint64(state, uint64(n+len(pad)))
	if err := h.(interface{ UnmarshalBinary([]byte) error }).UnmarshalBinary(state); err != nil {
		t.Fatal(err)
	}
	h.Write([]byte(more))
	return string(pad), hex.EncodeToString(h.Sum(nil))
}

func TestOpenOfAnother(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	other, otherKeys := setup(t)
	var m Message
	if err := other.Parse([]byte(docMessage), &m); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func() ([]byte, error){
		"message": func() ([]byte, error) { return c.Open([]byte("x"), &m, k) },
		"keys":    func() ([]byte, error) { return other.Open([]byte("x"), &m, k) },
		"no keys": func() ([]byte, error) { return other.Open([]byte("x"), &m, nil) },
		"empty":   func() ([]byte, error) { return other.Open([]byte("x"), new(Message), otherKeys) },
	} {
		if got, err := f(); err == nil || string(got) != "x" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if c.App(&m) != "" || other.App(&m) != "123" {
		t.Error("a message answers its own codec only")
	}
	m.Reset()
	if m.Value("header.appid") != "" || m.Data() != nil {
		t.Error("Reset keeps values")
	}
}

func TestOpenReturnsDstOnRefusal(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	var m Message
	if err := c.Parse([]byte(signed(t, "123", docSid, docData+"!", `"`+docData+`!"`)), &m); err != nil {
		t.Fatal(err)
	}
	got, err := c.Open([]byte("before"), &m, k)
	if refusal(t, err) != "1004" || !bytes.Equal(got, []byte("before")) {
		t.Errorf("%q, %v", got, err)
	}
}
