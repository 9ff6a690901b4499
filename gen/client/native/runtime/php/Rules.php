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
            if (!self::isThere($value) || $f->required && is_string($value) && Texts::isText($value) && Texts::trim($value) === '') {
                if ($f->required && $f->byDefault === null && !($f->blank && $value !== null)) {
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

    private function validateValue(Field $f, mixed $value, Scope $in, string $at): void
    {
        $fits = match ($f->kind) {
            'text', 'time' => is_string($value) && Texts::isText($value),
            'whole', 'seconds' => is_int($value) || $f->big && Decimals::is($value) && !str_contains((string) $value, '.'),
            'fraction' => Decimals::is($value),
            'truth' => is_bool($value),
            'list', 'scalars' => is_array($value),
            'record' => $value instanceof Model,
            default => true,
        };
        if (!$fits) {
            $this->add('type', $at);
        } elseif ($value instanceof Model) {
            $this->validate(new Scope($value::fields(), $value, $in), $at . '/');
        } elseif ($f->kind === 'list' || $f->kind === 'scalars') {
            $this->validateList($f, $value, $in, $at);
        } elseif (in_array($f->kind, ['whole', 'seconds', 'fraction'], true)) {
            $this->validateNumber($f, $value, $at);
        } elseif ($f->kind === 'text' || $f->kind === 'time') {
            $this->validateText($f, $value, $at);
        }
    }

    /** @param array<mixed> $list */
    private function validateList(Field $f, array $list, Scope $in, string $at): void
    {
        if (count($list) < $f->minItems || $f->maxItems > 0 && count($list) > $f->maxItems) {
            $this->add('length', $at);
        }
        foreach ($list as $one) {
            if ($f->member !== null) {
                $this->validateValue($f->member, $one, $in, $at);
            } elseif ($one instanceof Model) {
                $this->validate(new Scope($one::fields(), $one, $in), $at . '/');
            } else {
                $this->add('type', $at);
            }
        }
    }

    private function validateNumber(Field $f, string|int $value, string $at): void
    {
        [$whole, $fraction] = Decimals::parts($value);
        if ($f->places !== null && strlen($fraction) > $f->places || $f->whole !== null && strlen($whole) > $f->whole) {
            $this->add('length', $at);
        }
        $same = array_filter($f->listed, static fn (string $one): bool => Decimals::is($one) && Decimals::compare($one, $value) === 0);
        if ($f->listed !== [] && $same === []) {
            $this->add('enum', $at);
        }
        if ($f->min !== '' && Decimals::compare($value, $f->min) < 0 || $f->max !== '' && Decimals::compare($value, $f->max) > 0) {
            $this->add('range', $at);
        }
    }

    private function validateText(Field $f, string $text, string $at): void
    {
        $length = match ($f->lengthIn) {
            'bytes' => strlen($text),
            'gbk' => array_sum(array_map(static fn (string $c): int => [1 => 1, 2 => 2, 3 => 2, 4 => 4][strlen($c)], mb_str_split($text, 1, 'UTF-8'))),
            default => mb_strlen($text, 'UTF-8'),
        };
        if ($f->length > 0 && $length > $f->length || $length < $f->minLength) {
            $this->add('length', $at);
        }
        if ($f->listed !== [] && array_diff($f->separator === '' ? [$text] : explode($f->separator, $text), $f->listed) !== []) {
            $this->add('enum', $at);
        }
        if ($f->pattern !== '' && !Message::fits($f->pattern, $text)) {
            $this->add('format', $at);
        }
    }
}

/** An object with the ones that it is in, where the conditions of its fields look. */
final class Scope
{
    /** @param list<Field> $fields */
    public function __construct(public readonly array $fields, public readonly Model $of, private readonly ?Scope $up)
    {
    }

    /**
     * The field that a condition names, and its value: ../ leads to the object around.
     *
     * @return array{?Field, mixed}
     */
    public function named(string $name): array
    {
        if (str_starts_with($name, '../')) {
            return $this->up?->named(substr($name, 3)) ?? [null, null];
        }
        foreach ($this->fields as $f) {
            if ($f->name === $name) {
                return [$f, $f->of($this->of)];
            }
        }
        return [null, null];
    }
}
