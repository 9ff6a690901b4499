using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>A value that was read from JSON, XML or pairs: Text is without escapes, Raw as it stood.</summary>
    internal sealed class Tree
    {
        internal enum Kinds
        {
            Object,
            Array,
            Text,
            Scalar,
            Null,
        }

        private static readonly Regex ScalarForm = new Regex("\\G(?:-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)");
        private static readonly Regex Token = new Regex(
            "\\G(?:<\\?.*?\\?>|<!--.*?-->|<!\\[CDATA\\[(.*?)\\]\\]>|<(/?)([^ \\t\\n\\v\\f\\r/>!?]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>|([^<]+))", RegexOptions.Singleline);
        private static readonly Dictionary<string, string> Entities = new Dictionary<string, string> { ["lt"] = "<", ["gt"] = ">", ["amp"] = "&", ["quot"] = "\"", ["apos"] = "'" };

        internal Kinds Kind;
        internal string Name = "";
        internal string Text = "";
        internal string Raw = "";
        internal List<Tree> Items = new List<Tree>();
        private string full = "";
        private int start;

        /// <summary>The elements of a list: in XML one element may be a list of one.</summary>
        internal IEnumerable<Tree> Elements()
        {
            if (Kind == Kinds.Array)
            {
                return Items;
            }
            return Kind == Kinds.Object || Text.Trim() != "" ? new[] { this } : new Tree[0];
        }

        internal Tree(Kinds kind)
        {
            Kind = kind;
        }

        internal bool IsNested
        {
            get { return Kind == Kinds.Object || Kind == Kinds.Array; }
        }

        internal Tree Child(string name)
        {
            var found = Items.Where(one => one.Name == name).ToList();
            return found.Count > 1 ? throw new ProtocolException("a name that is given twice") : found.FirstOrDefault();
        }

        /// <summary>What a path names; a star stands for the elements of a list.</summary>
        internal IEnumerable<Tree> Each(string[] path)
        {
            var star = Array.IndexOf(path, "*");
            var found = Walk(star < 0 ? path : path.Take(star));
            if (star < 0)
            {
                return (found ?? throw new ProtocolException("it is missing")).Items;
            }
            if (found == null)
            {
                return new Tree[0];
            }
            var rest = path.Skip(star + 1).ToArray();
            var elements = found.Kind == Kinds.Array ? found.Items.ToArray() : new[] { found };
            return elements.SelectMany(one => rest.Contains("*") ? one.Each(rest) : new[] { one.Walk(rest) }).Where(one => one != null);
        }

        /// <summary>The value at a path; null where there is none.</summary>
        internal Tree Walk(IEnumerable<string> path)
        {
            var node = this;
            foreach (var step in path)
            {
                int at;
                if (node.Kind == Kinds.Array)
                {
                    node = int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out at) && at < node.Items.Count ? node.Items[at] : null;
                }
                else
                {
                    node = node.Child(step);
                }
                if (node == null)
                {
                    return null;
                }
            }
            return node.Kind == Kinds.Null ? null : node;
        }

        /// <summary>Reads JSON. A name that is given twice is an error, as with the server.</summary>
        private sealed class Reader
        {
            internal readonly string X;
            internal int I;

            internal Reader(string x)
            {
                X = x;
                I = Texts.Starts(x, "\u00ef\u00bb\u00bf") ? 3 : 0;
            }

            internal static ProtocolException Wrong()
            {
                return new ProtocolException("no well-formed JSON");
            }

            internal void Space()
            {
                while (I < X.Length && (X[I] == ' ' || X[I] == '\n' || X[I] == '\r' || X[I] == '\t'))
                {
                    I++;
                }
            }

            private char At
            {
                get { return I < X.Length ? X[I] : '\0'; }
            }

            private void Expect(char ch)
            {
                if (At != ch)
                {
                    throw Wrong();
                }
                I++;
            }

            private string ReadText()
            {
                Expect('"');
                var text = new StringBuilder();
                var units = new StringBuilder();
                while (At != '"')
                {
                    var ch = At;
                    if (ch < ' ')
                    {
                        throw Wrong();
                    }
                    I++;
                    if (ch != '\\')
                    {
                        text.Append(Flushed(units)).Append(ch);
                        continue;
                    }
                    var code = At;
                    I++;
                    var known = "\"\\/bfnrt".IndexOf(code);
                    if (known >= 0)
                    {
                        text.Append(Flushed(units)).Append("\"\\/\b\f\n\r\t"[known]);
                    }
                    else if (code == 'u' && I + 4 <= X.Length && Texts.Fits(X.Substring(I, 4), "[0-9a-fA-F]{4}"))
                    {
                        units.Append((char)Convert.ToInt32(X.Substring(I, 4), 16));
                        I += 4;
                    }
                    else
                    {
                        throw Wrong();
                    }
                }
                I++;
                return text.Append(Flushed(units)).ToString();
            }

            private static string Flushed(StringBuilder units)
            {
                if (units.Length == 0)
                {
                    return "";
                }
                var text = Texts.Utf8(units.ToString());
                units.Clear();
                return text;
            }

            private List<Tree> Members(char end, Func<Tree> one)
            {
                var items = new List<Tree>();
                I++;
                for (Space(); At != end; Space())
                {
                    if (items.Count > 0)
                    {
                        Expect(',');
                    }
                    Space();
                    items.Add(one());
                }
                I++;
                return items;
            }

            private Tree Member(HashSet<string> seen, int depth)
            {
                var name = ReadText();
                if (!seen.Add(name))
                {
                    throw new ProtocolException("a name that is given twice");
                }
                Space();
                Expect(':');
                Space();
                var member = Value(depth);
                member.Name = name;
                return member;
            }

            internal Tree Value(int depth)
            {
                var from = I;
                if (depth > 64)
                {
                    throw Wrong();
                }
                Tree node;
                switch (At)
                {
                    case '{':
                        var seen = new HashSet<string>();
                        node = new Tree(Kinds.Object) { Items = Members('}', () => Member(seen, depth + 1)) };
                        break;
                    case '[':
                        node = new Tree(Kinds.Array) { Items = Members(']', () => Value(depth + 1)) };
                        break;
                    case '"':
                        node = new Tree(Kinds.Text) { Text = ReadText() };
                        break;
                    default:
                        var m = ScalarForm.Match(X, I);
                        if (!m.Success)
                        {
                            throw Wrong();
                        }
                        I += m.Length;
                        node = new Tree(m.Value == "null" ? Kinds.Null : Kinds.Scalar);
                        break;
                }
                node.Raw = X.Substring(from, I - from);
                if (node.Kind != Kinds.Null && node.Kind != Kinds.Text)
                {
                    node.Text = node.Raw;
                }
                return node;
            }
        }

        internal static Tree ParseJSON(string x)
        {
            if (!Texts.IsText(x))
            {
                throw new ProtocolException("not UTF-8");
            }
            var reader = new Reader(x);
            reader.Space();
            var root = reader.Value(1);
            reader.Space();
            return reader.I < x.Length ? throw Reader.Wrong() : root;
        }

        /// <summary>A text as JSON.</summary>
        internal static string Quote(string x)
        {
            var text = new StringBuilder("\"");
            foreach (var ch in x)
            {
                var at = "\"\\\n\r\t".IndexOf(ch);
                if (at >= 0)
                {
                    text.Append('\\').Append("\"\\nrt"[at]);
                }
                else if (ch < ' ')
                {
                    text.Append("\\u").Append(((int)ch).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(ch);
                }
            }
            return text.Append('"').ToString();
        }

        private static bool IsStructured(string x)
        {
            return Regex.IsMatch(x, "\\A[ \\t\\n\\r]*[{\\[]");
        }

        internal static string Compact(string x)
        {
            if (!IsStructured(x))
            {
                return x;
            }
            ParseJSON(x);
            return Regex.Replace(x, "(\"(?:[^\"\\\\]|\\\\.)*\")|[ \\t\\n\\r]+", "$1", RegexOptions.Singleline);
        }

        internal static string Canonical(string x, bool drop)
        {
            return IsStructured(x) ? ParseJSON(x).Sorted(drop) : x;
        }

        private string Sorted(bool drop)
        {
            if (Kind == Kinds.Array)
            {
                return "[" + string.Join(",", Items.Select(c => c.Sorted(drop))) + "]";
            }
            if (Kind != Kinds.Object)
            {
                return Raw;
            }
            var kept = Items.Where(c => !drop || c.Kind != Kinds.Null && (c.Kind != Kinds.Text || c.Text != "")).OrderBy(c => c.Name, StringComparer.Ordinal);
            return "{" + string.Join(",", kept.Select(c => Quote(c.Name) + ":" + c.Sorted(drop))) + "}";
        }

        /// <summary>An object without nested ones, its names composed.</summary>
        internal static string Flat(string x, string open, string close, int first)
        {
            if (!IsStructured(x))
            {
                throw ProtocolException.Form();
            }
            return "{" + string.Join(",", ParseJSON(x).Flattened(null, open, close, first)) + "}";
        }

        private IEnumerable<string> Flattened(string name, string open, string close, int first)
        {
            return Items.SelectMany((c, i) =>
            {
                var own = Kind == Kinds.Array ? (i + first).ToString(CultureInfo.InvariantCulture) : c.Name;
                var whole = name == null ? own : name + open + own + close;
                return c.Kind == Kinds.Object || c.Kind == Kinds.Array ? c.Flattened(whole, open, close, first) : new[] { Quote(whole) + ":" + c.Raw };
            });
        }

        /// <summary>An object as a text of its members.</summary>
        internal static string Nested(string x, string equals, string and, string open, string close, string items, bool sorted, bool drop)
        {
            return ParseJSON(x).Nested(equals, and, open, close, items, sorted, drop);
        }

        private string Nested(string equals, string and, string open, string close, string items, bool sorted, bool drop)
        {
            if (Kind != Kinds.Object && Kind != Kinds.Array)
            {
                return Kind == Kinds.Null ? "" : Text;
            }
            var kept = Items.Where(c => !drop || c.Kind != Kinds.Null && (c.Kind != Kinds.Text || c.Text != ""));
            if (Kind == Kinds.Object && sorted)
            {
                kept = kept.OrderBy(c => c.Name, StringComparer.Ordinal);
            }
            var parts = kept.Select(c => (Kind == Kinds.Object ? c.Name + equals : "") + c.Nested(equals, and, open, close, items, sorted, drop));
            return open + string.Join(Kind == Kinds.Object ? and : items, parts) + close;
        }

        /// <summary>The text of a member of an object, a.b for one that is nested; nothing where it is not.</summary>
        internal static string MemberText(string x, string path)
        {
            return ParseJSON(x).Walk(path.Split('.'))?.Text ?? "";
        }

        /// <summary>A query or a form.</summary>
        internal static Tree ParsePairs(string x)
        {
            var root = new Tree(Kinds.Object) { Text = x, Raw = x };
            foreach (var one in x.Split('&').Where(part => part != ""))
            {
                var raw = Texts.After(one, "=");
                root.Items.Add(new Tree(Kinds.Text) { Name = Texts.Unurl(Texts.Before(one, "="), "", true), Text = Texts.Unurl(raw, "", true), Raw = raw });
            }
            return root;
        }

        private static ProtocolException NoXML()
        {
            return new ProtocolException("no well-formed XML");
        }

        /// <summary>Elements, texts and CDATA; a document type is refused.</summary>
        internal static Tree ParseXML(string text)
        {
            var x = Regex.IsMatch(text, "\\A<\\?xml[^>]*encoding=[\"'](gb|GB)") ? Texts.Ungbk(text) : text;
            if (!Texts.IsText(x))
            {
                throw new ProtocolException("not UTF-8");
            }
            var root = new Tree(Kinds.Object) { Text = x, Raw = x };
            var open = new Stack<Tree>(new[] { root });
            for (var at = 0; at < x.Length;)
            {
                var m = Token.Match(x, at);
                if (!m.Success || m.Length == 0)
                {
                    throw NoXML();
                }
                at += m.Length;
                Take(m, open, root, x);
            }
            return open.Count > 1 || root.Items.Count != 1 ? throw NoXML() : root;
        }

        /// <summary>Takes one token into what is open.</summary>
        private static void Take(Match m, Stack<Tree> open, Tree root, string x)
        {
            var top = open.Peek();
            if (m.Groups[1].Success || m.Groups[6].Success)
            {
                var inner = m.Groups[1].Success ? m.Groups[1].Value : Unescape(m.Groups[6].Value);
                if (top == root && Texts.Trim(inner) != "" && inner != "\u00ef\u00bb\u00bf")
                {
                    throw NoXML();
                }
                top.Text += top == root ? "" : inner;
            }
            else if (m.Groups[3].Success && m.Groups[2].Value == "")
            {
                var name = m.Groups[3].Value;
                var node = new Tree(Kinds.Text) { full = name, Name = name.Substring(name.LastIndexOf(':') + 1), start = m.Index };
                top.Kind = Kinds.Object;
                top.Items.Add(node);
                if (m.Groups[5].Value == "")
                {
                    open.Push(node);
                }
                else
                {
                    node.Raw = m.Value;
                }
            }
            else if (m.Groups[3].Success)
            {
                if (top == root || top.full != m.Groups[3].Value)
                {
                    throw NoXML();
                }
                top.Raw = x.Substring(top.start, m.Index + m.Length - top.start);
                top.Text = top.Kind == Kinds.Object ? top.Raw : top.Text;
                open.Pop();
            }
        }

        private static string Unescape(string x)
        {
            return Regex.Replace(Regex.Replace(x, "\r\n?", "\n"), "&([^;&]*);?", m =>
            {
                var word = m.Groups[1].Value;
                var number = Regex.Match(word, "\\A#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))\\z");
                string named;
                if (Texts.Ends(m.Value, ";") && Entities.TryGetValue(word, out named))
                {
                    return named;
                }
                if (!Texts.Ends(m.Value, ";") || !number.Success)
                {
                    throw NoXML();
                }
                var code = number.Groups[1].Success ? Convert.ToInt32(number.Groups[1].Value, 16) : Convert.ToInt32(number.Groups[2].Value, CultureInfo.InvariantCulture);
                return code > 0x10ffff || code >= 0xd800 && code < 0xe000 ? throw NoXML() : Texts.Utf8(char.ConvertFromUtf32(code));
            });
        }

        private static string Escape(string x)
        {
            var text = x.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\r", "&#13;");
            return Regex.Replace(text, "[\\x00-\\x08\\x0b-\\x1f]", " ");
        }

        internal static string Element(string name, string text, bool cdata)
        {
            return "<" + name + ">" + (cdata && !text.Contains("]]>") ? "<![CDATA[" + text + "]]>" : Escape(text)) + "</" + name + ">";
        }

        internal static bool IsXMLName(string name)
        {
            return Texts.Fits(name, "[_:a-zA-Z\\x80-\\xff][-._:a-zA-Z0-9\\x80-\\xff]*");
        }

        /// <summary>The members of an object as elements.</summary>
        internal string MembersXML()
        {
            var text = new StringBuilder();
            foreach (var c in Items)
            {
                if (!IsXMLName(c.Name))
                {
                    throw new ProtocolException("no name of an element");
                }
                foreach (var one in c.Kind == Kinds.Array ? c.Items : new List<Tree> { c })
                {
                    text.Append(one.Kind == Kinds.Object ? "<" + c.Name + ">" + one.MembersXML() + "</" + c.Name + ">" : Element(c.Name, one.Text, false));
                }
            }
            return text.ToString();
        }

        /// <summary>A tree that came as XML or pairs as JSON that says the same.</summary>
        internal string AsJSON(Func<string, bool> leave = null)
        {
            var members = Items.Where(c => leave == null || !leave(c.Name)).GroupBy(c => c.Name).Select(found =>
            {
                var texts = found.Select(n => n.Kind == Kinds.Object ? n.AsJSON() : Quote(n.Text)).ToList();
                return Quote(found.Key) + ":" + (texts.Count > 1 ? "[" + string.Join(",", texts) + "]" : texts[0]);
            });
            return "{" + string.Join(",", members) + "}";
        }

        internal static string ToXML(string x, string root)
        {
            return "<" + root + ">" + ParseJSON(x == "" ? "{}" : x).MembersXML() + "</" + root + ">";
        }

        internal static string FromXML(string x, string root)
        {
            var top = ParseXML(x).Items[0];
            return top.Name != root ? throw ProtocolException.Form() : top.AsJSON();
        }
    }
}
