package gen

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
)

// What is taken from YAML to change other YAML with.
var (
	scalar = regexp.MustCompile(`[\pL\pN_./%+-]+`)
	pair   = regexp.MustCompile(`[{,] ?\w+: (?:[\w.-]+|"[^"{}]*"|\[[^]{}]*\])`)
	row    = regexp.MustCompile(`(?m)^ +\w+: +\{.*\}$`)
)

// found are the matches of a pattern in all files of a world, in order.
func found(of *regexp.Regexp, world fstest.MapFS) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(world)) {
		out = append(out, of.FindAllString(string(world[name].Data), -1)...)
	}
	return out
}

// mutated is one of the worlds with up to three changes.
func mutated(random *rand.Rand, worlds []fstest.MapFS) fstest.MapFS {
	out := fstest.MapFS{}
	for name, file := range worlds[random.IntN(len(worlds))] {
		out[name] = &fstest.MapFile{Data: file.Data}
	}
	names := slices.Sorted(maps.Keys(out))
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, ".yaml") })
	for range 1 + random.IntN(3) {
		file := out[names[random.IntN(len(names))]]
		if random.IntN(2) == 0 {
			file.Data = []byte(enriched(random, string(file.Data), worlds[random.IntN(len(worlds))]))
			continue
		}
		text := string(file.Data)
		lines := strings.Split(text, "\n")
		n := random.IntN(len(lines))
		at := scalar.FindAllStringIndex(text, -1)
		if len(at) == 0 {
			continue
		}
		one, other := at[random.IntN(len(at))], at[random.IntN(len(at))]
		word := text[other[0]:other[1]]
		if random.IntN(2) == 0 {
			word = odd[random.IntN(len(odd))]
		}
		switch random.IntN(5) {
		case 0:
			text = strings.Join(slices.Delete(lines, n, n+1), "\n")
		case 1:
			text = strings.Join(slices.Insert(lines, n, lines[n]), "\n")
		case 2: // everywhere
			from := regexp.MustCompile(`\b` + regexp.QuoteMeta(text[one[0]:one[1]]) + `\b`)
			for _, name := range names {
				out[name] = &fstest.MapFile{Data: []byte(from.ReplaceAllLiteralString(string(out[name].Data), word))}
			}
			continue
		default:
			text = text[:one[0]] + word + text[one[1]:]
		}
		file.Data = []byte(text)
	}
	return out
}

// enriched is a text with a key or a row of another world: the value of one of its own
// keys becomes another that the key has there, a mapping gets one more key, or a row
// comes in front of one of its own.
func enriched(random *rand.Rand, text string, from fstest.MapFS) string {
	pick := func(of *regexp.Regexp) (string, []int) {
		theirs, own := found(of, from), of.FindAllStringIndex(text, -1)
		if len(theirs) == 0 || len(own) == 0 {
			return "", nil
		}
		return theirs[random.IntN(len(theirs))], own[random.IntN(len(own))]
	}
	if random.IntN(4) == 0 {
		if theirs, at := pick(row); at != nil {
			own := text[at[0]:at[1]]
			return text[:at[0]] + own[:len(own)-len(strings.TrimLeft(own, " "))] + strings.TrimLeft(theirs, " ") + "\n" + text[at[0]:]
		}
		return text
	}
	theirs, at := pick(pair)
	if at == nil {
		return text
	}
	theirs = strings.TrimLeft(theirs, "{, ")
	key, _, _ := strings.Cut(theirs, ":")
	same := regexp.MustCompile(`[{,] ?`+key+`: (?:[\w.-]+|"[^"{}]*"|\[[^]{}]*\])`).FindAllStringIndex(text, -1)
	if len(same) > 0 && random.IntN(2) == 0 {
		at = same[random.IntN(len(same))]
		return text[:at[0]+1] + " " + theirs + text[at[1]:]
	}
	return text[:at[0]+1] + " " + theirs + ", " + strings.TrimLeft(text[at[0]+1:], " ")
}

var odd = []string{
	"check", "decode", "Encode", "left", "order", "type", "return", "store", "wire", "0", "-1", "01", "1e3", "9223372036854775807", "TRUE",
	"'0x01'", "\"it's\"", "int", "long", "decimal", "datetime", "date", "epoch", "bool", "array", "object", "map", "string", "json", "true", "false",
	"'*'", "'a.b'", "a-b", strings.Repeat("a_long_name_", 8), "insert", "update", "upsert", "get", "list", "exists", "append", "replace", "guid", "now",
}
