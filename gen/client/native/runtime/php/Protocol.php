<?php

declare(strict_types=1);

namespace Jiekou;

/** Carries out a protocol, whose lines are in Lines. Times are in milliseconds. */
final class Protocol
{
    /**
     * @param array<string, \Closure(string): mixed> $keys
     * @param list<string> $ids
     * @param list<array{\Closure(Message): bool, \Closure(Message): Message}> $requests
     * @param list<\Closure(Message): Verdict> $replies
     * @param list<Arrival> $arrivals
     * @param list<Answer> $answers
     */
    public function __construct(
        private readonly array $keys,
        private readonly array $ids = [],
        private readonly array $requests = [],
        private readonly array $replies = [],
        private readonly array $arrivals = [],
        private readonly array $answers = [],
        private readonly bool $trusts = false,
    ) {
    }

    /** A secret, as its kind says: text, hex or base64. */
    public static function secret(string $kind, string $text): string
    {
        return match ($kind) {
            'hex' => Texts::unhex(strtolower($text)),
            'base64' => Texts::unbase64Bare(strtr(rtrim(trim($text), '='), '-_', '+/'), loose: true),
            default => $text,
        };
    }

    /** @param array<string, string> $texts */
    private function unlock(Message $m, array $texts, int $now): void
    {
        foreach ($this->keys as $name => $read) {
            if (($texts[$name] ?? '') === '') {
                continue;
            }
            $key = $read($texts[$name]);
            $m->keys[$name] = $key;
            $m->values[$name] = is_string($key) ? $key : '';
        }
        $m->now = $now * 1_000_000;
    }

    private static function aim(Message $m, string $method, string $url): void
    {
        preg_match('~\A(?:([a-z]+)://([^/?#]*))?([^?#]*)(?:\?([^#]*))?~', $url, $at);
        $m->method = $method;
        $m->scheme = ($at[1] ?? '') === '' ? 'https' : $at[1];
        [$m->host, $m->path, $m->query] = [$at[2] ?? '', $at[3] ?? '', $at[4] ?? ''];
    }

    /**
     * Writes the message of a call and protects it. base is what the path of the URL has in
     * front of the protocol's own.
     *
     * @param array<string, string> $keys
     * @param array<string, string> $headers
     * @param array<string, string> $values
     * @param list<FilePart> $files
     */
    public function seal(
        array $keys,
        string $app,
        string $interface,
        string $method,
        string $url,
        string $payload,
        int $now,
        array $headers = [],
        array $values = [],
        string $frame = '',
        string $id = '',
        string $body = '',
        string $base = '',
        array $files = [],
    ): Message {
        $m = new Message();
        $m->sending = true;
        $m->files = $files;
        self::aim($m, $method, $url);
        [$m->draft, $m->body, $m->payload, $m->given, $m->base] = [$m->query, $body, $payload, $values, $base];
        $m->setHeaders($headers);
        $this->unlock($m, $keys, $now);
        $m->values->fill([
            'now' => (string) $m->now, 'random' => random_bytes(32), 'app' => $app, 'interface' => $interface, 'frame' => $frame, 'payload' => $payload,
            'id' => $id !== '' ? $id : $this->newID($app, $m->now), 'method' => $method, 'scheme' => $m->scheme, 'host' => $m->host, 'path' => $m->path, 'body' => $body,
        ]);
        $m->json['payload'] = true;
        foreach ($this->requests as [$when, $write]) {
            if ($when($m)) {
                return $write($m);
            }
        }
        throw new ProtocolException('no request is declared for it');
    }

    /** An id that fits the patterns: the app, the time in China and five digits, without the end of the app where that is too long; else random. */
    private function newID(string $app, int $now): string
    {
        $layout = array_map(static fn (string $word): Word => new Word($word), ['yy', 'MM', 'dd', 'HH', 'mm', 'ss']);
        $rest = Clocks::formatTime((string) $now, [$layout], 480) . sprintf('%05d', random_int(0, 99_999));
        for ($n = strlen($app); $n >= 0; $n--) {
            $id = substr($app, 0, $n) . $rest;
            if (array_filter($this->ids, static fn (string $one): bool => !Message::fits($one, $id)) === []) {
                return $id;
            }
        }
        return bin2hex(random_bytes(16));
    }

    /**
     * Verifies a reply and reads it. It throws where the reply is not the server's.
     *
     * @param array<string, string> $keys
     * @param array<string, string> $headers
     */
    public function open(Message $sent, array $keys, int $status, array $headers, string $body, int $now): Verdict
    {
        $why = null;
        foreach ([false, true] as $bare) { // a refusal that came before the call was proved repeats nothing of it
            foreach ($this->replies as $read) {
                $m = new Message();
                [$m->scheme, $m->status, $m->body, $m->call, $m->bare] = ['', $status, $body, $sent, $bare];
                $m->setHeaders($headers);
                $this->unlock($m, $keys, $now);
                foreach (['app', 'interface', 'frame'] as $name) {
                    $m->values[$name] = $bare && $name === 'interface' ? '' : $sent->values[$name];
                }
                $m->values->fill(['body' => $body, 'path' => '', 'query' => '', 'method' => '', 'httpstatus' => (string) $status]);
                try {
                    $out = $read($m);
                    if (!$bare || !$out->ok) {
                        return $out;
                    }
                } catch (ProtocolException $e) {
                    if ($why === null || !$bare && $why->foreign && !$e->foreign) {
                        $why = $e;
                    }
                }
            }
        }
        throw $why ?? new ProtocolException('no reply is declared');
    }

    /**
     * @param array<string, string> $keys
     * @param array<string, string> $headers
     */
    private function arrived(array $keys, string $method, string $url, array $headers, string $body, string $app, string $interface, int $now): Message
    {
        $m = new Message();
        self::aim($m, $method, $url);
        $m->setHeaders($headers);
        $m->body = $body;
        $this->unlock($m, $keys, $now);
        $m->host = $m->host !== '' ? $m->host : $m->headers['Host'] ?? '';
        $m->values->fill([
            'app' => $app, 'interface' => $interface, 'frame' => '', 'method' => $method, 'scheme' => $m->scheme, 'host' => $m->host,
            'path' => $m->path, 'query' => $m->query, 'body' => $body,
        ]);
        $m->urls();
        return $m;
    }

    /**
     * Verifies a notification. What it throws has the message as far as it was read.
     *
     * @param array<string, string> $keys
     * @param array<string, string> $headers
     */
    public function take(array $keys, string $method, string $url, array $headers, string $body, string $app, string $interface, int $now): Message
    {
        foreach ($this->arrivals as $arrival) {
            $m = $this->arrived($keys, $method, $url, $headers, $body, $app, $interface, $now);
            foreach ($arrival->bound as $name) {
                unset($m->values[$name]);
            }
            if (!($arrival->when)($m)) {
                continue;
            }
            try {
                ($arrival->read)($m);
                if (!($arrival->later)($m)) {
                    continue;
                }
                $m->known = $m->proved = true;
                ($arrival->guard)($m);
            } catch (ProtocolException $e) {
                if ($arrival->asks && !$m->proved) {
                    continue; // it does not have what the form asks for
                }
                $m->known = $e->refusal !== null;
                $e->taken = $m;
                throw $e;
            }
            $m->held = true;
            $m->echo = $arrival->echo;
            $m->named = $arrival->named === '' ? '' : Texts::string($m->values->maybe($arrival->named) ?? '');
            return $m;
        }
        $wrong = ProtocolException::form('the message');
        $wrong->refusal = 'json';
        $wrong->taken = $this->arrived($keys, $method, $url, $headers, $body, $app, $interface, $now);
        throw $wrong;
    }

    private function fitting(Message $m, bool $ok, bool $known): ?Answer
    {
        $states = ['success' => $ok, 'failure' => !$ok && $known, 'unknown' => !$known];
        foreach ($this->answers as $a) {
            $fits = $known || in_array('unknown', $a->outcomes, true);
            foreach ($a->codes as $one) {
                $fits = $fits && Message::glob($one, $m->values['code']);
            }
            foreach ($a->outcomes as $one) {
                $fits = $fits && $states[$one];
            }
            if ($fits && ($a->when)($m)) {
                return $a;
            }
        }
        return null;
    }

    /**
     * Writes the answer to a notification. Null: the protocol has none for a sender who is not known.
     *
     * @param array<string, string> $keys
     */
    public function answer(Message $taken, array $keys, bool $ok, string $code, string $text, string $payload, int $now): ?Message
    {
        $m = new Message();
        [$m->sending, $m->payload, $m->call] = [true, $payload, $taken];
        $this->unlock($m, $keys, $now);
        $m->values->fill([
            'now' => (string) $m->now, 'random' => random_bytes(32), 'app' => $taken->values['app'], 'interface' => $taken->values['interface'], 'frame' => '',
            'payload' => $payload, 'id' => bin2hex(random_bytes(16)), 'code' => $code, 'text' => $text, 'method' => '', 'scheme' => 'https', 'host' => '', 'path' => '', 'body' => '',
        ]);
        $m->json['payload'] = true;
        $answer = $taken->echo ?? $this->fitting($m, $ok, $taken->known);
        if ($answer !== null && $answer->seals && !$ok && !$taken->proved && !$this->trusts) {
            $answer = $this->fitting($m, false, false) ?? $answer;
        }
        if ($answer === null) {
            return null;
        }
        foreach ($ok ? $answer->failure : $answer->success as $c) {
            if (!$c->builtin) {
                $m->put($c->at, '');
                $m->absent[$c->at] = true;
            }
        }
        foreach ($ok ? $answer->success : $answer->failure as $c) {
            if ($c->texts !== [] && !in_array($m->values->maybe($c->at), array_column($c->texts, 0), true)) {
                $m->put($c->at, ...$c->texts[0]);
            }
        }
        ($answer->write)($m);
        $m->status = self::statusOf($answer, $ok, $code);
        return $m;
    }

    private static function statusOf(Answer $answer, bool $ok, string $code): int
    {
        foreach ([$code, $ok ? 'success' : $code, '*'] as $wanted) {
            foreach ($answer->status as [$of, $status]) {
                if ($of === $wanted) {
                    return $status;
                }
            }
        }
        return 200;
    }
}
