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
        parent::__construct("$cmd was refused: $refusal $text");
    }
}

/** A reply is not the server's, or was changed on its way. The request may have been carried out. */
final class ForgedReplyException extends \RuntimeException
{
    public function __construct(public readonly string $cmd, public readonly int $status, public readonly string $id, ProtocolException $why)
    {
        parent::__construct("$cmd: the reply cannot be trusted (HTTP $status): " . $why->getMessage(), 0, $why);
    }
}

/** The server was not reached, or said nothing. The request may have been carried out. */
final class ConnectionException extends \RuntimeException
{
}
