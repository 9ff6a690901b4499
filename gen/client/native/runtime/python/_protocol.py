"""What carries out a protocol: the lines that write and read its messages are in protocol.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._message import Answer, Arrival, FilePart, Message, Verdict, arrived, came, open_first, outgoing, read_keys, take_first, write_answer
from ._texts import ProtocolError


@dataclass(frozen=True)
class Protocol:
    """How messages are sealed, opened, taken and answered. Times are in milliseconds."""

    keys: Mapping[str, Callable[[str], Any]]
    ids: Sequence[str] = ()
    requests: Sequence[tuple[Callable[[Message], bool], Callable[[Message], Message]]] = ()
    replies: Sequence[Callable[[Message], Verdict]] = ()
    arrivals: Sequence[Arrival] = ()
    answers: Sequence[Answer] = ()
    trusts: bool = False

    def seal(
        self, keys: Mapping[str, str], *, app: str, interface: str, method: str, url: str, payload: str, now: int,
        headers: Mapping[str, str], values: Mapping[str, str], frame: str = "", id: str = "", body: str = "", base: str = "", files: Sequence[FilePart] = (),
    ) -> Message:  # fmt: skip
        """Writes the message of a call and protects it. base is what the path of the URL has in front of that of the interface."""
        m = outgoing(
            app=app, interface=interface, frame=frame, method=method, url=url, headers=headers, payload=payload, values=values, id=id, body=body, base=base, files=files,
            now=now * 1_000_000, keys=read_keys(self.keys, keys), ids=self.ids,
        )  # fmt: skip
        for when, write in self.requests:
            if when(m):
                return write(m)
        raise ProtocolError("no request is declared for it")

    def open(self, sent: Message, keys: Mapping[str, str], status: int, headers: Mapping[str, str], body: bytes, now: int) -> Verdict:
        """Verifies a reply and reads it. It raises ProtocolError where the reply is not the server's."""
        own = read_keys(self.keys, keys)
        raw = {name: text.encode("latin-1", "replace") for name, text in headers.items()}
        return open_first(self.replies, lambda bare: came(sent, status, raw, body, own, now * 1_000_000, bare))

    def take(self, keys: Mapping[str, str], method: str, url: str, headers: Mapping[str, str], body: bytes, *, app: str, interface: str, now: int) -> Message:
        """Verifies a notification. It raises ProtocolError where it does not hold."""
        own = read_keys(self.keys, keys)
        return take_first(self.arrivals, lambda: arrived(method, url, headers, body, app=app, interface=interface, keys=own, now=now * 1_000_000))

    def answer(self, taken: Message, keys: Mapping[str, str], *, ok: bool, code: str, text: str, payload: str, now: int) -> Message | None:
        """Writes the answer to a notification. None: the protocol has none for a sender who is not known."""
        return write_answer(self.answers, self.trusts, taken, ok, code, text, payload, read_keys(self.keys, keys), now * 1_000_000)
