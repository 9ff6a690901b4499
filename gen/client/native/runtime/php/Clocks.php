<?php

declare(strict_types=1);

namespace Jiekou;

/** Times of messages: between steps a time is the decimal number of its nanoseconds since 1970. */
final class Clocks
{
    private const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    private const PARTS = [
        'yyyy' => '[0-9]{4}', 'SSS' => '[0-9]{3}', 'SSSSSS' => '[0-9]{6}', 'SSSSSSSSS' => '[0-9]{9}', 'd' => '[0-9]{1,2}', 'Mon' => '[A-Z][a-z]{2}', 'Jan' => '[A-Z][a-z]{2}',
        'Z' => '[+-][0-9]{4}', 'ZZ' => 'Z|[+-][0-9]{2}:[0-9]{2}',
    ];

    public static function number(string $x): int
    {
        if (preg_match('/\A-?[0-9]{1,19}\z/', $x) !== 1) {
            throw ProtocolException::form('the time');
        }
        return (int) $x;
    }

    /** The whole part of a quotient, downwards. */
    private static function floor(int $x, int $by): int
    {
        return intdiv($x - (($x % $by) + $by) % $by, $by);
    }

    public static function epoch(string $x, int $unit): string
    {
        return (string) self::floor(self::number($x), $unit);
    }

    public static function unepoch(string $x, int $unit): string
    {
        if (preg_match('/\A[0-9]{1,16}\z/', $x) !== 1 || (int) $x > intdiv(1 << 62, $unit)) {
            throw ProtocolException::form('the time');
        }
        return (string) ((int) $x * $unit);
    }

    public static function later(string $x, int $nanoseconds): string
    {
        return (string) (self::number($x) + $nanoseconds);
    }

    public static function sooner(string $x, int $nanoseconds): string
    {
        return self::later($x, -$nanoseconds);
    }

    /**
     * Writes a time by the first of some layouts, in a zone so many minutes east of Greenwich.
     *
     * @param list<list<string|Word>> $layouts
     */
    public static function formatTime(string $x, array $layouts, int $minutes): string
    {
        $whole = self::floor(self::number($x), 1_000_000_000);
        $nano = sprintf('%09d', self::number($x) - $whole * 1_000_000_000);
        $seconds = $whole + $minutes * 60;
        $sign = $minutes < 0 ? '-' : '+';
        $away = abs($minutes);
        $out = '';
        foreach ($layouts[0] as $word) {
            $out .= $word instanceof Word ? match ($word->text) {
                'yyyy' => gmdate('Y', $seconds),
                'yy' => gmdate('y', $seconds),
                'MM' => gmdate('m', $seconds),
                'dd' => gmdate('d', $seconds),
                'd' => gmdate('j', $seconds),
                'HH' => gmdate('H', $seconds),
                'hh' => gmdate('h', $seconds),
                'mm' => gmdate('i', $seconds),
                'ss' => gmdate('s', $seconds),
                'SSS', 'SSSSSS', 'SSSSSSSSS' => substr($nano, 0, strlen($word->text)),
                'Mon' => gmdate('D', $seconds),
                'Jan' => gmdate('M', $seconds),
                'Z' => sprintf('%s%02d%02d', $sign, intdiv($away, 60), $away % 60),
                default => $minutes === 0 ? 'Z' : sprintf('%s%02d:%02d', $sign, intdiv($away, 60), $away % 60),
            } : $word;
        }
        return $out;
    }

    /** @param list<string|Word> $layout */
    private static function parse(string $x, array $layout, int $minutes): ?string
    {
        $pattern = '';
        foreach ($layout as $word) {
            $pattern .= $word instanceof Word ? "(?<{$word->text}>" . (self::PARTS[$word->text] ?? '[0-9]{2}') . ')' : preg_quote($word, '~');
        }
        if (preg_match('~\A' . $pattern . '\z~', $x, $got) !== 1) {
            return null;
        }
        $number = static fn (string $name, int $default): int => isset($got[$name]) ? (int) $got[$name] : $default;
        $year = $number('yyyy', 1970);
        if (isset($got['yy'])) {
            $year = $number('yy', 0) + ($number('yy', 0) < 69 ? 2000 : 1900);
        }
        $named = array_search($got['Jan'] ?? '', self::MONTHS, true);
        $month = is_int($named) ? $named + 1 : $number('MM', 1);
        $zone = $got['Z'] ?? $got['ZZ'] ?? '';
        if ($zone !== '') {
            $minutes = $zone === 'Z' ? 0 : ((int) substr($zone, 1, 2) * 60 + (int) substr($zone, -2)) * ($zone[0] === '-' ? -1 : 1);
        }
        [$day, $hour, $minute, $second] = [$number('d', $number('dd', 1)), $number('HH', $number('hh', 0)), $number('mm', 0), $number('ss', 0)];
        if (!checkdate($month, $day, $year) || $hour > 23 || $minute > 59 || $second > 59) {
            return null;
        }
        $seconds = (int) gmmktime($hour, $minute, $second, $month, $day, $year) - $minutes * 60;
        $nano = (int) str_pad($got['SSS'] ?? $got['SSSSSS'] ?? $got['SSSSSSSSS'] ?? '', 9, '0');
        return (string) ($seconds * 1_000_000_000 + $nano);
    }

    /**
     * Reads a time in the first of some layouts that fits.
     *
     * @param list<list<string|Word>> $layouts
     */
    public static function anyTime(string $x, array $layouts, int $minutes): string
    {
        foreach ($layouts as $layout) {
            $found = self::parse($x, $layout, $minutes);
            if ($found !== null) {
                return $found;
            }
        }
        throw ProtocolException::form('the time');
    }
}

/** A word of a layout of times. */
final class Word
{
    public function __construct(public readonly string $text)
    {
    }
}
