<?php

declare(strict_types=1);

namespace Jiekou;

/** A form that messages have. */
final class Form
{
    /**
     * @param list<Success> $success
     * @param list<Status> $status
     * @param list<string> $outcomes
     */
    public function __construct(
        public readonly string $carriage = '',
        public readonly ?Node $body = null,
        public readonly ?Node $query = null,
        public readonly string $type = '',
        public readonly array $success = [],
        public readonly array $status = [],
        public readonly bool $empty = false,
        public readonly bool $proves = false,
        public readonly bool $refuses = false,
        public readonly array $outcomes = [],
    ) {
    }
}

/** A file beside the fields: the name of its part, its bytes, its own name and its media type. */
final class FilePart
{
    public function __construct(
        public readonly string $name,
        public readonly string $body,
        public readonly string $file,
        public readonly string $type = 'application/octet-stream',
    ) {
    }
}

/** A place of a message, or what has places in it. */
final class Node
{
    /**
     * @param ?\Closure(Values): string $fill makes the name
     * @param string $label names it where the message gives it, as $like
     * @param string $said as a refusal has it
     * @param list<Node> $children
     */
    public function __construct(
        public readonly string $name = '',
        public readonly ?\Closure $fill = null,
        public readonly string $label = '',
        public readonly string $like = '',
        public readonly string $local = '',
        public readonly string $at = '',
        public readonly bool $optional = false,
        public readonly bool $rest = false,
        public readonly bool $cdata = false,
        public readonly bool $payload = false,
        public readonly bool $nil = false,
        public readonly bool $whole = false,
        public readonly bool $opaque = false,
        public readonly bool $list = false,
        public readonly string $holder = '',
        public readonly string $said = '',
        public readonly array $children = [],
    ) {
    }
}

/** A value in a text that is read. */
final class Hole
{
    /**
     * @param ?\Closure(Values): string $make
     * @param ?\Closure(string, Values): string $undo
     * @param ?\Closure(string): int $takes
     */
    public function __construct(
        public readonly string $at,
        public readonly ?\Closure $make = null,
        public readonly ?\Closure $undo = null,
        public readonly bool $json = false,
        public readonly bool $fold = false,
        public readonly ?\Closure $takes = null,
        public readonly ?int $behind = null,
    ) {
    }
}

/** What a value holds where a request was carried out. */
final class Success
{
    /** @param list<string> $texts */
    public function __construct(public readonly string $at, public readonly array $texts = [], public readonly bool $builtin = false)
    {
    }
}

/** Which HTTP statuses an outcome has. */
final class Status
{
    /** @param list<int> $codes */
    public function __construct(public readonly string $code, public readonly array $codes, public readonly int $all = 0)
    {
    }

    public function takes(int $status): bool
    {
        return in_array($status, $this->codes, true) || $this->all === intdiv($status, 100);
    }
}

/** Where a selection takes pairs from. */
final class Source
{
    /**
     * @param list<string> $path
     * @param list<string> $exclude
     * @param list<string> $names
     */
    public function __construct(
        public readonly string $of = '',
        public readonly string $name = '',
        public readonly string $text = '',
        public readonly string $holder = '',
        public readonly array $path = [],
        public readonly array $exclude = [],
        public readonly array $names = [],
    ) {
    }
}

/** Pairs that are selected, sorted and joined. */
final class Selection
{
    /**
     * @param list<Source> $from
     * @param ?\Closure(string, string, string): string $pair
     * @param list<string> $skip
     * @param list<string> $must
     */
    public function __construct(
        public readonly array $from,
        public readonly string $sort,
        public readonly string $join,
        public readonly ?\Closure $pair = null,
        public readonly ?string $only = null,
        public readonly string $split = '',
        public readonly array $skip = [],
        public readonly array $must = [],
        public readonly bool $empty = false,
        public readonly bool $fixed = false,
    ) {
    }
}

/** What a value of an answer holds by outcome: texts, and whether JSON has them without quotes. */
final class Fixed
{
    /** @param list<array{string, bool}> $texts */
    public function __construct(public readonly string $at, public readonly array $texts = [], public readonly bool $builtin = false)
    {
    }
}

/** A form of answers to notifications. */
final class Answer
{
    /**
     * @param \Closure(Message): bool $when
     * @param \Closure(Message): Message $write
     * @param list<string> $outcomes
     * @param list<string> $codes
     * @param list<Fixed> $success
     * @param list<Fixed> $failure
     * @param list<array{string, int}> $status
     */
    public function __construct(
        public readonly \Closure $when,
        public readonly \Closure $write,
        public readonly array $outcomes = [],
        public readonly array $codes = [],
        public readonly bool $seals = false,
        public readonly array $success = [],
        public readonly array $failure = [],
        public readonly array $status = [],
    ) {
    }
}

/** A form of notifications. */
final class Arrival
{
    /**
     * @param \Closure(Message): bool $when
     * @param \Closure(Message): void $read
     * @param \Closure(Message): void $guard
     * @param \Closure(Message): bool $later
     * @param list<string> $bound
     */
    public function __construct(
        public readonly \Closure $when,
        public readonly \Closure $read,
        public readonly \Closure $guard,
        public readonly \Closure $later,
        public readonly array $bound = [],
        public readonly bool $asks = false,
        public readonly string $named = '',
        public readonly ?Answer $echo = null,
    ) {
    }
}

/** What came of a request. */
final class Verdict
{
    /**
     * @param bool $proved a key proves it
     * @param bool $unknown it is the reply to somebody who is not known
     */
    public function __construct(
        public readonly bool $ok,
        public readonly string $code,
        public readonly string $text,
        public readonly string $payload,
        public readonly bool $proved,
        public readonly bool $unknown,
    ) {
    }
}

/**
 * What is known of a message by name. One that is not there is not taken for an empty text.
 *
 * @implements \ArrayAccess<string, string>
 */
final class Values implements \ArrayAccess
{
    private const OWN = [
        'now', 'random', 'app', 'interface', 'payload', 'id', 'code', 'text', 'frame', 'method', 'scheme', 'host', 'path', 'query', 'body', 'url', 'target',
    ];

    /** @var array<string, string> */
    private array $texts = [];

    public function offsetExists(mixed $name): bool
    {
        return isset($this->texts[$name]);
    }

    public function offsetGet(mixed $name): string
    {
        if (!isset($this->texts[$name]) && !in_array($name, self::OWN, true)) {
            throw new ProtocolException('a value that is needed is not there: ' . $name);
        }
        return $this->texts[$name] ?? '';
    }

    public function offsetSet(mixed $name, mixed $text): void
    {
        $this->texts[(string) $name] = $text;
    }

    public function offsetUnset(mixed $name): void
    {
        unset($this->texts[$name]);
    }

    /** The value, or null. */
    public function maybe(string $name): ?string
    {
        return $this->texts[$name] ?? null;
    }

    /** @param array<string, string> $texts */
    public function fill(array $texts): void
    {
        $this->texts = array_replace($this->texts, $texts);
    }
}
