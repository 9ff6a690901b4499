using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Jiekou
{
    /// <summary>Key pairs of RSA: signatures and PKCS #1 of the platform; PSS and OAEP, which not every platform has, and SHA-224 are here.</summary>
    internal static class Pairs
    {
        private const string Cannot = "it cannot be decrypted: another key, or not this cipher text";

        internal static ProtocolException Half()
        {
            return new ProtocolException("the half of the key pair that is needed is not there");
        }

        /// <summary>A pair, or the half that was given.</summary>
        private sealed class Pair
        {
            internal BigInteger N;
            internal BigInteger E;
            internal BigInteger D;
            internal RSA Secret;
            internal RSA Open;

            internal int Size
            {
                get { return (Bits + 7) / 8; }
            }

            internal int Bits
            {
                get
                {
                    var bits = 0;
                    for (var n = N; !n.IsZero; n >>= 8)
                    {
                        bits += n > 255 ? 8 : (int)Math.Floor(BigInteger.Log(n, 2)) + 1;
                    }
                    return bits;
                }
            }
        }

        private static RSA Platform(RSAParameters parameters)
        {
            try
            {
                var rsa = RSA.Create();
                rsa.ImportParameters(parameters);
                return rsa;
            }
            catch (CryptographicException)
            {
                throw new ProtocolException("no well-formed key");
            }
        }

        internal static object ReadRSA(string text)
        {
            var pair = new Pair();
            foreach (var bare in Der.Blocks(text))
            {
                var node = Der.Of(bare);
                var inner = node.PublicKey ?? (node.Items.Count > 2 && node.Items[1].Tag == 0x30 ? node.Items[2].Text : null);
                var k = (inner == null ? node : new Der(inner)).Items.Select(one => one.Number).ToArray();
                var at = k.Length == 2 ? 0 : 1;
                pair.N = k[at];
                pair.E = k[at + 1];
                var size = pair.Size;
                var open = new RSAParameters { Modulus = Texts.Bytes(Texts.Sized(pair.N, size)), Exponent = Texts.Bytes(Texts.Sized(pair.E, (pair.E.ToByteArray().Length + 7) / 8 * 3)) };
                open.Exponent = open.Exponent.SkipWhile(one => one == 0).ToArray();
                pair.Open = Platform(open);
                if (at == 1)
                {
                    pair.D = k[3];
                    Func<int, byte[]> half = i => Texts.Bytes(Texts.Sized(k[i], (size + 1) / 2));
                    pair.Secret = Platform(new RSAParameters
                    {
                        Modulus = open.Modulus, Exponent = open.Exponent, D = Texts.Bytes(Texts.Sized(k[3], size)), P = half(4), Q = half(5), DP = half(6), DQ = half(7), InverseQ = half(8),
                    });
                }
            }
            return pair;
        }

        private static Pair Secret(object key)
        {
            var pair = key as Pair;
            return pair?.Secret == null ? throw Half() : pair;
        }

        private static Pair Open(object key)
        {
            var pair = key as Pair;
            return pair?.Open == null ? throw Half() : pair;
        }

        /// <summary>The name of a digest on the platform, by how many bytes it has; null: it has none.</summary>
        private static HashAlgorithmName? Name(Func<string, string> digest)
        {
            switch (digest("").Length)
            {
                case 16:
                    return HashAlgorithmName.MD5;
                case 20:
                    return HashAlgorithmName.SHA1;
                case 28:
                    return null;
                case 32:
                    return HashAlgorithmName.SHA256;
                case 48:
                    return HashAlgorithmName.SHA384;
                default:
                    return HashAlgorithmName.SHA512;
            }
        }

        /// <summary>The digest of SHA-224 in the form that is signed.</summary>
        private static string Sha224Info(string x)
        {
            return Texts.Unhex("302d300d06096086480165030402040500041c") + Digests.Sha224(x);
        }

        internal static string RsaSign(string x, object key, Func<string, string> digest)
        {
            var pair = Secret(key);
            var name = Name(digest);
            if (name == null)
            {
                return Raw(Signed(Sha224Info(x), pair.Size), pair.D, pair);
            }
            return Texts.Of(pair.Secret.SignData(Texts.Bytes(x), name.Value, RSASignaturePadding.Pkcs1));
        }

        internal static bool RsaVerify(string x, string sig, object key, Func<string, string> digest)
        {
            var pair = Open(key);
            var name = Name(digest);
            if (name == null)
            {
                return sig.Length == pair.Size && Raw(sig, pair.E, pair) == Signed(Sha224Info(x), pair.Size);
            }
            try
            {
                return pair.Open.VerifyData(Texts.Bytes(x), Texts.Bytes(sig), name.Value, RSASignaturePadding.Pkcs1);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        private static string Signed(string x, int size)
        {
            return "\0\u0001" + Texts.Repeat("\u00ff", size - 3 - x.Length) + "\0" + x;
        }

        private static string Raw(string x, BigInteger exponent, Pair pair)
        {
            return Texts.Sized(BigInteger.ModPow(Texts.Big(x), exponent, pair.N), pair.Size);
        }

        /// <summary>MGF1 of RFC 8017.</summary>
        private static string Mask(string seed, int length, Func<string, string> digest)
        {
            var mask = "";
            for (var n = 0; mask.Length < length; n++)
            {
                mask += digest(seed + Texts.Sized(n, 4));
            }
            return mask.Substring(0, length);
        }

        private static string Cleared(string db, int bits)
        {
            return (char)(db[0] & 255 >> bits) + db.Substring(1);
        }

        internal static string RsaPSS(string x, object key, Func<string, string> digest)
        {
            var pair = Secret(key);
            int bits = pair.Bits - 1, size = (bits + 7) / 8;
            var salt = Texts.RandomBytes(digest("").Length);
            var h = digest(Texts.Zeros(8) + digest(x) + salt);
            var db = Texts.Zeros(size - 2 * h.Length - 2) + "\u0001" + salt;
            return Raw(Cleared(Texts.Xor(db, Mask(h, db.Length, digest)), 8 * size - bits) + h + "\u00bc", pair.D, pair);
        }

        internal static bool RsaPSSVerify(string x, string sig, object key, Func<string, string> digest)
        {
            var pair = Open(key);
            int bits = pair.Bits - 1, size = (bits + 7) / 8, n = digest("").Length;
            if (sig.Length != pair.Size || size < n + 2)
            {
                return false;
            }
            var em = Texts.Last(Raw(sig, pair.E, pair), size);
            string masked = em.Substring(0, size - n - 1), h = em.Substring(size - n - 1, n);
            var db = Cleared(Texts.Xor(masked, Mask(h, masked.Length, digest)), 8 * size - bits).TrimStart('\0');
            return em[size - 1] == '\u00bc' && Texts.Starts(db, "\u0001") && Texts.Same(h, digest(Texts.Zeros(8) + digest(x) + db.Substring(1)));
        }

        private static string Pieces(string x, int size, Func<string, string> one)
        {
            if (size <= 0)
            {
                throw new ProtocolException("the key is too short");
            }
            var parts = new List<string>();
            for (var i = 0; i == 0 || i < x.Length; i += size)
            {
                parts.Add(one(x.Substring(i, Math.Min(size, x.Length - i))));
            }
            return string.Concat(parts);
        }

        private static string Unpieces(string x, int size, Func<string, string> one)
        {
            if (x == "" || x.Length % size != 0)
            {
                throw new ProtocolException("the cipher text is not a whole number of blocks");
            }
            return Pieces(x, size, one);
        }

        private static string Bare(string pattern, string whole)
        {
            var found = Regex.Match(whole, pattern, RegexOptions.Singleline);
            return found.Success ? found.Groups[1].Value : throw new ProtocolException(Cannot);
        }

        internal static string RsaEncrypt(string x, object key)
        {
            var pair = Open(key);
            return Pieces(x, pair.Size - 11, block => Texts.Of(pair.Open.Encrypt(Texts.Bytes(block), RSAEncryptionPadding.Pkcs1)));
        }

        internal static string UnrsaEncrypt(string x, object key)
        {
            var pair = Secret(key);
            return Unpieces(x, pair.Size, block =>
            {
                try
                {
                    return Texts.Of(pair.Secret.Decrypt(Texts.Bytes(block), RSAEncryptionPadding.Pkcs1));
                }
                catch (CryptographicException)
                {
                    throw new ProtocolException(Cannot);
                }
            });
        }

        /// <summary>Encrypts with the private half, as some gateways do: a signature without its digest.</summary>
        internal static string RsaPrivateEncrypt(string x, object key)
        {
            var pair = Secret(key);
            return Pieces(x, pair.Size - 11, block => Raw(Signed(block, pair.Size), pair.D, pair));
        }

        internal static string UnrsaPrivateEncrypt(string x, object key)
        {
            var pair = Open(key);
            return Unpieces(x, pair.Size, block => Bare("\\A\\x00\\x01\\xff{8,}\\x00(.*)\\z", Raw(block, pair.E, pair)));
        }

        internal static string RsaOAEP(string x, object key, Func<string, string> digest)
        {
            var pair = Open(key);
            int size = pair.Size, n = digest("").Length;
            return Pieces(x, size - 2 * n - 2, block =>
            {
                var seed = Texts.RandomBytes(n);
                var db = digest("") + Texts.Zeros(size - 2 * n - 2 - block.Length) + "\u0001" + block;
                var masked = Texts.Xor(db, Mask(seed, db.Length, digest));
                return Raw("\0" + Texts.Xor(seed, Mask(masked, n, digest)) + masked, pair.E, pair);
            });
        }

        internal static string UnrsaOAEP(string x, object key, Func<string, string> digest)
        {
            var pair = Secret(key);
            int size = pair.Size, n = digest("").Length;
            return Unpieces(x, size, block =>
            {
                var whole = Raw(block, pair.D, pair);
                var masked = whole.Substring(1 + n);
                var db = Texts.Xor(masked, Mask(Texts.Xor(whole.Substring(1, n), Mask(masked, n, digest)), masked.Length, digest));
                var rest = db.Substring(n).TrimStart('\0');
                if (whole[0] != '\0' || !Texts.Same(digest(""), db.Substring(0, n)) || !Texts.Starts(rest, "\u0001"))
                {
                    throw new ProtocolException(Cannot);
                }
                return rest.Substring(1);
            });
        }
    }
}
