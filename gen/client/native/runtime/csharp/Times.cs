using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>Times of messages, in the zone of the system.</summary>
    public static class Times
    {
        private static readonly Regex Form = new Regex(
            "\\A([0-9]{4})[^0-9]?([0-9]{2})[^0-9]?([0-9]{2})(?:[^0-9]?([0-9]{2})[^0-9]?([0-9]{2})(?:[^0-9]?([0-9]{2}))?(?:\\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?\\z");

        private static TimeZoneInfo Zone()
        {
            try
            {
                return TimeZoneInfo.FindSystemTimeZoneById(Codes.Zone);
            }
            catch (TimeZoneNotFoundException)
            {
                // Windows before .NET 6 has names of its own.
                if (Codes.Zone == "Asia/Shanghai")
                {
                    return TimeZoneInfo.CreateCustomTimeZone(Codes.Zone, TimeSpan.FromHours(8), Codes.Zone, Codes.Zone);
                }
                throw;
            }
        }

        /// <summary>Writes a moment in the system's zone, in the form that a field's comment says.</summary>
        public static string Text(DateTimeOffset moment, string form = "yyyy-MM-dd HH:mm:ss")
        {
            var at = TimeZoneInfo.ConvertTime(moment, Zone());
            return Regex.Replace(form, "yyyy|MM|dd|HH|mm|ss|SSS|XXX", m => at.ToString(m.Value == "SSS" ? "fff" : m.Value == "XXX" ? "zzz" : m.Value, CultureInfo.InvariantCulture));
        }

        /// <summary>Reads a time of a message; one without an offset is in the system's zone. A time that the zone's clocks skipped is
        /// a FormatException, but for a midnight: its day begins after that.</summary>
        public static DateTimeOffset Of(string text)
        {
            var m = Form.Match(text.Trim());
            if (!m.Success)
            {
                throw new FormatException("no time: " + text);
            }
            var n = Enumerable.Range(1, 6).Select(i => m.Groups[i].Success ? int.Parse(m.Groups[i].Value, CultureInfo.InvariantCulture) : 0).ToArray();
            var ticks = int.Parse(m.Groups[7].Value.PadRight(7, '0').Substring(0, 7), CultureInfo.InvariantCulture);
            var local = new DateTime(n[0], n[1], n[2], n[3], n[4], n[5], DateTimeKind.Unspecified).AddTicks(ticks);
            var offset = m.Groups[8].Value;
            if (offset == "")
            {
                var zone = Zone();
                if (!zone.IsInvalidTime(local))
                {
                    return new DateTimeOffset(local, zone.GetUtcOffset(local));
                }
                var shown = TimeZoneInfo.ConvertTime(new DateTimeOffset(local, zone.GetUtcOffset(local.AddDays(-1))), zone);
                if (local.TimeOfDay != TimeSpan.Zero || shown.Date != local.Date)
                {
                    throw new FormatException("no time in " + Codes.Zone + ": " + text);
                }
                return shown;
            }
            return new DateTimeOffset(local, offset == "Z" ? TimeSpan.Zero : TimeSpan.ParseExact(offset.Substring(1), "hh\\:mm", CultureInfo.InvariantCulture, offset[0] == '-' ? TimeSpanStyles.AssumeNegative : TimeSpanStyles.None));
        }
    }
}
