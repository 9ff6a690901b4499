package envelope_test

import (
	"fmt"
	"strings"

	"github.com/jiekou-dev/jiekou/runtime/protocol/envelope"
)

func ExampleCodec_Seal() {
	codec, err := envelope.New(envelope.Spec{
		Head: "header", Data: "data",
		Header: []envelope.HeaderField{
			{Name: "appid", Required: true},
			{Name: "sid", Required: true, Pattern: "[0-9]{16,20}"},
			{Name: "authCode", Required: true},
			{Name: "dataCode", Required: true},
		},
		App: "header.appid", Message: "header.sid",
		Steps: []envelope.Step{
			{Op: "encrypt", Algorithm: "rc4", Key: "appkey"},
			{Op: "encode", Algorithm: "base64", To: "data"},
			{Op: "digest", Algorithm: "sha1", Over: []string{"data"}, To: "header.dataCode"},
			{
				Op: "digest", Algorithm: "sha1", Order: "sorted", To: "header.authCode",
				Over: []string{"header.appid", "header.sid", "token", "header.dataCode"},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := codec.Keys("123", map[string]string{"appkey": "not a real key", "token": "not a real token"})
	if err != nil {
		fmt.Println(err)
		return
	}
	header := envelope.Header{Values: []envelope.Value{
		{Name: "appid", Text: "123"},
		{Name: "sid", Text: "2014123123123123"},
	}}
	body, err := codec.Seal(nil, header, []byte(`{"hello":123}`), keys)
	fmt.Println(strings.ReplaceAll(string(body), `,"`, ",\n\""), err)
	fmt.Println(keys)

	var message envelope.Message
	if err := codec.Parse(body, &message); err != nil {
		fmt.Println(err)
		return
	}
	payload, err := codec.Open(nil, &message, keys)
	fmt.Println(codec.App(&message), string(payload), err)
	// Output:
	// {"header":{"appid":"123",
	// "sid":"2014123123123123",
	// "authCode":"bf742bcc83af5c167dba2a6adc1ade2507bc7ea3",
	// "dataCode":"1a45d06a34c04eea5fab07105a60fef0b0715bda"},
	// "data":"JO6oTwqSXJ8GP1rvbA=="} <nil>
	// [secret]
	// 123 {"hello":123} <nil>
}
