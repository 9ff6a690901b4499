package catalog

import "testing"

// TestInert holds that no cell is a formula and that codes stay numbers.
func TestInert(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "姓名": "姓名", "-1": "-1", "+1.5": "+1.5", "1=男": "1=男",
		"=cmd|'/c calc'!A0": "'=cmd|'/c calc'!A0", "+1+1": "'+1+1", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1",
	} {
		if got := inert(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
