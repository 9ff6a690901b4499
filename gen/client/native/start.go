package native

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jiekou-dev/jiekou/gen/example"
	"github.com/jiekou-dev/jiekou/spec"
)

// request is the least that a call must be given, as a language writes it.
func (s *system) request(l literals, e *endpoint) string {
	return l.sample(e.request, example.Typed(s.given(e.Interface)))
}

// pythonStart is the program that somebody begins with.
func (s *system) pythonStart(e *endpoint) string {
	name, module := spec.GoName(s.Name), pythonPackage(s.System)
	names, _ := s.needs(s.hasCalls())
	keys := "{" + strings.Join(each(names, func(one string) string { return quoted(one) + `: "…"` }), ", ") + "}"
	if e == nil {
		return fmt.Sprintf("from %s import %sReceiver\n\nreceiver = %sReceiver(\"…\", %s)\n", module, name, name, keys)
	}
	sample, head := s.request(pythonLiterals(), e), ""
	if strings.Contains(sample, "Decimal(") {
		head = "from decimal import Decimal\n\n"
	}
	return head + fmt.Sprintf(`from %s import RefusedError, %sClient, models

client = %sClient("http://127.0.0.1:8080", "300", %s)
try:
    reply = client.%s(%s)
    print(reply)
except RefusedError as e:
    print(e.code, e.text)  # of the document
`, module, name, name, keys, pythonMethod(e), sample)
}

func pythonLiterals() literals {
	l := literals{
		class: func(c *class, members []string) string {
			return "models." + c.name + "(" + strings.Join(members, ", ") + ")"
		},
		member: func(m *member, value string) string { return m.attr + "=" + value },
		list:   func(_ string, items []string) string { return "[" + strings.Join(items, ", ") + "]" },
		typ:    func(*spec.Field, *class) string { return "" },
		object: func(names, values []string) string { return "{" + pairs(names, values, "%s: %s") + "}" },
		text:   quoted,
		truth:  func(on bool) string { return raised(strconv.FormatBool(on)) },
		number: func(text string) string { return text },
	}
	l.scalar = func(f *spec.Field, v any) string {
		if f.Shape() == spec.Fraction {
			return "Decimal(" + quoted(fmt.Sprint(v)) + ")"
		}
		return l.free(v)
	}
	return l
}

// javaStart is the program that somebody begins with.
func (s *system) javaStart(e *endpoint) string {
	name := spec.GoName(s.Name)
	names, _ := s.needs(s.hasCalls())
	keys := "Map.of(" + strings.Join(each(names, func(one string) string { return javaText(one) + `, "…"` }), ", ") + ")"
	if e == nil {
		return fmt.Sprintf("var receiver = new %sReceiver(\"…\", %s);\n", name, keys)
	}
	return fmt.Sprintf(`var client = new %sClient("http://127.0.0.1:8080", "300", %s);
try {
    var reply = client.%s(%s);
    System.out.println(reply);
} catch (RefusedException e) {
    System.err.println(e.code() + " " + e.text()); // of the document
}
`, name, keys, javaMethod(e), s.request(javaLiterals(), e))
}

func javaLiterals() literals {
	l := literals{
		class:  func(c *class, members []string) string { return "new " + c.name + "()" + strings.Join(members, "") },
		member: func(m *member, value string) string { return ".set" + m.accessor + "(" + value + ")" },
		list:   func(_ string, items []string) string { return "List.of(" + strings.Join(items, ", ") + ")" },
		typ:    func(*spec.Field, *class) string { return "" },
		object: func(names, values []string) string { return "Map.of(" + pairs(names, values, "%s, %s") + ")" },
		text:   javaText,
		truth:  strconv.FormatBool,
		number: func(text string) string {
			if strings.Contains(text, ".") {
				return "new BigDecimal(" + javaText(text) + ")"
			}
			return text + "L"
		},
	}
	l.scalar = func(f *spec.Field, v any) string {
		if typ := javaScalar(f); typ == "BigInteger" || typ == "BigDecimal" {
			return "new " + typ + "(" + javaText(fmt.Sprint(v)) + ")"
		}
		return l.free(v)
	}
	return l
}

// phpStart is the program that somebody begins with.
func (s *system) phpStart(e *endpoint) string {
	name, home := spec.GoName(s.Name), phpSpace(s.System)
	names, _ := s.needs(s.hasCalls())
	keys := "[" + strings.Join(each(names, func(one string) string { return phpText(one) + " => '…'" }), ", ") + "]"
	if e == nil {
		return fmt.Sprintf("<?php\n\nrequire '%s-client/autoload.php';\n\n$receiver = new %s\\%sReceiver('…', %s);\n$receiver->serve();\n", s.Name, home, name, keys)
	}
	classes := []string{name + "Client", "RefusedException"}
	sample := s.request(phpLiterals(&classes), e)
	slices.Sort(classes)
	return fmt.Sprintf(`<?php

use %s\{%s};

require '%s-client/autoload.php';

$client = new %sClient('http://127.0.0.1:8080', '300', %s);
try {
    $reply = $client->%s(%s);
    print_r($reply);
} catch (RefusedException $e) {
    echo $e->refusal, ' ', $e->text, "\n"; // of the document
}
`, home, strings.Join(slices.Compact(classes), ", "), s.Name, name, keys, phpMethod(e), sample)
}

// phpLiterals adds the classes that it writes to those that a program uses.
func phpLiterals(classes *[]string) literals {
	l := literals{
		class: func(c *class, members []string) string {
			*classes = append(*classes, c.name)
			return "new " + c.name + "(" + strings.Join(members, ", ") + ")"
		},
		member: func(m *member, value string) string { return m.attr + ": " + value },
		list:   func(_ string, items []string) string { return "[" + strings.Join(items, ", ") + "]" },
		typ:    func(*spec.Field, *class) string { return "" },
		object: func(names, values []string) string {
			if len(names) == 0 {
				return "new \\stdClass()"
			}
			return "[" + pairs(names, values, "%s => %s") + "]"
		},
		text:   phpText,
		truth:  strconv.FormatBool,
		number: func(text string) string { return text },
	}
	l.scalar = func(f *spec.Field, v any) string {
		if f.Shape() == spec.Fraction || javaBig(f) {
			return phpText(fmt.Sprint(v))
		}
		return l.free(v)
	}
	return l
}

// csharpStart is the program that somebody begins with.
func (s *system) csharpStart(e *endpoint) string {
	name := spec.GoName(s.Name)
	names, _ := s.needs(s.hasCalls())
	keys := "new Dictionary<string, string> { " + strings.Join(each(names, func(one string) string { return "[" + csharpText(one) + `] = "…"` }), ", ") + " }"
	if e == nil {
		return fmt.Sprintf("var receiver = new %sReceiver(\"…\", %s);\n", name, keys)
	}
	return fmt.Sprintf(`var client = new %sClient("http://127.0.0.1:8080", "300", %s);
try
{
    var reply = await client.%sAsync(%s);
    Console.WriteLine(reply);
}
catch (RefusedException e)
{
    Console.Error.WriteLine(e.Code + " " + e.Text); // of the document
}
`, name, keys, csharpMethod(e), s.request(csharpLiterals(), e))
}

func csharpLiterals() literals {
	l := literals{
		class: func(c *class, members []string) string {
			if len(members) == 0 {
				return "new " + c.name + "()"
			}
			return "new " + c.name + " { " + strings.Join(members, ", ") + " }"
		},
		member: func(m *member, value string) string { return m.attr + " = " + value },
		list: func(of string, items []string) string {
			if of == "" {
				of = "object"
			}
			return "new List<" + of + "> { " + strings.Join(items, ", ") + " }"
		},
		typ: func(f *spec.Field, c *class) string {
			if c != nil {
				return c.name
			}
			return strings.TrimSuffix(csharpScalar(f), "?")
		},
		object: func(names, values []string) string {
			return "new Dictionary<string, object> { " + pairs(names, values, "[%s] = %s") + " }"
		},
		text:  csharpText,
		truth: strconv.FormatBool,
		number: func(text string) string {
			if strings.Contains(text, ".") {
				return text + "m"
			}
			return text + "L"
		},
	}
	l.scalar = func(f *spec.Field, v any) string {
		switch typ := csharpScalar(f); {
		case typ == "decimal?":
			return fmt.Sprint(v) + "m"
		case strings.HasSuffix(typ, "BigInteger?"):
			return "System.Numerics.BigInteger.Parse(" + csharpText(fmt.Sprint(v)) + ")"
		case typ == "long?":
			return fmt.Sprint(v)
		case typ == "string":
			return csharpText(fmt.Sprint(v))
		}
		return l.free(v)
	}
	return l
}
