"""Block ciphers in the modes that protocols have."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import AEADDecryptionContext, AEADEncryptionContext, Cipher, CipherAlgorithm, algorithms, modes

from ._texts import ProtocolError, first

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # before version 43
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

Make = Callable[[bytes], CipherAlgorithm]
Plain = modes.ECB | modes.ModeWithInitializationVector | modes.ModeWithNonce  # that has no tag
NOT_WHOLE = "the cipher text is not a whole number of blocks"


def _sized(name: str, key: bytes, *lengths: int) -> bytes:
    if len(key) not in lengths:
        raise ProtocolError(f"the key has {len(key)} bytes, {name} takes {' or '.join(map(str, lengths))}")
    return key


def aes(key: bytes) -> CipherAlgorithm:
    return algorithms.AES(_sized("aes", key, 16, 24, 32))


def sm4(key: bytes) -> CipherAlgorithm:
    return algorithms.SM4(_sized("sm4", key, 16))


def des(key: bytes) -> CipherAlgorithm:
    return TripleDES(_sized("des", key, 8) * 3)


def triple_des(key: bytes) -> CipherAlgorithm:
    return TripleDES(_sized("3des", key, 16, 24))


def _size(algorithm: CipherAlgorithm) -> int:
    return 8 if isinstance(algorithm, TripleDES) else 16


def _start(size: int, iv: bytes) -> bytes:
    if len(iv) != size:
        raise ProtocolError("the iv has another length")
    return iv


# pad is the block of PKCS #7; 0 pads with zeros, -1 does not pad.


def _padded(x: bytes, pad: int, size: int) -> bytes:
    if pad == 0:
        return x + bytes(-len(x) % size)
    if pad < 0:
        if len(x) % size:
            raise ProtocolError("the text is not a whole number of blocks")
        return x
    more = pad - len(x) % pad
    return x + bytes([more]) * more


def _unpadded(x: bytes, pad: int) -> bytes:
    if pad == 0:
        return x.rstrip(b"\0")
    if pad < 0:
        return x
    more = x[-1]
    if not 1 <= more <= min(pad, len(x)) or x[-more:] != bytes([more]) * more:
        raise ProtocolError("wrong padding: another key, another iv, or not this cipher text")
    return x[:-more]


def _run(algorithm: CipherAlgorithm, mode: Plain, x: bytes, encrypting: bool) -> bytes:
    cipher = Cipher(algorithm, mode)
    step = cipher.encryptor() if encrypting else cipher.decryptor()
    return step.update(x) + step.finalize()


def ecb(x: bytes, key: bytes, make: Make, pad: int) -> bytes:
    algorithm = make(key)
    return _run(algorithm, modes.ECB(), _padded(x, pad, _size(algorithm)), True)


def unecb(x: bytes, key: bytes, make: Make, pad: int) -> bytes:
    algorithm = make(key)
    if not x or len(x) % _size(algorithm):
        raise ProtocolError(NOT_WHOLE)
    return _unpadded(_run(algorithm, modes.ECB(), x, False), pad)


def cbc(x: bytes, key: bytes, make: Make, pad: int, iv: bytes = b"", prefix: bool = False) -> bytes:
    algorithm = make(key)
    size = _size(algorithm)
    iv = secrets.token_bytes(size) if prefix else _start(size, iv)
    return (iv if prefix else b"") + _run(algorithm, modes.CBC(iv), _padded(x, pad, size), True)


def uncbc(x: bytes, key: bytes, make: Make, pad: int, iv: bytes = b"", prefix: bool = False) -> bytes:
    algorithm = make(key)
    size = _size(algorithm)
    if prefix:
        iv, x = first(x, size), x[size:]
    if not x or len(x) % size:
        raise ProtocolError(NOT_WHOLE)
    return _unpadded(_run(algorithm, modes.CBC(_start(size, iv)), x, False), pad)


def ctr(x: bytes, key: bytes, make: Make, iv: bytes = b"", prefix: bool = False) -> bytes:
    iv = secrets.token_bytes(16) if prefix else _start(16, iv)
    return (iv if prefix else b"") + _run(make(key), modes.CTR(iv), x, True)


def unctr(x: bytes, key: bytes, make: Make, iv: bytes = b"", prefix: bool = False) -> bytes:
    if prefix:
        iv, x = first(x, 16), x[16:]
    return _run(make(key), modes.CTR(_start(16, iv)), x, False)


def gcm(x: bytes, key: bytes, make: Make, iv: bytes = b"", prefix: bool = False, aad: bytes = b"") -> bytes:
    iv = secrets.token_bytes(12) if prefix else _start(12, iv)
    step = Cipher(make(key), modes.GCM(iv)).encryptor()
    assert isinstance(step, AEADEncryptionContext)
    step.authenticate_additional_data(aad)
    box = step.update(x) + step.finalize()
    return (iv if prefix else b"") + box + step.tag


def ungcm(x: bytes, key: bytes, make: Make, iv: bytes = b"", prefix: bool = False, aad: bytes = b"") -> bytes:
    if prefix:
        iv, x = first(x, 12), x[12:]
    if len(x) < 16:
        raise ProtocolError("the tag is missing")
    step = Cipher(make(key), modes.GCM(_start(12, iv), x[-16:])).decryptor()
    assert isinstance(step, AEADDecryptionContext)
    step.authenticate_additional_data(aad)
    try:
        return step.update(x[:-16]) + step.finalize()
    except InvalidTag:
        raise ProtocolError("the tag differs: another key, or it was changed") from None
