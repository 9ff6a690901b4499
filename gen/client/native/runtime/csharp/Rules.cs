using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Jiekou
{
    /// <summary>Validates messages by the rules of the document.</summary>
    internal sealed class Rules
    {
        private readonly List<Problem> problems = new List<Problem>();

        /// <summary>The rules that a message breaks, with the document's codes.</summary>
        internal static List<Problem> ProblemsOf(IList<Field> fields, Model of)
        {
            var rules = new Rules();
            rules.Validate(new Scope(fields, f => f.Get(of), null), "");
            return rules.problems;
        }

        private void Add(string rule, string at)
        {
            string[] code;
            string text = "";
            if (!Codes.Rules.TryGetValue(rule, out code))
            {
                code = new[] { "", "" };
            }
            if (code[1] != "" || Codes.Texts.TryGetValue(code[0], out text))
            {
                text = code[1] != "" ? code[1] : text;
            }
            problems.Add(new Problem(rule, at, code[0], (text ?? "").Replace("%s", at)));
        }

        private static bool IsThere(object value)
        {
            var list = value as IList; // an object may have no members
            return value != null && !"".Equals(value) && (list == null || list.Count > 0);
        }

        /// <summary>An object with the ones that it is in, where the conditions of its fields look.</summary>
        private sealed class Scope
        {
            internal readonly IList<Field> Fields;
            internal readonly Func<Field, object> Get;
            private readonly Scope up;

            internal Scope(IList<Field> fields, Func<Field, object> get, Scope up)
            {
                Fields = fields;
                Get = get;
                this.up = up;
            }

            /// <summary>The field that a condition names, and its value: ../ leads to the object around, payer/kind into one.</summary>
            internal Field Named(string name, out object value)
            {
                value = null;
                if (name.StartsWith("../", StringComparison.Ordinal))
                {
                    return up?.Named(name.Substring(3), out value);
                }
                var slash = name.IndexOf('/');
                if (slash >= 0)
                {
                    object inside;
                    Named(name.Substring(0, slash), out inside);
                    var model = inside as Model;
                    return model == null ? null : ScopeOf(model, null).Named(name.Substring(slash + 1), out value);
                }
                var field = Fields.FirstOrDefault(f => f.Name == name);
                value = field == null ? null : Get(field);
                return field;
            }

            internal bool Has(string name)
            {
                object value;
                Named(name, out value);
                return IsThere(value);
            }
        }

        private static Scope ScopeOf(Model model, Scope up)
        {
            return new Scope(model.AllFields(), one => one.Get(model), up);
        }

        private static bool Meets(Scope within, Condition match)
        {
            object value;
            var field = within.Named(match.Name, out value);
            var text = value == null ? field?.ByDefault : Json.TextOf(value);
            return text != null && match.Values.Any(wanted =>
            {
                if (!Decimals.Is(text) || !Decimals.Is(wanted))
                {
                    return match.Order == "" && text == wanted;
                }
                return IsInOrder(Decimals.Compare(text, wanted), match.Order);
            });
        }

        private static bool IsWanted(Field f, Scope within)
        {
            return f.RequiredIf.Length > 0 && f.RequiredIf.All(one => Meets(within, one))
                || f.RequiredUnless.Length > 0 && !f.RequiredUnless.All(one => Meets(within, one))
                || f.RequiredWith.Any(within.Has)
                || f.RequiredWithout.Any(name => !within.Has(name))
                || f.RequiredWithoutAll.Length > 0 && !f.RequiredWithoutAll.Any(within.Has);
        }

        private static bool IsBarred(Field f, Scope within)
        {
            return f.PresentIf.Length > 0 && !f.PresentIf.All(one => Meets(within, one))
                || f.AbsentIf.Length > 0 && f.AbsentIf.All(one => Meets(within, one))
                || f.AbsentWith.Any(within.Has);
        }

        private void Validate(Scope within, string path)
        {
            foreach (var f in within.Fields)
            {
                var value = within.Get(f);
                var text = value as string;
                if (!IsThere(value) || f.Required && text != null && IsBlank(f, text))
                {
                    if (f.Required && f.ByDefault == null && !f.Nullable && !(f.Blank && value != null))
                    {
                        Add("required", path + f.Name);
                    }
                    else if (IsWanted(f, within))
                    {
                        Add("condition", path + f.Name);
                    }
                    continue;
                }
                if (IsBarred(f, within))
                {
                    Add("condition", path + f.Name);
                }
                ValidateValue(f, value, within, path + f.Name);
            }
        }

        private static readonly char[] Space = { '\t', '\n', '\v', '\f', '\r', ' ', '\u00a0', '\u3000' };

        private static string[] Parts(Field f, string text)
        {
            return f.Separator == "" ? new[] { text } : text.Split(new[] { f.Separator }, StringSplitOptions.None);
        }

        /// <summary>Whether a required text counts as absent.</summary>
        private static bool IsBlank(Field f, string text)
        {
            return Parts(f, text).All(part => part.Trim(Space) == "");
        }

        private void ValidateValue(Field f, object value, Scope within, string at)
        {
            var text = value as string;
            var map = value as IDictionary;
            switch (f.Kind)
            {
                case "record":
                    ValidateObject(f, value, within, at);
                    break;
                case "list":
                case "scalars":
                    ValidateList(f, (ICollection)value, within, at);
                    break;
                case "whole":
                case "seconds":
                case "fraction":
                    ValidateNumber(f, value is bool || text != null && !f.Long ? "" : Json.TextOf(value), within, at);
                    break;
                case "text":
                case "time":
                    if (text == null)
                    {
                        Add("type", at);
                        break;
                    }
                    ValidateText(f, text, within, at);
                    break;
                case "truth":
                    if (!(value is bool))
                    {
                        Add("type", at);
                    }
                    break;
                default:
                    var judged = f.Member != null || f.Rows.Length > 0;
                    if (!judged && f.MinItems == 0 && f.MaxItems == 0 && f.Keys == "")
                    {
                        break;
                    }
                    if (map == null)
                    {
                        Add("type", at);
                        break;
                    }
                    ValidateCount(f, map.Count, at);
                    if (f.Keys != "" && !map.Keys.Cast<object>().All(one => Texts.Fits(one.ToString(), f.Keys)))
                    {
                        Add("format", at);
                    }
                    if (!judged)
                    {
                        break;
                    }
                    foreach (var one in map.Values)
                    {
                        ValidateMember(f, one, within, at);
                    }
                    break;
            }
        }

        /// <summary>The rows of an object, which is a model or is in a map.</summary>
        private void ValidateObject(Field f, object value, Scope within, string at)
        {
            var model = value as Model;
            var map = value as IDictionary;
            if (model != null)
            {
                Validate(ScopeOf(model, within), at + "/");
            }
            else if (map != null)
            {
                Validate(new Scope(f.Rows, one => map.Contains(one.Name) ? map[one.Name] : null, within), at + "/");
            }
            else
            {
                Add("type", at);
            }
        }

        /// <summary>How many values a list or a map may have.</summary>
        private void ValidateCount(Field f, int count, string at)
        {
            if (count < f.MinItems || f.MaxItems > 0 && count > f.MaxItems)
            {
                Add("length", at);
            }
        }

        private void ValidateList(Field f, ICollection list, Scope within, string at)
        {
            ValidateCount(f, list.Count, at);
            foreach (var one in list)
            {
                ValidateMember(f, one, within, at);
            }
        }

        /// <summary>One value of a list or a map.</summary>
        private void ValidateMember(Field f, object one, Scope within, string at)
        {
            if (one != null && f.Member != null)
            {
                ValidateValue(f.Member, one, within, at);
            }
            else
            {
                ValidateObject(f, one, within, at);
            }
        }

        /// <summary>The values that a field takes, while those that decide about them are what they are.</summary>
        private static string[] ListedOf(Field f, Scope within)
        {
            var n = Array.FindIndex(f.CasesIf, one => Meets(within, one));
            return n < 0 ? f.Listed : f.CasesListed[n].Split('\n');
        }

        /// <summary>Whether a number is one that is listed, or in a range.</summary>
        private static bool IsAmong(string value, string listed)
        {
            var dots = listed.IndexOf("..", StringComparison.Ordinal);
            if (dots > 0)
            {
                return Decimals.Compare(value, listed.Substring(0, dots)) >= 0 && Decimals.Compare(value, listed.Substring(dots + 2)) <= 0;
            }
            var bound = listed.TrimStart('<', '>', '=');
            return IsInOrder(Decimals.Compare(value, bound), listed.Substring(0, listed.Length - bound.Length));
        }

        private static bool IsInOrder(int n, string order)
        {
            switch (order)
            {
                case "<":
                    return n < 0;
                case "<=":
                    return n <= 0;
                case ">":
                    return n > 0;
                case ">=":
                    return n >= 0;
                default:
                    return n == 0;
            }
        }

        private static bool IsSum(string value, string bits)
        {
            long n;
            return long.TryParse(value, out n) && n > 0 && (n & ~long.Parse(bits)) == 0;
        }

        private void ValidateNumber(Field f, string value, Scope within, string at)
        {
            var whole = Decimals.Is(value) ? Decimals.Parts(value) : null;
            var isLong = whole != null && (Decimals.Compare(value, "9223372036854775807") > 0 || Decimals.Compare(value, "-9223372036854775808") < 0);
            if (whole == null || (f.Kind == "fraction" ? f.Digits > 0 && whole[0].Length > f.Digits : isLong || whole[1] != ""))
            {
                Add("type", at);
                return;
            }
            var parts = Decimals.Parts(f.Rounded ? Decimals.Rounded(value, f.Places) : value);
            if (f.Places >= 0 && parts[1].Length > f.Places || f.Whole >= 0 && parts[0].Length > f.Whole)
            {
                Add("length", at);
            }
            var listed = ListedOf(f, within);
            var fits = listed.Length == 0 || listed.Any(one => IsAmong(value, one));
            if (f.Bits != "")
            {
                fits = Decimals.Compare(value, "0") == 0 ? listed.Contains("0") : IsSum(value, f.Bits);
            }
            if (!fits)
            {
                Add("enum", at);
            }
            if (f.Min != null && Decimals.Compare(value, f.Min) < 0 || f.Max != null && Decimals.Compare(value, f.Max) > 0)
            {
                Add("range", at);
            }
        }

        /// <summary>What a character adds to a length; of a pair, the second half adds nothing.</summary>
        private static int Weight(Field f, char ch)
        {
            if (char.IsLowSurrogate(ch))
            {
                return 0;
            }
            if (f.LengthIn == "" || ch < 0x80)
            {
                return 1;
            }
            return char.IsHighSurrogate(ch) ? 4 : f.LengthIn == "gbk" || ch < 0x800 ? 2 : 3;
        }

        private void ValidateText(Field f, string text, Scope within, string at)
        {
            var size = text.Sum(ch => Weight(f, ch));
            if (f.Length > 0 && size > f.Length || size < f.MinLength)
            {
                Add("length", at);
            }
            object front = null;
            if (f.StartsWith != "")
            {
                within.Named(f.StartsWith, out front);
            }
            var begin = front == null ? "" : Json.TextOf(front);
            var listed = ListedOf(f, within);
            var parts = f.Separator == "" ? new[] { text } : Parts(f, text).Select(part => part.Trim(Space)).Where(part => part != "");
            if (listed.Length > 0 && parts.Any(part => !listed.Contains(part)))
            {
                Add("enum", at);
            }
            var matched = f.Pattern != "" && (f.StartsWith == "" || begin != "");
            var dots = f.Place == "path" && (text == "." || text == ".."); // in a URL they lead elsewhere
            if (dots || !Texts.Starts(text, begin) || matched && !Texts.Fits(text.Substring(begin.Length), f.Pattern))
            {
                Add("format", at);
            }
            var counts = f.FormatIf.All(one => !within.Has(one.Name) || Meets(within, one));
            if (f.Shape != "" && counts && !(Texts.Fits(text, f.Shape) && (f.ShapeRule != "idcard" || HasCheckDigit(text))))
            {
                Add(f.ShapeRule, at);
            }
        }

        /// <summary>Whether an identity card of 18 characters ends as GB 11643 says.</summary>
        private static bool HasCheckDigit(string card)
        {
            var sum = card.Take(17).Select((digit, n) => (digit - '0') * (1 << (17 - n))).Sum();
            return card.Length < 18 || card[17] == "10X98765432"[sum % 11];
        }
    }
}
