"""JSON, XML and pairs, read into one kind of tree with every byte of their values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ._texts import ProtocolError, form, is_text, trim, unurl


@dataclass
class Tree:
    """A value that was read: text is without escapes, raw as it stood."""

    kind: str  # object, array, text, scalar or null
    name: bytes = b""
    text: bytes = b""
    raw: bytes = b""
    items: list["Tree"] = field(default_factory=list)


def elements(tree: Tree) -> list[Tree]:
    """The elements of a list: in XML one element may be a list of one."""
    if tree.kind == "array":
        return tree.items
    return [tree] if tree.kind == "object" or tree.text.strip() else []


_SCALAR = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_TEXT = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')


class _Reader:
    """Reads JSON. A name that is given twice is an error, as with the server."""

    def __init__(self, text: bytes) -> None:
        self.x = text
        self.i = 3 if text.startswith(b"\xef\xbb\xbf") else 0

    def wrong(self) -> ProtocolError:
        return ProtocolError("no well-formed JSON")

    def space(self) -> None:
        while self.x[self.i : self.i + 1] in (b" ", b"\n", b"\r", b"\t"):
            self.i += 1

    def at(self) -> bytes:
        return self.x[self.i : self.i + 1]

    def text(self) -> bytes:
        found = _TEXT.match(self.x, self.i)
        if not found:
            raise self.wrong()
        self.i = found.end()
        try:
            out: str = json.loads(found.group())
            return out.encode("utf-8")
        except ValueError:
            raise self.wrong() from None

    def members(self, end: bytes, one: Callable[[], Tree]) -> list[Tree]:
        out: list[Tree] = []
        self.i += 1
        self.space()
        while self.at() != end:
            if out:
                if self.at() != b",":
                    raise self.wrong()
                self.i += 1
            self.space()
            out.append(one())
            self.space()
        self.i += 1
        return out

    def value(self, depth: int) -> Tree:
        start = self.i
        if depth > 64:
            raise self.wrong()
        seen: set[bytes] = set()

        def member() -> Tree:
            name = self.text()
            if name in seen:
                raise ProtocolError("a name that is given twice")
            seen.add(name)
            self.space()
            if self.at() != b":":
                raise self.wrong()
            self.i += 1
            self.space()
            return replace(self.value(depth + 1), name=name)

        if self.at() == b"{":
            node = Tree("object", items=self.members(b"}", member))
        elif self.at() == b"[":
            node = Tree("array", items=self.members(b"]", lambda: self.value(depth + 1)))
        elif self.at() == b'"':
            node = Tree("text", text=self.text())
        else:
            found = _SCALAR.match(self.x, self.i)
            if not found:
                raise self.wrong()
            self.i = found.end()
            node = Tree("null" if found.group() == b"null" else "scalar")
        node.raw = self.x[start : self.i]
        if node.kind not in ("null", "text"):
            node.text = node.raw
        return node


def parse_json(x: bytes) -> Tree:
    if not is_text(x):
        raise ProtocolError("not UTF-8")
    reader = _Reader(x)
    reader.space()
    root = reader.value(1)
    reader.space()
    if reader.i < len(x):
        raise reader.wrong()
    return root


_SHORT = {b'"': b'\\"', b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}


def quote(x: bytes) -> bytes:
    """A text as JSON."""
    return b'"' + re.sub(rb'["\\\x00-\x1f]', lambda m: _SHORT.get(m.group()) or b"\\u%04x" % m.group()[0], x) + b'"'


def _is_structured(x: bytes) -> bool:
    return re.match(rb"[ \t\n\r]*[{[]", x) is not None


def compact(x: bytes) -> bytes:
    if not _is_structured(x):
        return x
    parse_json(x)
    return re.sub(rb'("(?:[^"\\]|\\.)*")|[ \t\n\r]+', lambda m: m.group(1) or b"", x, flags=re.S)


def canonical(x: bytes, drop: bool) -> bytes:
    if not _is_structured(x):
        return x

    def write(n: Tree) -> bytes:
        if n.kind == "array":
            return b"[" + b",".join(write(c) for c in n.items) + b"]"
        if n.kind != "object":
            return n.raw
        kept = [c for c in n.items if not drop or c.kind != "null" and (c.kind != "text" or c.text)]
        kept.sort(key=lambda c: c.name)
        return b"{" + b",".join(quote(c.name) + b":" + write(c) for c in kept) + b"}"

    return write(parse_json(x))


def flat(x: bytes, open: bytes, close: bytes, first: int) -> bytes:
    """An object without nested ones, its names composed."""
    out: list[bytes] = []

    def walk(n: Tree, name: bytes | None) -> None:
        for i, c in enumerate(n.items):
            own = str(i + first).encode() if n.kind == "array" else c.name
            whole = own if name is None else name + open + own + close
            if c.kind in ("object", "array"):
                walk(c, whole)
            else:
                out.append(quote(whole) + b":" + c.raw)

    if not _is_structured(x):
        raise form()
    walk(parse_json(x), None)
    return b"{" + b",".join(out) + b"}"


def nested(x: bytes, equals: bytes, join: bytes, open: bytes, close: bytes, items: bytes, order: bool, drop: bool) -> bytes:
    """An object as a text of its members."""

    def write(n: Tree) -> bytes:
        if n.kind not in ("object", "array"):
            return b"" if n.kind == "null" else n.text
        kept = [c for c in n.items if not drop or c.kind != "null" and (c.kind != "text" or c.text)]
        if n.kind == "array":
            return open + items.join(write(c) for c in kept) + close
        if order:
            kept.sort(key=lambda c: c.name)
        return open + join.join(c.name + equals + write(c) for c in kept) + close

    return write(parse_json(x))


def member_text(x: bytes, path: bytes) -> bytes:
    """The text of a member of an object, a.b for one that is nested; nothing where it is not."""
    found = walk(parse_json(x), path.split(b"."))
    return found.text if found else b""


def parse_pairs(x: bytes) -> Tree:
    """A query or a form."""
    root = Tree("object", text=x, raw=x)
    for one in x.split(b"&"):
        if one:
            name, _, raw = one.partition(b"=")
            root.items.append(Tree("text", unurl(name, b"", True), unurl(raw, b"", True), raw))
    return root


_TOKEN = re.compile(
    rb"<\?.*?\?>|<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<(/?)([^\s/>!?]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>|([^<]+)",
    re.S,
)


def parse_xml(x: bytes) -> Tree:
    """Elements, texts and CDATA; a document type is refused."""
    if re.match(rb"<\?xml[^>]*encoding=[\"'](gb|GB)", x):
        head, _, rest = x.partition(b"?>")
        try:
            x = head.decode("gb18030").encode("utf-8") + b"?>" + rest.decode("gb18030").encode("utf-8")
        except UnicodeDecodeError:
            raise ProtocolError("not GBK") from None
    if not is_text(x):
        raise ProtocolError("not UTF-8")
    wrong = ProtocolError("no well-formed XML")
    root = Tree("object", text=x, raw=x)
    opened: list[tuple[Tree, bytes, int]] = [(root, b"", 0)]
    at = 0
    while at < len(x):
        m = _TOKEN.match(x, at)
        if not m:
            raise wrong
        at = m.end()
        top, full, start = opened[-1]
        if m.group(1) is not None or m.group(6) is not None:
            text = m.group(1) if m.group(1) is not None else _unescape_xml(m.group(6))
            if top is not root:
                top.text += text
            elif trim(text) and text != b"\xef\xbb\xbf":
                raise wrong
        elif m.group(3) is not None and not m.group(2):
            node = Tree("text", re.sub(rb"^.*:", b"", m.group(3)))
            top.kind = "object"
            top.items.append(node)
            if m.group(5):
                node.raw = m.group()
            else:
                opened.append((node, m.group(3), m.start()))
        elif m.group(3) is not None:
            if full != m.group(3) or top is root:
                raise wrong
            top.raw = x[start:at]
            if top.kind == "object":
                top.text = top.raw
            opened.pop()
    if len(opened) > 1 or len(root.items) != 1:
        raise wrong
    return root


_ENTITIES = {b"lt": b"<", b"gt": b">", b"amp": b"&", b"quot": b'"', b"apos": b"'"}


def _unescape_xml(x: bytes) -> bytes:
    def entity(m: re.Match[bytes]) -> bytes:
        number = re.fullmatch(rb"#(?:x([0-9a-fA-F]+)|([0-9]+))", m.group(1))
        if not m.group().endswith(b";") or not number and m.group(1) not in _ENTITIES:
            raise ProtocolError("no well-formed XML")
        if not number:
            return _ENTITIES[m.group(1)]
        return chr(int(number.group(1), 16) if number.group(1) else int(number.group(2))).encode("utf-8")

    return re.sub(rb"&([^;&]*);?", entity, re.sub(rb"\r\n?", b"\n", x))


def _escape_xml(x: bytes) -> bytes:
    named = {b"<": b"&lt;", b">": b"&gt;", b"&": b"&amp;", b"\r": b"&#13;"}
    return re.sub(rb"[<>&\x00-\x08\x0b-\x1f]", lambda m: named.get(m.group(), b" "), x)


def element(name: bytes, text: bytes, cdata: bool) -> bytes:
    inner = b"<![CDATA[" + text + b"]]>" if cdata and b"]]>" not in text else _escape_xml(text)
    return b"<" + name + b">" + inner + b"</" + name + b">"


def is_xml_name(name: bytes) -> bool:
    return re.fullmatch(rb"[_:a-zA-Z\x80-\xff][-._:a-zA-Z0-9\x80-\xff]*", name) is not None


def members_xml(node: Tree) -> bytes:
    """The members of an object as elements."""

    def one(name: bytes, n: Tree) -> bytes:
        if n.kind == "object":
            return b"<" + name + b">" + members_xml(n) + b"</" + name + b">"
        return element(name, n.text, False)

    out = b""
    for c in node.items:
        if not is_xml_name(c.name):
            raise ProtocolError("no name of an element")
        out += b"".join(one(c.name, n) for n in (c.items if c.kind == "array" else [c]))
    return out


def as_json(node: Tree, leave: Callable[[bytes], bool] = lambda name: False) -> bytes:
    """A tree that came as XML or pairs as JSON that says the same."""
    by_name: dict[bytes, list[Tree]] = {}
    for c in node.items:
        if not leave(c.name):
            by_name.setdefault(c.name, []).append(c)

    def one(n: Tree) -> bytes:
        return as_json(n) if n.kind == "object" else quote(n.text)

    def several(found: Sequence[Tree]) -> bytes:
        return b"[" + b",".join(map(one, found)) + b"]" if len(found) > 1 else one(found[0])

    return b"{" + b",".join(quote(name) + b":" + several(found) for name, found in by_name.items()) + b"}"


def to_xml(x: bytes, root: bytes) -> bytes:
    return b"<" + root + b">" + members_xml(parse_json(x or b"{}")) + b"</" + root + b">"


def from_xml(x: bytes, root: bytes) -> bytes:
    top = parse_xml(x).items[0]
    if top.name != root:
        raise form()
    return as_json(top)


def child(node: Tree, name: bytes) -> Tree | None:
    found = [c for c in node.items if c.name == name]
    if len(found) > 1:
        raise ProtocolError("a name that is given twice")
    return found[0] if found else None


def each(node: Tree, path: Sequence[bytes]) -> list[Tree]:
    """What a path names; a star stands for the elements of a list."""
    star = path.index(b"*") if b"*" in path else -1
    found = walk(node, path if star < 0 else path[:star])
    if star < 0:
        if not found:
            raise ProtocolError("it is missing")
        return found.items
    if not found:
        return []
    rest = path[star + 1 :]
    out: list[Tree] = []
    for one in found.items if found.kind == "array" else [found]:
        if b"*" in rest:
            out += each(one, rest)
        elif end := walk(one, rest):
            out.append(end)
    return out


def walk(node: Tree, path: Iterable[bytes]) -> Tree | None:
    found: Tree | None = node
    for name in path:
        assert found is not None
        if found.kind == "array":
            found = found.items[int(name)] if name.isdigit() and int(name) < len(found.items) else None
        else:
            found = child(found, name)
        if found is None:
            return None
    return None if found is None or found.kind == "null" else found

