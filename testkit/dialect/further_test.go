package dialect_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/runtime/protocol/message"
)

func b64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func rawSHA(s string) string {
	sum := sha256.Sum256([]byte(s))
	return string(sum[:])
}

func rawMAC(key, s string) string {
	b := make([]byte, 32)
	_, _ = fmt.Sscanf(macOf(key, s), "%x", &b)
	return string(b)
}

// slip is a mistake of a program, in the text that it signs or in its key.
type slip struct {
	name, signed, key, want string
}

func dokuSlips() []slip {
	const body, app, id, at, target = `{"name":"x","no":"中/1"}`, "MCH-0001", "r-1", "2026-11-28T06:25:00Z", "/checkout/v1/payment"
	lines := func(id, at, target, digest string) string {
		return "Client-Id:" + app + "\nRequest-Id:" + id + "\nRequest-Timestamp:" + at + "\nRequest-Target:" + target + "\nDigest:" + digest
	}
	good := b64Of(rawSHA(body))
	say := func(name, signed, want string) slip { return slip{name, signed, "", want} }
	return []slip{
		say("right", lines(id, at, target, good), ""),
		say("Java prints bytes", lines(id, at, target, "[B@1b6d3586"), ""), /* the address is another one each time */
		say("C# prints bytes", lines(id, at, target, "System.Byte[]"), "in place of the body"),
		say("Python prints bytes", lines(id, at, target, "b'"+good+"'"), "Python"),
		say("a placeholder of Java", lines(id, at, "${path}", good), "in place of the path"),
		say("a placeholder of C#", lines(id, at, "{0}", good), "in place of the path"),
		say("a placeholder of printf", lines("%s", at, target, good), "%s in place of id_"),
		say("Go's missing argument", lines("%!s(MISSING)", at, target, good), "MISSING|placeholder"),
		say("a placeholder with a number", lines("###1", at, target, good), "###1 in place of id_"),
		say("a promise", lines(id, at, target, "[object Promise]"), "Promise|await"),
		say("the stream was read", lines(id, at, target, b64Of(rawSHA(""))), "(?i)empty|nothing"),
		say("hexadecimal digest", lines(id, at, target, hexOf([]byte(rawSHA(body)))), "hex"),
		say("base64 of hexadecimal", lines(id, at, target, b64Of(hexOf([]byte(rawSHA(body))))), "hex"),
		say("the digest has a name in front", lines(id, at, target, "SHA-256="+good), "SHA-256="),
		say("blanks behind colons", strings.NewReplacer("Id:", "Id: ", "Timestamp:", "Timestamp: ", "Target:", "Target: ", "Digest:", "Digest: ").Replace(lines(id, at, target, good)), `": " between`),
		say("the target has a method", lines(id, at, "post "+target, good), "post"),
		say("a time with a zone", lines(id, "2026-11-28T14:25:00+08:00", target, good), "(?i)time|zone"),
		say("a time in milliseconds", lines(id, "2026-11-28T06:25:00.000Z", target, good), "(?i)milli|000Z|time"),
		say("headers in lower case", strings.NewReplacer("Client-Id", "client-id", "Request-Id", "request-id", "Request-Timestamp", "request-timestamp", "Request-Target", "request-target", "Digest", "digest").Replace(lines(id, at, target, good)), "(?i)lower|case"),
		say("two lines exchanged", strings.Replace(lines(id, at, target, good), "Client-Id:"+app+"\nRequest-Id:"+id, "Request-Id:"+id+"\nClient-Id:"+app, 1), "exchanged"),
		say("JSON_UNESCAPED_UNICODE is missing", lines(id, at, target, b64Of(rawSHA(`{"name":"x","no":"\u4e2d\/1"}`))), "PHP|JSON_UNESCAPED|u4e2d"),
		say("the body as a text in JSON", lines(id, at, target, b64Of(rawSHA(`"{\"name\":\"x\",\"no\":\"中/1\"}"`))), "(?i)quotes|json"),
		{"a key with quotes around it", lines(id, at, target, good), `"SK-hCJ42G28TA0MKG9LE2E_1"`, "quot"},
		{"a key from an unset variable of a shell", lines(id, at, target, good), "$SECRET", "placeholder|variable|\\$"},
		{"no key", lines(id, at, target, good), "-", "(?i)empty|nothing|without"},
	}
}

func doku(s slip) *message.Message {
	key := "SK-hCJ42G28TA0MKG9LE2E_1"
	if s.key != "" {
		key = strings.TrimSuffix(s.key, "-")
	}
	return wire("/checkout/v1/payment", "Client-Id: MCH-0001\nRequest-Id: r-1\nRequest-Timestamp: 2026-11-28T06:25:00Z\nContent-Type: application/json\nSignature: HMACSHA256="+
		b64Of(rawMAC(key, s.signed)), `{"name":"x","no":"中/1"}`)
}

// pairs are signed in the order of a list of their names.
func pairSlips() []slip {
	const names = "access_key,transaction_uuid,signed_field_names,signed_date_time,transaction_type,amount,bill_to"
	list := func(amount, bill, join string) string {
		return strings.Join([]string{"access_key=44ddfb12c0ef3d4a", "transaction_uuid=u-1", "signed_field_names=" + names, "signed_date_time=2026-11-28T06:25:00Z", "transaction_type=sale", "amount=" + amount, "bill_to=" + bill}, join)
	}
	say := func(name, signed, want string) slip { return slip{name, signed, "", want} }
	return []slip{
		say("right", list("1.00", "张三 & co", ","), ""),
		say("a number loses its zeros", list("1", "张三 & co", ","), "1.00|zero|number"),
		say("joined by &", list("1.00", "张三 & co", "&"), "&"),
		say("joined by a comma and a blank", list("1.00", "张三 & co", ", "), "(?i)blank|\", \""),
		say("HTML entities", list("1.00", "张三 &amp; co", ","), "(?i)html|amp"),
		say("a placeholder in a pair", list("%s", "张三 & co", ","), "%s in place of amount"),
		say("a pair of an unset variable", list("1.00", "undefined", ","), "undefined in place of bill_to"),
		say("ends with a comma", list("1.00", "张三 & co", ",")+",", "comma at its end"),
		say("values alone", strings.NewReplacer("access_key=", "", "transaction_uuid=", "", "signed_field_names=", "", "signed_date_time=", "", "transaction_type=", "", "amount=", "", "bill_to=", "").Replace(list("1.00", "张三 & co", ",")), "values alone"),
		say("escaped values", list("1.00", "%E5%BC%A0%E4%B8%89+%26+co", ","), "(?i)escap"),
		say("GBK", list("1.00", gbkOf("张三 & co"), ","), "GBK|GB18030"),
		say("the list is left out", strings.Replace(list("1.00", "张三 & co", ","), "signed_field_names="+names+",", "", 1), "signed_field_names"),
		say("sorted", "access_key=44ddfb12c0ef3d4a,amount=1.00,bill_to=张三 & co,signed_date_time=2026-11-28T06:25:00Z,signed_field_names="+names+",transaction_type=sale,transaction_uuid=u-1", "sort"),
	}
}

func cybersource(s slip) *message.Message {
	return wire("/pay", "Content-Type: application/x-www-form-urlencoded",
		"access_key=44ddfb12c0ef3d4a&profile_id=F1&transaction_uuid=u-1&signed_field_names=access_key%2Ctransaction_uuid%2Csigned_field_names%2Csigned_date_time%2Ctransaction_type%2Camount%2Cbill_to&signed_date_time=2026-11-28T06%3A25%3A00Z&transaction_type=sale&amount=1.00&bill_to=%E5%BC%A0%E4%B8%89+%26+co&signature="+
			strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(b64Of(rawMAC("de12f5a0", s.signed))))
}

// random letters are part of the key, and in front of the signature.
func saltSlips() []slip {
	const text, key = "A1B2&1795847100000&/open-api/order/create", "0123456789abcdef0123456789abcdefaB3dE"
	return []slip{
		{"right", text, key, ""},
		{"no letters behind the key", text, key[:32], "(?i)without|letters|salt"},
		{"letters in front of the key", text, "aB3dE" + key[:32], "(?i)front|exchanged|order"},
		{"other letters", text, key[:32] + "aB3dF", ""},
		{"seconds", "A1B2&1795847100&/open-api/order/create", key, "second"},
		{"a slash at the end", text + "/", key, "slash"},
		{"no slash at the beginning", "A1B2&1795847100000&open-api/order/create", key, "slash|without"},
		{"the query", text + "?a=1", key, "(?i)query"},
		{"the whole URL", "A1B2&1795847100000&https://www.bitstamp.net/open-api/order/create", key, "(?i)url|https"},
		{"no separators", "A1B21795847100000/open-api/order/create", key, "without|&"},
		{"a blank of a copied key", text, key[:32] + " aB3dE", "(?i)blank"},
		{"a key in upper case", text, strings.ToUpper(key[:32]) + "aB3dE", "(?i)upper"},
	}
}

func shein(s slip) *message.Message {
	return wire("/open-api/order/create?a=1", "x-lt-openKeyId: A1B2\nx-lt-timestamp: 1795847100000\nContent-Type: application/json\nx-lt-signature: aB3dE"+b64Of(macOf(s.key, s.signed)), `{"name":"x"}`)
}

// TestFurther: mistakes that no page lists, on three protocols of different shapes.
func TestFurther(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		slips []slip
		send  func(slip) *message.Message
	}{"doku": {dokuSlips(), doku}, "cybersource": {pairSlips(), cybersource}, "shein": {saltSlips(), shein}} {
		for _, s := range v.slips {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				d := open(t, name, false, func(*sender, map[string]string) *message.Message { return v.send(s) })
				causes, refused := d.find(t, nil)
				if refused != (s.name != "right") {
					t.Fatalf("refused is %v", refused)
				}
				if s.want != "" && (len(causes) == 0 || !regexp.MustCompile(s.want).MatchString(causes[0])) {
					t.Errorf("want %s in %q", s.want, causes)
				}
			})
		}
	}
}
