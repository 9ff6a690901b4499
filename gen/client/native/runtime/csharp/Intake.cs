using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Jiekou
{
    /// <summary>Why a notification is refused: a rule of the document.</summary>
    internal sealed class Refusal : Exception
    {
        internal readonly string Rule;
        internal readonly string Field;

        internal Refusal(string rule, string field = "") : base((rule + " " + field).Trim())
        {
            Rule = rule;
            Field = field;
        }
    }

    /// <summary>What a notification may be at most, and how its payload is read: strictly, as the server reads requests.</summary>
    internal sealed class Intake
    {
        private const string Escapes = "\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}";

        internal string[] Methods { get; set; }
        internal int Body { get; set; } // bytes
        internal int Depth { get; set; }
        internal int Elements { get; set; }
        internal bool Lone { get; set; } // one element stands for a list of one

        /// <summary>Reads a notification, or refuses it for the first rule that it breaks.</summary>
        internal void Read(Model into, string payload, IEnumerable<KeyValuePair<string, string>> headers)
        {
            var fields = into.AllFields();
            if (payload == "" && fields.Any(f => f.Required))
            {
                throw new Refusal("empty");
            }
            Tree tree;
            try
            {
                tree = Parsed(Json.Joined(into, Texts.String(payload), headers));
            }
            catch (ProtocolException)
            {
                throw new Refusal("json");
            }
            var wrong = Misfits(fields, tree, "").Select(at => new Refusal("type", at)).ToList();
            Json.Fill(into, tree);
            wrong.AddRange(Rules.ProblemsOf(fields, into).Where(p => p.Rule != "required" || !CameBlank(fields, tree, p.Field)).Select(p => new Refusal(p.Rule, p.Field)));
            var first = wrong.OrderBy(one => Place(fields, one.Field), StringComparer.Ordinal).FirstOrDefault();
            if (first != null)
            {
                throw first;
            }
        }

        /// <summary>The JSON of an object, whose texts a database can hold, within the limits.</summary>
        private Tree Parsed(string json)
        {
            var root = Tree.ParseJSON(Texts.Utf8(json));
            var odd = System.Text.RegularExpressions.Regex.Replace(json, Escapes, " ");
            if (root.Kind != Tree.Kinds.Object || !Bounded(root, 1) || System.Text.RegularExpressions.Regex.IsMatch(odd, "\\\\u(0000|[dD][89a-fA-F])"))
            {
                throw new ProtocolException("it is no sound object");
            }
            return root;
        }

        private bool Bounded(Tree tree, int depth)
        {
            return !tree.IsNested || depth <= Depth && (tree.Kind == Tree.Kinds.Object || tree.Items.Count <= Elements) && tree.Items.All(one => Bounded(one, depth + 1));
        }

        /// <summary>The paths of values of other types than the document says. They are taken out.</summary>
        private List<string> Misfits(IEnumerable<Field> fields, Tree tree, string at)
        {
            var all = new List<string>();
            foreach (var f in fields)
            {
                var found = Json.Member(f, tree);
                if (found == null || Json.IsBlank(f, found))
                {
                    continue;
                }
                var wrong = Unfit(f, found, at + f.Name);
                if (wrong.Contains(at + f.Name))
                {
                    tree.Items.Remove(found);
                }
                all.AddRange(wrong);
            }
            return all;
        }

        /// <summary>The paths of what is of another type in the value of a field.</summary>
        private List<string> Unfit(Field f, Tree tree, string path)
        {
            var quoted = tree.Kind == Tree.Kinds.Text;
            var truth = tree.Text == "true" || tree.Text == "false";
            var number = tree.Kind == Tree.Kinds.Scalar && !truth;
            var nested = f.Kind == "record" || f.Kind == "list" || f.Kind == "scalars";
            if (nested)
            {
                return f.AsText && quoted ? new List<string>() : UnfitNested(f, tree, path);
            }
            bool fits;
            switch (f.Kind)
            {
                case "text":
                    fits = quoted || f.Numeric && number && Texts.Fits(tree.Text, "[0-9]{1,19}");
                    break;
                case "time":
                    fits = quoted || number;
                    break;
                case "whole":
                case "seconds":
                    fits = (quoted || number) && IsWhole(f, tree, number);
                    break;
                case "fraction":
                    fits = number || quoted && Texts.Fits(tree.Text, "-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
                    break;
                case "truth":
                    fits = truth;
                    break;
                default:
                    fits = tree.Kind == Tree.Kinds.Object || f.Member == null && f.Rows.Length == 0;
                    break;
            }
            return fits ? new List<string>() : new List<string> { path };
        }

        private List<string> UnfitNested(Field f, Tree tree, string path)
        {
            var fields = f.Make == null ? f.Rows : f.Make().AllFields();
            if (f.Kind == "record")
            {
                return tree.Kind == Tree.Kinds.Object ? Misfits(fields, tree, path + "/") : new List<string> { path };
            }
            if (tree.Kind != Tree.Kinds.Array && !Lone)
            {
                return new List<string> { path };
            }
            var elements = tree.Kind == Tree.Kinds.Array ? tree.Items : new List<Tree> { tree };
            return elements.SelectMany(one =>
                f.Member != null ? Unfit(f.Member, one, path) : one.Kind == Tree.Kinds.Object ? Misfits(fields, one, path + "/") : new List<string> { path }).ToList();
        }

        /// <summary>7.0 and 7e0 are whole numbers of JSON too.</summary>
        private static bool IsWhole(Field f, Tree tree, bool number)
        {
            decimal exact;
            long n;
            if (number && tree.Text.IndexOfAny(new[] { '.', 'e', 'E' }) >= 0 && decimal.TryParse(tree.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out exact) && exact == decimal.Truncate(exact))
            {
                tree.Text = decimal.Truncate(exact).ToString(CultureInfo.InvariantCulture);
            }
            return Texts.Fits(tree.Text, "0|-?[1-9][0-9]*") && (f.Long || long.TryParse(tree.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out n));
        }

        /// <summary>Whether a field came as "", which its document lets stand for no value.</summary>
        private static bool CameBlank(IEnumerable<Field> fields, Tree tree, string path)
        {
            var parts = path.Split(new[] { '/' }, 2);
            var f = fields.FirstOrDefault(one => one.Name == parts[0]);
            var found = f == null ? null : Json.Member(f, tree);
            if (found == null)
            {
                return false;
            }
            if (parts.Length == 1)
            {
                return f.Blank && Json.IsBlank(f, found);
            }
            var inner = f.Make == null ? f.Rows : f.Make().AllFields();
            return (found.Kind == Tree.Kinds.Array ? found.Items : new List<Tree> { found }).Any(one => CameBlank(inner, one, parts[1]));
        }

        /// <summary>Where the document has a field, as a text that sorts.</summary>
        private static string Place(IEnumerable<Field> fields, string path)
        {
            var place = "";
            var level = fields.ToList();
            foreach (var name in path.Split('/'))
            {
                var n = level.FindIndex(f => f.Name == name);
                place += (n + 1).ToString("0000", CultureInfo.InvariantCulture);
                level = n < 0 ? new List<Field>() : (level[n].Make == null ? level[n].Rows : level[n].Make().AllFields()).ToList();
            }
            return place;
        }
    }
}
