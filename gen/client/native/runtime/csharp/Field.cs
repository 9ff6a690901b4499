using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;

namespace Jiekou
{
    /// <summary>A message of the document, or an object in one.</summary>
    public abstract class Model
    {
        internal abstract Field[] AllFields();

        /// <summary>The message as JSON.</summary>
        public override string ToString()
        {
            return Json.Encode(AllFields(), this);
        }
    }

    /// <summary>A number of a value of any form, with every digit.</summary>
    public sealed class Number
    {
        /// <summary>As JSON has it.</summary>
        public string Digits { get; }

        /// <summary>Takes the digits as JSON has them.</summary>
        public Number(string digits)
        {
            Digits = digits;
        }

        /// <summary>The digits.</summary>
        public override string ToString()
        {
            return Digits;
        }
    }

    /// <summary>A rule that a value breaks. The code is the document's.</summary>
    public sealed class Problem
    {
        /// <summary>The rule: required, length, enum and so on.</summary>
        public string Rule { get; }

        /// <summary>The path of the field.</summary>
        public string Field { get; }

        /// <summary>The code of the document.</summary>
        public string Code { get; }

        /// <summary>The text of the code.</summary>
        public string Text { get; }

        internal Problem(string rule, string field, string code, string text)
        {
            Rule = rule;
            Field = field;
            Code = code;
            Text = text;
        }

        /// <summary>The field, the rule and the code.</summary>
        public override string ToString()
        {
            return Field + " (" + Rule + (Code == "" ? "" : ", " + Code + " " + Text) + ")";
        }
    }

    /// <summary>A condition on the value of a field beside.</summary>
    internal sealed class Condition
    {
        internal string Name { get; set; }
        internal string[] Values { get; set; }
        internal string Order { get; set; } = "";
    }

    /// <summary>What a field is, and which rules its value must satisfy.</summary>
    internal sealed class Field
    {
        internal readonly string Name;
        internal readonly string Kind; // text, whole, fraction, truth, time, seconds, list, scalars, record or raw
        internal readonly Func<Model, object> Get;
        internal readonly Action<Model, object> Set;

        internal string Place { get; set; } = ""; // path, query, header, cookie, form or multipart; empty: the body
        internal string Sent { get; set; } = ""; // its name in the query, a header or a cookie; empty: its own
        internal string[] Alias { get; set; } = new string[0];
        internal bool AsText { get; set; } // it travels as a text
        internal bool Numeric { get; set; } // a text whose digits may come as a number
        internal bool Long { get; set; } // its digits are a text, since a number of the language has fewer
        internal bool Required { get; set; }
        internal bool Blank { get; set; } // required and possibly ""
        internal bool Nullable { get; set; } // what is not there is sent as null
        internal string ByDefault { get; set; }
        internal int Length { get; set; }
        internal int MinLength { get; set; }
        internal string LengthIn { get; set; } = ""; // what lengths count: characters, or bytes, or gbk
        internal int Digits { get; set; } // of a fraction, in front of the point, that the server reads
        internal int Whole { get; set; } = -1; // digits in front of the point
        internal int Places { get; set; } = -1; // digits behind the point
        internal bool Rounded { get; set; } // further digits behind the point are rounded
        internal int MinItems { get; set; }
        internal int MaxItems { get; set; }
        internal string Keys { get; set; } = ""; // pattern of the names in a map
        internal string Min { get; set; }
        internal string Max { get; set; }
        internal string[] Listed { get; set; } = new string[0]; // of numbers also >0, 1..5
        internal string Bits { get; set; } = ""; // it is a sum of what is listed
        internal Condition[] CasesIf { get; set; } = new Condition[0]; // when it is one of other lists
        internal string[] CasesListed { get; set; } = new string[0]; // with a line for each value
        internal string Separator { get; set; } = "";
        internal string StartsWith { get; set; } = ""; // the field whose text is in front
        internal string Pattern { get; set; } = "";
        internal string Shape { get; set; } = ""; // a further pattern, and the rule that says it
        internal string ShapeRule { get; set; } = "";
        internal Condition[] FormatIf { get; set; } = new Condition[0];
        internal Condition[] RequiredIf { get; set; } = new Condition[0];
        internal Condition[] RequiredUnless { get; set; } = new Condition[0];
        internal string[] RequiredWith { get; set; } = new string[0];
        internal string[] RequiredWithout { get; set; } = new string[0];
        internal string[] RequiredWithoutAll { get; set; } = new string[0];
        internal Condition[] PresentIf { get; set; } = new Condition[0];
        internal Condition[] AbsentIf { get; set; } = new Condition[0];
        internal string[] AbsentWith { get; set; } = new string[0];
        internal Func<Model> Make { get; set; } // an object
        internal Func<IList> MakeList { get; set; }
        internal Field Member { get; set; } // of a list or a map of scalars
        internal Field[] Rows { get; set; } = new Field[0]; // of objects in a map

        internal Field(string name, string kind, Func<Model, object> get = null, Action<Model, object> set = null)
        {
            Name = name;
            Kind = kind;
            Get = get;
            Set = set;
        }
    }

    /// <summary>Decimal numbers as texts, with every digit.</summary>
    internal static class Decimals
    {
        internal static bool Is(string text)
        {
            return Texts.Fits(text, "-?[0-9]+(\\.[0-9]+)?");
        }

        /// <summary>The digits in front of the point and behind it, without zeros that say nothing.</summary>
        internal static string[] Parts(string text)
        {
            var parts = (text.TrimStart('-') + ".").Split('.');
            var whole = parts[0].TrimStart('0');
            return new[] { whole == "" ? "0" : whole, parts[1].TrimEnd('0') };
        }

        /// <summary>A number without its sign, rounded to some digits behind the point.</summary>
        internal static string Rounded(string text, int places)
        {
            var parts = Parts(text);
            var digits = System.Numerics.BigInteger.Parse(parts[0] + parts[1].PadRight(places, '0').Substring(0, places), CultureInfo.InvariantCulture);
            var up = parts[1].Length > places && parts[1][places] >= '5';
            var all = (digits + (up ? 1 : 0)).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
            return all.Substring(0, all.Length - places) + "." + all.Substring(all.Length - places);
        }

        private static int Sign(string text, string[] parts)
        {
            return parts[0] == "0" && parts[1] == "" ? 0 : text[0] == '-' ? -1 : 1;
        }

        internal static int Compare(string one, string two)
        {
            string[] a = Parts(one), b = Parts(two);
            int s = Sign(one, a), t = Sign(two, b);
            if (s != t)
            {
                return s.CompareTo(t);
            }
            var n = a[0].Length.CompareTo(b[0].Length);
            n = n != 0 ? n : string.CompareOrdinal(a[0], b[0]);
            return s * (n != 0 ? n : string.CompareOrdinal(a[1], b[1]));
        }

        /// <summary>A number as a decimal, which has 28 digits.</summary>
        internal static decimal Of(string text, string name)
        {
            decimal value;
            var digits = Parts(text.Split('e', 'E')[0]);
            if ((digits[0] + digits[1]).Length > 28 || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            {
                throw new ProtocolException(name + " is no number of its kind");
            }
            return value;
        }
    }
}
