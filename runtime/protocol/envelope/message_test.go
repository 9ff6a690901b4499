package envelope

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	inHeader := func(s string) string { return swap(`"appid"`, s+`,"appid"`) }
	beside := func(s string) string {
		return swap(`{
"header"`, `{`+s+`,"header"`)
	}
	deep := func(n int) string { return strings.Repeat(`[`, n) + strings.Repeat(`]`, n) }
	for name, tt := range map[string]struct{ body, want string }{
		"byte order mark":        {"\ufeff" + docMessage, ""},
		"two byte order marks":   {"\ufeff\ufeff" + docMessage, "json"},
		"UTF-16":                 {"\xff\xfe{\x00}\x00", "json"},
		"empty":                  {"", "json"},
		"white space":            {" \n", "json"},
		"null":                   {"null", "json"},
		"array":                  {"[" + docMessage + "]", "json"},
		"string":                 {`"{}"`, "json"},
		"cut off":                {docMessage[:len(docMessage)-3], "json"},
		"trailing bytes":         {docMessage + "x", "json"},
		"trailing object":        {docMessage + "{}", "json"},
		"trailing NUL":           {docMessage + "\x00", "json"},
		"trailing white space":   {docMessage + " \t\r\n", ""},
		"no header":              {`{"data":""}`, "json"},
		"empty object":           {`{}`, "json"},
		"header null":            {`{"header":null}`, "json"},
		"header array":           {`{"header":[]}`, "json"},
		"header string":          {`{"header":"{}"}`, "json"},
		"Header":                 {swap(`"header"`, `"Header"`), "json"},
		"Data is not data":       {swap(`"data"`, `"Data"`), ""},
		"data object":            {swap(`"`+docData+`"`, `{}`), "json"},
		"data number":            {swap(`"`+docData+`"`, `1`), "json"},
		"data bool":              {swap(`"`+docData+`"`, `true`), "json"},
		"member ignored":         {beside(`"more":{"header":{}}`), ""},
		"header twice":           {beside(`"header":{}`), "json"},
		"data twice":             {beside(`"data":null`), "json"},
		"unknown twice":          {beside(`"a":1,"a":1`), "json"},
		"unknown nested twice":   {beside(`"a":[{"b":1,"b":1}]`), "json"},
		"same key, other level":  {beside(`"a":{"a":{"a":1}},"b":{"a":1}`), ""},
		"sid twice":              {inHeader(`"sid":"` + docSid + `"`), "json"},
		"sid twice, escaped":     {inHeader(`"s\u0069d":"` + docSid + `"`), "json"},
		"token twice":            {inHeader(`"token":"a","token":"b"`), "json"},
		"long s for sid":         {swap(`"sid"`, `"ſid"`), "required required:header/sid"},
		"SID":                    {swap(`"sid"`, `"SID"`), "required required:header/sid"},
		"sid, escaped":           {swap(`"sid"`, `"\u0073id"`), ""},
		"trailing comma":         {swap(`"2.0"`, `"2.0",`), "json"},
		"comma missing":          {swap(`"2.0"`, `"2.0" "a":1`), "json"},
		"colon missing":          {swap(`"version":`, `"version"`), "json"},
		"single quotes":          {inHeader(`'a':1`), "json"},
		"curly quotes":           {`{ “header”:{}, “data”:”” }`, "json"},
		"bare key":               {inHeader(`a:1`), "json"},
		"comment":                {inHeader(`/**/"a":1`), "json"},
		"bad UTF-8":              {inHeader("\"a\":\"\xb2\xe2\""), "json"},
		"overlong UTF-8":         {inHeader("\"a\":\"\xc0\xaf\""), "json"},
		"surrogate in UTF-8":     {inHeader("\"a\":\"\xed\xa0\x80\""), "json"},
		"bad UTF-8 in a key":     {inHeader("\"\xff\":1"), "json"},
		"lone high surrogate":    {inHeader(`"a":"\ud83d"`), "json"},
		"lone low surrogate":     {inHeader(`"a":"\ude00"`), "json"},
		"two high surrogates":    {inHeader(`"a":"\ud83d\ud83d"`), "json"},
		"surrogate pair":         {inHeader(`"a":"\ud83d\ude00"`), ""},
		"escaped U+FFFD":         {inHeader(`"a":"\ufffd"`), ""},
		"escaped U+0000":         {inHeader(`"a":"\u0000"`), "json"},
		"raw U+0000":             {inHeader("\"a\":\"\x00\""), "json"},
		"raw control":            {inHeader("\"a\":\"1234567\x1f\""), "json"},
		"raw DEL":                {inHeader("\"a\":\"\x7f\""), ""},
		"unknown escape":         {inHeader(`"a":"\x41"`), "json"},
		"short escape":           {inHeader(`"a":"\u12"`), "json"},
		"signed escape":          {inHeader(`"a":"\u+123"`), "json"},
		"all escapes":            {inHeader(`"a":"\"\\\/\b\f\n\r\t\u00e9"`), ""},
		"32 levels":              {inHeader(`"a":` + deep(30)), ""},
		"33 levels":              {inHeader(`"a":` + deep(31)), "json"},
		"100000 levels":          {beside(`"a":` + strings.Repeat(`{"a":`, 100000)), "json"},
		"500 keys":               {inHeader(manyKeys(500)), ""},
		"505 keys":               {inHeader(manyKeys(505)), "json"},
		"long key":               {inHeader(`"` + strings.Repeat("k", 257) + `":1`), "json"},
		"-0, 1e400":              {inHeader(`"a":[-0,0,1e400,1E-2,0.5,12,-1.5e+3]`), ""},
		"leading zero":           {inHeader(`"a":01`), "json"},
		"plus":                   {inHeader(`"a":+1`), "json"},
		"point at the end":       {inHeader(`"a":1.`), "json"},
		"point at the start":     {inHeader(`"a":.5`), "json"},
		"no exponent":            {inHeader(`"a":1e`), "json"},
		"minus":                  {inHeader(`"a":-`), "json"},
		"hexadecimal":            {inHeader(`"a":0x10`), "json"},
		"NaN":                    {inHeader(`"a":NaN`), "json"},
		"literals":               {inHeader(`"a":[true,false,null,[],{},""]`), ""},
		"True":                   {inHeader(`"a":True`), "json"},
		"nul":                    {inHeader(`"a":nul`), "json"},
		"array, trailing comma":  {inHeader(`"a":[1,]`), "json"},
		"array, no comma":        {inHeader(`"a":[1 2]`), "json"},
		"array, open":            {inHeader(`"a":[1`), "json"},
		"vertical tab":           {inHeader("\v\"a\":1"), "json"},
		"no-break space":         {inHeader("\u00a0\"a\":1"), "json"},
		"timestamp leading zero": {swap(`1436782123`, `01436782123`), "json"},
	} {
		var m Message
		err := c.Parse([]byte(tt.body), &m)
		if got := refusal(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q (%v)", name, got, tt.want, err)
		}
		if tt.want == "json" && (c.App(&m) != "" || m.Data() != nil) {
			t.Errorf("%s: values are kept", name)
		}
	}
}

func manyKeys(n int) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	return strings.Join(keys, ",")
}

// A refusal for a field leaves the values for sealing the answer.
func TestParseKeepsValues(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	var m Message
	err := c.Parse([]byte(swap(`"version"`, `"Version"`)), &m)
	if refusal(t, err) != "required required:header/version" || c.App(&m) != "123" || c.MessageID(&m) != docSid {
		t.Errorf("%v, app %q", err, c.App(&m))
	}
}

func TestMessageIsReused(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	var m Message
	escaped := strings.Replace(docMessage, docData, docData[:18]+`\u003d\u003d`, 1)
	for i, body := range []string{escaped, `{`, docMessage, `{"header":{}}`, escaped} {
		err := c.Parse([]byte(body), &m)
		if whole := len(body) > 20; whole != (err == nil) {
			t.Fatal(i, err)
		} else if !whole {
			if m.Value("header.sid") != "" || m.Data() != nil {
				t.Errorf("%d: values of the message before", i)
			}
			continue
		}
		if got, err := c.Open(nil, &m, k); string(got) != docPlain || err != nil {
			t.Errorf("%d: %q, %v", i, got, err)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v %d %s", &m, &m, &m, &m, slog.AnyValue(&m).Resolve()); strings.Contains(got, "123") {
		t.Errorf("a message prints %s", got)
	}
}

func TestParseParts(t *testing.T) {
	t.Parallel()
	c, k := setup(t)
	var whole struct{ Header json.RawMessage }
	if err := json.Unmarshal([]byte(docMessage), &whole); err != nil {
		t.Fatal(err)
	}
	var m Message
	for name, tt := range map[string]struct{ head, data, want string }{
		"both":           {string(whole.Header), docData, ""},
		"mark":           {"\ufeff " + string(whole.Header) + "\n", docData, ""},
		"no data":        {string(whole.Header), "", "1009"},
		"data in quotes": {string(whole.Header), `"` + docData + `"`, "1009"},
		"no header":      {"", docData, "json"},
		"whole message": {docMessage, docData, "required required:header/appid required:header/timestamp required:header/sid " +
			"required:header/authCode required:header/cmd required:header/version required:header/dataCode"},
		"trailing": {string(whole.Header) + "}", docData, "json"},
	} {
		err := c.ParseParts([]byte(tt.head), []byte(tt.data), &m)
		if err == nil {
			var plain []byte
			if plain, err = c.Open(nil, &m, k); err == nil && string(plain) != docPlain {
				t.Errorf("%s: %q", name, plain)
			}
		}
		if got := refusal(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
