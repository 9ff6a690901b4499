<?php

// Calls systems and takes their notifications, as the test asks: a line of JSON each.

set_error_handler(static function (int $no, string $text, string $file, int $line): bool {
    if ((error_reporting() & $no) === 0) {
        return false;
    }
    throw new ErrorException($text, 0, $no, $file, $line);
});
foreach (glob(__DIR__ . '/*/autoload.php') as $one) {
    require $one;
}
$receivers = [];
$pushes = [];

/** The clock of receivers, and whether their handlers fail. */
final class Now
{
    public static float $time = 0.0;
    public static bool $fails = false;
    public static bool $slow = false;
}

function answer(array $t, array &$receivers, array &$pushes): array
{
    $of = static fn (string $name): string => $t['space'] . '\\' . $name;
    $json = $of('Json');
    $client = $of($t['client']);
    if ($t['do'] === 'show') {
        ob_start();
        $one = new $client($t['url'], $t['app'], $t['keys']);
        var_dump($one);
        print_r($one);
        return ['text' => ob_get_clean()];
    }
    if ($t['do'] === 'call') {
        static $held = [];
        $client = $held[$t['hold'] ?? ''] ?? new $client($t['url'], $t['app'], $t['keys'], values: (array) $t['values'], timeout: (float) ($t['timeout'] ?? 30));
        if (isset($t['hold'])) {
            $held[$t['hold']] = $client;
        }
        try {
            for ($n = $t['times'] ?? 1; $n > 0; $n--) {
                $reply = $client->{$t['method']}($json::decode($of($t['request']), $t['payload']));
            }
            return ['payload' => $json::encode($reply::fields(), $reply)];
        } catch (Exception $e) {
            $class = (new ReflectionClass($e))->getShortName();
            $out = ['error' => str_replace('Exception', 'Error', $class), 'text' => $e->getMessage(), 'code' => $e->refusal ?? ''];
            if (!isset($e->cmd)) {
                $out['text'] .= $e->getTraceAsString();
            }
            foreach ($e->problems ?? [] as $p) {
                $out['problems'][] = $p->field . ' ' . $p->rule;
            }
            return $out;
        }
    }
    if ($t['do'] === 'time') {
        $times = $of('Times');
        $moment = $times::of($t['text']);
        return ['text' => $moment->format('Uv') . ' ' . $times::text($moment, 'yyyyMMddHHmmss')];
    }
    $key = $t['space'] . ' ' . $t['app'];
    if (!isset($receivers[$key])) {
        $files = $of('SeenFiles');
        $receivers[$key] = new $client($t['app'], $t['keys'], new $files(__DIR__ . '/seen-' . md5($key)), static fn (): float => Now::$time !== 0.0 ? Now::$time : microtime(true), timeout: 2);
        foreach ($t['notifications'] as $n) {
            $receivers[$key]->{$n['method']}(function ($value, $d) use ($json, &$pushes): void {
                $pushes[] = ['cmd' => $d->cmd, 'id' => $d->id, 'payload' => $json::encode($value::fields(), $value)];
                Now::$slow && sleep(4) === 0 && sleep(4);
                Now::$fails && throw new DomainException('not now');
            });
        }
    }
    $pushes = [];
    [Now::$time, Now::$fails, Now::$slow] = [($t['now'] ?? 0) / 1000.0, $t['fails'] ?? false, $t['slow'] ?? false];
    $m = $t['message'];
    $a = $receivers[$key]->handle($m['method'], $m['url'], $m['headers'], base64_decode($m['body']));
    return ['status' => $a->status, 'headers' => (object) $a->headers, 'body' => base64_encode($a->body), 'pushes' => $pushes];
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $out = answer(json_decode($line, true), $receivers, $pushes);
    } catch (Throwable $e) {
        $out = ['error' => 'failed', 'text' => (string) $e];
    }
    echo json_encode($out, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
}
