<?php

declare(strict_types=1);

namespace Jiekou;

/** SM2 of GB/T 32918, in GMP's integers. */
final class Sm2
{
    private const P = '0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF';
    private const B = '0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93';
    private const N = '0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123';
    private const X = '0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7';
    private const Y = '0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0';

    private ?\GMP $d = null;

    /** @var ?array{\GMP, \GMP} */
    private ?array $point = null;

    /** Reads a pair: PEM, the base64 of its DER, or hexadecimal digits. */
    public static function read(string $text): self
    {
        if (!function_exists('gmp_init')) {
            throw new ProtocolException('SM2 needs the extension gmp');
        }
        $out = new self();
        foreach (Der::blocks($text) as $bare) {
            if (preg_match('/\A[0-9a-fA-F]{64}\z/', $bare) === 1) {
                $out->d = gmp_init($bare, 16);
            } elseif (preg_match('/\A04[0-9a-fA-F]{128}\z/', $bare) === 1) {
                $out->point = [gmp_init(substr($bare, 2, 64), 16), gmp_init(substr($bare, 66), 16)];
            } else {
                $out->take(Der::of($bare));
            }
        }
        if ($out->d !== null) {
            $out->point = self::multiply($out->d, self::base());
        }
        return $out;
    }

    private function take(Der $node): void
    {
        $public = $node->publicKey();
        if ($public !== null) {
            $this->point = [self::number(substr(Texts::fixed($public, 65), 1, 32)), self::number(substr($public, 33))];
        } elseif ($node->items[1]->tag === 0x30) {
            $this->take(Der::read($node->items[2]->text));
        } else {
            $this->d = self::number($node->items[1]->text);
        }
    }

    private static function number(string $x): \GMP
    {
        return gmp_import($x === '' ? "\0" : $x);
    }

    private static function bytes(\GMP $n): string
    {
        return str_pad(gmp_export($n), 32, "\0", STR_PAD_LEFT);
    }

    /** @return array{\GMP, \GMP} */
    private static function base(): array
    {
        return [gmp_init(self::X), gmp_init(self::Y)];
    }

    /**
     * @param ?array{\GMP, \GMP} $one
     * @param ?array{\GMP, \GMP} $two
     * @return ?array{\GMP, \GMP} nothing is the point at infinity
     */
    private static function add(?array $one, ?array $two): ?array
    {
        if ($one === null || $two === null) {
            return $one ?? $two;
        }
        $p = gmp_init(self::P);
        [[$x1, $y1], [$x2, $y2]] = [$one, $two];
        if ($x1 == $x2 && ($y1 != $y2 || $y1 == 0)) {
            return null;
        }
        $slope = $x1 == $x2 ? (3 * $x1 * $x1 - 3) * gmp_invert(2 * $y1, $p) : ($y2 - $y1) * gmp_invert($x2 - $x1, $p);
        $x = gmp_mod($slope * $slope - $x1 - $x2, $p);
        return [$x, gmp_mod($slope * ($x1 - $x) - $y1, $p)];
    }

    /**
     * @param array{\GMP, \GMP} $point
     * @return ?array{\GMP, \GMP}
     */
    private static function multiply(\GMP $n, array $point): ?array
    {
        $out = null;
        $add = $point;
        foreach (str_split(strrev(gmp_strval($n, 2))) as $bit) {
            $out = $bit === '1' ? self::add($out, $add) : $out;
            $add = self::add($add, $add);
        }
        return $out;
    }

    /** @param array{\GMP, \GMP} $point */
    private static function has(array $point): bool
    {
        [$x, $y] = $point;
        $p = gmp_init(self::P);
        return $x < $p && $y < $p && gmp_mod($y * $y - ($x * $x * $x - 3 * $x + gmp_init(self::B)), $p) == 0;
    }

    private function secret(): \GMP
    {
        return $this->d ?? throw self::half();
    }

    /** @return array{\GMP, \GMP} */
    private function open(): array
    {
        return $this->point !== null && self::has($this->point) ? $this->point : throw self::half();
    }

    private static function half(): ProtocolException
    {
        return new ProtocolException('the half of the key pair that is needed is not there');
    }

    /** The digest that a signature is over. */
    private static function digest(string $x, self $key, string $ident): \GMP
    {
        [$px, $py] = $key->open();
        $head = Texts::bytes(8 * strlen($ident), 2) . $ident;
        foreach ([gmp_init(self::P) - 3, gmp_init(self::B), ...self::base(), $px, $py] as $n) {
            $head .= self::bytes($n);
        }
        return self::number(Texts::sm3(Texts::sm3($head) . $x));
    }

    private static function random(): \GMP
    {
        return gmp_random_range(1, gmp_init(self::N) - 1);
    }

    public static function sm2(string $x, self $key, string $ident, bool $bare): string
    {
        $d = $key->secret();
        $n = gmp_init(self::N);
        $e = self::digest($x, $key, $ident);
        while (true) {
            $k = self::random();
            $r = gmp_mod($e + (self::multiply($k, self::base()) ?? throw self::half())[0], $n);
            $s = gmp_mod(gmp_invert(1 + $d, $n) * ($k - $r * $d), $n);
            if ($r != 0 && $s != 0 && $r + $k != $n) {
                return $bare ? self::bytes($r) . self::bytes($s) : Der::write(0x30, Der::number(gmp_export($r)), Der::number(gmp_export($s)));
            }
        }
    }

    public static function sm2Verify(string $x, string $sig, self $key, string $ident, bool $bare): bool
    {
        if ($bare) {
            $parts = strlen($sig) === 64 ? str_split($sig, 32) : ["\0", "\0"];
        } else {
            $parts = array_map(static fn (Der $one): string => $one->text, Der::read($sig)->items);
        }
        [$r, $s, $n] = [self::number($parts[0] ?? ''), self::number($parts[1] ?? ''), gmp_init(self::N)];
        if ($r <= 0 || $r >= $n || $s <= 0 || $s >= $n || gmp_mod($r + $s, $n) == 0) {
            return false;
        }
        $total = self::add(self::multiply($s, self::base()), self::multiply(gmp_mod($r + $s, $n), $key->open()));
        return $total !== null && gmp_mod(self::digest($x, $key, $ident) + $total[0], $n) == $r;
    }

    private static function mask(string $shared, string $x): string
    {
        $mask = '';
        for ($n = 1; strlen($mask) < strlen($x); $n++) {
            $mask .= Texts::sm3($shared . Texts::bytes($n, 4));
        }
        return $x ^ $mask;
    }

    public static function sm2Encrypt(string $x, self $key, string $order): string
    {
        if ($x === '') {
            throw new ProtocolException('SM2 encrypts no empty text');
        }
        $k = self::random();
        $c1 = self::multiply($k, self::base());
        $shared = self::multiply($k, $key->open());
        if ($c1 === null || $shared === null) {
            throw self::half();
        }
        [$one, $two] = [self::bytes($shared[0]), self::bytes($shared[1])];
        [$left, $right] = [self::bytes($c1[0]), self::bytes($c1[1])];
        [$c2, $c3] = [self::mask($one . $two, $x), Texts::sm3($one . $x . $two)];
        if ($order === 'der') {
            return Der::write(0x30, Der::number($left), Der::number($right), Der::write(4, $c3), Der::write(4, $c2));
        }
        return "\4" . $left . $right . ($order === 'c1c2c3' ? $c2 . $c3 : $c3 . $c2);
    }

    public static function unsm2Encrypt(string $x, self $key, string $order): string
    {
        $cannot = new ProtocolException('it cannot be decrypted: another key, or not this cipher text');
        if ($order === 'der') {
            [$left, $right, $c3, $c2] = array_map(static fn (Der $one): string => $one->text, Der::read($x)->items) + ['', '', '', ''];
        } else {
            [$left, $right, $rest] = [substr($x, 1, 32), substr($x, 33, 32), substr($x, 65)];
            [$c3, $c2] = $order === 'c1c2c3' ? [substr($rest, -32), substr($rest, 0, -32)] : [substr($rest, 0, 32), substr($rest, 32)];
        }
        $c1 = [self::number($left), self::number($right)];
        $shared = self::has($c1) ? self::multiply($key->secret(), $c1) : null;
        if ($shared === null) {
            throw $cannot;
        }
        [$one, $two] = [self::bytes($shared[0]), self::bytes($shared[1])];
        $out = self::mask($one . $two, $c2);
        if (!Texts::same(Texts::sm3($one . $out . $two), $c3)) {
            throw $cannot;
        }
        return $out;
    }
}
