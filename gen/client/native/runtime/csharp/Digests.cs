using System;
using System.Linq;
using System.Security.Cryptography;

namespace Jiekou
{
    /// <summary>Digests, with a key and without. SM3 and SHA-224 are here, the others are of the platform.</summary>
    internal static class Digests
    {
        private static readonly uint[] Sha2 = Enumerable.Range(2, 310).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0)).Take(64).Select(Root).ToArray();

        /// <summary>The first 32 bits of the fraction of a cube root.</summary>
        private static uint Root(int n)
        {
            System.Numerics.BigInteger low = 0, high = System.Numerics.BigInteger.One << 36, cube = new System.Numerics.BigInteger(n) << 96;
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (middle * middle * middle <= cube)
                {
                    low = middle;
                }
                else
                {
                    high = middle;
                }
            }
            return (uint)(low & 0xffffffff);
        }

        private static string Hash(HashAlgorithm hash, string x)
        {
            using (hash)
            {
                return Texts.Of(hash.ComputeHash(Texts.Bytes(x)));
            }
        }

        internal static string Md5(string x)
        {
            return Hash(MD5.Create(), x);
        }

        internal static string Sha1(string x)
        {
            return Hash(SHA1.Create(), x);
        }

        internal static string Sha256(string x)
        {
            return Hash(SHA256.Create(), x);
        }

        internal static string Sha384(string x)
        {
            return Hash(SHA384.Create(), x);
        }

        internal static string Sha512(string x)
        {
            return Hash(SHA512.Create(), x);
        }

        private static uint Left(uint x, int n)
        {
            n &= 31;
            return n == 0 ? x : x << n | x >> 32 - n;
        }

        /// <summary>A text in blocks of 16 words, with its length behind it.</summary>
        private static uint[][] Blocks(string x)
        {
            var text = x + "\u0080" + Texts.Zeros((119 - x.Length % 64) % 64) + Texts.Sized(8L * x.Length, 8);
            return Enumerable.Range(0, text.Length / 64)
                .Select(i => Enumerable.Range(0, 16).Select(j => (uint)(text[64 * i + 4 * j] << 24 | text[64 * i + 4 * j + 1] << 16 | text[64 * i + 4 * j + 2] << 8 | text[64 * i + 4 * j + 3])).ToArray())
                .ToArray();
        }

        private static string Written(uint[] words)
        {
            return string.Concat(words.Select(one => Texts.Sized(one, 4)));
        }

        internal static string Sha224(string x)
        {
            uint[] v = { 0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4 };
            foreach (var block in Blocks(x))
            {
                var w = new uint[64];
                block.CopyTo(w, 0);
                for (var j = 16; j < 64; j++)
                {
                    w[j] = w[j - 16] + (Left(w[j - 15], 25) ^ Left(w[j - 15], 14) ^ w[j - 15] >> 3) + w[j - 7] + (Left(w[j - 2], 15) ^ Left(w[j - 2], 13) ^ w[j - 2] >> 10);
                }
                var s = (uint[])v.Clone();
                for (var j = 0; j < 64; j++)
                {
                    var one = s[7] + (Left(s[4], 26) ^ Left(s[4], 21) ^ Left(s[4], 7)) + (s[4] & s[5] ^ ~s[4] & s[6]) + Sha2[j] + w[j];
                    var two = (Left(s[0], 30) ^ Left(s[0], 19) ^ Left(s[0], 10)) + (s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]);
                    s = new[] { one + two, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6] };
                }
                v = v.Zip(s, (one, two) => one + two).ToArray();
            }
            return Written(v).Substring(0, 28);
        }

        /// <summary>The digest of GB/T 32905.</summary>
        internal static string Sm3(string x)
        {
            uint[] v = { 0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e };
            foreach (var block in Blocks(x))
            {
                var w = new uint[68];
                block.CopyTo(w, 0);
                for (var j = 16; j < 68; j++)
                {
                    var p = w[j - 16] ^ w[j - 9] ^ Left(w[j - 3], 15);
                    w[j] = p ^ Left(p, 15) ^ Left(p, 23) ^ Left(w[j - 13], 7) ^ w[j - 6];
                }
                var s = (uint[])v.Clone();
                for (var j = 0; j < 64; j++)
                {
                    var one = Left(Left(s[0], 12) + s[4] + Left(j < 16 ? 0x79cc4519u : 0x7a879d8au, j), 7);
                    var two = one ^ Left(s[0], 12);
                    var ff = j < 16 ? s[0] ^ s[1] ^ s[2] : s[0] & s[1] | s[0] & s[2] | s[1] & s[2];
                    var gg = j < 16 ? s[4] ^ s[5] ^ s[6] : s[4] & s[5] | ~s[4] & s[6];
                    var a = ff + s[3] + two + (w[j] ^ w[j + 4]);
                    var e = gg + s[7] + one + w[j];
                    s = new[] { a, s[0], Left(s[1], 9), s[2], e ^ Left(e, 9) ^ Left(e, 17), s[4], Left(s[5], 19), s[6] };
                }
                v = v.Zip(s, (one, two) => one ^ two).ToArray();
            }
            return Written(v);
        }

        internal static string Hmac(string x, string key, Func<string, string> digest, int size)
        {
            var whole = Texts.PadEnd(key.Length > size ? digest(key) : key, size, "\0");
            return digest(Texts.Xor(whole, new string('\\', size)) + digest(Texts.Xor(whole, new string('6', size)) + x));
        }

        internal static string Pbkdf2(string x, string salt, int rounds, int size)
        {
            using (var hmac = new HMACSHA256(Texts.Bytes(x)))
            {
                var text = "";
                for (var n = 1; text.Length < size; n++)
                {
                    var block = hmac.ComputeHash(Texts.Bytes(salt + Texts.Sized(n, 4)));
                    var sum = (byte[])block.Clone();
                    for (var round = 1; round < rounds; round++)
                    {
                        block = hmac.ComputeHash(block);
                        for (var i = 0; i < sum.Length; i++)
                        {
                            sum[i] ^= block[i];
                        }
                    }
                    text += Texts.Of(sum);
                }
                return text.Substring(0, size);
            }
        }

        internal static string Hkdf(string x, string salt, string info, int size)
        {
            var key = Hmac(x, salt, Sha256, 64);
            string text = "", last = "";
            for (var n = 1; text.Length < size; n++)
            {
                last = Hmac(last + info + (char)n, key, Sha256, 64);
                text += last;
            }
            return text.Substring(0, size);
        }

        internal static string Rc4(string x, string key, int skip = 0)
        {
            x = new string('\0', skip) + x;
            if (key == "" || key.Length > 256)
            {
                throw new ProtocolException("an RC4 key has 1 to 256 bytes");
            }
            var s = Enumerable.Range(0, 256).ToArray();
            for (int i = 0, j = 0; i < 256; i++)
            {
                j = j + s[i] + key[i % key.Length] & 255;
                var t = s[i];
                s[i] = s[j];
                s[j] = t;
            }
            var text = x.ToCharArray();
            for (int n = 0, i = 0, j = 0; n < text.Length; n++)
            {
                i = i + 1 & 255;
                j = j + s[i] & 255;
                var t = s[i];
                s[i] = s[j];
                s[j] = t;
                text[n] = (char)(text[n] ^ s[s[i] + s[j] & 255]);
            }
            return new string(text).Substring(skip);
        }
    }
}
