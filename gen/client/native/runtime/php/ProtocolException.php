<?php

declare(strict_types=1);

namespace Jiekou;

/** A message is not what the protocol says. */
class ProtocolException extends \RuntimeException
{
    /** It is no such message at all. */
    public bool $foreign = false;

    /** The field that is missing or breaks a rule. */
    public string $field = '';

    /** The notification, as far as it was read. */
    public ?Message $taken = null;

    /** @param ?string $refusal the code or rule that refuses it */
    public function __construct(string $why, public ?string $refusal = null)
    {
        parent::__construct($why);
    }

    /** What is said of a text that has another form. */
    public static function form(string $what = 'the text'): self
    {
        return new self($what . ' has another form');
    }
}
