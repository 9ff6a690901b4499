<?php

declare(strict_types=1);

namespace Jiekou;

/** Key pairs: RSA and P-256 by OpenSSL, Ed25519 by sodium, SM2 in GMP's integers. */
final class Pairs
{
    private const CANNOT = 'it cannot be decrypted: another key, or not this cipher text';
    private const RSA = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    private const P256 = "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    private const EC = "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";

    public static function readRSA(string $text): Pair
    {
        $out = new Pair();
        foreach (Der::blocks($text) as $bare) {
            $node = Der::of($bare);
            $info = $node->info();
            if ($info !== null) {
                $out->public = self::open(Der::pem('PUBLIC KEY', $info->whole));
            } elseif (count($node->items) === 2) {
                $out->public = self::open(Der::pem('PUBLIC KEY', Der::write(0x30, self::RSA, Der::write(3, "\0", $node->whole))));
            } else {
                $wrapped = count($node->items) > 2 && $node->items[1]->tag === 0x30;
                self::secret($out, Der::pem($wrapped ? 'PRIVATE KEY' : 'RSA PRIVATE KEY', $node->whole));
            }
        }
        return $out;
    }

    private static function open(string $pem): \OpenSSLAsymmetricKey
    {
        $key = openssl_pkey_get_public($pem);
        return $key === false ? throw new ProtocolException('no well-formed key') : $key;
    }

    private static function secret(Pair $out, string $pem): void
    {
        $key = openssl_pkey_get_private($pem);
        $details = $key === false ? false : openssl_pkey_get_details($key);
        if ($key === false || $details === false) {
            throw new ProtocolException('no well-formed key');
        }
        $out->private = $key;
        $out->public ??= self::open($details['key']);
    }

    public static function rsaSign(string $x, Pair $key, string $digest): string
    {
        return openssl_sign($x, $sig, $key->private(), $digest) ? $sig : throw new ProtocolException('it cannot be signed');
    }

    public static function rsaVerify(string $x, string $sig, Pair $key, string $digest): bool
    {
        return openssl_verify($x, $sig, $key->public(), $digest) === 1;
    }

    /** MGF1 of RFC 8017. */
    private static function mask(string $seed, int $length, string $digest): string
    {
        $out = '';
        for ($n = 0; strlen($out) < $length; $n++) {
            $out .= hash($digest, $seed . Texts::bytes($n, 4), true);
        }
        return substr($out, 0, $length);
    }

    public static function rsaPSS(string $x, Pair $key, string $digest): string
    {
        $private = $key->private();
        $bits = $key->bits() - 1;
        $size = intdiv($bits + 7, 8);
        $hash = hash($digest, $x, true);
        $salt = random_bytes(strlen($hash));
        $h = hash($digest, Texts::zeros(8) . $hash . $salt, true);
        $db = Texts::zeros($size - 2 * strlen($h) - 2) . "\1" . $salt;
        $masked = $db ^ self::mask($h, strlen($db), $digest);
        $masked[0] = chr(ord($masked[0]) & (255 >> (8 * $size - $bits)));
        return self::raw($masked . $h . "\xbc", $private, $key->size());
    }

    public static function rsaPSSVerify(string $x, string $sig, Pair $key, string $digest): bool
    {
        $bits = $key->bits() - 1;
        $size = intdiv($bits + 7, 8);
        if (strlen($sig) !== $key->size()) {
            return false;
        }
        $em = substr(self::unraw($sig, $key->public()), $key->size() - $size);
        $n = strlen(hash($digest, '', true));
        if ($size < $n + 2 || $em[-1] !== "\xbc") {
            return false;
        }
        [$masked, $h] = [substr($em, 0, $size - $n - 1), substr($em, $size - $n - 1, $n)];
        $db = $masked ^ self::mask($h, strlen($masked), $digest);
        $db[0] = chr(ord($db[0]) & (255 >> (8 * $size - $bits)));
        $db = ltrim($db, "\0");
        return ($db[0] ?? '') === "\1" && Texts::same($h, hash($digest, Texts::zeros(8) . hash($digest, $x, true) . substr($db, 1), true));
    }

    /** The number of the private half, without padding. */
    private static function raw(string $x, \OpenSSLAsymmetricKey $key, int $size): string
    {
        $x = str_pad($x, $size, "\0", STR_PAD_LEFT);
        return openssl_private_encrypt($x, $out, $key, OPENSSL_NO_PADDING) ? $out : throw new ProtocolException(self::CANNOT);
    }

    /** The number of the public half, without padding. */
    private static function unraw(string $x, \OpenSSLAsymmetricKey $key): string
    {
        return openssl_public_decrypt($x, $out, $key, OPENSSL_NO_PADDING) ? $out : throw new ProtocolException(self::CANNOT);
    }

    /** @param \Closure(string): string $one */
    private static function pieces(string $x, int $size, \Closure $one): string
    {
        if ($size <= 0) {
            throw new ProtocolException('the key is too short');
        }
        return implode('', array_map($one, str_split($x, $size)));
    }

    /** @param \Closure(string): string $one */
    private static function unpieces(string $x, int $size, \Closure $one): string
    {
        if ($x === '' || strlen($x) % $size !== 0) {
            throw new ProtocolException('the cipher text is not a whole number of blocks');
        }
        return self::pieces($x, $size, $one);
    }

    public static function rsaEncrypt(string $x, Pair $key): string
    {
        $public = $key->public();
        return self::pieces($x, $key->size() - 11, static fn (string $block): string => openssl_public_encrypt($block, $out, $public) ? $out : throw new ProtocolException('it cannot be encrypted'));
    }

    public static function unrsaEncrypt(string $x, Pair $key): string
    {
        $private = $key->private();
        $size = $key->size();
        return self::unpieces($x, $size, static fn (string $block): string => self::bare('/\A\x00\x02[^\x00]{8,}\x00(.*)\z/s', self::raw($block, $private, $size)));
    }

    private static function bare(string $pattern, string $whole): string
    {
        return preg_match($pattern, $whole, $found) === 1 ? $found[1] : throw new ProtocolException(self::CANNOT);
    }

    /** Encrypts with the private half, as some gateways do: a signature without its digest. */
    public static function rsaPrivateEncrypt(string $x, Pair $key): string
    {
        $private = $key->private();
        return self::pieces($x, $key->size() - 11, static fn (string $block): string => openssl_private_encrypt($block, $out, $private) ? $out : throw new ProtocolException('it cannot be encrypted'));
    }

    public static function unrsaPrivateEncrypt(string $x, Pair $key): string
    {
        $public = $key->public();
        return self::unpieces($x, $key->size(), static fn (string $block): string => self::bare('/\A\x00\x01\xff{8,}\x00(.*)\z/s', self::unraw($block, $public)));
    }

    public static function rsaOAEP(string $x, Pair $key, string $digest): string
    {
        $public = $key->public();
        $size = $key->size();
        $n = strlen(hash($digest, '', true));
        return self::pieces($x, $size - 2 * $n - 2, static function (string $block) use ($public, $size, $n, $digest): string {
            $seed = random_bytes($n);
            $db = hash($digest, '', true) . Texts::zeros($size - 2 * $n - 2 - strlen($block)) . "\1" . $block;
            $masked = $db ^ self::mask($seed, strlen($db), $digest);
            $whole = "\0" . ($seed ^ self::mask($masked, $n, $digest)) . $masked;
            return openssl_public_encrypt($whole, $out, $public, OPENSSL_NO_PADDING) ? $out : throw new ProtocolException('it cannot be encrypted');
        });
    }

    public static function unrsaOAEP(string $x, Pair $key, string $digest): string
    {
        $private = $key->private();
        $size = $key->size();
        $n = strlen(hash($digest, '', true));
        return self::unpieces($x, $size, static function (string $block) use ($private, $size, $n, $digest): string {
            $whole = self::raw($block, $private, $size);
            $masked = substr($whole, 1 + $n);
            $db = $masked ^ self::mask(substr($whole, 1, $n) ^ self::mask($masked, $n, $digest), strlen($masked), $digest);
            $rest = ltrim(substr($db, $n), "\0");
            if ($whole[0] !== "\0" || !Texts::same(hash($digest, '', true), substr($db, 0, $n)) || ($rest[0] ?? '') !== "\1") {
                throw new ProtocolException(self::CANNOT);
            }
            return substr($rest, 1);
        });
    }

    /** A pair of Ed25519, whose halves are texts. */
    public static function readEdwards(string $text): Edwards
    {
        if (!function_exists('sodium_crypto_sign_detached')) {
            throw new ProtocolException('Ed25519 needs the extension sodium');
        }
        $out = new Edwards();
        foreach (Der::blocks($text) as $bare) {
            $node = Der::of($bare);
            $public = $node->publicKey();
            if ($public !== null) {
                $out->public = $public;
                continue;
            }
            $pair = sodium_crypto_sign_seed_keypair(Texts::fixed(Der::read($node->items[2]->text)->text, 32));
            $out->private = sodium_crypto_sign_secretkey($pair);
            $out->public = $out->public === '' ? sodium_crypto_sign_publickey($pair) : $out->public;
        }
        return $out;
    }

    public static function ed25519(string $x, Edwards $key): string
    {
        return $key->private === '' ? throw Pair::half() : sodium_crypto_sign_detached($x, $key->private);
    }

    public static function ed25519Verify(string $x, string $sig, Edwards $key): bool
    {
        if ($key->public === '') {
            throw Pair::half();
        }
        return strlen($sig) === 64 && sodium_crypto_sign_verify_detached($sig, $x, $key->public);
    }

    /** A pair of P-256: PEM, the base64 of its DER, or hexadecimal digits. */
    public static function readP256(string $text): Pair
    {
        $out = new Pair();
        $kind = Der::write(0x30, self::EC, self::P256);
        foreach (Der::blocks($text) as $bare) {
            if (preg_match('/\A[0-9a-fA-F]{64}\z/', $bare) === 1) {
                self::secret($out, Der::pem('EC PRIVATE KEY', Der::write(0x30, Der::number("\1"), Der::write(4, (string) hex2bin($bare)), Der::write(0xA0, self::P256))));
                continue;
            }
            if (preg_match('/\A04[0-9a-fA-F]{128}\z/', $bare) === 1) {
                $out->public = self::open(Der::pem('PUBLIC KEY', Der::write(0x30, $kind, Der::write(3, "\0", (string) hex2bin($bare)))));
                continue;
            }
            $node = Der::of($bare);
            $info = $node->info();
            if ($info !== null) {
                $out->public = self::open(Der::pem('PUBLIC KEY', $info->whole));
            } else {
                self::secret($out, Der::pem($node->items[1]->tag === 0x30 ? 'PRIVATE KEY' : 'EC PRIVATE KEY', $node->whole));
            }
        }
        return $out;
    }

    public static function ecdsa(string $x, Pair $key, bool $bare): string
    {
        $sig = self::rsaSign($x, $key, 'sha256');
        if (!$bare) {
            return $sig;
        }
        [$r, $s] = Der::read($sig)->items;
        return self::sized($r->text) . self::sized($s->text);
    }

    private static function sized(string $number): string
    {
        return str_pad(ltrim($number, "\0"), 32, "\0", STR_PAD_LEFT);
    }

    public static function ecdsaVerify(string $x, string $sig, Pair $key, bool $bare): bool
    {
        if ($bare) {
            $sig = strlen($sig) === 64 ? Der::write(0x30, Der::number(substr($sig, 0, 32)), Der::number(substr($sig, 32))) : '';
        }
        return self::rsaVerify($x, $sig, $key, 'sha256');
    }
}

/** The halves of a key pair that OpenSSL has. */
final class Pair
{
    public ?\OpenSSLAsymmetricKey $private = null;
    public ?\OpenSSLAsymmetricKey $public = null;

    public static function half(): ProtocolException
    {
        return new ProtocolException('the half of the key pair that is needed is not there');
    }

    public function private(): \OpenSSLAsymmetricKey
    {
        return $this->private ?? throw self::half();
    }

    public function public(): \OpenSSLAsymmetricKey
    {
        return $this->public ?? throw self::half();
    }

    public function bits(): int
    {
        $details = openssl_pkey_get_details($this->public());
        return $details === false ? throw self::half() : (int) $details['bits'];
    }

    public function size(): int
    {
        return intdiv($this->bits() + 7, 8);
    }
}

/** The halves of a pair of Ed25519; empty: not there. */
final class Edwards
{
    public string $private = '';
    public string $public = '';
}
