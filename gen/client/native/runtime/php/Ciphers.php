<?php

declare(strict_types=1);

namespace Jiekou;

/** Block ciphers in the modes that protocols have, by OpenSSL. */
final class Ciphers
{
    private const NOT_WHOLE = 'the cipher text is not a whole number of blocks';

    private static function size(string $cipher): int
    {
        return $cipher === 'aes' || $cipher === 'sm4' ? 16 : 8;
    }

    /** One pass of a mode without padding. DES is 3DES with one key, which every OpenSSL has. */
    private static function run(string $cipher, string $mode, string $x, string $key, string $iv, bool $encrypting): string
    {
        $lengths = ['aes' => [16, 24, 32], 'sm4' => [16], 'des' => [8], 'tripleDES' => [16, 24]][$cipher];
        if (!in_array(strlen($key), $lengths, true)) {
            throw new ProtocolException('the key has ' . strlen($key) . " bytes, $cipher takes " . implode(' or ', $lengths));
        }
        $name = match ($cipher) {
            'aes' => 'aes-' . 8 * strlen($key) . '-',
            'sm4' => 'sm4-',
            default => 'des-ede3-',
        };
        $key = substr(str_repeat($key, 3), 0, $name === 'des-ede3-' ? 24 : strlen($key));
        $name = str_replace('des-ede3-ecb', 'des-ede3', $name . $mode);
        $options = OPENSSL_RAW_DATA | OPENSSL_ZERO_PADDING;
        $out = $x === '' ? '' : ($encrypting ? @openssl_encrypt($x, $name, $key, $options, $iv) : @openssl_decrypt($x, $name, $key, $options, $iv));
        if ($out === false) {
            throw new ProtocolException("the OpenSSL of this PHP has no $name");
        }
        return $out;
    }

    // pad is the block of PKCS #7; 0 pads with zeros, -1 does not pad.

    private static function padded(string $x, int $pad, int $size): string
    {
        if ($pad === 0) {
            return str_pad($x, (int) ceil(strlen($x) / $size) * $size, "\0");
        }
        if ($pad < 0) {
            if (strlen($x) % $size !== 0) {
                throw new ProtocolException('the text is not a whole number of blocks');
            }
            return $x;
        }
        $more = $pad - strlen($x) % $pad;
        return $x . str_repeat(chr($more), $more);
    }

    private static function unpadded(string $x, int $pad): string
    {
        if ($pad === 0) {
            return rtrim($x, "\0");
        }
        if ($pad < 0) {
            return $x;
        }
        $more = ord($x[-1]);
        if ($more < 1 || $more > min($pad, strlen($x)) || substr($x, -$more) !== str_repeat($x[-1], $more)) {
            throw new ProtocolException('wrong padding: another key, another iv, or not this cipher text');
        }
        return substr($x, 0, -$more);
    }

    private static function whole(string $x, int $size): string
    {
        if ($x === '' || strlen($x) % $size !== 0) {
            throw new ProtocolException(self::NOT_WHOLE);
        }
        return $x;
    }

    private static function start(int $size, string $iv): string
    {
        if (strlen($iv) !== $size) {
            throw new ProtocolException('the iv has another length');
        }
        return $iv;
    }

    public static function ecb(string $x, string $key, string $cipher, int $pad): string
    {
        return self::run($cipher, 'ecb', self::padded($x, $pad, self::size($cipher)), $key, '', true);
    }

    public static function unecb(string $x, string $key, string $cipher, int $pad): string
    {
        return self::unpadded(self::run($cipher, 'ecb', self::whole($x, self::size($cipher)), $key, '', false), $pad);
    }

    public static function cbc(string $x, string $key, string $cipher, int $pad, string $iv = '', bool $prefix = false): string
    {
        $size = self::size($cipher);
        $iv = $prefix ? random_bytes($size) : self::start($size, $iv);
        return ($prefix ? $iv : '') . self::run($cipher, 'cbc', self::padded($x, $pad, $size), $key, $iv, true);
    }

    public static function uncbc(string $x, string $key, string $cipher, int $pad, string $iv = '', bool $prefix = false): string
    {
        $size = self::size($cipher);
        if ($prefix) {
            [$iv, $x] = [Texts::first($x, $size), substr($x, $size)];
        }
        return self::unpadded(self::run($cipher, 'cbc', self::whole($x, $size), $key, self::start($size, $iv), false), $pad);
    }

    public static function ctr(string $x, string $key, string $cipher, string $iv = '', bool $prefix = false): string
    {
        $iv = $prefix ? random_bytes(16) : self::start(16, $iv);
        return ($prefix ? $iv : '') . self::run($cipher, 'ctr', $x, $key, $iv, true);
    }

    public static function unctr(string $x, string $key, string $cipher, string $iv = '', bool $prefix = false): string
    {
        if ($prefix) {
            [$iv, $x] = [Texts::first($x, 16), substr($x, 16)];
        }
        return self::run($cipher, 'ctr', $x, $key, self::start(16, $iv), false);
    }

    public static function gcm(string $x, string $key, string $cipher, string $iv = '', bool $prefix = false, string $aad = ''): string
    {
        $iv = $prefix ? random_bytes(12) : self::start(12, $iv);
        if ($cipher === 'aes') {
            $tag = '';
            $box = openssl_encrypt($x, self::aesGCM($key), $key, OPENSSL_RAW_DATA, $iv, $tag, $aad, 16) . $tag;
        } else {
            $box = self::run($cipher, 'ctr', $x, $key, $iv . "\0\0\0\2", true);
            $box .= self::tag($box, $key, $cipher, $iv, $aad);
        }
        return ($prefix ? $iv : '') . $box;
    }

    public static function ungcm(string $x, string $key, string $cipher, string $iv = '', bool $prefix = false, string $aad = ''): string
    {
        if ($prefix) {
            [$iv, $x] = [Texts::first($x, 12), substr($x, 12)];
        }
        if (strlen($x) < 16) {
            throw new ProtocolException('the tag is missing');
        }
        [$box, $tag, $iv] = [substr($x, 0, -16), substr($x, -16), self::start(12, $iv)];
        if ($cipher === 'aes') {
            $out = openssl_decrypt($box, self::aesGCM($key), $key, OPENSSL_RAW_DATA, $iv, $tag, $aad);
        } else {
            $out = Texts::same($tag, self::tag($box, $key, $cipher, $iv, $aad)) ? self::run($cipher, 'ctr', $box, $key, $iv . "\0\0\0\2", false) : false;
        }
        if ($out === false) {
            throw new ProtocolException('the tag differs: another key, or it was changed');
        }
        return $out;
    }

    private static function aesGCM(string $key): string
    {
        if (!in_array(strlen($key), [16, 24, 32], true)) {
            throw new ProtocolException('the key has ' . strlen($key) . ' bytes, aes takes 16 or 24 or 32');
        }
        return 'aes-' . 8 * strlen($key) . '-gcm';
    }

    /** The tag of GCM for a cipher that OpenSSL has in other modes only. */
    private static function tag(string $box, string $key, string $cipher, string $iv, string $aad): string
    {
        $h = self::run($cipher, 'ecb', Texts::zeros(16), $key, '', true);
        $y = Texts::zeros(16);
        $blocks = self::padded($aad, 0, 16) . self::padded($box, 0, 16) . Texts::bytes(8 * strlen($aad), 8) . Texts::bytes(8 * strlen($box), 8);
        foreach (str_split($blocks, 16) as $block) {
            $y = self::times($y ^ $block, $h);
        }
        return $y ^ self::run($cipher, 'ecb', $iv . "\0\0\0\1", $key, '', true);
    }

    /** A product in the field of GCM. */
    private static function times(string $x, string $h): string
    {
        $z = Texts::zeros(16);
        [$high, $low] = array_values((array) unpack('J2', $h));
        for ($i = 0; $i < 128; $i++) {
            if ((ord($x[$i >> 3]) >> (7 - ($i & 7)) & 1) === 1) {
                $z ^= pack('J2', $high, $low);
            }
            $odd = $low & 1;
            $low = ($low >> 1 & PHP_INT_MAX) | ($high << 63);
            $high = $high >> 1 & PHP_INT_MAX;
            if ($odd === 1) {
                $high ^= 0xe1 << 56;
            }
        }
        return $z;
    }
}
