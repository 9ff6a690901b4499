package jiekou;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Texts of messages: how they are encoded, cut and compared. Bytes are texts here, one character a byte. */
final class Texts {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** How many bytes a compressed text may have. */
    private static final int MOST = 16 << 20;

    private Texts() {}

    static ProtocolException form() {
        return ProtocolException.form("the text");
    }

    static ProtocolException form(String what) {
        return ProtocolException.form(what);
    }

    /** The bytes of a string as UTF-8. */
    static String utf8(String s) {
        return of(s.getBytes(UTF_8));
    }

    /** The string of bytes that are UTF-8. */
    static String string(String x) {
        return decoded(bytes(x), UTF_8, "not UTF-8");
    }

    static boolean isText(String x) {
        try {
            string(x);
            return true;
        } catch (ProtocolException e) {
            return false;
        }
    }

    static byte[] bytes(String x) {
        return x.getBytes(ISO_8859_1);
    }

    static String of(byte[] b) {
        return new String(b, ISO_8859_1);
    }

    private static String decoded(byte[] b, Charset charset, String wrong) {
        try {
            return charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(b)).toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException(wrong);
        }
    }

    private static String encoded(String x, Charset charset) {
        try {
            ByteBuffer out = charset.newEncoder().encode(CharBuffer.wrap(string(x)));
            return of(Arrays.copyOf(out.array(), out.limit()));
        } catch (CharacterCodingException e) {
            throw new ProtocolException("a character that the charset does not have");
        }
    }

    static String randomBytes(int n) {
        byte[] out = new byte[n];
        RANDOM.nextBytes(out);
        return of(out);
    }

    /** Compares in a time that does not depend on the bytes. */
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(bytes(a), bytes(b));
    }

    static String hex(String x) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < x.length(); i++) {
            out.append(Character.forDigit(x.charAt(i) >> 4, 16)).append(Character.forDigit(x.charAt(i) & 15, 16));
        }
        return out.toString();
    }

    static String unhex(String x) {
        if (x.length() % 2 != 0 || !x.matches("[0-9a-f]*")) {
            throw form("the hexadecimal text");
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < x.length(); i += 2) {
            out.append((char) Integer.parseInt(x.substring(i, i + 2), 16));
        }
        return out.toString();
    }

    static String hexUpper(String x) {
        return upper(hex(x));
    }

    static String unhexUpper(String x) {
        if (!x.matches("[^a-f]*")) {
            throw form("the hexadecimal text");
        }
        return unhex(lower(x));
    }

    static String base64(String x, boolean... breaks) {
        return of(Base64.getEncoder().encode(bytes(x)));
    }

    static String base64Bare(String x, boolean... breaks) {
        return of(Base64.getEncoder().withoutPadding().encode(bytes(x)));
    }

    static String base64url(String x, boolean... breaks) {
        return of(Base64.getUrlEncoder().withoutPadding().encode(bytes(x)));
    }

    static String base64urlPadded(String x, boolean... breaks) {
        return of(Base64.getUrlEncoder().encode(bytes(x)));
    }

    private static String unbroken(String x, boolean... breaks) {
        return breaks.length > 0 && breaks[0] ? x.replaceAll("[\r\n]", "") : x;
    }

    static String unbase64(String x, boolean... breaks) {
        String text = unbroken(x, breaks);
        if (text.length() % 4 != 0) {
            throw form("the base64");
        }
        return unbase64Bare(text.replaceFirst("={1,2}$", ""));
    }

    static String unbase64Bare(String x, boolean... breaks) {
        String text = unbroken(x, breaks);
        String out = looseBase64(text);
        if (!base64Bare(out).equals(text)) {
            throw form("the base64");
        }
        return out;
    }

    static String looseBase64(String x) {
        if (!x.matches("[A-Za-z0-9+/]*") || x.length() % 4 == 1) {
            throw form("the base64");
        }
        return of(Base64.getDecoder().decode(bytes(x)));
    }

    static String unbase64url(String x, boolean... breaks) {
        if (x.matches("(?s).*[+/].*")) {
            throw form("the base64");
        }
        return unbase64Bare(x.replace('-', '+').replace('_', '/'), breaks);
    }

    static String unbase64urlPadded(String x, boolean... breaks) {
        if (x.matches("(?s).*[+/].*")) {
            throw form("the base64");
        }
        return unbase64(x.replace('-', '+').replace('_', '/'), breaks);
    }

    /** Escapes all but letters, digits and what is safe. */
    static String url(String x, String safe, boolean plus, boolean low) {
        StringBuilder out = new StringBuilder();
        for (char ch : x.toCharArray()) {
            if (ch >= '0' && ch <= '9' || ch >= 'A' && ch <= 'Z' || ch >= 'a' && ch <= 'z' || safe.indexOf(ch) >= 0) {
                out.append(ch);
            } else if (ch == ' ' && plus) {
                out.append('+');
            } else {
                String code = hex(String.valueOf(ch));
                out.append('%').append(low ? code : upper(code));
            }
        }
        return out.toString();
    }

    static String unurl(String x, String safe, boolean plus, boolean low) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < x.length(); i++) {
            char ch = x.charAt(i);
            if (ch == '%') {
                if (i + 2 >= x.length() || !x.substring(i + 1, i + 3).matches("[0-9a-fA-F]{2}")) {
                    throw form("the % escape");
                }
                out.append((char) Integer.parseInt(x.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append(ch == '+' && plus ? ' ' : ch);
            }
        }
        return out.toString();
    }

    static BigInteger big(String x) {
        return new BigInteger(1, bytes(x));
    }

    static String decimal(String x) {
        if (x.length() > 64) {
            throw form();
        }
        return big(x).toString();
    }

    /** A number with so many places. */
    static String decimals(String x, int places) {
        int at = x.indexOf('.');
        String rest = at < 0 ? "" : x.substring(at + 1).replaceAll("0+$", "");
        if (!x.matches("-?[0-9]+(?:\\.[0-9]*)?") || rest.length() > places) {
            throw form("the number");
        }
        return (at < 0 ? x : x.substring(0, at)) + "." + rest + "0".repeat(places - rest.length());
    }

    private static String number(String x, String pattern, int from, int to) {
        if (!x.matches(pattern)) {
            throw form("the number");
        }
        BigInteger n = new BigInteger(x, from);
        if (n.bitLength() > 63) {
            throw form("the number");
        }
        return n.toString(to);
    }

    static String numberHex(String x) {
        return number(x, "0|[1-9][0-9]{0,18}", 10, 16);
    }

    static String unnumberHex(String x) {
        return number(x, "0|[1-9a-f][0-9a-f]{0,15}", 16, 10);
    }

    static String numberHexUpper(String x) {
        return upper(numberHex(x));
    }

    static String unnumberHexUpper(String x) {
        return number(x, "0|[1-9A-F][0-9A-F]{0,15}", 16, 10);
    }

    static String sized(BigInteger n, int size) {
        String digits = n.toString(16);
        if (digits.length() > 2 * size) {
            throw new ProtocolException("a number is too large");
        }
        return unhex("0".repeat(2 * size - digits.length()) + digits);
    }

    /** A number as so many bytes, the low ones first, or as so many digits. */
    private static String numbered(BigInteger n, int size, String... how) {
        if (how.length == 0) {
            return sized(n, size);
        }
        if (how[0].equals("little")) {
            return reverse(sized(n, size));
        }
        if (n.toString().length() > size) {
            throw form();
        }
        return padStart(n.toString(), size, "0");
    }

    private static BigInteger number(String x, int size, String... how) {
        if (x.length() < size) {
            throw form();
        }
        String head = x.substring(0, size);
        if (how.length == 0) {
            return big(head);
        }
        if (how[0].equals("little")) {
            return big(reverse(head));
        }
        if (!head.matches("[0-9]+")) {
            throw form();
        }
        return new BigInteger(head);
    }

    static String counted(String x, int size, String... how) {
        return numbered(BigInteger.valueOf(x.length()), size, how) + x;
    }

    static String numberBytes(String x, int size, String... how) {
        if (!x.matches("0|[1-9][0-9]{0,18}") || new BigInteger(x).bitLength() > 63) {
            throw form();
        }
        return numbered(new BigInteger(x), size, how);
    }

    static String unnumberBytes(String x, int size, String... how) {
        if (x.length() != size) {
            throw form();
        }
        return number(x, size, how).toString();
    }

    /** How many bytes a counted text at the beginning of x takes. */
    static int takeCounted(String x, int size, String... how) {
        BigInteger length = number(x, size, how).add(BigInteger.valueOf(size));
        if (length.compareTo(BigInteger.valueOf(x.length())) > 0) {
            throw form();
        }
        return length.intValue();
    }

    static String uncounted(String x, int size, String... how) {
        if (takeCounted(x, size, how) != x.length()) {
            throw form();
        }
        return x.substring(size);
    }

    static String fixed(String x, int size) {
        if (x.length() != size) {
            throw form();
        }
        return x;
    }

    static int takeFixed(String x, int size) {
        return first(x, size).length();
    }

    static String latin1(String x) {
        return encoded(x, ISO_8859_1);
    }

    static String unlatin1(String x) {
        return utf8(x);
    }

    static String utf16le(String x) {
        return encoded(x, UTF_16LE);
    }

    static String unutf16le(String x) {
        return utf8(new String(bytes(x), UTF_16LE));
    }

    static String utf16be(String x) {
        return encoded(x, UTF_16BE);
    }

    static String unutf16be(String x) {
        return utf8(new String(bytes(x), UTF_16BE));
    }

    static String gbk(String x) {
        return encoded(x, Charset.forName("GBK"));
    }

    static String ungbk(String x) {
        return utf8(decoded(bytes(x), Charset.forName("GB18030"), "not GBK"));
    }

    static String gzip(String x) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            try (OutputStream zip = new GZIPOutputStream(out)) {
                zip.write(bytes(x));
            }
            return of(out.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String zlib(String x) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            try (OutputStream zip = new DeflaterOutputStream(out)) {
                zip.write(bytes(x));
            }
            return of(out.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String ungzip(String x) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes(x)))) {
            return of(in.readNBytes(MOST));
        } catch (IOException e) {
            throw form("the compressed text");
        }
    }

    static String unzlib(String x) {
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes(x)))) {
            return of(in.readNBytes(MOST));
        } catch (IOException e) {
            throw form("the compressed text");
        }
    }

    private static String cased(String x, char from, int by) {
        StringBuilder out = new StringBuilder(x);
        for (int i = 0; i < x.length(); i++) {
            char ch = x.charAt(i);
            if (ch >= from && ch < from + 26) {
                out.setCharAt(i, (char) (ch + by));
            }
        }
        return out.toString();
    }

    static String lower(String x) {
        return cased(x, 'A', 32);
    }

    static String upper(String x) {
        return cased(x, 'a', -32);
    }

    private static final Pattern BLANK_ENDS =
            Pattern.compile("^[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+|[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+$");

    static String trim(String x) {
        if (!isText(x)) {
            return x.replaceAll("^[ \\t-\\r]+|[ \\t-\\r]+$", "");
        }
        return utf8(BLANK_ENDS.matcher(string(x)).replaceAll(""));
    }

    static String noBlanks(String x) {
        return x.replaceAll("[ \\t\\n\\r]", "");
    }

    static String oneBlank(String x) {
        return x.replaceAll("[ \\t\\n\\r]+", " ");
    }

    static String quoted(String x) {
        if (x.contains("\"")) {
            throw form();
        }
        return '"' + x + '"';
    }

    static String unquoted(String x) {
        String out = x.length() >= 2 && x.startsWith("\"") && x.endsWith("\"") ? x.substring(1, x.length() - 1) : x;
        if (out.contains("\"")) {
            throw form();
        }
        return out;
    }

    static String prefix(String x, String text) {
        return text + x;
    }

    static String lead(String x, String text) {
        return x.isEmpty() ? "" : text + x;
    }

    static String trail(String x, String text) {
        return x.isEmpty() ? "" : x + text;
    }

    static String unprefix(String x, String text) {
        if (!x.startsWith(text)) {
            throw form();
        }
        return x.substring(text.length());
    }

    static String suffix(String x, String text) {
        return x + text;
    }

    static String unsuffix(String x, String text) {
        if (!x.endsWith(text)) {
            throw form();
        }
        return x.substring(0, x.length() - text.length());
    }

    static String replace(String x, String from, String to) {
        return x.replace(from, to);
    }

    static String swap(String x, String from, String to) {
        StringBuilder out = new StringBuilder(x);
        for (int i = 0; i < x.length(); i++) {
            int at = from.lastIndexOf(x.charAt(i));
            if (at >= 0) {
                out.setCharAt(i, to.charAt(at));
            }
        }
        return out.toString();
    }

    static String unswap(String x, String from, String to) {
        return swap(x, to, from);
    }

    static String repeat(String x, int n) {
        return x.repeat(n);
    }

    static String zeros(int n) {
        return "\0".repeat(n);
    }

    static String padStart(String x, int n, String ch) {
        return ch.repeat(Math.max(0, n - x.length())) + x;
    }

    static String padEnd(String x, int n, String ch) {
        return x + ch.repeat(Math.max(0, n - x.length()));
    }

    private static void atLeast(String x, int n) {
        if (x.length() < n) {
            throw form();
        }
    }

    static String first(String x, int n) {
        atLeast(x, n);
        return x.substring(0, n);
    }

    static String last(String x, int n) {
        atLeast(x, n);
        return x.substring(x.length() - n);
    }

    static String skip(String x, int n) {
        atLeast(x, n);
        return x.substring(n);
    }

    /** Where the characters of UTF-8 begin, and the end. */
    private static List<Integer> characters(String x) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < x.length(); i++) {
            if ((x.charAt(i) & 0xc0) != 0x80) {
                places.add(i);
            }
        }
        places.add(x.length());
        return places;
    }

    private static int characterAt(List<Integer> places, int n) {
        if (n < 0 || n >= places.size()) {
            throw form();
        }
        return places.get(n);
    }

    static String firstCharacters(String x, int n) {
        return x.substring(0, characterAt(characters(x), n));
    }

    static String lastCharacters(String x, int n) {
        List<Integer> places = characters(x);
        return x.substring(characterAt(places, places.size() - 1 - n));
    }

    static String skipCharacters(String x, int n) {
        return x.substring(characterAt(characters(x), n));
    }

    static String lengthCharacters(String x, boolean drop) {
        return x.isEmpty() && drop ? "" : String.valueOf(characters(x).size() - 1);
    }

    static String before(String x, String text) {
        int at = x.indexOf(text);
        return at < 0 ? x : x.substring(0, at);
    }

    static String after(String x, String text) {
        int at = x.indexOf(text);
        return at < 0 ? "" : x.substring(at + text.length());
    }

    static String length(String x, boolean drop) {
        return x.isEmpty() && drop ? "" : String.valueOf(x.length());
    }

    static String asItIs(String x, boolean... drop) {
        return x;
    }

    static String reverse(String x) {
        return new StringBuilder(x).reverse().toString();
    }

    /** Letters that follow from random bytes. */
    static String alphabet(String x, int n, String letters) {
        if (x.length() < n && x.length() < 16) {
            throw form();
        }
        StringBuilder random = new StringBuilder(x);
        for (String more = x; random.length() < n; random.append(more)) {
            more = sha256(more);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < n; i++) {
            out.append(letters.charAt(random.charAt(i) % letters.length()));
        }
        return out.toString();
    }

    static String uuid(String x) {
        if (x.isEmpty()) {
            throw form();
        }
        byte[] b = bytes((x.length() == 16 || x.length() == 32 ? x : sha256(x)).substring(0, 16));
        b[6] = (byte) (b[6] & 15 | 64);
        b[8] = (byte) (b[8] & 63 | 128);
        return hex(of(b)).replaceFirst("^(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-");
    }

    /** Texts in order: by value, by name, or by name whatever the case. */
    static String joined(String join, String by, String... texts) {
        if (by.equals("name-nocase")) {
            Arrays.sort(texts, Comparator.comparing(Texts::lower));
        } else if (!by.isEmpty()) {
            Arrays.sort(texts);
        }
        return String.join(join, texts);
    }

    static String crc32(String x) {
        CRC32 sum = new CRC32();
        sum.update(bytes(x));
        return sized(BigInteger.valueOf(sum.getValue()), 4);
    }

    private static String digest(String name, String x) {
        try {
            return of(MessageDigest.getInstance(name).digest(bytes(x)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String md5(String x) {
        return digest("MD5", x);
    }

    static String sha1(String x) {
        return digest("SHA-1", x);
    }

    static String sha224(String x) {
        return digest("SHA-224", x);
    }

    static String sha256(String x) {
        return digest("SHA-256", x);
    }

    static String sha384(String x) {
        return digest("SHA-384", x);
    }

    static String sha512(String x) {
        return digest("SHA-512", x);
    }

    /** The digest of GB/T 32905. */
    static String sm3(String x) {
        int[] v = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};
        ByteBuffer text = ByteBuffer.wrap(bytes(x + "\u0080" + zeros((119 - x.length() % 64) % 64) + sized(BigInteger.valueOf(8L * x.length()), 8)));
        int[] w = new int[68];
        while (text.hasRemaining()) {
            for (int j = 0; j < 16; j++) {
                w[j] = text.getInt();
            }
            for (int j = 16; j < 68; j++) {
                int p = w[j - 16] ^ w[j - 9] ^ Integer.rotateLeft(w[j - 3], 15);
                w[j] = p ^ Integer.rotateLeft(p, 15) ^ Integer.rotateLeft(p, 23) ^ Integer.rotateLeft(w[j - 13], 7) ^ w[j - 6];
            }
            int[] s = v.clone();
            for (int j = 0; j < 64; j++) {
                int t = Integer.rotateLeft(j < 16 ? 0x79cc4519 : 0x7a879d8a, j);
                int one = Integer.rotateLeft(Integer.rotateLeft(s[0], 12) + s[4] + t, 7);
                int two = one ^ Integer.rotateLeft(s[0], 12);
                int ff = j < 16 ? s[0] ^ s[1] ^ s[2] : s[0] & s[1] | s[0] & s[2] | s[1] & s[2];
                int gg = j < 16 ? s[4] ^ s[5] ^ s[6] : s[4] & s[5] | ~s[4] & s[6];
                int a = ff + s[3] + two + (w[j] ^ w[j + 4]);
                int e = gg + s[7] + one + w[j];
                s = new int[] {a, s[0], Integer.rotateLeft(s[1], 9), s[2], e ^ Integer.rotateLeft(e, 9) ^ Integer.rotateLeft(e, 17), s[4], Integer.rotateLeft(s[5], 19), s[6]};
            }
            for (int i = 0; i < 8; i++) {
                v[i] ^= s[i];
            }
        }
        ByteBuffer out = ByteBuffer.allocate(32);
        for (int one : v) {
            out.putInt(one);
        }
        return of(out.array());
    }

    static String xor(String a, String b) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < a.length(); i++) {
            out.append((char) (a.charAt(i) ^ b.charAt(i)));
        }
        return out.toString();
    }

    static String hmac(String x, String key, UnaryOperator<String> digest, int size) {
        String whole = padEnd(key.length() > size ? digest.apply(key) : key, size, "\0");
        return digest.apply(xor(whole, "\\".repeat(size)) + digest.apply(xor(whole, "6".repeat(size)) + x));
    }

    static String pbkdf2(String x, String salt, int rounds, int size) {
        try {
            PBEKeySpec spec = new PBEKeySpec(string(x).toCharArray(), bytes(salt), rounds, 8 * size);
            return of(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hkdf(String x, String salt, String info, int size) {
        String key = hmac(x, salt, Texts::sha256, 64);
        String last = "";
        StringBuilder out = new StringBuilder();
        for (int n = 1; out.length() < size; n++) {
            last = hmac(last + info + (char) n, key, Texts::sha256, 64);
            out.append(last);
        }
        return out.substring(0, size);
    }

    static String rc4(String plain, String key, int... skip) {
        int front = skip.length == 0 ? 0 : skip[0];
        String x = "\0".repeat(front) + plain;
        if (key.isEmpty() || key.length() > 256) {
            throw new ProtocolException("an RC4 key has 1 to 256 bytes");
        }
        int[] s = new int[256];
        for (int i = 0; i < 256; i++) {
            s[i] = i;
        }
        for (int i = 0, j = 0; i < 256; i++) {
            j = j + s[i] + key.charAt(i % key.length()) & 255;
            int t = s[i];
            s[i] = s[j];
            s[j] = t;
        }
        StringBuilder out = new StringBuilder(x);
        for (int n = 0, i = 0, j = 0; n < x.length(); n++) {
            i = i + 1 & 255;
            j = j + s[i] & 255;
            int t = s[i];
            s[i] = s[j];
            s[j] = t;
            out.setCharAt(n, (char) (x.charAt(n) ^ s[s[i] + s[j] & 255]));
        }
        return out.substring(front);
    }
}
