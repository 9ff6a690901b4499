<?php

declare(strict_types=1);

namespace Jiekou;

/** A message, with what is known of it. */
final class Message
{
    public string $method = '';
    public string $scheme = 'https';
    public string $host = '';
    public string $base = ''; // of the path: what the server's URL has in front
    public string $path = '';
    public string $query = '';
    /** @var array<string, string> */
    public array $headers = [];
    public string $body = '';
    public int $status = 0;
    public string $payload = '';
    public string $draft = '';
    public bool $sending = false;
    /** @var array<string, string> */
    public array $given = [];
    /** @var array<string, mixed> */
    public array $keys = [];
    public int $now = 0;
    public ?self $call = null;
    public bool $bare = false; // a refusal that has nothing of the call
    public Form $form;
    public Values $values;
    /** @var array<string, bool> */
    public array $json = [];
    /** @var array<string, true> */
    public array $absent = [];
    /** @var array<string, list<string>> */
    public array $more = [];
    /** It has the form, so that it is answered with the keys. */
    public bool $known = false;

    public bool $proved = false;

    /** All of it holds, but for what counts once. */
    public bool $held = false;
    public ?Answer $echo = null;
    public string $named = '';
    /** @var list<array{string, int, string}> */
    public array $once = [];
    /** @var list<FilePart> */
    public array $files = [];
    private ?string $boundary = null;
    /** @var list<string> */
    private array $exclude = [];

    public function __construct()
    {
        $this->form = new Form();
        $this->values = new Values();
    }

    /** @param array<string, string> $headers */
    public function setHeaders(array $headers): void
    {
        foreach ($headers as $name => $text) {
            $this->headers[ucwords(strtolower((string) $name), '-')] = $text;
        }
    }

    // Writing.

    /** Makes the message one of a form, with the Content-Type of its body. */
    public function begin(Form $form): Values
    {
        $this->form = $form;
        if ($form->type !== '' && ($this->headers['Content-Type'] ?? '') === '') {
            $this->headers['Content-Type'] = $form->type . ($form->carriage === 'multipart' ? $this->boundary() : '');
        }
        if ($form->empty) {
            $this->body = '';
        }
        return $this->values;
    }

    public function put(string $name, string $text, bool $json = false): void
    {
        $this->values[$name] = $text;
        $this->json[$name] = $json;
    }

    /** The message that this one answers. */
    public function asked(): self
    {
        return $this->call ?? throw new ProtocolException('there is no message that this one answers');
    }

    public function isJSON(string $name): bool
    {
        return $this->json[$name] ?? false;
    }

    /**
     * The text that the caller gave for a value that a sender may choose.
     *
     * @param \Closure(): string $make
     */
    public function given(string $name, \Closure $make): string
    {
        return $this->given[$name] ?? $make();
    }

    public function putPath(string $text): void
    {
        $this->path = $this->base . $text;
        $this->put('path', $this->path);
    }

    public function putQuery(string $text): void
    {
        $this->query = $text;
        $this->put('query', $text);
    }

    public function putBody(string $text): void
    {
        $this->body = $text;
        $this->put('body', $text);
    }

    public function urls(): void
    {
        $this->values['target'] = $this->path . ($this->query !== '' ? '?' . $this->query : '');
        $this->values['url'] = $this->scheme . '://' . $this->host . $this->values['target'];
    }

    public function header(string $name, string $at, bool $optional = false): void
    {
        $text = $this->values[$at];
        if ($optional && $text === '') {
            return;
        }
        if (preg_match('/[\r\n\0]/', $text) === 1) {
            throw ProtocolException::form($name);
        }
        $this->headers[$name] = $text;
    }

    /** @return array{string, bool, bool} a text, whether JSON has it without quotes, and whether it is left out */
    private function leaf(Node $node): array
    {
        $text = $this->values->maybe($node->at);
        $left = in_array($node->at, $this->exclude, true) || $text === null && $node->rest || $node->optional && ($text ?? '') === '';
        return [$text ?? '', $this->isJSON($node->at), $left];
    }

    private function nameOf(Node $node): string
    {
        if ($node->label !== '') {
            return $this->values->maybe($node->label) ?? '';
        }
        return $node->fill !== null ? ($node->fill)($this->values) : $node->name;
    }

    private function names(Node $node, string $name): bool
    {
        foreach ($node->children as $c) {
            if (!$c->rest && ($name === $this->nameOf($c) || $c->local !== '' && $name === $c->local)) {
                return true;
            }
        }
        return false;
    }

    public function writeJSON(?Node $node): string
    {
        if ($node === null) {
            return '';
        }
        if ($node->at !== '') {
            [$text, $json] = $this->leaf($node);
            $empty = $node->payload ? '{}' : 'null';
            return $json ? ($text === '' ? $empty : $text) : Tree::quote($text);
        }
        $parts = [];
        foreach ($node->children as $c) {
            [$text, , $left] = $c->at !== '' ? $this->leaf($c) : ['', false, false];
            if ($left) {
                continue;
            }
            if ($c->rest) {
                foreach ($this->restOf($node, $text) as $n) {
                    $parts[] = Tree::quote($n->name) . ':' . $n->raw;
                }
            } else {
                $parts[] = ($node->list ? '' : Tree::quote($this->nameOf($c)) . ':') . $this->writeJSON($c);
            }
        }
        return $node->list ? '[' . implode(',', $parts) . ']' : '{' . implode(',', $parts) . '}';
    }

    /** @return list<Tree> the members of a payload that stand among other places */
    private function restOf(Node $node, string $payload): array
    {
        if (trim($payload) === '') {
            return [];
        }
        $root = Tree::parseJSON($payload);
        if ($root->kind !== 'object') {
            throw ProtocolException::form('the payload');
        }
        foreach ($root->items as $n) {
            if ($this->names($node, $n->name)) {
                throw new ProtocolException('a member of the payload is named like one that the protocol writes');
            }
        }
        return $root->items;
    }

    public function writeXML(?Node $node): string
    {
        $out = '';
        foreach ($node->children ?? [] as $c) {
            [$text, $json, $left] = $c->at !== '' ? $this->leaf($c) : ['', false, false];
            if ($left) {
                continue;
            }
            if ($c->rest) {
                $this->restOf($node ?? $c, $text);
                $out .= trim($text) === '' ? '' : Tree::parseJSON($text)->membersXML();
                continue;
            }
            $name = $this->nameOf($c);
            if (!Tree::isXMLName($name)) {
                throw ProtocolException::form($name);
            }
            if ($c->at === '') {
                $out .= "<$name>" . $this->writeXML($c) . "</$name>";
            } elseif ($json && str_starts_with($text, '{')) {
                $out .= "<$name>" . Tree::parseJSON($text)->membersXML() . "</$name>";
            } else {
                $out .= Tree::element($name, $text, $c->cdata);
            }
        }
        return $out;
    }

    /** @return list<array{string, string}> the names and texts of a form */
    private function formOf(?Node $node): array
    {
        $out = [];
        foreach ($node->children ?? [] as $c) {
            if ($c->at === '') {
                continue;
            }
            [$text, , $left] = $this->leaf($c);
            if ($left) {
                continue;
            }
            if (!$c->rest) {
                $out[] = [$this->nameOf($c), $text];
                continue;
            }
            foreach ($this->restOf($node ?? $c, $text) as $n) {
                if ($n->kind !== 'null') {
                    $out[] = [$n->name, $n->text];
                }
            }
        }
        return $out;
    }

    public function writePairs(?Node $node): string
    {
        return implode('&', array_map(fn (array $one): string => Texts::url($one[0], '-_.~', true) . '=' . Texts::url($one[1], '-_.~', true), $this->formOf($node)));
    }

    /** What is between the parts of a message. */
    private function boundary(): string
    {
        return $this->boundary ??= bin2hex(random_bytes(16));
    }

    /** A body of several parts: the texts, and behind them the files. */
    public function writeParts(?Node $node): string
    {
        $out = '';
        foreach ($this->formOf($node) as [$name, $text]) {
            $out .= $this->partText($name, '', $text);
        }
        foreach ($this->files as $file) {
            if (strpbrk($file->file . $file->type, "\r\n") !== false) {
                throw ProtocolException::form($file->name);
            }
            $out .= $this->partText($file->name, '; filename="' . addcslashes($file->file, '"\\') . "\"\r\nContent-Type: " . $file->type, $file->body);
        }
        return $out . '--' . $this->boundary() . "--\r\n";
    }

    private function partText(string $name, string $more, string $text): string
    {
        if (strpbrk($name, "\r\n") !== false) {
            throw ProtocolException::form($name);
        }
        return '--' . $this->boundary() . "\r\nContent-Disposition: form-data; name=\"" . addcslashes($name, '"\\') . '"' . $more . "\r\n\r\n" . $text . "\r\n";
    }

    /** What the interface has in the query, and behind it what the protocol puts there. */
    public function writeQuery(?Node $node): string
    {
        $out = array_filter(explode('&', $this->draft), fn (string $one): bool => $one !== '' && !($node !== null && $this->names($node, explode('=', $one, 2)[0])));
        $pairs = $this->writePairs($node);
        return implode('&', $pairs === '' ? $out : [...$out, $pairs]);
    }

    /**
     * A tree as pairs of one text.
     *
     * @param \Closure(string, string): string $pair
     */
    public function joinPairs(Node $node, string $join, \Closure $pair): string
    {
        $out = [];
        foreach ($node->children as $c) {
            if ($c->rest) {
                foreach ($this->restOf($node, $this->values->maybe($c->at) ?? '') as $n) {
                    if ($n->kind !== 'null') {
                        $out[] = $pair($n->name, $n->text);
                    }
                }
            } elseif (!$c->optional || ($this->values->maybe($c->at) ?? '') !== '') {
                $out[] = $pair($c->name, $this->values[$c->at]);
            }
        }
        return implode($join, $out);
    }

    // Parts of a message, and pairs of them.

    private static function parse(string $holder, string $text): Tree
    {
        return match ($holder) {
            'json' => Tree::parseJSON($text),
            'xml' => Tree::parseXML($text),
            default => Tree::parsePairs($text),
        };
    }

    private function container(Source $source): Tree
    {
        $inQuery = $source->holder === 'query';
        if (!$inQuery && $this->form->body !== null && $source->holder !== $this->form->carriage) {
            return Tree::parsePairs('');
        }
        $text = $inQuery ? $this->query : $this->body;
        if ($this->sending) {
            $this->exclude = $source->exclude;
            try {
                if ($source->holder === 'multipart') {
                    return new Tree('object', items: array_map(fn (array $one): Tree => new Tree('text', $one[0], $one[1], $one[1]), $this->formOf($this->form->body)));
                }
                if ($inQuery) {
                    $text = $this->writeQuery($this->form->query);
                } elseif ($this->form->body !== null) {
                    $text = match ($this->form->carriage) {
                        'json' => $this->writeJSON($this->form->body),
                        'xml' => $this->writeXML($this->form->body),
                        default => $this->writePairs($this->form->body),
                    };
                }
            } finally {
                $this->exclude = [];
            }
        }
        return self::parse($source->holder, $text);
    }

    /** @return list<array{string, string, string}> the pairs of a source */
    private function pairsOf(Source $source): array
    {
        if ($source->of === '' && $source->holder === '') {
            return [[$source->name, $source->text, $source->text]];
        }
        $out = [];
        if ($source->holder === 'header') {
            foreach ($this->headers as $name => $text) {
                $out[] = [(string) $name, $text, $text];
            }
            if ($this->host !== '' && !isset($this->headers['Host'])) {
                $out[] = ['Host', $this->host, $this->host];
            }
            return $out;
        }
        $tree = $source->of === '' ? $this->container($source) : Tree::parseJSON($this->values[$source->of]);
        foreach ($tree->each($source->path) as $n) {
            $out[] = [$n->name, $n->text, $n->raw];
        }
        return $out;
    }

    /** The pairs that a selection takes. */
    public function select(Selection $s): string
    {
        $pairs = [];
        foreach ($s->from as $source) {
            foreach ($this->pairsOf($source) as $one) {
                if (($one[1] !== '' || $s->empty) && !in_array($one[0], $source->names, true) && !self::skips($s->skip, $one[0])) {
                    $pairs[] = $one;
                }
            }
        }
        if ($s->only !== null) {
            $pairs = self::restrict($pairs, $s->only, $s);
        }
        match ($s->sort) {
            'name' => usort($pairs, static fn (array $a, array $b): int => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1])),
            'name-nocase' => usort($pairs, static fn (array $a, array $b): int => strcmp(strtolower($a[0]), strtolower($b[0]))),
            'value' => usort($pairs, static fn (array $a, array $b): int => strcmp($a[1], $b[1])),
            default => null,
        };
        $pair = $s->pair ?? static fn (string $name, string $value, string $raw): string => $name . '=' . $value;
        $parts = array_map(static fn (array $one): string => $pair(...$one), $pairs);
        if ($s->sort === 'pair') {
            usort($parts, 'strcmp');
        }
        return implode($s->join, $parts);
    }

    /** @param list<string> $skip */
    private static function skips(array $skip, string $name): bool
    {
        foreach ($skip as $word) {
            if (str_ends_with($word, '*') ? str_starts_with($name, substr($word, 0, -1)) : $name === $word) {
                return true;
            }
        }
        return false;
    }

    /**
     * The pairs whose names are listed, in the order of the list.
     *
     * @param list<array{string, string, string}> $pairs
     * @return list<array{string, string, string}>
     */
    private static function restrict(array $pairs, string $only, Selection $s): array
    {
        $out = $names = [];
        foreach ($s->split === '' ? [$only] : explode($s->split, $only) as $word) {
            $low = strtolower($word);
            $found = array_values(array_filter($pairs, static fn (array $one): bool => str_ends_with($word, '*')
                ? str_starts_with(strtolower($one[0]), substr($low, 0, -1)) : strtolower($one[0]) === $low));
            if (!str_ends_with($word, '*') && $found === [] && ($word === '' || $s->fixed)) {
                continue;
            }
            if (!str_ends_with($word, '*')) {
                $found = [[$word, ...array_slice($found[0] ?? throw new ProtocolException('it is missing: ' . $word), 1)]];
            }
            foreach ($found as $one) {
                $out[] = $one;
                $names[] = strtolower($one[0]);
            }
        }
        foreach ($s->must as $word) {
            if (!in_array(strtolower($word), $names, true)) {
                throw new ProtocolException('a part that must be signed is not among those that are');
            }
        }
        return $out;
    }

    /**
     * A part of the message by its name, and whether JSON has it without quotes.
     *
     * @param list<string> $path
     * @return array{?string, bool}
     */
    public function part(string $holder, array $path): array
    {
        if ($holder === 'header') {
            return [$path[0] === 'Host' ? $this->host : $this->headers[$path[0]] ?? null, false];
        }
        if ($holder === 'path') {
            $below = str_starts_with($this->path, $this->base) ? substr($this->path, strlen($this->base)) : $this->path;
            return [explode('/', trim($below, '/'))[(int) $path[0] - 1] ?? null, false];
        }
        foreach ($this->files as $file) {
            if ($holder === 'multipart' && $file->name === $path[0]) {
                return [$file->body, false];
            }
        }
        $found = null;
        try {
            if ($holder === 'query') {
                $found = Tree::parsePairs($this->query)->walk($path);
            } elseif ($this->sending && $this->body === '' && $this->payload !== '') {
                $root = Tree::parseJSON($this->payload);
                for ($skipped = 0; $skipped < count($path); $skipped++) {
                    $found ??= $root->walk(array_slice($path, $skipped));
                }
            } else {
                $found = self::parse($holder, $this->body)->walk($path);
            }
        } catch (ProtocolException) {
            return [null, false];
        }
        return $found === null ? [null, false] : [$found->text, $found->kind !== 'text'];
    }

    /** @param list<string> $path */
    public function takePart(string $name, string $holder, array $path): void
    {
        [$text, $json] = $this->part($holder, $path);
        $this->put($name, $text ?? '', $json);
        if ($text === null) {
            $this->absent[$name] = true;
        }
    }

    /** A value of the message that is answered. */
    public function ofCall(string $name, string $of): void
    {
        if ($this->bare) {
            $this->put($name, '');
            return;
        }
        // What a notification that does not hold says is not repeated: whoever forged it would get it back signed.
        $text = $this->call !== null && ($this->call->sending || $this->call->held) ? $this->call->values->maybe($of) : null;
        $this->put($name, $text ?? '', $text !== null && $this->asked()->isJSON($of));
        if ($text === null) {
            $this->absent[$name] = true;
        }
    }

    // Reading: places first, then the equations between them.

    private function missing(Node $node, bool $optional = false): void
    {
        if ($node->nil) {
            $this->put($node->at, 'null', true);
        } elseif ($node->at !== '' && ($node->payload && $this->form->success !== [] || $node->optional || $optional)) {
            $this->put($node->at, '');
            $this->absent[$node->at] = true;
        } elseif ($node->at !== '') {
            $wrong = new ProtocolException($node->at . ': it is missing', 'required');
            $wrong->field = $node->said;
            throw $wrong;
        } elseif ($this->call === null && !$node->optional && !$optional) {
            throw ProtocolException::form('the body');
        }
        foreach ($node->children as $c) {
            $this->missing($c, $optional || $node->optional);
        }
    }

    /**
     * @param list<Status> $statuses
     */
    private static function success(array $statuses): ?Status
    {
        foreach ($statuses as $one) {
            if ($one->code === 'success') {
                return $one;
            }
        }
        return null;
    }

    /**
     * Refuses a reply whose HTTP status tells another outcome than its form has.
     *
     * @param list<Status> $statuses
     * @param list<string> $outcomes
     */
    public function fitStatus(array $statuses, array $outcomes): void
    {
        $success = self::success($statuses);
        if ($success === null || $this->status === 0) {
            return;
        }
        $fits = $success->takes($this->status);
        $others = false;
        foreach ($statuses as $one) {
            $others = $others || $one !== $success && $one->takes($this->status);
        }
        foreach ($outcomes as $outcome) {
            if ($outcome === 'success' ? !$fits : $fits && !$others) {
                throw ProtocolException::form('the HTTP status');
            }
        }
    }

    public function isEmpty(): void
    {
        if ($this->body !== '') {
            throw ProtocolException::form('the body');
        }
    }

    public function readHeaders(Node $node): void
    {
        foreach ($node->children as $c) {
            $text = $this->headers[$c->name] ?? null;
            if ($text === null) {
                $this->missing($c);
            } else {
                $this->put($c->at, $text);
            }
        }
    }

    public function readTree(?Node $node, Tree $tree): void
    {
        if ($node === null) {
            return;
        }
        if ($this->form->carriage === 'xml' && $tree->kind === 'text' && Texts::trim($tree->text) === '') {
            foreach ($node->children as $c) {
                if (!$c->rest) {
                    $this->missing($c);
                }
            }
            return;
        }
        if ($tree->kind !== 'object' && $tree->kind !== 'array') {
            throw ProtocolException::form('the body');
        }
        if ($this->call === null && $tree->kind === 'array' && !$node->list) {
            throw ProtocolException::form('the body');
        }
        foreach ($node->children as $i => $c) {
            if ($c->rest) {
                $this->readRest($node, $c, $tree);
                continue;
            }
            if ($node->list) {
                $found = $tree->items[$i] ?? null;
            } elseif ($c->label !== '') {
                $found = $this->labelled($node, $c, $tree);
            } else {
                $found = $tree->child($c->fill !== null ? ($c->fill)($this->values) : ($c->local !== '' ? $c->local : $c->name));
            }
            $blank = $this->call === null && $c->said !== '' && $found !== null && $found->kind === 'text' && $found->text === '';
            if ($found === null || $found->kind === 'null' || $blank) {
                $this->missing($c);
            } elseif ($c->at === '') {
                $this->readTree($c, $found);
            } else {
                $this->readLeaf($c, $found);
            }
        }
    }

    /** Finds the first member whose name fits that of a place and is no other place's. */
    private function labelled(Node $node, Node $c, Tree $tree): ?Tree
    {
        foreach ($tree->kind === 'object' ? $tree->items : [] as $one) {
            if (self::glob($c->like, $one->name) && !$this->names($node, $one->name)) {
                $this->put($c->label, $one->name);
                return $one;
            }
        }
        return null;
    }

    private function readLeaf(Node $c, Tree $found): void
    {
        $nested = $found->kind === 'object' || $found->kind === 'array';
        if ($c->opaque && $found->kind !== 'text') {
            throw ProtocolException::form($c->at);
        }
        if ($nested && !$c->whole) {
            return;
        }
        if ($nested && $c->holder !== 'json') {
            $this->put($c->at, $found->asJSON(), true);
        } elseif ($found->kind === 'text' && $c->whole && $c->holder === 'json') {
            $this->put($c->at, $found->raw, true);
        } else {
            $this->put($c->at, $found->text, $nested || $found->kind === 'scalar');
        }
    }

    private function readRest(Node $node, Node $rest, Tree $tree): void
    {
        $leave = fn (string $name): bool => $this->names($node, $name);
        if ($rest->holder !== 'json') {
            $this->put($rest->at, $tree->asJSON($leave), true);
            return;
        }
        $members = [];
        foreach ($tree->items as $n) {
            if (!$leave($n->name)) {
                $members[] = Tree::quote($n->name) . ':' . $n->raw;
            }
        }
        $this->put($rest->at, '{' . implode(',', $members) . '}', true);
    }

    /**
     * Reads the pairs of one text, in whatever order they came.
     *
     * @param list<string|Hole> $holes
     */
    public function readPairs(Node $node, string $join, bool $quotes, array $holes, string $text): void
    {
        $by = Texts::trim($join);
        $by = $by === '' ? $join : $by;
        $others = [];
        $rest = $text;
        while ($rest !== '') {
            $end = 0;
            $inside = false;
            while ($end < strlen($rest) && ($inside || substr_compare($rest, $by, $end, strlen($by)) !== 0)) {
                if ($quotes && $rest[$end] === '"') {
                    $inside = !$inside;
                }
                $end++;
            }
            $one = new self();
            $one->values = clone $this->values;
            unset($one->values['name'], $one->values['value']);
            $one->match($holes, Texts::trim(substr($rest, 0, $end)));
            $rest = substr($rest, $end + strlen($by));
            foreach ($node->children as $c) {
                if ($c->name !== $one->values->maybe('name')) {
                    continue;
                }
                if (!isset($this->values[$c->at])) {
                    $this->put($c->at, $one->values['value']);
                } else {
                    $this->more[$c->at][] = $one->values['value'];
                }
            }
            if (!$this->names($node, $one->values['name'])) {
                $others[] = Tree::quote($one->values['name']) . ':' . Tree::quote($one->values['value']);
            }
        }
        foreach ($node->children as $c) {
            if ($c->rest) {
                $this->put($c->at, '{' . implode(',', $others) . '}', true);
            }
        }
        foreach ($node->children as $c) {
            if (!isset($this->values[$c->at])) {
                $this->missing($c);
            }
        }
    }

    /**
     * Reads a text by a template.
     *
     * @param list<string|Hole> $holes
     */
    public function match(array $holes, string $text, bool $json = false): void
    {
        if (count($holes) === 1 && $holes[0] instanceof Hole) {
            $this->take($holes[0], $text, $json);
            return;
        }
        $rest = $text;
        foreach ($holes as $i => $one) {
            if ($one instanceof Hole) {
                $n = $this->extent($holes, $i, $one, $rest);
                $this->take($one, substr($rest, 0, $n));
                $rest = substr($rest, $n);
            } else {
                $rest = Texts::unprefix($rest, $one);
            }
        }
        if ($rest !== '') {
            throw ProtocolException::form();
        }
    }

    private function known(Hole $hole): string
    {
        return $hole->make !== null ? ($hole->make)($this->values) : $this->values[$hole->at];
    }

    /** @param list<string|Hole> $holes */
    private function extent(array $holes, int $i, Hole $hole, string $text): int
    {
        if ($i === count($holes) - 1) {
            return strlen($text);
        }
        if ($hole->takes !== null) {
            return ($hole->takes)($text);
        }
        if (isset($this->values[$hole->at])) {
            return strlen($this->known($hole));
        }
        if ($hole->behind !== null) {
            return $hole->behind > strlen($text) ? throw ProtocolException::form() : strlen($text) - $hole->behind;
        }
        $following = $holes[$i + 1];
        $end = $following instanceof Hole ? $this->known($following) : $following;
        $whole = $hole->at === 'payload' && $hole->make === null ? self::jsonEnd($text) : 0;
        if ($whole > 0 && substr($text, $whole, strlen($end)) === $end) {
            return $whole; // what is behind JSON may be in it, too
        }
        $n = strpos($text, $end);
        return $n === false ? throw ProtocolException::form() : $n;
    }

    /** Where the JSON object or list ends that a text begins with, 0 where it begins with none. */
    private static function jsonEnd(string $text): int
    {
        $depth = 0;
        $quoted = false;
        for ($i = 0, $n = strlen($text); $i < $n; $i++) {
            $ch = $text[$i];
            if ($quoted && $ch === '\\') {
                $i++;
            } elseif ($ch === '"') {
                $quoted = !$quoted;
            } elseif (!$quoted && ($ch === '{' || $ch === '[')) {
                $depth++;
            } elseif (!$quoted && ($ch === '}' || $ch === ']') && --$depth === 0) {
                return $i + 1;
            }
            if ($depth <= 0) {
                return 0;
            }
        }
        return 0;
    }

    private function take(Hole $hole, string $text, bool $json = false): void
    {
        if (isset($this->values[$hole->at])) {
            $ours = $this->known($hole);
            if (isset($this->absent[$hole->at]) || !(Texts::same($ours, $text) || $hole->fold && Texts::same(strtolower($ours), strtolower($text)))) {
                throw new ProtocolException('it differs');
            }
            return;
        }
        $this->put($hole->at, $hole->undo !== null ? ($hole->undo)($text, $this->values) : $text, $hole->undo !== null ? $hole->json : $json || $hole->at === 'payload');
    }

    /**
     * Reads one place by its template.
     *
     * @param list<string|Hole> $holes
     */
    public function place(string $at, array $holes): void
    {
        $text = $this->values->maybe($at);
        if ($text === null) {
            return;
        }
        if (isset($this->absent[$at])) {
            foreach ($holes as $one) {
                if ($one instanceof Hole && !isset($this->values[$one->at])) {
                    $this->put($one->at, '');
                    $this->absent[$one->at] = true;
                }
            }
            return;
        }
        $this->match($holes, $text, $this->isJSON($at));
        if (count($holes) === 1 && $holes[0] instanceof Hole && isset($this->more[$at])) {
            $this->more[$holes[0]->at] = $this->more[$at];
        }
    }

    /**
     * Computes a value again, in each form that is accepted.
     *
     * @param list<array{\Closure(): string, bool}> $forms
     */
    public function compare(string $name, bool $optional, array $forms): void
    {
        if ($optional && isset($this->absent[$name])) {
            return;
        }
        foreach ($forms as [$make, $fold]) {
            try {
                $ours = $make();
            } catch (ProtocolException) {
                continue;
            }
            foreach ($this->came($name) as $one) {
                if (Texts::same($one, $ours) || $fold && Texts::same(strtolower($one), strtolower($ours))) {
                    return;
                }
            }
        }
        throw new ProtocolException($name . ': it differs');
    }

    /** @param list<\Closure(string): bool> $checks */
    public function verify(string $name, array $checks): void
    {
        foreach ($checks as $check) {
            foreach ($this->came($name) as $one) {
                try {
                    if ($check($one)) {
                        return;
                    }
                } catch (ProtocolException) {
                    continue;
                }
            }
        }
        throw new ProtocolException($name . ': the signature differs: another key, or another text');
    }

    /** @return list<string> */
    private function came(string $name): array
    {
        return [$this->values[$name], ...$this->more[$name] ?? []];
    }

    // Rules on values.

    public function within(string $name, string $time, int $nanoseconds): void
    {
        if (abs($this->now - Clocks::number($time)) > $nanoseconds) {
            throw new ProtocolException($name . ': the time is outside of the window');
        }
    }

    public function until(string $name, string $time): void
    {
        if ($this->now > Clocks::number($time)) {
            throw new ProtocolException($name . ': the time is over');
        }
    }

    public function since(string $name, string $time, int $nanoseconds): void
    {
        if (Clocks::number($time) > $this->now + $nanoseconds) {
            throw new ProtocolException($name . ': the time has not come');
        }
    }

    public function fitsPattern(string $name, string $pattern): void
    {
        if (!self::fits($pattern, $this->values->maybe($name) ?? '')) {
            throw new ProtocolException($name . ': it does not have the form that is declared');
        }
    }

    /** Whether a pattern fits a whole text. */
    public static function fits(string $pattern, string $text): bool
    {
        return preg_match("\x01\\A(?:$pattern)\\z\x01u", $text) === 1;
    }

    /** Notes a value that must not come again for so many milliseconds; 0 is for good. */
    public function countsOnce(string $name, int $keep, string $refusal): void
    {
        if (isset($this->absent[$name])) {
            return;
        }
        if (strlen($this->values[$name]) > 256) {
            throw new ProtocolException($name . ': it is longer than is kept');
        }
        $this->once[] = [Texts::string($this->values[$name]), $keep, $refusal];
    }

    /** What came of the request, by the constants of success and the outcome of the form. */
    public function verdict(): Verdict
    {
        $f = $this->form;
        $ok = !$f->refuses;
        $shown = false;
        if ($f->success !== []) {
            $ok = true;
            foreach ($f->success as $c) {
                if ($c->at === 'text' || $c->builtin && !isset($this->values[$c->at])) {
                    continue;
                }
                $shown = true;
                $ok = $ok && in_array($this->values->maybe($c->at), $c->texts, true);
            }
        } elseif (!$f->refuses) {
            $success = self::success($f->status);
            $ok = $success !== null ? $success->takes($this->status) : $this->status === 0 || intdiv($this->status, 100) === 2;
        }
        foreach ($f->outcomes as $outcome) {
            if ($outcome === 'success' ? !$ok && $f->success !== [] : $ok && $shown) {
                $wrong = new ProtocolException('it contradicts the form of the reply');
                $wrong->foreign = true;
                throw $wrong;
            }
            $ok = $outcome === 'success';
        }
        $text = fn (string $name): string => Texts::string($this->values->maybe($name) ?? '');
        return new Verdict($ok, $text('code'), $text('text'), $text('payload'), $f->proves, in_array('unknown', $f->outcomes, true));
    }

    /** Whether a text fits, with * for anything and ? for one character. */
    public static function glob(string $pattern, string $text): bool
    {
        $words = ['\*' => '.*', '\?' => '[\x00-\x7f\xc0-\xff][\x80-\xbf]*+'];
        return preg_match('{\A' . strtr(preg_quote($pattern, '{'), $words) . '\z}s', $text) === 1;
    }

    public static function holds(?string $text, ?string $pattern = null): bool
    {
        return $pattern === null ? ($text ?? '') !== '' : self::glob($pattern, $text ?? '');
    }

    /**
     * Says of what fails with which code or rule it is refused, and of which field.
     *
     * @param \Closure(): mixed $act
     */
    public static function refusing(string $code, \Closure $act, string $field = ''): void
    {
        try {
            $act();
        } catch (ProtocolException $e) {
            if ($e->refusal === null) {
                [$e->refusal, $e->field] = [$code, $field];
            }
            throw $e;
        }
    }

    /**
     * Says of what fails that it is no such message at all.
     *
     * @param \Closure(): void $act
     */
    public static function foreign(\Closure $act): void
    {
        try {
            $act();
        } catch (ProtocolException $e) {
            $e->foreign = true;
            throw $e;
        }
    }
}
