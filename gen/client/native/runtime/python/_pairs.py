"""Key pairs: RSA, Ed25519 and P-256 by cryptography, SM2 in Python's own integers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519 as edwards, padding, rsa, utils

from ._texts import ProtocolError, md5, sha1, sha224, sha256, sha384, sha512, sm3, unbase64_bare

Digest = Callable[[bytes], bytes]
Point = tuple[int, int]
_HASHES: dict[Digest, type[hashes.HashAlgorithm]] = {
    md5: hashes.MD5, sha1: hashes.SHA1, sha224: hashes.SHA224, sha256: hashes.SHA256, sha384: hashes.SHA384, sha512: hashes.SHA512,
}  # fmt: skip
CANNOT = "it cannot be decrypted: another key, or not this cipher text"


@dataclass
class Der:
    """An element of DER."""

    tag: int
    text: bytes
    end: int
    items: list[Der] = field(default_factory=list)

    def number(self) -> int:
        return int.from_bytes(self.text, "big")


def der(x: bytes, at: int = 0) -> Der:
    try:
        tag, length, start = x[at], x[at + 1], at + 2
        if length & 128:
            n = length & 127
            length, start = int.from_bytes(x[start : start + n], "big"), start + n
    except IndexError:
        raise ProtocolError("no well-formed key") from None
    end = start + length
    if end > len(x):
        raise ProtocolError("no well-formed key")
    out = Der(tag, x[start:end], end)
    if tag & 32:
        while start < end:
            out.items.append(der(x, start))
            start = out.items[-1].end
    return out


def _blocks(text: str) -> Iterator[bytes]:
    """The halves of a key pair: PEM, or the base64 of its DER."""
    for block in re.findall(r"-----BEGIN [^-]*-----[^-]*-----END [^-]*-----", text) or [text]:
        bare = re.sub(r"-----[^-]*-----|\s", "", block)
        if bare:
            yield bare.encode()


def _der_of(bare: bytes) -> Der:
    return der(unbase64_bare(bare.rstrip(b"=")))


def _public(node: Der) -> bytes | None:
    """The key of a SubjectPublicKeyInfo or a certificate, if it is one."""
    if len(node.items) == 3 and node.items[0].tag == 0x30 and node.items[2].tag == 3:
        return _public([n for n in node.items[0].items if n.tag != 0xA0][5])
    if len(node.items) == 2 and node.items[0].tag == 0x30 and node.items[1].tag == 3:
        return node.items[1].text[1:]
    return None


@dataclass
class RSA:
    private: rsa.RSAPrivateKey | None = None
    public: rsa.RSAPublicKey | None = None

    def secret(self) -> rsa.RSAPrivateKey:
        if not self.private:
            raise _half()
        return self.private

    def open(self) -> rsa.RSAPublicKey:
        if not self.public:
            raise _half()
        return self.public


def _half() -> ProtocolError:
    return ProtocolError("the half of the key pair that is needed is not there")


def read_rsa(text: str) -> RSA:
    out = RSA()
    for bare in _blocks(text):
        node = _der_of(bare)
        inner = _public(node)
        if inner is not None:
            node = der(inner)
        elif len(node.items) > 2 and node.items[1].tag == 0x30:
            node = der(node.items[2].text)
        numbers = [one.number() for one in node.items]
        if len(numbers) == 2:
            out.public = rsa.RSAPublicNumbers(numbers[1], numbers[0]).public_key()
        else:
            n, e, d, p, q, dp, dq, qi = numbers[1:9]
            out.private = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n)).private_key()
            out.public = out.public or out.private.public_key()
    return out


def rsa_sign(x: bytes, key: RSA, digest: Digest) -> bytes:
    return key.secret().sign(x, padding.PKCS1v15(), _HASHES[digest]())


def rsa_verify(x: bytes, sig: bytes, key: RSA, digest: Digest) -> bool:
    try:
        key.open().verify(sig, x, padding.PKCS1v15(), _HASHES[digest]())
    except InvalidSignature:
        return False
    return True


def rsa_pss(x: bytes, key: RSA, digest: Digest) -> bytes:
    kind = _HASHES[digest]()
    return key.secret().sign(x, padding.PSS(padding.MGF1(kind), kind.digest_size), kind)


def rsa_pss_verify(x: bytes, sig: bytes, key: RSA, digest: Digest) -> bool:
    kind = _HASHES[digest]()
    try:
        key.open().verify(sig, x, padding.PSS(padding.MGF1(kind), padding.PSS.AUTO), kind)
    except InvalidSignature:
        return False
    return True


def _pieces(x: bytes, size: int, one: Callable[[bytes], bytes]) -> bytes:
    if size <= 0:
        raise ProtocolError("the key is too short")
    return b"".join(one(x[i : i + size]) for i in range(0, max(len(x), 1), size))


def _unpieces(x: bytes, size: int, one: Callable[[bytes], bytes]) -> bytes:
    if not x or len(x) % size:
        raise ProtocolError("the cipher text is not a whole number of blocks")
    try:
        return _pieces(x, size, one)
    except ValueError:
        raise ProtocolError(CANNOT) from None


def _bytes(key: rsa.RSAPublicKey) -> int:
    return (key.key_size + 7) // 8


def rsa_encrypt(x: bytes, key: RSA) -> bytes:
    public = key.open()
    return _pieces(x, _bytes(public) - 11, lambda block: public.encrypt(block, padding.PKCS1v15()))


def unrsa_encrypt(x: bytes, key: RSA) -> bytes:
    private = key.secret()
    return _unpieces(x, _bytes(private.public_key()), lambda block: private.decrypt(block, padding.PKCS1v15()))


def rsa_private_encrypt(x: bytes, key: RSA) -> bytes:
    """Encrypts with the private half, as some gateways do: a signature without its digest."""
    private = key.secret()
    size = _bytes(private.public_key())
    numbers = private.private_numbers()

    def one(block: bytes) -> bytes:
        whole = b"\0\x01" + b"\xff" * (size - 3 - len(block)) + b"\0" + block
        return pow(int.from_bytes(whole, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")

    return _pieces(x, size - 11, one)


def unrsa_private_encrypt(x: bytes, key: RSA) -> bytes:
    numbers = key.open().public_numbers()
    size = _bytes(key.open())

    def one(block: bytes) -> bytes:
        whole = pow(int.from_bytes(block, "big"), numbers.e, numbers.n).to_bytes(size, "big")
        found = re.fullmatch(rb"\0\x01\xff{8,}\0(.*)", whole, re.S)
        if not found:
            raise ProtocolError(CANNOT)
        return found.group(1)

    return _unpieces(x, size, one)


def _oaep(digest: Digest) -> padding.OAEP:
    kind = _HASHES[digest]()
    return padding.OAEP(padding.MGF1(kind), kind, None)


def rsa_oaep(x: bytes, key: RSA, digest: Digest) -> bytes:
    public = key.open()
    return _pieces(x, _bytes(public) - 2 * len(digest(b"")) - 2, lambda block: public.encrypt(block, _oaep(digest)))


def unrsa_oaep(x: bytes, key: RSA, digest: Digest) -> bytes:
    private = key.secret()
    return _unpieces(x, _bytes(private.public_key()), lambda block: private.decrypt(block, _oaep(digest)))


@dataclass
class Edwards:
    private: edwards.Ed25519PrivateKey | None = None
    public: edwards.Ed25519PublicKey | None = None


def read_edwards(text: str) -> Edwards:
    out = Edwards()
    for bare in _blocks(text):
        node = _der_of(bare)
        inner = _public(node)
        if inner is not None:
            out.public = edwards.Ed25519PublicKey.from_public_bytes(inner)
        else:
            out.private = edwards.Ed25519PrivateKey.from_private_bytes(der(node.items[2].text).text)
            out.public = out.public or out.private.public_key()
    return out


def ed25519(x: bytes, key: Edwards) -> bytes:
    if not key.private:
        raise _half()
    return key.private.sign(x)


def ed25519_verify(x: bytes, sig: bytes, key: Edwards) -> bool:
    if not key.public:
        raise _half()
    try:
        key.public.verify(sig, x)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class Curve:
    p: int
    b: int
    n: int
    base: Point

    def add(self, one: Point | None, two: Point | None) -> Point | None:
        if not one or not two:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2 and (y1 != y2 or y1 == 0):
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, self.p) if x1 == x2 else (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def multiply(self, n: int, point: Point) -> Point | None:
        out: Point | None = None
        add: Point | None = point
        while n:
            if n & 1:
                out = self.add(out, add)
            add = self.add(add, add)
            n >>= 1
        return out

    def has(self, point: Point) -> bool:
        x, y = point
        return x < self.p and y < self.p and (y * y - (x * x * x - 3 * x + self.b)) % self.p == 0


P256 = Curve(
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5),
)
SM2 = Curve(
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0),
)


@dataclass
class CurveKey:
    curve: Curve
    d: int = 0
    point: Point | None = None

    def secret(self) -> int:
        if not self.d:
            raise _half()
        return self.d

    def open(self) -> Point:
        if not self.point or not self.curve.has(self.point):
            raise _half()
        return self.point


def read_curve(text: str, curve: Curve) -> CurveKey:
    out = CurveKey(curve)
    for bare in _blocks(text):
        if re.fullmatch(rb"[0-9a-fA-F]{64}", bare):
            out.d = int(bare, 16)
        elif re.fullmatch(rb"04[0-9a-fA-F]{128}", bare):
            out.point = int(bare[2:66], 16), int(bare[66:], 16)
        else:
            _read_curve(_der_of(bare), out)
    if out.d:
        out.point = curve.multiply(out.d, curve.base)
    return out


def _read_curve(node: Der, out: CurveKey) -> None:
    inner = _public(node)
    if inner is not None:
        if len(inner) != 65:
            raise ProtocolError("a key of this curve cannot be used here")
        out.point = int.from_bytes(inner[1:33], "big"), int.from_bytes(inner[33:], "big")
    elif node.items[1].tag == 0x30:
        _read_curve(der(node.items[2].text), out)
    else:
        if len(node.items[1].text) > 32:
            raise ProtocolError("a key of this curve cannot be used here")
        out.d = node.items[1].number()


def _write_signature(r: int, s: int, bare: bool) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") if bare else utils.encode_dss_signature(r, s)


def _read_signature(sig: bytes, bare: bool) -> tuple[int, int]:
    if not bare:
        return utils.decode_dss_signature(sig)
    return (int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")) if len(sig) == 64 else (0, 0)


def ecdsa(x: bytes, key: CurveKey, bare: bool) -> bytes:
    private = ec.derive_private_key(key.secret(), ec.SECP256R1())
    return _write_signature(*utils.decode_dss_signature(private.sign(x, ec.ECDSA(hashes.SHA256()))), bare)


def ecdsa_verify(x: bytes, sig: bytes, key: CurveKey, bare: bool) -> bool:
    r, s = _read_signature(sig, bare)
    public = ec.EllipticCurvePublicNumbers(*key.open(), ec.SECP256R1()).public_key()
    try:
        public.verify(utils.encode_dss_signature(r, s), x, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _sm2_text(x: bytes, key: CurveKey, ident: bytes) -> int:
    """The digest that an SM2 signature is over."""
    numbers = (SM2.p - 3, SM2.b, *SM2.base, *key.open())
    head = sm3((8 * len(ident)).to_bytes(2, "big") + ident + b"".join(n.to_bytes(32, "big") for n in numbers))
    return int.from_bytes(sm3(head + x), "big")


def sm2(x: bytes, key: CurveKey, ident: bytes, bare: bool) -> bytes:
    d, n = key.secret(), SM2.n
    e = _sm2_text(x, key, ident)
    while True:
        k = secrets.randbelow(n - 1) + 1
        point = SM2.multiply(k, SM2.base)
        assert point
        r = (e + point[0]) % n
        s = pow(1 + d, -1, n) * (k - r * d) % n
        if r and s and r + k != n:
            return _write_signature(r, s, bare)


def sm2_verify(x: bytes, sig: bytes, key: CurveKey, ident: bytes, bare: bool) -> bool:
    r, s = _read_signature(sig, bare)
    if not 0 < r < SM2.n or not 0 < s < SM2.n or not (r + s) % SM2.n:
        return False
    total = SM2.add(SM2.multiply(s, SM2.base), SM2.multiply((r + s) % SM2.n, key.open()))
    return total is not None and (_sm2_text(x, key, ident) + total[0]) % SM2.n == r


def _sm2_mask(shared: bytes, x: bytes) -> bytes:
    mask = b"".join(sm3(shared + n.to_bytes(4, "big")) for n in range(1, len(x) // 32 + 2))
    return bytes(one ^ two for one, two in zip(x, mask))


def _both(point: Point) -> tuple[bytes, bytes]:
    return point[0].to_bytes(32, "big"), point[1].to_bytes(32, "big")


def _der_of_parts(*parts: bytes) -> bytes:
    out = b""
    for i, text in enumerate(parts):
        if i < 2:
            text = text.lstrip(b"\0") or b"\0"
            text = b"\0" + text if text[0] & 128 else text
        out += bytes([2 if i < 2 else 4]) + _der_length(len(text)) + text
    return b"\x30" + _der_length(len(out)) + out


def _der_length(n: int) -> bytes:
    if n < 128:
        return bytes([n])
    text = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([128 | len(text)]) + text


def sm2_encrypt(x: bytes, key: CurveKey, order: str) -> bytes:
    if not x:
        raise ProtocolError("SM2 encrypts no empty text")
    k = secrets.randbelow(SM2.n - 1) + 1
    c1, shared = SM2.multiply(k, SM2.base), SM2.multiply(k, key.open())
    assert c1 and shared
    one, two = _both(shared)
    c2, c3 = _sm2_mask(one + two, x), sm3(one + x + two)
    left, right = _both(c1)
    if order == "der":
        return _der_of_parts(left, right, c3, c2)
    return b"\x04" + left + right + (c2 + c3 if order == "c1c2c3" else c3 + c2)


def unsm2_encrypt(x: bytes, key: CurveKey, order: str) -> bytes:
    if order == "der":
        parts = der(x).items
        c1, c3, c2 = (parts[0].number(), parts[1].number()), parts[2].text, parts[3].text
    else:
        c1, rest = (int.from_bytes(x[1:33], "big"), int.from_bytes(x[33:65], "big")), x[65:]
        c3, c2 = (rest[-32:], rest[:-32]) if order == "c1c2c3" else (rest[:32], rest[32:])
    shared = SM2.multiply(key.secret(), c1) if SM2.has(c1) else None
    if not shared:
        raise ProtocolError(CANNOT)
    one, two = _both(shared)
    out = _sm2_mask(one + two, c2)
    if sm3(one + out + two) != c3:
        raise ProtocolError(CANNOT)
    return out

