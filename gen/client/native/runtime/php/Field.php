<?php

declare(strict_types=1);

namespace Jiekou;

/** What a field is, and which rules its value must satisfy. */
final class Field
{
    public readonly string $attr;

    /**
     * @param string $kind text, whole, fraction, truth, time, seconds, list, scalars, record or raw
     * @param string $attr the property of the model, where it has another name
     * @param string $place path, query, header, cookie, form or multipart; empty: the body
     * @param string $sent its name in the query, a header or a cookie; empty: its own
     * @param list<string> $alias
     * @param bool $asText it travels as a text
     * @param bool $numeric a text whose digits may come as a number
     * @param bool $big a whole number that is longer than an integer: its digits
     * @param bool $map an object of any members: [] is {}
     * @param bool $blank required and possibly ""
     * @param bool $nullable what is not there is sent as null
     * @param string $lengthIn what lengths count: characters, or bytes, or gbk
     * @param int $digits of a fraction, in front of the point, that the server reads
     * @param ?int $whole digits in front of the point
     * @param ?int $places digits behind the point
     * @param bool $rounded further digits behind the point are rounded
     * @param list<string> $listed of numbers also >0, 1..5
     * @param string $bits it is a sum of what is listed
     * @param list<Condition> $casesIf when it is one of other lists
     * @param list<string> $casesListed with a line for each value
     * @param string $keys a pattern of the names in a map
     * @param string $startsWith the field whose text is in front
     * @param string $shape a further pattern, and the rule that says it
     * @param list<Condition> $formatIf
     * @param list<Condition> $requiredIf
     * @param list<Condition> $requiredUnless
     * @param list<string> $requiredWith
     * @param list<string> $requiredWithout
     * @param list<string> $requiredWithoutAll
     * @param list<Condition> $presentIf
     * @param list<Condition> $absentIf
     * @param list<string> $absentWith
     * @param ?class-string<Model> $model of an object
     * @param ?Field $member of a list or a map of scalars
     * @param list<Field> $fields of objects in a map
     */
    public function __construct(
        public readonly string $name,
        public readonly string $kind,
        string $attr = '',
        public readonly string $place = '',
        public readonly string $sent = '',
        public readonly array $alias = [],
        public readonly bool $asText = false,
        public readonly bool $numeric = false,
        public readonly bool $big = false,
        public readonly bool $map = false,
        public readonly bool $required = false,
        public readonly bool $blank = false,
        public readonly bool $nullable = false,
        public readonly ?string $byDefault = null,
        public readonly int $length = 0,
        public readonly int $minLength = 0,
        public readonly string $lengthIn = '',
        public readonly int $digits = 0,
        public readonly ?int $whole = null,
        public readonly ?int $places = null,
        public readonly bool $rounded = false,
        public readonly int $minItems = 0,
        public readonly int $maxItems = 0,
        public readonly string $keys = '',
        public readonly string $min = '',
        public readonly string $max = '',
        public readonly array $listed = [],
        public readonly string $bits = '',
        public readonly array $casesIf = [],
        public readonly array $casesListed = [],
        public readonly string $separator = '',
        public readonly string $startsWith = '',
        public readonly string $pattern = '',
        public readonly string $shape = '',
        public readonly string $shapeRule = '',
        public readonly array $formatIf = [],
        public readonly array $requiredIf = [],
        public readonly array $requiredUnless = [],
        public readonly array $requiredWith = [],
        public readonly array $requiredWithout = [],
        public readonly array $requiredWithoutAll = [],
        public readonly array $presentIf = [],
        public readonly array $absentIf = [],
        public readonly array $absentWith = [],
        public readonly ?string $model = null,
        public readonly ?Field $member = null,
        public readonly array $fields = [],
    ) {
        $this->attr = $attr !== '' ? $attr : $name;
    }

    /**
     * The value of the field in an object, which may be in a map.
     *
     * @param Model|array<mixed> $value
     */
    public function of(Model|array $value): mixed
    {
        return is_array($value) ? $value[$this->name] ?? null : $value->{$this->attr};
    }
}

/** A condition on the value of a field beside. */
final class Condition
{
    /** @param list<string> $values */
    public function __construct(public readonly string $name, public readonly array $values, public readonly string $order = '')
    {
    }
}

/** A message of the document, or an object in one. */
abstract class Model
{
    /** @return list<Field> */
    abstract public static function fields(): array;
}

/** A number of a value of any form, with every digit. */
final class Number implements \Stringable
{
    public function __construct(public readonly string $digits)
    {
    }

    public function __toString(): string
    {
        return $this->digits;
    }
}

/** A rule that a value breaks. The code is the document's. */
final class Problem implements \Stringable
{
    public function __construct(public readonly string $rule, public readonly string $field, public readonly string $code, public readonly string $message)
    {
    }

    public function __toString(): string
    {
        return "$this->field ($this->rule" . ($this->code === '' ? '' : ", $this->code $this->message") . ')';
    }
}
