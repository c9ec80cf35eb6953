"""Text that others wrote, made safe to print: what would move a cursor, hide or reorder text stands there as its escape."""

from __future__ import annotations

from collections.abc import Sequence


def visible(text: str) -> str:
    """The text on one line, every character that does not simply print (controls, bidi marks, lone surrogates) escaped.

    Message bodies, ids and error texts come from the target, and a log is often read in a terminal.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else escape(char) for char in text)


def visible_lines(text: str) -> str:
    """The same for a text of several lines: its line ends stay."""
    return "\n".join(visible(line) for line in text.split("\n"))


def escape(char: str) -> str:
    """One character as Python writes it in a string: \\n, \\x1b, \\u202e."""
    return char.encode("unicode_escape").decode("ascii")


def listed(items: Sequence[str], limit: int = 12, between: str = ", ") -> str:
    """The items in one line, no more than `limit` of them: `m1, m2 and 37 more`. The JSON report has them all."""
    shown = [visible(item) for item in items[:limit]]
    more = len(items) - len(shown)
    return between.join(shown) + (f" and {more} more" if more else "")


def shortened(text: str, limit: int) -> str:
    """The visible text, cut at `limit` characters with an ellipsis of three dots."""
    seen = visible(text)
    return seen if len(seen) <= limit else seen[: limit - 3] + "..."


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 message`, `3 messages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
