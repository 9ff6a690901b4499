"""Takes notifications: each is verified, validated, carried out once, and answered."""

from __future__ import annotations

import contextvars
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol as Interface

from ._message import Message
from ._protocol import Protocol
from ._texts import ProtocolError, string
from ._trees import Tree, parse_json
from ._values import Field, decode_tree, is_blank_tree, joined, member_tree, problems_of
from .codes import RULES, SUCCESS, TEXTS

_WEEK = 7 * 24 * 3_600_000
_PATIENCE = 10  # seconds that a copy waits for the one that is carried out


@dataclass(frozen=True)
class Limits:
    """What a message may be at most."""

    methods: Sequence[str]
    body: int  # bytes
    depth: int
    elements: int
    lone: bool  # one element stands for a list of one


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
    _limits: Limits

    def __init__(
        self, app: str, keys: Mapping[str, object], notifications: Mapping[str, Notification], seen: Seen | None, clock: Callable[[], float],
        log: Callable[[str, Exception], None] | None, timeout: float,
    ) -> None:  # fmt: skip
        self._app, self._notifications, self._clock, self._log, self._timeout = app, notifications, clock, log, timeout
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
        outside = "method" if method not in self._limits.methods else "size" if len(body) > self._limits.body else ""
        try:
            if outside:
                self._protocol.take(self._keys, "", "", {}, b"", app=self._app, interface=self._only, now=now)  # the answer to nobody who is known
                raise _Refusal(outside)
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
                rule, field = e.refusal or "json", e.field
            if outside:
                rule, field = outside, ""
            if taken:
                taken.echo = None
            ok, code, text = _refusal(rule, field)
            if not ok:
                with self._lock:
                    for value in marked:
                        self._used.pop(value, None)
            if self._log:
                self._log(taken.values["interface"].decode() if taken else "", e)
            if rule == "app":
                taken = None  # another sender learns nothing
        answer = taken and self._protocol.answer(taken, self._keys, ok=ok, code=code, text=text, payload="{}", now=now)
        status, headers = 401, {}
        if answer:
            status, headers = answer.status, {name: text.decode("latin-1") for name, text in answer.headers.items()}
        if outside and not (taken and taken.known):
            status = 405 if outside == "method" else 413
            headers.update({"Allow": ", ".join(self._limits.methods)} if outside == "method" else {})
        return Answer(status, headers, answer.body if answer else b"")

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """A WSGI application: for wsgiref, gunicorn, or a route of Flask or Django."""
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        url = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "/")
        if environ.get("QUERY_STRING"):
            url += "?" + environ["QUERY_STRING"]
        length = self._limits.body + 1  # a longer body is refused
        if not environ.get("wsgi.input_terminated"):
            length = min(length, int(environ.get("CONTENT_LENGTH") or 0))
        body = environ["wsgi.input"].read(length)
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
        fields = notification.fields
        if not taken.values["payload"] and any(f.required for f in fields):
            raise _Refusal("empty")
        try:
            came = {name: string(text) for name, text in taken.headers.items()}
            tree = _parse_sound(joined(fields, string(taken.values["payload"]), came), self._limits)
        except ProtocolError:
            raise _Refusal("json") from None
        wrong = [("type", at) for at in _misfits(fields, tree, "", self._limits.lone)]
        value: Any = decode_tree(fields, notification.model, tree)
        broken = [(p.rule, p.field) for p in problems_of(fields, value) if p.rule != "required" or not _came_blank(fields, tree, p.field)]
        for rule, at in sorted(wrong + broken, key=lambda one: _place(fields, one[1])):
            raise _Refusal(rule, at)
        # Only the app itself gives such ids: it is a call of ours that somebody sends back.
        if self._sender and taken.named.startswith(self._app) and not taken.named.startswith(self._sender):
            raise _Refusal("sid")
        handler = notification.handler
        self._in_time(cmd, lambda: self._once(cmd, taken.named, lambda: handler(value, Delivery(cmd, taken.named))))

    def _once(self, cmd: str, id: str, act: Callable[[], None]) -> None:
        with self._alone(id):
            if id and self._seen.has(id):
                raise _Refusal("repeated")
            act()
            try:
                if id:
                    self._seen.add(id)
            except Exception as e:  # its effect is there
                if self._log:
                    self._log(cmd, e)

    def _in_time(self, cmd: str, act: Callable[[], None]) -> None:
        """Does something in a thread of its own. Where it takes too long it goes on, and the sender is told to come again: the copy waits for it."""
        done = threading.Event()
        failed: list[Exception] = []

        def run() -> None:
            try:
                act()
            except Exception as e:
                failed.append(e)
                if done.is_set() and self._log:
                    self._log(cmd, e)  # nobody waits for it any more
            finally:
                done.set()

        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
        if not done.wait(self._timeout):
            done.set()
            raise _Refusal("unavailable")
        if failed:
            raise failed[0]

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
        if not turn[0].acquire(timeout=_PATIENCE):
            self._leave()
            raise _Refusal("unavailable")  # it comes again

    def __exit__(self, *_: object) -> None:
        self._leave().release()

    def _leave(self) -> threading.Lock:
        with self._of._lock:
            turn = self._of._busy[self._id]
            turn[1] -= 1
            if not turn[1]:
                del self._of._busy[self._id]
        lock: threading.Lock = turn[0]
        return lock


def _refusal(rule: str, field: str) -> tuple[bool, str, str]:
    fallback = (rule, "") if rule in TEXTS else RULES.get("internal", (rule, ""))
    code, text = RULES.get(rule, fallback)
    return rule == "repeated", code, (text or TEXTS.get(code, "")).replace("%s", field)


_ESCAPES = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


def _parse_sound(text: str, limits: Limits) -> Tree:
    """Reads the JSON of an object, whose texts a database can hold, within the limits."""
    if re.search(r"\\u(0000|[dD][89a-fA-F])", _ESCAPES.sub(" ", text)):
        raise ProtocolError("an escape of no character")
    root = parse_json(text.encode("utf-8"))

    def bounded(tree: Tree, depth: int) -> bool:
        if tree.kind not in ("object", "array"):
            return True
        return depth <= limits.depth and (tree.kind == "object" or len(tree.items) <= limits.elements) and all(bounded(one, depth + 1) for one in tree.items)

    if root.kind != "object" or not bounded(root, 1):
        raise ProtocolError("it is no object, or too large a one")
    return root


def _misfits(fields: Sequence[Field], tree: Tree, at: str, lone: bool) -> list[str]:
    """The paths of values of other types than the document says. They are taken out."""
    out: list[str] = []
    for f in fields:
        found = member_tree(f, tree)
        if found and not is_blank_tree(f, found):
            wrong = _unfit(f, found, at + f.name, lone)
            if at + f.name in wrong:
                tree.items = [one for one in tree.items if one is not found]
            out += wrong
    return out


def _unfit(f: Field, tree: Tree, path: str, lone: bool) -> list[str]:
    """The paths of what is of another type in the value of a field."""
    text = string(tree.text)
    number = tree.kind == "scalar" and text not in ("true", "false")
    quoted = tree.kind == "text"
    if f.kind in ("record", "list", "scalars"):
        return [] if f.as_text and quoted else _unfit_nested(f, tree, path, lone)
    if f.kind in ("whole", "seconds") and number and re.search("[.eE]", text):
        exact = Decimal(text)
        if abs(exact.adjusted()) < 32 and exact == exact.to_integral_value():
            tree.text = b"%d" % int(exact)
            text = string(tree.text)
    fits = {
        "text": quoted or f.numeric and number and re.fullmatch("[0-9]{1,19}", text),
        "time": quoted or number,
        "whole": (quoted or number) and re.fullmatch("0|-?[1-9][0-9]*", text),
        "seconds": (quoted or number) and re.fullmatch("0|-?[1-9][0-9]*", text),
        "fraction": number or quoted and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text),
        "truth": text in ("true", "false"),
        "raw": tree.kind == "object" or not (f.member or f.fields),
    }
    return [] if fits[f.kind] else [path]


def _unfit_nested(f: Field, tree: Tree, path: str, lone: bool) -> list[str]:
    if f.kind == "record":
        return _misfits(f.fields, tree, path + "/", lone) if tree.kind == "object" else [path]
    if tree.kind != "array" and not lone:
        return [path]
    out: list[str] = []
    for one in tree.items if tree.kind == "array" else [tree]:
        if f.member:
            out += _unfit(f.member, one, path, lone)
        else:
            out += _misfits(f.fields, one, path + "/", lone) if one.kind == "object" else [path]
    return out


def _came_blank(fields: Sequence[Field], tree: Tree, path: str) -> bool:
    """Whether a field came as "", which its document lets stand for no value."""
    name, _, rest = path.partition("/")
    f = next((one for one in fields if one.name == name), None)
    found = member_tree(f, tree) if f else None
    if not f or not found:
        return False
    if not rest:
        return f.blank and is_blank_tree(f, found)
    return any(_came_blank(f.fields, one, rest) for one in (found.items if found.kind == "array" else [found]))


def _place(fields: Sequence[Field], path: str) -> list[int]:
    """Where the document has a field."""
    out: list[int] = []
    for name in path.split("/"):
        n = next((i for i, f in enumerate(fields) if f.name == name), -1)
        fields = fields[n].fields if n >= 0 else ()
        out.append(n)
    return out


__all__ = ["Answer", "ReceiverBase", "Delivery", "Limits", "Memory", "Notification", "Seen"]
