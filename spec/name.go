package spec

import (
	"cmp"
	"fmt"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Snake returns the column name of a wire name by convention: projGUID ->
// proj_guid, isDisabeld -> is_disabeld, GJJLName -> gjjl_name, cstGUID1 ->
// cst_guid1. A run of capitals is one word; digits belong to the word before them.
func Snake(name string) string {
	var b strings.Builder
	rs := []rune(name)
	for i, r := range rs {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteByte('_')
			continue
		}
		if i > 0 && unicode.IsUpper(r) && rs[i-1] != '_' {
			inner := i+1 < len(rs) && unicode.IsLower(rs[i+1])
			if !unicode.IsUpper(rs[i-1]) || inner {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// CompareSections orders section numbers: 4.2.10 after 4.2.9.
func CompareSections(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		if errX != nil || errY != nil {
			x, y = strings.Compare(as[i], bs[i]), 0
		}
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// packageForm is what the names of systems and groups look like.
var packageForm = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// cmdForm is what the names of interfaces look like.
var cmdForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*$`)

// IsCmd says whether a text can name an interface.
func IsCmd(name string) bool { return cmdForm.MatchString(name) }

// systemFiles are files of every system's package, beside the one that is called like
// the system.
var systemFiles = []string{"client", "receiver", "tables"}

// parameters are what generated code calls its own variables where it imports the
// packages of groups.
var parameters = []string{"c", "ctx", "db", "q"}

// IsGroup says whether a name of letters and digits can be that of a group: of a Go
// package that the system's package imports.
func IsGroup(name string) bool { return IsPackage(name) && !slices.Contains(parameters, name) }

// IsPackage says whether a name of letters and digits can be that of a Go package that
// others import.
func IsPackage(name string) bool {
	return !token.IsKeyword(name) && !slices.Contains([]string{"main", "init", "internal", "vendor", "testdata"}, name)
}

// SystemFault says what the name of a system should be instead; empty where it is good.
func SystemFault(name string) string {
	switch {
	case !packageForm.MatchString(name):
		return "small letters and digits, a letter first"
	case !IsPackage(name):
		return "Go keeps the name for itself; choose another"
	case name == "jiekou":
		return "the server keeps its own tables in the schema of that name; choose another"
	case slices.Contains(systemFiles, name):
		return "none of " + strings.Join(systemFiles, ", ") + ": every system has files of these names"
	}
	return ""
}

// GoName is the exported Go name of a wire name: projGUID -> ProjGUID,
// cst_info_create -> CstInfoCreate, proxyCompanyId -> ProxyCompanyID.
func GoName(name string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		runes := []rune(part)
		runes[0] = unicode.ToUpper(runes[0])
		b.WriteString(string(runes))
	}
	s := b.String()
	for _, short := range []string{"Id", "Url"} {
		if rest, ok := strings.CutSuffix(s, short); ok {
			s = rest + strings.ToUpper(short)
		}
	}
	if s == "" || !unicode.IsUpper([]rune(s)[0]) {
		s = "X" + s
	}
	return s
}

// GoField is the name of a field in its struct: its GoName, with Field behind one
// that a method of the struct has.
func GoField(name string) string {
	s := GoName(name)
	if slices.Contains([]string{"Check", "Decode", "Encode"}, s) {
		s += "Field"
	}
	return s
}

// GoKey is the GoField of a name without case: names that differ in nothing else
// would be one where Go lowers their first letters.
func GoKey(name string) string { return strings.ToLower(GoField(name)) }

// Settle gives fields that lie beside each other names that differ in Go too, where
// their own names do not: user_id and userId become UserID and UserID2.
func (list Fields) Settle() {
	taken := map[string]bool{}
	for _, f := range list {
		taken[GoKey(f.Name)] = true
	}
	first := map[string]bool{}
	for _, f := range list {
		f.beside = list
		key := GoKey(f.Name)
		if !first[key] {
			first[key] = true
			continue
		}
		n := 2
		for ; taken[key+strconv.Itoa(n)]; n++ {
		}
		f.goName = GoField(f.Name) + strconv.Itoa(n)
		taken[key+strconv.Itoa(n)] = true
	}
}

// GoName is the name of the field in its struct.
func (f *Field) GoName() string { return cmp.Or(f.goName, GoField(f.Name)) }

// GoNameOf is the name of the field that a condition of f names in its struct, behind
// as many ../ as the condition has.
func (f *Field) GoNameOf(name string) string {
	levels, own := Outward(name)
	front := strings.Repeat(outward, levels)
	if other := f.Decider(f.beside, name); other != nil {
		path := other.GoName()
		for n, up := strings.Count(own, "/"), other.Parent; n > 0; n, up = n-1, up.Parent {
			path = up.GoName() + "." + path
		}
		return front + path
	}
	return front + GoField(own)
}

// GoMember is the name of a field in the names of what is made for it: GoName, or the
// plain one where a method of the struct has none.
func (f *Field) GoMember() string { return cmp.Or(f.goName, GoName(f.Name)) }

// Types visits the objects in the fields of a Go type by the names of their own types.
func (list Fields) Types(parent string, visit func(name string, f *Field)) {
	for _, f := range list {
		if len(f.Fields) == 0 {
			continue
		}
		name := parent + f.GoMember()
		visit(name, f)
		f.Fields.Types(name, visit)
	}
}

// Named is what something is called in a revision, and what it says by was: that it was
// called before; empty: it says nothing.
type Named struct{ Name, Was string }

// Heirs says what each name of an earlier revision is called in the later one: by what
// was: says there, by the same name, or by what was: said in the earlier revision, when
// revisions are compared backwards. Names may move on in a row (b was a, c was b) and
// change places (a was b, b was a). A was: from an earlier revision says nothing: the name
// that it means is not there, or is still that of its own.
func Heirs(before, after []Named) map[string]string {
	was, is := byName(before), byName(after)
	claims := map[string]string{} // the later name of an earlier one
	for _, n := range after {
		old, there := was[n.Name]
		_, known := was[n.Was]
		if stale := there && old.Was == n.Was; n.Was != n.Name && known && !stale && claims[n.Was] == "" {
			claims[n.Was] = n.Name
		}
	}
	moves := func(name string) bool { n, ok := is[name]; return ok && claims[n.Was] == name }
	for again := true; again; {
		again = false
		for name := range claims {
			if _, still := is[name]; still && !moves(name) {
				delete(claims, name)
				again = true
			}
		}
	}
	heirs := maps.Clone(claims)
	for _, n := range before {
		if _, still := is[n.Name]; still && heirs[n.Name] == "" && !moves(n.Name) {
			heirs[n.Name] = n.Name
		}
	}
	taken := slices.Collect(maps.Values(heirs))
	for _, n := range before {
		if _, there := is[n.Was]; there && heirs[n.Name] == "" && !slices.Contains(taken, n.Was) {
			heirs[n.Name] = n.Was
			taken = append(taken, n.Was)
		}
	}
	return heirs
}

func byName(list []Named) map[string]Named {
	out := map[string]Named{}
	for _, n := range list {
		out[n.Name] = n
	}
	return out
}

// Misnamed says of names of a later revision what is wrong with their was:, by the name:
// that it is the name itself, that nothing of the earlier one is called so, that it is called so still, or that another
// one was it. Beside a was: of an earlier revision, as it stood there, nothing is wrong.
func Misnamed(before, after []Named) map[string]string {
	was, is, heirs := byName(before), byName(after), Heirs(before, after)
	out := map[string]string{}
	for _, n := range after {
		old, there := was[n.Name]
		_, known := was[n.Was]
		_, still := is[n.Was]
		switch {
		case n.Was == "", there && old.Was == n.Was:
		case n.Was == n.Name:
			out[n.Name] = n.Name + " names itself"
		case heirs[n.Was] == n.Name:
		case !known:
			out[n.Name] = fmt.Sprintf("nothing was called %s in the revision before", n.Was)
		case still && heirs[n.Was] == n.Was:
			out[n.Name] = fmt.Sprintf("%s is called so still", n.Was)
		default:
			out[n.Name] = fmt.Sprintf("%s is called %s now", n.Was, heirs[n.Was])
		}
	}
	return out
}
