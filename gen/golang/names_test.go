package golang

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/jiekou-dev/jiekou/spec"
)

func TestGoName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, exported, local string }{
		{"projGUID", "ProjGUID", "projGUID"},
		{"cst_info_create", "CstInfoCreate", "cstInfoCreate"},
		{"proxyCompanyId", "ProxyCompanyID", "proxyCompanyID"},
		{"id", "ID", "id"},
		{"ID", "ID", "id"},
		{"URLs", "URLs", "urLs"},
		{"imageUrl", "ImageURL", "imageURL"},
		{"Mobile", "Mobile", "mobile"},
		{"IDCard", "IDCard", "idCard"},
		{"GUID", "GUID", "guid"},
		{"a", "A", "a"},
		{"isDisabeld", "IsDisabeld", "isDisabeld"},
		{"base_buildingUnit_list", "BaseBuildingUnitList", "baseBuildingUnitList"},
		{"v2", "V2", "v2"},
		{"2nd", "X2nd", "x2nd"},
		{"_", "X", "x"},
		{"", "X", "x"},
		{"楼栋", "X楼栋", "x楼栋"},
		{"data-code", "DataCode", "dataCode"},
		{"data/list", "DataList", "dataList"},
		{"type", "Type", "type"},
		{"len", "Len", "len"},
		{"err", "Err", "err"},
		{"q", "Q", "q"},
		{"wire", "Wire", "wire"},
		{"string", "String", "string"},
	} {
		if got := goName(c.name); got != c.exported {
			t.Errorf("goName(%q) = %q, want %q", c.name, got, c.exported)
		}
		if got := lowerName(c.name); got != c.local {
			t.Errorf("lowerName(%q) = %q, want %q", c.name, got, c.local)
		}
	}
}

// TestGoNameIsName feeds names of all sorts: every result can be declared.
func TestGoNameIsName(t *testing.T) {
	t.Parallel()
	random := newRandom()
	for range 5000 {
		name := random.text("aAzZ09_-/. 中éßıİ٣", 8)
		if got := goName(name); !token.IsIdentifier(got) || !token.IsExported(got) {
			t.Fatalf("goName(%q) = %q is no exported name", name, got)
		}
		if got := localName(name); !token.IsIdentifier(got) || token.IsExported(got) || reserved(got) {
			t.Fatalf("localName(%q) = %q is no local name", name, got)
		}
	}
}

// TestReserved checks that no local name hides what generated code uses.
func TestReserved(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"type", "func", "range", "nil", "any", "append", "new", "error", "context", "problem", "store", "wire", "q", "p", "a", "o", "c", "in", "out", "ctx", "call", "err", "page", "list"} {
		if got := localName(name); !reserved(name) || got != name+"_" {
			t.Errorf("localName(%q) = %q", name, got)
		}
	}
	for _, name := range []string{"mobile", "projGUID", "types", "id"} {
		if got := localName(name); reserved(name) || got != name {
			t.Errorf("localName(%q) = %q", name, got)
		}
	}
}

func TestMemberVariable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"attachs": "attach", "lines": "line", "buildUnit": "buildUnitMember", "s": "sMember", "rows": "rowsMember", "types": "typesMember", "range": "rangeMember",
	} {
		if got := strings.ReplaceAll(memberVariable(&spec.Field{Name: name}), "_", ""); got != want {
			t.Errorf("memberVariable(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 20, []string{"//"}},
		{"one two", 20, []string{"// one two"}},
		{"one two three four", 12, []string{"// one two", "// three", "// four"}},
		{"a\n\nb", 20, []string{"// a", "//", "// b"}},
		{"\n a  b \n", 20, []string{"// a b"}},
		{"averyveryverylongword x", 10, []string{"// averyveryverylongword", "// x"}},
		{"一二三四 五六七八", 12, []string{"// 一二三四", "// 五六七八"}},
		{"/* x */ //go:embed y", 40, []string{"// /* x */ //go:embed y"}},
		{"a\r\nb", 40, []string{"// a", "// b"}},
	} {
		if got := wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

// TestWrapIsComment wraps random texts: each line is a comment that is no
// directive, no wider than asked unless one word is, and no word is lost.
func TestWrapIsComment(t *testing.T) {
	t.Parallel()
	random := newRandom()
	for range 2000 {
		text := random.text("ab 一 \n\r\t/*:`", 60)
		lines := wrap(text, 20)
		for _, line := range lines {
			if line != "//" && !strings.HasPrefix(line, "// ") || strings.ContainsAny(line, "\n\r") {
				t.Fatalf("wrap(%q) has the line %q", text, line)
			}
			if columnsOf(line) > 20 && len(strings.Fields(line)) > 2 {
				t.Fatalf("wrap(%q) has the wide line %q", text, line)
			}
		}
		joined := strings.ReplaceAll("\n"+strings.Join(lines, "\n"), "\n//", " ")
		if !slices.Equal(strings.Fields(joined), strings.Fields(text)) {
			t.Fatalf("wrap(%q) = %q loses words", text, lines)
		}
	}
}
