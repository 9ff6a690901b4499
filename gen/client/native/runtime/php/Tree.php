<?php

declare(strict_types=1);

namespace Jiekou;

/** JSON, XML and pairs, read into one kind of tree with every byte of their values: text is without escapes, raw as it stood. */
final class Tree
{
    private const SCALAR = '/\G(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)/';
    private const TEXT = '~\G"(?:[^"\\\\\x00-\x1f]++|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*+"~';
    private const TOKEN = '~\G(?:<\?.*?\?>|<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<(/?)([^\s/>!?]++)((?:[^>"\'/]++|/(?!>)|"[^"]*+"|\'[^\']*+\')*+)(/?)>|([^<]++))~s';
    private const ENTITIES = ['lt' => '<', 'gt' => '>', 'amp' => '&', 'quot' => '"', 'apos' => "'"];

    /**
     * @param string $kind object, array, text, scalar or null
     * @param list<Tree> $items
     */
    public function __construct(public string $kind, public string $name = '', public string $text = '', public string $raw = '', public array $items = [])
    {
    }

    /**
     * The elements of a list: in XML one element may be a list of one.
     *
     * @return list<Tree>
     */
    public function elements(): array
    {
        if ($this->kind === 'array') {
            return $this->items;
        }
        return $this->kind === 'object' || trim($this->text) !== '' ? [$this] : [];
    }

    /** Reads JSON. A name that is given twice is an error, as with the server. */
    public static function parseJSON(string $x): self
    {
        Texts::string($x);
        $at = str_starts_with($x, "\xef\xbb\xbf") ? 3 : 0;
        self::space($x, $at);
        $root = self::value($x, $at, 1);
        self::space($x, $at);
        if ($at < strlen($x)) {
            throw self::wrong();
        }
        return $root;
    }

    private static function wrong(): ProtocolException
    {
        return new ProtocolException('no well-formed JSON');
    }

    private static function space(string $x, int &$at): void
    {
        $at += strspn($x, " \n\r\t", $at);
    }

    private static function readText(string $x, int &$at): string
    {
        if (preg_match(self::TEXT, $x, $found, 0, $at) !== 1) {
            throw self::wrong();
        }
        $at += strlen($found[0]);
        $text = json_decode($found[0]);
        if (!is_string($text)) {
            throw self::wrong();
        }
        return $text;
    }

    private static function value(string $x, int &$at, int $depth): self
    {
        if ($depth > 64) {
            throw self::wrong();
        }
        $start = $at;
        $ch = $x[$at] ?? '';
        if ($ch === '{' || $ch === '[') {
            $node = new self($ch === '{' ? 'object' : 'array');
            $node->items = self::members($x, $at, $ch, $depth);
        } elseif ($ch === '"') {
            $node = new self('text', text: self::readText($x, $at));
        } else {
            if (preg_match(self::SCALAR, $x, $found, 0, $at) !== 1) {
                throw self::wrong();
            }
            $at += strlen($found[0]);
            $node = new self($found[0] === 'null' ? 'null' : 'scalar');
        }
        $node->raw = substr($x, $start, $at - $start);
        if ($node->kind !== 'null' && $node->kind !== 'text') {
            $node->text = $node->raw;
        }
        return $node;
    }

    /** @return list<Tree> */
    private static function members(string $x, int &$at, string $kind, int $depth): array
    {
        $end = $kind === '{' ? '}' : ']';
        $out = $seen = [];
        $at++;
        self::space($x, $at);
        while (($x[$at] ?? '') !== $end) {
            if ($out !== []) {
                self::expect($x, $at, ',');
            }
            $name = '';
            if ($kind === '{') {
                $name = self::readText($x, $at);
                if (isset($seen[$name])) {
                    throw new ProtocolException('a name that is given twice');
                }
                $seen[$name] = true;
                self::space($x, $at);
                self::expect($x, $at, ':');
            }
            $one = self::value($x, $at, $depth + 1);
            $one->name = $name;
            $out[] = $one;
            self::space($x, $at);
        }
        $at++;
        return $out;
    }

    private static function expect(string $x, int &$at, string $ch): void
    {
        if (($x[$at] ?? '') !== $ch) {
            throw self::wrong();
        }
        $at++;
        self::space($x, $at);
    }

    /** A text as JSON. */
    public static function quote(string $x): string
    {
        $short = ['"' => '\\"', '\\' => '\\\\', "\n" => '\\n', "\r" => '\\r', "\t" => '\\t'];
        $escaped = preg_replace_callback('/["\\\\\x00-\x1f]/', static fn (array $m): string => $short[$m[0]] ?? sprintf('\\u%04x', ord($m[0])), $x);
        return '"' . $escaped . '"';
    }

    private static function isStructured(string $x): bool
    {
        return preg_match('/\A[ \t\n\r]*[{[]/', $x) === 1;
    }

    public static function compact(string $x): string
    {
        if (!self::isStructured($x)) {
            return $x;
        }
        self::parseJSON($x);
        return (string) preg_replace('/("(?:[^"\\\\]++|\\\\.)*+")|[ \t\n\r]++/s', '$1', $x);
    }

    public static function canonical(string $x, bool $drop): string
    {
        return self::isStructured($x) ? self::sorted(self::parseJSON($x), $drop) : $x;
    }

    private static function sorted(self $node, bool $drop): string
    {
        if ($node->kind === 'array') {
            return '[' . implode(',', array_map(static fn (self $c): string => self::sorted($c, $drop), $node->items)) . ']';
        }
        if ($node->kind !== 'object') {
            return $node->raw;
        }
        $kept = array_filter($node->items, static fn (self $c): bool => !$drop || $c->kind !== 'null' && ($c->kind !== 'text' || $c->text !== ''));
        usort($kept, static fn (self $one, self $two): int => strcmp($one->name, $two->name));
        return '{' . implode(',', array_map(static fn (self $c): string => self::quote($c->name) . ':' . self::sorted($c, $drop), $kept)) . '}';
    }

    /** An object without nested ones, its names composed. */
    public static function flat(string $x, string $open, string $close, int $first): string
    {
        if (!self::isStructured($x)) {
            throw ProtocolException::form();
        }
        return '{' . implode(',', self::flattened(self::parseJSON($x), null, $open, $close, $first)) . '}';
    }

    /** @return list<string> */
    private static function flattened(self $node, ?string $name, string $open, string $close, int $first): array
    {
        $out = [];
        foreach ($node->items as $i => $c) {
            $own = $node->kind === 'array' ? (string) ($i + $first) : $c->name;
            $whole = $name === null ? $own : $name . $open . $own . $close;
            $out = array_merge($out, in_array($c->kind, ['object', 'array'], true)
                ? self::flattened($c, $whole, $open, $close, $first)
                : [self::quote($whole) . ':' . $c->raw]);
        }
        return $out;
    }

    /** An object as a text of its members. */
    public static function nested(string $x, string $is, string $and, string $open, string $close, string $items, bool $sorted, bool $drop): string
    {
        $write = static function (self $n) use (&$write, $is, $and, $open, $close, $items, $sorted, $drop): string {
            if (!in_array($n->kind, ['object', 'array'], true)) {
                return $n->kind === 'null' ? '' : $n->text;
            }
            $kept = array_filter($n->items, static fn (self $c): bool => !$drop || $c->kind !== 'null' && ($c->kind !== 'text' || $c->text !== ''));
            if ($n->kind === 'array') {
                return $open . implode($items, array_map($write, $kept)) . $close;
            }
            if ($sorted) {
                usort($kept, static fn (self $one, self $two): int => strcmp($one->name, $two->name));
            }
            return $open . implode($and, array_map(static fn (self $c): string => $c->name . $is . $write($c), $kept)) . $close;
        };
        return $write(self::parseJSON($x));
    }

    /** A query or a form. */
    /** The text of a member of an object, a.b for one that is nested; nothing where it is not. */
    public static function memberText(string $x, string $path): string
    {
        return self::parseJSON($x)->walk(explode('.', $path))?->text ?? '';
    }

    public static function parsePairs(string $x): self
    {
        $root = new self('object', text: $x, raw: $x);
        foreach (explode('&', $x) as $one) {
            if ($one !== '') {
                [$name, $raw] = explode('=', $one, 2) + [1 => ''];
                $root->items[] = new self('text', Texts::unurl($name, '', true), Texts::unurl($raw, '', true), $raw);
            }
        }
        return $root;
    }

    /** Elements, texts and CDATA; a document type is refused. */
    public static function parseXML(string $x): self
    {
        if (preg_match('/\A<\?xml[^>]*encoding=["\'](gb|GB)/', $x) === 1) {
            $x = Texts::ungbk($x);
        }
        Texts::string($x);
        $root = new self('object', text: $x, raw: $x);
        $opened = [[$root, '', 0]];
        $at = 0;
        while ($at < strlen($x)) {
            if (preg_match(self::TOKEN, $x, $m, PREG_UNMATCHED_AS_NULL, $at) !== 1) {
                throw self::noXML();
            }
            $start = $at;
            $at += strlen((string) $m[0]);
            [$top, $full, $from] = $opened[count($opened) - 1];
            [, $cdata, $closing, $name, , $alone, $plain] = $m + [5 => null, 6 => null];
            if ($cdata !== null || $plain !== null) {
                $text = $cdata ?? self::unescape((string) $plain);
                if ($top !== $root) {
                    $top->text .= $text;
                } elseif (Texts::trim($text) !== '' && $text !== "\xef\xbb\xbf") {
                    throw self::noXML();
                }
            } elseif ($name !== null && $closing !== '/') {
                $node = new self('text', (string) preg_replace('/^.*:/', '', $name));
                $top->kind = 'object';
                $top->items[] = $node;
                if ($alone === '/') {
                    $node->raw = (string) $m[0];
                } else {
                    $opened[] = [$node, $name, $start];
                }
            } elseif ($name !== null) {
                if ($full !== $name || $top === $root) {
                    throw self::noXML();
                }
                $top->raw = substr($x, $from, $at - $from);
                if ($top->kind === 'object') {
                    $top->text = $top->raw;
                }
                array_pop($opened);
            }
        }
        if (count($opened) > 1 || count($root->items) !== 1) {
            throw self::noXML();
        }
        return $root;
    }

    private static function noXML(): ProtocolException
    {
        return new ProtocolException('no well-formed XML');
    }

    private static function unescape(string $x): string
    {
        $x = (string) preg_replace('/\r\n?/', "\n", $x);
        return (string) preg_replace_callback('/&([^;&]*);?/', static function (array $m): string {
            $number = preg_match('/\A#(?:x([0-9a-fA-F]+)|([0-9]+))\z/', $m[1], $digits) === 1;
            if (!str_ends_with($m[0], ';') || !$number && !isset(self::ENTITIES[$m[1]])) {
                throw self::noXML();
            }
            if (!$number) {
                return self::ENTITIES[$m[1]];
            }
            $out = mb_chr((int) ($digits[1] !== '' ? hexdec($digits[1]) : (int) $digits[2]), 'UTF-8');
            return $out === false ? throw self::noXML() : $out;
        }, $x);
    }

    private static function escape(string $x): string
    {
        $named = ['<' => '&lt;', '>' => '&gt;', '&' => '&amp;', "\r" => '&#13;'];
        return (string) preg_replace_callback('/[<>&\x00-\x08\x0b-\x1f]/', static fn (array $m): string => $named[$m[0]] ?? ' ', $x);
    }

    public static function element(string $name, string $text, bool $cdata): string
    {
        $inner = $cdata && !str_contains($text, ']]>') ? '<![CDATA[' . $text . ']]>' : self::escape($text);
        return '<' . $name . '>' . $inner . '</' . $name . '>';
    }

    public static function isXMLName(string $name): bool
    {
        return preg_match('/\A[_:a-zA-Z\x80-\xff][-._:a-zA-Z0-9\x80-\xff]*\z/', $name) === 1;
    }

    /** The members of an object as elements. */
    public function membersXML(): string
    {
        $out = '';
        foreach ($this->items as $c) {
            if (!self::isXMLName($c->name)) {
                throw new ProtocolException('no name of an element');
            }
            foreach ($c->kind === 'array' ? $c->items : [$c] as $n) {
                $out .= $n->kind === 'object' ? "<{$c->name}>" . $n->membersXML() . "</{$c->name}>" : self::element($c->name, $n->text, false);
            }
        }
        return $out;
    }

    /**
     * A tree that came as XML or pairs as JSON that says the same.
     *
     * @param ?\Closure(string): bool $leave names that are left out
     */
    public function asJSON(?\Closure $leave = null): string
    {
        $by = [];
        foreach ($this->items as $c) {
            if ($leave === null || !$leave($c->name)) {
                $by[$c->name][] = $c->kind === 'object' ? $c->asJSON() : self::quote($c->text);
            }
        }
        $out = [];
        foreach ($by as $name => $found) {
            $out[] = self::quote((string) $name) . ':' . (count($found) > 1 ? '[' . implode(',', $found) . ']' : $found[0]);
        }
        return '{' . implode(',', $out) . '}';
    }

    public static function toXML(string $x, string $root): string
    {
        return "<{$root}>" . self::parseJSON($x === '' ? '{}' : $x)->membersXML() . "</{$root}>";
    }

    public static function fromXML(string $x, string $root): string
    {
        $top = self::parseXML($x)->items[0];
        if ($top->name !== $root) {
            throw ProtocolException::form();
        }
        return $top->asJSON();
    }

    public function child(string $name): ?self
    {
        $found = array_values(array_filter($this->items, static fn (self $c): bool => $c->name === $name));
        if (count($found) > 1) {
            throw new ProtocolException('a name that is given twice');
        }
        return $found[0] ?? null;
    }

    /**
     * What a path names; a star stands for the elements of a list.
     *
     * @param list<string> $path
     *
     * @return list<self>
     */
    public function each(array $path): array
    {
        $star = array_search('*', $path, true);
        $found = $this->walk($star === false ? $path : array_slice($path, 0, $star));
        if ($star === false) {
            return ($found ?? throw new ProtocolException('it is missing'))->items;
        }
        if ($found === null) {
            return [];
        }
        $rest = array_slice($path, $star + 1);
        $out = [];
        foreach ($found->kind === 'array' ? $found->items : [$found] as $one) {
            $ends = in_array('*', $rest, true) ? $one->each($rest) : array_filter([$one->walk($rest)]);
            $out = array_merge($out, array_values($ends));
        }
        return $out;
    }

    /** @param list<string> $path */
    public function walk(array $path): ?self
    {
        $found = $this;
        foreach ($path as $name) {
            $found = $found->kind === 'array' ? (ctype_digit($name) ? $found->items[(int) $name] ?? null : null) : $found->child($name);
            if ($found === null) {
                return null;
            }
        }
        return $found->kind === 'null' ? null : $found;
    }
}
