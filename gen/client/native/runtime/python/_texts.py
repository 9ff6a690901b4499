"""Texts of messages, byte by byte: how they are encoded, cut and compared."""

from __future__ import annotations

import base64 as b64
import binascii
import gzip as gz
import hashlib
import hmac as keyed
import re
import zlib as zl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any


class ProtocolError(Exception):
    """A message is not what the protocol says."""

    def __init__(self, why: str, refusal: str | None = None) -> None:
        super().__init__(why)
        self.foreign = False  # it is no such message at all
        self.refusal = refusal  # the code or rule that refuses it
        self.field = ""  # that is missing or breaks a rule
        self.taken: Any = None  # the notification, as far as it was read


def form(what: str = "the text") -> ProtocolError:
    """What is said of a text that has another form."""
    return ProtocolError(what + " has another form")


def string(text: bytes) -> str:
    """The characters of a text."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("not UTF-8") from None


def is_text(text: bytes) -> bool:
    """Whether a text is UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def same(one: bytes, two: bytes) -> bool:
    """Compares in a time that does not depend on the bytes."""
    return keyed.compare_digest(one, two)


def to_hex(x: bytes) -> bytes:
    return binascii.hexlify(x)


def unhex(x: bytes) -> bytes:
    if len(x) % 2 or re.search(rb"[^0-9a-f]", x):
        raise form("the hexadecimal text")
    return binascii.unhexlify(x)


def hex_upper(x: bytes) -> bytes:
    return to_hex(x).upper()


def unhex_upper(x: bytes) -> bytes:
    if re.search(rb"[a-f]", x):
        raise form("the hexadecimal text")
    return unhex(x.lower())


def base64(x: bytes, breaks: bool = False) -> bytes:
    return b64.b64encode(x)


def base64_bare(x: bytes, breaks: bool = False) -> bytes:
    return b64.b64encode(x).rstrip(b"=")


def base64url(x: bytes, breaks: bool = False) -> bytes:
    return b64.urlsafe_b64encode(x).rstrip(b"=")


def base64url_padded(x: bytes, breaks: bool = False) -> bytes:
    return b64.urlsafe_b64encode(x)


def unbase64(x: bytes, breaks: bool = False) -> bytes:
    if breaks:
        x = re.sub(rb"[\r\n]", b"", x)
    if len(x) % 4:
        raise form("the base64")
    return unbase64_bare(re.sub(rb"={1,2}\Z", b"", x))


def unbase64_bare(x: bytes, breaks: bool = False, loose: bool = False) -> bytes:
    if breaks:
        x = re.sub(rb"[\r\n]", b"", x)
    if re.search(rb"[^A-Za-z0-9+/]", x) or len(x) % 4 == 1:
        raise form("the base64")
    out = b64.b64decode(x + b"=" * (-len(x) % 4))
    if not loose and b64.b64encode(out).rstrip(b"=") != x:
        raise form("the base64")
    return out


def unbase64url(x: bytes, breaks: bool = False) -> bytes:
    if re.search(rb"[+/]", x):
        raise form("the base64")
    return unbase64_bare(x.replace(b"-", b"+").replace(b"_", b"/"), breaks)


def unbase64url_padded(x: bytes, breaks: bool = False) -> bytes:
    if re.search(rb"[+/]", x):
        raise form("the base64")
    return unbase64(x.replace(b"-", b"+").replace(b"_", b"/"), breaks)


def url(x: bytes, safe: bytes, plus: bool, low: bool = False) -> bytes:
    """Escapes all but letters, digits and what is safe."""

    def escaped(found: re.Match[bytes]) -> bytes:
        ch = found.group()
        if ch in safe:
            return ch
        if ch == b" " and plus:
            return b"+"
        return b"%" + (to_hex(ch) if low else hex_upper(ch))

    return re.sub(rb"[^A-Za-z0-9]", escaped, x, flags=re.S)


def unurl(x: bytes, safe: bytes, plus: bool, low: bool = False) -> bytes:
    if re.search(rb"%(?![0-9a-fA-F]{2})", x):
        raise form("the % escape")
    if plus:
        x = x.replace(b"+", b" ")
    return re.sub(rb"%(..)", lambda m: bytes([int(m.group(1), 16)]), x)


def decimal(x: bytes) -> bytes:
    if len(x) > 64:
        raise form()
    return b"%d" % int.from_bytes(x, "big")


def decimals(x: bytes, places: int) -> bytes:
    """A number with so many places."""
    m = re.fullmatch(rb"(-?[0-9]+)(?:\.([0-9]*?)0*)?", x)
    rest = (m[2] or b"") if m else b""
    if not m or len(rest) > places:
        raise form("the number")
    return m[1] + b"." + rest.ljust(places, b"0")


def number_hex(x: bytes) -> bytes:
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", x) or int(x) >= 1 << 63:
        raise form("the number")
    return b"%x" % int(x)


def unnumber_hex(x: bytes) -> bytes:
    if not re.fullmatch(rb"0|[1-9a-f][0-9a-f]{0,15}", x) or int(x, 16) >= 1 << 63:
        raise form("the number")
    return b"%d" % int(x, 16)


def number_hex_upper(x: bytes) -> bytes:
    return number_hex(x).upper()


def unnumber_hex_upper(x: bytes) -> bytes:
    if re.search(rb"[a-f]", x):
        raise form("the number")
    return unnumber_hex(x.lower())


def _sized(n: int, size: int, how: str) -> bytes:
    """A number as so many bytes, the low one first, or as so many digits."""
    if n >= (10**size if how == "digits" else 1 << (8 * size)):
        raise form("the number")
    if how == "digits":
        return str(n).rjust(size, "0").encode()
    return n.to_bytes(size, "little" if how == "little" else "big")


def _number(x: bytes, size: int, how: str) -> int:
    if len(x) < size or how == "digits" and not x[:size].isdigit():
        raise form("the number")
    if how == "digits":
        return int(x[:size])
    return int.from_bytes(x[:size], "little" if how == "little" else "big")


def counted(x: bytes, size: int, how: str = "") -> bytes:
    return _sized(len(x), size, how) + x


def take_counted(x: bytes, size: int, how: str = "") -> int:
    """How many bytes a counted text at the beginning of x takes."""
    length = size + _number(x, size, how)
    if length > len(x):
        raise form()
    return length


def uncounted(x: bytes, size: int, how: str = "") -> bytes:
    if take_counted(x, size, how) != len(x):
        raise form()
    return x[size:]


def number_bytes(x: bytes, size: int, how: str = "") -> bytes:
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", x) or int(x) >= 1 << 63:
        raise form("the number")
    return _sized(int(x), size, how)


def unnumber_bytes(x: bytes, size: int, how: str = "") -> bytes:
    if len(x) != size:
        raise form("the number")
    return str(_number(x, size, how)).encode()


def fixed(x: bytes, size: int) -> bytes:
    if len(x) != size:
        raise form()
    return x


def take_fixed(x: bytes, size: int) -> int:
    return len(first(x, size))


def _charset(x: bytes, name: str) -> bytes:
    try:
        return string(x).encode(name)
    except UnicodeEncodeError:
        raise ProtocolError("a character that the charset does not have") from None


def _uncharset(x: bytes, name: str) -> bytes:
    return x.decode(name, "replace").encode("utf-8")


def latin1(x: bytes) -> bytes:
    return _charset(x, "latin-1")


def unlatin1(x: bytes) -> bytes:
    return _uncharset(x, "latin-1")


def utf16le(x: bytes) -> bytes:
    return _charset(x, "utf-16-le")


def unutf16le(x: bytes) -> bytes:
    return _uncharset(x, "utf-16-le")


def utf16be(x: bytes) -> bytes:
    return _charset(x, "utf-16-be")


def unutf16be(x: bytes) -> bytes:
    return _uncharset(x, "utf-16-be")


def gbk(x: bytes) -> bytes:
    return _charset(x, "gbk")


def ungbk(x: bytes) -> bytes:
    try:
        return x.decode("gb18030").encode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("not GBK") from None


def gzip(x: bytes) -> bytes:
    return gz.compress(x, mtime=0)


def zlib(x: bytes) -> bytes:
    return zl.compress(x)


MOST = 16 << 20  # bytes that a compressed text may have


def _unpacked(x: bytes, bits: int) -> bytes:
    reader = zl.decompressobj(bits)
    try:
        out = reader.decompress(x, MOST)
    except zl.error:
        raise form("the compressed text") from None
    if not reader.eof or reader.unused_data:
        raise form("the compressed text")
    return out


def ungzip(x: bytes) -> bytes:
    return _unpacked(x, 31)


def unzlib(x: bytes) -> bytes:
    return _unpacked(x, 15)


def lower(x: bytes) -> bytes:
    return x.lower()


def upper(x: bytes) -> bytes:
    return x.upper()


_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def trim(x: bytes) -> bytes:
    if not is_text(x):
        return x.strip(b" \t\n\v\f\r")
    return string(x).strip(_BLANKS).encode("utf-8")


def no_blanks(x: bytes) -> bytes:
    return re.sub(rb"[ \t\n\r]", b"", x)


def one_blank(x: bytes) -> bytes:
    return re.sub(rb"[ \t\n\r]+", b" ", x)


def quoted(x: bytes) -> bytes:
    if b'"' in x:
        raise form()
    return b'"' + x + b'"'


def unquoted(x: bytes) -> bytes:
    if len(x) >= 2 and x.startswith(b'"') and x.endswith(b'"'):
        x = x[1:-1]
    if b'"' in x:
        raise form()
    return x


def prefix(x: bytes, text: bytes) -> bytes:
    return text + x


def lead(x: bytes, text: bytes) -> bytes:
    return text + x if x else b""


def trail(x: bytes, text: bytes) -> bytes:
    return x + text if x else b""


def unprefix(x: bytes, text: bytes) -> bytes:
    if not x.startswith(text):
        raise form()
    return x[len(text) :]


def suffix(x: bytes, text: bytes) -> bytes:
    return x + text


def unsuffix(x: bytes, text: bytes) -> bytes:
    if not x.endswith(text):
        raise form()
    return x[: len(x) - len(text)]


def replace(x: bytes, old: bytes, new: bytes) -> bytes:
    return x.replace(old, new)


def swap(x: bytes, old: bytes, new: bytes) -> bytes:
    return x.translate(bytes.maketrans(old, new))


def unswap(x: bytes, old: bytes, new: bytes) -> bytes:
    return swap(x, new, old)


def repeat(x: bytes, n: int) -> bytes:
    return x * n


def zeros(n: int) -> bytes:
    return bytes(n)


def pad_start(x: bytes, n: int, ch: bytes) -> bytes:
    return x.rjust(n, ch)


def pad_end(x: bytes, n: int, ch: bytes) -> bytes:
    return x.ljust(n, ch)


def first(x: bytes, n: int) -> bytes:
    if len(x) < n:
        raise form()
    return x[:n]


def last(x: bytes, n: int) -> bytes:
    if len(x) < n:
        raise form()
    return x[len(x) - n :]


def skip(x: bytes, n: int) -> bytes:
    if len(x) < n:
        raise form()
    return x[n:]


def _characters(x: bytes) -> list[int]:
    """Where the characters of UTF-8 begin, and the end."""
    return [at for at, ch in enumerate(x) if ch & 0xC0 != 0x80] + [len(x)]


def _character_at(x: bytes, n: int, end: bool = False) -> int:
    places = _characters(x)
    if end:
        n = len(places) - 1 - n
    if not 0 <= n < len(places):
        raise form()
    return places[n]


def first_characters(x: bytes, n: int) -> bytes:
    return x[: _character_at(x, n)]


def last_characters(x: bytes, n: int) -> bytes:
    return x[_character_at(x, n, True) :]


def skip_characters(x: bytes, n: int) -> bytes:
    return x[_character_at(x, n) :]


def length_characters(x: bytes, drop: bool) -> bytes:
    return b"" if not x and drop else b"%d" % (len(_characters(x)) - 1)


def before(x: bytes, text: bytes) -> bytes:
    return x.partition(text)[0]


def after(x: bytes, text: bytes) -> bytes:
    return x.partition(text)[2]


def length(x: bytes, drop: bool) -> bytes:
    return b"" if not x and drop else b"%d" % len(x)


def as_it_is(x: bytes, drop: bool = False) -> bytes:
    return x


def reverse(x: bytes) -> bytes:
    return x[::-1]


def alphabet(x: bytes, n: int, letters: bytes) -> bytes:
    """Letters that follow from random bytes."""
    if len(x) < n and len(x) < 16:
        raise form()
    out = more = x
    while len(out) < n:
        more = sha256(more)
        out += more
    return bytes(letters[b % len(letters)] for b in out[:n])


def uuid(x: bytes) -> bytes:
    if not x:
        raise form()
    b = bytearray(x[:16] if len(x) in (16, 32) else sha256(x)[:16])
    b[6] = b[6] & 15 | 64
    b[8] = b[8] & 63 | 128
    h = to_hex(bytes(b))
    return b"-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


def joined(texts: Sequence[bytes], join: bytes, by: str = "") -> bytes:
    """Texts in order: by value, by name, or by name whatever the case."""
    if by == "name-nocase":
        texts = sorted(texts, key=lower)
    elif by:
        texts = sorted(texts)
    return join.join(texts)


def crc32(x: bytes) -> bytes:
    return zl.crc32(x).to_bytes(4, "big")


def md5(x: bytes) -> bytes:
    return hashlib.md5(x).digest()


def sha1(x: bytes) -> bytes:
    return hashlib.sha1(x).digest()


def sha224(x: bytes) -> bytes:
    return hashlib.sha224(x).digest()


def sha256(x: bytes) -> bytes:
    return hashlib.sha256(x).digest()


def sha384(x: bytes) -> bytes:
    return hashlib.sha384(x).digest()


def sha512(x: bytes) -> bytes:
    return hashlib.sha512(x).digest()


def _rotate(x: int, n: int) -> int:
    n %= 32
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF


def sm3(x: bytes) -> bytes:
    """The digest of GB/T 32905."""
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    text = x + b"\x80" + bytes(-(len(x) + 9) % 64) + (8 * len(x)).to_bytes(8, "big")
    for at in range(0, len(text), 64):
        w = [int.from_bytes(text[i : i + 4], "big") for i in range(at, at + 64, 4)]
        for j in range(16, 68):
            p = w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)
            w.append(p ^ _rotate(p, 15) ^ _rotate(p, 23) ^ _rotate(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = _rotate((_rotate(a, 12) + e + _rotate(t, j)) & 0xFFFFFFFF, 7)
            ss2 = ss1 ^ _rotate(a, 12)
            ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            gg = e ^ f ^ g if j < 16 else e & f | ~e & g
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = tt1, a, _rotate(b, 9), c, tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17), e, _rotate(f, 19), g
        v = [one ^ two for one, two in zip(v, (a, b, c, d, e, f, g, h))]
    return b"".join(one.to_bytes(4, "big") for one in v)


def hmac(x: bytes, key: bytes, digest: Callable[[bytes], bytes], size: int) -> bytes:
    if len(key) > size:
        key = digest(key)
    key = key.ljust(size, b"\0")
    inner = digest(bytes(b ^ 0x36 for b in key) + x)
    return digest(bytes(b ^ 0x5C for b in key) + inner)


def pbkdf2(x: bytes, salt: bytes, rounds: int, size: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", x, salt, rounds, size)


def hkdf(x: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    key = hmac(x, salt, sha256, 64)
    out = last = b""
    while len(out) < size:
        last = hmac(last + info + bytes([len(out) // 32 + 1]), key, sha256, 64)
        out += last
    return out[:size]


def rc4(x: bytes, key: bytes, skip: int = 0) -> bytes:
    if not 1 <= len(key) <= 256:
        raise ProtocolError("an RC4 key has 1 to 256 bytes")
    s = list(range(256))
    j = 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    out = bytearray(bytes(skip) + x)
    i = j = 0
    for n in range(len(out)):
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out[n] ^= s[(s[i] + s[j]) & 255]
    return bytes(out[skip:])


# A time between steps is the decimal number of its nanoseconds since 1970.


def read_time(x: bytes) -> int:
    if not re.fullmatch(rb"-?[0-9]{1,19}", x):
        raise form("the time")
    return int(x)


def epoch(x: bytes, unit: int) -> bytes:
    return b"%d" % (read_time(x) // unit)


def unepoch(x: bytes, unit: int) -> bytes:
    if not re.fullmatch(rb"[0-9]{1,16}", x) or int(x) > (1 << 62) // unit:
        raise form("the time")
    return b"%d" % (int(x) * unit)


def later(x: bytes, nanoseconds: int) -> bytes:
    return b"%d" % (read_time(x) + nanoseconds)


def sooner(x: bytes, nanoseconds: int) -> bytes:
    return later(x, -nanoseconds)


@dataclass(frozen=True)
class Word:
    """A word of a layout of times."""

    text: str


Layout = Sequence["Word | str"]

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def format_time(x: bytes, layouts: Sequence[Layout], minutes: int) -> bytes:
    """Writes a time by the first of some layouts, in a zone so many minutes east of Greenwich."""
    d = _EPOCH.astimezone(timezone(timedelta(minutes=minutes))) + timedelta(milliseconds=read_time(x) // 1_000_000)
    nano = f"{read_time(x) % 1_000_000_000:09}"
    sign, away = "-" if minutes < 0 else "+", abs(minutes)
    words = {
        "yyyy": f"{d.year:04}",
        "yy": f"{d.year % 100:02}",
        "MM": f"{d.month:02}",
        "dd": f"{d.day:02}",
        "d": str(d.day),
        "HH": f"{d.hour:02}",
        "hh": f"{d.hour % 12 or 12:02}",
        "mm": f"{d.minute:02}",
        "ss": f"{d.second:02}",
        "SSS": nano[:3],
        "SSSSSS": nano[:6],
        "SSSSSSSSS": nano,
        "Mon": _DAYS[d.weekday()],
        "Jan": _MONTHS[d.month - 1],
        "Z": f"{sign}{away // 60:02}{away % 60:02}",
        "ZZ": f"{sign}{away // 60:02}:{away % 60:02}" if minutes else "Z",
    }
    return "".join(words[w.text] if isinstance(w, Word) else w for w in layouts[0]).encode("utf-8")


_PARTS = {
    "yyyy": "[0-9]{4}",
    "SSS": "[0-9]{3}",
    "SSSSSS": "[0-9]{6}",
    "SSSSSSSSS": "[0-9]{9}",
    "d": "[0-9]{1,2}",
    "Mon": "[A-Z][a-z]{2}",
    "Jan": "[A-Z][a-z]{2}",
    "Z": "[+-][0-9]{4}",
    "ZZ": "Z|[+-][0-9]{2}:[0-9]{2}",
}


def _parse_time(x: bytes, layout: Layout, minutes: int) -> bytes:
    pattern = "".join(f"(?P<{w.text}>{_PARTS.get(w.text, '[0-9]{2}')})" if isinstance(w, Word) else re.escape(w) for w in layout)
    found = re.fullmatch(pattern, string(x))
    if not found:
        raise form("the time")
    got = found.groupdict()

    def number(name: str, default: int) -> int:
        return int(got[name]) if name in got else default

    year = number("yyyy", 1970)
    if "yy" in got:
        year = number("yy", 0) + (2000 if number("yy", 0) < 69 else 1900)
    month = _MONTHS.index(got["Jan"]) + 1 if got.get("Jan") in _MONTHS else number("MM", 1)
    zone = got.get("Z") or got.get("ZZ")
    if zone:
        minutes = 0 if zone == "Z" else (int(zone[1:3]) * 60 + int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    try:
        d = datetime(
            year, month, number("d", number("dd", 1)), number("HH", number("hh", 0)), number("mm", 0), number("ss", 0), tzinfo=timezone.utc
        )
    except ValueError:
        raise form("the time") from None
    seconds = (d - _EPOCH) // timedelta(seconds=1) - minutes * 60
    nano = "".join(got.get(name, "") for name in ("SSS", "SSSSSS", "SSSSSSSSS")).ljust(9, "0")
    return b"%d" % (seconds * 1_000_000_000 + int(nano))


def any_time(x: bytes, layouts: Sequence[Layout], minutes: int) -> bytes:
    """Reads a time in the first of some layouts that fits."""
    for layout in layouts:
        try:
            return _parse_time(x, layout, minutes)
        except ProtocolError:
            continue
    raise form("the time")
