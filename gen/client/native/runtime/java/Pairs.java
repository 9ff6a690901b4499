package jiekou;

import static jiekou.Texts.big;
import static jiekou.Texts.sized;
import static jiekou.Texts.sm3;
import static jiekou.Texts.xor;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** Key pairs: RSA, Ed25519 and P-256 are the JDK's, SM2 is here. */
final class Pairs {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CANNOT = "it cannot be decrypted: another key, or not this cipher text";

    private Pairs() {}

    /** A key pair, or the half that was given. */
    static final class Pair {
        PrivateKey secret;
        PublicKey open;
        BigInteger n;
        BigInteger e;
        BigInteger d;
        BigInteger[] point;

        int size() {
            return (n.bitLength() + 7) / 8;
        }
    }

    private static <T> T needed(T half) {
        if (half == null) {
            throw new ProtocolException("the half of the key pair that is needed is not there");
        }
        return half;
    }

    private static Pair pair(Object key) {
        return (Pair) needed(key);
    }

    /** What the JDK does with keys, whose faults are those of the key or the text. */
    private interface Work<T> {
        T done() throws GeneralSecurityException;
    }

    private static <T> T work(Work<T> one) {
        try {
            return one.done();
        } catch (GeneralSecurityException e) {
            throw new ProtocolException(CANNOT);
        }
    }

    private record Der(int tag, String text, int end, List<Der> list) {
        BigInteger number() {
            return new BigInteger(1, Texts.bytes(text));
        }
    }

    private static Der der(String x, int at) {
        ProtocolException wrong = new ProtocolException("no well-formed key");
        if (at + 2 > x.length()) {
            throw wrong;
        }
        int length = x.charAt(at + 1);
        int from = at + 2;
        if ((length & 128) != 0) {
            int n = length & 127;
            if (n > 3 || from + n > x.length()) {
                throw wrong;
            }
            length = big(x.substring(from, from + n)).intValue();
            from += n;
        }
        int end = from + length;
        if (end > x.length()) {
            throw wrong;
        }
        List<Der> list = new ArrayList<>();
        if ((x.charAt(at) & 32) != 0) {
            for (int i = from; i < end; i = list.get(list.size() - 1).end) {
                list.add(der(x, i));
            }
        }
        return new Der(x.charAt(at), x.substring(from, end), end, list);
    }

    /** The halves of a key pair: PEM, or the base64 of its DER. */
    private static List<String> blocks(String text) {
        List<String> out = new ArrayList<>();
        Matcher m = Pattern.compile("-----BEGIN [^-]*-----([^-]*)-----END [^-]*-----").matcher(text);
        while (m.find()) {
            out.add(m.group(1).replaceAll("\\s", ""));
        }
        if (out.isEmpty() && !text.isBlank()) {
            out.add(text.replaceAll("\\s", ""));
        }
        return out;
    }

    private static Der derOf(String bare) {
        return der(Texts.unbase64Bare(bare.replaceFirst("=+$", "")), 0);
    }

    /** The key of a SubjectPublicKeyInfo or a certificate, or null. */
    private static String open(Der node) {
        if (node.list.size() == 3 && node.list.get(0).tag == 0x30 && node.list.get(2).tag == 3) {
            return open(node.list.get(0).list.stream().filter(n -> n.tag != 0xa0).toList().get(5));
        }
        if (node.list.size() == 2 && node.list.get(0).tag == 0x30 && node.list.get(1).tag == 3) {
            return node.list.get(1).text.substring(1);
        }
        return null;
    }

    static Object readRSAPair(String text) {
        Pair out = new Pair();
        for (String bare : blocks(text)) {
            Der node = derOf(bare);
            String inner = open(node);
            if (inner != null) {
                node = der(inner, 0);
            } else if (node.list.size() > 2 && node.list.get(1).tag == 0x30) {
                node = der(node.list.get(2).text, 0);
            }
            List<BigInteger> k = node.list.stream().map(Der::number).toList();
            int at = k.size() == 2 ? 0 : 1;
            out.n = k.get(at);
            out.e = k.get(at + 1);
            if (at == 1) {
                out.d = k.get(3);
                out.secret = work(() -> KeyFactory.getInstance("RSA")
                        .generatePrivate(new RSAPrivateCrtKeySpec(k.get(1), k.get(2), k.get(3), k.get(4), k.get(5), k.get(6), k.get(7), k.get(8))));
            }
            out.open = work(() -> KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(k.get(at), k.get(at + 1))));
        }
        return out;
    }

    private static String sign(String algorithm, PrivateKey key, AlgorithmParameterSpec parameters, String x) {
        PrivateKey secret = needed(key);
        return work(() -> {
            Signature s = Signature.getInstance(algorithm);
            if (parameters != null) {
                s.setParameter(parameters);
            }
            s.initSign(secret);
            s.update(Texts.bytes(x));
            return Texts.of(s.sign());
        });
    }

    private static boolean verify(String algorithm, PublicKey key, AlgorithmParameterSpec parameters, String x, String sig) {
        PublicKey open = needed(key);
        return work(() -> {
            Signature s = Signature.getInstance(algorithm);
            if (parameters != null) {
                s.setParameter(parameters);
            }
            s.initVerify(open);
            s.update(Texts.bytes(x));
            return s.verify(Texts.bytes(sig));
        });
    }

    /** The name of a digest in the JDK, by how many bytes it has. */
    private static String nameOf(UnaryOperator<String> digest) {
        return switch (digest.apply("").length()) {
            case 16 -> "MD5";
            case 20 -> "SHA-1";
            case 28 -> "SHA-224";
            case 32 -> "SHA-256";
            case 48 -> "SHA-384";
            default -> "SHA-512";
        };
    }

    private static String withRSA(UnaryOperator<String> digest) {
        return nameOf(digest).replace("-", "") + "withRSA";
    }

    static String rsaSign(String x, Object key, UnaryOperator<String> digest) {
        return sign(withRSA(digest), pair(key).secret, null, x);
    }

    static boolean rsaVerify(String x, String sig, Object key, UnaryOperator<String> digest) {
        return verify(withRSA(digest), pair(key).open, null, x, sig);
    }

    private static PSSParameterSpec pss(UnaryOperator<String> digest, int salt) {
        return new PSSParameterSpec(nameOf(digest), "MGF1", new MGF1ParameterSpec(nameOf(digest)), salt, 1);
    }

    static String rsaPSS(String x, Object key, UnaryOperator<String> digest) {
        return sign("RSASSA-PSS", pair(key).secret, pss(digest, digest.apply("").length()), x);
    }

    static boolean rsaPSSVerify(String x, String sig, Object key, UnaryOperator<String> digest) {
        return verify("RSASSA-PSS", pair(key).open, pss(digest, digest.apply("").length()), x, sig);
    }

    private static String pieces(String x, int size, UnaryOperator<String> one) {
        if (size <= 0) {
            throw new ProtocolException("the key is too short");
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i == 0 || i < x.length(); i += size) {
            out.append(one.apply(x.substring(i, Math.min(x.length(), i + size))));
        }
        return out.toString();
    }

    private static String unpieces(String x, int size, UnaryOperator<String> one) {
        if (x.isEmpty() || x.length() % size != 0) {
            throw new ProtocolException("the cipher text is not a whole number of blocks");
        }
        return pieces(x, size, one);
    }

    private static String crypt(String algorithm, int mode, java.security.Key key, AlgorithmParameterSpec parameters, String x) {
        return work(() -> {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(mode, key, parameters);
            return Texts.of(cipher.doFinal(Texts.bytes(x)));
        });
    }

    private static final String PKCS1 = "RSA/ECB/PKCS1Padding";

    static String rsaEncrypt(String x, Object key) {
        PublicKey open = needed(pair(key).open);
        return pieces(x, pair(key).size() - 11, block -> crypt(PKCS1, Cipher.ENCRYPT_MODE, open, null, block));
    }

    static String unrsaEncrypt(String x, Object key) {
        PrivateKey secret = needed(pair(key).secret);
        return unpieces(x, pair(key).size(), block -> crypt(PKCS1, Cipher.DECRYPT_MODE, secret, null, block));
    }

    /** Encrypts with the private half, as some gateways do: a signature without its digest. */
    static String rsaPrivateEncrypt(String x, Object key) {
        PrivateKey secret = needed(pair(key).secret);
        return pieces(x, pair(key).size() - 11, block -> crypt(PKCS1, Cipher.ENCRYPT_MODE, secret, null, block));
    }

    static String unrsaPrivateEncrypt(String x, Object key) {
        PublicKey open = needed(pair(key).open);
        return unpieces(x, pair(key).size(), block -> crypt(PKCS1, Cipher.DECRYPT_MODE, open, null, block));
    }

    private static OAEPParameterSpec oaep(UnaryOperator<String> digest) {
        return new OAEPParameterSpec(nameOf(digest), "MGF1", new MGF1ParameterSpec(nameOf(digest)), PSource.PSpecified.DEFAULT);
    }

    private static final String OAEP = "RSA/ECB/OAEPPadding";

    static String rsaOAEP(String x, Object key, UnaryOperator<String> digest) {
        PublicKey open = needed(pair(key).open);
        return pieces(x, pair(key).size() - 2 * digest.apply("").length() - 2, block -> crypt(OAEP, Cipher.ENCRYPT_MODE, open, oaep(digest), block));
    }

    static String unrsaOAEP(String x, Object key, UnaryOperator<String> digest) {
        PrivateKey secret = needed(pair(key).secret);
        return unpieces(x, pair(key).size(), block -> crypt(OAEP, Cipher.DECRYPT_MODE, secret, oaep(digest), block));
    }

    static Object readEdwardsPair(String text) {
        Pair out = new Pair();
        for (String bare : blocks(text)) {
            byte[] whole = Texts.bytes(Texts.unbase64Bare(bare.replaceFirst("=+$", "")));
            Der node = derOf(bare);
            String inner = open(node);
            if (inner == null) {
                out.secret = work(() -> KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(whole)));
                String seed = der(node.list.get(2).text, 0).text;
                out.open = out.open == null ? Edwards.open(seed) : out.open;
            } else {
                out.open = Edwards.key(inner);
            }
        }
        return out;
    }

    static String ed25519(String x, Object key) {
        return sign("Ed25519", pair(key).secret, null, x);
    }

    static boolean ed25519Verify(String x, String sig, Object key) {
        return verify("Ed25519", pair(key).open, null, x, sig);
    }

    /** The open half of an Ed25519 key, which the JDK does not compute. */
    private static final class Edwards {
        static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        static final BigInteger D = BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
        static final BigInteger Y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);
        static final BigInteger X = new BigInteger("15112221349535400772501151409588531511454012693041857206046113283949847762202");

        static PublicKey key(String bytes) {
            return work(() -> KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(Texts.bytes(Texts.unhex("302a300506032b6570032100") + bytes))));
        }

        static PublicKey open(String seed) {
            byte[] h = Texts.bytes(Texts.reverse(Texts.sha512(seed).substring(0, 32)));
            h[31] &= (byte) 248;
            h[0] = (byte) (h[0] & 127 | 64);
            BigInteger[] out = {BigInteger.ZERO, BigInteger.ONE};
            BigInteger[] point = {X, Y};
            for (BigInteger n = new BigInteger(1, h); n.signum() > 0; n = n.shiftRight(1)) {
                out = n.testBit(0) ? add(out, point) : out;
                point = add(point, point);
            }
            BigInteger written = out[0].testBit(0) ? out[1].setBit(255) : out[1];
            return key(Texts.reverse(sized(written, 32)));
        }

        private static BigInteger[] add(BigInteger[] a, BigInteger[] b) {
            BigInteger t = D.multiply(a[0]).multiply(b[0]).multiply(a[1]).multiply(b[1]).mod(P);
            BigInteger x = a[0].multiply(b[1]).add(b[0].multiply(a[1])).multiply(BigInteger.ONE.add(t).modInverse(P)).mod(P);
            BigInteger y = a[1].multiply(b[1]).add(a[0].multiply(b[0])).multiply(BigInteger.ONE.subtract(t).modInverse(P)).mod(P);
            return new BigInteger[] {x, y};
        }
    }

    /** A curve with a = -3. */
    record Curve(BigInteger p, BigInteger b, BigInteger n, BigInteger[] base) {
        static final BigInteger THREE = BigInteger.valueOf(3);

        static Curve of(String p, String b, String n, String x, String y) {
            return new Curve(new BigInteger(p, 16), new BigInteger(b, 16), new BigInteger(n, 16), new BigInteger[] {new BigInteger(x, 16), new BigInteger(y, 16)});
        }

        /** The sum of two points; null is the one at infinity. */
        BigInteger[] add(BigInteger[] one, BigInteger[] two) {
            if (one == null || two == null) {
                return one == null ? two : one;
            }
            boolean alike = one[0].equals(two[0]);
            if (alike && (!one[1].equals(two[1]) || one[1].signum() == 0)) {
                return null;
            }
            BigInteger slope = alike
                    ? THREE.multiply(one[0].pow(2)).subtract(THREE).multiply(one[1].shiftLeft(1).modInverse(p))
                    : two[1].subtract(one[1]).multiply(two[0].subtract(one[0]).modInverse(p));
            BigInteger x = slope.pow(2).subtract(one[0]).subtract(two[0]).mod(p);
            return new BigInteger[] {x, slope.multiply(one[0].subtract(x)).subtract(one[1]).mod(p)};
        }

        BigInteger[] multiply(BigInteger by, BigInteger[] point) {
            BigInteger[] out = null;
            BigInteger[] more = point;
            for (BigInteger n = by; n.signum() > 0; n = n.shiftRight(1)) {
                out = n.testBit(0) ? add(out, more) : out;
                more = add(more, more);
            }
            return out;
        }

        boolean has(BigInteger[] point) {
            BigInteger right = point[0].pow(3).subtract(THREE.multiply(point[0])).add(b);
            return point[0].compareTo(p) < 0 && point[1].compareTo(p) < 0 && point[1].pow(2).subtract(right).mod(p).signum() == 0;
        }
    }

    static final Curve P256 = Curve.of(
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    static final Curve SM2 = Curve.of(
            "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff", "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
            "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
            "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0");

    static Object readCurvePair(String text, Curve curve) {
        Pair out = new Pair();
        for (String bare : blocks(text)) {
            if (bare.matches("[0-9a-fA-F]{64}")) {
                out.d = new BigInteger(bare, 16);
            } else if (bare.matches("04[0-9a-fA-F]{128}")) {
                out.point = new BigInteger[] {new BigInteger(bare.substring(2, 66), 16), new BigInteger(bare.substring(66), 16)};
            } else {
                readCurve(derOf(bare), out);
            }
        }
        if (out.d != null) {
            out.point = curve.multiply(out.d, curve.base);
        }
        return out;
    }

    private static void readCurve(Der node, Pair out) {
        String inner = open(node);
        if (inner != null && inner.length() == 65) {
            out.point = new BigInteger[] {big(inner.substring(1, 33)), big(inner.substring(33))};
        } else if (inner == null && node.list.get(1).tag == 0x30) {
            readCurve(der(node.list.get(2).text, 0), out);
        } else if (inner == null && node.list.get(1).text.length() <= 32) {
            out.d = node.list.get(1).number();
        } else {
            throw new ProtocolException("a key of this curve cannot be used here");
        }
    }

    private static String derOf(int tag, String text) {
        int n = text.length();
        String length = n < 128 ? "" + (char) n : n < 256 ? "\u0081" + (char) n : "\u0082" + (char) (n >> 8) + (char) (n & 255);
        return (char) tag + length + text;
    }

    private static String derNumber(BigInteger n) {
        return derOf(2, Texts.of(n.toByteArray()));
    }

    private static String written(BigInteger r, BigInteger s, boolean bare) {
        return bare ? sized(r, 32) + sized(s, 32) : derOf(0x30, derNumber(r) + derNumber(s));
    }

    private static BigInteger[] read(String sig, boolean bare) {
        if (bare) {
            return sig.length() == 64 ? new BigInteger[] {big(sig.substring(0, 32)), big(sig.substring(32))} : new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO};
        }
        Der node = der(sig, 0);
        if (node.end != sig.length() || node.list.size() != 2) {
            throw new ProtocolException("no signature");
        }
        return new BigInteger[] {node.list.get(0).number(), node.list.get(1).number()};
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        java.security.AlgorithmParameters out = java.security.AlgorithmParameters.getInstance("EC");
        out.init(new ECGenParameterSpec("secp256r1"));
        return out.getParameterSpec(ECParameterSpec.class);
    }

    static String ecdsa(String x, Object key, boolean bare) {
        BigInteger d = needed(pair(key).d);
        PrivateKey secret = work(() -> KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(d, p256())));
        BigInteger[] rs = read(sign("SHA256withECDSA", secret, null, x), false);
        return written(rs[0], rs[1], bare);
    }

    static boolean ecdsaVerify(String x, String sig, Object key, boolean bare) {
        BigInteger[] point = needed(pair(key).point);
        PublicKey open = work(() -> KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(point[0], point[1]), p256())));
        BigInteger[] rs = read(sig, bare);
        return verify("SHA256withECDSA", open, null, x, written(rs[0], rs[1], false));
    }

    /** The digest that an SM2 signature is over. */
    private static BigInteger sm2Text(String x, BigInteger[] point, String id) {
        StringBuilder head = new StringBuilder(sized(BigInteger.valueOf(8L * id.length()), 2) + id);
        for (BigInteger n : new BigInteger[] {SM2.p.subtract(Curve.THREE), SM2.b, SM2.base[0], SM2.base[1], point[0], point[1]}) {
            head.append(sized(n, 32));
        }
        return big(sm3(sm3(head.toString()) + x));
    }

    private static BigInteger secretNumber() {
        return new BigInteger(384, RANDOM).mod(SM2.n.subtract(BigInteger.ONE)).add(BigInteger.ONE);
    }

    static String sm2(String x, Object key, String id, boolean bare) {
        BigInteger d = needed(pair(key).d);
        BigInteger e = sm2Text(x, pair(key).point, id);
        while (true) {
            BigInteger k = secretNumber();
            BigInteger r = e.add(SM2.multiply(k, SM2.base)[0]).mod(SM2.n);
            BigInteger s = BigInteger.ONE.add(d).modInverse(SM2.n).multiply(k.subtract(r.multiply(d))).mod(SM2.n);
            if (r.signum() > 0 && s.signum() > 0 && !r.add(k).equals(SM2.n)) {
                return written(r, s, bare);
            }
        }
    }

    static boolean sm2Verify(String x, String sig, Object key, String id, boolean bare) {
        BigInteger[] point = needed(pair(key).point);
        BigInteger[] rs = read(sig, bare);
        BigInteger t = rs[0].add(rs[1]).mod(SM2.n);
        if (rs[0].signum() <= 0 || rs[1].signum() <= 0 || rs[0].compareTo(SM2.n) >= 0 || rs[1].compareTo(SM2.n) >= 0 || t.signum() == 0 || !SM2.has(point)) {
            return false;
        }
        BigInteger[] sum = SM2.add(SM2.multiply(rs[1], SM2.base), SM2.multiply(t, point));
        return sum != null && sm2Text(x, point, id).add(sum[0]).mod(SM2.n).equals(rs[0]);
    }

    private static String sm2Mask(BigInteger[] shared, String x) {
        StringBuilder mask = new StringBuilder();
        for (int n = 1; mask.length() < x.length(); n++) {
            mask.append(sm3(sized(shared[0], 32) + sized(shared[1], 32) + sized(BigInteger.valueOf(n), 4)));
        }
        return xor(x, mask.toString());
    }

    static String sm2Encrypt(String x, Object key, String order) {
        BigInteger[] point = needed(pair(key).point);
        if (x.isEmpty()) {
            throw new ProtocolException("SM2 encrypts no empty text");
        }
        BigInteger k = secretNumber();
        BigInteger[] c1 = SM2.multiply(k, SM2.base);
        BigInteger[] shared = SM2.multiply(k, point);
        String c2 = sm2Mask(shared, x);
        String c3 = sm3(sized(shared[0], 32) + x + sized(shared[1], 32));
        if (order.equals("der")) {
            return derOf(0x30, derNumber(c1[0]) + derNumber(c1[1]) + derOf(4, c3) + derOf(4, c2));
        }
        return "\4" + sized(c1[0], 32) + sized(c1[1], 32) + (order.equals("c1c2c3") ? c2 + c3 : c3 + c2);
    }

    static String unsm2Encrypt(String x, Object key, String order) {
        BigInteger d = needed(pair(key).d);
        BigInteger[] c1;
        String c2;
        String c3;
        if (order.equals("der")) {
            List<Der> list = der(x, 0).list;
            c1 = new BigInteger[] {list.get(0).number(), list.get(1).number()};
            c3 = list.get(2).text;
            c2 = list.get(3).text;
        } else {
            c1 = new BigInteger[] {big(Texts.first(x, 33).substring(1)), big(Texts.first(x, 65).substring(33))};
            String rest = x.substring(65);
            boolean last = order.equals("c1c2c3");
            c3 = last ? Texts.last(rest, 32) : Texts.first(rest, 32);
            c2 = last ? rest.substring(0, rest.length() - 32) : rest.substring(32);
        }
        BigInteger[] shared = SM2.has(c1) ? SM2.multiply(d, c1) : null;
        String out = shared == null ? "" : sm2Mask(shared, c2);
        if (shared == null || !sm3(sized(shared[0], 32) + out + sized(shared[1], 32)).equals(c3)) {
            throw new ProtocolException(CANNOT);
        }
        return out;
    }
}
