"""Messages of the protocol: how they are written, protected, read and verified."""

from __future__ import annotations

import re
import secrets as randomness
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._texts import ProtocolError, Word, form, format_time, lower, same, string, to_hex, trim, unbase64_bare, unhex, url
from ._trees import Tree, as_json, child, each, element, is_xml_name, members_xml, parse_json, parse_pairs, parse_xml, quote, walk

Name = str
OWN = set("now random app interface payload id code text frame method scheme host path query body url target".split())


class Values(dict[str, bytes]):
    """What is known of a message by name. One that is not there is not taken for an empty text."""

    def __missing__(self, name: str) -> bytes:
        if name in OWN:
            return b""
        raise ProtocolError("a value that is needed is not there: " + name)


@dataclass(frozen=True)
class Node:
    """A place of a message, or what has places in it."""

    name: bytes = b""
    fill: Callable[[Values], bytes] | None = None
    label: Name = ""  # of a name that the message gives
    like: bytes = b""
    local: bytes = b""
    at: Name = ""
    optional: bool = False
    rest: bool = False
    cdata: bool = False
    payload: bool = False
    nil: bool = False
    whole: bool = False
    opaque: bool = False
    array: bool = False
    holder: str = ""
    said: str = ""  # as a refusal has it
    children: "Sequence[Node]" = ()


@dataclass(frozen=True)
class Hole:
    """A value in a text that is read."""

    at: Name
    make: Callable[[Values], bytes] | None = None
    undo: Callable[[bytes, Values], bytes] | None = None
    json: bool = False
    fold: bool = False
    takes: Callable[[bytes], int] | None = None
    behind: int | None = None


@dataclass(frozen=True)
class FilePart:
    """A file beside the fields: the name of its part, its bytes, its own name and its media type."""

    name: str
    body: bytes
    file: str
    type: str = "application/octet-stream"


_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def json_end(text: bytes) -> int:
    """Where the JSON object or list ends that a text begins with, 0 where it begins with none."""
    depth = 0
    for token in _JSON_TOKEN.finditer(text if text[:1] in (b"{", b"[") else b""):
        depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return 0


@dataclass(frozen=True)
class Success:
    """What a value holds where a request was carried out."""

    at: Name
    texts: Sequence[bytes] = ()
    builtin: bool = False


@dataclass(frozen=True)
class Status:
    """Which HTTP statuses an outcome has."""

    code: str
    codes: Sequence[int]
    all: int = 0

    def takes(self, status: int) -> bool:
        return status in self.codes or self.all == status // 100


@dataclass(frozen=True)
class Form:
    """A form that messages have."""

    carriage: str = ""
    body: Node | None = None
    query: Node | None = None
    type: bytes = b""
    success: Sequence[Success] = ()
    status: Sequence[Status] = ()
    empty: bool = False
    proves: bool = False
    refuses: bool = False
    outcomes: Sequence[str] = ()


@dataclass(frozen=True)
class Source:
    """Where a selection takes pairs from."""

    of: Name = ""
    name: bytes = b""
    text: bytes = b""
    holder: str = ""
    path: Sequence[bytes] = ()
    exclude: Sequence[Name] = ()
    names: Sequence[bytes] = ()


@dataclass(frozen=True)
class Selection:
    """Pairs that are selected, sorted and joined."""

    sources: Sequence[Source]
    sort: str
    join: bytes
    pair: Callable[[bytes, bytes, bytes], bytes] = lambda name, value, raw: name + b"=" + value
    only: bytes | None = None
    split: bytes = b""
    skip: Sequence[bytes] = ()
    must: Sequence[bytes] = ()
    fixed: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Fixed:
    """What a value of an answer holds by outcome: texts, and whether JSON has them without quotes."""

    at: Name
    texts: Sequence[tuple[bytes, bool]] = ()
    builtin: bool = False


@dataclass(frozen=True)
class Answer:
    """A form of answers to notifications."""

    when: Callable[[Message], bool]
    write: Callable[[Message], Message]
    outcomes: Sequence[str] = ()
    codes: Sequence[bytes] = ()
    seals: bool = False
    success: Sequence[Fixed] = ()
    failure: Sequence[Fixed] = ()
    status: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Arrival:
    """A form of notifications."""

    when: Callable[[Message], bool]
    read: Callable[[Message], None]
    guard: Callable[[Message], None]
    later: Callable[[Message], bool]
    bound: Sequence[Name] = ()
    asks: bool = False
    named: Name = ""
    echo: Answer | None = None


@dataclass
class Keys:
    """The keys of a caller: secrets as texts, key pairs as what their readers made."""

    secrets: dict[str, bytes]
    pairs: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What came of a request."""

    ok: bool
    code: str
    text: str
    payload: str
    proved: bool  # a key proves it
    unknown: bool  # it is the reply to somebody who is not known


def _canonical_name(name: str) -> str:
    return re.sub(r"(^|-)[a-z]", lambda m: m.group().upper(), name.lower())


Holes = Sequence["bytes | Hole"]


@dataclass
class Message:
    """A message, with what is known of it."""

    method: str = ""
    scheme: str = "https"
    host: str = ""
    base: bytes = b""  # of the path: what the server's URL has in front
    path: bytes = b""
    query: bytes = b""
    headers: dict[str, bytes] = field(default_factory=dict)
    body: bytes = b""
    status: int = 0
    payload: bytes = b""
    draft: bytes = b""
    sending: bool = False
    given_values: Mapping[str, str] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    now: int = 0
    call: Message | None = None
    bare: bool = False  # a refusal that has nothing of the call
    form: Form = Form()
    values: Values = field(default_factory=Values)
    json: dict[str, bool] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    more: dict[str, list[bytes]] = field(default_factory=dict)
    exclude: Sequence[str] = ()
    files: Sequence[FilePart] = ()
    boundary: bytes = field(default_factory=lambda: to_hex(randomness.token_bytes(16)))
    known: bool = False  # it has the form, so that it is answered with the keys
    proved: bool = False
    held: bool = False  # all of it, but for what counts once
    echo: Answer | None = None
    named: str = ""
    once: list[tuple[str, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.headers = {_canonical_name(name): text for name, text in self.headers.items()}

    # Writing.

    def begin(self, form: Form) -> Values:
        """Makes the message one of a form, with the Content-Type of its body."""
        self.form = form
        if form.type and not self.headers.get("Content-Type"):
            self.headers["Content-Type"] = form.type + (self.boundary if form.carriage == "multipart" else b"")
        if form.empty:
            self.body = b""
        return self.values

    def put(self, name: Name, text: bytes, json: bool = False) -> None:
        self.values[name] = text
        self.json[name] = json

    @property
    def asked(self) -> Message:
        """The message that this one answers."""
        if not self.call:
            raise ProtocolError("there is no message that this one answers")
        return self.call

    def is_json(self, name: Name) -> bool:
        return self.json.get(name, False)

    def given(self, name: Name, make: Callable[[], bytes]) -> bytes:
        """The text that the caller gave for a value that a sender may choose."""
        own = self.given_values.get(name)
        return make() if own is None else own.encode("utf-8")

    def put_path(self, text: bytes) -> None:
        self.path = self.base + text
        self.put("path", self.path)

    def put_query(self, text: bytes) -> None:
        self.query = text
        self.put("query", text)

    def put_body(self, text: bytes) -> None:
        self.body = text
        self.put("body", text)

    def urls(self) -> None:
        self.values["target"] = self.path + (b"?" + self.query if self.query else b"")
        self.values["url"] = f"{self.scheme}://{self.host}".encode() + self.values["target"]

    def header(self, name: Name, at: Name, optional: bool = False) -> None:
        text = self.values[at]
        if optional and not text:
            return
        if re.search(rb"[\r\n\0]", text):
            raise form(name)
        self.headers[name] = text

    def _leaf(self, node: Node) -> tuple[bytes, bool, bool]:
        text = self.values.get(node.at)
        left = node.at in self.exclude or text is None and node.rest or node.optional and not text
        return text or b"", self.is_json(node.at), left

    def _name_of(self, node: Node) -> bytes:
        if node.label:
            return self.values.get(node.label, b"")
        return node.fill(self.values) if node.fill else node.name

    def _names(self, node: Node, name: bytes) -> bool:
        return any(not c.rest and name in (self._name_of(c), c.local or None) for c in node.children)

    def write_json(self, node: Node | None) -> bytes:
        assert node
        if node.at:
            text, json, _ = self._leaf(node)
            return text or (b"{}" if node.payload else b"null") if json else quote(text)
        parts = []
        for c in node.children:
            text, _, left = self._leaf(c) if c.at else (b"", False, False)
            if left:
                continue
            if c.rest:
                parts += [quote(n.name) + b":" + n.raw for n in self._rest_of(node, text)]
            else:
                parts.append((b"" if node.array else quote(self._name_of(c)) + b":") + self.write_json(c))
        return b"[" + b",".join(parts) + b"]" if node.array else b"{" + b",".join(parts) + b"}"

    def _rest_of(self, node: Node, payload: bytes) -> list[Tree]:
        """The members of a payload that stand among other places."""
        if not payload.strip():
            return []
        root = parse_json(payload)
        if root.kind != "object":
            raise form("the payload")
        if any(self._names(node, n.name) for n in root.items):
            raise ProtocolError("a member of the payload is named like one that the protocol writes")
        return root.items

    def write_xml(self, node: Node | None) -> bytes:
        assert node
        out = b""
        for c in node.children:
            text, json, left = self._leaf(c) if c.at else (b"", False, False)
            if left:
                continue
            if c.rest:
                self._rest_of(node, text)
                out += members_xml(parse_json(text)) if text.strip() else b""
                continue
            name = self._name_of(c)
            if not is_xml_name(name):
                raise form(string(name))
            if not c.at:
                out += b"<" + name + b">" + self.write_xml(c) + b"</" + name + b">"
            elif json and text.startswith(b"{"):
                out += b"<" + name + b">" + members_xml(parse_json(text)) + b"</" + name + b">"
            else:
                out += element(name, text, c.cdata)
        return out

    def _pairs(self, node: Node | None) -> list[tuple[bytes, bytes]]:
        """The names and texts of a form."""
        assert node
        out: list[tuple[bytes, bytes]] = []
        for c in node.children:
            if not c.at:
                continue
            text, _, left = self._leaf(c)
            if not left:
                out += [(n.name, n.text) for n in self._rest_of(node, text) if n.kind != "null"] if c.rest else [(self._name_of(c), text)]
        return out

    def write_pairs(self, node: Node | None) -> bytes:
        return b"&".join(url(name, b"-_.~", True) + b"=" + url(value, b"-_.~", True) for name, value in self._pairs(node))

    def write_parts(self, node: Node | None) -> bytes:
        """A body of several parts: the texts, and behind them the files."""
        out = b"".join(self._part(name, b"", text) for name, text in self._pairs(node))
        for f in self.files:
            more = b'; filename="' + _quoted(f.file.encode()) + b'"\r\nContent-Type: ' + f.type.encode()
            if "\r" in f.file + f.type or "\n" in f.file + f.type:
                raise form(f.name)
            out += self._part(f.name.encode(), more, f.body)
        return out + b"--" + self.boundary + b"--\r\n"

    def _part(self, name: bytes, more: bytes, text: bytes) -> bytes:
        if b"\r" in name or b"\n" in name:
            raise form(string(name))
        return b"--" + self.boundary + b'\r\nContent-Disposition: form-data; name="' + _quoted(name) + b'"' + more + b"\r\n\r\n" + text + b"\r\n"

    def write_query(self, node: Node | None) -> bytes:
        """What the interface has in the query, and behind it what the protocol puts there."""
        own = [one for one in self.draft.split(b"&") if one and not (node and self._names(node, one.partition(b"=")[0]))]
        pairs = self.write_pairs(node) if node else b""
        return b"&".join(own + [pairs] if pairs else own)

    def join_pairs(self, node: Node, join: bytes, pair: Callable[[bytes, bytes], bytes]) -> bytes:
        """A tree as pairs of one text."""
        parts: list[bytes] = []
        for c in node.children:
            if c.rest:
                members = self._rest_of(node, self.values.get(c.at, b""))
                parts += [pair(n.name, n.text) for n in members if n.kind != "null"]
            elif not c.optional or self.values.get(c.at):
                parts.append(pair(c.name, self.values[c.at]))
        return join.join(parts)

    # Parts of a message, and pairs of them.

    def _write(self, body: Node) -> bytes:
        return {"json": self.write_json, "xml": self.write_xml, "form": self.write_pairs, "multipart": self.write_parts}[self.form.carriage](body)

    def _container(self, source: Source) -> Tree:
        in_query = source.holder == "query"
        if not in_query and self.form.body and source.holder != self.form.carriage:
            return parse_pairs(b"")
        text = self.query if in_query else self.body
        if self.sending:
            self.exclude = source.exclude
            try:
                if source.holder == "multipart":
                    return Tree("object", items=[Tree("text", name, one, one) for name, one in self._pairs(self.form.body)])
                if in_query:
                    text = self.write_query(self.form.query)
                elif self.form.body:
                    text = self._write(self.form.body)
            finally:
                self.exclude = ()
        return _parsers[source.holder](text)

    def select(self, s: Selection) -> bytes:
        """The pairs that a selection takes."""
        pairs: list[tuple[bytes, bytes, bytes]] = []
        for source in s.sources:
            if source.of:
                some = [(n.name, n.text, n.raw) for n in each(parse_json(self.values[source.of]), source.path)]
            elif source.holder == "header":
                some = [(name.encode(), text, text) for name, text in self.headers.items()]
                if self.host and "Host" not in self.headers:
                    some.append((b"Host", self.host.encode(), self.host.encode()))
            elif source.holder:
                some = [(n.name, n.text, n.raw) for n in each(self._container(source), source.path)]
            else:
                some = [(source.name, source.text, source.text)]
            pairs += [one for one in some if (one[1] or s.empty) and one[0] not in source.names and not _skips(s.skip, one[0])]
        if s.only is not None:
            pairs = _restrict(pairs, s.only, s)
        orders: dict[str, Callable[[tuple[bytes, bytes, bytes]], Any]] = {
            "name": lambda one: one[:2],
            "name-nocase": lambda one: lower(one[0]),
            "value": lambda one: one[1],
        }
        if s.sort in orders:
            pairs.sort(key=orders[s.sort])
        parts = [s.pair(*one) for one in pairs]
        return s.join.join(sorted(parts) if s.sort == "pair" else parts)

    def part(self, holder: str, path: Sequence[bytes]) -> tuple[bytes | None, bool]:
        """A part of the message by its name, and whether JSON has it without quotes."""
        if holder == "header":
            name = path[0].decode()
            return (self.host.encode() if name == "Host" else self.headers.get(name)), False
        if holder == "path":
            steps = self.path.removeprefix(self.base).strip(b"/").split(b"/")
            return (steps[int(path[0]) - 1] if 0 < int(path[0]) <= len(steps) else None), False
        for f in self.files:
            if holder == "multipart" and f.name.encode() == path[0]:
                return f.body, False
        found = None
        try:
            if holder == "query":
                found = walk(parse_pairs(self.query), path)
            elif self.sending and not self.body and self.payload:
                root = parse_json(self.payload)
                for skipped in range(len(path)):
                    found = found or walk(root, path[skipped:])
            elif holder in _parsers:
                found = walk(_parsers[holder](self.body), path)
        except ProtocolError:
            return None, False
        return (found.text, found.kind != "text") if found else (None, False)

    def take_part(self, name: Name, holder: str, path: Sequence[bytes]) -> None:
        text, json = self.part(holder, path)
        self.put(name, text or b"", json)
        if text is None:
            self.absent.add(name)

    def of_call(self, name: Name, of: Name) -> None:
        """A value of the message that is answered."""
        if self.bare:
            self.put(name, b"")
            return
        # What a notification that does not hold says is not repeated: whoever forged it would get it back signed.
        text = self.call.values.get(of) if self.call and (self.call.sending or self.call.held) else None
        self.put(name, text or b"", bool(self.call and text is not None and self.call.is_json(of)))
        if text is None:
            self.absent.add(name)

    # Reading: places first, then the equations between them.

    def _missing(self, node: Node, optional: bool = False) -> None:
        if node.nil:
            self.put(node.at, b"null", True)
        elif node.at and (node.payload and self.form.success or node.optional or optional):
            self.put(node.at, b"")
            self.absent.add(node.at)
        elif node.at:
            wrong = ProtocolError(node.at + ": it is missing", "required")
            wrong.field = node.said
            raise wrong
        elif not self.call and not node.optional and not optional:
            raise form("the body")
        for c in node.children:
            self._missing(c, optional or node.optional)

    def fit_status(self, statuses: Sequence[Status], outcomes: Sequence[str]) -> None:
        """Refuses a reply whose HTTP status tells another outcome than its form has."""
        success = next((one for one in statuses if one.code == "success"), None)
        if not success or not self.status:
            return
        fits = success.takes(self.status)
        others = any(one is not success and one.takes(self.status) for one in statuses)
        for outcome in outcomes:
            if not fits if outcome == "success" else fits and not others:
                raise form("the HTTP status")

    def is_empty(self) -> None:
        if self.body:
            raise form("the body")

    def read_headers(self, node: Node) -> None:
        for c in node.children:
            text = self.headers.get(c.name.decode())
            if text is None:
                self._missing(c)
            else:
                self.put(c.at, text)

    def read_tree(self, node: Node | None, tree: Tree) -> None:
        assert node
        if self.form.carriage == "xml" and tree.kind == "text" and not trim(tree.text):
            for c in node.children:
                if not c.rest:
                    self._missing(c)
            return
        if tree.kind not in ("object", "array"):
            raise form("the body")
        if not self.call and tree.kind == "array" and not node.array:
            raise form("the body")
        for i, c in enumerate(node.children):
            if c.rest:
                self._read_rest(node, c, tree)
                continue
            if node.array:
                found = tree.items[i] if i < len(tree.items) else None
            elif c.label:
                found = self._labelled(node, c, tree)
            else:
                found = child(tree, c.fill(self.values) if c.fill else c.local or c.name)
            blank = not self.call and c.said and found and found.kind == "text" and not found.text
            if not found or found.kind == "null" or blank:
                self._missing(c)
            elif not c.at:
                self.read_tree(c, found)
            else:
                self._read_leaf(c, found)

    def _labelled(self, node: Node, c: Node, tree: Tree) -> Tree | None:
        """The first member whose name fits that of a place and is no other place's."""
        for one in tree.items if tree.kind == "object" else ():
            if glob(c.like, one.name) and not self._names(node, one.name):
                self.put(c.label, one.name)
                return one
        return None

    def _read_leaf(self, c: Node, found: Tree) -> None:
        nested = found.kind in ("object", "array")
        if c.opaque and found.kind != "text":
            raise form(c.at)
        if nested and not c.whole:
            return
        if nested and c.holder != "json":
            self.put(c.at, as_json(found), True)
        elif found.kind == "text" and c.whole and c.holder == "json":
            self.put(c.at, found.raw, True)
        else:
            self.put(c.at, found.text, nested or found.kind == "scalar")

    def _read_rest(self, node: Node, rest: Node, tree: Tree) -> None:
        def leave(name: bytes) -> bool:
            return self._names(node, name)

        if rest.holder == "json":
            members = b",".join(quote(n.name) + b":" + n.raw for n in tree.items if not leave(n.name))
            self.put(rest.at, b"{" + members + b"}", True)
        else:
            self.put(rest.at, as_json(tree, leave), True)

    def read_pairs(self, node: Node, join: bytes, quotes: bool, holes: Holes, text: bytes) -> None:
        """Reads the pairs of one text, in whatever order they came."""
        by = trim(join) or join
        rest = text
        others: list[bytes] = []
        while rest:
            end, inside = 0, False
            while end < len(rest) and (inside or not rest.startswith(by, end)):
                if quotes and rest[end : end + 1] == b'"':
                    inside = not inside
                end += 1
            one = Message(values=Values(self.values))
            one.values.pop("name", None)
            one.values.pop("value", None)
            one.match(holes, trim(rest[:end]))
            rest = rest[end + len(by) :]
            for c in node.children:
                if c.name != one.values.get("name"):
                    continue
                if c.at not in self.values:
                    self.put(c.at, one.values["value"])
                else:
                    self.more.setdefault(c.at, []).append(one.values["value"])
            if not self._names(node, one.values["name"]):
                others.append(quote(one.values["name"]) + b":" + quote(one.values["value"]))
        for c in node.children:
            if c.rest:
                self.put(c.at, b"{" + b",".join(others) + b"}", True)
        for c in node.children:
            if c.at not in self.values:
                self._missing(c)

    def match(self, holes: Holes, text: bytes, json: bool = False) -> None:
        """Reads a text by a template."""
        if len(holes) == 1 and isinstance(holes[0], Hole):
            self._take(holes[0], text, json)
            return
        rest = text
        for i, one in enumerate(holes):
            if isinstance(one, Hole):
                n = self._extent(holes, i, one, rest)
                self._take(one, rest[:n])
                rest = rest[n:]
            elif rest.startswith(one):
                rest = rest[len(one) :]
            else:
                raise form()
        if rest:
            raise form()

    def _known(self, hole: Hole) -> bytes:
        return hole.make(self.values) if hole.make else self.values[hole.at]

    def _extent(self, holes: Holes, i: int, hole: Hole, text: bytes) -> int:
        if i == len(holes) - 1:
            return len(text)
        if hole.takes:
            return hole.takes(text)
        if hole.at in self.values:
            return len(self._known(hole))
        if hole.behind is not None:
            if hole.behind > len(text):
                raise form()
            return len(text) - hole.behind
        following = holes[i + 1]
        end = self._known(following) if isinstance(following, Hole) else following
        whole = json_end(text) if hole.at == "payload" and not hole.make else 0
        if whole and text.startswith(end, whole):
            return whole  # what is behind JSON may be in it, too
        n = text.find(end)
        if n < 0:
            raise form()
        return n

    def _take(self, hole: Hole, text: bytes, json: bool = False) -> None:
        if hole.at in self.values:
            ours = self._known(hole)
            if hole.at in self.absent or not (same(ours, text) or hole.fold and same(lower(ours), lower(text))):
                raise ProtocolError("it differs")
            return
        self.put(hole.at, hole.undo(text, self.values) if hole.undo else text, hole.json if hole.undo else json or hole.at == "payload")

    def place(self, at: Name, holes: Holes) -> None:
        """Reads one place by its template."""
        text = self.values.get(at)
        if text is None:
            return
        if at in self.absent:
            for one in holes:
                if isinstance(one, Hole) and one.at not in self.values:
                    self.put(one.at, b"")
                    self.absent.add(one.at)
            return
        self.match(holes, text, self.is_json(at))
        if len(holes) == 1 and isinstance(holes[0], Hole) and at in self.more:
            self.more[holes[0].at] = self.more[at]

    def compare(self, name: Name, optional: bool, forms: Sequence[tuple[Callable[[], bytes], bool]]) -> None:
        """Computes a value again, in each form that is accepted."""
        if optional and name in self.absent:
            return
        for make, fold in forms:
            try:
                ours = make()
            except ProtocolError:
                continue
            if any(same(one, ours) or fold and same(lower(one), lower(ours)) for one in self._came(name)):
                return
        raise ProtocolError(name + ": it differs")

    def verify(self, name: Name, checks: Sequence[Callable[[bytes], bool]]) -> None:
        for check in checks:
            for one in self._came(name):
                try:
                    if check(one):
                        return
                except (ProtocolError, ValueError):
                    continue
        raise ProtocolError(name + ": the signature differs: another key, or another text")

    def _came(self, name: Name) -> list[bytes]:
        return [self.values[name], *self.more.get(name, [])]

    # Rules on values.

    def within(self, name: Name, time: bytes, nanoseconds: int) -> None:
        if abs(self.now - int(time)) > nanoseconds:
            raise ProtocolError(name + ": the time is outside of the window")

    def until(self, name: Name, time: bytes) -> None:
        if self.now > int(time):
            raise ProtocolError(name + ": the time is over")

    def since(self, name: Name, time: bytes, nanoseconds: int) -> None:
        if int(time) > self.now + nanoseconds:
            raise ProtocolError(name + ": the time has not come")

    def fits_pattern(self, name: Name, pattern: str) -> None:
        if not re.fullmatch(pattern, string(self.values.get(name, b""))):
            raise ProtocolError(name + ": it does not have the form that is declared")

    def counts_once(self, name: Name, keep: int, refusal: str) -> None:
        """Notes a value that must not come again for so many milliseconds; 0 is for good."""
        if name in self.absent:
            return
        if len(self.values[name]) > 256:
            raise ProtocolError(name + ": it is longer than is kept")
        self.once.append((string(self.values[name]), keep, refusal))

    def verdict(self) -> Verdict:
        """What came of the request, by the constants of success and the outcome of the form."""
        f = self.form

        def shows(c: Success) -> bool:
            return c.at in self.values or not c.builtin

        if f.success:
            ok = all(c.at == "text" or not shows(c) or self.values.get(c.at) in c.texts for c in f.success)
        elif f.refuses:
            ok = False
        else:
            success = next((one for one in f.status if one.code == "success"), None)
            ok = success.takes(self.status) if success else not self.status or self.status // 100 == 2
        shown = any(c.at != "text" and shows(c) for c in f.success)
        for outcome in f.outcomes:
            if outcome == "success" and not ok and f.success or outcome != "success" and ok and shown:
                wrong = ProtocolError("it contradicts the form of the reply")
                wrong.foreign = True
                raise wrong
            ok = outcome == "success"
        code, text, payload = [string(self.values.get(name, b"")) for name in ("code", "text", "payload")]
        return Verdict(ok, code, text, payload, proved=f.proves, unknown="unknown" in f.outcomes)


def _quoted(text: bytes) -> bytes:
    return text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


_parsers: dict[str, Callable[[bytes], Tree]] = {"json": parse_json, "xml": parse_xml, "form": parse_pairs, "query": parse_pairs}


def _skips(skip: Sequence[bytes], name: bytes) -> bool:
    return any(name.startswith(word[:-1]) if word.endswith(b"*") else name == word for word in skip)


def _restrict(pairs: list[tuple[bytes, bytes, bytes]], only: bytes, s: Selection) -> list[tuple[bytes, bytes, bytes]]:
    """The pairs whose names are listed, in the order of the list."""
    out: list[tuple[bytes, bytes, bytes]] = []
    for word in only.split(s.split):
        if word.endswith(b"*"):
            out += [one for one in pairs if lower(one[0]).startswith(lower(word[:-1]))]
            continue
        found = next((one for one in pairs if lower(one[0]) == lower(word)), None)
        if not word or not found and s.fixed:
            continue
        if not found:
            raise ProtocolError("it is missing: " + string(word))
        out.append((word, found[1], found[2]))
    if any(all(lower(one[0]) != lower(word) for one in out) for word in s.must):
        raise ProtocolError("a part that must be signed is not among those that are")
    return out


def glob(pattern: bytes, text: bytes) -> bool:
    """Whether a text fits, with * for anything and ? for one character."""
    words = {b"*": b".*", b"?": rb"[\x00-\x7f\xc0-\xff][\x80-\xbf]*(?![\x80-\xbf])"}
    return re.fullmatch(b"".join(words.get(one, re.escape(one)) for one in re.split(rb"([*?])", pattern)), text, re.S) is not None


def holds(text: bytes | None, pattern: bytes | None = None) -> bool:
    return bool(text) if pattern is None else glob(pattern, text or b"")


def refusing(code: str, act: Callable[[], object], field: str = "") -> None:
    """Says of what fails with which code or rule it is refused, and of which field."""
    try:
        act()
    except ProtocolError as e:
        if e.refusal is None:
            e.refusal, e.field = code, field
        raise


class foreign:
    """Says of what fails that it is no such message at all."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ProtocolError):
            error.foreign = True


def secret(kind: str, text: str) -> bytes:
    """A secret, as its kind says: text, hex or base64."""
    raw = text.encode("utf-8")
    if kind == "hex":
        return unhex(raw.lower())
    if kind == "base64":
        return unbase64_bare(raw.strip().rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/"), loose=True)
    return raw


def read_keys(readers: Mapping[str, Callable[[str], Any]], texts: Mapping[str, str]) -> Keys:
    """Reads the keys of a caller. One that is empty is not there."""
    out = Keys({}, {})
    for name, read in readers.items():
        if not texts.get(name):
            continue
        key = read(texts[name])
        out.secrets[name] = key if isinstance(key, bytes) else b""
        if not isinstance(key, bytes):
            out.pairs[name] = key
    return out


def new_id(app: str, now: int, patterns: Sequence[str]) -> bytes:
    """An id that fits some patterns: the app, the time in China and five digits, without the end of the app where that is too long; else random."""
    words = [Word(word) for word in ("yy", "MM", "dd", "HH", "mm", "ss")]
    rest = format_time(b"%d" % now, [words], 480).decode() + f"{randomness.randbelow(100_000):05}"
    for n in range(len(app), -1, -1):
        if all(re.fullmatch(one, app[:n] + rest) for one in patterns):
            return (app[:n] + rest).encode("utf-8")
    return to_hex(randomness.token_bytes(16))


def split_url(text: str) -> tuple[str, str, str, str]:
    found = re.match(r"(?:([a-z]+)://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", text)
    assert found  # it may be empty
    return found.group(1) or "https", found.group(2) or "", found.group(3), found.group(4) or ""


def outgoing(
    *, app: str, interface: str, frame: str, method: str, url: str, headers: Mapping[str, str], payload: str, values: Mapping[str, str], id: str,
    now: int, keys: Keys, ids: Sequence[str], body: str = "", base: str = "", files: Sequence[FilePart] = (),
) -> Message:  # fmt: skip
    """The message that a call sends. now is in nanoseconds."""
    scheme, host, path, query = split_url(url)
    m = Message(
        sending=True, method=method, scheme=scheme, host=host, path=path.encode(), query=query.encode(), draft=query.encode(), now=now,
        headers={name: text.encode("utf-8") for name, text in headers.items()}, payload=payload.encode("utf-8"), given_values=values,
        keys=keys.pairs, body=body.encode("utf-8"), base=base.encode(), files=files,
    )  # fmt: skip
    m.values.update(keys.secrets)
    m.values.update(
        now=b"%d" % now, random=randomness.token_bytes(32), app=app.encode("utf-8"), interface=interface.encode("utf-8"),
        frame=frame.encode("utf-8"), payload=m.payload, id=id.encode("utf-8") if id else new_id(app, now, ids), method=method.encode(),
        scheme=scheme.encode(), host=host.encode(), path=m.path, body=m.body,
    )  # fmt: skip
    m.json["payload"] = True
    return m


def came(call: Message, status: int, headers: Mapping[str, bytes], body: bytes, keys: Keys, now: int, bare: bool) -> Message:
    """The message of a reply. A bare one has nothing of the call."""
    m = Message(status=status, headers=dict(headers), body=body, keys=keys.pairs, now=now, call=call, scheme="", bare=bare)
    m.values.update(keys.secrets)
    m.values.update({name: b"" if bare and name == "interface" else call.values[name] for name in ("app", "interface", "frame")})
    m.values.update(body=body, path=b"", query=b"", method=b"", httpstatus=b"%d" % status)
    return m


def open_first(readers: Sequence[Callable[[Message], Verdict]], make: Callable[[bool], Message]) -> Verdict:
    """Reads a reply as the first of some forms that it has, and if it has none as a
    refusal that came before the call was proved, and repeats nothing of it."""
    why: ProtocolError | None = None
    for bare in (False, True):
        for read in readers:
            try:
                out = read(make(bare))
                if not bare or not out.ok:
                    return out
            except ProtocolError as e:
                if not bare and (why is None or why.foreign and not e.foreign):
                    why = e
    raise why or ProtocolError("no reply is declared")


def arrived(method: str, url: str, headers: Mapping[str, str], body: bytes, *, app: str, interface: str, keys: Keys, now: int) -> Message:
    """The message of a notification."""
    scheme, host, path, query = split_url(url)
    m = Message(
        method=method, scheme=scheme, host=host, path=path.encode(), query=query.encode(), body=body, keys=keys.pairs, now=now,
        headers={name: text.encode("utf-8") for name, text in headers.items()},
    )  # fmt: skip
    m.host = m.host or m.headers.get("Host", b"").decode()
    m.values.update(keys.secrets)
    m.values.update(
        app=app.encode("utf-8"), interface=interface.encode("utf-8"), frame=b"", method=method.encode(), scheme=scheme.encode(), host=m.host.encode(),
        path=m.path, query=m.query, body=body,
    )  # fmt: skip
    m.urls()
    return m


def take_first(arrivals: Sequence[Arrival], make: Callable[[], Message]) -> Message:
    """Reads a notification as the first of some forms that it has. What it raises has the message as far as it was read."""
    for arrival in arrivals:
        m = make()
        for name in arrival.bound:
            m.values.pop(name, None)
        if not arrival.when(m):
            continue
        try:
            arrival.read(m)
            if not arrival.later(m):
                continue
        except ProtocolError as e:
            if arrival.asks:
                continue  # it does not have what the form asks for
            m.known = e.refusal is not None
            e.taken = m
            raise
        m.known = m.proved = True
        try:
            arrival.guard(m)
        except ProtocolError as e:
            e.taken = m
            raise
        m.held = True
        m.echo = arrival.echo
        m.named = string(m.values.get(arrival.named, b"")) if arrival.named else ""
        return m
    wrong = form("the message")
    wrong.refusal, wrong.taken = "json", make()
    raise wrong


def write_answer(answers: Sequence[Answer], trusts: bool, call: Message, ok: bool, code: str, text: str, payload: str, keys: Keys, now: int) -> Message | None:
    """Answers a notification. None: the protocol has no answer for somebody who is not known."""
    m = Message(sending=True, payload=payload.encode("utf-8"), keys=keys.pairs, now=now, call=call)
    m.values.update(keys.secrets)
    m.values.update(
        now=b"%d" % now, random=randomness.token_bytes(32), app=call.values["app"], interface=call.values["interface"], frame=b"", payload=m.payload,
        id=to_hex(randomness.token_bytes(16)), code=code.encode("utf-8"), text=text.encode("utf-8"), method=b"", scheme=b"https", host=b"", path=b"", body=b"",
    )  # fmt: skip
    m.json["payload"] = True

    def fitting(known: bool) -> Answer | None:
        states = {"success": ok, "failure": not ok and known, "unknown": not known}
        for a in answers:
            if not known and "unknown" not in a.outcomes:
                continue
            if all(glob(one, m.values["code"]) for one in a.codes) and all(states[one] for one in a.outcomes) and a.when(m):
                return a
        return None

    answer = call.echo or fitting(call.known)
    if answer and answer.seals and not ok and not call.proved and not trusts:
        answer = fitting(False) or answer
    if not answer:
        return None
    here, other = (answer.success, answer.failure) if ok else (answer.failure, answer.success)
    for c in other:
        if not c.builtin:
            m.put(c.at, b"")
            m.absent.add(c.at)
    for c in here:
        if c.texts and all(one != m.values.get(c.at) for one, _ in c.texts):
            m.put(c.at, *c.texts[0])
    answer.write(m)
    statuses = dict(reversed(answer.status))
    m.status = statuses.get(code) or (statuses.get("success") if ok else None) or statuses.get("*") or 200
    return m

