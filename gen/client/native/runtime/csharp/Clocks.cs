using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>Times between the steps of a protocol: the decimal number of their nanoseconds since 1970.</summary>
    internal static class Clocks
    {
        private static readonly string[] Months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
        private static readonly DateTime Epoch1970 = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        private static readonly Dictionary<string, string> Parts = new Dictionary<string, string>
        {
            ["yyyy"] = "[0-9]{4}", ["SSS"] = "[0-9]{3}", ["SSSSSS"] = "[0-9]{6}", ["SSSSSSSSS"] = "[0-9]{9}", ["d"] = "[0-9]{1,2}", ["Mon"] = "[A-Z][a-z]{2}", ["Jan"] = "[A-Z][a-z]{2}", ["Z"] = "[+-][0-9]{4}", ["ZZ"] = "Z|[+-][0-9]{2}:[0-9]{2}",
        };

        internal static long ReadTime(string x)
        {
            long n;
            if (!Texts.Fits(x, "-?[0-9]{1,19}") || !long.TryParse(x, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out n))
            {
                throw ProtocolException.Form("the time");
            }
            return n;
        }

        private static string Text(long n)
        {
            return n.ToString(CultureInfo.InvariantCulture);
        }

        private static long Floor(long x, long by)
        {
            return (x - (x % by + by) % by) / by;
        }

        internal static string Epoch(string x, long unit)
        {
            return Text(Floor(ReadTime(x), unit));
        }

        internal static string Unepoch(string x, long unit)
        {
            if (!Texts.Fits(x, "[0-9]{1,16}") || ReadTime(x) > (1L << 62) / unit)
            {
                throw ProtocolException.Form("the time");
            }
            return Text(ReadTime(x) * unit);
        }

        internal static string Later(string x, long nanoseconds)
        {
            return Text(ReadTime(x) + nanoseconds);
        }

        internal static string Sooner(string x, long nanoseconds)
        {
            return Later(x, -nanoseconds);
        }

        /// <summary>Writes a time by the first of some layouts, whose literals begin with '.</summary>
        internal static string FormatTime(string x, string[][] layouts, int minutes)
        {
            var at = ReadTime(x);
            var whole = Floor(at, 1000000000);
            var nano = (at - whole * 1000000000).ToString("000000000", CultureInfo.InvariantCulture);
            var d = Epoch1970.AddSeconds(whole).AddMinutes(minutes);
            var away = Math.Abs(minutes);
            var hours = (minutes < 0 ? "-" : "+") + (away / 60).ToString("00", CultureInfo.InvariantCulture);
            var rest = (away % 60).ToString("00", CultureInfo.InvariantCulture);
            return Texts.Utf8(string.Concat(layouts[0].Select(word =>
            {
                switch (word[0] == '\'' ? "" : word)
                {
                    case "":
                        return word.Substring(1);
                    case "Mon":
                        return d.ToString("ddd", CultureInfo.InvariantCulture);
                    case "Jan":
                        return Months[d.Month - 1];
                    case "d":
                        return d.Day.ToString(CultureInfo.InvariantCulture);
                    case "SSS":
                    case "SSSSSS":
                    case "SSSSSSSSS":
                        return nano.Substring(0, word.Length);
                    case "Z":
                        return hours + rest;
                    case "ZZ":
                        return minutes == 0 ? "Z" : hours + ":" + rest;
                    default:
                        return d.ToString(word, CultureInfo.InvariantCulture);
                }
            })));
        }

        /// <summary>Reads a time in the first of some layouts that fits.</summary>
        internal static string AnyTime(string x, string[][] layouts, int minutes)
        {
            foreach (var layout in layouts)
            {
                var found = Parsed(Texts.String(x), layout, minutes);
                if (found != null)
                {
                    return found;
                }
            }
            throw ProtocolException.Form("the time");
        }

        private static string Parsed(string x, string[] layout, int minutes)
        {
            string part;
            var pattern = string.Concat(layout.Select(word => word[0] == '\'' ? Regex.Escape(word.Substring(1)) : "(" + (Parts.TryGetValue(word, out part) ? part : "[0-9]{2}") + ")"));
            var found = Regex.Match(x, "\\A" + pattern + "\\z", RegexOptions.CultureInvariant);
            if (!found.Success)
            {
                return null;
            }
            var got = new Dictionary<string, int> { ["yyyy"] = 1970, ["MM"] = 1, ["dd"] = 1, ["HH"] = 0, ["mm"] = 0, ["ss"] = 0, ["nano"] = 0 };
            var group = 0;
            foreach (var word in layout.Where(one => one[0] != '\''))
            {
                var text = found.Groups[++group].Value;
                int n;
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out n);
                switch (word)
                {
                    case "Mon":
                        break;
                    case "SSS":
                    case "SSSSSS":
                    case "SSSSSSSSS":
                        got["nano"] = int.Parse((text + "000000").Substring(0, 9), CultureInfo.InvariantCulture);
                        break;
                    case "Jan":
                        got["MM"] = Array.IndexOf(Months, text) + 1;
                        break;
                    case "Z":
                    case "ZZ":
                        minutes = Zone(text);
                        break;
                    case "yy":
                        got["yyyy"] = n + (n < 69 ? 2000 : 1900);
                        break;
                    default:
                        got[word == "d" ? "dd" : word == "hh" ? "HH" : word] = n;
                        break;
                }
            }
            try
            {
                var d = new DateTime(got["yyyy"], got["MM"], got["dd"], got["HH"], got["mm"], got["ss"]).AddMinutes(-minutes);
                return Text((d - Epoch1970).Ticks * 100 + got["nano"]);
            }
            catch (ArgumentOutOfRangeException)
            {
                return null;
            }
        }

        private static int Zone(string text)
        {
            if (text == "Z")
            {
                return 0;
            }
            var m = int.Parse(text.Substring(1, 2), CultureInfo.InvariantCulture) * 60 + int.Parse(text.Substring(text.Length - 2), CultureInfo.InvariantCulture);
            return text[0] == '-' ? -m : m;
        }
    }
}
