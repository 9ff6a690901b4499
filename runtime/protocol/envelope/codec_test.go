package envelope

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	step := func(i int, change func(*Step)) func(*Spec) { return func(s *Spec) { change(&s.Steps[i]) } }
	field := func(i int, change func(*HeaderField)) func(*Spec) { return func(s *Spec) { change(&s.Header[i]) } }
	for want, change := range map[string]func(*Spec){
		`head and data need two names`:                             func(s *Spec) { s.Data = "" },
		`app: unknown value "header.appId"`:                        func(s *Spec) { s.App = "header.appId" },
		`app: "appid" is no field`:                                 func(s *Spec) { s.App = "appid" },
		`app: unknown value "query.app_key"`:                       func(s *Spec) { s.App = "query.app_key" },
		`no app`:                                                   func(s *Spec) { s.App = "" },
		`message: unknown value "header.id"`:                       func(s *Spec) { s.Message = "header.id" },
		`"a b" is no name of a field`:                              field(0, func(f *HeaderField) { f.Name = "a b" }),
		`field appid is declared twice`:                            field(1, func(f *HeaderField) { f.Name = "appid" }),
		"field sid: error parsing regexp: invalid repeat":          field(2, func(f *HeaderField) { f.Pattern = "[0-9]{9,1}" }),
		"field sid: error parsing regexp: missing closing ]":       field(2, func(f *HeaderField) { f.Pattern = "[0" }),
		`step 1: unknown operation "sign"`:                         step(0, func(s *Step) { s.Op = "sign" }),
		`step 1: encrypt: unknown algorithm "rc5"`:                 step(0, func(s *Step) { s.Algorithm = "rc5" }),
		`step 1: encrypt: unknown key ""`:                          step(0, func(s *Step) { s.Key = "" }),
		`step 2: encode: unknown algorithm "base32"`:               step(1, func(s *Step) { s.Algorithm = "base32" }),
		`step 2: encode: to "header.cmd" is not the member "data"`: step(1, func(s *Step) { s.To = "header.cmd" }),
		`step 2: encrypt: a second time`:                           func(s *Spec) { s.Steps[1] = s.Steps[0] },
		`step 3: encode: a second time`:                            func(s *Spec) { s.Steps[2] = s.Steps[1] },
		`step 2: encrypt: after encode`: func(s *Spec) {
			s.Steps[0], s.Steps[1] = s.Steps[1], s.Steps[0]
		},
		`step 3: digest: unknown algorithm "md5"`:                 step(2, func(s *Step) { s.Algorithm = "md5" }),
		`step 3: digest: over needs 1 to 8 values`:                step(2, func(s *Step) { s.Over = nil }),
		`step 3: digest: to "token" is no header field`:           step(2, func(s *Step) { s.To = "token" }),
		`step 3: digest: header.timestamp is a number`:            step(2, func(s *Step) { s.To = "header.timestamp" }),
		`step 3: digest: header.sid names the app or the message`: step(2, func(s *Step) { s.To = "header.sid" }),
		`step 4: digest: header.dataCode is made twice`:           step(3, func(s *Step) { s.To = "header.dataCode" }),
		`step 4: digest: unknown value "header.nonce"`:            step(3, func(s *Step) { s.Over[0] = "header.nonce" }),
		`step 4: digest: unknown order "natural"`:                 step(3, func(s *Step) { s.Order = "natural" }),
		`step 4: digest: unknown order "any"`:                     step(3, func(s *Step) { s.Accept = []string{"any"} }),
		`step 4: digest: header.dataCode is used before it is made`: func(s *Spec) {
			s.Steps[2], s.Steps[3] = s.Steps[3], s.Steps[2]
		},
		`step 1: digest: data is not encoded yet`: func(s *Spec) { s.Steps = s.Steps[2:] },
		`no step encodes data`:                    func(s *Spec) { s.Steps = s.Steps[:1] },
		`step 1: compare: value "token" is no text field`: func(s *Spec) {
			s.Steps = []Step{{Op: "compare", Value: "token", With: "token"}}
		},
		`step 1: compare: with "header.cmd" is no secret`: func(s *Spec) {
			s.Steps = []Step{{Op: "compare", Value: "header.sid", With: "header.cmd"}}
		},
		`more than 32 fields`: func(s *Spec) {
			for i := range 26 {
				s.Header = append(s.Header, HeaderField{Name: "f" + string(rune('a'+i))})
			}
		},
	} {
		spec := lianfa()
		change(&spec)
		c, err := New(spec)
		if err == nil || c != nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s\n got %v", want, err)
		}
	}
}

func TestCodecSays(t *testing.T) {
	t.Parallel()
	c, _ := setup(t)
	if diff := cmp.Diff([]string{"appkey", "token"}, c.Secrets()); diff != "" || c.Sender() != "100" {
		t.Error(diff, c.Sender())
	}
}

// A head of another name is one of the names of its fields.
func TestOtherMemberNames(t *testing.T) {
	t.Parallel()
	spec := lianfa()
	spec.Head, spec.Data, spec.App = "kopf", "last", "kopf.appid"
	spec.Steps[1].To, spec.Steps[2].Over = "last", []string{"last"}
	c, k := setupSpec(t, spec)
	body, err := c.Seal(nil, docHeader(), []byte(docPlain), k)
	if err != nil || !strings.HasPrefix(string(body), `{"kopf":{"appid":"123"`) {
		t.Fatal(string(body), err)
	}
	if got, err := open(c, k, string(body)); string(got) != docPlain || err != nil {
		t.Error(string(got), err)
	}
	_, err = open(c, k, strings.Replace(string(body), `"cmd"`, `"Cmd"`, 1))
	if got := refusal(t, err); got != "required required:kopf/cmd" {
		t.Error(got)
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, value string
		want           bool
	}{
		{"[0-9]{3}", "123", true},
		{"[0-9]{3}", "12", false},
		{"[0-9]{3}", "1234", false},
		{`\d{1,2}`, "1", true},
		{`\d{1,2}`, "", false},
		{`^[0-9]{1,2}$`, "12", true},
		{`^[0-9]{1,2}$`, "12\n", false},
		{"[0-9]{3}", "1 3", false},
		{"[0-9]{3}", "1:3", false},
		{"[0-9]{3}", "1/3", false},
		{"[0-9]{3}", "٣", false},
		{"[a-c]+", "abcabc", true},
		{"[a-c]+", "", false},
		{"[^a]+", "b数", true},
		{"[^a]+", "ba", false},
		{"[a-c]*", "", true},
		{"(?i)[a-c]{2}", "Ac", true},
		{"[0-9]{2}x", "12x", true},
		{"[0-9]{2}x", "12", false},
		{"[0-9]{2,}", "1", false},
		{"[0-9]{2,}", "1234", true},
		{"a|b", "b", true},
		{"a|b", "ab", false},
		{"^a.*$", "a\nb", false},
		{"[0-9A-Za-z-]{1,64}", "a-1", true},
		{"[0-9A-Za-z-]{1,64}", "a_1", false},
	} {
		match, err := compilePattern(tt.pattern)
		if err != nil || match(tt.value) != tt.want {
			t.Errorf("%s of %q: %v, %v", tt.pattern, tt.value, !tt.want, err)
		}
	}
}
