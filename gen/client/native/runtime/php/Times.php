<?php

declare(strict_types=1);

namespace Jiekou;

/** Times of messages, in the zone of the system. */
final class Times
{
    private const TIME = '/\A(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?\z/';

    /** Writes a moment in the system's zone, in the form that a field's comment says. */
    public static function text(\DateTimeInterface $moment, string $form = 'yyyy-MM-dd HH:mm:ss'): string
    {
        $at = \DateTimeImmutable::createFromInterface($moment)->setTimezone(new \DateTimeZone(Codes::ZONE));
        $words = ['yyyy' => 'Y', 'MM' => 'm', 'dd' => 'd', 'HH' => 'H', 'mm' => 'i', 'ss' => 's', 'SSS' => 'v', 'XXX' => 'P'];
        return (string) preg_replace_callback('/yyyy|MM|dd|HH|mm|ss|SSS|XXX/', static fn (array $m): string => $at->format($words[$m[0]]), $form);
    }

    /**
     * Reads a time of a message; one without an offset is in the system's zone. A time that the zone's clocks skipped is
     * an InvalidArgumentException, but for a midnight: its day begins after that.
     */
    public static function of(string $text): \DateTimeImmutable
    {
        if (preg_match(self::TIME, trim($text), $m) !== 1) {
            throw new \InvalidArgumentException('no time: ' . $text);
        }
        [, $year, $month, $day] = $m;
        $clock = sprintf('%02d:%02d:%02d.%s', $m[4] ?? 0, $m[5] ?? 0, $m[6] ?? 0, substr(str_pad($m[7] ?? '', 6, '0'), 0, 6));
        $zone = ($m[8] ?? '') === '' ? Codes::ZONE : str_replace('Z', '+00:00', $m[8]);
        $at = new \DateTimeImmutable("$year-$month-$day $clock", new \DateTimeZone($zone));
        $midnight = $clock === '00:00:00.000000';
        if ($midnight ? $at->format('Y-m-d') !== "$year-$month-$day" : $at->format('Y-m-d H:i:s.u') !== "$year-$month-$day $clock") {
            throw new \InvalidArgumentException("no time in $zone: $text");
        }
        return $at;
    }
}
