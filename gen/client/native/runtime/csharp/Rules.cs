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
            rules.Validate(new Scope(fields, of, null), "");
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
            internal readonly Model Of;
            private readonly Scope up;

            internal Scope(IList<Field> fields, Model of, Scope up)
            {
                Fields = fields;
                Of = of;
                this.up = up;
            }

            /// <summary>The field that a condition names, and its value: ../ leads to the object around.</summary>
            internal Field Named(string name, out object value)
            {
                value = null;
                if (name.StartsWith("../", StringComparison.Ordinal))
                {
                    return up?.Named(name.Substring(3), out value);
                }
                var field = Fields.FirstOrDefault(f => f.Name == name);
                value = field?.Get(Of);
                return field;
            }

            internal bool Has(string name)
            {
                object value;
                Named(name, out value);
                return IsThere(value);
            }
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
                var n = Decimals.Compare(text, wanted);
                switch (match.Order)
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
                var value = f.Get(within.Of);
                var text = value as string;
                if (!IsThere(value) || f.Required && text != null && text.Trim() == "")
                {
                    if (f.Required && f.ByDefault == null && !(f.Blank && value != null))
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

        private void ValidateValue(Field f, object value, Scope within, string at)
        {
            switch (f.Kind)
            {
                case "record":
                    Validate(new Scope(((Model)value).AllFields(), (Model)value, within), at + "/");
                    break;
                case "list":
                case "scalars":
                    ValidateList(f, (ICollection)value, within, at);
                    break;
                case "whole":
                case "seconds":
                case "fraction":
                    ValidateNumber(f, Json.TextOf(value), at);
                    break;
                case "text":
                case "time":
                    ValidateText(f, Json.TextOf(value), at);
                    break;
            }
        }

        private void ValidateList(Field f, ICollection list, Scope within, string at)
        {
            if (list.Count < f.MinItems || f.MaxItems > 0 && list.Count > f.MaxItems)
            {
                Add("length", at);
            }
            foreach (var one in list)
            {
                var model = one as Model;
                if (one == null)
                {
                    Add("type", at);
                }
                else if (model != null)
                {
                    Validate(new Scope(model.AllFields(), model, within), at + "/");
                }
                else
                {
                    ValidateValue(f.Member, one, within, at);
                }
            }
        }

        private void ValidateNumber(Field f, string value, string at)
        {
            if (!Decimals.Is(value))
            {
                Add("type", at);
                return;
            }
            var parts = Decimals.Parts(value);
            if (f.Places >= 0 && parts[1].Length > f.Places || f.Whole >= 0 && parts[0].Length > f.Whole)
            {
                Add("length", at);
            }
            if (f.Listed.Length > 0 && !f.Listed.Any(one => Decimals.Is(one) && Decimals.Compare(one, value) == 0))
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

        private void ValidateText(Field f, string text, string at)
        {
            var size = text.Sum(ch => Weight(f, ch));
            if (f.Length > 0 && size > f.Length || size < f.MinLength)
            {
                Add("length", at);
            }
            var parts = f.Separator == "" ? new[] { text } : text.Split(new[] { f.Separator }, StringSplitOptions.None);
            if (f.Listed.Length > 0 && parts.Any(part => !f.Listed.Contains(part)))
            {
                Add("enum", at);
            }
            if (f.Pattern != "" && !Texts.Fits(text, f.Pattern))
            {
                Add("format", at);
            }
        }
    }
}
