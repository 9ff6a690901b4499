<?php

declare(strict_types=1);

namespace Jiekou;

/** A request breaks rules of the document. It was not sent. */
final class InvalidRequestException extends \InvalidArgumentException
{
    /** @param list<Problem> $problems */
    public function __construct(public readonly string $cmd, public readonly array $problems)
    {
        parent::__construct("$cmd was not sent: " . implode('; ', $problems));
    }
}

/** The server refused a request, with a code of the document. */
final class RefusedException extends \RuntimeException
{
    /** @param string $refusal the code of the document */
    public function __construct(public readonly string $cmd, public readonly string $refusal, public readonly string $text, public readonly int $status, public readonly string $id)
    {
        $said = trim("$refusal $text");
        parent::__construct("$cmd was refused: " . ($said === '' ? "HTTP $status" : "$said (HTTP $status)"));
    }
}

/** A reply is not the server's, or was changed on its way. The request may have been carried out. */
final class ForgedReplyException extends \RuntimeException
{
    public function __construct(public readonly string $cmd, public readonly int $status, public readonly string $id, ProtocolException $why)
    {
        parent::__construct("$cmd: the reply cannot be trusted (HTTP $status), it was changed or the keys are not the server's: " . $why->getMessage(), 0, $why);
    }
}

/**
 * An answer that nobody vouches for: the page of a proxy, an empty body, a refusal that no key proves, a reply
 * that is not of the document's types. The request may have been carried out.
 */
final class UnreadableReplyException extends \RuntimeException
{
    /** @param string $refusal the code that it has, where it is a refusal that no key proves */
    public function __construct(
        public readonly string $cmd,
        public readonly int $status,
        public readonly string $id,
        string $why,
        public readonly string $refusal = '',
        public readonly string $text = '',
        ?\Throwable $before = null,
    ) {
        parent::__construct("$cmd: no proper reply (HTTP $status): $why", 0, $before);
    }
}

/**
 * No reply came: a fault of the connection, or the end of the time. The request may have been carried out; with
 * the same id it is carried out once.
 */
final class NoReplyException extends \RuntimeException
{
    public function __construct(public readonly string $cmd, public readonly string $id, \Throwable $why)
    {
        parent::__construct("$cmd: no reply: " . $why->getMessage(), 0, $why);
    }
}
