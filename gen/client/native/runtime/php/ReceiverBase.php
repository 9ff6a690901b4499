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

    private Limits $limits;

    /** @var array<string, array{class-string<Model>, \Closure}> */
    private array $handlers = [];

    /**
     * @param array<string, string> $keys
     * @param ?Seen $seen knows what was carried out; files of the machine by default
     * @param ?\Closure(): float $clock gives seconds
     * @param ?\Closure(string, \Throwable): void $log hears what was refused, and why
     * @param int $timeout seconds that a handler may take, where pcntl can end it
     */
    public function __construct(
        private readonly string $app,
        #[\SensitiveParameter] private readonly array $keys,
        private ?Seen $seen = null,
        private readonly ?\Closure $clock = null,
        private readonly ?\Closure $log = null,
        private readonly int $timeout = 10,
    ) {
    }

    /** What is shown of a receiver: not its keys. @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['app' => $this->app];
    }

    abstract protected function protocol(): Protocol;

    abstract protected function limits(): Limits;

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
        $answer = $this->handle($_SERVER['REQUEST_METHOD'] ?? 'POST', $_SERVER['REQUEST_URI'] ?? '/', $headers, (string) file_get_contents('php://input', length: $this->limits()->body + 1));
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
        $this->limits = $this->limits();
        $outside = !in_array($method, $this->limits->methods, true) ? 'method' : (strlen($body) > $this->limits->body ? 'size' : '');
        try {
            if ($outside !== '') {
                $this->protocol()->take($this->keys, '', '', [], '', app: $this->app, interface: $this->only(), now: $now); // the answer to nobody who is known
                throw new Refusal($outside);
            }
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
                [$rule, $field] = [$e->refusal ?? 'json', $e->field];
                $taken ??= $e->taken;
            }
            if ($outside !== '') {
                [$rule, $field] = [$outside, ''];
            }
            if ($taken !== null) {
                $taken->echo = null;
            }
            [$ok, $code, $text] = self::refusal($rule, $field);
            foreach ($ok ? [] : $marked as $value) {
                $this->seen->remove($value);
            }
            if ($this->log !== null) {
                ($this->log)($taken === null ? '' : $taken->values['interface'], $e);
            }
            $taken = $rule === 'app' ? null : $taken; // another sender learns nothing
        }
        $answer = $taken === null ? null : $this->protocol()->answer($taken, $this->keys, ok: $ok, code: $code, text: $text, payload: '{}', now: $now);
        [$status, $headers] = $answer === null ? [401, []] : [$answer->status, $answer->headers];
        if ($outside !== '' && ($taken === null || !$taken->known)) {
            $status = $outside === 'method' ? 405 : 413;
            $headers += $outside === 'method' ? ['Allow' => implode(', ', $this->limits->methods)] : [];
        }
        return new Reply($status, $headers, $answer === null ? '' : $answer->body);
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
        $value = (new Intake($this->limits))->read($model, $taken->values['payload'], $taken->headers);
        // Only the app itself gives such ids: it is a call of ours that somebody sends back.
        if ($this->sender() !== '' && str_starts_with($taken->named, $this->app) && !str_starts_with($taken->named, $this->sender())) {
            throw new Refusal('sid');
        }
        $delivery = new Delivery($cmd, $taken->named);
        $act = fn () => $this->inTime(static fn () => $handler($value, $delivery));
        if ($taken->named === '') {
            $act();
            return;
        }
        $this->seen()->alone('id ' . $taken->named, function () use ($taken, $act, $delivery, $now): void {
            if ($this->seen()->has('id ' . $taken->named, $now)) {
                throw new Refusal('repeated');
            }
            $act();
            try {
                $this->seen()->add('id ' . $taken->named, 0);
            } catch (\Exception $e) { // its effect is there
                if ($this->log !== null) {
                    ($this->log)($delivery->cmd, $e);
                }
            }
        });
    }

    /** Ends what takes too long: the sender is told to come again. Without pcntl, max_execution_time of PHP ends the script, and the sender gets no answer. */
    private function inTime(\Closure $act): void
    {
        if (!function_exists('pcntl_alarm') || !function_exists('pcntl_async_signals')) {
            $act();
            return;
        }
        $before = [pcntl_async_signals(true), pcntl_signal_get_handler(SIGALRM)];
        pcntl_signal(SIGALRM, static fn () => throw new Refusal('unavailable'));
        pcntl_alarm($this->timeout);
        try {
            $act();
        } finally {
            pcntl_alarm(0);
            pcntl_signal(SIGALRM, $before[1]);
            pcntl_async_signals($before[0]);
        }
    }

    /** @return array{bool, string, string} */
    private static function refusal(string $rule, string $field): array
    {
        [$code, $text] = Codes::RULES[$rule] ?? (isset(Codes::TEXTS[$rule]) ? [$rule, ''] : Codes::RULES['internal'] ?? [$rule, '']);
        return [$rule === 'repeated', $code, str_replace('%s', $field, $text !== '' ? $text : Codes::TEXTS[$code] ?? '')];
    }
}

/** What a message may be at most. */
final class Limits
{
    /**
     * @param list<string> $methods
     * @param int $body bytes
     * @param bool $lone one element stands for a list of one
     */
    public function __construct(public readonly array $methods, public readonly int $body, public readonly int $depth, public readonly int $elements, public readonly bool $lone)
    {
    }
}

/** Reads the payload of a notification: strictly, as the server reads requests. */
final class Intake
{
    private const ESCAPES = '~\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}~';

    public function __construct(private readonly Limits $limits)
    {
    }

    /**
     * @template T of Model
     * @param class-string<T> $model
     * @param array<string, string> $headers
     * @return T
     */
    public function read(string $model, string $payload, array $headers): Model
    {
        $fields = $model::fields();
        foreach ($payload === '' ? $fields : [] as $f) {
            if ($f->required) {
                throw new Refusal('empty');
            }
        }
        try {
            $tree = $this->parsed(Json::joined($fields, $payload, $headers));
        } catch (ProtocolException) {
            throw new Refusal('json');
        }
        $problems = array_map(static fn (string $at): array => ['type', $at], $this->misfits($fields, $tree, ''));
        $value = Json::object($model, $tree);
        foreach (Rules::problemsOf($fields, $value) as $one) {
            if ($one->rule !== 'required' || !self::cameBlank($fields, $tree, $one->field)) {
                $problems[] = [$one->rule, $one->field];
            }
        }
        usort($problems, static fn (array $a, array $b): int => self::order(self::place($fields, $a[1]), self::place($fields, $b[1])));
        if ($problems !== []) {
            throw new Refusal(...$problems[0]);
        }
        return $value;
    }

    /** The JSON of an object, whose texts a database can hold, within the limits. */
    private function parsed(string $json): Tree
    {
        $root = Tree::parseJSON($json);
        $odd = preg_match('~\\\\u(0000|[dD][89a-fA-F])~', (string) preg_replace(self::ESCAPES, ' ', $json)) === 1;
        if ($root->kind !== 'object' || $odd || !$this->bounded($root, 1)) {
            throw new ProtocolException('it is no sound object');
        }
        return $root;
    }

    private function bounded(Tree $tree, int $depth): bool
    {
        if ($tree->kind !== 'object' && $tree->kind !== 'array') {
            return true;
        }
        if ($depth > $this->limits->depth || $tree->kind === 'array' && count($tree->items) > $this->limits->elements) {
            return false;
        }
        foreach ($tree->items as $one) {
            if (!$this->bounded($one, $depth + 1)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The paths of values of other types than the document says. They are taken out.
     *
     * @param list<Field> $fields
     * @return list<string>
     */
    private function misfits(array $fields, Tree $tree, string $at): array
    {
        $out = [];
        foreach ($fields as $f) {
            $found = Json::member($f, $tree);
            if ($found === null || Json::isBlank($f, $found)) {
                continue;
            }
            $wrong = $this->unfit($f, $found, $at . $f->name);
            if (in_array($at . $f->name, $wrong, true)) {
                $tree->items = array_values(array_filter($tree->items, static fn (Tree $one): bool => $one !== $found));
            }
            $out = [...$out, ...$wrong];
        }
        return $out;
    }

    /**
     * The paths of what is of another type in the value of a field.
     *
     * @return list<string>
     */
    private function unfit(Field $f, Tree $tree, string $path): array
    {
        $quoted = $tree->kind === 'text';
        $number = $tree->kind === 'scalar' && $tree->text !== 'true' && $tree->text !== 'false';
        if (in_array($f->kind, ['record', 'list', 'scalars'], true)) {
            return $f->asText && $quoted ? [] : $this->unfitNested($f, $tree, $path);
        }
        if (($f->kind === 'whole' || $f->kind === 'seconds') && $number && strpbrk($tree->text, '.eE') !== false && fmod((float) $tree->text, 1.0) === 0.0 && abs((float) $tree->text) < 1e15) {
            $tree->text = (string) (int) (float) $tree->text;
        }
        $fits = match ($f->kind) {
            'text' => $quoted || $f->numeric && $number && preg_match('/\A[0-9]{1,19}\z/', $tree->text) === 1,
            'time' => $quoted || $number,
            'whole', 'seconds' => ($quoted || $number) && preg_match('/\A(0|-?[1-9][0-9]*)\z/', $tree->text) === 1
                && ($f->big || Decimals::compare($tree->text, (string) (int) $tree->text) === 0),
            'fraction' => $number || $quoted && preg_match('/\A-?(0|[1-9][0-9]*)(\.[0-9]+)?\z/', $tree->text) === 1,
            'truth' => $tree->text === 'true' || $tree->text === 'false',
            default => $tree->kind === 'object' || $f->member === null && $f->fields === [],
        };
        return $fits ? [] : [$path];
    }

    /** @return list<string> */
    private function unfitNested(Field $f, Tree $tree, string $path): array
    {
        $fields = $f->model === null ? [] : $f->model::fields();
        if ($f->kind === 'record') {
            return $tree->kind === 'object' ? $this->misfits($fields, $tree, "$path/") : [$path];
        }
        if ($tree->kind !== 'array' && !$this->limits->lone) {
            return [$path];
        }
        $out = [];
        foreach ($tree->kind === 'array' ? $tree->items : [$tree] as $one) {
            $wrong = match (true) {
                $f->member !== null => $this->unfit($f->member, $one, $path),
                $one->kind === 'object' => $this->misfits($fields, $one, "$path/"),
                default => [$path],
            };
            $out = [...$out, ...$wrong];
        }
        return $out;
    }

    /**
     * Whether a field came as "", which its document lets stand for no value.
     *
     * @param list<Field> $fields
     */
    private static function cameBlank(array $fields, Tree $tree, string $path): bool
    {
        [$name, $rest] = explode('/', $path, 2) + [1 => ''];
        foreach ($fields as $f) {
            $found = $f->name === $name ? Json::member($f, $tree) : null;
            if ($found === null) {
                continue;
            }
            if ($rest === '') {
                return $f->blank && Json::isBlank($f, $found);
            }
            $inner = $f->model === null ? [] : $f->model::fields();
            foreach ($found->kind === 'array' ? $found->items : [$found] as $one) {
                if (self::cameBlank($inner, $one, $rest)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Where the document has a field.
     *
     * @param list<Field> $fields
     * @return list<int>
     */
    private static function place(array $fields, string $path): array
    {
        $out = [];
        foreach (explode('/', $path) as $name) {
            $at = array_search($name, array_map(static fn (Field $f): string => $f->name, $fields), true);
            $model = $at === false ? null : $fields[$at]->model;
            $fields = $model !== null ? $model::fields() : ($at === false ? [] : $fields[$at]->fields);
            $out[] = $at === false ? -1 : $at;
        }
        return $out;
    }

    /**
     * @param list<int> $a
     * @param list<int> $b
     */
    private static function order(array $a, array $b): int
    {
        foreach ($a as $i => $one) {
            if ($one !== ($b[$i] ?? -1)) {
                return $one <=> ($b[$i] ?? -1);
            }
        }
        return count($a) <=> count($b);
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
    private const PATIENCE = 10; // seconds that a copy waits for the one that is carried out

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
        if ($lock === false) {
            throw new \RuntimeException('it cannot be locked: ' . $id);
        }
        for ($end = microtime(true) + self::PATIENCE; !flock($lock, LOCK_EX | LOCK_NB); usleep(10_000)) {
            if (microtime(true) > $end) {
                throw new Refusal('unavailable'); // it comes again
            }
        }
        try {
            $act();
        } finally {
            fclose($lock);
        }
    }
}
