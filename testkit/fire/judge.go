package fire

import (
	"fmt"
	"slices"

	"github.com/jiekou-dev/jiekou/runtime/problem"
	"github.com/jiekou-dev/jiekou/runtime/tree"
	"github.com/jiekou-dev/jiekou/testkit/sample"
)

// judge compares an answer with the expected one.
func (g *gun) judge(s shot, got Answer, known map[string]string) (Verdict, string) {
	want := s.Expect
	status := want.Status
	if status == 0 {
		status = 200
	}
	switch {
	case got.Shut != "":
		return Failed, unopened(got.Shut)
	case got.Status != status:
		return Failed, fmt.Sprintf("HTTP状态应为%d，实际为%d", status, got.Status)
	case got.Code != want.Code && !slices.Contains(want.Again, got.Code):
		return Failed, fmt.Sprintf("错误码应为%s，实际为%s %s", orNone(want.Code), orNone(got.Code), got.Text)
	}
	if want.Field != "" {
		_, text := g.System.Errors.Resolve(&problem.Error{Code: want.Code, Field: want.Field})
		if got.Text != text {
			return Failed, fmt.Sprintf("错误描述应为%q，实际为%q", text, got.Text)
		}
	}
	return g.replied(s, got, known)
}

// unopened says that a reply is sealed with other keys.
func unopened(step string) string {
	return "响应无法用应用的token和appkey验证：" + step
}

// orNone is a code, or a word where there is none.
func orNone(code string) string {
	if code == "" {
		return "（没有可读的响应）"
	}
	return code
}

// replied compares values of the reply's payload.
func (g *gun) replied(s shot, got Answer, known map[string]string) (Verdict, string) {
	for _, c := range s.Expect.Reply {
		filled, err := sample.Fill(c.Value.String(), s.number, known)
		if err != nil {
			return Broken, err.Error()
		}
		value, err := tree.Parse([]byte(filled))
		if err != nil {
			return Broken, err.Error()
		}
		want, _ := value.Plain()
		have, ok := g.member(got.Plain, c.Path)
		if !ok || have != want {
			return Failed, fmt.Sprintf("响应的%s应为%q，实际为%q", c.Path, want, have)
		}
	}
	return Passed, ""
}

// member is the text of a value of a reply's payload.
func (g *gun) member(plain, path string) (string, bool) {
	if g.System.Frame.Payload != "" {
		path = g.System.Frame.Payload + "/" + path
	}
	return tree.At([]byte(plain), path)
}
