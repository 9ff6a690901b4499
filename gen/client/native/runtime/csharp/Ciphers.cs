using System;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Jiekou
{
    /// <summary>Block ciphers in the modes that protocols have. AES and DES are of the platform, SM4 and the modes are here.</summary>
    internal static class Ciphers
    {
        /// <summary>A cipher with its key, on one block.</summary>
        internal sealed class Block
        {
            internal int Size;
            internal Func<string, string> Encrypt;
            internal Func<string, string> Decrypt;
        }

        private static void Check(string name, string key, params int[] lengths)
        {
            if (!lengths.Contains(key.Length))
            {
                throw new ProtocolException("the key has " + key.Length + " bytes, " + name + " takes " + string.Join(" or ", lengths));
            }
        }

        private static Block Platform(SymmetricAlgorithm cipher, string key)
        {
            cipher.Mode = CipherMode.ECB;
            cipher.Padding = PaddingMode.None;
            var k = Texts.Bytes(key);
            var iv = new byte[cipher.BlockSize / 8];
            Func<ICryptoTransform, Func<string, string>> one = step => x => Texts.Of(step.TransformFinalBlock(Texts.Bytes(x), 0, x.Length));
            return new Block { Size = iv.Length, Encrypt = x => one(cipher.CreateEncryptor(k, iv))(x), Decrypt = x => one(cipher.CreateDecryptor(k, iv))(x) };
        }

        internal static Block Aes(string key)
        {
            Check("aes", key, 16, 24, 32);
            return Platform(System.Security.Cryptography.Aes.Create(), key);
        }

        internal static Block Des(string key)
        {
            Check("des", key, 8);
            return Weak(DES.Create(), key);
        }

        internal static Block TripleDES(string key)
        {
            Check("3des", key, 16, 24);
            return Weak(System.Security.Cryptography.TripleDES.Create(), key.Length == 16 ? key + key.Substring(0, 8) : key);
        }

        private static Block Weak(SymmetricAlgorithm cipher, string key)
        {
            try
            {
                cipher.Key = Texts.Bytes(key);
            }
            catch (CryptographicException)
            {
                throw new ProtocolException("the platform refuses the key: it is a weak one of DES");
            }
            return Platform(cipher, key);
        }

        private static readonly string Box = Texts.Unhex(
            "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
            "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d351e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
            "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
            "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948");

        private static uint Sub(uint x)
        {
            return (uint)Box[(int)(x >> 24)] << 24 | (uint)Box[(int)(x >> 16 & 255)] << 16 | (uint)Box[(int)(x >> 8 & 255)] << 8 | Box[(int)(x & 255)];
        }

        private static uint Left(uint x, int n)
        {
            return x << n | x >> 32 - n;
        }

        private static uint Word(string x, int i)
        {
            return (uint)(x[4 * i] << 24 | x[4 * i + 1] << 16 | x[4 * i + 2] << 8 | x[4 * i + 3]);
        }

        /// <summary>The cipher of GB/T 32907.</summary>
        internal static Block Sm4(string key)
        {
            Check("sm4", key, 16);
            uint[] start = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc };
            var k = new uint[36];
            for (var i = 0; i < 4; i++)
            {
                k[i] = Word(key, i) ^ start[i];
            }
            for (var i = 0; i < 32; i++)
            {
                uint ck = 0;
                for (var j = 0; j < 4; j++)
                {
                    ck = ck << 8 | (uint)((4 * i + j) * 7 & 255);
                }
                var b = Sub(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck);
                k[i + 4] = k[i] ^ b ^ Left(b, 13) ^ Left(b, 23);
            }
            var keys = k.Skip(4).ToArray();
            var reversed = keys.Reverse().ToArray();
            return new Block { Size = 16, Encrypt = x => Sm4(x, keys), Decrypt = x => Sm4(x, reversed) };
        }

        private static string Sm4(string block, uint[] keys)
        {
            var x = new uint[36];
            for (var i = 0; i < 4; i++)
            {
                x[i] = Word(block, i);
            }
            for (var i = 0; i < 32; i++)
            {
                var b = Sub(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ keys[i]);
                x[i + 4] = x[i] ^ b ^ Left(b, 2) ^ Left(b, 10) ^ Left(b, 18) ^ Left(b, 24);
            }
            return string.Concat(x.Skip(32).Reverse().Select(one => Texts.Sized(one, 4)));
        }

        private static string Start(int size, string iv)
        {
            return iv.Length != size ? throw new ProtocolException("the iv has another length") : iv;
        }

        // pad is the block of PKCS #7; 0 pads with zeros, -1 does not pad.

        private static string Padded(string x, int pad, int size)
        {
            if (pad == 0)
            {
                return Filled(x, size);
            }
            if (pad < 0)
            {
                return x.Length % size != 0 ? throw new ProtocolException("the text is not a whole number of blocks") : x;
            }
            var more = pad - x.Length % pad;
            return x + new string((char)more, more);
        }

        private static string Filled(string x, int size)
        {
            return x + Texts.Zeros((size - x.Length % size) % size);
        }

        private static string Unpadded(string x, int pad)
        {
            if (pad <= 0)
            {
                return pad == 0 ? x.TrimEnd('\0') : x;
            }
            int more = x[x.Length - 1];
            if (more < 1 || more > pad || more > x.Length || !Texts.Ends(x, new string((char)more, more)))
            {
                throw new ProtocolException("wrong padding: another key, another iv, or not this cipher text");
            }
            return x.Substring(0, x.Length - more);
        }

        private static string Each(string x, int size, Func<string, string> one)
        {
            var text = new StringBuilder();
            for (var i = 0; i < x.Length; i += size)
            {
                text.Append(one(x.Substring(i, Math.Min(size, x.Length - i))));
            }
            return text.ToString();
        }

        private static string Whole(string x, int size)
        {
            return x == "" || x.Length % size != 0 ? throw new ProtocolException("the cipher text is not a whole number of blocks") : x;
        }

        internal static string Ecb(string x, string key, Func<string, Block> make, int pad)
        {
            var cipher = make(key);
            return Each(Padded(x, pad, cipher.Size), cipher.Size, cipher.Encrypt);
        }

        internal static string Unecb(string x, string key, Func<string, Block> make, int pad)
        {
            var cipher = make(key);
            return Unpadded(Each(Whole(x, cipher.Size), cipher.Size, cipher.Decrypt), pad);
        }

        internal static string Cbc(string x, string key, Func<string, Block> make, int pad, string iv = "", bool prefix = false)
        {
            var cipher = make(key);
            var before = prefix ? Texts.RandomBytes(cipher.Size) : Start(cipher.Size, iv);
            return (prefix ? before : "") + Each(Padded(x, pad, cipher.Size), cipher.Size, one => before = cipher.Encrypt(Texts.Xor(one, before)));
        }

        internal static string Uncbc(string x, string key, Func<string, Block> make, int pad, string iv = "", bool prefix = false)
        {
            var cipher = make(key);
            var before = prefix ? Texts.First(x, cipher.Size) : Start(cipher.Size, iv);
            return Unpadded(Each(Whole(prefix ? x.Substring(cipher.Size) : x, cipher.Size), cipher.Size, one =>
            {
                var text = Texts.Xor(cipher.Decrypt(one), before);
                before = one;
                return text;
            }), pad);
        }

        private static string Counting(Block cipher, string x, string start)
        {
            var counter = Texts.Bytes(start);
            return Each(x, cipher.Size, one =>
            {
                var mask = cipher.Encrypt(Texts.Of(counter));
                for (var n = counter.Length - 1; n >= 0 && ++counter[n] == 0; n--)
                {
                }
                return Texts.Xor(one, mask);
            });
        }

        internal static string Ctr(string x, string key, Func<string, Block> make, string iv = "", bool prefix = false)
        {
            var cipher = make(key);
            var start = prefix ? Texts.RandomBytes(cipher.Size) : Start(cipher.Size, iv);
            return (prefix ? start : "") + Counting(cipher, x, start);
        }

        internal static string Unctr(string x, string key, Func<string, Block> make, string iv = "", bool prefix = false)
        {
            var cipher = make(key);
            return prefix ? Counting(cipher, x.Substring(cipher.Size), Texts.First(x, cipher.Size)) : Counting(cipher, x, Start(cipher.Size, iv));
        }

        private static string Tag(Block cipher, string iv, string x, string aad)
        {
            var reduce = new BigInteger(0xe1) << 120;
            var h = Texts.Big(cipher.Encrypt(Texts.Zeros(16)));
            var y = BigInteger.Zero;
            Each(Filled(aad, 16) + Filled(x, 16) + Texts.Sized(8L * aad.Length, 8) + Texts.Sized(8L * x.Length, 8), 16, block =>
            {
                y ^= Texts.Big(block);
                BigInteger z = 0, v = h;
                for (var bit = 127; bit >= 0; bit--)
                {
                    z = (y >> bit).IsEven ? z : z ^ v;
                    v = v.IsEven ? v >> 1 : v >> 1 ^ reduce;
                }
                y = z;
                return "";
            });
            return Counting(cipher, Texts.Sized(y, 16), iv + "\0\0\0\u0001");
        }

        internal static string Gcm(string x, string key, Func<string, Block> make, string iv = "", bool prefix = false, string aad = "")
        {
            var cipher = make(key);
            var start = prefix ? Texts.RandomBytes(12) : Start(12, iv);
            var box = Counting(cipher, x, start + "\0\0\0\u0002");
            return (prefix ? start : "") + box + Tag(cipher, start, box, aad);
        }

        internal static string Ungcm(string x, string key, Func<string, Block> make, string iv = "", bool prefix = false, string aad = "")
        {
            var cipher = make(key);
            var start = prefix ? Texts.First(x, 12) : Start(12, iv);
            var text = prefix ? x.Substring(12) : x;
            var tag = Texts.Last(text, 16);
            var box = text.Substring(0, text.Length - 16);
            if (!Texts.Same(tag, Tag(cipher, start, box, aad)))
            {
                throw new ProtocolException("the tag differs: another key, or it was changed");
            }
            return Counting(cipher, box, start + "\0\0\0\u0002");
        }
    }
}
