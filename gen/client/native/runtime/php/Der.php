<?php

declare(strict_types=1);

namespace Jiekou;

/** An element of DER, and the halves of key pairs: PEM, or the base64 of their DER. */
final class Der
{
    /** @param list<Der> $items */
    private function __construct(public readonly int $tag, public readonly string $text, public readonly string $whole, public array $items = [])
    {
    }

    public static function read(string $x): self
    {
        $at = 0;
        return self::element($x, $at);
    }

    private static function element(string $x, int &$at): self
    {
        $wrong = new ProtocolException('no well-formed key');
        if (strlen($x) < $at + 2) {
            throw $wrong;
        }
        [$from, $tag, $length, $start] = [$at, ord($x[$at]), ord($x[$at + 1]), $at + 2];
        if (($length & 128) !== 0) {
            $n = $length & 127;
            $length = (int) hexdec(bin2hex(substr($x, $start, $n)));
            $start += $n;
        }
        if ($start + $length > strlen($x)) {
            throw $wrong;
        }
        $at = $start + $length;
        $out = new self($tag, substr($x, $start, $length), substr($x, $from, $at - $from));
        if (($tag & 32) !== 0) {
            while ($start < $at) {
                $out->items[] = self::element($x, $start);
            }
        }
        return $out;
    }

    public static function write(int $tag, string ...$parts): string
    {
        $text = implode('', $parts);
        $n = strlen($text);
        $long = ltrim(Texts::bytes($n, 4), "\0");
        return chr($tag) . ($n < 128 ? chr($n) : chr(128 | strlen($long)) . $long) . $text;
    }

    /** A number that is not negative, from its bytes. */
    public static function number(string $bytes): string
    {
        $bytes = ltrim($bytes, "\0");
        return self::write(2, $bytes === '' || ord($bytes[0]) > 127 ? "\0" . $bytes : $bytes);
    }

    /**
     * The texts of the halves of a key pair, without what stands around them.
     *
     * @return list<string>
     */
    public static function blocks(string $text): array
    {
        preg_match_all('/-----BEGIN [^-]*-----[^-]*-----END [^-]*-----/', $text, $found);
        $out = [];
        foreach ($found[0] !== [] ? $found[0] : [$text] as $block) {
            $bare = (string) preg_replace('/-----[^-]*-----|\s/', '', $block);
            if ($bare !== '') {
                $out[] = $bare;
            }
        }
        return $out;
    }

    /** The element of a block. */
    public static function of(string $bare): self
    {
        return self::read(Texts::unbase64Bare(rtrim($bare, '=')));
    }

    public static function pem(string $label, string $der): string
    {
        return "-----BEGIN $label-----\n" . chunk_split(base64_encode($der), 64, "\n") . "-----END $label-----\n";
    }

    /** The SubjectPublicKeyInfo in it or a certificate, if it is one. */
    public function info(): ?self
    {
        if (count($this->items) === 3 && $this->items[0]->tag === 0x30 && $this->items[2]->tag === 3) {
            $inner = array_values(array_filter($this->items[0]->items, static fn (self $n): bool => $n->tag !== 0xA0));
            return $inner[5]->info();
        }
        return count($this->items) === 2 && $this->items[0]->tag === 0x30 && $this->items[1]->tag === 3 ? $this : null;
    }

    /** The key of a SubjectPublicKeyInfo or a certificate, if it is one. */
    public function publicKey(): ?string
    {
        $info = $this->info();
        return $info === null ? null : substr($info->items[1]->text, 1);
    }
}
