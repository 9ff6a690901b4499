<?php

declare(strict_types=1);

namespace Jiekou;

/**
 * Verifies notifications, calls the handlers, and answers. A handler that returns says that
 * its effect is stored; one that throws gets the notification again.
 */
abstract class ReceiverBase
{
    private const WEEK = 7 * 24 * 3_600_000;

    /** @var array<string, array{class-string<Model>, \Closure}> */
    private array $handlers = [];

    /**
     * @param array<string, string> $keys
     * @param ?Seen $seen knows what was carried out; files of the machine by default
     * @param ?\Closure(): float $clock gives seconds
     * @param ?\Closure(string, \Throwable): void $log hears what was refused, and why
     */
    public function __construct(
        private readonly string $app,
        private readonly array $keys,
        private ?Seen $seen = null,
        private readonly ?\Closure $clock = null,
        private readonly ?\Closure $log = null,
    ) {
    }

    abstract protected function protocol(): Protocol;

    /** The one notification that there is, if there is one only. */
    abstract protected function only(): string;

    /** What the ids of the sender begin with. */
    abstract protected function sender(): string;

    /** @param class-string<Model> $model */
    protected function on(string $cmd, string $model, \Closure $handler): void
    {
        $this->handlers[$cmd] = [$model, $handler];
    }

    /** Answers the request that PHP is running for. */
    public function serve(): void
    {
        $headers = [];
        foreach ($_SERVER as $name => $text) {
            if (str_starts_with((string) $name, 'HTTP_')) {
                $headers[str_replace('_', '-', substr((string) $name, 5))] = (string) $text;
            }
        }
        if (($_SERVER['CONTENT_TYPE'] ?? '') !== '') {
            $headers['Content-Type'] = $_SERVER['CONTENT_TYPE'];
        }
        $answer = $this->handle($_SERVER['REQUEST_METHOD'] ?? 'POST', $_SERVER['REQUEST_URI'] ?? '/', $headers, (string) file_get_contents('php://input'));
        http_response_code($answer->status);
        foreach ($answer->headers as $name => $text) {
            header("$name: $text");
        }
        echo $answer->body;
    }

    /**
     * Takes one message. It never throws: what is wrong is in the answer.
     *
     * @param array<string, string> $headers
     */
    public function handle(string $method, string $url, array $headers, string $body): Reply
    {
        $now = (int) (1000 * ($this->clock !== null ? ($this->clock)() : microtime(true)));
        $this->seen ??= new SeenFiles(sys_get_temp_dir() . '/seen-' . substr(hash('sha256', __DIR__ . $this->app), 0, 16));
        $taken = null;
        $marked = [];
        [$ok, $code, $text] = [true, Codes::SUCCESS, ''];
        try {
            $taken = $this->protocol()->take($this->keys, $method, $url, $headers, $body, app: $this->app, interface: $this->only(), now: $now);
            $this->mark($taken, $now, $marked);
            if ($taken->echo === null) {
                $this->carryOut($taken, $now);
            }
        } catch (\Throwable $e) { // whatever it is, the sender is answered
            $rule = 'internal';
            $field = '';
            if ($e instanceof Refusal) {
                [$rule, $field] = [$e->rule, $e->field];
            } elseif ($e instanceof ProtocolException) {
                $rule = $e->refusal ?? 'json';
                $taken ??= $e->taken;
            }
            [$ok, $code, $text] = self::refusal($rule, $field);
            foreach ($ok ? [] : $marked as $value) {
                $this->seen->remove($value);
            }
            if ($this->log !== null) {
                ($this->log)($taken === null ? '' : $taken->values['interface'], $e);
            }
        }
        $answer = $taken === null ? null : $this->protocol()->answer($taken, $this->keys, ok: $ok, code: $code, text: $text, payload: $ok ? '{}' : '', now: $now);
        return $answer === null ? new Reply(401, [], '') : new Reply($answer->status, $answer->headers, $answer->body);
    }

    /** @param list<string> $marked */
    private function mark(Message $taken, int $now, array &$marked): void
    {
        foreach ($taken->once as [$value, $keep, $refusal]) {
            $this->seen()->alone($value, function () use ($value, $keep, $refusal, $now, &$marked): void {
                if ($this->seen()->has($value, $now)) {
                    throw new Refusal($refusal);
                }
                $this->seen()->add($value, $now + ($keep !== 0 ? $keep : self::WEEK));
                $marked[] = $value;
            });
        }
    }

    private function seen(): Seen
    {
        return $this->seen ?? throw new \LogicException('handle sets it');
    }

    private function carryOut(Message $taken, int $now): void
    {
        $cmd = $taken->values['interface'] !== '' ? $taken->values['interface'] : $this->only();
        [$model, $handler] = $this->handlers[$cmd] ?? throw new Refusal('interface');
        // Only the app itself gives such ids: it is a call of ours that somebody sends back.
        if ($this->sender() !== '' && str_starts_with($taken->named, $this->app) && !str_starts_with($taken->named, $this->sender())) {
            throw new Refusal('sid');
        }
        try {
            $value = Json::decode($model, Json::joined($model::fields(), $taken->values['payload'], $taken->headers));
        } catch (ProtocolException) {
            throw new Refusal('type');
        }
        foreach (Rules::problemsOf($model::fields(), $value) as $problem) {
            throw new Refusal($problem->rule, $problem->field);
        }
        $delivery = new Delivery($cmd, $taken->named);
        if ($taken->named === '') {
            $handler($value, $delivery);
            return;
        }
        $this->seen()->alone('id ' . $taken->named, function () use ($taken, $handler, $value, $delivery, $now): void {
            if ($this->seen()->has('id ' . $taken->named, $now)) {
                throw new Refusal('repeated');
            }
            $handler($value, $delivery);
            $this->seen()->add('id ' . $taken->named, 0);
        });
    }

    /** @return array{bool, string, string} */
    private static function refusal(string $rule, string $field): array
    {
        [$code, $text] = Codes::RULES[$rule] ?? (isset(Codes::TEXTS[$rule]) ? [$rule, ''] : Codes::RULES['internal'] ?? [$rule, '']);
        return [$rule === 'repeated', $code, str_replace('%s', $field, $text !== '' ? $text : Codes::TEXTS[$code] ?? '')];
    }
}

/** What the sender is answered. */
final class Reply
{
    /** @param array<string, string> $headers */
    public function __construct(public readonly int $status, public readonly array $headers, public readonly string $body)
    {
    }
}

/** What a handler is told beside the notification. The id is the same whenever it is sent; empty: the protocol has none. */
final class Delivery
{
    public function __construct(public readonly string $cmd, public readonly string $id)
    {
    }
}

/** Why a notification is refused: a rule of the document. */
final class Refusal extends \RuntimeException
{
    public function __construct(public readonly string $rule, public readonly string $field = '')
    {
        parent::__construct(trim("$rule $field"));
    }
}

/** Knows which notifications were carried out. Times are in milliseconds; 0 is never. A table of your own is shared by several machines. */
interface Seen
{
    public function has(string $id, int $now): bool;

    public function add(string $id, int $end): void;

    public function remove(string $id): void;

    /** Does something while nobody else does it for the same id. */
    public function alone(string $id, \Closure $act): void;
}

/** Ids in files of a folder, for all processes of PHP on a machine. */
final class SeenFiles implements Seen
{
    public function __construct(private readonly string $folder)
    {
        if (!is_dir($folder) && !@mkdir($folder, 0o700, true) && !is_dir($folder)) {
            throw new \RuntimeException('no folder for what was seen: ' . $folder);
        }
    }

    private function path(string $id): string
    {
        return $this->folder . '/' . hash('sha256', $id);
    }

    public function has(string $id, int $now): bool
    {
        $end = @file_get_contents($this->path($id));
        return $end !== false && ((int) $end === 0 || (int) $end >= $now);
    }

    public function add(string $id, int $end): void
    {
        if (file_put_contents($this->path($id), (string) $end) === false) {
            throw new \RuntimeException('it cannot be noted: ' . $id);
        }
    }

    public function remove(string $id): void
    {
        @unlink($this->path($id));
    }

    public function alone(string $id, \Closure $act): void
    {
        $lock = fopen($this->folder . '/lock-' . substr(hash('sha256', $id), 0, 2), 'c');
        if ($lock === false || !flock($lock, LOCK_EX)) {
            throw new \RuntimeException('it cannot be locked: ' . $id);
        }
        try {
            $act();
        } finally {
            fclose($lock);
        }
    }
}
