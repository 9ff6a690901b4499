using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>An element of DER, and the halves of key pairs: PEM, or the base64 of their DER.</summary>
    internal sealed class Der
    {
        internal readonly int Tag;
        internal readonly string Text;
        internal readonly int End;
        internal readonly List<Der> Items = new List<Der>();

        internal Der(string x, int at = 0)
        {
            var wrong = new ProtocolException("no well-formed key");
            if (at + 2 > x.Length)
            {
                throw wrong;
            }
            int length = x[at + 1], from = at + 2;
            if ((length & 128) != 0)
            {
                var n = length & 127;
                if (n > 3 || from + n > x.Length)
                {
                    throw wrong;
                }
                length = (int)Texts.Big(x.Substring(from, n));
                from += n;
            }
            End = from + length;
            if (End > x.Length)
            {
                throw wrong;
            }
            Tag = x[at];
            Text = x.Substring(from, length);
            for (var i = from; (Tag & 32) != 0 && i < End; i = Items[Items.Count - 1].End)
            {
                Items.Add(new Der(x, i));
            }
        }

        internal BigInteger Number
        {
            get { return Texts.Big(Text); }
        }

        /// <summary>The texts of the halves of a key pair, without what stands around them.</summary>
        internal static IEnumerable<string> Blocks(string text)
        {
            var found = Regex.Matches(text, "-----BEGIN [^-]*-----([^-]*)-----END [^-]*-----").Cast<Match>().Select(m => m.Groups[1].Value).ToList();
            return (found.Count > 0 ? found : new List<string> { text }).Select(one => Regex.Replace(one, "[ \\t\\r\\n]", "")).Where(one => one != "");
        }

        /// <summary>The element of a block.</summary>
        internal static Der Of(string bare)
        {
            return new Der(Texts.Unbase64Bare(bare.TrimEnd('=')));
        }

        /// <summary>The key of a SubjectPublicKeyInfo or a certificate, or null.</summary>
        internal string PublicKey
        {
            get
            {
                if (Items.Count == 3 && Items[0].Tag == 0x30 && Items[2].Tag == 3)
                {
                    return Items[0].Items.Where(n => n.Tag != 0xa0).ElementAt(5).PublicKey;
                }
                return Items.Count == 2 && Items[0].Tag == 0x30 && Items[1].Tag == 3 ? Items[1].Text.Substring(1) : null;
            }
        }

        internal static string Write(int tag, params string[] parts)
        {
            var text = string.Concat(parts);
            var n = text.Length;
            var length = n < 128 ? "" + (char)n : n < 256 ? "\u0081" + (char)n : "\u0082" + (char)(n >> 8) + (char)(n & 255);
            return (char)tag + length + text;
        }

        internal static string WriteNumber(BigInteger n)
        {
            return Write(2, Texts.Reverse(Texts.Of(n.ToByteArray())));
        }
    }
}
