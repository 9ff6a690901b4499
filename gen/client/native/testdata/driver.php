<?php

// Carries out what the test asks, a line of JSON each.

namespace Jiekou;

foreach (['ProtocolException', 'Texts', 'Clocks', 'Tree', 'Ciphers', 'Der', 'Pairs', 'Sm2', 'Form', 'Message', 'Protocol'] as $one) {
    require __DIR__ . "/$one.php";
}
set_error_handler(static function (int $no, string $text, string $file, int $line): bool {
    if ((error_reporting() & $no) === 0) {
        return false;
    }
    throw new \ErrorException($text, 0, $no, $file, $line);
});
$held = [];

function message(Message $m, int $handle): array
{
    return [
        'handle' => $handle, 'status' => $m->status, 'method' => $m->method, 'scheme' => $m->scheme, 'host' => $m->host, 'path' => $m->path, 'query' => $m->query,
        'headers' => (object) $m->headers, 'body' => base64_encode($m->body),
    ];
}

function answer(array $t, array &$held): array
{
    require_once __DIR__ . "/{$t['module']}.php";
    $p = ("Jiekou\\{$t['module']}")::protocol();
    $r = $t['message'] ?? [];
    $body = base64_decode($r['body'] ?? '');
    switch ($t['do']) {
        case 'seal':
            $c = $t['call'];
            $held[] = $m = $p->seal(
                $t['keys'], app: $c['app'], interface: $c['interface'], method: $c['method'] ?? 'POST', url: $c['url'] ?? '', payload: $c['payload'], now: $t['now'],
                headers: $c['headers'] ?? [], values: $c['values'] ?? [], id: $c['id'] ?? '', body: $c['body'] ?? '',
                files: array_map(static fn (array $f): FilePart => new FilePart($f['name'], base64_decode($f['body']), $f['file'], $f['type']), $c['files'] ?? []),
            );
            return message($m, count($held) - 1);
        case 'open':
            $v = $p->open($held[$t['handle']], $t['keys'], $r['status'], $r['headers'], $body, $t['now']);
            return ['ok' => $v->ok, 'code' => $v->code, 'payload' => $v->payload];
        case 'take':
            $out = [];
            try {
                $m = $p->take($t['keys'], $r['method'], $r['url'], $r['headers'], $body, app: $t['app'], interface: $t['interface'], now: $t['now']);
                $out['payload'] = $m->values['payload'];
            } catch (ProtocolException $e) {
                $m = $e->taken;
                $out['error'] = $e->getMessage();
            }
            $held[] = $m;
            return $out + ['handle' => count($held) - 1];
    }
    $m = $p->answer($held[$t['handle']], $t['keys'], ok: $t['ok'], code: $t['code'], text: $t['text'], payload: $t['payload'], now: $t['now']);
    return $m === null ? [] : message($m, count($held) - 1);
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $out = answer(json_decode($line, true), $held);
    } catch (\Throwable $e) {
        $out = ['error' => get_class($e) . ': ' . $e->getMessage(), 'trace' => $e->getTraceAsString() . $e->getFile() . ':' . $e->getLine()];
    }
    echo json_encode($out, JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR), "\n";
}
