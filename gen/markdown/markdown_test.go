package markdown

import "testing"

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(string) string
		text string
		want string
	}{
		{"line", Line, " a\n*b* _c_ ~d~ `e` ", "a \\*b\\* \\_c\\_ \\~d\\~ \\`e\\`"},
		{"line", Line, "<b>&amp;", "&lt;b&gt;&amp;amp;"},
		{"cell", Cell, " a|b\nc `d` ", "a\\|b c \\`d\\`"},
		{"cell", Cell, "<b>&", "&lt;b&gt;&amp;"},
		{"line", Line, "[a](http://e)", "[a]\\(http://e)"},
		{"anchor", Anchor, "cst_attach_create_V2", "cst_attach_create_v2"},
	} {
		if got := c.do(c.text); got != c.want {
			t.Errorf("%s of %q is %q, want %q", c.name, c.text, got, c.want)
		}
	}
}
