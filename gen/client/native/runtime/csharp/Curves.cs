using System.Linq;
using System.Numerics;

namespace Jiekou
{
    /// <summary>Keys on curves: SM2, P-256 and Ed25519, in BigInteger. A use of a private key takes a time that depends on it.</summary>
    internal static class Curves
    {
        private const string Cannot = "it cannot be decrypted: another key, or not this cipher text";

        internal static BigInteger Mod(BigInteger n, BigInteger by)
        {
            var rest = n % by;
            return rest.Sign < 0 ? rest + by : rest;
        }

        internal static BigInteger Inverse(BigInteger n, BigInteger by)
        {
            BigInteger a = Mod(n, by), b = by, x = 1, y = 0;
            while (!a.IsZero)
            {
                var q = b / a;
                BigInteger c = b - q * a, z = y - q * x;
                b = a;
                a = c;
                y = x;
                x = z;
            }
            return Mod(y, by);
        }

        private static BigInteger Number(string hex)
        {
            return Texts.Big(Texts.Unhex(hex));
        }

        /// <summary>A point; null is the one at infinity.</summary>
        internal sealed class Point
        {
            internal readonly BigInteger X;
            internal readonly BigInteger Y;

            internal Point(BigInteger x, BigInteger y)
            {
                X = x;
                Y = y;
            }
        }

        /// <summary>A curve with a = -3.</summary>
        internal sealed class Curve
        {
            internal readonly BigInteger P;
            internal readonly BigInteger B;
            internal readonly BigInteger N;
            internal readonly Point Base;

            internal Curve(string p, string b, string n, string x, string y)
            {
                P = Number(p);
                B = Number(b);
                N = Number(n);
                Base = new Point(Number(x), Number(y));
            }

            internal Point Add(Point one, Point two)
            {
                if (one == null || two == null)
                {
                    return one ?? two;
                }
                var alike = one.X == two.X;
                if (alike && (one.Y != two.Y || one.Y.IsZero))
                {
                    return null;
                }
                var slope = alike ? (3 * one.X * one.X - 3) * Inverse(2 * one.Y, P) : (two.Y - one.Y) * Inverse(two.X - one.X, P);
                var x = Mod(slope * slope - one.X - two.X, P);
                return new Point(x, Mod(slope * (one.X - x) - one.Y, P));
            }

            /// <summary>A multiple of a point, by doubling in Jacobian coordinates: one division at the end.</summary>
            internal Point Multiply(BigInteger n, Point point)
            {
                BigInteger x = 0, y = 0, z = 0;
                for (var bit = 8 * n.ToByteArray().Length - 1; bit >= 0; bit--)
                {
                    Double(ref x, ref y, ref z);
                    if (!(n >> bit).IsEven)
                    {
                        AddTo(ref x, ref y, ref z, point);
                    }
                }
                if (z.IsZero)
                {
                    return null;
                }
                var one = Inverse(z, P);
                var two = one * one % P;
                return new Point(Mod(x * two, P), Mod(y * two % P * one, P));
            }

            private void Double(ref BigInteger x, ref BigInteger y, ref BigInteger z)
            {
                BigInteger zz = z * z % P, yy = y * y % P, s = 4 * x * yy % P, m = 3 * (x - zz) * (x + zz) % P;
                z = 2 * y * z % P;
                x = Mod(m * m - 2 * s, P);
                y = Mod(m * (s - x) - 8 * yy * yy, P);
            }

            /// <summary>Adds a point to one in Jacobian coordinates, where z = 0 is infinity.</summary>
            private void AddTo(ref BigInteger x, ref BigInteger y, ref BigInteger z, Point point)
            {
                if (z.IsZero)
                {
                    x = point.X;
                    y = point.Y;
                    z = 1;
                    return;
                }
                BigInteger zz = z * z % P, h = Mod(point.X * zz - x, P), r = Mod(point.Y * zz % P * z - y, P);
                if (h.IsZero && r.IsZero)
                {
                    Double(ref x, ref y, ref z);
                    return;
                }
                BigInteger hh = h * h % P, hhh = hh * h % P, v = x * hh % P;
                x = Mod(r * r - hhh - 2 * v, P);
                y = Mod(r * (v - x) - y * hhh, P);
                z = z * h % P;
            }

            internal bool Has(Point p)
            {
                return p.X < P && p.Y < P && Mod(p.Y * p.Y - (p.X * p.X * p.X - 3 * p.X + B), P).IsZero;
            }

            internal BigInteger Random()
            {
                return Mod(Texts.Big(Texts.RandomBytes(48)), N - 1) + 1;
            }
        }

        internal static readonly Curve P256 = new Curve(
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

        internal static readonly Curve Sm2Curve = new Curve(
            "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
            "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
            "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0");

        /// <summary>A pair, or the half that was given.</summary>
        internal sealed class Pair
        {
            internal Curve Curve;
            internal BigInteger? D;
            internal Point Point;

            internal BigInteger Secret
            {
                get { return D ?? throw Pairs.Half(); }
            }

            internal Point Open
            {
                get { return Point != null && Curve.Has(Point) ? Point : throw Pairs.Half(); }
            }
        }

        internal static object Read(string text, Curve curve)
        {
            var pair = new Pair { Curve = curve };
            foreach (var bare in Der.Blocks(text))
            {
                if (Texts.Fits(bare, "[0-9a-fA-F]{64}"))
                {
                    pair.D = Number(Texts.Lower(bare));
                }
                else if (Texts.Fits(bare, "04[0-9a-fA-F]{128}"))
                {
                    pair.Point = new Point(Number(Texts.Lower(bare.Substring(2, 64))), Number(Texts.Lower(bare.Substring(66))));
                }
                else
                {
                    Take(Der.Of(bare), pair);
                }
            }
            if (pair.D != null)
            {
                pair.Point = curve.Multiply(pair.D.Value, curve.Base);
            }
            return pair;
        }

        private static void Take(Der node, Pair pair)
        {
            var open = node.PublicKey;
            if (open != null && open.Length == 65)
            {
                pair.Point = new Point(Texts.Big(open.Substring(1, 32)), Texts.Big(open.Substring(33)));
            }
            else if (open == null && node.Items[1].Tag == 0x30)
            {
                Take(new Der(node.Items[2].Text), pair);
            }
            else if (open == null && node.Items[1].Text.Length <= 32)
            {
                pair.D = node.Items[1].Number;
            }
            else
            {
                throw new ProtocolException("a key of this curve cannot be used here");
            }
        }

        private static string Written(BigInteger r, BigInteger s, bool bare)
        {
            return bare ? Texts.Sized(r, 32) + Texts.Sized(s, 32) : Der.Write(0x30, Der.WriteNumber(r), Der.WriteNumber(s));
        }

        /// <summary>The numbers of a signature, or null where they cannot be any.</summary>
        private static BigInteger[] Parts(string sig, bool bare, Curve curve)
        {
            if (bare && sig.Length != 64)
            {
                return null;
            }
            var parts = bare ? new[] { Texts.Big(sig.Substring(0, 32)), Texts.Big(sig.Substring(32)) } : new Der(sig).Items.Select(one => one.Number).ToArray();
            return parts.Length == 2 && parts.All(one => one.Sign > 0 && one < curve.N) ? parts : null;
        }

        internal static string Ecdsa(string x, object key, bool bare)
        {
            var pair = (Pair)key ?? throw Pairs.Half();
            var e = Texts.Big(Digests.Sha256(x));
            while (true)
            {
                var k = P256.Random();
                var r = Mod(P256.Multiply(k, P256.Base).X, P256.N);
                var s = Mod(Inverse(k, P256.N) * (e + r * pair.Secret), P256.N);
                if (!r.IsZero && !s.IsZero)
                {
                    return Written(r, s, bare);
                }
            }
        }

        internal static bool EcdsaVerify(string x, string sig, object key, bool bare)
        {
            var rs = Parts(sig, bare, P256);
            if (rs == null)
            {
                return false;
            }
            var w = Inverse(rs[1], P256.N);
            var one = P256.Multiply(Mod(Texts.Big(Digests.Sha256(x)) * w, P256.N), P256.Base);
            var sum = P256.Add(one, P256.Multiply(Mod(rs[0] * w, P256.N), ((Pair)key ?? throw Pairs.Half()).Open));
            return sum != null && Mod(sum.X, P256.N) == rs[0];
        }

        /// <summary>The digest that a signature of SM2 is over.</summary>
        private static BigInteger Digest(string x, Point point, string id)
        {
            var c = Sm2Curve;
            var numbers = new[] { c.P - 3, c.B, c.Base.X, c.Base.Y, point.X, point.Y };
            var head = Texts.Sized(8 * id.Length, 2) + id + string.Concat(numbers.Select(n => Texts.Sized(n, 32)));
            return Texts.Big(Digests.Sm3(Digests.Sm3(head) + x));
        }

        internal static string Sm2(string x, object key, string id, bool bare)
        {
            var pair = (Pair)key ?? throw Pairs.Half();
            BigInteger n = Sm2Curve.N, d = pair.Secret, e = Digest(x, pair.Open, id);
            while (true)
            {
                var k = Sm2Curve.Random();
                var r = Mod(e + Sm2Curve.Multiply(k, Sm2Curve.Base).X, n);
                var s = Mod(Inverse(1 + d, n) * (k - r * d), n);
                if (!r.IsZero && !s.IsZero && r + k != n)
                {
                    return Written(r, s, bare);
                }
            }
        }

        internal static bool Sm2Verify(string x, string sig, object key, string id, bool bare)
        {
            var point = ((Pair)key ?? throw Pairs.Half()).Open;
            var rs = Parts(sig, bare, Sm2Curve);
            if (rs == null)
            {
                return false;
            }
            var t = Mod(rs[0] + rs[1], Sm2Curve.N);
            var sum = Sm2Curve.Add(Sm2Curve.Multiply(rs[1], Sm2Curve.Base), Sm2Curve.Multiply(t, point));
            return !t.IsZero && sum != null && Mod(Digest(x, point, id) + sum.X, Sm2Curve.N) == rs[0];
        }

        private static string Mask(Point shared, string x)
        {
            var mask = "";
            for (var n = 1; mask.Length < x.Length; n++)
            {
                mask += Digests.Sm3(Texts.Sized(shared.X, 32) + Texts.Sized(shared.Y, 32) + Texts.Sized(n, 4));
            }
            return Texts.Xor(x, mask);
        }

        internal static string Sm2Encrypt(string x, object key, string order)
        {
            var point = ((Pair)key ?? throw Pairs.Half()).Open;
            if (x == "")
            {
                throw new ProtocolException("SM2 encrypts no empty text");
            }
            var k = Sm2Curve.Random();
            var c1 = Sm2Curve.Multiply(k, Sm2Curve.Base);
            var shared = Sm2Curve.Multiply(k, point);
            var c2 = Mask(shared, x);
            var c3 = Digests.Sm3(Texts.Sized(shared.X, 32) + x + Texts.Sized(shared.Y, 32));
            if (order == "der")
            {
                return Der.Write(0x30, Der.WriteNumber(c1.X), Der.WriteNumber(c1.Y), Der.Write(4, c3), Der.Write(4, c2));
            }
            return "\u0004" + Texts.Sized(c1.X, 32) + Texts.Sized(c1.Y, 32) + (order == "c1c2c3" ? c2 + c3 : c3 + c2);
        }

        internal static string Unsm2Encrypt(string x, object key, string order)
        {
            var d = ((Pair)key ?? throw Pairs.Half()).Secret;
            Point c1;
            string c2, c3;
            if (order == "der")
            {
                var parts = new Der(x).Items;
                if (parts.Count != 4)
                {
                    throw new ProtocolException(Cannot);
                }
                c1 = new Point(parts[0].Number, parts[1].Number);
                c3 = parts[2].Text;
                c2 = parts[3].Text;
            }
            else
            {
                var head = Texts.First(x, 65);
                var rest = x.Substring(65);
                c1 = new Point(Texts.Big(head.Substring(1, 32)), Texts.Big(head.Substring(33)));
                c3 = order == "c1c2c3" ? Texts.Last(rest, 32) : Texts.First(rest, 32);
                c2 = order == "c1c2c3" ? rest.Substring(0, rest.Length - 32) : rest.Substring(32);
            }
            var shared = Sm2Curve.Has(c1) ? Sm2Curve.Multiply(d, c1) : null;
            var text = shared == null ? "" : Mask(shared, c2);
            if (shared == null || !Texts.Same(Digests.Sm3(Texts.Sized(shared.X, 32) + text + Texts.Sized(shared.Y, 32)), c3))
            {
                throw new ProtocolException(Cannot);
            }
            return text;
        }

        /// <summary>A pair of Ed25519, or the half that was given: bytes, null where there are none.</summary>
        internal sealed class Edwards
        {
            internal static readonly BigInteger P = (BigInteger.One << 255) - 19;
            internal static readonly BigInteger L = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493");
            internal static readonly BigInteger D = Mod(-121665 * Inverse(121666, P), P);
            internal static readonly Point Base = new Point(
                BigInteger.Parse("15112221349535400772501151409588531511454012693041857206046113283949847762202"), Mod(4 * Inverse(5, P), P));

            internal string Seed;
            internal string Open;

            internal static BigInteger Little(string x)
            {
                return Texts.Big(Texts.Reverse(x));
            }

            private static Point Add(Point a, Point b)
            {
                var t = Mod(D * a.X % P * b.X % P * a.Y % P * b.Y, P);
                return new Point(Mod((a.X * b.Y + b.X * a.Y) * Inverse(1 + t, P), P), Mod((a.Y * b.Y + a.X * b.X) * Inverse(1 - t, P), P));
            }

            internal static Point Sum(Point a, Point b)
            {
                return Add(a, b);
            }

            internal static Point Multiply(BigInteger n, Point point)
            {
                var sum = new Point(0, 1);
                for (; n.Sign > 0; n >>= 1)
                {
                    sum = n.IsEven ? sum : Add(sum, point);
                    point = Add(point, point);
                }
                return sum;
            }

            internal static string Write(Point p)
            {
                return Texts.Reverse(Texts.Sized(p.X.IsEven ? p.Y : p.Y + (BigInteger.One << 255), 32));
            }

            /// <summary>The point that bytes are, or null.</summary>
            internal static Point Read(string x)
            {
                if (x.Length != 32)
                {
                    return null;
                }
                var n = Little(x);
                var y = n & ((BigInteger.One << 255) - 1);
                var square = Mod((y * y - 1) * Inverse(D * y * y + 1, P), P);
                var root = BigInteger.ModPow(square, (P + 3) / 8, P);
                if (Mod(root * root, P) != square)
                {
                    root = Mod(root * BigInteger.ModPow(2, (P - 1) / 4, P), P);
                }
                if (y >= P || Mod(root * root, P) != square)
                {
                    return null;
                }
                return new Point(root.IsEven == (n >> 255).IsZero ? root : Mod(-root, P), y);
            }

            /// <summary>The number and the prefix that follow from the seed.</summary>
            internal BigInteger Expanded(out string prefix)
            {
                var h = Digests.Sha512(Seed ?? throw Pairs.Half());
                var b = h.Substring(0, 32).ToCharArray();
                b[0] = (char)(b[0] & 248);
                b[31] = (char)(b[31] & 127 | 64);
                prefix = h.Substring(32);
                return Little(new string(b));
            }
        }

        internal static object ReadEdwards(string text)
        {
            var pair = new Edwards();
            foreach (var bare in Der.Blocks(text))
            {
                var node = Der.Of(bare);
                var open = node.PublicKey;
                pair.Open = open ?? pair.Open;
                if (open == null)
                {
                    pair.Seed = Texts.Fixed(new Der(node.Items[2].Text).Text, 32);
                }
            }
            if (pair.Open == null && pair.Seed != null)
            {
                string prefix;
                pair.Open = Edwards.Write(Edwards.Multiply(pair.Expanded(out prefix), Edwards.Base));
            }
            return pair;
        }

        internal static string Ed25519(string x, object key)
        {
            var pair = (Edwards)key ?? throw Pairs.Half();
            string prefix;
            var a = pair.Expanded(out prefix);
            var r = Mod(Edwards.Little(Digests.Sha512(prefix + x)), Edwards.L);
            var point = Edwards.Write(Edwards.Multiply(r, Edwards.Base));
            var s = Mod(r + Edwards.Little(Digests.Sha512(point + pair.Open + x)) * a, Edwards.L);
            return point + Texts.Reverse(Texts.Sized(s, 32));
        }

        internal static bool Ed25519Verify(string x, string sig, object key)
        {
            var open = ((Edwards)key ?? throw Pairs.Half()).Open ?? throw Pairs.Half();
            if (sig.Length != 64)
            {
                return false;
            }
            Point a = Edwards.Read(open), r = Edwards.Read(sig.Substring(0, 32));
            var s = Edwards.Little(sig.Substring(32));
            if (a == null || r == null || s >= Edwards.L)
            {
                return false;
            }
            var k = Mod(Edwards.Little(Digests.Sha512(sig.Substring(0, 32) + open + x)), Edwards.L);
            return Edwards.Write(Edwards.Multiply(s, Edwards.Base)) == Edwards.Write(Edwards.Sum(r, Edwards.Multiply(k, a)));
        }
    }
}
