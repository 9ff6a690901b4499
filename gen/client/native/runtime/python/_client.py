"""Calls interfaces: a request is validated, sealed and sent, and its reply verified."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Generic, TypeVar
from urllib.parse import quote, quote_plus, urlsplit

from ._message import FilePart
from ._protocol import Protocol
from ._texts import ProtocolError
from ._values import Field, Problem, carried, decode, joined, plain_text, problems_of

Transport = Callable[[str, str, Mapping[str, str], "bytes | None", float], "tuple[int, dict[str, str], bytes]"]
T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K", bound=Mapping[str, object])


class InvalidRequestError(ValueError):
    """A request breaks rules of the document. It was not sent."""

    def __init__(self, cmd: str, problems: Sequence[Problem]) -> None:
        super().__init__(cmd + " was not sent: " + "; ".join(map(str, problems)))
        self.cmd, self.problems = cmd, list(problems)


class RefusedError(Exception):
    """The server refused a request, with a code of the document."""

    def __init__(self, cmd: str, code: str, text: str, status: int, id: str) -> None:
        said = f"{code} {text}".strip()
        super().__init__(f"{cmd} was refused: " + (f"{said} (HTTP {status})" if said else f"HTTP {status}"))
        self.cmd, self.code, self.text, self.status, self.id = cmd, code, text, status, id


class UnreadableReplyError(Exception):
    """An answer that nobody vouches for: the page of a proxy, an empty body, a refusal that no key proves, a
    reply that is not of the document's types. The request may have been carried out."""

    def __init__(self, cmd: str, status: int, id: str, why: str, code: str = "", text: str = "") -> None:
        super().__init__(f"{cmd}: no proper reply (HTTP {status}): {why}")
        self.cmd, self.status, self.id, self.code, self.text = cmd, status, id, code, text


class NoReplyError(OSError):
    """No reply came: a fault of the connection, or the end of the time. The request may have been carried out;
    with the same id it is carried out once."""

    def __init__(self, cmd: str, id: str, why: object) -> None:
        super().__init__(f"{cmd}: no reply: {getattr(why, 'reason', why)}")
        self.cmd, self.id = cmd, id


class ForgedReplyError(Exception):
    """A reply is not the server's, or was changed on its way. The request may have been carried out."""

    def __init__(self, cmd: str, status: int, id: str, why: object) -> None:
        super().__init__(f"{cmd}: the reply cannot be trusted (HTTP {status}), it was changed or the keys are not the server's: {why}")
        self.cmd, self.status, self.id = cmd, status, id


@dataclass(frozen=True)
class Interface:
    """One interface of the document."""

    cmd: str
    method: str
    path: str
    request: Sequence[Field]
    response: Sequence[Field]
    frame: str = ""
    form: bool = False  # the body is a form
    as_form: bool = False  # the payload is one
    in_query: bool = False  # the payload goes into the query
    token: bool = False  # its calls carry a token that was issued


@dataclass(frozen=True)
class Login:
    """The interface that issues the token which the other calls carry."""

    of: Interface
    model: type[Any]
    request: str  # what the document itself says of it, JSON
    asks: bool  # it has members that only the caller knows, too
    value: Sequence[str]  # where its reply has the token
    seconds: Sequence[str]  # and how long it lasts; none: lasts
    lasts: float
    codes: Sequence[str]  # say that a token is not good, or no longer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


MAX_REPLY = 16 << 20
"""How many bytes a reply may have."""


def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> tuple[int, dict[str, str], bytes]:
    """Sends a request with urllib. Faults of the connection are urllib's. Of a longer reply it reads a byte more than MAX_REPLY."""
    end = time.monotonic() + timeout
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, body, dict(headers), method=method)
    try:
        with opener.open(request, timeout=timeout) as response:
            return response.status, dict(response.headers.items()), _read(response, end)
    except urllib.error.HTTPError as e:
        with e:
            return e.code, dict(e.headers.items()), _read(e, end)


def _read(response: Any, end: float) -> bytes:
    """A body, whose parts may come slowly, until the time is over."""
    out = bytearray()
    while len(out) <= MAX_REPLY:
        part = response.read1(1 << 16)
        if not part:
            break
        out += part
        if time.monotonic() > end:
            raise TimeoutError("the time is over")
    return bytes(out)


def _body_of(headers: Mapping[str, str], body: bytes) -> str:
    """What a body is, and nothing of what is in it."""
    kind = next((text for name, text in headers.items() if name.lower() == "content-type"), "").partition(";")[0].strip().lower()
    return f"{kind or 'a body'} of {len(body)} bytes" if body else "the body is empty"


class ClientBase(Generic[K]):
    """Calls a system as one app."""

    _protocol: Protocol
    _has_path: bool
    _verified: bool
    _token: str
    _login: Login | None = None

    def __init__(
        self, url: str, app: str, keys: K, *, values: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        timeout: float = 30.0, clock: Callable[[], float] = time.time, transport: Transport = send, login: object = None,
    ) -> None:  # fmt: skip
        """values fill in fields outside of the body, and what the protocol asks of its sender; clock gives seconds.
        login is the request of the login, where the document leaves members of it to the caller."""
        self._url = urlsplit(url)
        if self._url.scheme not in ("http", "https") or not self._url.netloc:
            raise ValueError(f"no URL of a server: {url}")
        self._app, self._values, self._headers = app, dict(values or {}), dict(headers or {})
        self._keys = {name: str(text) for name, text in keys.items()}
        self._timeout, self._clock, self._transport, self._given = timeout, clock, transport, login
        self._lock, self._session, self._until = threading.Lock(), self._keys.get(self._token, ""), float("inf")
        self._attempts, self._failed = 0, None  # type: int, Exception | None

    def _send(self, i: Interface, model: type[T], request: object, id: str, files: Sequence[FilePart] = ()) -> T:
        problems = problems_of(self._filled(i), request)
        if problems:
            raise InvalidRequestError(i.cmd, problems)

        def read(text: str) -> T:
            return decode(i.response, model, text)

        login = self._login
        if not i.token or login is None or login.asks and self._given is None:
            return self._exchange(i, request, id, files, self._session, read)
        token = self._authorized(login, "")
        try:
            return self._exchange(i, request, id, files, token, read)
        except (RefusedError, UnreadableReplyError) as e:
            if e.code not in login.codes and (e.status != 401 or e.code != ""):
                raise
        return self._exchange(i, request, id, files, self._authorized(login, token), read)  # it was not carried out

    def _authorized(self, login: Login, refused: str) -> str:
        """A token that is good as far as is known, and not the refused one: one login for all that wait for it."""
        before = self._attempts
        with self._lock:
            if self._session not in ("", refused) and self._clock() < self._until:
                return self._session
            if self._failed is not None and self._attempts != before:
                raise self._failed
            self._attempts += 1
            self._session, self._failed, asked = "", None, self._clock()
            try:
                request = decode(login.of.request, login.model, login.request) if self._given is None else self._given
                token, seconds = self._exchange(login.of, request, "", (), "", lambda text: (_at(text, login.value), _at(text, login.seconds)))
                if not token:
                    raise ValueError(f"the reply of {login.of.cmd} has no token")
            except Exception as e:
                self._failed = e
                raise
            lasts = float(seconds or login.lasts)
            self._session, self._until = token, asked + lasts - min(60.0, lasts / 10) if lasts > 0 else float("inf")
            return token

    def _exchange(self, i: Interface, request: object, id: str, files: Sequence[FilePart], token: str, read: Callable[[str], R]) -> R:
        """Sends a request and reads the reply once it is verified."""
        now = int(self._clock() * 1000)
        m = self._protocol.seal(self._keys, now=now, id=id, files=files, **self._drafted(i, request, token))
        sent_id = m.values["id"].decode()
        target = f"{self._url.scheme}://{self._url.netloc}{m.path.decode()}" + ("?" + m.query.decode() if m.query else "")
        headers = {name: text.decode("latin-1") for name, text in m.headers.items() if name != "Host"}
        try:
            status, came, body = self._transport(m.method, target, headers, m.body or None, self._timeout)
        except (OSError, HTTPException) as e:
            raise NoReplyError(i.cmd, sent_id, e) from e
        if len(body) > MAX_REPLY:
            raise UnreadableReplyError(i.cmd, status, sent_id, f"the reply is larger than {MAX_REPLY} bytes")
        try:
            verdict = self._protocol.open(m, self._keys, status, came, body, int(self._clock() * 1000))
        except ProtocolError as e:
            if e.foreign:
                raise UnreadableReplyError(i.cmd, status, sent_id, _body_of(came, body)) from e
            raise ForgedReplyError(i.cmd, status, sent_id, e) from e
        code, text = verdict.code, verdict.text
        if verdict.unknown and self._verified or verdict.ok and not verdict.proved and status // 100 != 2:
            raise UnreadableReplyError(i.cmd, status, sent_id, f"{code} {text}".strip() or _body_of(came, body), code, text)
        if not verdict.ok:
            raise RefusedError(i.cmd, code, text, status, sent_id)
        try:
            return read(joined(i.response, verdict.payload, came))
        except ProtocolError as e:
            raise UnreadableReplyError(i.cmd, status, sent_id, str(e)) from e

    def _value(self, f: Field, request: object) -> Any:
        value = f.of(request)
        return self._values.get(f.name) if value is None and f.place else value

    def _filled(self, i: Interface) -> list[Field]:
        """The fields that the request itself must have."""
        return [f for f in i.request if not (f.place and f.name in self._values)]

    def _drafted(self, i: Interface, request: object, token: str) -> dict[str, Any]:
        """Puts a request where the interface has it; the protocol does the rest."""
        base, path, query, headers = self._base(i.path), i.path, [self._url.query] if self._url.query else [], dict(self._headers)
        if i.form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        rest: list[Field] = []
        for f in i.request:
            text = plain_text(f, self._value(f, request))
            if f.place == "path":
                path = path.replace("{" + f.name + "}", quote(text or "", safe=""))
            elif f.place == "query" and text is not None:
                query.append(quote_plus((f.sent or f.name)) + "=" + quote_plus(text))
            elif f.place == "header" and text is not None:
                headers[(f.sent or f.name)] = text
            elif f.place == "cookie" and text is not None:
                headers["Cookie"] = (headers["Cookie"] + "; " if "Cookie" in headers else "") + (f.sent or f.name) + "=" + quote(text, safe="")
            if f.place not in ("path", "query", "header", "cookie"):
                rest.append(f)
        texts = [(f.name, plain_text(f, self._value(f, request))) for f in rest]
        pairs = [quote_plus(name) + "=" + quote_plus(text) for name, text in texts if text is not None]
        if i.in_query:
            query += pairs
        full = "" if self._has_path else base + path or "/"
        values = dict(self._values)
        if self._token and token:
            values[self._token] = token
        return {
            "app": self._app,
            "interface": i.cmd,
            "frame": i.frame,
            "method": i.method,
            "url": f"{self._url.scheme}://{self._url.netloc}{full}" + ("?" + "&".join(query) if query else ""),
            "headers": headers,
            "payload": "" if i.in_query else "&".join(pairs) if i.as_form else carried(rest, request),
            "values": values,
            "base": base,
        }

    def _base(self, path: str) -> str:
        """The path of the server's URL, without the path of the interface where it is there already."""
        segments, end = self._url.path.rstrip("/").split("/"), path.rstrip("/").split("/")[1:]
        above = len(segments) - len(end)
        if end and above > 0 and all(one.startswith("{") or one == has for one, has in zip(end, segments[above:])):
            segments = segments[:above]
        return "/".join(segments)


def _at(text: str, path: Sequence[str]) -> str:
    """A member of JSON as text, empty where there is none."""
    found = json.loads(text) if path else None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return "" if found is None else str(found)
