<?php

declare(strict_types=1);

namespace Jiekou;

/** Values of messages: how they are written as JSON and read, with every digit. */
final class Json
{
    /** @param list<Field> $fields */
    public static function encode(array $fields, Model $of): string
    {
        $out = [];
        foreach ($fields as $f) {
            $value = $f->of($of);
            if ($value !== null) {
                $out[] = Tree::quote($f->name) . ':' . self::encodeValue($f, $value);
            } elseif ($f->nullable) {
                $out[] = Tree::quote($f->name) . ':null';
            }
        }
        return '{' . implode(',', $out) . '}';
    }

    /**
     * The payload of an object: of a field that is all of it, its value alone.
     *
     * @param list<Field> $fields
     */
    public static function carried(array $fields, Model $of): string
    {
        foreach ($fields as $f) {
            if ($f->place === 'whole') {
                $value = $f->of($of);
                return $value === null ? 'null' : self::encodeValue($f, $value);
            }
        }
        return self::encode($fields, $of);
    }

    /**
     * The JSON of all fields of a message, as an object: those in headers, in its payload, and the one that is all of that.
     *
     * @param list<Field> $fields
     * @param array<string, string> $headers
     */
    public static function joined(array $fields, string $payload, array $headers): string
    {
        $came = array_change_key_case($headers);
        $members = [];
        $whole = null;
        foreach ($fields as $f) {
            $whole = $f->place === 'whole' ? $f : $whole;
            $text = $f->place === 'header' ? ($came[strtolower($f->sent !== '' ? $f->sent : $f->name)] ?? null) : null;
            if ($text !== null) {
                $members[] = Tree::quote($f->name) . ':' . ($f->asText || $f->kind === 'text' || $f->kind === 'time' ? Tree::quote($text) : $text);
            }
        }
        if ($whole !== null && $payload !== '') {
            $members[] = Tree::quote($whole->name) . ':' . $payload;
        }
        if ($members === []) {
            return $payload === '' ? '{}' : $payload;
        }
        $rest = $whole === null ? trim(substr(trim($payload), 1)) : '';
        return '{' . implode(',', $members) . ($rest === '' ? '}' : (str_starts_with($rest, '}') ? '' : ',') . $rest);
    }

    public static function textOf(mixed $value): string
    {
        return is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
    }

    private static function encodeValue(Field $f, mixed $value): string
    {
        if (in_array($f->kind, ['whole', 'fraction', 'seconds', 'truth'], true)) {
            return $f->asText && ($f->kind === 'whole' || $f->kind === 'fraction') ? Tree::quote(self::textOf($value)) : self::textOf($value);
        }
        $out = match (true) {
            $value instanceof Model && $f->kind === 'record' => self::encode($value::fields(), $value),
            is_array($value) && $f->kind === 'list' => '[' . implode(',', array_map(static fn (Model $one): string => self::encode($one::fields(), $one), $value)) . ']',
            is_array($value) && $f->kind === 'scalars' => '[' . implode(',', array_map(static fn (mixed $one): string => self::encodeValue($f->member ?? $f, $one), $value)) . ']',
            $f->kind === 'raw' => $value === [] && $f->map ? '{}' : self::encodeRaw($value),
            default => null,
        };
        if ($out === null) {
            return Tree::quote((string) $value);
        }
        return $f->asText ? Tree::quote($out) : $out;
    }

    private static function encodeRaw(mixed $value): string
    {
        if (is_array($value) && array_is_list($value)) {
            return '[' . implode(',', array_map(self::encodeRaw(...), $value)) . ']';
        }
        if (is_array($value) || $value instanceof \stdClass) {
            $out = [];
            foreach ((array) $value as $name => $one) {
                $out[] = Tree::quote((string) $name) . ':' . self::encodeRaw($one);
            }
            return '{' . implode(',', $out) . '}';
        }
        return $value instanceof Number ? $value->digits : json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }

    /** A value outside of JSON: in a path, a query or a header. */
    public static function plain(Field $f, mixed $value): ?string
    {
        if ($value === null) {
            return null;
        }
        if (in_array($f->kind, ['record', 'list', 'scalars', 'raw'], true)) {
            $text = self::encodeValue($f, $value);
            return $f->asText ? Tree::parseJSON($text)->text : $text;
        }
        return self::textOf($value);
    }

    /**
     * Reads the JSON of a message. Members that the document does not have are left out.
     *
     * @template T of Model
     * @param class-string<T> $model
     * @return T
     */
    public static function decode(string $model, string $text): Model
    {
        return self::object($model, Tree::parseJSON($text));
    }

    /** The member of an object that a field is; null where it has no value. */
    public static function member(Field $f, Tree $tree): ?Tree
    {
        foreach ($tree->items as $n) {
            if ($n->kind !== 'null' && ($n->name === $f->name || in_array($n->name, $f->alias, true))) {
                return $n;
            }
        }
        return null;
    }

    /** Whether a value is "", which stands for none but in a text. */
    public static function isBlank(Field $f, Tree $tree): bool
    {
        return $tree->kind === 'text' && $tree->text === '' && $f->kind !== 'text';
    }

    /**
     * A member of JSON as text, empty where there is none.
     *
     * @param list<string> $path
     */
    public static function at(string $text, array $path): string
    {
        $found = $path === [] ? null : self::raw(Tree::parseJSON($text));
        foreach ($path as $name) {
            $found = $found instanceof \stdClass ? $found->{$name} ?? null : null;
        }
        return $found === null ? '' : self::textOf($found);
    }

    /**
     * @template T of Model
     * @param class-string<T> $model
     * @return T
     */
    public static function object(string $model, Tree $tree): Model
    {
        if ($tree->kind !== 'object') {
            throw new ProtocolException('it is no object');
        }
        $out = new $model();
        foreach ($model::fields() as $f) {
            $found = self::member($f, $tree);
            if ($found !== null && !self::isBlank($f, $found)) {
                $out->{$f->attr} = self::value($f, $found);
            }
        }
        return $out;
    }

    private static function value(Field $f, Tree $tree): mixed
    {
        $text = $tree->text;
        $nested = in_array($f->kind, ['record', 'list', 'scalars', 'raw'], true);
        $inner = $f->asText && $tree->kind === 'text' && $text !== '' && $nested ? Tree::parseJSON($text) : $tree;
        switch ($f->kind) {
            case 'whole':
            case 'seconds':
                $whole = preg_match('/\A-?\d+\z/', $text) === 1;
                if (!$whole || !$f->big && Decimals::compare($text, (string) (int) $text) !== 0) {
                    throw new ProtocolException($f->name . ' is no number of its kind');
                }
                return $f->big ? $text : (int) $text;
            case 'fraction':
                if (preg_match('/\A-?\d+(\.\d+)?([eE][+-]?\d+)?\z/', $text) !== 1) {
                    throw new ProtocolException($f->name . ' is no number of its kind');
                }
                return Decimals::plain($text);
            case 'truth':
                return $text === 'true' || $text === '1';
            case 'record':
                return self::object($f->model ?? Model::class, $inner);
            case 'list':
                return array_map(static fn (Tree $one): Model => self::object($f->model ?? Model::class, $one), $inner->elements());
            case 'scalars':
                return array_map(static fn (Tree $one): mixed => self::value($f->member ?? $f, $one), $inner->elements());
            case 'raw':
                return self::raw($inner);
        }
        return $text;
    }

    private static function raw(Tree $tree): mixed
    {
        switch ($tree->kind) {
            case 'object':
                $out = new \stdClass();
                foreach ($tree->items as $one) {
                    $out->{$one->name} = self::raw($one);
                }
                return $out;
            case 'array':
                return array_map(self::raw(...), $tree->items);
            case 'null':
                return null;
            case 'text':
                return $tree->text;
        }
        if ($tree->text === 'true' || $tree->text === 'false') {
            return $tree->text === 'true';
        }
        return (string) (int) $tree->text === $tree->text ? (int) $tree->text : new Number($tree->text);
    }
}

/** Decimal numbers as texts, with every digit. */
final class Decimals
{
    public static function is(mixed $value): bool
    {
        return is_int($value) || is_string($value) && preg_match('/\A-?\d+(\.\d+)?\z/', $value) === 1;
    }

    /** A number without an exponent. */
    public static function plain(string $text): string
    {
        if (preg_match('/\A(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)\z/', $text, $m) !== 1) {
            return $text;
        }
        $by = (int) $m[4];
        if (abs($by) > 1000) {
            throw new ProtocolException('a number that is too long');
        }
        $digits = $m[2] . $m[3];
        $point = strlen($m[2]) + $by;
        if ($point <= 0) {
            return $m[1] . '0.' . str_repeat('0', -$point) . $digits;
        }
        $digits = str_pad($digits, $point, '0');
        return $m[1] . (ltrim(substr($digits, 0, $point), '0') ?: '0') . (strlen($digits) > $point ? '.' . substr($digits, $point) : '');
    }

    /** A number without its sign, rounded to some digits behind the point. */
    public static function rounded(string|int $value, int $places): string
    {
        [$whole, $fraction] = self::parts($value);
        $digits = str_split('0' . $whole . substr(str_pad($fraction, $places, '0'), 0, $places));
        for ($n = count($digits) - 1, $more = ($fraction[$places] ?? '0') >= '5'; $more; $n--) {
            $more = $digits[$n] === '9';
            $digits[$n] = $more ? '0' : (string) ((int) $digits[$n] + 1);
        }
        $all = implode('', $digits);
        return substr($all, 0, strlen($all) - $places) . '.' . substr($all, strlen($all) - $places);
    }

    /** @return array{string, string} the digits in front of the point and behind it, without zeros that say nothing */
    public static function parts(string|int $value): array
    {
        [$whole, $fraction] = explode('.', ltrim((string) $value, '-'), 2) + [1 => ''];
        return [ltrim($whole, '0') ?: '0', rtrim($fraction, '0')];
    }

    public static function compare(string|int $one, string|int $two): int
    {
        [[$a, $b], [$c, $d]] = [self::parts($one), self::parts($two)];
        $sign = static fn (string|int $n, string $whole, string $fraction): int => $whole === '0' && $fraction === '' ? 0 : (((string) $n)[0] === '-' ? -1 : 1);
        [$s, $t] = [$sign($one, $a, $b), $sign($two, $c, $d)];
        return $s !== $t ? $s <=> $t : $s * ((strlen($a) <=> strlen($c)) ?: (strcmp($a, $c) <=> 0) ?: (strcmp($b, $d) <=> 0));
    }
}
