package jiekou;

import static jiekou.Texts.first;
import static jiekou.Texts.sized;
import static jiekou.Texts.xor;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Block ciphers in the modes that protocols have. AES and DES are the JDK's, SM4 is here. */
final class Ciphers {
    private static final String NOT_WHOLE = "the cipher text is not a whole number of blocks";

    private Ciphers() {}

    /** A cipher with its key, on one block. */
    record Block(int size, UnaryOperator<String> encrypt, UnaryOperator<String> decrypt) {}

    /** What a mode takes beside its key. pad is the block of PKCS #7; 0 pads with zeros, -1 does not pad. */
    static final class Options {
        String iv = "";
        boolean prefix;
        String aad = "";
        int pad = -1;

        Options iv(String iv) {
            this.iv = iv;
            return this;
        }

        Options prefix() {
            prefix = true;
            return this;
        }

        Options aad(String aad) {
            this.aad = aad;
            return this;
        }

        Options pad(int pad) {
            this.pad = pad;
            return this;
        }
    }

    static Options options() {
        return new Options();
    }

    private static void check(String name, String key, Integer... lengths) {
        if (!List.of(lengths).contains(key.length())) {
            throw new ProtocolException("the key has " + key.length() + " bytes, " + name + " takes " + String.join(" or ", Arrays.stream(lengths).map(String::valueOf).toList()));
        }
    }

    private static UnaryOperator<String> jdk(String name, String transformation, String key, int mode) {
        try {
            Cipher cipher = Cipher.getInstance(transformation);
            cipher.init(mode, new SecretKeySpec(Texts.bytes(key), name));
            return block -> {
                try {
                    return Texts.of(cipher.doFinal(Texts.bytes(block)));
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Block block(String name, String transformation, String key, int size) {
        return new Block(size, jdk(name, transformation, key, Cipher.ENCRYPT_MODE), jdk(name, transformation, key, Cipher.DECRYPT_MODE));
    }

    static Block aes(String key) {
        check("aes", key, 16, 24, 32);
        return block("AES", "AES/ECB/NoPadding", key, 16);
    }

    static Block des(String key) {
        check("des", key, 8);
        return block("DES", "DES/ECB/NoPadding", key, 8);
    }

    static Block tripleDES(String key) {
        check("3des", key, 16, 24);
        return block("DESede", "DESede/ECB/NoPadding", key.length() == 16 ? key + key.substring(0, 8) : key, 8);
    }

    private static final byte[] BOX = Texts.bytes(Texts.unhex(
            "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
                    + "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d351e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
                    + "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
                    + "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"));

    private static int sub(int x) {
        return BOX[x >>> 24] << 24 | (BOX[x >>> 16 & 255] & 255) << 16 | (BOX[x >>> 8 & 255] & 255) << 8 | BOX[x & 255] & 255;
    }

    /** The cipher of GB/T 32907. */
    static Block sm4(String key) {
        check("sm4", key, 16);
        int[] start = {0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc};
        ByteBuffer bytes = ByteBuffer.wrap(Texts.bytes(key));
        int[] k = new int[36];
        for (int i = 0; i < 4; i++) {
            k[i] = bytes.getInt() ^ start[i];
        }
        int[] keys = new int[32];
        int[] reversed = new int[32];
        for (int i = 0; i < 32; i++) {
            int ck = 0;
            for (int j = 0; j < 4; j++) {
                ck = ck << 8 | (4 * i + j) * 7 & 255;
            }
            int b = sub(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck);
            k[i + 4] = k[i] ^ b ^ Integer.rotateLeft(b, 13) ^ Integer.rotateLeft(b, 23);
            keys[i] = k[i + 4];
            reversed[31 - i] = k[i + 4];
        }
        return new Block(16, block -> sm4(block, keys), block -> sm4(block, reversed));
    }

    private static String sm4(String block, int[] keys) {
        ByteBuffer in = ByteBuffer.wrap(Texts.bytes(block));
        int[] x = new int[36];
        for (int i = 0; i < 4; i++) {
            x[i] = in.getInt();
        }
        for (int i = 0; i < 32; i++) {
            int b = sub(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ keys[i]);
            x[i + 4] = x[i] ^ b ^ Integer.rotateLeft(b, 2) ^ Integer.rotateLeft(b, 10) ^ Integer.rotateLeft(b, 18) ^ Integer.rotateLeft(b, 24);
        }
        ByteBuffer out = ByteBuffer.allocate(16);
        for (int i = 35; i >= 32; i--) {
            out.putInt(x[i]);
        }
        return Texts.of(out.array());
    }

    private static String start(int size, String iv) {
        if (iv.length() != size) {
            throw new ProtocolException("the iv has another length");
        }
        return iv;
    }

    private static String padded(String x, int pad, int size) {
        if (pad == 0) {
            return x + Texts.zeros((size - x.length() % size) % size);
        }
        if (pad < 0) {
            if (x.length() % size != 0) {
                throw new ProtocolException("the text is not a whole number of blocks");
            }
            return x;
        }
        int more = pad - x.length() % pad;
        return x + String.valueOf((char) more).repeat(more);
    }

    private static String unpadded(String x, int pad) {
        if (pad == 0) {
            return x.replaceFirst("\0+$", "");
        }
        if (pad < 0) {
            return x;
        }
        int more = x.charAt(x.length() - 1);
        if (more < 1 || more > pad || more > x.length() || !x.endsWith(String.valueOf((char) more).repeat(more))) {
            throw new ProtocolException("wrong padding: another key, another iv, or not this cipher text");
        }
        return x.substring(0, x.length() - more);
    }

    private static void whole(String x, int size) {
        if (x.isEmpty() || x.length() % size != 0) {
            throw new ProtocolException(NOT_WHOLE);
        }
    }

    static String ecb(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String text = padded(x, o.pad, cipher.size);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i += cipher.size) {
            out.append(cipher.encrypt.apply(text.substring(i, i + cipher.size)));
        }
        return out.toString();
    }

    static String unecb(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        whole(x, cipher.size);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < x.length(); i += cipher.size) {
            out.append(cipher.decrypt.apply(x.substring(i, i + cipher.size)));
        }
        return unpadded(out.toString(), o.pad);
    }

    static String cbc(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String iv = o.prefix ? Texts.randomBytes(cipher.size) : start(cipher.size, o.iv);
        String text = padded(x, o.pad, cipher.size);
        StringBuilder out = new StringBuilder(o.prefix ? iv : "");
        String before = iv;
        for (int i = 0; i < text.length(); i += cipher.size) {
            before = cipher.encrypt.apply(xor(text.substring(i, i + cipher.size), before));
            out.append(before);
        }
        return out.toString();
    }

    static String uncbc(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String before = o.prefix ? first(x, cipher.size) : start(cipher.size, o.iv);
        String text = o.prefix ? x.substring(cipher.size) : x;
        whole(text, cipher.size);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i += cipher.size) {
            String block = text.substring(i, i + cipher.size);
            out.append(xor(cipher.decrypt.apply(block), before));
            before = block;
        }
        return unpadded(out.toString(), o.pad);
    }

    private static String counting(Block cipher, String x, String start) {
        byte[] counter = Texts.bytes(start);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < x.length(); i += cipher.size) {
            String mask = cipher.encrypt.apply(Texts.of(counter));
            out.append(xor(x.substring(i, Math.min(x.length(), i + cipher.size)), mask));
            for (int n = counter.length - 1; n >= 0 && ++counter[n] == 0; n--) {}
        }
        return out.toString();
    }

    static String ctr(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String iv = o.prefix ? Texts.randomBytes(cipher.size) : start(cipher.size, o.iv);
        return (o.prefix ? iv : "") + counting(cipher, x, iv);
    }

    static String unctr(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String iv = o.prefix ? first(x, cipher.size) : start(cipher.size, o.iv);
        return counting(cipher, o.prefix ? x.substring(cipher.size) : x, iv);
    }

    private static final BigInteger GCM = BigInteger.valueOf(0xe1).shiftLeft(120);

    private static String gcmTag(Block cipher, String iv, String x, String aad) {
        BigInteger h = Texts.big(cipher.encrypt.apply(Texts.zeros(16)));
        String text = filled(aad) + filled(x) + sized(BigInteger.valueOf(8L * aad.length()), 8) + sized(BigInteger.valueOf(8L * x.length()), 8);
        BigInteger y = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i += 16) {
            y = y.xor(Texts.big(text.substring(i, i + 16)));
            BigInteger z = BigInteger.ZERO;
            BigInteger v = h;
            for (int bit = 127; bit >= 0; bit--) {
                z = y.testBit(bit) ? z.xor(v) : z;
                v = v.testBit(0) ? v.shiftRight(1).xor(GCM) : v.shiftRight(1);
            }
            y = z;
        }
        return counting(cipher, sized(y, 16), iv + "\0\0\0\1");
    }

    private static String filled(String x) {
        return x + Texts.zeros((16 - x.length() % 16) % 16);
    }

    static String gcm(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String iv = o.prefix ? Texts.randomBytes(12) : start(12, o.iv);
        String box = counting(cipher, x, iv + "\0\0\0\2");
        return (o.prefix ? iv : "") + box + gcmTag(cipher, iv, box, o.aad);
    }

    static String ungcm(String x, String key, Function<String, Block> make, Options o) {
        Block cipher = make.apply(key);
        String iv = o.prefix ? first(x, 12) : start(12, o.iv);
        String text = o.prefix ? x.substring(12) : x;
        String tag = Texts.last(text, 16);
        String box = text.substring(0, text.length() - 16);
        if (!Texts.same(tag, gcmTag(cipher, iv, box, o.aad))) {
            throw new ProtocolException("the tag differs: another key, or it was changed");
        }
        return counting(cipher, box, iv + "\0\0\0\2");
    }
}
