"""Values of messages: how they are validated, written as JSON and read, with every digit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, TypeVar

from ._texts import ProtocolError, string
from ._trees import Tree, elements, parse_json
from .codes import RULES, TEXTS


@dataclass(frozen=True)
class Match:
    """A condition on the value of a field beside."""

    name: str
    values: Sequence[str]
    order: str = ""


@dataclass(frozen=True)
class Field:
    """What a field is, and which rules its value must satisfy."""

    name: str
    kind: str  # text, whole, fraction, truth, time, seconds, list, scalars, record or raw
    attr: str = ""  # the attribute of the model, where it has another name
    place: str = ""  # path, query, header, cookie, form or multipart; empty: the body
    sent: str = ""  # its name in the query, a header or a cookie; empty: its own
    alias: Sequence[str] = ()
    as_text: bool = False  # it travels as a text
    numeric: bool = False  # a text whose digits may come as a number
    required: bool = False
    blank: bool = False  # required and possibly ""
    nullable: bool = False  # what is not there is sent as null
    by_default: str | None = None
    length: int = 0
    min_length: int = 0
    length_in: str = ""  # what lengths count: characters, or bytes, or gbk
    digits: int = 0  # of a fraction, in front of the point, that the server reads
    whole: int | None = None  # digits in front of the point
    places: int | None = None  # digits behind the point
    rounded: bool = False  # further digits behind the point are rounded
    min_items: int = 0
    max_items: int = 0
    keys: str = ""  # pattern of the names in a map
    min: str = ""
    max: str = ""
    listed: Sequence[str] = ()  # of numbers also >0, 1..5
    bits: str = ""  # it is a sum of what is listed
    cases_if: "Sequence[Match]" = ()  # when it is one of other lists
    cases_listed: Sequence[str] = ()  # with a line for each value
    separator: str = ""
    starts_with: str = ""  # the field whose text is in front
    pattern: str = ""
    shape: str = ""  # a further pattern, and the rule that says it
    shape_rule: str = ""
    format_if: "Sequence[Match]" = ()
    required_if: Sequence[Match] = ()
    required_unless: Sequence[Match] = ()
    required_with: Sequence[str] = ()
    required_without: Sequence[str] = ()
    required_without_all: Sequence[str] = ()
    present_if: Sequence[Match] = ()
    absent_if: Sequence[Match] = ()
    absent_with: Sequence[str] = ()
    model: Any = None  # the class of an object
    fields: "Sequence[Field]" = ()  # of objects, also in a map
    member: "Field | None" = None  # of a list or a map of scalars

    def of(self, value: object) -> Any:
        """The value of the field in an object."""
        return value.get(self.name) if isinstance(value, Mapping) else getattr(value, self.attr or self.name, None)


@dataclass(frozen=True)
class Problem:
    """A rule that a value breaks. The code is the document's."""

    rule: str
    field: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.field} ({self.rule}{', ' + self.code + ' ' + self.message if self.code else ''})"


def problems_of(fields: Sequence[Field], value: object) -> list[Problem]:
    """The rules that a message breaks, with the document's codes."""
    out: list[Problem] = []

    def add(rule: str, at: str) -> None:
        code, text = RULES.get(rule, ("", ""))
        out.append(Problem(rule, at, code, (text or TEXTS.get(code, "")).replace("%s", at)))

    _validate(fields, value, add, "")
    return out


Add = Callable[[str, str], None]

_SPACE = "\t\n\v\f\r \u00a0\u3000"


def _is_blank(f: Field, text: str) -> bool:
    """Whether a required text counts as absent."""
    return not any(part.strip(_SPACE) for part in (text.split(f.separator) if f.separator else [text]))


def _is_there(value: object) -> bool:
    return value is not None and value != "" and value != []


def _text_of(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) else None


class _Scope:
    """An object with the ones that it is in, where the conditions of its fields look."""

    def __init__(self, fields: Sequence[Field], of: object, up: _Scope | None) -> None:
        self.fields, self.of, self.up = fields, of, up

    def named(self, name: str) -> tuple[Field | None, Any]:
        """The field that a condition names, and its value: ../ leads to the object around, payer/kind into one."""
        if name.startswith("../"):
            return self.up.named(name[3:]) if self.up else (None, None)
        if "/" in name:
            own, inner = name.split("/", 1)
            field, value = self.named(own)
            return _Scope(field.fields, value, None).named(inner) if field and value is not None else (None, None)
        field = next((f for f in self.fields if f.name == name), None)
        return field, field.of(self.of) if field else None

    def has(self, name: str) -> bool:
        return _is_there(self.named(name)[1])

    def met(self, matches: Sequence[Match]) -> bool:
        return all(_meets(self, one) for one in matches)


def _meets(scope: _Scope, match: Match) -> bool:
    field, value = scope.named(match.name)
    text = field.by_default if field and value is None else None if value is None else _text_of(value)
    if text is None:
        return False
    for wanted in match.values:
        one, two = _number(text), _number(wanted)
        if one is None or two is None:
            if not match.order and text == wanted:
                return True
        elif {"": one == two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[match.order]:
            return True
    return False


def _is_wanted(f: Field, scope: _Scope) -> bool:
    return (
        bool(f.required_if and scope.met(f.required_if))
        or bool(f.required_unless and not scope.met(f.required_unless))
        or any(scope.has(name) for name in f.required_with)
        or any(not scope.has(name) for name in f.required_without)
        or bool(f.required_without_all and not any(scope.has(name) for name in f.required_without_all))
    )


def _is_barred(f: Field, scope: _Scope) -> bool:
    return (
        bool(f.present_if and not scope.met(f.present_if))
        or bool(f.absent_if and scope.met(f.absent_if))
        or any(scope.has(name) for name in f.absent_with)
    )


def _validate(fields: Sequence[Field], of: object, add: Add, path: str, up: _Scope | None = None) -> None:
    scope = _Scope(fields, of, up)
    for f in fields:
        value = f.of(of)
        if not _is_there(value) or f.required and isinstance(value, str) and _is_blank(f, value):
            if f.required and f.by_default is None and not f.nullable and not (f.blank and value is not None):
                add("required", path + f.name)
            elif _is_wanted(f, scope):
                add("condition", path + f.name)
            continue
        if _is_barred(f, scope):
            add("condition", path + f.name)
        _validate_value(f, value, scope, add, path + f.name)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str, "time": str, "whole": int, "seconds": int, "fraction": (Decimal, int), "truth": bool, "list": (list, tuple), "scalars": (list, tuple),
}  # fmt: skip


def _validate_value(f: Field, value: Any, scope: _Scope, add: Add, at: str) -> None:
    counted = bool(f.min_items or f.max_items)
    wanted = (f.model or Mapping) if f.kind == "record" else Mapping if f.kind == "raw" and (f.member or f.fields or counted or f.keys) else _TYPES.get(f.kind, object)
    if not isinstance(value, wanted) or isinstance(value, bool) and f.kind not in ("truth", "raw"):
        return add("type", at)
    if f.kind == "record":
        return _validate(f.fields, value, add, at + "/", scope)
    if counted and (len(value) < f.min_items or f.max_items and len(value) > f.max_items):
        add("length", at)
    if f.keys and not all(re.fullmatch(f.keys, one, re.ASCII) for one in value):
        add("format", at)
    if f.kind == "raw":
        for one in value.values() if f.member or f.fields else []:
            _validate_member(f, one, scope, add, at)
    elif f.kind in ("list", "scalars"):
        for one in value:
            _validate_member(f, one, scope, add, at)
    elif f.kind in ("whole", "seconds", "fraction"):
        _validate_number(f, Decimal(value), scope, add, at)
    elif f.kind in ("text", "time"):
        _validate_text(f, value, scope, add, at)
    return None


def _validate_member(f: Field, one: Any, scope: _Scope, add: Add, at: str) -> None:
    """One value of a list or a map."""
    if f.member:
        _validate_value(f.member, one, scope, add, at)
    elif isinstance(one, f.model or Mapping):
        _validate(f.fields, one, add, at + "/", scope)
    else:
        add("type", at)


def _rounded(value: Decimal, places: int) -> Decimal:
    exact = Context(prec=max(28, value.adjusted() + places + 3), rounding=ROUND_HALF_UP)
    return value.quantize(Decimal(1).scaleb(-places), context=exact)


def _validate_number(f: Field, value: Decimal, scope: _Scope, add: Add, at: str) -> None:
    whole, _, fraction = f"{value.copy_abs():f}".partition(".") if value.is_finite() else ("9" * 99, "", "")
    if f.kind != "fraction" and not -(2**63) <= value < 2**63 or f.digits and len(whole.lstrip("0") or "0") > f.digits:
        return add("type", at)
    if f.rounded and f.places is not None:
        whole, _, fraction = f"{_rounded(value.copy_abs(), f.places):f}".partition(".")
    if f.places is not None and len(fraction.rstrip("0")) > f.places or f.whole is not None and len(whole.lstrip("0") or "0") > f.whole:
        add("length", at)
    listed = _listed(f, scope)
    if f.bits and not ("0" in listed if value == 0 else value > 0 and not int(value) & ~int(f.bits)) or listed and not f.bits and not any(_is_among(value, one) for one in listed):
        add("enum", at)
    if f.min and value < Decimal(f.min) or f.max and value > Decimal(f.max):
        add("range", at)
    return None


def _listed(f: Field, scope: _Scope) -> Sequence[str]:
    """The values that a field takes, while the ones that decide about them are what they are."""
    return next((text.split("\n") for when, text in zip(f.cases_if, f.cases_listed) if _meets(scope, when)), f.listed)


def _is_among(value: Decimal, listed: str) -> bool:
    least, dots, most = listed.partition("..")
    if dots:
        return Decimal(least) <= value <= Decimal(most)
    bound = Decimal(listed.lstrip("<>="))
    if listed[0] in "<>":
        return value == bound if listed[1] == "=" and value == bound else value < bound if listed[0] == "<" else value > bound
    return value == bound


def _size(f: Field, text: str) -> int:
    if f.length_in == "gbk":
        return sum(1 if c < "\x80" else 2 if c < "\U00010000" else 4 for c in text)
    return len(text.encode("utf-8", "surrogatepass")) if f.length_in else len(text)


def _validate_text(f: Field, text: str, scope: _Scope, add: Add, at: str) -> None:
    size = _size(f, text)
    if f.length and size > f.length or size < f.min_length:
        add("length", at)
    begin = str(scope.named(f.starts_with)[1] or "") if f.starts_with else ""
    listed = _listed(f, scope)
    parts = [one for one in (part.strip(_SPACE) for part in text.split(f.separator)) if one] if f.separator else [text]
    if listed and any(part not in listed for part in parts):
        add("enum", at)
    counts = bool(f.pattern) and bool(begin or not f.starts_with)
    dots = f.place == "path" and text in (".", "..")  # in a URL they lead elsewhere
    if dots or not text.startswith(begin) or counts and not re.fullmatch(f.pattern, text.removeprefix(begin), re.ASCII):
        add("format", at)
    counts = all(not scope.has(one.name) or _meets(scope, one) for one in f.format_if)
    if f.shape and counts and not (re.fullmatch(f.shape, text, re.ASCII) and (f.shape_rule != "idcard" or _has_check_digit(text))):
        add(f.shape_rule, at)


def _has_check_digit(card: str) -> bool:
    """Whether an identity card of 18 characters ends as GB 11643 says."""
    return len(card) < 18 or card[17] == "10X98765432"[sum(int(digit) * 2 ** (17 - n) for n, digit in enumerate(card[:17])) % 11]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def encode(fields: Sequence[Field], of: object) -> str:
    """Writes an object as the JSON of a message."""
    members = ((f, f.of(of)) for f in fields)
    written = ((f, "null" if value is None else encode_value(f, value)) for f, value in members if value is not None or f.nullable)
    return "{" + ",".join(_quoted(f.name) + ":" + value for f, value in written) + "}"


def carried(fields: Sequence[Field], of: object) -> str:
    """The payload of an object: of a field that is all of it, its value alone."""
    whole = next((f for f in fields if f.place == "whole"), None)
    if not whole:
        return encode(fields, of)
    value = whole.of(of)
    return "null" if value is None else encode_value(whole, value)


def joined(fields: Sequence[Field], payload: str, headers: Mapping[str, str]) -> str:
    """The JSON of all fields of a message, as an object: those in headers, in its payload, and the one that is all of that."""
    came = {name.lower(): text for name, text in headers.items()}
    members = []
    for f in fields:
        text = came.get((f.sent or f.name).lower()) if f.place == "header" else None
        if text is not None:
            members.append(_quoted(f.name) + ":" + (_quoted(text) if f.as_text or f.kind in ("text", "time") else text))
    whole = next((f for f in fields if f.place == "whole"), None)
    if whole and payload:
        members.append(_quoted(whole.name) + ":" + payload)
    if not members:
        return payload or "{}"
    rest = "}" if whole else payload.strip()[1:].strip() or "}"
    return "{" + ",".join(members) + ("" if rest.startswith("}") else ",") + rest


def encode_value(f: Field, value: Any) -> str:
    """The JSON of one value."""
    if f.kind in ("whole", "fraction", "seconds", "truth"):
        return _quoted(_text_of(value)) if f.as_text and f.kind in ("whole", "fraction") else _text_of(value)
    if f.kind == "record":
        out = encode(f.fields, value)
    elif f.kind == "list":
        out = "[" + ",".join(encode(f.fields, one) for one in value) + "]"
    elif f.kind == "scalars" and f.member:
        out = "[" + ",".join(encode_value(f.member, one) for one in value) + "]"
    elif f.kind == "raw":
        out = _encode_raw(value)
    else:
        return _quoted(str(value))
    return _quoted(out) if f.as_text else out


def _encode_raw(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(_quoted(str(name)) + ":" + _encode_raw(one) for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_encode_raw, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def plain_text(f: Field, value: Any) -> str | None:
    """A value outside of JSON: in a path, a query or a header."""
    if value is None:
        return None
    if f.kind in ("record", "list", "scalars", "raw"):
        text = encode_value(f, value)
        return str(json.loads(text)) if f.as_text else text
    return _text_of(value)


T = TypeVar("T")


def decode(fields: Sequence[Field], model: type[T], text: str) -> T:
    """Reads the JSON of a message. Members that the document does not have are left out."""
    return decode_tree(fields, model, parse_json(text.encode("utf-8")))


def member_tree(f: Field, tree: Tree) -> Tree | None:
    """The member of an object that a field is. None: it has no value."""
    return next((n for n in tree.items if n.kind != "null" and string(n.name) in (f.name, *f.alias)), None)


def is_blank_tree(f: Field, tree: Tree) -> bool:
    """Whether a value is "", which stands for none but in a text."""
    return tree.kind == "text" and not tree.text and f.kind != "text"


def decode_tree(fields: Sequence[Field], model: type[T], tree: Tree) -> T:
    if tree.kind != "object":
        raise ProtocolError("it is no object")
    values: dict[str, Any] = {}
    for f in fields:
        found = member_tree(f, tree)
        values[f.attr or f.name] = _decode_value(f, found) if found and not is_blank_tree(f, found) else None
    return model(**values)


def _decode_value(f: Field, tree: Tree) -> Any:
    text = string(tree.text)
    inner = parse_json(tree.text) if f.as_text and tree.kind == "text" and text and f.kind in ("record", "list", "scalars", "raw") else tree
    if f.kind in ("whole", "seconds", "fraction"):
        number = re.fullmatch(r"-?\d+" if f.kind != "fraction" else r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text, re.ASCII)
        if not number:
            raise ProtocolError(f.name + " is no number of its kind")
        return Decimal(text) if f.kind == "fraction" else int(text)
    if f.kind == "truth":
        return text in ("true", "1")
    if f.kind == "record":
        return decode_tree(f.fields, f.model, inner)
    if f.kind == "list":
        return [decode_tree(f.fields, f.model, one) for one in elements(inner)]
    if f.kind == "scalars" and f.member:
        return [_decode_value(f.member, one) for one in elements(inner)]
    if f.kind == "raw":
        return json.loads(inner.raw, parse_float=Decimal)
    return text
