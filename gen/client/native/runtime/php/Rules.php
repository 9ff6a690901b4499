<?php

declare(strict_types=1);

namespace Jiekou;

/** Validates messages by the rules of the document. */
final class Rules
{
    /** @var list<Problem> */
    private array $problems = [];

    /**
     * The rules that a message breaks, with the document's codes.
     *
     * @param list<Field> $fields
     * @return list<Problem>
     */
    public static function problemsOf(array $fields, Model $value): array
    {
        $rules = new self();
        $rules->validate(new Scope($fields, $value, null), '');
        return $rules->problems;
    }

    private function add(string $rule, string $at): void
    {
        [$code, $text] = Codes::RULES[$rule] ?? ['', ''];
        $this->problems[] = new Problem($rule, $at, $code, str_replace('%s', $at, $text !== '' ? $text : Codes::TEXTS[$code] ?? ''));
    }

    private static function isThere(mixed $value): bool
    {
        return $value !== null && $value !== '' && $value !== [];
    }

    private static function meets(Scope $in, Condition $match): bool
    {
        $text = null;
        [$f, $value] = $in->named($match->name);
        if ($f !== null) {
            $text = $value === null ? $f->byDefault : Json::textOf($value);
        }
        foreach ($text === null ? [] : $match->values as $wanted) {
            if (!Decimals::is($text) || !Decimals::is($wanted)) {
                if ($match->order === '' && $text === $wanted) {
                    return true;
                }
                continue;
            }
            $n = Decimals::compare($text, $wanted);
            if (match ($match->order) {
                '<' => $n < 0,
                '<=' => $n <= 0,
                '>' => $n > 0,
                '>=' => $n >= 0,
                default => $n === 0,
            }) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether all of some conditions hold.
     *
     * @param list<Condition> $matches
     */
    private static function met(Scope $in, array $matches): bool
    {
        foreach ($matches as $one) {
            if (!self::meets($in, $one)) {
                return false;
            }
        }
        return true;
    }

    /**
     * How many of some fields are there.
     *
     * @param list<string> $names
     */
    private static function there(Scope $in, array $names): int
    {
        $out = 0;
        foreach ($names as $name) {
            if (self::isThere($in->named($name)[1])) {
                $out++;
            }
        }
        return $out;
    }

    private static function isWanted(Field $f, Scope $in): bool
    {
        return $f->requiredIf !== [] && self::met($in, $f->requiredIf)
            || $f->requiredUnless !== [] && !self::met($in, $f->requiredUnless)
            || self::there($in, $f->requiredWith) > 0
            || self::there($in, $f->requiredWithout) < count($f->requiredWithout)
            || $f->requiredWithoutAll !== [] && self::there($in, $f->requiredWithoutAll) === 0;
    }

    private static function isBarred(Field $f, Scope $in): bool
    {
        return $f->presentIf !== [] && !self::met($in, $f->presentIf)
            || $f->absentIf !== [] && self::met($in, $f->absentIf)
            || self::there($in, $f->absentWith) > 0;
    }

    private function validate(Scope $in, string $path): void
    {
        foreach ($in->fields as $f) {
            $value = $f->of($in->of);
            if (!self::isThere($value) || $f->required && is_string($value) && Texts::isText($value) && self::isBlank($f, $value)) {
                if ($f->required && $f->byDefault === null && !$f->nullable && !($f->blank && $value !== null)) {
                    $this->add('required', $path . $f->name);
                } elseif (self::isWanted($f, $in)) {
                    $this->add('condition', $path . $f->name);
                }
                continue;
            }
            if (self::isBarred($f, $in)) {
                $this->add('condition', $path . $f->name);
            }
            $this->validateValue($f, $value, $in, $path . $f->name);
        }
    }

    private static function trimmed(string $text): string
    {
        return preg_replace('/\A[\t\n\x0b\f\r \x{a0}\x{3000}]+|[\t\n\x0b\f\r \x{a0}\x{3000}]+\z/u', '', $text) ?? $text;
    }

    /** Whether a required text counts as absent. */
    private static function isBlank(Field $f, string $text): bool
    {
        return implode('', array_map(self::trimmed(...), $f->separator === '' ? [$text] : explode($f->separator, $text))) === '';
    }

    private function validateValue(Field $f, mixed $value, Scope $in, string $at): void
    {
        $isMap = $value instanceof \stdClass || is_array($value);
        $fits = match ($f->kind) {
            'text', 'time' => is_string($value) && Texts::isText($value),
            'whole', 'seconds' => is_int($value) || $f->big && Decimals::is($value) && !str_contains((string) $value, '.'),
            'fraction' => Decimals::is($value instanceof Number ? $value->digits : (is_float($value) ? (string) $value : $value)),
            'truth' => is_bool($value),
            'list', 'scalars' => is_array($value),
            'record' => $value instanceof Model || $f->fields !== [] && $isMap,
            default => $f->member === null && $f->fields === [] && $f->minItems === 0 && $f->maxItems === 0 && $f->keys === '' || $isMap,
        };
        if (!$fits) {
            $this->add('type', $at);
            return;
        }
        if ($f->minItems > 0 || $f->maxItems > 0) {
            $count = count((array) $value);
            if ($count < $f->minItems || $f->maxItems > 0 && $count > $f->maxItems) {
                $this->add('length', $at);
            }
        }
        foreach ($f->keys === '' ? [] : array_keys((array) $value) as $name) {
            if (!Message::fits($f->keys, (string) $name)) {
                $this->add('format', $at);
                break;
            }
        }
        if ($f->kind === 'record') {
            $this->validateObject($f, $value, $in, $at);
        } elseif ($f->kind === 'list' || $f->kind === 'scalars') {
            $this->validateMembers($f, $value, $in, $at);
        } elseif ($f->member !== null || $f->fields !== []) {
            $this->validateMembers($f, (array) $value, $in, $at);
        } elseif (in_array($f->kind, ['whole', 'seconds', 'fraction'], true)) {
            $this->validateNumber($f, is_int($value) ? $value : (string) $value, $in, $at);
        } elseif ($f->kind === 'text' || $f->kind === 'time') {
            $this->validateText($f, $value, $in, $at);
        }
    }

    /** The rows of an object, which is a model or is in a map. */
    private function validateObject(Field $f, mixed $value, Scope $in, string $at): void
    {
        if ($value instanceof Model) {
            $this->validate(new Scope($value::fields(), $value, $in), $at . '/');
        } elseif ($value instanceof \stdClass || is_array($value)) {
            $this->validate(new Scope($f->fields, (array) $value, $in), $at . '/');
        } else {
            $this->add('type', $at);
        }
    }

    /** @param array<mixed> $values of a list or a map */
    private function validateMembers(Field $f, array $values, Scope $in, string $at): void
    {
        foreach ($values as $one) {
            if ($f->member !== null) {
                $this->validateValue($f->member, $one, $in, $at);
            } else {
                $this->validateObject($f, $one, $in, $at);
            }
        }
    }

    /**
     * The values that a field takes, while those that decide about them are what they are.
     *
     * @return list<string>
     */
    private static function listed(Field $f, Scope $in): array
    {
        foreach ($f->casesIf as $n => $when) {
            if (self::meets($in, $when)) {
                return explode("\n", $f->casesListed[$n]);
            }
        }
        return $f->listed;
    }

    /** Whether a number is one that is listed, or in a range. */
    private static function isAmong(string|int $value, string $listed): bool
    {
        if (str_contains($listed, '..')) {
            [$least, $most] = explode('..', $listed, 2);
            return Decimals::compare($value, $least) >= 0 && Decimals::compare($value, $most) <= 0;
        }
        $n = Decimals::compare($value, ltrim($listed, '<>='));
        return match (substr($listed, 0, strspn($listed, '<>='))) {
            '<' => $n < 0,
            '<=' => $n <= 0,
            '>' => $n > 0,
            '>=' => $n >= 0,
            default => $n === 0,
        };
    }

    private static function isSum(string $value, string $bits): bool
    {
        return $value[0] !== '-' && strlen($value) < 20 && ((int) $value & ~(int) $bits) === 0;
    }

    private function validateNumber(Field $f, string|int $value, Scope $in, string $at): void
    {
        [$whole] = Decimals::parts($value);
        $long = Decimals::compare($value, '9223372036854775807') > 0 || Decimals::compare($value, '-9223372036854775808') < 0;
        if ($f->kind === 'fraction' ? $f->digits > 0 && strlen($whole) > $f->digits : $long) {
            $this->add('type', $at);
            return;
        }
        [$whole, $fraction] = Decimals::parts($f->rounded ? Decimals::rounded($value, $f->places ?? 0) : $value);
        if ($f->places !== null && strlen($fraction) > $f->places || $f->whole !== null && strlen($whole) > $f->whole) {
            $this->add('length', $at);
        }
        $listed = self::listed($f, $in);
        if ($f->bits !== '') {
            $fits = Decimals::compare($value, '0') === 0 ? in_array('0', $listed, true) : self::isSum((string) $value, $f->bits);
        } else {
            $fits = $listed === [] || array_filter($listed, static fn (string $one): bool => self::isAmong($value, $one)) !== [];
        }
        if (!$fits) {
            $this->add('enum', $at);
        }
        if ($f->min !== '' && Decimals::compare($value, $f->min) < 0 || $f->max !== '' && Decimals::compare($value, $f->max) > 0) {
            $this->add('range', $at);
        }
    }

    private function validateText(Field $f, string $text, Scope $in, string $at): void
    {
        $length = match ($f->lengthIn) {
            'bytes' => strlen($text),
            'gbk' => array_sum(array_map(static fn (string $c): int => [1 => 1, 2 => 2, 3 => 2, 4 => 4][strlen($c)], mb_str_split($text, 1, 'UTF-8'))),
            default => mb_strlen($text, 'UTF-8'),
        };
        if ($f->length > 0 && $length > $f->length || $length < $f->minLength) {
            $this->add('length', $at);
        }
        $begin = $f->startsWith === '' ? '' : Json::textOf($in->named($f->startsWith)[1] ?? '');
        $listed = self::listed($f, $in);
        $parts = $f->separator === '' ? [$text] : array_filter(array_map(self::trimmed(...), explode($f->separator, $text)), static fn (string $one): bool => $one !== '');
        if ($listed !== [] && array_diff($parts, $listed) !== []) {
            $this->add('enum', $at);
        }
        $matched = $f->pattern !== '' && ($f->startsWith === '' || $begin !== '');
        $dots = $f->place === 'path' && in_array($text, ['.', '..'], true); // in a URL they lead elsewhere
        if ($dots || !str_starts_with($text, $begin) || $matched && !Message::fits($f->pattern, substr($text, strlen($begin)))) {
            $this->add('format', $at);
        }
        foreach ($f->formatIf as $when) {
            if (self::isThere($in->named($when->name)[1]) && !self::meets($in, $when)) {
                return;
            }
        }
        if ($f->shape !== '' && !(Message::fits($f->shape, $text) && ($f->shapeRule !== 'idcard' || self::hasCheckDigit($text)))) {
            $this->add($f->shapeRule, $at);
        }
    }

    /** Whether an identity card of 18 characters ends as GB 11643 says. */
    private static function hasCheckDigit(string $card): bool
    {
        $sum = 0;
        foreach (str_split(substr($card, 0, 17)) as $n => $digit) {
            $sum += (int) $digit * 2 ** (17 - $n);
        }
        return strlen($card) < 18 || $card[17] === '10X98765432'[$sum % 11];
    }
}

/** An object with the ones that it is in, where the conditions of its fields look. */
final class Scope
{
    /**
     * @param list<Field> $fields
     * @param Model|array<mixed> $of
     */
    public function __construct(public readonly array $fields, public readonly Model|array $of, private readonly ?Scope $up)
    {
    }

    /**
     * The field that a condition names, and its value: ../ leads to the object around, payer/kind into one.
     *
     * @return array{?Field, mixed}
     */
    public function named(string $name): array
    {
        if (str_starts_with($name, '../')) {
            return $this->up?->named(substr($name, 3)) ?? [null, null];
        }
        [$own, $inner] = explode('/', $name, 2) + [1 => ''];
        if ($inner !== '') {
            $value = $this->named($own)[1];
            if (!$value instanceof Model) {
                return [null, null];
            }
            return (new Scope($value::fields(), $value, null))->named($inner);
        }
        foreach ($this->fields as $f) {
            if ($f->name === $name) {
                return [$f, $f->of($this->of)];
            }
        }
        return [null, null];
    }
}
