<?php

declare(strict_types=1);

namespace Jiekou;

/** Texts of messages, byte by byte: how they are encoded, cut and compared. */
final class Texts
{
    private const BLANKS = '\t\n\v\f\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}';
    private const MOST = 16 << 20; // bytes that a compressed text may have

    /** The text as it is, which must be UTF-8. */
    public static function string(string $x): string
    {
        if (!self::isText($x)) {
            throw new ProtocolException('not UTF-8');
        }
        return $x;
    }

    public static function isText(string $x): bool
    {
        return preg_match('//u', $x) === 1;
    }

    /** Compares in a time that does not depend on the bytes. */
    public static function same(string $one, string $two): bool
    {
        return hash_equals($one, $two);
    }

    public static function hex(string $x): string
    {
        return bin2hex($x);
    }

    public static function unhex(string $x): string
    {
        if (strlen($x) % 2 === 1 || preg_match('/[^0-9a-f]/', $x) === 1) {
            throw ProtocolException::form('the hexadecimal text');
        }
        return (string) hex2bin($x);
    }

    public static function hexUpper(string $x): string
    {
        return strtoupper(bin2hex($x));
    }

    public static function unhexUpper(string $x): string
    {
        if (preg_match('/[a-f]/', $x) === 1) {
            throw ProtocolException::form('the hexadecimal text');
        }
        return self::unhex(strtolower($x));
    }

    public static function base64(string $x, bool $breaks = false): string
    {
        return base64_encode($x);
    }

    public static function base64Bare(string $x, bool $breaks = false): string
    {
        return rtrim(base64_encode($x), '=');
    }

    public static function base64url(string $x, bool $breaks = false): string
    {
        return rtrim(self::base64urlPadded($x), '=');
    }

    public static function base64urlPadded(string $x, bool $breaks = false): string
    {
        return strtr(base64_encode($x), '+/', '-_');
    }

    public static function unbase64(string $x, bool $breaks = false): string
    {
        if ($breaks) {
            $x = str_replace(["\r", "\n"], '', $x);
        }
        if (strlen($x) % 4 !== 0) {
            throw ProtocolException::form('the base64');
        }
        return self::unbase64Bare((string) preg_replace('/={1,2}\z/', '', $x));
    }

    public static function unbase64Bare(string $x, bool $breaks = false, bool $loose = false): string
    {
        if ($breaks) {
            $x = str_replace(["\r", "\n"], '', $x);
        }
        if (preg_match('~[^A-Za-z0-9+/]~', $x) === 1 || strlen($x) % 4 === 1) {
            throw ProtocolException::form('the base64');
        }
        $out = (string) base64_decode($x, true);
        if (!$loose && self::base64Bare($out) !== $x) {
            throw ProtocolException::form('the base64');
        }
        return $out;
    }

    public static function unbase64url(string $x, bool $breaks = false): string
    {
        return self::unbase64Bare(self::common($x), $breaks);
    }

    public static function unbase64urlPadded(string $x, bool $breaks = false): string
    {
        return self::unbase64(self::common($x), $breaks);
    }

    private static function common(string $x): string
    {
        if (strpbrk($x, '+/') !== false) {
            throw ProtocolException::form('the base64');
        }
        return strtr($x, '-_', '+/');
    }

    /** Escapes all but letters, digits and what is safe. */
    public static function url(string $x, string $safe, bool $plus, bool $low = false): string
    {
        return (string) preg_replace_callback('/[^A-Za-z0-9]/', static function (array $found) use ($safe, $plus, $low): string {
            $ch = $found[0];
            if (str_contains($safe, $ch)) {
                return $ch;
            }
            if ($ch === ' ' && $plus) {
                return '+';
            }
            return '%' . ($low ? bin2hex($ch) : self::hexUpper($ch));
        }, $x);
    }

    public static function unurl(string $x, string $safe, bool $plus, bool $low = false): string
    {
        if (preg_match('/%(?![0-9a-fA-F]{2})/', $x) === 1) {
            throw ProtocolException::form('the % escape');
        }
        return $plus ? urldecode($x) : rawurldecode($x);
    }

    public static function decimal(string $x): string
    {
        if (strlen($x) > 64) {
            throw ProtocolException::form();
        }
        $digits = [0];
        foreach (str_split($x) as $ch) {
            $carry = $x === '' ? 0 : ord($ch);
            foreach ($digits as $i => $digit) {
                $carry += $digit * 256;
                $digits[$i] = $carry % 10;
                $carry = intdiv($carry, 10);
            }
            for (; $carry > 0; $carry = intdiv($carry, 10)) {
                $digits[] = $carry % 10;
            }
        }
        return strrev(implode('', $digits));
    }

    /** A number with so many places. */
    public static function decimals(string $x, int $places): string
    {
        [$whole, $rest] = explode('.', $x . '.');
        $rest = rtrim($rest, '0');
        if (preg_match('/\A-?[0-9]+(?:\.[0-9]*)?\z/', $x) !== 1 || strlen($rest) > $places) {
            throw ProtocolException::form('the number');
        }
        return $whole . '.' . str_pad($rest, $places, '0');
    }

    public static function numberHex(string $x): string
    {
        if (preg_match('/\A(?:0|[1-9][0-9]{0,18})\z/', $x) !== 1 || (string) (int) $x !== $x) {
            throw ProtocolException::form('the number');
        }
        return dechex((int) $x);
    }

    public static function unnumberHex(string $x): string
    {
        if (preg_match('/\A(?:0|[1-9a-f][0-9a-f]{0,15})\z/', $x) !== 1 || !is_int($number = hexdec($x))) {
            throw ProtocolException::form('the number');
        }
        return (string) $number;
    }

    public static function numberHexUpper(string $x): string
    {
        return strtoupper(self::numberHex($x));
    }

    public static function unnumberHexUpper(string $x): string
    {
        if (preg_match('/[a-f]/', $x) === 1) {
            throw ProtocolException::form('the number');
        }
        return self::unnumberHex(strtolower($x));
    }

    /** A number of so many bytes, the high ones first. */
    public static function bytes(int $n, int $size): string
    {
        $out = '';
        for (; $size > 0; $size--) {
            $out = chr($n & 255) . $out;
            $n >>= 8;
        }
        return $out;
    }

    /** A number as so many bytes, the low ones first, or as so many digits. */
    private static function sized(int $n, int $size, string $how): string
    {
        if ($how === 'digits' ? strlen((string) $n) > $size : $size < 8 && $n >> (8 * $size) > 0) {
            throw ProtocolException::form();
        }
        if ($how === 'digits') {
            return str_pad((string) $n, $size, '0', STR_PAD_LEFT);
        }
        return $how === 'little' ? strrev(self::bytes($n, $size)) : self::bytes($n, $size);
    }

    private static function number(string $x, int $size, string $how): int
    {
        $head = substr($x, 0, $size);
        if (strlen($head) < $size || $how === 'digits' && !ctype_digit($head)) {
            throw ProtocolException::form();
        }
        return $how === 'digits' ? (int) $head : (int) hexdec(bin2hex($how === 'little' ? strrev($head) : $head));
    }

    public static function counted(string $x, int $size, string $how = ''): string
    {
        return self::sized(strlen($x), $size, $how) . $x;
    }

    /** How many bytes a counted text at the beginning of x takes. */
    public static function takeCounted(string $x, int $size, string $how = ''): int
    {
        $length = $size + self::number($x, $size, $how);
        if ($length > strlen($x)) {
            throw ProtocolException::form();
        }
        return $length;
    }

    public static function uncounted(string $x, int $size, string $how = ''): string
    {
        if (self::takeCounted($x, $size, $how) !== strlen($x)) {
            throw ProtocolException::form();
        }
        return substr($x, $size);
    }

    public static function numberBytes(string $x, int $size, string $how = ''): string
    {
        if (preg_match('/\A(0|[1-9][0-9]{0,18})\z/', $x) !== 1 || (string) (int) $x !== $x) {
            throw ProtocolException::form();
        }
        return self::sized((int) $x, $size, $how);
    }

    public static function unnumberBytes(string $x, int $size, string $how = ''): string
    {
        if (strlen($x) !== $size) {
            throw ProtocolException::form();
        }
        return (string) self::number($x, $size, $how);
    }

    public static function fixed(string $x, int $size): string
    {
        if (strlen($x) !== $size) {
            throw ProtocolException::form();
        }
        return $x;
    }

    public static function takeFixed(string $x, int $size): int
    {
        return strlen(self::first($x, $size));
    }

    private static function charset(string $x, string $name): string
    {
        $out = @iconv('UTF-8', $name, self::string($x));
        if ($out === false) {
            throw new ProtocolException('a character that the charset does not have');
        }
        return $out;
    }

    public static function latin1(string $x): string
    {
        return self::charset($x, 'ISO-8859-1');
    }

    public static function unlatin1(string $x): string
    {
        return (string) iconv('ISO-8859-1', 'UTF-8', $x);
    }

    public static function utf16le(string $x): string
    {
        return self::charset($x, 'UTF-16LE');
    }

    public static function unutf16le(string $x): string
    {
        return self::unutf16($x, 'UTF-16LE');
    }

    public static function utf16be(string $x): string
    {
        return self::charset($x, 'UTF-16BE');
    }

    public static function unutf16be(string $x): string
    {
        return self::unutf16($x, 'UTF-16BE');
    }

    private static function unutf16(string $x, string $name): string
    {
        $out = @iconv($name, 'UTF-8', $x);
        if ($out === false) {
            throw ProtocolException::form();
        }
        return $out;
    }

    public static function gbk(string $x): string
    {
        return self::charset($x, 'GBK');
    }

    public static function ungbk(string $x): string
    {
        $out = @iconv('GB18030', 'UTF-8', $x);
        if ($out === false) {
            throw new ProtocolException('not GBK');
        }
        return $out;
    }

    public static function gzip(string $x): string
    {
        return (string) gzencode($x);
    }

    public static function zlib(string $x): string
    {
        return (string) gzcompress($x);
    }

    private static function unpacked(string $x, int $encoding): string
    {
        $reader = inflate_init($encoding);
        $out = $reader === false ? false : @inflate_add($reader, $x, ZLIB_FINISH);
        if ($reader === false || $out === false || strlen($out) > self::MOST || inflate_get_status($reader) !== ZLIB_STREAM_END || inflate_get_read_len($reader) !== strlen($x)) {
            throw ProtocolException::form('the compressed text');
        }
        return $out;
    }

    public static function ungzip(string $x): string
    {
        return self::unpacked($x, ZLIB_ENCODING_GZIP);
    }

    public static function unzlib(string $x): string
    {
        return self::unpacked($x, ZLIB_ENCODING_DEFLATE);
    }

    public static function lower(string $x): string
    {
        return strtolower($x);
    }

    public static function upper(string $x): string
    {
        return strtoupper($x);
    }

    public static function trim(string $x): string
    {
        if (!self::isText($x)) {
            return trim($x, " \t\n\v\f\r");
        }
        return (string) preg_replace('/\A[' . self::BLANKS . ']++|[' . self::BLANKS . ']++\z/u', '', $x);
    }

    public static function noBlanks(string $x): string
    {
        return str_replace([' ', "\t", "\n", "\r"], '', $x);
    }

    public static function oneBlank(string $x): string
    {
        return (string) preg_replace('/[ \t\n\r]+/', ' ', $x);
    }

    public static function quoted(string $x): string
    {
        if (str_contains($x, '"')) {
            throw ProtocolException::form();
        }
        return '"' . $x . '"';
    }

    public static function unquoted(string $x): string
    {
        if (strlen($x) >= 2 && $x[0] === '"' && $x[-1] === '"') {
            $x = substr($x, 1, -1);
        }
        if (str_contains($x, '"')) {
            throw ProtocolException::form();
        }
        return $x;
    }

    public static function prefix(string $x, string $text): string
    {
        return $text . $x;
    }

    public static function lead(string $x, string $text): string
    {
        return $x === '' ? '' : $text . $x;
    }

    public static function trail(string $x, string $text): string
    {
        return $x === '' ? '' : $x . $text;
    }

    public static function unprefix(string $x, string $text): string
    {
        if (!str_starts_with($x, $text)) {
            throw ProtocolException::form();
        }
        return substr($x, strlen($text));
    }

    public static function suffix(string $x, string $text): string
    {
        return $x . $text;
    }

    public static function unsuffix(string $x, string $text): string
    {
        if (!str_ends_with($x, $text)) {
            throw ProtocolException::form();
        }
        return substr($x, 0, strlen($x) - strlen($text));
    }

    public static function replace(string $x, string $old, string $new): string
    {
        return str_replace($old, $new, $x);
    }

    public static function swap(string $x, string $old, string $new): string
    {
        return strtr($x, $old, $new);
    }

    public static function unswap(string $x, string $old, string $new): string
    {
        return strtr($x, $new, $old);
    }

    public static function repeat(string $x, int $n): string
    {
        return str_repeat($x, $n);
    }

    public static function zeros(int $n): string
    {
        return str_repeat("\0", $n);
    }

    public static function padStart(string $x, int $n, string $ch): string
    {
        return str_pad($x, $n, $ch, STR_PAD_LEFT);
    }

    public static function padEnd(string $x, int $n, string $ch): string
    {
        return str_pad($x, $n, $ch);
    }

    public static function first(string $x, int $n): string
    {
        return substr(self::atLeast($x, $n), 0, $n);
    }

    public static function last(string $x, int $n): string
    {
        return substr(self::atLeast($x, $n), strlen($x) - $n);
    }

    public static function skip(string $x, int $n): string
    {
        return substr(self::atLeast($x, $n), $n);
    }

    /** Where n characters of UTF-8 end, counted from the end where $end is set. */
    private static function characterAt(string $x, int $n, bool $end = false): int
    {
        $places = [];
        for ($i = 0; $i < strlen($x); $i++) {
            if ((ord($x[$i]) & 0xC0) !== 0x80) {
                $places[] = $i;
            }
        }
        $places[] = strlen($x);
        $n = $end ? count($places) - 1 - $n : $n;
        if (!isset($places[$n])) {
            throw ProtocolException::form();
        }
        return $places[$n];
    }

    public static function firstCharacters(string $x, int $n): string
    {
        return substr($x, 0, self::characterAt($x, $n));
    }

    public static function lastCharacters(string $x, int $n): string
    {
        return substr($x, self::characterAt($x, $n, true));
    }

    public static function skipCharacters(string $x, int $n): string
    {
        return substr($x, self::characterAt($x, $n));
    }

    public static function lengthCharacters(string $x, bool $drop): string
    {
        return $x === '' && $drop ? '' : (string) preg_match_all('/[^\x80-\xBF]/', $x);
    }

    private static function atLeast(string $x, int $n): string
    {
        if (strlen($x) < $n) {
            throw ProtocolException::form();
        }
        return $x;
    }

    public static function before(string $x, string $text): string
    {
        return explode($text, $x, 2)[0];
    }

    public static function after(string $x, string $text): string
    {
        return explode($text, $x, 2)[1] ?? '';
    }

    public static function length(string $x, bool $drop): string
    {
        return $x === '' && $drop ? '' : (string) strlen($x);
    }

    public static function asItIs(string $x, bool $drop = false): string
    {
        return $x;
    }

    public static function reverse(string $x): string
    {
        return strrev($x);
    }

    /** Letters that follow from random bytes. */
    public static function alphabet(string $x, int $n, string $letters): string
    {
        if (strlen($x) < $n && strlen($x) < 16) {
            throw ProtocolException::form();
        }
        $all = $more = $x;
        while (strlen($all) < $n) {
            $more = self::sha256($more);
            $all .= $more;
        }
        $out = '';
        for ($i = 0; $i < $n; $i++) {
            $out .= $letters[ord($all[$i]) % strlen($letters)];
        }
        return $out;
    }

    public static function uuid(string $x): string
    {
        if ($x === '') {
            throw ProtocolException::form();
        }
        $b = substr(in_array(strlen($x), [16, 32], true) ? $x : self::sha256($x), 0, 16);
        $b[6] = chr(ord($b[6]) & 15 | 64);
        $b[8] = chr(ord($b[8]) & 63 | 128);
        $h = bin2hex($b);
        return implode('-', [substr($h, 0, 8), substr($h, 8, 4), substr($h, 12, 4), substr($h, 16, 4), substr($h, 20)]);
    }

    /**
     * Texts in order: by value, by name, or by name whatever the case.
     *
     * @param list<string> $texts
     */
    public static function joined(array $texts, string $join, string $by = ''): string
    {
        if ($by === 'name-nocase') {
            usort($texts, static fn (string $one, string $two): int => strcmp(strtolower($one), strtolower($two)));
        } elseif ($by !== '') {
            sort($texts, SORT_STRING);
        }
        return implode($join, $texts);
    }

    public static function crc32(string $x): string
    {
        return hash('crc32b', $x, true);
    }

    public static function md5(string $x): string
    {
        return hash('md5', $x, true);
    }

    public static function sha1(string $x): string
    {
        return hash('sha1', $x, true);
    }

    public static function sha224(string $x): string
    {
        return hash('sha224', $x, true);
    }

    public static function sha256(string $x): string
    {
        return hash('sha256', $x, true);
    }

    public static function sha384(string $x): string
    {
        return hash('sha384', $x, true);
    }

    public static function sha512(string $x): string
    {
        return hash('sha512', $x, true);
    }

    /** The digest of GB/T 32905, of OpenSSL 1.1.1 and later. */
    public static function sm3(string $x): string
    {
        $out = @openssl_digest($x, 'sm3', true);
        if ($out === false) {
            throw new ProtocolException('the OpenSSL of this PHP has no SM3: 1.1.1 and later have it');
        }
        return $out;
    }

    /** A digest by its name. */
    public static function digest(string $name, string $x): string
    {
        return $name === 'sm3' ? self::sm3($x) : hash($name, $x, true);
    }

    public static function hmac(string $x, string $key, string $digest, int $size): string
    {
        if (strlen($key) > $size) {
            $key = self::digest($digest, $key);
        }
        $key = str_pad($key, $size, "\0");
        return self::digest($digest, ($key ^ str_repeat("\x5c", $size)) . self::digest($digest, ($key ^ str_repeat('6', $size)) . $x));
    }

    public static function pbkdf2(string $x, string $salt, int $rounds, int $size): string
    {
        return hash_pbkdf2('sha256', $x, $salt, $rounds, $size, true);
    }

    public static function hkdf(string $x, string $salt, string $info, int $size): string
    {
        return hash_hkdf('sha256', $x, $size, $info, $salt);
    }

    public static function rc4(string $x, string $key, int $skip = 0): string
    {
        $x = str_repeat("\0", $skip) . $x;
        if ($key === '' || strlen($key) > 256) {
            throw new ProtocolException('an RC4 key has 1 to 256 bytes');
        }
        $s = range(0, 255);
        for ($i = $j = 0; $i < 256; $i++) {
            $j = ($j + $s[$i] + ord($key[$i % strlen($key)])) & 255;
            [$s[$i], $s[$j]] = [$s[$j], $s[$i]];
        }
        $i = $j = 0;
        for ($n = 0; $n < strlen($x); $n++) {
            $i = ($i + 1) & 255;
            $j = ($j + $s[$i]) & 255;
            [$s[$i], $s[$j]] = [$s[$j], $s[$i]];
            $x[$n] = chr(ord($x[$n]) ^ $s[($s[$i] + $s[$j]) & 255]);
        }
        return substr($x, $skip);
    }
}
