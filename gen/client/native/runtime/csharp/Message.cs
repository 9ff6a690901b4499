using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>A value computed again, in one form that is accepted; Fold ignores the case.</summary>
    internal sealed class Again
    {
        internal readonly Func<string> Make;
        internal readonly bool Fold;

        internal Again(Func<string> make, bool fold)
        {
            Make = make;
            Fold = fold;
        }
    }

    /// <summary>A value that must not come again for so many milliseconds; 0 is for good.</summary>
    internal sealed class OnceValue
    {
        internal string Value;
        internal long Keep;
        internal string Refusal;
    }

    /// <summary>A message, with what is known of it: how it is written, protected, read and verified.</summary>
    internal sealed class Message
    {
        internal string Method = "";
        internal string Scheme = "https";
        internal string Host = "";
        internal string Base = ""; // of the path: what the server's URL has in front
        internal string Path = "";
        internal string Query = "";
        internal string Body = "";
        internal int Status;
        internal string Payload = "";
        internal string Draft = "";
        internal bool Sending;
        internal long Now;
        internal Message Call;
        internal bool Early; // a refusal that has nothing of the call
        internal Form Form = new Form();
        internal Values Values = new Values();
        internal bool Recognised; // it has the form, so that it is answered with the keys
        internal bool Proved;
        internal bool Held; // all of it, but for what counts once
        internal AnswerForm Echo;
        internal string Named = "";
        internal readonly Dictionary<string, string> Headers = new Dictionary<string, string>();
        internal readonly Dictionary<string, string> GivenValues = new Dictionary<string, string>();
        internal readonly Dictionary<string, object> Keys = new Dictionary<string, object>();
        internal readonly HashSet<string> Bare = new HashSet<string>(); // values that JSON has without quotes
        internal readonly HashSet<string> Absent = new HashSet<string>();
        internal readonly Dictionary<string, List<string>> More = new Dictionary<string, List<string>>();
        internal readonly List<OnceValue> Once = new List<OnceValue>();
        internal FilePart[] Files = new FilePart[0];
        private readonly string boundary = Texts.Hex(Texts.RandomBytes(16));
        private string[] exclude = new string[0];

        private sealed class Pair
        {
            internal string Name;
            internal string Text;
            internal string Raw;
        }

        internal void SetHeaders(IEnumerable<KeyValuePair<string, string>> headers)
        {
            foreach (var one in headers)
            {
                Headers[string.Join("-", one.Key.Split('-').Select(word => word == "" ? "" : Texts.Upper(word.Substring(0, 1)) + Texts.Lower(word.Substring(1))))] = one.Value;
            }
        }

        private string HeaderOf(string name)
        {
            string text;
            return Headers.TryGetValue(name, out text) ? text : null;
        }

        // Writing.

        /// <summary>Makes the message one of a form, with the Content-Type of its body.</summary>
        internal void Begin(Form form)
        {
            Form = form;
            if (form.Type != "" && (HeaderOf("Content-Type") ?? "") == "")
            {
                Headers["Content-Type"] = form.Type + (form.Carriage == "multipart" ? boundary : "");
            }
            Body = form.Empty ? "" : Body;
        }

        internal void Set(string name, string text, bool isJSON = false)
        {
            Values[name] = text;
            if (isJSON)
            {
                Bare.Add(name);
            }
            else
            {
                Bare.Remove(name);
            }
        }

        /// <summary>The message that this one answers.</summary>
        internal Message Asked
        {
            get { return Call ?? throw new ProtocolException("there is no message that this one answers"); }
        }

        /// <summary>The key of a name, or null.</summary>
        internal object Key(string name)
        {
            object key;
            return Keys.TryGetValue(name, out key) ? key : null;
        }

        internal bool IsJSON(string name)
        {
            return Bare.Contains(name);
        }

        /// <summary>The text that the caller gave for a value that a sender may choose.</summary>
        internal string Given(string name, Func<string> make)
        {
            string own;
            return GivenValues.TryGetValue(name, out own) ? Texts.Utf8(own) : make();
        }

        internal void PutPath(string text)
        {
            Path = Base + text;
            Set("path", Path);
        }

        internal void PutQuery(string text)
        {
            Query = text;
            Set("query", text);
        }

        internal void PutBody(string text)
        {
            Body = text;
            Set("body", text);
        }

        internal void Urls()
        {
            Values["target"] = Path + (Query == "" ? "" : "?" + Query);
            Values["url"] = Scheme + "://" + Host + Values["target"];
        }

        internal void Header(string name, string at, bool optional = false)
        {
            var text = Values[at];
            if (optional && text == "")
            {
                return;
            }
            if (text.IndexOfAny(new[] { '\r', '\n', '\0' }) >= 0)
            {
                throw ProtocolException.Form(name);
            }
            Headers[name] = text;
        }

        private string Leaf(Node node)
        {
            return Values.Maybe(node.At) ?? "";
        }

        private bool IsLeft(Node node)
        {
            return exclude.Contains(node.At) || node.Rest && !Values.Has(node.At) || node.Optional && Leaf(node) == "";
        }

        private string NameOf(Node node)
        {
            if (node.Label != null)
            {
                return Values.Has(node.Label) ? Values[node.Label] : "";
            }
            return node.Fill == null ? node.Name : node.Fill(Values);
        }

        private bool Names(Node node, string name)
        {
            return node.Children.Any(c => !c.Rest && (name == NameOf(c) || name == c.Local));
        }

        internal string WriteJSON(Node node)
        {
            if (node.At != "")
            {
                var text = Leaf(node);
                return !IsJSON(node.At) ? Tree.Quote(text) : text != "" ? text : node.Payload ? "{}" : "null";
            }
            var parts = new List<string>();
            foreach (var c in node.Children.Where(one => one.At == "" || !IsLeft(one)))
            {
                if (c.Rest)
                {
                    parts.AddRange(RestOf(node, Leaf(c)).Select(n => Tree.Quote(n.Name) + ":" + n.Raw));
                }
                else
                {
                    parts.Add((node.List ? "" : Tree.Quote(NameOf(c)) + ":") + WriteJSON(c));
                }
            }
            var joined = string.Join(",", parts);
            return node.List ? "[" + joined + "]" : "{" + joined + "}";
        }

        /// <summary>The members of a payload that stand among other places.</summary>
        private List<Tree> RestOf(Node node, string text)
        {
            if (text.Trim() == "")
            {
                return new List<Tree>();
            }
            var root = Tree.ParseJSON(text);
            if (root.Kind != Tree.Kinds.Object)
            {
                throw ProtocolException.Form("the payload");
            }
            if (root.Items.Any(n => Names(node, n.Name)))
            {
                throw new ProtocolException("a member of the payload is named like one that the protocol writes");
            }
            return root.Items;
        }

        internal string WriteXML(Node node)
        {
            return string.Concat(node.Children.Where(one => one.At == "" || !IsLeft(one)).Select(c =>
            {
                if (c.Rest)
                {
                    return RestOf(node, Leaf(c)).Count == 0 ? "" : Tree.ParseJSON(Leaf(c)).MembersXML();
                }
                var name = NameOf(c);
                if (!Tree.IsXMLName(name))
                {
                    throw ProtocolException.Form(name);
                }
                if (c.At == "")
                {
                    return "<" + name + ">" + WriteXML(c) + "</" + name + ">";
                }
                var object_ = IsJSON(c.At) && Texts.Starts(Leaf(c), "{");
                return object_ ? "<" + name + ">" + Tree.ParseJSON(Leaf(c)).MembersXML() + "</" + name + ">" : Tree.Element(name, Leaf(c), c.Cdata);
            }));
        }

        private static string Written(string name, string value)
        {
            return Texts.Url(name, "-_.~", true) + "=" + Texts.Url(value, "-_.~", true);
        }

        /// <summary>The names and texts of a form.</summary>
        private List<Pair> FormOf(Node node)
        {
            var parts = new List<Pair>();
            foreach (var c in node.Children.Where(one => one.At != "" && !IsLeft(one)))
            {
                if (c.Rest)
                {
                    parts.AddRange(RestOf(node, Leaf(c)).Where(n => n.Kind != Tree.Kinds.Null).Select(n => new Pair { Name = n.Name, Text = n.Text, Raw = n.Text }));
                }
                else
                {
                    parts.Add(new Pair { Name = NameOf(c), Text = Leaf(c), Raw = Leaf(c) });
                }
            }
            return parts;
        }

        internal string WritePairs(Node node)
        {
            return string.Join("&", FormOf(node).Select(n => Written(n.Name, n.Text)));
        }

        /// <summary>A body of several parts: the texts, and behind them the files.</summary>
        internal string WriteParts(Node node)
        {
            var texts = FormOf(node).Select(n => WritePart(n.Name, "", n.Text));
            var files = Files.Select(f => WritePart(
                Texts.Utf8(f.Name), "; filename=\"" + Quoted(Texts.Utf8(f.File)) + "\"\r\nContent-Type: " + (OneLine(f.File) && OneLine(f.Type) ? f.Type : throw ProtocolException.Form(f.Name)), Texts.Of(f.Body)));
            return string.Concat(texts.Concat(files)) + "--" + boundary + "--\r\n";
        }

        private string WritePart(string name, string more, string text)
        {
            if (!OneLine(name))
            {
                throw ProtocolException.Form(name);
            }
            return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + Quoted(name) + "\"" + more + "\r\n\r\n" + text + "\r\n";
        }

        private static bool OneLine(string text)
        {
            return text.IndexOfAny(new[] { '\r', '\n' }) < 0;
        }

        private static string Quoted(string text)
        {
            return text.Replace("\\", "\\\\").Replace("\"", "\\\"");
        }

        /// <summary>What the interface has in the query, and behind it what the protocol puts there.</summary>
        internal string WriteQuery(Node node)
        {
            var own = Draft.Split('&').Where(one => one != "" && (node == null || !Names(node, Texts.Before(one, "="))));
            var pairs = node == null ? "" : WritePairs(node);
            return string.Join("&", pairs == "" ? own : own.Concat(new[] { pairs }));
        }

        /// <summary>A tree as pairs of one text.</summary>
        internal string JoinPairs(Node node, string join, Func<string, string, string> pair)
        {
            return string.Join(join, node.Children.Where(c => c.Rest || !c.Optional || Leaf(c) != "").SelectMany(c => c.Rest
                ? RestOf(node, Leaf(c)).Where(n => n.Kind != Tree.Kinds.Null).Select(n => pair(n.Name, n.Text))
                : new[] { pair(c.Name, Values[c.At]) }));
        }

        // Parts of a message, and pairs of them.

        private static Tree Parsed(string holder, string text)
        {
            return holder == "json" ? Tree.ParseJSON(text) : holder == "xml" ? Tree.ParseXML(text) : Tree.ParsePairs(text);
        }

        private string WriteBody()
        {
            return Form.Carriage == "json" ? WriteJSON(Form.Body) : Form.Carriage == "xml" ? WriteXML(Form.Body) : WritePairs(Form.Body);
        }

        private Tree Container(Source source)
        {
            var inQuery = source.Holder == "query";
            if (!inQuery && Form.Body != null && source.Holder != Form.Carriage)
            {
                return Tree.ParsePairs("");
            }
            var text = inQuery ? Query : Body;
            if (Sending)
            {
                exclude = source.Exclude;
                try
                {
                    if (source.Holder == "multipart")
                    {
                        return new Tree(Tree.Kinds.Object) { Items = FormOf(Form.Body).Select(n => new Tree(Tree.Kinds.Text) { Name = n.Name, Text = n.Text, Raw = n.Text }).ToList() };
                    }
                    text = inQuery ? WriteQuery(Form.Query) : Form.Body != null ? WriteBody() : text;
                }
                finally
                {
                    exclude = new string[0];
                }
            }
            return Parsed(source.Holder, text);
        }

        private IEnumerable<Pair> PairsOf(Source source)
        {
            if (source.Of == "" && source.Holder == "")
            {
                return new[] { new Pair { Name = source.Name, Text = source.Text, Raw = source.Text } };
            }
            if (source.Holder == "header")
            {
                var all = Headers.Select(one => new Pair { Name = one.Key, Text = one.Value, Raw = one.Value });
                return Host != "" && !Headers.ContainsKey("Host") ? all.Concat(new[] { new Pair { Name = "Host", Text = Host, Raw = Host } }) : all;
            }
            var tree = source.Of == "" ? Container(source) : Tree.ParseJSON(Values[source.Of]);
            return tree.Each(source.Path).Select(n => new Pair { Name = n.Name, Text = n.Text, Raw = n.Raw });
        }

        /// <summary>The pairs that a selection takes.</summary>
        internal string Select(Selection s)
        {
            var pairs = s.From.SelectMany(source => PairsOf(source)
                .Where(one => (one.Text != "" || s.Empty) && !source.Names.Contains(one.Name) && !Skips(s.Skip, one.Name))).ToList();
            if (s.Only != null)
            {
                pairs = Restrict(pairs, s);
            }
            IEnumerable<Pair> sorted = pairs;
            switch (s.Sort)
            {
                case "name":
                    sorted = pairs.OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Text, StringComparer.Ordinal);
                    break;
                case "name-nocase":
                    sorted = pairs.OrderBy(one => Texts.Lower(one.Name), StringComparer.Ordinal);
                    break;
                case "value":
                    sorted = pairs.OrderBy(one => one.Text, StringComparer.Ordinal);
                    break;
            }
            var parts = sorted.Select(one => s.Pair(one.Name, one.Text, one.Raw));
            return string.Join(s.Join, s.Sort == "pair" ? parts.OrderBy(one => one, StringComparer.Ordinal) : parts);
        }

        private static bool Skips(string[] skip, string name)
        {
            return skip.Any(word => Texts.Ends(word, "*") ? Texts.Starts(name, word.Substring(0, word.Length - 1)) : name == word);
        }

        /// <summary>The pairs whose names are listed, in the order of the list.</summary>
        private static List<Pair> Restrict(List<Pair> pairs, Selection s)
        {
            var kept = new List<Pair>();
            foreach (var word in s.Only.Split(new[] { s.Split }, StringSplitOptions.None))
            {
                var low = Texts.Lower(word);
                if (Texts.Ends(word, "*"))
                {
                    kept.AddRange(pairs.Where(one => Texts.Starts(Texts.Lower(one.Name), low.Substring(0, low.Length - 1))));
                    continue;
                }
                var found = pairs.FirstOrDefault(one => Texts.Lower(one.Name) == low);
                if (word == "" || found == null && s.Fixed)
                {
                    continue;
                }
                if (found == null)
                {
                    throw new ProtocolException("it is missing: " + word);
                }
                kept.Add(new Pair { Name = word, Text = found.Text, Raw = found.Raw });
            }
            if (s.Must.Any(word => kept.All(one => Texts.Lower(one.Name) != Texts.Lower(word))))
            {
                throw new ProtocolException("a part that must be signed is not among those that are");
            }
            return kept;
        }

        private Tree TreeOf(string holder, string[] at)
        {
            try
            {
                if (holder == "query")
                {
                    return Tree.ParsePairs(Query).Walk(at);
                }
                if (!Sending || Body != "" || Payload == "")
                {
                    return Parsed(holder, Body).Walk(at);
                }
                var root = Tree.ParseJSON(Payload);
                return Enumerable.Range(0, at.Length).Select(i => root.Walk(at.Skip(i))).FirstOrDefault(one => one != null);
            }
            catch (ProtocolException)
            {
                return null;
            }
        }

        /// <summary>A part of the message by its name, or null, and whether JSON has it without quotes.</summary>
        private string PartOf(string holder, string[] at, out bool bare)
        {
            bare = false;
            if (holder == "header")
            {
                return at[0] == "Host" ? Host : HeaderOf(at[0]);
            }
            if (holder == "path")
            {
                return (Texts.Starts(Path, Base) ? Path.Substring(Base.Length) : Path).Trim('/').Split('/').ElementAtOrDefault(int.Parse(at[0]) - 1);
            }
            var file = holder == "multipart" ? Files.FirstOrDefault(one => Texts.Utf8(one.Name) == at[0]) : null;
            if (file != null)
            {
                return Texts.Of(file.Body);
            }
            var found = TreeOf(holder, at);
            bare = found != null && found.Kind != Tree.Kinds.Text;
            return found?.Text;
        }

        /// <summary>A part of the message by its name, or null.</summary>
        internal string Part(string holder, params string[] at)
        {
            bool bare;
            return PartOf(holder, at, out bare);
        }

        internal void TakePart(string name, string holder, params string[] at)
        {
            bool bare;
            var text = PartOf(holder, at, out bare);
            Take(name, text, bare);
        }

        private void Take(string name, string text, bool isJSON)
        {
            Set(name, text ?? "", isJSON);
            if (text == null)
            {
                Absent.Add(name);
            }
        }

        /// <summary>A value of the message that is answered.</summary>
        internal void OfCall(string name, string of)
        {
            if (Early)
            {
                Set(name, "", false);
                return;
            }
            // What a notification that does not hold says is not repeated: whoever forged it would get it back signed.
            var text = Call != null && (Call.Sending || Call.Held) ? Call.Values.Maybe(of) : null;
            Take(name, text, text != null && Call.IsJSON(of));
        }

        // Reading: places first, then the equations between them.

        private void Missing(Node node, bool optional = false)
        {
            if (node.Nil)
            {
                Set(node.At, "null", true);
            }
            else if (node.At != "" && (node.Payload && Form.Success.Length > 0 || node.Optional || optional))
            {
                Take(node.At, null, false);
            }
            else if (node.At != "")
            {
                throw new ProtocolException(node.At + ": it is missing", "required") { Field = node.Said };
            }
            else if (Call == null && !node.Optional && !optional)
            {
                throw ProtocolException.Form("the body");
            }
            foreach (var c in node.Children)
            {
                Missing(c, optional || node.Optional);
            }
        }

        /// <summary>Refuses a reply whose HTTP status tells another outcome than its form has.</summary>
        internal void FitStatus(Status[] statuses, string[] outcomes)
        {
            var success = statuses.FirstOrDefault(one => one.Code == "success");
            if (success == null || Status == 0)
            {
                return;
            }
            var fits = success.Takes(Status);
            var others = statuses.Any(one => one != success && one.Takes(Status));
            if (outcomes.Any(outcome => outcome == "success" ? !fits : fits && !others))
            {
                throw ProtocolException.Form("the HTTP status");
            }
        }

        internal void IsEmpty()
        {
            if (Body != "")
            {
                throw ProtocolException.Form("the body");
            }
        }

        internal void ReadHeaders(Node node)
        {
            foreach (var c in node.Children)
            {
                var text = HeaderOf(c.Name);
                if (text == null)
                {
                    Missing(c);
                }
                else
                {
                    Set(c.At, text);
                }
            }
        }

        internal void ReadTree(Node node, Tree tree)
        {
            if (Form.Carriage == "xml" && tree.Kind == Tree.Kinds.Text && Texts.Trim(tree.Text) == "")
            {
                foreach (var c in node.Children.Where(one => !one.Rest))
                {
                    Missing(c);
                }
                return;
            }
            if (!tree.IsNested)
            {
                throw ProtocolException.Form("the body");
            }
            if (Call == null && tree.Kind == Tree.Kinds.Array && !node.List)
            {
                throw ProtocolException.Form("the body");
            }
            for (var i = 0; i < node.Children.Length; i++)
            {
                var c = node.Children[i];
                if (c.Rest)
                {
                    ReadRest(node, c, tree);
                    continue;
                }
                var found = node.List ? tree.Items.ElementAtOrDefault(i) : c.Label != null ? Labelled(node, c, tree) : tree.Child(c.Fill != null ? c.Fill(Values) : c.Local ?? c.Name);
                var blank = Call == null && c.Said != "" && found != null && found.Kind == Tree.Kinds.Text && found.Text == "";
                if (found == null || found.Kind == Tree.Kinds.Null || blank)
                {
                    Missing(c);
                }
                else if (c.At == "")
                {
                    ReadTree(c, found);
                }
                else
                {
                    ReadLeaf(c, found);
                }
            }
        }

        /// <summary>Finds the first member whose name fits that of a place and is no other place's.</summary>
        private Tree Labelled(Node node, Node c, Tree tree)
        {
            var found = tree.Kind == Tree.Kinds.Object ? tree.Items.FirstOrDefault(one => Glob(c.Like, one.Name) && !Names(node, one.Name)) : null;
            if (found != null)
            {
                Set(c.Label, found.Name);
            }
            return found;
        }

        private void ReadLeaf(Node c, Tree found)
        {
            if (c.Opaque && found.Kind != Tree.Kinds.Text)
            {
                throw ProtocolException.Form(c.At);
            }
            if (found.IsNested && !c.Whole)
            {
                return;
            }
            if (found.IsNested && c.Holder != "json")
            {
                Set(c.At, found.AsJSON(), true);
            }
            else if (found.Kind == Tree.Kinds.Text && c.Whole && c.Holder == "json")
            {
                Set(c.At, found.Raw, true);
            }
            else
            {
                Set(c.At, found.Text, found.IsNested || found.Kind == Tree.Kinds.Scalar);
            }
        }

        private void ReadRest(Node node, Node rest, Tree tree)
        {
            if (rest.Holder != "json")
            {
                Set(rest.At, tree.AsJSON(name => Names(node, name)), true);
                return;
            }
            var members = tree.Items.Where(n => !Names(node, n.Name)).Select(n => Tree.Quote(n.Name) + ":" + n.Raw);
            Set(rest.At, "{" + string.Join(",", members) + "}", true);
        }

        /// <summary>Reads the pairs of one text, in whatever order they came.</summary>
        internal void ReadPairs(Node node, string join, bool quotes, Hole[] holes, string text)
        {
            var by = Texts.Trim(join) == "" ? join : Texts.Trim(join);
            var others = new List<string>();
            for (var rest = text; rest != "";)
            {
                var end = 0;
                for (var inside = false; end < rest.Length && (inside || string.CompareOrdinal(rest, end, by, 0, by.Length) != 0); end++)
                {
                    inside ^= quotes && rest[end] == '"';
                }
                var one = new Message { Values = new Values(Values) };
                one.Values.Remove("name");
                one.Values.Remove("value");
                one.Match(holes, Texts.Trim(rest.Substring(0, end)));
                rest = rest.Substring(Math.Min(rest.Length, end + by.Length));
                if (!Names(node, one.Values["name"]))
                {
                    others.Add(Tree.Quote(one.Values["name"]) + ":" + Tree.Quote(one.Values["value"]));
                }
                foreach (var c in node.Children.Where(place => place.Name == one.Values.Maybe("name")))
                {
                    if (!Values.Has(c.At))
                    {
                        Set(c.At, one.Values["value"]);
                        continue;
                    }
                    if (!More.ContainsKey(c.At))
                    {
                        More[c.At] = new List<string>();
                    }
                    More[c.At].Add(one.Values["value"]);
                }
            }
            foreach (var c in node.Children.Where(place => place.Rest))
            {
                Set(c.At, "{" + string.Join(",", others) + "}", true);
            }
            foreach (var c in node.Children.Where(place => !Values.Has(place.At)))
            {
                Missing(c);
            }
        }

        /// <summary>Reads a text by a template.</summary>
        internal void Match(Hole[] holes, string text, bool isJSON = false)
        {
            if (holes.Length == 1 && holes[0].Text == null)
            {
                Take(holes[0], text, isJSON);
                return;
            }
            var rest = text;
            for (var i = 0; i < holes.Length; i++)
            {
                if (holes[i].Text != null)
                {
                    rest = Texts.Unprefix(rest, holes[i].Text);
                    continue;
                }
                var n = Extent(holes, i, rest);
                Take(holes[i], rest.Substring(0, n), false);
                rest = rest.Substring(n);
            }
            if (rest != "")
            {
                throw ProtocolException.Form();
            }
        }

        private string Known(Hole hole)
        {
            return hole.Text ?? (hole.Make != null ? hole.Make(Values) : Values[hole.At]);
        }

        private int Extent(Hole[] holes, int i, string text)
        {
            var hole = holes[i];
            if (i == holes.Length - 1)
            {
                return text.Length;
            }
            int n;
            if (hole.Takes != null)
            {
                n = hole.Takes(text);
            }
            else if (Values.Has(hole.At))
            {
                n = Known(hole).Length;
            }
            else
            {
                var end = hole.Behind >= 0 ? "" : Known(holes[i + 1]);
                var whole = hole.Behind < 0 && hole.At == "payload" && hole.Make == null ? JsonEnd(text) : 0;
                // What is behind JSON may be in it, too.
                n = hole.Behind >= 0 ? text.Length - hole.Behind
                    : whole > 0 && string.CompareOrdinal(text, whole, end, 0, end.Length) == 0 ? whole : text.IndexOf(end, StringComparison.Ordinal);
            }
            return n < 0 || n > text.Length ? throw ProtocolException.Form() : n;
        }

        /// <summary>Where the JSON object or list ends that a text begins with, 0 where it begins with none.</summary>
        private static int JsonEnd(string text)
        {
            var depth = 0;
            var quoted = false;
            for (var i = 0; i < text.Length; i++)
            {
                var ch = text[i];
                if (quoted && ch == '\\')
                {
                    i++;
                }
                else if (ch == '"')
                {
                    quoted = !quoted;
                }
                else if (!quoted && (ch == '{' || ch == '['))
                {
                    depth++;
                }
                else if (!quoted && (ch == '}' || ch == ']') && --depth == 0)
                {
                    return i + 1;
                }
                if (depth <= 0)
                {
                    return 0;
                }
            }
            return 0;
        }

        private void Take(Hole hole, string text, bool isJSON)
        {
            if (!Values.Has(hole.At))
            {
                Set(hole.At, hole.Undo == null ? text : hole.Undo(text, Values), hole.Undo == null ? isJSON || hole.At == "payload" : hole.Json);
                return;
            }
            var ours = Known(hole);
            if (Absent.Contains(hole.At) || !(Texts.Same(ours, text) || hole.Fold && Texts.Same(Texts.Lower(ours), Texts.Lower(text))))
            {
                throw new ProtocolException("it differs");
            }
        }

        /// <summary>Reads one place by its template.</summary>
        internal void Place(string at, Hole[] holes)
        {
            var text = Values.Maybe(at);
            if (text == null)
            {
                return;
            }
            if (Absent.Contains(at))
            {
                foreach (var one in holes.Where(hole => hole.Text == null && !Values.Has(hole.At)))
                {
                    Take(one.At, null, false);
                }
                return;
            }
            Match(holes, text, IsJSON(at));
            if (holes.Length == 1 && holes[0].Text == null && More.ContainsKey(at))
            {
                More[holes[0].At] = More[at];
            }
        }

        private List<string> Came(string name)
        {
            var all = new List<string> { Values[name] };
            all.AddRange(More.ContainsKey(name) ? More[name] : new List<string>());
            return all;
        }

        /// <summary>Computes a value again, in each form that is accepted.</summary>
        internal void Compare(string name, bool optional, params Again[] forms)
        {
            if (optional && Absent.Contains(name))
            {
                return;
            }
            foreach (var one in forms)
            {
                try
                {
                    var ours = one.Make();
                    if (Came(name).Any(text => Texts.Same(text, ours) || one.Fold && Texts.Same(Texts.Lower(text), Texts.Lower(ours))))
                    {
                        return;
                    }
                }
                catch (ProtocolException)
                {
                    // another form may hold
                }
            }
            throw new ProtocolException(name + ": it differs");
        }

        internal void Verify(string name, params Func<string, bool>[] checks)
        {
            foreach (var check in checks)
            {
                foreach (var one in Came(name))
                {
                    try
                    {
                        if (check(one))
                        {
                            return;
                        }
                    }
                    catch (ProtocolException)
                    {
                        // another form may hold
                    }
                }
            }
            throw new ProtocolException(name + ": the signature differs: another key, or another text");
        }

        // Rules on values.

        internal void Within(string name, string time, long nanoseconds)
        {
            if (Math.Abs(Now - Clocks.ReadTime(time)) > nanoseconds)
            {
                throw new ProtocolException(name + ": the time is outside of the window");
            }
        }

        internal void Until(string name, string time)
        {
            if (Now > Clocks.ReadTime(time))
            {
                throw new ProtocolException(name + ": the time is over");
            }
        }

        internal void Since(string name, string time, long nanoseconds)
        {
            if (Clocks.ReadTime(time) > Now + nanoseconds)
            {
                throw new ProtocolException(name + ": the time has not come");
            }
        }

        internal void FitsPattern(string name, string pattern)
        {
            if (!Texts.Fits(Texts.String(Values.Maybe(name) ?? ""), pattern))
            {
                throw new ProtocolException(name + ": it does not have the form that is declared");
            }
        }

        /// <summary>Notes a value that must not come again.</summary>
        internal void CountsOnce(string name, long keep, string refusal)
        {
            if (Absent.Contains(name))
            {
                return;
            }
            if (Values[name].Length > 256)
            {
                throw new ProtocolException(name + ": it is longer than is kept");
            }
            Once.Add(new OnceValue { Value = Texts.String(Values[name]), Keep = keep, Refusal = refusal });
        }

        /// <summary>What came of the request, by the constants of success and the outcome of the form.</summary>
        internal Verdict Judge()
        {
            var shown = Form.Success.Where(c => c.At != "text" && (Values.Has(c.At) || !c.Builtin)).ToList();
            var ok = shown.All(c => c.Texts.Contains(Values.Maybe(c.At) ?? ""));
            if (Form.Success.Length == 0)
            {
                var success = Form.Status.FirstOrDefault(one => one.Code == "success");
                ok = !Form.Refuses && (success != null ? success.Takes(Status) : Status == 0 || Status / 100 == 2);
            }
            foreach (var outcome in Form.Outcomes)
            {
                if (outcome == "success" ? !ok && Form.Success.Length > 0 : ok && shown.Count > 0)
                {
                    throw new ProtocolException("it contradicts the form of the reply") { Foreign = true };
                }
                ok = outcome == "success";
            }
            Func<string, string> text = name => Texts.String(Values.Maybe(name) ?? "");
            return new Verdict { Ok = ok, Code = text("code"), Text = text("text"), Payload = text("payload"), Proved = Form.Proves, Unknown = Form.Outcomes.Contains("unknown") };
        }

        /// <summary>Whether a text fits, with * for anything and ? for one character.</summary>
        internal static bool Glob(string pattern, string text)
        {
            string all = Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", "[\\x00-\\x7f\\xc0-\\xff][\\x80-\\xbf]*(?![\\x80-\\xbf])");
            return Regex.IsMatch(text, "\\A" + all + "\\z", RegexOptions.Singleline | RegexOptions.CultureInvariant);
        }

        internal static bool Holds(string text)
        {
            return !string.IsNullOrEmpty(text);
        }

        internal static bool Holds(string text, string pattern)
        {
            return Glob(pattern, text ?? "");
        }

        /// <summary>Says of what fails with which code or rule it is refused, and of which field.</summary>
        internal static void Refusing(string code, Action act, string field = "")
        {
            try
            {
                act();
            }
            catch (ProtocolException e)
            {
                if (e.Refusal == null)
                {
                    e.Refusal = code;
                    e.Field = field;
                }

                throw;
            }
        }

        /// <summary>Says of what fails that it is no such message at all.</summary>
        internal static void Foreign(Action act)
        {
            try
            {
                act();
            }
            catch (ProtocolException e)
            {
                e.Foreign = true;
                throw;
            }
        }
    }
}
