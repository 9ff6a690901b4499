using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>A message is not what the protocol says.</summary>
    public class ProtocolException : Exception
    {
        /// <summary>It is no such message at all.</summary>
        internal bool Foreign;

        /// <summary>The code or rule that refuses it.</summary>
        internal string Refusal;

        /// <summary>The field that is missing or breaks a rule.</summary>
        internal string Field = "";

        /// <summary>The notification, as far as it was read.</summary>
        internal Jiekou.Message Taken;

        internal ProtocolException(string why, string refusal = null) : base(why)
        {
            Refusal = refusal;
        }

        internal static ProtocolException Form(string what = "the text")
        {
            return new ProtocolException(what + " has another form");
        }
    }

    /// <summary>Texts of messages: how they are encoded, cut and compared. Bytes are texts here, one character a byte.</summary>
    internal static class Texts
    {
        private const string Blanks = "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
        private const int Most = 16 << 20; // bytes that a compressed text may have

        private static readonly Encoding Latin = Encoding.GetEncoding(28591);
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

        internal static byte[] Bytes(string x)
        {
            return Latin.GetBytes(x);
        }

        internal static string Of(byte[] b)
        {
            return Latin.GetString(b);
        }

        /// <summary>The bytes of a string as UTF-8.</summary>
        internal static string Utf8(string s)
        {
            return Of(Encoding.UTF8.GetBytes(s));
        }

        /// <summary>The string of bytes that are UTF-8.</summary>
        internal static string String(string x)
        {
            try
            {
                return Strict.GetString(Bytes(x));
            }
            catch (DecoderFallbackException)
            {
                throw new ProtocolException("not UTF-8");
            }
        }

        internal static bool IsText(string x)
        {
            try
            {
                Strict.GetCharCount(Bytes(x));
                return true;
            }
            catch (DecoderFallbackException)
            {
                return false;
            }
        }

        internal static string RandomBytes(int n)
        {
            var b = new byte[n];
            Random.GetBytes(b);
            return Of(b);
        }

        /// <summary>Compares in a time that does not depend on the bytes.</summary>
        internal static bool Same(string one, string two)
        {
            var differ = one.Length ^ two.Length;
            for (var i = 0; i < one.Length && i < two.Length; i++)
            {
                differ |= one[i] ^ two[i];
            }
            return differ == 0;
        }

        internal static bool Starts(string x, string text)
        {
            return x.StartsWith(text, StringComparison.Ordinal);
        }

        internal static bool Ends(string x, string text)
        {
            return x.EndsWith(text, StringComparison.Ordinal);
        }

        internal static bool Fits(string x, string pattern)
        {
            return Regex.IsMatch(x, "\\A(?:" + pattern + ")\\z", RegexOptions.CultureInvariant);
        }

        internal static string Repeat(string x, int n)
        {
            return string.Concat(Enumerable.Repeat(x, Math.Max(0, n)));
        }

        internal static string Hex(string x)
        {
            return string.Concat(x.Select(ch => ((int)ch).ToString("x2", CultureInfo.InvariantCulture)));
        }

        internal static string Unhex(string x)
        {
            if (x.Length % 2 != 0 || !Fits(x, "[0-9a-f]*"))
            {
                throw ProtocolException.Form("the hexadecimal text");
            }
            return new string(Enumerable.Range(0, x.Length / 2).Select(i => (char)Convert.ToInt32(x.Substring(2 * i, 2), 16)).ToArray());
        }

        internal static string HexUpper(string x)
        {
            return Upper(Hex(x));
        }

        internal static string UnhexUpper(string x)
        {
            if (!Fits(x, "[^a-f]*"))
            {
                throw ProtocolException.Form("the hexadecimal text");
            }
            return Unhex(Lower(x));
        }

        internal static string Base64(string x, bool breaks = false)
        {
            return Convert.ToBase64String(Bytes(x));
        }

        internal static string Base64Bare(string x, bool breaks = false)
        {
            return Base64(x).TrimEnd('=');
        }

        internal static string Base64url(string x, bool breaks = false)
        {
            return Base64urlPadded(x).TrimEnd('=');
        }

        internal static string Base64urlPadded(string x, bool breaks = false)
        {
            return Base64(x).Replace('+', '-').Replace('/', '_');
        }

        private static string Unbroken(string x, bool breaks)
        {
            return breaks ? x.Replace("\r", "").Replace("\n", "") : x;
        }

        internal static string Unbase64(string x, bool breaks = false)
        {
            var text = Unbroken(x, breaks);
            if (text.Length % 4 != 0)
            {
                throw ProtocolException.Form("the base64");
            }
            return Unbase64Bare(Regex.Replace(text, "={1,2}\\z", ""));
        }

        internal static string Unbase64Bare(string x, bool breaks = false)
        {
            var text = Unbroken(x, breaks);
            var bytes = LooseBase64(text);
            if (Base64Bare(bytes) != text)
            {
                throw ProtocolException.Form("the base64");
            }
            return bytes;
        }

        internal static string LooseBase64(string x)
        {
            if (!Fits(x, "[A-Za-z0-9+/]*") || x.Length % 4 == 1)
            {
                throw ProtocolException.Form("the base64");
            }
            return Of(Convert.FromBase64String(x + Repeat("=", (4 - x.Length % 4) % 4)));
        }

        private static string Common(string x)
        {
            if (x.IndexOfAny(new[] { '+', '/' }) >= 0)
            {
                throw ProtocolException.Form("the base64");
            }
            return x.Replace('-', '+').Replace('_', '/');
        }

        internal static string Unbase64url(string x, bool breaks = false)
        {
            return Unbase64Bare(Common(x), breaks);
        }

        internal static string Unbase64urlPadded(string x, bool breaks = false)
        {
            return Unbase64(Common(x), breaks);
        }

        /// <summary>Escapes all but letters, digits and what is safe.</summary>
        internal static string Url(string x, string safe, bool plus, bool low = false)
        {
            var text = new StringBuilder();
            foreach (var ch in x)
            {
                if (ch >= '0' && ch <= '9' || ch >= 'A' && ch <= 'Z' || ch >= 'a' && ch <= 'z' || safe.IndexOf(ch) >= 0)
                {
                    text.Append(ch);
                }
                else if (ch == ' ' && plus)
                {
                    text.Append('+');
                }
                else
                {
                    text.Append('%').Append(((int)ch).ToString(low ? "x2" : "X2", CultureInfo.InvariantCulture));
                }
            }
            return text.ToString();
        }

        internal static string Unurl(string x, string safe, bool plus, bool low = false)
        {
            if (Regex.IsMatch(x, "%(?![0-9a-fA-F]{2})"))
            {
                throw ProtocolException.Form("the % escape");
            }
            return Regex.Replace(plus ? x.Replace('+', ' ') : x, "%(..)", m => ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString());
        }

        /// <summary>The number that bytes are, the high ones first.</summary>
        internal static BigInteger Big(string x)
        {
            return new BigInteger(Bytes(x + "").Reverse().Concat(new byte[] { 0 }).ToArray());
        }

        internal static string Sized(BigInteger n, int size)
        {
            var b = n.ToByteArray().Reverse().SkipWhile(one => one == 0).ToArray();
            if (b.Length > size)
            {
                throw new ProtocolException("a number is too large");
            }
            return Zeros(size - b.Length) + Of(b);
        }

        internal static string Decimal(string x)
        {
            if (x.Length > 64)
            {
                throw ProtocolException.Form();
            }
            return Big(x).ToString(CultureInfo.InvariantCulture);
        }

        /// <summary>A number with so many places.</summary>
        internal static string Decimals(string x, int places)
        {
            var parts = x.Split('.');
            var rest = parts.Length > 1 ? parts[1].TrimEnd('0') : "";
            if (!Fits(x, "-?[0-9]+(?:\\.[0-9]*)?") || rest.Length > places)
            {
                throw ProtocolException.Form("the number");
            }
            return parts[0] + "." + rest.PadRight(places, '0');
        }

        internal static string NumberHex(string x)
        {
            long n;
            if (!Fits(x, "0|[1-9][0-9]{0,18}") || !long.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out n))
            {
                throw ProtocolException.Form("the number");
            }
            return n.ToString("x", CultureInfo.InvariantCulture);
        }

        internal static string UnnumberHex(string x)
        {
            long n;
            if (!Fits(x, "0|[1-9a-f][0-9a-f]{0,15}") || !long.TryParse(x, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out n) || n < 0)
            {
                throw ProtocolException.Form("the number");
            }
            return n.ToString(CultureInfo.InvariantCulture);
        }

        internal static string NumberHexUpper(string x)
        {
            return Upper(NumberHex(x));
        }

        internal static string UnnumberHexUpper(string x)
        {
            if (!Fits(x, "[^a-f]*"))
            {
                throw ProtocolException.Form("the number");
            }
            return UnnumberHex(Lower(x));
        }

        /// <summary>A number as so many bytes, the low ones first, or as so many digits.</summary>
        private static string Numbered(BigInteger n, int size, string how)
        {
            if (how != "digits")
            {
                return how == "little" ? Reverse(Sized(n, size)) : Sized(n, size);
            }
            var text = n.ToString(CultureInfo.InvariantCulture);
            if (text.Length > size)
            {
                throw ProtocolException.Form();
            }
            return text.PadLeft(size, '0');
        }

        private static BigInteger Number(string x, int size, string how)
        {
            var head = First(x, size);
            if (how != "digits")
            {
                return Big(how == "little" ? Reverse(head) : head);
            }
            if (head.Any(c => c < '0' || c > '9'))
            {
                throw ProtocolException.Form();
            }
            return BigInteger.Parse(head, CultureInfo.InvariantCulture);
        }

        internal static string Counted(string x, int size, string how = "")
        {
            return Numbered(x.Length, size, how) + x;
        }

        internal static string NumberBytes(string x, int size, string how = "")
        {
            if (x == "" || x.Length > 19 || x.Any(c => c < '0' || c > '9') || x.Length > 1 && x[0] == '0' || BigInteger.Parse(x, CultureInfo.InvariantCulture) > long.MaxValue)
            {
                throw ProtocolException.Form();
            }
            return Numbered(BigInteger.Parse(x, CultureInfo.InvariantCulture), size, how);
        }

        internal static string UnnumberBytes(string x, int size, string how = "")
        {
            if (x.Length != size)
            {
                throw ProtocolException.Form();
            }
            return Number(x, size, how).ToString(CultureInfo.InvariantCulture);
        }

        /// <summary>How many bytes a counted text at the beginning of x takes.</summary>
        internal static int TakeCounted(string x, int size, string how = "")
        {
            var length = Number(x, size, how) + size;
            if (length > x.Length)
            {
                throw ProtocolException.Form();
            }
            return (int)length;
        }

        internal static string Uncounted(string x, int size, string how = "")
        {
            if (TakeCounted(x, size, how) != x.Length)
            {
                throw ProtocolException.Form();
            }
            return x.Substring(size);
        }

        internal static string Fixed(string x, int size)
        {
            if (x.Length != size)
            {
                throw ProtocolException.Form();
            }
            return x;
        }

        internal static int TakeFixed(string x, int size)
        {
            return First(x, size).Length;
        }

        private static Encoding Charset(string name)
        {
            // .NET has the code pages of Windows in a provider; other platforms have them as they are.
            var provider = Type.GetType("System.Text.CodePagesEncodingProvider, System.Text.Encoding.CodePages");
            if (provider != null)
            {
                Encoding.RegisterProvider((EncodingProvider)provider.GetProperty("Instance", BindingFlags.Public | BindingFlags.Static).GetValue(null));
            }
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }

        private static string Encoded(string x, string charset)
        {
            try
            {
                return Of(Charset(charset).GetBytes(String(x)));
            }
            catch (EncoderFallbackException)
            {
                throw new ProtocolException("a character that the charset does not have");
            }
        }

        internal static string Latin1(string x)
        {
            return Encoded(x, "iso-8859-1");
        }

        internal static string Unlatin1(string x)
        {
            return Utf8(x);
        }

        internal static string Utf16le(string x)
        {
            return Of(Encoding.Unicode.GetBytes(String(x)));
        }

        internal static string Unutf16le(string x)
        {
            return Utf8(Encoding.Unicode.GetString(Bytes(x)));
        }

        internal static string Utf16be(string x)
        {
            return Of(Encoding.BigEndianUnicode.GetBytes(String(x)));
        }

        internal static string Unutf16be(string x)
        {
            return Utf8(Encoding.BigEndianUnicode.GetString(Bytes(x)));
        }

        internal static string Gbk(string x)
        {
            return Encoded(x, "gb2312");
        }

        internal static string Ungbk(string x)
        {
            try
            {
                return Utf8(Charset("gb18030").GetString(Bytes(x)));
            }
            catch (DecoderFallbackException)
            {
                throw new ProtocolException("not GBK");
            }
        }

        private static string Through(string x, Func<Stream, Stream> zip)
        {
            using (var to = new MemoryStream())
            {
                using (var stream = zip(to))
                {
                    var b = Bytes(x);
                    stream.Write(b, 0, b.Length);
                }
                return Of(to.ToArray());
            }
        }

        internal static string Gzip(string x)
        {
            return Through(x, to => new GZipStream(to, CompressionMode.Compress, true));
        }

        internal static string Zlib(string x)
        {
            return "\u0078\u009c" + Through(x, to => new DeflateStream(to, CompressionMode.Compress, true)) + Adler(x);
        }

        private static string Adler(string x)
        {
            uint one = 1, two = 0;
            foreach (var ch in x)
            {
                one = (one + ch) % 65521;
                two = (two + one) % 65521;
            }
            return Sized(two << 16 | one, 4);
        }

        private static string Unpacked(Stream stream)
        {
            using (stream)
            using (var to = new MemoryStream())
            {
                var b = new byte[8192];
                try
                {
                    for (var n = stream.Read(b, 0, b.Length); n > 0 && to.Length <= Most; n = stream.Read(b, 0, b.Length))
                    {
                        to.Write(b, 0, n);
                    }
                }
                catch (Exception e) when (e is IOException || e is InvalidDataException)
                {
                    throw ProtocolException.Form("the compressed text");
                }
                return to.Length > Most ? throw ProtocolException.Form("the compressed text") : Of(to.ToArray());
            }
        }

        internal static string Ungzip(string x)
        {
            if (!Starts(x, "\u001f\u008b") || x.Length < 18)
            {
                throw ProtocolException.Form("the compressed text");
            }
            var text = Unpacked(new GZipStream(new MemoryStream(Bytes(x)), CompressionMode.Decompress));
            return Reverse(Last(x, 8).Substring(0, 4)) == Crc32(text) ? text : throw ProtocolException.Form("the compressed text");
        }

        internal static string Unzlib(string x)
        {
            if (x.Length < 6 || (x[0] & 15) != 8 || (x[0] << 8 | x[1]) % 31 != 0)
            {
                throw ProtocolException.Form("the compressed text");
            }
            var text = Unpacked(new DeflateStream(new MemoryStream(Bytes(x.Substring(2))), CompressionMode.Decompress));
            return Last(x, 4) == Adler(text) ? text : throw ProtocolException.Form("the compressed text");
        }

        internal static string Lower(string x)
        {
            return new string(x.Select(ch => ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch).ToArray());
        }

        internal static string Upper(string x)
        {
            return new string(x.Select(ch => ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch).ToArray());
        }

        internal static string Trim(string x)
        {
            if (!IsText(x))
            {
                return x.Trim(' ', '\t', '\n', '\v', '\f', '\r');
            }
            return Utf8(Regex.Replace(String(x), "\\A" + Blanks + "|" + Blanks + "\\z", ""));
        }

        internal static string NoBlanks(string x)
        {
            return Regex.Replace(x, "[ \\t\\n\\r]", "");
        }

        internal static string OneBlank(string x)
        {
            return Regex.Replace(x, "[ \\t\\n\\r]+", " ");
        }

        internal static string Quoted(string x)
        {
            return x.IndexOf('"') >= 0 ? throw ProtocolException.Form() : '"' + x + '"';
        }

        internal static string Unquoted(string x)
        {
            var text = x.Length >= 2 && x[0] == '"' && x[x.Length - 1] == '"' ? x.Substring(1, x.Length - 2) : x;
            return text.IndexOf('"') >= 0 ? throw ProtocolException.Form() : text;
        }

        internal static string Prefix(string x, string text)
        {
            return text + x;
        }

        internal static string Lead(string x, string text)
        {
            return x == "" ? "" : text + x;
        }

        internal static string Trail(string x, string text)
        {
            return x == "" ? "" : x + text;
        }

        internal static string Unprefix(string x, string text)
        {
            return Starts(x, text) ? x.Substring(text.Length) : throw ProtocolException.Form();
        }

        internal static string Suffix(string x, string text)
        {
            return x + text;
        }

        internal static string Unsuffix(string x, string text)
        {
            return Ends(x, text) ? x.Substring(0, x.Length - text.Length) : throw ProtocolException.Form();
        }

        internal static string Replace(string x, string old, string by)
        {
            return x.Replace(old, by);
        }

        internal static string Swap(string x, string old, string by)
        {
            return new string(x.Select(ch => old.LastIndexOf(ch) < 0 ? ch : by[old.LastIndexOf(ch)]).ToArray());
        }

        internal static string Unswap(string x, string old, string by)
        {
            return Swap(x, by, old);
        }

        internal static string Zeros(int n)
        {
            return new string('\0', n);
        }

        internal static string PadStart(string x, int n, string ch)
        {
            return Repeat(ch, n - x.Length) + x;
        }

        internal static string PadEnd(string x, int n, string ch)
        {
            return x + Repeat(ch, n - x.Length);
        }

        private static string AtLeast(string x, int n)
        {
            return x.Length < n ? throw ProtocolException.Form() : x;
        }

        internal static string First(string x, int n)
        {
            return AtLeast(x, n).Substring(0, n);
        }

        internal static string Last(string x, int n)
        {
            return AtLeast(x, n).Substring(x.Length - n);
        }

        internal static string Skip(string x, int n)
        {
            return AtLeast(x, n).Substring(n);
        }

        /// <summary>Where the characters of UTF-8 begin, and the end.</summary>
        private static List<int> Characters(string x)
        {
            var places = new List<int>();
            for (var i = 0; i < x.Length; i++)
            {
                if ((x[i] & 0xc0) != 0x80) { places.Add(i); }
            }
            places.Add(x.Length);
            return places;
        }

        private static int CharacterAt(List<int> places, int n)
        {
            if (n < 0 || n >= places.Count) { throw ProtocolException.Form(); }
            return places[n];
        }

        internal static string FirstCharacters(string x, int n)
        {
            return x.Substring(0, CharacterAt(Characters(x), n));
        }

        internal static string LastCharacters(string x, int n)
        {
            var places = Characters(x);
            return x.Substring(CharacterAt(places, places.Count - 1 - n));
        }

        internal static string SkipCharacters(string x, int n)
        {
            return x.Substring(CharacterAt(Characters(x), n));
        }

        internal static string LengthCharacters(string x, bool drop)
        {
            return x == "" && drop ? "" : (Characters(x).Count - 1).ToString(CultureInfo.InvariantCulture);
        }

        internal static string Before(string x, string text)
        {
            var at = x.IndexOf(text, StringComparison.Ordinal);
            return at < 0 ? x : x.Substring(0, at);
        }

        internal static string After(string x, string text)
        {
            var at = x.IndexOf(text, StringComparison.Ordinal);
            return at < 0 ? "" : x.Substring(at + text.Length);
        }

        internal static string Length(string x, bool drop)
        {
            return x == "" && drop ? "" : x.Length.ToString(CultureInfo.InvariantCulture);
        }

        internal static string AsItIs(string x, bool drop = false)
        {
            return x;
        }

        internal static string Reverse(string x)
        {
            return new string(x.Reverse().ToArray());
        }

        /// <summary>Letters that follow from random bytes.</summary>
        internal static string Alphabet(string x, int n, string letters)
        {
            if (x.Length < n && x.Length < 16)
            {
                throw ProtocolException.Form();
            }
            var all = x;
            for (var more = x; all.Length < n; all += more)
            {
                more = Digests.Sha256(more);
            }
            return new string(all.Take(n).Select(ch => letters[ch % letters.Length]).ToArray());
        }

        internal static string Uuid(string x)
        {
            if (x == "")
            {
                throw ProtocolException.Form();
            }
            var b = (x.Length == 16 || x.Length == 32 ? x : Digests.Sha256(x)).Substring(0, 16).ToCharArray();
            b[6] = (char)(b[6] & 15 | 64);
            b[8] = (char)(b[8] & 63 | 128);
            return Regex.Replace(Hex(new string(b)), "\\A(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-");
        }

        /// <summary>Texts in order: by value, by name, or by name whatever the case.</summary>
        internal static string Joined(string join, string by, params string[] texts)
        {
            if (by == "name-nocase")
            {
                return string.Join(join, texts.OrderBy(Lower, StringComparer.Ordinal));
            }
            return string.Join(join, by == "" ? texts : texts.OrderBy(one => one, StringComparer.Ordinal).ToArray());
        }

        internal static string Xor(string a, string b)
        {
            return new string(a.Zip(b, (one, two) => (char)(one ^ two)).ToArray());
        }

        internal static string Crc32(string x)
        {
            var sum = 0xffffffffu;
            foreach (var ch in x)
            {
                sum ^= ch;
                for (var bit = 0; bit < 8; bit++)
                {
                    sum = (sum & 1) == 1 ? sum >> 1 ^ 0xedb88320u : sum >> 1;
                }
            }
            return Sized(~sum, 4);
        }
    }
}
