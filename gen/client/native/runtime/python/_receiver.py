"""Takes notifications: each is verified, validated, carried out once, and answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Protocol as Interface

from ._message import Message
from ._protocol import Protocol
from ._texts import ProtocolError, string
from ._values import Field, decode, joined, problems_of
from .codes import RULES, SUCCESS, TEXTS

_WEEK = 7 * 24 * 3_600_000


@dataclass(frozen=True)
class Delivery:
    """What a handler is told beside the notification."""

    cmd: str
    id: str  # the same whenever it is sent; empty: the protocol has none


@dataclass(frozen=True)
class Answer:
    """What the sender is answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Seen(Interface):
    """Knows which notifications were carried out. A table of your own outlives a restart."""

    def has(self, id: str) -> bool: ...

    def add(self, id: str) -> None: ...


class Memory:
    """The last 10,000 ids, in memory."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def has(self, id: str) -> bool:
        return id in self._ids

    def add(self, id: str) -> None:
        self._ids[id] = None
        while len(self._ids) > 10_000:
            self._ids.popitem(last=False)


class _Refusal(Exception):
    def __init__(self, rule: str, field: str = "") -> None:
        super().__init__(f"{rule} {field}".strip())
        self.rule, self.field = rule, field


Handler = Callable[[Any, Delivery], None]


@dataclass(frozen=True)
class Notification:
    """One notification of the document."""

    fields: Sequence[Field]
    model: type
    handler: Handler | None


class ReceiverBase:
    """Verifies notifications, calls the handlers, and answers. A handler that returns says that its
    effect is stored; one that raises gets the notification again."""

    _protocol: Protocol
    _only: str
    _sender: str

    def __init__(
        self, app: str, keys: Mapping[str, object], notifications: Mapping[str, Notification], seen: Seen | None, clock: Callable[[], float],
        log: Callable[[str, Exception], None] | None,
    ) -> None:  # fmt: skip
        self._app, self._notifications, self._clock, self._log = app, notifications, clock, log
        self._keys = {name: str(text) for name, text in keys.items()}
        self._seen: Seen = seen or Memory()
        self._lock = threading.Lock()
        self._busy: dict[str, list[Any]] = {}  # a lock and how many wait for it, by id
        self._used: dict[str, float] = {}

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Takes one message. It never raises: what is wrong is in the answer."""
        now = int(self._clock() * 1000)
        taken: Message | None = None
        ok, code, text = True, SUCCESS, ""
        marked: list[str] = []
        try:
            taken = self._protocol.take(self._keys, method, url, headers, body, app=self._app, interface=self._only, now=now)
            self._mark(taken, now, marked)
            if not taken.echo:
                self._carry_out(taken)
        except Exception as e:  # whatever it is, the sender is answered
            taken = taken or getattr(e, "taken", None)
            rule, field = "internal", ""
            if isinstance(e, _Refusal):
                rule, field = e.rule, e.field
            elif isinstance(e, ProtocolError):
                rule = e.refusal or "json"
            ok, code, text = _refusal(rule, field)
            if not ok:
                with self._lock:
                    for value in marked:
                        self._used.pop(value, None)
            if self._log:
                self._log(taken.values["interface"].decode() if taken else "", e)
        answer = taken and self._protocol.answer(taken, self._keys, ok=ok, code=code, text=text, payload="{}" if ok else "", now=now)
        if not answer:
            return Answer(401, {}, b"")
        return Answer(answer.status, {name: text.decode("latin-1") for name, text in answer.headers.items()}, answer.body)

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """A WSGI application: for wsgiref, gunicorn, or a route of Flask or Django."""
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        url = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "/")
        if environ.get("QUERY_STRING"):
            url += "?" + environ["QUERY_STRING"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self.handle(environ["REQUEST_METHOD"], url, headers, body)
        start_response(f"{answer.status} Answered", list(answer.headers.items()))
        return [answer.body]

    def _mark(self, taken: Message, now: int, marked: list[str]) -> None:
        with self._lock:
            self._used = {value: end for value, end in self._used.items() if end >= now}
            for value, keep, refusal in taken.once:
                if value in self._used:
                    raise _Refusal(refusal)
                self._used[value] = now + (keep or _WEEK)
                marked.append(value)

    def _carry_out(self, taken: Message) -> None:
        cmd = string(taken.values["interface"]) or self._only
        notification = self._notifications.get(cmd)
        if not notification or not notification.handler:
            raise _Refusal("interface")
        # Only the app itself gives such ids: it is a call of ours that somebody sends back.
        if self._sender and taken.named.startswith(self._app) and not taken.named.startswith(self._sender):
            raise _Refusal("sid")
        try:
            came = {name: string(text) for name, text in taken.headers.items()}
            value: Any = decode(notification.fields, notification.model, joined(notification.fields, string(taken.values["payload"]), came))
        except ProtocolError:
            raise _Refusal("type") from None
        for problem in problems_of(notification.fields, value):
            raise _Refusal(problem.rule, problem.field)
        with self._alone(taken.named):
            if taken.named and self._seen.has(taken.named):
                raise _Refusal("repeated")
            notification.handler(value, Delivery(cmd, taken.named))
            if taken.named:
                self._seen.add(taken.named)

    def _alone(self, id: str) -> Any:
        """Those with one id go one after the other."""
        return _Turn(self, id) if id else nullcontext()


class _Turn:
    def __init__(self, of: ReceiverBase, id: str) -> None:
        self._of, self._id = of, id

    def __enter__(self) -> None:
        with self._of._lock:
            turn = self._of._busy.setdefault(self._id, [threading.Lock(), 0])
            turn[1] += 1
        turn[0].acquire()

    def __exit__(self, *_: object) -> None:
        with self._of._lock:
            turn = self._of._busy[self._id]
            turn[1] -= 1
            if not turn[1]:
                del self._of._busy[self._id]
        turn[0].release()


def _refusal(rule: str, field: str) -> tuple[bool, str, str]:
    fallback = (rule, "") if rule in TEXTS else RULES.get("internal", (rule, ""))
    code, text = RULES.get(rule, fallback)
    return rule == "repeated", code, (text or TEXTS.get(code, "")).replace("%s", field)


__all__ = ["Answer", "ReceiverBase", "Delivery", "Memory", "Notification", "Seen"]
