"""A request of any client made one that its target takes for its own: what a browser was told to connect to is not where it ends up."""

from __future__ import annotations

from dataclasses import dataclass

from cablecheck.live.proxy.http import Head

_HOP = {"connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings"}
_DEFLATED = "sec-websocket-extensions"


@dataclass(frozen=True)
class Recasting:
    """What is written anew in a client's request. None: it stays as the client said it.

    `host` and, for upgrades alone, `origin`: the target's own. (The Origin of a fetch is left alone: its answer has to name the page's own
    origin, or the browser keeps it from the page.) `path`: where an upgrade to / goes.

    Every request but an upgrade is made the last of its connection, so that each has one to itself, and none escapes the faults behind
    another. What would keep the proxy from reading along is not offered to the target: compressed frames, and compressed answers
    to a catch-up.
    """

    host: str | None
    origin: str | None
    path: str | None = None

    def __call__(self, head: Head, *, catch_up: bool = False) -> bytes:
        """The head anew. What is no HTTP stays as it is."""
        first, *lines = head.raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        if not head.method or not first.rpartition(" ")[2].startswith("HTTP/1."):
            return head.raw
        kept = [line for line in lines if not self._drops(_name(line), head, catch_up=catch_up)]
        written = [self._line(line, head) for line in kept]
        if head.upgrade:
            first = self._aimed(first)
        else:
            written.append("Connection: close")
        return "\r\n".join([first, *written, "", ""]).encode("latin-1")

    def _drops(self, name: str, head: Head, *, catch_up: bool) -> bool:
        if head.upgrade:
            return name == _DEFLATED
        return name in _HOP or (catch_up and name == "accept-encoding")

    def _line(self, line: str, head: Head) -> str:
        match _name(line):
            case "host" if self.host is not None:
                return f"{line.partition(':')[0]}: {self.host}"
            case "origin" if self.origin is not None and head.upgrade:
                return f"{line.partition(':')[0]}: {self.origin}"
            case _:
                return line

    def _aimed(self, first: str) -> str:
        """The first line of an upgrade to /, aimed at the cable's own path."""
        method, target, version = first.split(" ")
        path, mark, query = target.partition("?")
        return first if self.path is None or path != "/" else f"{method} {self.path}{mark}{query} {version}"


def _name(line: str) -> str:
    return line.partition(":")[0].strip().lower()
