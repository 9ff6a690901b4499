using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Jiekou
{
    /// <summary>Values of messages as JSON, with every digit.</summary>
    internal static class Json
    {
        private static string Quote(string text)
        {
            return Texts.String(Tree.Quote(Texts.Utf8(text)));
        }

        internal static string TextOf(object value)
        {
            return value is bool ? (bool)value ? "true" : "false" : System.Convert.ToString(value, CultureInfo.InvariantCulture);
        }

        /// <summary>Writes an object as the JSON of a message.</summary>
        internal static string Encode(IEnumerable<Field> fields, Model of)
        {
            var members = fields.Where(f => f.Nullable || f.Get(of) != null).Select(f => Quote(f.Name) + ":" + (f.Get(of) == null ? "null" : EncodeValue(f, f.Get(of))));
            return "{" + string.Join(",", members) + "}";
        }

        /// <summary>The payload of an object: of a field that is all of it, its value alone.</summary>
        internal static string Carried(IEnumerable<Field> fields, Model of)
        {
            var whole = fields.FirstOrDefault(f => f.Place == "whole");
            if (whole == null)
            {
                return Encode(fields, of);
            }
            return whole.Get(of) == null ? "null" : EncodeValue(whole, whole.Get(of));
        }

        /// <summary>The JSON of all fields of a message, as an object: those in headers, in its payload, and the one that is all of that.</summary>
        internal static string Joined(Model of, string payload, IEnumerable<KeyValuePair<string, string>> headers)
        {
            var members = new List<string>();
            foreach (var f in of.AllFields().Where(one => one.Place == "header"))
            {
                foreach (var one in headers.Where(h => string.Equals(h.Key, f.Sent == "" ? f.Name : f.Sent, System.StringComparison.OrdinalIgnoreCase)))
                {
                    members.Add(Quote(f.Name) + ":" + (f.AsText || f.Kind == "text" || f.Kind == "time" ? Quote(one.Value) : one.Value));
                }
            }
            var whole = of.AllFields().FirstOrDefault(f => f.Place == "whole");
            if (whole != null && payload != "")
            {
                members.Add(Quote(whole.Name) + ":" + payload);
            }
            if (members.Count == 0)
            {
                return payload == "" ? "{}" : payload;
            }
            var rest = whole != null || payload.Trim() == "" ? "}" : payload.Trim().Substring(1).Trim();
            return "{" + string.Join(",", members) + (Texts.Starts(rest, "}") ? "" : ",") + rest;
        }

        internal static string EncodeValue(Field f, object value)
        {
            switch (f.Kind)
            {
                case "whole":
                case "fraction":
                    return f.AsText ? Quote(TextOf(value)) : TextOf(value);
                case "seconds":
                case "truth":
                    return TextOf(value);
                case "text":
                case "time":
                    return Quote(TextOf(value));
                default:
                    return f.AsText ? Quote(Nested(f, value)) : Nested(f, value);
            }
        }

        private static string Nested(Field f, object value)
        {
            switch (f.Kind)
            {
                case "record":
                    return Encode(((Model)value).AllFields(), (Model)value);
                case "list":
                    return "[" + string.Join(",", ((IEnumerable)value).Cast<Model>().Select(one => Encode(one.AllFields(), one))) + "]";
                case "scalars":
                    return "[" + string.Join(",", ((IEnumerable)value).Cast<object>().Select(one => EncodeValue(f.Member, one))) + "]";
                default:
                    return Raw(value);
            }
        }

        private static string Raw(object value)
        {
            var map = value as IDictionary; // of whatever values
            if (map != null)
            {
                return "{" + string.Join(",", map.Keys.Cast<object>().Select(key => Quote(TextOf(key)) + ":" + Raw(map[key]))) + "}";
            }
            if (value == null)
            {
                return "null";
            }
            var text = value as string;
            if (text != null)
            {
                return Quote(text);
            }
            var list = value as IEnumerable;
            return list != null ? "[" + string.Join(",", list.Cast<object>().Select(Raw)) + "]" : TextOf(value);
        }

        /// <summary>A value outside of JSON: in a path, a query or a header; null where there is none.</summary>
        internal static string Plain(Field f, object value)
        {
            if (value == null)
            {
                return null;
            }
            return f.Kind == "record" || f.Kind == "list" || f.Kind == "scalars" || f.Kind == "raw" ? Nested(f, value) : TextOf(value);
        }

        /// <summary>Reads the JSON of a message. Members that the document does not have are left out.</summary>
        internal static T Decode<T>(T into, string json) where T : Model
        {
            Fill(into, Tree.ParseJSON(Texts.Utf8(json)));
            return into;
        }

        /// <summary>A member of JSON as text, empty where there is none.</summary>
        internal static string At(string json, IEnumerable<string> path)
        {
            object found = null;
            if (path.Any())
            {
                found = Open(Tree.ParseJSON(Texts.Utf8(json)));
            }
            foreach (var name in path)
            {
                var members = found as IDictionary<string, object>;
                found = members == null || !members.ContainsKey(name) ? null : members[name];
            }
            return found == null ? "" : TextOf(found);
        }

        /// <summary>The member of an object that a field is; null where it has no value.</summary>
        internal static Tree Member(Field f, Tree tree)
        {
            return tree.Items.FirstOrDefault(n => n.Kind != Tree.Kinds.Null && (Texts.String(n.Name) == f.Name || f.Alias.Contains(Texts.String(n.Name))));
        }

        /// <summary>Whether a value is "", which stands for none but in a text.</summary>
        internal static bool IsBlank(Field f, Tree tree)
        {
            return tree.Kind == Tree.Kinds.Text && tree.Text == "" && f.Kind != "text";
        }

        internal static Model Fill(Model into, Tree tree)
        {
            if (tree.Kind != Tree.Kinds.Object)
            {
                throw new ProtocolException("it is no object");
            }
            foreach (var f in into.AllFields())
            {
                var found = Member(f, tree);
                if (found != null && !IsBlank(f, found))
                {
                    f.Set(into, Value(f, found));
                }
            }
            return into;
        }

        private static object Value(Field f, Tree tree)
        {
            var text = Texts.String(tree.Text);
            var nested = f.Kind == "record" || f.Kind == "list" || f.Kind == "scalars" || f.Kind == "raw";
            var inner = f.AsText && tree.Kind == Tree.Kinds.Text && text != "" && nested ? Tree.ParseJSON(tree.Text) : tree;
            switch (f.Kind)
            {
                case "whole":
                case "seconds":
                    return Whole(f, text);
                case "fraction":
                    return f.Long && Decimals.Is(text) ? text : (object)Decimals.Of(text, f.Name);
                case "truth":
                    return text == "true" || text == "1";
                case "record":
                    return Fill(f.Make(), inner);
                case "list":
                    return Filled(f.MakeList(), inner.Elements().Select(one => (object)Fill(f.Make(), one)));
                case "scalars":
                    return Filled(f.MakeList(), inner.Elements().Select(one => Value(f.Member, one)));
                case "raw":
                    return Open(inner);
                default:
                    return text;
            }
        }

        private static object Whole(Field f, string text)
        {
            long n;
            if (Texts.Fits(text, "-?[0-9]+"))
            {
                if (f.Long)
                {
                    return System.Numerics.BigInteger.Parse(text, CultureInfo.InvariantCulture);
                }
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out n))
                {
                    return n;
                }
            }
            throw new ProtocolException(f.Name + " is no number of its kind");
        }

        private static IList Filled(IList list, IEnumerable<object> values)
        {
            foreach (var one in values)
            {
                list.Add(one);
            }
            return list;
        }

        private static object Open(Tree tree)
        {
            var text = Texts.String(tree.Text);
            long n;
            switch (tree.Kind)
            {
                case Tree.Kinds.Object:
                    return tree.Items.ToDictionary(one => Texts.String(one.Name), Open);
                case Tree.Kinds.Array:
                    return tree.Items.Select(Open).ToList();
                case Tree.Kinds.Null:
                    return null;
                case Tree.Kinds.Text:
                    return text;
                default:
                    if (text == "true" || text == "false")
                    {
                        return text == "true";
                    }
                    return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out n) && TextOf(n) == text ? n : (object)new Number(text);
            }
        }
    }
}
