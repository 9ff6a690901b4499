<?php

declare(strict_types=1);

namespace Jiekou;

/** The interface that issues the token which the other calls carry. */
final class Issuing
{
    /**
     * @param class-string<Model> $model of the request
     * @param class-string<Model> $reply
     * @param string $request what the document itself says of it, JSON
     * @param bool $asks it has members that only the caller knows, too
     * @param list<string> $value where the reply has the token
     * @param list<string> $seconds and how long it lasts; none: lasts
     * @param list<string> $codes say that a token is not good, or no longer
     */
    public function __construct(
        public readonly string $cmd, public readonly string $method, public readonly string $path, public readonly string $model, public readonly string $reply,
        public readonly string $frame, public readonly string $flags, public readonly string $request, public readonly bool $asks,
        public readonly array $value, public readonly array $seconds, public readonly int $lasts, public readonly array $codes,
    ) {
    }
}

/** Calls a system as one app: a request is validated, sealed and sent, and its reply verified. */
abstract class ClientBase
{
    private const MAX_REPLY = 16 << 20; // bytes

    private const URL = '~\A(https?://[^/?#]+)([^?#]*)(?:\?([^#]*))?~';

    private readonly string $server;
    private readonly string $above;
    private readonly string $query;
    private string $session;
    private float $until = INF;

    /**
     * @param string $url of the server, with the path in front of its interfaces
     * @param array<string, string> $keys
     * @param array<string, string> $values of fields outside of the body, and what the protocol asks of its sender
     * @param array<string, string> $headers
     * @param ?\Closure(): float $clock gives seconds
     * @param ?\Closure(string, string, array<string, string>, string, float): array{int, array<string, string>, string} $transport
     *     sends method, URL, headers and body within seconds, and gives status, headers and body; a client of PSR-18 fits behind it
     * @param ?Model $login the request of the login, where the document leaves members of it to the caller
     */
    public function __construct(
        string $url,
        private readonly string $app,
        #[\SensitiveParameter] private readonly array $keys,
        private readonly array $values = [],
        private readonly array $headers = [],
        private readonly float $timeout = 30.0,
        private readonly ?\Closure $clock = null,
        private readonly ?\Closure $transport = null,
        private readonly ?Model $login = null,
    ) {
        if (preg_match(self::URL, $url, $at) !== 1) {
            throw new \InvalidArgumentException('no URL of a server: ' . $url);
        }
        [$this->server, $this->above, $this->query] = [$at[1], rtrim($at[2], '/'), $at[3] ?? ''];
        $this->session = $keys[$this->token()] ?? '';
    }

    abstract protected function protocol(): Protocol;

    /** Whether the protocol writes the path itself. */
    abstract protected function hasPath(): bool;

    /** The value that a token stands for; empty: there is none. */
    abstract protected function token(): string;

    /** How the client gets its token; null: it does not. */
    protected function issuing(): ?Issuing
    {
        return null;
    }

    /** Whether keys prove replies. */
    abstract protected function verified(): bool;

    private function now(): int
    {
        return (int) (1000 * ($this->clock !== null ? ($this->clock)() : microtime(true)));
    }

    /**
     * @template T of Model
     * @param class-string<T> $model of the reply
     * @param string $flags form: the body is a form; pairs: the payload is one; query: it goes into the query
     * @param list<FilePart> $files
     * @return T
     */
    protected function send(string $cmd, string $method, string $path, Model $request, string $model, string $id, string $frame = '', string $flags = '', array $files = []): Model
    {
        $fields = $request::fields();
        $given = array_values(array_filter($fields, fn (Field $f): bool => $f->place === '' || !isset($this->values[$f->name])));
        $problems = Rules::problemsOf($given, $request);
        if ($problems !== []) {
            throw new InvalidRequestException($cmd, $problems);
        }
        $read = static fn (string $text): Model => Json::decode($model, $text);
        $exchange = fn (string $token): Model => $this->exchange($cmd, $method, $path, $request, $model, $id, $frame, $flags, $files, $token, $read);
        $by = $this->issuing();
        if (!str_contains($flags, 'token') || $by === null || $by->asks && $this->login === null) {
            return $exchange($this->session);
        }
        $token = $this->authorized($by, '');
        try {
            return $exchange($token);
        } catch (RefusedException | UnreadableReplyException $e) {
            if (!in_array($e->refusal, $by->codes, true) && ($e->status !== 401 || $e->refusal !== '')) {
                throw $e;
            }
        }
        return $exchange($this->authorized($by, $token)); // it was not carried out
    }

    /** A token that is good as far as is known, and not the refused one. */
    private function authorized(Issuing $by, string $refused): string
    {
        if ($this->session !== '' && $this->session !== $refused && $this->now() < 1000 * $this->until) {
            return $this->session;
        }
        $this->session = '';
        $asked = $this->now() / 1000;
        $request = $this->login ?? Json::decode($by->model, $by->request);
        [$token, $seconds] = $this->exchange(
            $by->cmd, $by->method, $by->path, $request, $by->reply, '', $by->frame, $by->flags, [], '',
            static fn (string $text): array => [Json::at($text, $by->value), Json::at($text, $by->seconds)],
        );
        if ($token === '') {
            throw new \UnexpectedValueException("the reply of $by->cmd has no token");
        }
        $lasts = $seconds === '' ? $by->lasts : (float) $seconds;
        $this->until = $lasts > 0 ? $asked + $lasts - min(60, $lasts / 10) : INF;
        return $this->session = $token;
    }

    /**
     * Sends a request and reads the reply once it is verified.
     *
     * @template T
     * @param class-string<Model> $model of the reply
     * @param list<FilePart> $files
     * @param \Closure(string): T $read
     * @return T
     */
    private function exchange(string $cmd, string $method, string $path, Model $request, string $model, string $id, string $frame, string $flags, array $files, string $token, \Closure $read): mixed
    {
        $m = $this->sealed($cmd, $method, $path, $request, $id, $frame, explode(' ', $flags), $files, $token);
        $sentID = $m->values['id'];
        $headers = array_diff_key($m->headers, ['Host' => '']);
        $target = $this->server . $m->path . ($m->query === '' ? '' : '?' . $m->query);
        try {
            $reply = ($this->transport ?? self::http(...))($m->method, $target, $headers, $m->body, $this->timeout);
        } catch (\Exception $e) {
            throw new NoReplyException($cmd, $sentID, $e);
        }
        if (strlen($reply[2]) > self::MAX_REPLY) {
            throw new UnreadableReplyException($cmd, $reply[0], $sentID, 'the reply is larger than ' . self::MAX_REPLY . ' bytes');
        }
        return $this->opened($cmd, $m, $model, $sentID, $read, ...$reply);
    }

    /**
     * Verifies a reply and reads it.
     *
     * @template T
     * @param class-string<Model> $model of the reply
     * @param \Closure(string): T $read
     * @param array<string, string> $came
     * @return T
     */
    private function opened(string $cmd, Message $sent, string $model, string $id, \Closure $read, int $status, array $came, string $body): mixed
    {
        try {
            $verdict = $this->protocol()->open($sent, $this->keys, $status, $came, $body, $this->now());
        } catch (ProtocolException $e) {
            if ($e->foreign) {
                throw new UnreadableReplyException($cmd, $status, $id, self::bodyOf($came, $body), before: $e);
            }
            throw new ForgedReplyException($cmd, $status, $id, $e);
        }
        if ($verdict->unknown && $this->verified() || $verdict->ok && !$verdict->proved && intdiv($status, 100) !== 2) {
            $said = trim("$verdict->code $verdict->text");
            throw new UnreadableReplyException($cmd, $status, $id, $said !== '' ? $said : self::bodyOf($came, $body), $verdict->code, $verdict->text);
        }
        if (!$verdict->ok) {
            throw new RefusedException($cmd, $verdict->code, $verdict->text, $status, $id);
        }
        try {
            return $read(Json::joined($model::fields(), $verdict->payload, $came));
        } catch (ProtocolException $e) {
            throw new UnreadableReplyException($cmd, $status, $id, $e->getMessage(), before: $e);
        }
    }

    /**
     * What a body is, and nothing of what is in it.
     *
     * @param array<string, string> $headers
     */
    private static function bodyOf(array $headers, string $body): string
    {
        $type = strtolower(trim(explode(';', array_change_key_case($headers)['content-type'] ?? '')[0]));
        return $body === '' ? 'the body is empty' : ($type === '' ? 'a body' : $type) . ' of ' . strlen($body) . ' bytes';
    }

    /**
     * Puts a request where the interface has it; the protocol does the rest.
     *
     * @param list<string> $flags
     * @param list<FilePart> $files
     */
    private function sealed(string $cmd, string $method, string $path, Model $request, string $id, string $frame, array $flags, array $files, string $token): Message
    {
        $base = $this->base($path);
        $query = $this->query === '' ? [] : [$this->query];
        $headers = $this->headers;
        if (in_array('form', $flags, true)) {
            $headers['Content-Type'] = 'application/x-www-form-urlencoded';
        }
        $rest = $pairs = [];
        foreach ($request::fields() as $f) {
            $value = $f->of($request) ?? ($f->place === '' ? null : $this->values[$f->name] ?? null);
            $text = Json::plain($f, $value);
            $name = $f->sent !== '' ? $f->sent : $f->name;
            if ($f->place === 'path') {
                $path = str_replace('{' . $f->name . '}', rawurlencode($text ?? ''), $path);
            } elseif ($f->place === 'query' && $text !== null) {
                $query[] = urlencode($name) . '=' . urlencode($text);
            } elseif ($f->place === 'header' && $text !== null) {
                $headers[$name] = $text;
            } elseif ($f->place === 'cookie' && $text !== null) {
                $headers['Cookie'] = (isset($headers['Cookie']) ? $headers['Cookie'] . '; ' : '') . $name . '=' . rawurlencode($text);
            }
            if (in_array($f->place, ['path', 'query', 'header', 'cookie'], true)) {
                continue;
            }
            $rest[] = $f;
            if ($text !== null) {
                $pairs[] = urlencode($f->name) . '=' . urlencode($text);
            }
        }
        if (in_array('query', $flags, true)) {
            array_push($query, ...$pairs);
        }
        $values = $this->values;
        if ($this->token() !== '' && $token !== '') {
            $values[$this->token()] = $token;
        }
        $payload = match (true) {
            in_array('query', $flags, true) => '',
            in_array('pairs', $flags, true) => implode('&', $pairs),
            default => Json::carried($rest, $request),
        };
        $full = $this->hasPath() ? '' : $base . $path;
        return $this->protocol()->seal(
            $this->keys, app: $this->app, interface: $cmd, method: $method, url: $this->server . ($full === '' && !$this->hasPath() ? '/' : $full) . ($query === [] ? '' : '?' . implode('&', $query)),
            payload: $payload, now: $this->now(), headers: $headers, values: $values, frame: $frame, id: $id, base: $base, files: $files,
        );
    }

    /** The path of the server's URL, without the path of the interface where it is there already. */
    private function base(string $path): string
    {
        $segments = explode('/', $this->above);
        $end = array_slice(explode('/', rtrim($path, '/')), 1);
        $from = count($segments) - count($end);
        if ($end === [] || $from < 1) {
            return $this->above;
        }
        foreach ($end as $i => $one) {
            if (!str_starts_with($one, '{') && $one !== $segments[$from + $i]) {
                return $this->above;
            }
        }
        return implode('/', array_slice($segments, 0, $from));
    }

    /**
     * A body, whose parts may come slowly, until the time is over.
     *
     * @param resource $stream
     */
    private static function read($stream, float $end): string
    {
        $out = '';
        while (!feof($stream) && strlen($out) <= self::MAX_REPLY) {
            $left = max(0.001, $end - microtime(true));
            stream_set_timeout($stream, (int) $left, (int) (1e6 * fmod($left, 1)));
            $out .= (string) fread($stream, max(1, stream_get_meta_data($stream)['unread_bytes'])); // more would wait for all of it
            if (microtime(true) > $end || stream_get_meta_data($stream)['timed_out']) {
                fclose($stream);
                throw new \RuntimeException('the time is over');
            }
        }
        fclose($stream);
        return $out;
    }

    /** What is shown of a client: not its keys. @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['server' => $this->server . $this->above, 'app' => $this->app];
    }

    /**
     * Sends a request by PHP's own streams.
     *
     * @param array<string, string> $headers
     * @return array{int, array<string, string>, string}
     */
    private static function http(string $method, string $url, array $headers, string $body, float $timeout): array
    {
        $lines = [];
        foreach ($headers + ($body === '' ? [] : ['Content-Type' => 'application/octet-stream']) as $name => $text) {
            $lines[] = "$name: $text";
        }
        $context = stream_context_create(['http' => [
            'method' => $method, 'header' => $lines, 'content' => $body, 'timeout' => $timeout, 'ignore_errors' => true, 'follow_location' => 0, 'protocol_version' => 1.1,
        ]]);
        $end = microtime(true) + $timeout;
        $stream = @fopen($url, 'rb', false, $context);
        if ($stream === false) {
            throw new \RuntimeException(preg_replace('/^fopen\(.*\): /s', '', error_get_last()['message'] ?? 'the server was not reached') ?? '');
        }
        $reply = self::read($stream, $end);
        $status = 0;
        $came = [];
        foreach ($http_response_header as $line) {
            if (preg_match('~\AHTTP/\S+ (\d+)~', $line, $m) === 1) {
                [$status, $came] = [(int) $m[1], []];
            } elseif (str_contains($line, ':')) {
                [$name, $text] = explode(':', $line, 2);
                $came[$name] = trim($text);
            }
        }
        return [$status, $came, $reply];
    }
}
