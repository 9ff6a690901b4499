package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// word is one word of a command line.
type word struct {
	text string
	line int
}

// shellWords splits the first command of a text into words, as bash does, without
// variables and commands in it. cut reports that an & inside of a word ended it. line
// is that of the text's beginning.
func shellWords(text string, line int) (words []word, cut bool, err error) {
	at := func(p syntax.Pos) int { return line + int(max(p.Line(), 1)) - 1 }
	first, err := firstCommand(text)
	if e, ok := errors.AsType[syntax.ParseError](err); ok {
		return nil, false, fmt.Errorf("line %d: expected %s", at(e.Pos), mend(e))
	}
	if err != nil {
		return nil, false, fmt.Errorf("line %d: %w", line, err)
	}
	call, ok := leftmost(first).(*syntax.CallExpr)
	if !ok {
		return nil, false, fmt.Errorf("line %d: expected a curl command", at(first.Pos()))
	}
	if in := slices.IndexFunc(first.Redirs, func(r *syntax.Redirect) bool { return reads(r.Op) }); in >= 0 {
		return nil, false, fmt.Errorf("line %d: expected a curl command with its values in it, found %s: put what it reads into it",
			at(first.Redirs[in].Pos()), first.Redirs[in].Op)
	}
	for i, one := range call.Args {
		if windows(one, i == len(call.Args)-1) {
			return nil, false, fmt.Errorf("line %d: expected the quotes of a POSIX shell, found those of Windows: "+
				"copy it as cURL (bash), not as cURL (cmd)", at(one.Pos()))
		}
		plain, err := unquoted(one.Parts, false)
		if err != nil {
			return nil, false, fmt.Errorf("line %d: %w", at(one.Pos()), err)
		}
		words = append(words, word{plain, at(one.Pos())})
	}
	return words, first.Background && inWord(text, at(first.Semicolon)-line, int(first.Semicolon.Col())), nil
}

// mend says what the parser misses, and nothing of the text, which may be a secret.
func mend(e syntax.ParseError) string {
	if strings.Contains(e.Text, "without closing quote") {
		return "a quote that closes the one that begins here"
	}
	return "a curl command as cURL (bash), found one that a shell cannot read: is a value not quoted?"
}

// firstCommand parses up to the end of the first command.
func firstCommand(text string) (first *syntax.Stmt, err error) {
	// The parser drops the CR of each CR LF, which a quoted body may have.
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\\\r\n", "\\\n"), "\r\n", "\r\r\n")
	found := false
	for one, wrong := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(strings.NewReader(text)) {
		if !found { // all is parsed: StmtsSeq does not bear a break where what follows is wrong
			first, err, found = one, wrong, true
		}
	}
	if !found {
		err = errors.New("expected a curl command")
	}
	return first, err
}

// leftmost is the first command of a pipe or a list.
func leftmost(s *syntax.Stmt) syntax.Command {
	for {
		pair, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok {
			return s.Cmd
		}
		s = pair.X
	}
}

// reads reports whether a redirection gives a command something to read.
func reads(op syntax.RedirOperator) bool {
	return slices.Contains([]syntax.RedirOperator{syntax.RdrIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.RdrInOut}, op)
}

// windows reports whether a word has the quotes of Windows: ^" and, at the end of a
// line, ^.
func windows(w *syntax.Word, last bool) bool {
	for i, part := range w.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || !strings.HasSuffix(lit.Value, "^") {
			continue
		}
		if i+1 == len(w.Parts) {
			return last && lit.Value == "^"
		}
		if _, quoted := w.Parts[i+1].(*syntax.DblQuoted); quoted {
			return true
		}
	}
	return false
}

// unquoted is the text of a word, or in double quotes. It refuses anything that
// only a shell knows.
func unquoted(parts []syntax.WordPart, double bool) (string, error) {
	var b strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescaped(part.Value, double))
		case *syntax.SglQuoted:
			text := part.Value
			if part.Dollar {
				text, _, _ = expand.Format(nil, text, nil) // fails for verbs only, of which $'…' has none
			}
			b.WriteString(text)
		case *syntax.DblQuoted:
			text, err := unquoted(part.Parts, true)
			if err != nil {
				return "", err
			}
			b.WriteString(text)
		case *syntax.ParamExp:
			return "", errors.New("expected text, found a variable of the shell: put its value into the capture")
		default:
			return "", errors.New("expected text, found a command of the shell: put what it prints into the capture")
		}
	}
	return b.String(), nil
}

// unescaped takes the backslashes away that a shell does.
func unescaped(text string, double bool) string {
	if !double {
		text = strings.TrimSuffix(text, "\r") // of the end of a line
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (!double || strings.IndexByte("\"\\$`", text[i+1]) >= 0) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// inWord reports whether the & in a line, at a byte from 1 on, stands inside of a
// word.
func inWord(text string, line, at int) bool {
	row := strings.Split(text, "\n")[line]
	return at > 1 && at < len(row) && !strings.ContainsAny(row[at-2:at-1]+row[at:at+1], "& \t\r")
}
